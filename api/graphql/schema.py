"""How a GraphQL schema of ours is put together, and written down for review (スキーマ)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from api.graphql.costs import Costs
from api.graphql.documents import Documents, Guard
from api.graphql.executing import bounded
from api.graphql.limits import PUBLIC, Limits
from api.graphql.scalars import PARTIAL_DATE, PartialDate

NO_COSTS: Final = Costs()
"""Nothing is declared."""


class Schema(strawberry.Schema):
    """A schema with its limits, whose errors are logged where they are told (``api.graphql.errors``) and not here."""

    limits: Limits
    costs: Costs

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry would log the whole error here, with what the client sent."""


def build(
    query: type[Any],
    mutation: type[Any] | None = None,
    *,
    types: Iterable[type] = (),
    scalars: Mapping[object, ScalarDefinition] | None = None,
    limits: Limits = PUBLIC,
    costs: Costs = NO_COSTS,
) -> Schema:
    """A schema in camelCase that refuses a document beyond ``limits`` before it is validated.

    ``scalars``: Python type to scalar, beside those that both endpoints have. ``costs``: what its fields cost.
    """
    documents = Documents()
    scalar_map = {PartialDate: PARTIAL_DATE, **(scalars or {})}
    made = Schema(
        query=query,
        mutation=mutation,
        types=tuple(types),
        extensions=[lambda: Guard(limits, costs, documents)],
        execution_context_class=bounded(costs, limits),
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=scalar_map),
    )
    made.limits, made.costs = limits, costs
    return made


def sdl(schema: strawberry.Schema) -> str:
    """The schema in GraphQL's own notation, ending in a line break."""
    return print_schema(schema).rstrip("\n") + "\n"
