"""How the plain values of a command become an event: what is typed is sealed, what is named is looked up (記載).

A command says it beside its fields, ``reason: Annotated[str, Says(Audience.PROPOSER)]``; fields of command and event
bear the same names. So no command has code that copies its fields, and none can forget an audience.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.errors import ReasonRequired
from domain.organisation import named
from domain.process import Process
from domain.values import LONG, SHORT, Audience, CityCode, Mark, Sealed, Typed, text
from tenants.wish import Context, Wish

E = TypeVar("E")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Says:
    """A text: for whom, with which marks, of how many characters at most.

    ``own``: the words of the party the record is about, sealed under its key. ``reason``: of a decision, so that
    nothing typed is refused as a missing reason.
    """

    audience: Audience
    marks: tuple[Mark, ...] = ()
    limit: int = LONG
    own: bool = False
    reason: bool = False

    def sealed(self, field: str, value: str, key: UUID) -> Typed:
        """The text on its way into the log. Raises ReasonRequired, Invalid."""
        if self.reason and not value.strip():
            raise ReasonRequired
        return Typed(text(field, value, self.limit), key, self.audience, *self.marks)


@dataclass(frozen=True, slots=True)
class Refers:
    """An id that must be that of something in this city: ``check(context, field, id)`` raises a Refusal."""

    check: Callable[[Context, str, UUID], object]


def _department(context: Context, field: str, department: UUID) -> None:
    context.know_departments(field, department)


def _post(context: Context, field: str, post: UUID) -> None:
    named(context.organisation().posts, field, post, context.today)


DepartmentId = Annotated[UUID, Refers(_department)]
"""A department that the city has today."""

PostId = Annotated[UUID, Refers(_post)]
"""A post that the city has today."""

ToProposer = Annotated[str, Says(Audience.PROPOSER)]
ToDepartment = Annotated[str, Says(Audience.DEPARTMENT)]
ToDesk = Annotated[str, Says(Audience.DESK)]
ToCouncil = Annotated[str, Says(Audience.COUNCIL)]
ToStaff = Annotated[str, Says(Audience.STAFF)]
ToAll = Annotated[str, Says(Audience.PUBLIC)]
TitleForDepartment = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)]
TitleForStaff = Annotated[str, Says(Audience.STAFF, limit=SHORT)]
TitleForAll = Annotated[str, Says(Audience.PUBLIC, limit=SHORT)]
Reason = Annotated[str, Says(Audience.PROPOSER, reason=True)]
"""The reason of a decision, told to the proposer."""


def recorded(event: type[E], wish: Any, context: Context, *, own: UUID | None = None, **beside: Any) -> E:
    """The event of a command: its fields of the same name, sealed and looked up, and what stands ``beside`` them.

    ``own`` is the party under whose key its own words are sealed. Raises Invalid, ReasonRequired, ReferenceUnknown.
    """
    return _made(event, wish, context, own or context.file, "", beside)


Told = Callable[[Context, UUID, Any], Any]
"""A value of a command as its event has it: ``(context, whose own words, value)``."""


def _made(kind: type[E], given: Any, context: Context, own: UUID, path: str, beside: dict[str, Any]) -> E:
    told = dict(beside)
    for name, tell in _plan(cast(Hashable, type(given)), cast(Hashable, kind), path):
        if name not in beside:
            value = getattr(given, name)
            told[name] = value if tell is None or value is None else tell(context, own, value)
    return kind(**told)


@cache
def _plan(given: Any, kind: Any, path: str) -> tuple[tuple[str, Told | None], ...]:
    """How each field of a dataclass of the domain is made from one of the command; ``None``: it is taken as it is."""
    said, meant = _hints(given), _hints(kind)
    names = (field.name for field in fields(kind) if field.name in said)
    return tuple((name, _telling(said[name], meant[name], path + name)) for name in names)


def _telling(said: Any, meant: Any, path: str) -> Told | None:
    """A text is sealed, an id looked up, a list or part made of its own fields. Raises TypeError for a text unsaid."""
    said, meant = some(said), some(meant)
    inner = get_args(said)[0] if get_origin(said) is Annotated else said
    if get_origin(inner) is tuple:
        each = _telling(get_args(inner)[0], get_args(meant)[0], path)
        return None if each is None else lambda context, own, values: tuple(each(context, own, one) for one in values)
    if is_dataclass(inner) and inner is not meant:
        return lambda context, own, value: _made(meant, value, context, own, f"{path}.", {})
    field = camel(path)
    for marker in getattr(said, "__metadata__", ()):
        if isinstance(marker, Says):
            return _sealing(marker, field)
        if isinstance(marker, Refers):
            return _looking(marker, field)
    if meant is Sealed:
        raise TypeError(f"{path} does not say for whom it is")
    return None


def _sealing(says: Says, field: str) -> Told:
    return lambda context, own, value: says.sealed(field, value, own if says.own else context.file)


def _looking(refers: Refers, field: str) -> Told:
    def looked_up(context: Context, _own: UUID, value: Any) -> Any:
        refers.check(context, field, value)
        return value

    return looked_up


@cache
def _hints(of: Hashable) -> dict[str, Any]:
    return get_type_hints(of, include_extras=True)


def some(hint: Any) -> Any:
    """What stands beside ``None`` in a type."""
    if get_origin(hint) not in {Union, UnionType}:
        return hint
    return next(part for part in get_args(hint) if part is not NoneType)


def camel(path: str) -> str:
    """The name of a field as those who ask know it: ``next_step`` is ``nextStep``."""
    return ".".join(_camel(part) for part in path.split("."))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class Doing(Wish[S]):
    """A wish that is one step of a process: it ``records`` one event, made of its own fields."""

    decider: ClassVar[Process[Any]]
    records: ClassVar[type]

    def target(self, city: CityCode) -> UUID:
        """The record that the field called after its kind names."""
        del city
        record: UUID = getattr(self, self.decider.name)
        return record

    def events(self, state: S, context: Context) -> tuple[Any, ...]:
        """The event, if the table of the process grants it. Raises Refusal."""
        self.judge(state, context)
        return self._granted(state, context)

    def rehearse(self, context: Context) -> None:
        """Whether the process would grant it as things stand. Raises Refusal."""
        target = self.target(context.city)
        self._granted(context.look(self.decider, target), replace(context, file=target, began_on=None))

    def _granted(self, state: S, context: Context) -> tuple[Any, ...]:
        event: object = recorded(self.records, self, context, own=self.owner(state), **self.beside(state, context))
        return self.decider.decide(state, context.policy, event)

    def judge(self, state: S, context: Context) -> None:
        """What must hold besides the table: remit, impartiality, other records. Raises Refusal."""

    def beside(self, state: S, context: Context) -> dict[str, Any]:
        """Fields of the event that nobody enters."""
        del state, context
        return {}

    def owner(self, state: S) -> UUID | None:
        """The party whose own words these are."""
        del state
        return None


class HasDepartment(Protocol):
    """The state of a record that belongs to a department, or to none yet."""

    @property
    def department(self) -> UUID | None:
        """The department that has it."""


D = TypeVar("D", bound=HasDepartment)


class OfDepartment(Doing[D]):
    """A wish that an officer of a department may have only where that department, or one it is heir of, has it."""

    def judge(self, state: D, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.needed())
