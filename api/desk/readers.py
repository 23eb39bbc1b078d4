"""Who may read a field, and how a read waits for what a command just wrote (照会の権限).

Every root field is made with :func:`readable`, a field that is for fewer than its type with :func:`narrowed`; there is
no other way to either (``tests/leaks/test_declared.py``). Who that is stands in ``tenants.visibility`` alone.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions.field_extension import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.desk.context import DeskInfo
from api.desk.scalars import Position
from api.graphql.shown import declared
from api.security.watch import note
from domain.errors import NotAllowed
from tenants.visibility import Shown, View, require

F = TypeVar("F", bound=Callable[..., Any])

POSITIONS: Final = View.CITY
"""Who is told positions of the log: a position that is there, or is not, tells how much happens at a desk."""


class ReadBy(FieldExtension):
    """Who may read a field."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: DeskInfo, **kwargs: Any
    ) -> Any:
        """Raises NotAllowed, and what the field raises."""
        try:
            require(info.context.member, self.shown)
        except NotAllowed as error:
            asking = info.context.member
            place = info._raw_info.parent_type  # noqa: SLF001 - strawberry shows no other way to it
            note(error, city=asking.city, member=asking.id, what=f"{place}.{info.field_name}")
            raise
        return await next_(source, info, **kwargs)


class Waiting(FieldExtension):
    """Each root field can wait for what a command wrote (``atLeast``)."""

    def apply(self, field: StrawberryField) -> None:
        """One more argument."""
        at_least = StrawberryArgument(
            python_name="at_least",
            graphql_name=None,
            type_annotation=StrawberryAnnotation(Position | None),
            description="Show at least what was recorded up to this position; waits two seconds at most, and refuses a"
            " position at which nothing is recorded.",
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
        """Raises NotAllowed for who is told no positions, PositionUnknown, NotYetVisible, and what the field raises."""
        if at_least is not None:
            require(info.context.member, POSITIONS)
            await info.context.reads.wait_for(at_least)
        return await next_(source, info, **kwargs)


def readable(by: Shown) -> Callable[[F], F]:
    """A root field for those readers; the docstring becomes its description, the method's type is kept for checks."""
    return _field(by, Waiting(), ReadBy(by))  # the last is asked first


def narrowed(by: Shown) -> Callable[[F], F]:
    """A field that is for fewer readers than the type it stands in."""
    return _field(by, ReadBy(by))


def _field(by: Shown, *extensions: FieldExtension) -> Callable[[F], F]:
    def field(method: F) -> F:
        made = strawberry.field(
            method, description=inspect.getdoc(method), extensions=list(extensions), metadata=declared(by)
        )
        return cast(F, made)

    return field
