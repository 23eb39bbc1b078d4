"""The demo data as typed values: twenty real cases, and samples that say that they are samples (デモデータ).

Only reads; whatever loads it into cities does so through their commands. The cases are those of the Aomori guideline.
Offices, accounts, challenges and proposals are made up, apart from the names of the two desks.
"""

import tomllib
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Any, Final, TypeVar

import msgspec

from domain import challenge, proposal
from domain.case import ResourceKind, Side
from domain.case import Stage as CaseStage
from domain.circumstances import Channel
from domain.policy import OrganisationKind
from domain.values import CityCode, Code, Day, Precision
from tenants.members import Role

T = TypeVar("T")


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a demo file; an unknown key is a mistake."""


# --- the real cases -----------------------------------------------------------------------------------------------


class Partner(Table, frozen=True):
    """A partner or another participant; ``role`` says what a participant did."""

    name: str
    participant: bool = False
    role: str | None = None


class LabelledDate(Table, frozen=True):
    """A day, month or year (then its first day) and what happened or was planned for it."""

    label: str
    on: date
    precision: Precision = Precision.DAY
    planned: bool = False

    @property
    def day(self) -> Day:
        """The day with its precision."""
        return Day(self.on, self.precision)


class Resource(Table, frozen=True):
    """What a side brought in."""

    side: Side
    kind: ResourceKind
    text: str


class Benefit(Table, frozen=True):
    """What a side gained or was to gain; a third party has a name."""

    side: Side
    text: str
    beneficiary: str | None = None

    @property
    def description(self) -> str:
        """With the third party's name in front."""
        return f"{self.beneficiary}: {self.text}" if self.beneficiary else self.text


class Outcome(Table, frozen=True):
    """An effect, expected unless it was measured."""

    text: str
    measured: bool = False


class Fact(Table, frozen=True):
    """A number that the case tells; it stands in the summary too."""

    label: str
    value: int
    unit: str


class Case(Table, frozen=True):
    """One case of the guideline. ``listed_as`` is its heading there, ``method`` what its own text says."""

    number: int
    city: CityCode
    title: str
    summary: str
    method: Code
    listed_as: Code
    fields: tuple[Code, ...]
    status: CaseStage
    status_reason: str
    source: str
    partners: tuple[Partner, ...]
    background: str | None = None
    items: tuple[str, ...] = ()
    dates: tuple[LabelledDate, ...] = ()
    resources: tuple[Resource, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    facts: tuple[Fact, ...] = ()


# --- the samples: offices and accounts -------------------------------------------------------------------------------


class NameFrom(Table, frozen=True):
    """A name and the first day on which it holds."""

    name: str
    valid_from: date


class Department(Table, frozen=True):
    """A department and its names, the first name first; a later one may lie ahead."""

    city: CityCode
    key: str
    names: tuple[NameFrom, ...]


class Post(Table, frozen=True):
    """A post in a department."""

    city: CityCode
    key: str
    department: str
    name: str
    valid_from: date


class Holding(Table, frozen=True):
    """A post that a member holds, to the day before ``until``."""

    post: str
    valid_from: date
    until: date | None = None


class Account(Table, frozen=True):
    """An account for the demo; ``name`` is a role, not a person.

    A member of the city has ``roles``; a proposer has none and ``stands_for`` who made the sample proposal of that key.
    """

    city: CityCode
    login: str
    name: str
    roles: tuple[Role, ...] = ()
    stands_for: str | None = None
    department: str | None = None
    posts: tuple[Holding, ...] = ()


class Offices(Table, frozen=True):
    """Departments, posts and accounts of both cities."""

    department: tuple[Department, ...]
    post: tuple[Post, ...]
    member: tuple[Account, ...]


# --- the samples: challenges and proposals ---------------------------------------------------------------------------


class Challenge(Table, frozen=True):
    """A challenge: raised, perhaps published, perhaps closed with its result and a closing note."""

    key: str
    city: CityCode
    department: str
    title: str
    description: str
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]
    raised_on: date
    conditions: str | None = None
    city_offers: str | None = None
    published_on: date | None = None
    due_on: date | None = None
    closed_on: date | None = None
    result: challenge.Result | None = None
    closing_note: str | None = None


class Command(StrEnum):
    """What is done in one step."""

    RECEIVE = "receive"
    RETURN_FOR_COMPLETION = "return_for_completion"
    COMPLETE = "complete"
    SCREEN = "screen"
    REFUSE = "refuse"
    REFER = "refer"
    MATCH = "match"
    RECORD_DIALOGUE = "record_dialogue"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    ATTACH = "attach"


class Step(Table, frozen=True):
    """One command on its day, by an account's login; ``text`` is its reason, note or minutes.

    The rest belongs to single commands: ``due_on`` to return, ``summary`` to complete, ``departments`` to screen,
    ``ground`` to refuse, ``destination`` with ``department`` or ``code`` to refer, ``department`` to match,
    ``next_step`` to record_dialogue, ``outcome`` and ``decided_by`` to decide, ``session`` at which the council did,
    ``file`` to attach: the name of a PDF that says ``text``.
    """

    command: Command
    on: date
    by: str
    text: str
    due_on: date | None = None
    summary: str | None = None
    departments: tuple[str, ...] = ()
    department: str | None = None
    ground: proposal.Ground | None = None
    destination: proposal.Destination | None = None
    code: Code | None = None
    next_step: str | None = None
    outcome: proposal.Outcome | None = None
    decided_by: proposal.DecidedBy | None = None
    session: str | None = None
    file: str | None = None


class Organisation(Table, frozen=True):
    """A made-up proposer, without corporate number."""

    kind: OrganisationKind
    name: str
    contact_name: str
    contact: str


class Proposal(Table, frozen=True):
    """A proposal and the steps that bring it to ``stage``; the first receives it."""

    key: str
    city: CityCode
    stage: proposal.Stage
    kind: Code
    channel: Channel
    title: str
    summary: str
    organisation: Organisation
    steps: tuple[Step, ...]
    challenge: str | None = None


# --- the samples: everything around and after ------------------------------------------------------------------------


class Doing(Table, frozen=True):
    """A command by its name (``survey.ask``) on its day, by an account's login; ``say`` is what is entered.

    In it ``@kind/key`` is the id of something in the demo, ``@own/name`` an id that the command itself gives. ``of`` is
    the key of a proposer or asker for whom it is entered.
    """

    do: str
    on: date
    by: str
    say: dict[str, Any]
    channel: Channel = Channel.DESK
    of: str | None = None


class Story(Table, frozen=True):
    """What happens to a record of the demo, step after step."""

    key: str
    city: CityCode
    steps: tuple[Doing, ...]


STORIES: Final = ("around.toml", "talks.toml", "works.toml")
"""Before and beside proposals; while they are considered; while they are carried out."""

# --- reading ---------------------------------------------------------------------------------------------------------


class _Cases(Table, frozen=True):
    case: tuple[Case, ...]


class _Challenges(Table, frozen=True):
    challenge: tuple[Challenge, ...]


class _Proposals(Table, frozen=True):
    proposal: tuple[Proposal, ...]


class _Stories(Table, frozen=True):
    story: tuple[Story, ...]


def _load(file: str, kind: type[T]) -> T:
    text = resources.files("api.demo").joinpath(file).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), kind, strict=True)


def cases() -> tuple[Case, ...]:
    """The twenty cases, in the guideline's order."""
    return _load("cases.toml", _Cases).case


def offices() -> Offices:
    """Departments, posts and accounts."""
    return _load("offices.toml", Offices)


def challenges() -> tuple[Challenge, ...]:
    """The sample challenges."""
    return _load("challenges.toml", _Challenges).challenge


def proposals() -> tuple[Proposal, ...]:
    """The sample proposals."""
    return _load("proposals.toml", _Proposals).proposal


def stories() -> tuple[Story, ...]:
    """The samples of everything around and after proposals."""
    return tuple(story for file in STORIES for story in _load(file, _Stories).story)
