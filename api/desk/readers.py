"""Who may read a root field, and how a read waits for what a command just wrote (照会の権限).

Every root field is made with :func:`readable`; there is no other way to one.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions.field_extension import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.desk.audiences import require
from api.desk.context import DeskInfo
from api.desk.scalars import Position
from tenants.members import Role

F = TypeVar("F", bound=Callable[..., Any])


class ReadBy(FieldExtension):
    """Who may read a root field; and each can wait for what a command wrote (``atLeast``)."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    def apply(self, field: StrawberryField) -> None:
        """One more argument."""
        at_least = StrawberryArgument(
            python_name="at_least",
            graphql_name=None,
            type_annotation=StrawberryAnnotation(Position | None),
            description="Show at least what was recorded up to this position; waits two seconds at most.",
            default=None,
        )
        field.arguments = [*field.arguments, at_least]

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Any]],
        source: Any,
        info: DeskInfo,
        at_least: Position | None = None,
        **kwargs: Any,
    ) -> Any:
        """Raises NotAllowed, NotYetVisible, and what the field raises."""
        require(info.context.member, self.roles)
        if at_least is not None:
            await info.context.reads.wait_for(at_least)
        return await next_(source, info, **kwargs)


def readable(by: frozenset[Role]) -> Callable[[F], F]:
    """A root field for those roles; the docstring becomes its description, the method's type is kept for checks."""

    def field(method: F) -> F:
        description = inspect.getdoc(method)
        return cast(F, strawberry.field(method, description=description, extensions=[ReadBy(by)]))

    return field
