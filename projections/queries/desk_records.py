"""Proposals, challenges and cases of one city, as its desk lists and opens them (受付簿・課題・事例).

Rows are those of the read models; what was typed in them is a reference, opened by ``open_words``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, LiteralString, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from psycopg import sql

from domain import case, challenge, proposal
from domain.errors import Unreadable
from domain.values import CityCode
from projections.cases import CASES, CaseRow
from projections.challenges import CHALLENGES, ChallengeRow
from projections.cursors import Cursors
from projections.model import ReadModel
from projections.proposals import PROPOSALS, ProposalRow
from projections.queries.live import live, of_city
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one, one_more, reads, rows
from tenants.members import Role

ASIDE: Final = sql.SQL(
    "select problem from renkei.dead_letters"
    " where city = %s and projection = %s and originator_id = %s and generation = {}"
)
"""What was put aside, and why: the topic and the kind of error."""

R = TypeVar("R", ProposalRow, ChallengeRow, CaseRow)


class Changed(NamedTuple):
    """Sort key: last changed first."""

    updated_at: Annotated[datetime, msgspec.Meta(tz=True)]
    id: UUID


def _changed(row: ProposalRow | ChallengeRow | CaseRow) -> Changed:
    return Changed(row.updated_at, row.id)


INBOX: Final = Listed(Cursors("inbox", Changed), reads(ProposalRow), _changed)
CHALLENGE_LIST: Final = Listed(Cursors("desk challenges", Changed), reads(ChallengeRow), _changed)
CASE_LIST: Final = Listed(Cursors("desk cases", Changed), reads(CaseRow), _changed)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a member with these roles: an officer of a department sees its own, one of none sees all.

    ``departments``: the member's own and those whose open work went to it, as ``waiting_departments`` gives them.
    """

    roles: frozenset[Role]
    departments: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class InboxWhere:
    """Which proposals; what is left empty asks for nothing.

    ``overdue_on``: something was due before that day; ``fiscal_year`` and ``serial``: of the receipt number;
    ``departments``: one of them is in charge; ``ending``: how the id ends (``tenants.intake.arrival``).
    """

    stages: tuple[proposal.Stage, ...] = ()
    waiting: Waiting | None = None
    kinds: tuple[str, ...] = ()
    sample: bool | None = None
    overdue_on: date | None = None
    fiscal_year: int | None = None
    serial: int | None = None
    departments: frozenset[UUID] | None = None
    ending: str | None = None


@dataclass(frozen=True, slots=True)
class ChallengesWhere:
    """Which challenges; what is left empty asks for nothing.

    ``fields``: in any of them; ``published``: shown to everybody at some time (also closed since), or never.
    """

    stages: tuple[challenge.Stage, ...] = ()
    fields: tuple[str, ...] = ()
    sample: bool | None = None
    published: bool | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class CasesWhere:
    """Which cases; what is left empty asks for nothing. ``withdrawn``: also those that are shown to nobody any more."""

    stages: tuple[case.Stage, ...] = ()
    origins: tuple[case.Origin, ...] = ()
    sample: bool | None = None
    withdrawn: bool = True


ENDING: Final = "right(id::text, %s) = %s"
"""The end of an id, lower-case hexadecimal digits after its last hyphen."""
KIND_OF_NUMBER: Final = "coalesce(dossier ->> 'number_kind', kind) = any(%s)"
"""The kind in the receipt number, which stays when the proposal proves to be of another."""
OVERDUE: Final = "not suspended and (due_on < %s or asked_due_on < %s and asked <> '{}') and stage = any(%s)"
"""The city's answer, the proposer's completion or a department's opinion; what rests is not overdue."""


async def inbox(
    connection: Connection,
    city: CityCode,
    where: InboxWhere = InboxWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[ProposalRow]:
    """The city's proposals, last changed first (受付簿). Raises FirstInvalid, CursorInvalid."""
    return await _page(connection, city, INBOX, of_city(PROPOSALS), of_inbox(where), first, after)


def of_inbox(where: InboxWhere) -> Conditions:
    """What is asked of the rows of proposals."""
    asked = Conditions()
    if where.stages:
        asked.add("stage = any(%s)", list(where.stages))
    if where.kinds:
        asked.add("kind = any(%s)" if where.serial is None else KIND_OF_NUMBER, list(where.kinds))
    if where.fiscal_year is not None:
        asked.add("fiscal_year = %s", where.fiscal_year)
    if where.serial is not None:
        asked.add("serial = %s", where.serial)
    if where.departments is not None:
        asked.add("department = any(%s)", list(where.departments))
    if where.ending is not None:
        asked.add(ENDING, len(where.ending), where.ending)
    if where.waiting is not None:
        _add_waiting(asked, where.waiting, OF_THOSE_ASKED)
    if where.overdue_on is not None:
        open_stages = list(proposal.BEFORE_DECISION)
        asked.add(OVERDUE, where.overdue_on, where.overdue_on, open_stages)
    _add_sample(asked, where.sample)
    return asked


def _add_waiting(asked: Conditions, waiting: Waiting, of: LiteralString = "department = any(%s)") -> None:
    """``of``: whose turn among departments a row is, with a ``%s`` for each mention of the member's."""
    officer = Role.DEPARTMENT_OFFICER
    if waiting.departments is None or officer not in waiting.roles:
        asked.add("waiting_for = any(%s)", list(waiting.roles))
        return
    own = list(waiting.departments)
    asked.add(
        "(waiting_for = any(%s) or waiting_for = %s and " + of + ")",
        list(waiting.roles - {officer}),
        officer,
        *[own] * of.count("%s"),
    )


OF_THOSE_ASKED: Final[LiteralString] = (
    "case when cardinality(asked) = 0 then department = any(%s) else asked && %s::uuid[] end"
)
"""Departments that were asked for an opinion, else the one in charge."""


async def challenges(
    connection: Connection,
    city: CityCode,
    where: ChallengesWhere = ChallengesWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[ChallengeRow]:
    """The city's challenges, published or not, last changed first. Raises FirstInvalid, CursorInvalid."""
    asked = Conditions()
    if where.stages:
        asked.add("stage = any(%s)", list(where.stages))
    if where.fields:
        asked.add("fields && %s", list(where.fields))
    if where.published is not None:
        asked.add("public_id is not null" if where.published else "public_id is null")
    if where.waiting is not None:
        _add_waiting(asked, where.waiting)
    _add_sample(asked, where.sample)
    return await _page(connection, city, CHALLENGE_LIST, of_city(CHALLENGES), asked, first, after)


async def cases(
    connection: Connection,
    city: CityCode,
    where: CasesWhere = CasesWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[CaseRow]:
    """The city's cases, last changed first. Raises FirstInvalid, CursorInvalid."""
    asked = Conditions()
    if where.stages:
        asked.add("stage = any(%s)", list(where.stages))
    if where.origins:
        asked.add("origin = any(%s)", list(where.origins))
    if not where.withdrawn:
        asked.add("stage <> %s", case.Stage.WITHDRAWN.value)
    _add_sample(asked, where.sample)
    return await _page(connection, city, CASE_LIST, of_city(CASES), asked, first, after)


def _add_sample(asked: Conditions, sample: bool | None) -> None:  # noqa: FBT001 - a column
    if sample is not None:
        asked.add("sample = %s", sample)


async def _page(
    connection: Connection,
    city: CityCode,
    listed: Listed[R, Changed],
    whole: sql.Composable,
    asked: Conditions,
    first: int,
    after: str | None,
) -> Page[R]:
    limit = one_more(first)
    further: Conditions = from_after(listed.cursors.read(after), asked)
    found = await rows(connection, listed.decoder, last_changed_first(whole, further), (city, *further.values, limit))
    return listed.page(found, first, after)


def from_after(place: Changed | None, asked: Conditions) -> Conditions:
    """The same, of the rows that come after a place."""
    further = Conditions([*asked.parts], [*asked.values])
    if place is not None:
        further.add("updated_at <= %s and (updated_at < %s or id > %s)", place.updated_at, place.updated_at, place.id)
    return further


def last_changed_first(whole: sql.Composable, asked: Conditions) -> sql.Composable:
    """The statement for so many rows (a last ``%s``)."""
    return sql.SQL("{} and {} order by updated_at desc, id limit %s").format(whole, asked.together())


async def _check_readable(connection: Connection, city: CityCode, model: ReadModel[Any], id_: UUID) -> None:
    """What stands in a view of a record that was put aside is old: it is not told. Raises Unreadable."""
    statement = ASIDE.format(live(model.name))
    found = await (await connection.execute(statement, (city, model.name, id_))).fetchone()
    if found is not None:
        raise Unreadable(topic=found[0].partition(":")[0])


async def proposal_by_id(connection: Connection, city: CityCode, id_: UUID) -> ProposalRow | None:
    """One proposal, or none. Raises Unreadable."""
    await _check_readable(connection, city, PROPOSALS, id_)
    return await one(connection, INBOX.decoder, _by_id(of_city(PROPOSALS)), (city, [id_]))


async def challenge_by_id(connection: Connection, city: CityCode, id_: UUID) -> ChallengeRow | None:
    """One challenge, or none. Raises Unreadable."""
    await _check_readable(connection, city, CHALLENGES, id_)
    return await one(connection, CHALLENGE_LIST.decoder, _by_id(of_city(CHALLENGES)), (city, [id_]))


async def case_by_id(connection: Connection, city: CityCode, id_: UUID) -> CaseRow | None:
    """One case, or none. Raises Unreadable."""
    await _check_readable(connection, city, CASES, id_)
    return await one(connection, CASE_LIST.decoder, _by_id(of_city(CASES)), (city, [id_]))


async def proposals_by_id(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, ProposalRow]:
    """Several proposals; those that are not there are left out."""
    found = await rows(connection, INBOX.decoder, _by_id(of_city(PROPOSALS)), (city, list(ids)))
    return {row.id: row for row in found}


async def proposals_by_challenge(
    connection: Connection, city: CityCode, challenges: Iterable[UUID]
) -> dict[UUID, tuple[ProposalRow, ...]]:
    """The proposals that answer these challenges, oldest first; a challenge without any is left out."""
    statement = sql.SQL("{} and challenge = any(%s) order by recorded_at, id").format(of_city(PROPOSALS))
    found: dict[UUID, tuple[ProposalRow, ...]] = {}
    for row in await rows(connection, INBOX.decoder, statement, (city, list(challenges))):
        if row.challenge is not None:
            found[row.challenge] = (*found.get(row.challenge, ()), row)
    return found


async def challenges_by_id(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, ChallengeRow]:
    """Several challenges; those that are not there are left out."""
    found = await rows(connection, CHALLENGE_LIST.decoder, _by_id(of_city(CHALLENGES)), (city, list(ids)))
    return {row.id: row for row in found}


async def cases_by_id(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, CaseRow]:
    """Several cases; those that are not there are left out."""
    found = await rows(connection, CASE_LIST.decoder, _by_id(of_city(CASES)), (city, list(ids)))
    return {row.id: row for row in found}


async def cases_by_proposal(
    connection: Connection, city: CityCode, proposals: Iterable[UUID]
) -> dict[UUID, tuple[CaseRow, ...]]:
    """The cases that grew out of these proposals, oldest first; a proposal without any is left out."""
    statement = sql.SQL("{} and proposal = any(%s) order by recorded_at, id").format(of_city(CASES))
    found: dict[UUID, tuple[CaseRow, ...]] = {}
    for row in await rows(connection, CASE_LIST.decoder, statement, (city, list(proposals))):
        if row.proposal is not None:
            found[row.proposal] = (*found.get(row.proposal, ()), row)
    return found


def _by_id(whole: sql.Composable) -> sql.Composable:
    return sql.SQL("{} and id = any(%s)").format(whole)
