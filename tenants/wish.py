"""What a member asks of a city: a command as plain data, how it was entered, and the answer (操作).

A wish is a frozen dataclass of plain values as a person gave them. It knows its aggregate, who may ask, and how to turn
itself into events with the decider's command; the desk does the rest.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from domain.calendar import Due, check_since
from domain.circumstances import Act, ApprovalSystem, Channel
from domain.days_in_words import in_japanese
from domain.decider import Decider
from domain.errors import DateInvalid, NotAllowed, OutsideRemit, ReasonRequired, ReferenceUnknown
from domain.organisation import ORGANISATION, Organisation, named
from domain.policy import Deadline, Policy
from domain.process import Process
from domain.values import LONG, Audience, CityCode, Day, Mark, Typed, text
from tenants.members import Member, Role

if TYPE_CHECKING:
    from tenants.desk import Desk
    from tenants.files.uploads import Upload

S = TypeVar("S")
T = TypeVar("T")

RENKEI: Final = UUID("6b1f7f5a-3b52-5d0e-9a55-7d0f4f2f6d11")
"""Namespace of the ids that this program derives from others."""


@cache
def city_id(city: CityCode) -> UUID:
    """Id of the aggregate that is the city itself."""
    return uuid5(RENKEI, f"{city}/city")


@cache
def organisation_id(city: CityCode) -> UUID:
    """Id of the aggregate that is the city's organisation."""
    return uuid5(RENKEI, f"{city}/organisation")


@cache
def rights_id(city: CityCode) -> UUID:
    """Id of the aggregate that is the city's members and their rights."""
    return uuid5(RENKEI, f"{city}/rights")


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval of an outward act as the member entered it (決裁)."""

    system: ApprovalSystem
    decided_on: date
    approval: UUID | None = None
    number: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How a command was entered. ``occurred_on`` left out means today in Japan; times are given by the program."""

    command_id: UUID
    request_id: str = ""
    channel: Channel = Channel.DESK
    occurred_on: Day | None = None
    on_behalf_of: UUID | None = None
    post: UUID | None = None
    approval: Approval | None = None
    fiscal_year: int | None = None


def _none_came(_file: UUID) -> "Upload":
    raise ReferenceUnknown(field="file")


def _nobody_came(_party: UUID) -> bool:
    return False


def _none_before(_day: date) -> Iterator[Policy]:
    return iter(())


class Look(Protocol):
    """Another record of the same city; what is decided on it is recorded only while it is still so."""

    def __call__(self, decider: Decider[T], target: UUID, /) -> T:
        """Its state, the first one where there is none. Raises OtherKind, Unreadable."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a wish may use when it turns itself into events; ``today`` in Japan, ``happened_on`` as it was entered."""

    city: CityCode
    member: Member
    policy: Policy
    file: UUID
    command_id: UUID
    fiscal_year: int
    today: date
    happened_on: date
    take_serial: Callable[[str], int]
    look: Look
    business_day: Callable[[date, int], date]
    """The day so many business days after another, as ``domain.calendar`` counts."""
    channel: Channel = Channel.DESK
    uploaded: Callable[[UUID], "Upload"] = _none_came
    """The member's upload with that id, which is to go with the file. Raises ReferenceUnknown."""
    has_come: Callable[[UUID], bool] = _nobody_came
    """Whether it is the key of a party that has said something to the city (``tenants.parties``), or of a member."""
    policies_since: Callable[[date], Iterator[Policy]] = _none_before
    """The policies before the one in force that were so on a day or since, the newest first."""
    began_on: date | None = None
    """The day on which the record began, as it was entered; ``None`` for a new one, and where no event tells it."""

    def due(self, rule: Deadline) -> Due | None:
        """Until when it is due by the city's rule, counted from the day it happened; none without a rule."""
        days = self.policy.business_days(rule)
        return None if days is None else Due(rule, days, self.business_day(self.happened_on, days))

    def in_time(self, field: str, day: date | None) -> None:
        """Until when somebody shall answer. Raises DateInvalid for a day before the one on which it happened."""
        if day is not None and day < self.happened_on:
            raise DateInvalid(
                field=field,
                problem=f"it must not lie before the day on which this happened ({self.happened_on}).",
                problem_ja=f"この手続の日である{in_japanese(self.happened_on)}以後の日付が必要です",
            )

    def not_ahead(self, field: str, day: date | None) -> None:
        """When something happened. Raises DateInvalid for a day that has not come."""
        if day is not None and day > self.today:
            raise DateInvalid(
                field=field,
                problem=f"it has not come yet; today is {self.today}.",
                problem_ja=f"本日、{in_japanese(self.today)}以前の日付が必要です",
            )

    def not_past(self, field: str, day: date | None) -> None:
        """When something shall be. Raises DateInvalid for a day before today."""
        if day is not None and day < self.today:
            raise DateInvalid(
                field=field,
                problem=f"it has passed; name today ({self.today}) or a later day.",
                problem_ja=f"本日、{in_japanese(self.today)}以後の日付が必要です",
            )

    def happened(self, field: str, day: date | None) -> None:
        """When something happened to the record. Raises DateInvalid for a day before it began, or not yet come."""
        self.not_ahead(field, day)
        if day is not None:
            check_since(field, day, self.began_on)

    def as_shown(self, accepted: Callable[[Policy], bool]) -> "Context":
        """With the conditions and the purpose of use that were accepted, if they were shown when it happened, or since.

        A letter that came before the city changed them is entered afterwards, and says what its sender agreed to. Else
        as it is.
        """
        if accepted(self.policy):
            return self
        for before in self.policies_since(self.happened_on):
            if accepted(before):
                shown = replace(self.policy, conditions=before.conditions, purpose_of_use=before.purpose_of_use)
                return replace(self, policy=shown)
        return self

    def words(
        self,
        name: str,
        value: str,
        audience: Audience = Audience.DESK,
        *marks: Mark,
        limit: int = LONG,
        key: UUID | None = None,
    ) -> Typed:
        """A typed value, checked, to be sealed under ``key`` (a subject) or the file's. Raises Invalid."""
        return Typed(text(name, value, limit), key or self.file, audience, *marks)

    def some_words(
        self,
        name: str,
        value: str | None,
        audience: Audience = Audience.DESK,
        *marks: Mark,
        limit: int = LONG,
        key: UUID | None = None,
    ) -> Typed | None:
        """The same for a value that may be left out."""
        return None if value is None else self.words(name, value, audience, *marks, limit=limit, key=key)

    def reason(self, value: str) -> Typed:
        """The reason of a decision, told to the proposer. Raises ReasonRequired when it is empty, Invalid."""
        if not value.strip():
            raise ReasonRequired
        return self.words("reason", value, Audience.PROPOSER)

    def require_remit(self, department: UUID | None, roles: frozenset[Role]) -> None:
        """Raises OutsideRemit when the member has these roles in other departments only, none of them its heir."""
        own = self.member.departments(roles)
        if own is None or department is None or department in own:
            return
        if not any(self.organisation().inherits(each, department, self.today) for each in own):
            raise OutsideRemit(needed=", ".join(sorted(roles)))

    def know_departments(self, field: str, *departments: UUID) -> None:
        """Raises ReferenceUnknown for one that the city does not have today."""
        for department in departments:
            named(self.organisation().departments, field, department, self.today)

    def organisation(self) -> Organisation:
        """The city's departments and posts."""
        return self.look(ORGANISATION, organisation_id(self.city))

    def new_id(self, purpose: str) -> UUID:
        """An id that the same command finds again, and that tells no time."""
        return uuid5(self.command_id, purpose)


@dataclass(frozen=True, slots=True)
class Further:
    """An event on another record that a command brings with it, granted or refused by that record's own process.

    What it says is sealed under that record's file or a subject, never under the file of the command.
    """

    decider: Process[Any]
    target: UUID
    event: object


class Wish(ABC, Generic[S]):
    """A command as plain data. Subclasses are frozen dataclasses; their docstring is what users read."""

    name: ClassVar[str]
    decider: ClassVar[Decider[Any]]
    roles: ClassVar[frozenset[Role]]
    ja: ClassVar[str]
    begins: ClassVar[bool] = False
    """Whether it begins a record and takes its number, so that there is nothing to be read before."""

    @abstractmethod
    def target(self, city: CityCode) -> UUID:
        """The aggregate it is about."""

    @abstractmethod
    def events(self, state: S, context: Context) -> tuple[Any, ...]:
        """The events that grant it. Raises Refusal."""

    def also(self, state: S, context: Context) -> tuple[Further, ...]:
        """What it brings with it on other records, one event each: recorded with its own events or not at all.

        Asked only when the wish is granted now, with the state before it. Raises Refusal.
        """
        del state, context
        return ()

    def subject(self) -> UUID | None:
        """The party whose own words it carries, if any: their key is read together with the aggregate."""
        return None

    def act(self) -> Act | None:
        """As what it reaches outside, so that the city may ask for an approval first; ``None`` for most."""
        return None

    def reaches(self, state: S) -> bool:
        """Whether it reaches outside as its record stands; what is shown inside alone needs no approval."""
        del state
        return True

    def rests_on(self, state: S) -> str | None:
        """What its record holds of the act that its own words do not say: an approval covers that as it stood."""
        del state
        return None

    def before(self, desk: "Desk", entry: Entry) -> "Answer[Any] | None":
        """What is recorded first, as a command of its own; asked again, it is recorded once. Raises as ``Desk.do``."""
        del desk, entry
        return None

    def after(self, desk: "Desk") -> None:
        """What is tidied up once it was recorded; may be left undone when the program ends in between."""

    def needed(self) -> frozenset[Role]:
        """The roles of which a member needs one."""
        return self.roles

    def allow(self, member: Member) -> None:
        """Raises NotAllowed. Who audits changes nothing, whatever else the member may do."""
        if Role.AUDITOR in member.roles or not member.roles & self.needed():
            raise NotAllowed(needed=", ".join(sorted(self.needed())))


@dataclass(frozen=True, slots=True)
class Answer(Generic[S]):
    """What a command led to: the state after it and the log positions it took (``first`` > ``last``: none)."""

    target: UUID
    version: int
    state: S
    first: int
    last: int
    repeated: bool
