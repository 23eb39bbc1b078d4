"""What a kind of record shows: a body made of its events, and the head by which lists find it (記録の種類).

Most fields of a body are those of the events, by name: the last word counts. Only what gathers (opinions, milestones)
has code of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.process import Process
from domain.values import Sealed
from projections.model import Fact
from tenants.mapper import fields_of

B = TypeVar("B", bound=Struct)

NOBODY: Final = "nobody"


class Ref(StrEnum):
    """What an id of a body names, said beside its field: readers are shown the thing, not the id."""

    DEPARTMENT = "department"
    POST = "post"
    MEMBER = "member"


class Own(StrEnum):
    """Said beside a list: who does not work there sees own parts alone. The value names the field that says whose."""

    MEMBER = "member"


class Head(Struct, frozen=True):
    """What lists know of a record: what it is called, what it is about, whose turn it is and until when.

    ``waiting_for`` is a role; ``member`` and ``posts`` are those whose turn it is by name. An officer's turn is that
    of ``department``, or of several ``departments``. ``also`` are roles over the whole city whose turn it is besides:
    two may have something to do at once. ``concerns`` are further records beside the one it is about.
    """

    title: Sealed | None = None
    about: UUID | None = None
    department: UUID | None = None
    departments: tuple[UUID, ...] = ()
    waiting_for: str = NOBODY
    member: UUID | None = None
    posts: tuple[UUID, ...] = ()
    due_on: date | None = None
    sample: bool = False
    concerns: tuple[UUID, ...] = ()
    also: tuple[str, ...] = ()


def absorbed(body: B, fact: Fact) -> B:
    """The body with what the event says under the same names; what it leaves out stays."""
    return replace(body, **_shared(type(body), fact.event))


def begun(kind: type[B]) -> Callable[[Fact], B]:
    """The first body of a record, from the event that began it."""
    return lambda fact: kind(**_shared(kind, fact.event))


def put(parts: tuple[Any, ...], part: Any) -> tuple[Any, ...]:
    """The part in the place of the one of the same id, or at the end."""
    if all(each.id != part.id for each in parts):
        return (*parts, part)
    return tuple(part if each.id == part.id else each for each in parts)


def _shared(kind: type[Struct], event: object) -> dict[str, Any]:
    names = set(fields_of(kind)) & set(fields_of(type(event)))
    return {name: value for name in names if (value := getattr(event, name)) is not None}


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """One kind of record: its process, its body (a tagged struct), how events change it, and the head of a body."""

    process: Process[Any]
    body: type[B]
    head: Callable[[B, str], Head]
    begin: Callable[[Fact], B]
    change: Callable[[B, Fact], B] = absorbed
