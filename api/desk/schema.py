"""The desk's schema as a whole; ``api/schema/desk.graphql`` is its notation, kept for review (スキーマ)."""

from functools import cache

from api.desk.costs import COSTS
from api.desk.mutation import mutation_type
from api.desk.query import Query
from api.desk.records import TYPES
from api.desk.scalars import SCALARS
from api.graphql.limits import DESK
from api.graphql.schema import Schema, build, sdl


@cache
def desk_schema() -> Schema:
    """The schema of every desk."""
    return build(Query, mutation_type(), types=TYPES.values(), scalars=SCALARS, limits=DESK, costs=COSTS)


def desk_sdl() -> str:
    """The schema in GraphQL's own notation."""
    return sdl(desk_schema())
