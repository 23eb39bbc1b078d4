"""Who may read what: the one table, asked by every reader there is (閲覧範囲と閲覧者).

What a person typed names its audience. What stands in clear (that a record is there, its stage, its days, its ids, its
course) belongs to a view. Both are read by roles of the city, and by nobody else unless they are public. Proposers read
of their own proposals what ``may_read_own`` says, and nothing more. Nothing else in the program decides who may read.
A value that is not for the reader is answered as null with ``withheld: true``:
that something was written is no secret to those who see the record.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import gathering, notice
from domain.errors import NotAllowed
from domain.roles import CASEWORK, EVERYBODY, SIGNED_IN, Role
from domain.values import Audience, Sealed
from tenants.members import Member


class View(StrEnum):
    """What is shown beside what was typed (表示の区分). What everybody may see is ``Audience.PUBLIC``, typed or not."""

    CITY = "city"
    """Cases, numbers, rules and what was published inside, also challenges: for all of the city's own people (庁内)."""
    CASEWORK = "casework"
    """Proposals, challenges before they are published, the course of things, the organisation: for who works there."""
    RIGHTS = "rights"
    """Who may do what: for who grants it and who checks it."""
    SELF = "self"
    """Who one is, and one's own account: for everybody who signs in, proposers too (本人)."""
    OWN = "own"
    """How one's own proposals stand: for who stands for a party that proposes (自らの提案)."""


Shown = Audience | View

CONCERNED: Final = CASEWORK - {Role.CITY_ADMINISTRATOR}
"""Those who work on proposals or check that work; who keeps members and policy does not read what proposers wrote.

Officers of all departments: screening asks the departments concerned before one is in charge, departments hand matters
to each other, and work moves when they merge (DOMAIN.md sections 2 and 9). How to reach a proposer stays with the desk.
"""

READERS: Final[Mapping[Shown, frozenset[Role]]] = {
    Audience.PUBLIC: SIGNED_IN,
    Audience.STAFF: EVERYBODY,
    Audience.PROPOSER: CONCERNED,
    Audience.DEPARTMENT: CONCERNED,
    Audience.DESK: frozenset({Role.DESK_OFFICER, Role.APPROVER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.COUNCIL: frozenset({Role.DESK_OFFICER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.AUDITOR: frozenset({Role.AUDITOR}),
    Audience.OTHER_CITY: CONCERNED,
    Audience.PERSONNEL: frozenset({Role.CITY_ADMINISTRATOR, Role.AUDITOR}),
    Audience.PROGRAM: frozenset(),
    View.CITY: EVERYBODY,
    View.CASEWORK: CASEWORK,
    View.RIGHTS: frozenset({Role.CITY_ADMINISTRATOR, Role.AUDITOR}),
    View.SELF: SIGNED_IN,
    View.OWN: frozenset({Role.PROPOSER}),
}
"""Audience or view to the roles that read it inside the city."""

READ_INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "notice": frozenset({notice.Stage.PUBLISHED}),
    "gathering": frozenset({gathering.Stage.ANNOUNCED, gathering.Stage.HELD, gathering.Stage.CANCELLED}),
}
"""Kind of record to the stages in which it is for all of the city's own people, whomever else it reaches (庁内公開)."""

TO_PARTY: Final = frozenset({Audience.PROPOSER, Audience.PUBLIC})
"""What is written to a party in the records of its own proposals."""


def _paths(named: str) -> frozenset[str]:
    return frozenset(named.split())


TOLD: Final[Mapping[str, frozenset[str]]] = {
    "dialogue": _paths(
        "meetings.state meetings.on meetings.time meetings.place meetings.agenda meetings.visitors meetings.shared"
        " meetings.next_step meetings.reason messages.sender messages.on messages.text disclosures.on"
        " disclosures.condition resources.party resources.asset resources.description goals.description goals.measure"
        " goals.target goals.by costs.bearer costs.description costs.yen scheme"
    ),
    "selection": _paths(
        "shared_on shared_note shared_way shared_unique shared_in_time shared_in_space by_proposer chosen_because"
    ),
    "agreement": _paths(
        "agreed_kind title matters signatories.party signatories.side signatories.name signatories.signed_on"
        " duties.party duties.role goals begins_on ends_on renewal renewal_months notice_days confidential edition"
        " settled_on effective_on changes.changes changes.reason notices.party notices.on notices.reason ended_how"
        " ended_by ended_on ended_because note"
    ),
    "project": _paths(
        "ends_on support.provides support.begins_on support.ends_on support.report_due_on reported_on evaluations.side"
        " evaluations.summary evaluations.findings.result evaluations.findings.words over_on stopped_because path"
        " path_because"
    ),
}
"""Kind of record about a proposal to what its proposer is told of it, by path; of that, words as ``may_read_own`` says.

Not the record itself: not its department, its officers, its title, its stage, nor that there is one of which nothing is
told. For whom a record is, ``projections.records.told`` finds out (提案者に伝える事項).
"""

OUTSIDE: Final[frozenset[Shown]] = frozenset({Audience.PUBLIC})
"""What is read without being a member of the city: by everybody, so also by other cities' desks.

Nothing is shown to another city's desk alone before there is a reader who is known as one.
"""

OWN: Final[frozenset[Shown]] = frozenset({Audience.PERSONNEL})
"""What is read by the member besides whom it is about; that something was entered, and from when, all staff see."""

PERSONNEL_REASONS: Final = frozenset({"rights.member_left", "rights.granted", "rights.revoked"})
"""Events whose reason is a matter of personnel, also where it was entered for all staff, as it once was."""


def may_read(reader: Member | None, shown: Shown, about: UUID | None = None) -> bool:
    """Whether a member of the city reads it; ``None`` is whoever is none. ``about``: the member whom it is about."""
    if reader is None:
        return shown in OUTSIDE
    return bool(reader.roles & READERS[shown]) or (shown in OWN and reader.id == about)


def may_read_own(reader: Member, proposer: UUID, typed: Sealed) -> bool:
    """Whether a representative reads something typed in a record of this proposer's: the one rule for proposers.

    It stands for that party; and the party wrote it itself, so that it lies under the party's key, or it is for it.
    """
    own = typed.key == proposer and typed.audience is not Audience.PROGRAM
    return proposer in reader.parties and (own or typed.audience in TO_PARTY)


def may_read_file(reader: Member, name: Sealed, *, detached: bool) -> bool:
    """Whether somebody reads a file: who reads its name; one that was detached, only who checks the whole history."""
    if detached:
        return may_read(reader, Audience.AUDITOR)
    return may_read(reader, name.audience) or may_read_own(reader, name.key, name)


def audience_of(topic: str, field: str, typed: Audience) -> Audience:
    """For whom something typed in an event is: whoever it was typed for, or fewer."""
    return Audience.PERSONNEL if field == "reason" and topic in PERSONNEL_REASONS else typed


def require(member: Member, shown: Shown) -> None:
    """Raises NotAllowed when it is not for the member."""
    if not may_read(member, shown):
        raise NotAllowed(needed=", ".join(sorted(READERS[shown])))


def challenge_view(*, published: bool) -> View:
    """The view that a challenge belongs to: once it was published, also when it was closed since, it is for all."""
    return View.CITY if published else View.CASEWORK


def case_view(*, withdrawn: bool) -> View:
    """The view that a case belongs to: for all, unless it was withdrawn."""
    return View.CASEWORK if withdrawn else View.CITY


def record_view(kind: str, stage: str, shown_until: date | None, today: date) -> View:
    """The view that a record belongs to: some kinds, while they are shown, are for all; the rest is casework."""
    inside = stage in READ_INSIDE.get(kind, ()) and (shown_until is None or today <= shown_until)
    return View.CITY if inside else View.CASEWORK
