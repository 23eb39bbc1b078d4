"""The desk's schema as a whole; ``api/schema/desk.graphql`` is its notation, kept for review (スキーマ)."""

from functools import cache

from api.desk.mutation import mutation_type
from api.desk.query import Query
from api.desk.scalars import SCALARS
from api.graphql.limits import Limits
from api.graphql.schema import Schema, build, sdl

LIMITS = Limits(tokens=6_000, depth=14, fields=2_000, aliases=60, objects=10_000)
"""More than the public may ask for: these are members of the city."""


@cache
def desk_schema() -> Schema:
    """The schema of every desk."""
    return build(Query, mutation_type(), limits=LIMITS, scalars=SCALARS)


def desk_sdl() -> str:
    """The schema in GraphQL's own notation."""
    return sdl(desk_schema())
