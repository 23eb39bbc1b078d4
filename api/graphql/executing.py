"""How a valid operation is carried out: as the library does, and no list longer than the schema's table says (実行)."""

from collections.abc import Sized
from typing import Any, ClassVar

from graphql import GraphQLResolveInfo
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.graphql.costs import Costs
from api.graphql.limits import Limits
from api.graphql.refusals import ListTooLong


class Bounded(StrawberryGraphQLCoreExecutionContext):
    """Carries out one operation. Made for a schema by :func:`bounded`."""

    costs: ClassVar[Costs]
    limits: ClassVar[Limits]

    def complete_list_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: GraphQLResolveInfo[Any],
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """A list, unless it is longer than it can be. Raises ListTooLong."""
        if not info.parent_type.name.startswith("__") and isinstance(result, Sized):
            most = self.costs.most(info.parent_type, info.field_name, self.limits)
            if len(result) > most:
                raise ListTooLong(field=f"{info.parent_type}.{info.field_name}", limit=most, actual=len(result))
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)


def bounded(costs: Costs, limits: Limits) -> type[Bounded]:
    """The way to carry out operations of one schema."""
    return type("BoundedHere", (Bounded,), {"costs": costs, "limits": limits})
