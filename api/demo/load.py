"""Loads the demo: thirteen cities, their real cases as imported ones, and samples that say so (デモの読込み).

Everything goes through the cities' own commands, files as uploads do. Each bears an id derived from its name, so that a
load that was cut off goes on where it stood and a second one adds nothing. What an earlier release loaded, under its
rules and in its order, stays as it is: nothing is put between.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, ParamSpec, TypeVar

from psycopg import Connection

from api.demo.accounts import Account, Act, Paper, People
from api.demo.script import script
from domain.errors import RenkeiError
from tenants.commands.organisation import EstablishDepartment
from tenants.database.walls import Row
from tenants.files.storage import Storage
from tenants.files.taking import entered, take_in
from tenants.files.uploads import Uploads
from tenants.lookups import policy_in_force
from tenants.members import Member
from tenants.onboarding import add_city, in_force
from tenants.recorder import Alongside, CityRecorder
from tenants.standing import standing
from tenants.tenancy import Tenancy
from tenants.wish import city_id

REGISTERED: Final = "select 1 from renkei.cities where city = %s"
RECORDED: Final = "select command_id from renkei.commands where command_id = any(%s)"
STRANGERS: Final = "select 1 from renkei.members where member <> all(%s) limit 1"

P = ParamSpec("P")
T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told what is being loaded, how many pieces are done and how many there are."""


class NoDemo(RenkeiError):
    """The deployment is somebody's own: accounts whose password everybody knows have no place in it."""

    en = (
        "This deployment holds accounts that are not the demo's, and the demo would add some whose password everybody"
        " knows. Load it into a data folder of its own: RENKEI_DATA=.demo renkei demo"
    )
    ja = (
        "このデータには、デモのものではないアカウントがあります。デモは誰もが知るパスワードのアカウントを加えるため、"
        "別のデータフォルダで動かしてください: RENKEI_DATA=.demo renkei demo"
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demo holds; ``events`` is how many this call added, ``accounts`` what one may sign in with.

    ``earlier``: it is that of an earlier release, to which nothing was added, no account either.
    """

    cities: int
    commands: int
    events: int
    accounts: tuple[Account, ...]
    earlier: bool = False


def load(
    owner: Connection[Row],
    tenancy: Tenancy,
    storage: Storage,
    progress: Progress = lambda _what, _done, _of: None,
) -> Loaded:
    """Load what is not loaded yet. ``owner`` is a connection of the tables' owner.

    Raises NoDemo where somebody else has an account, Unavailable.
    """
    people = People()
    acts = script(people)
    if _recorded(tenancy, acts[-1]):
        return Loaded(len(people.cities), len(acts), 0, people.accounts(), earlier=not _entered(tenancy, people))
    own = [people.member(account.login).id for account in people.offices.member]
    if owner.execute(STRANGERS, (own,)).fetchone() is not None:
        raise NoDemo
    before = _size(tenancy, people)
    if _of_earlier_release(owner, tenancy, people, acts):
        return Loaded(len(people.cities), len(acts), 0, people.accounts(), earlier=True)
    for what, done, of in _pieces(owner, tenancy, storage, people, acts):
        progress(what, done, of)
    tenancy.keep_checkpoints()
    return Loaded(len(people.cities), len(acts), _size(tenancy, people) - before, people.accounts())


def loaded(tenancy: Tenancy) -> bool:
    """Whether the demo is loaded to its end: its last command was recorded, and everybody is there."""
    people = People()
    return _recorded(tenancy, script(people)[-1]) and _entered(tenancy, people)


def _entered(tenancy: Tenancy, people: People) -> bool:
    """Whether everybody whom this release tells of has an account."""
    there = {file.code: standing(tenancy, file.code).rights.state.members for file in people.cities if file.desk}
    return all(member.id in there[member.city] for member in people.members())


def _recorded(tenancy: Tenancy, act: Act) -> bool:
    city = act.member.city
    alongside = Alongside(act.command_id, city_id(city), ())
    CityRecorder(tenancy.pool, city, alongside).select_events(act.wish.target(city))
    return alongside.seen is not None


def _in_order(acts: Sequence[Act]) -> tuple[list[Act], list[Act]]:
    """What comes before the accounts, since rights are given within departments, and what comes after."""
    first = [act for act in acts if isinstance(act.wish, EstablishDepartment)]
    return first, [act for act in acts if act not in first]


def _logins(people: People) -> tuple[list[str], list[str]]:
    """Who works for a city, and who stands for a party and is entered when that has come."""
    stand = [account.login for account in people.offices.member if account.stands_for]
    return [account.login for account in people.offices.member if not account.stands_for], stand


def _of_earlier_release(owner: Connection[Row], tenancy: Tenancy, people: People, acts: Sequence[Act]) -> bool:
    """Whether another release loaded what is there: a city under other rules, or acts that leave one of ours out."""
    for file in people.cities:
        city = owner.execute(REGISTERED, (file.code,)).fetchone() and in_force(tenancy, file.code)
        if city and city.file != file:
            return True
    first, later = _in_order(acts)
    ids = [act.command_id for act in (*first, *later)]
    recorded = {id_ for (id_,) in owner.execute(RECORDED, (ids,)).fetchall()}
    return recorded != set(ids[: len(recorded)])


def _size(tenancy: Tenancy, people: People) -> int:
    return sum(tenancy.size(file.code) for file in people.cities)


def _do(tenancy: Tenancy, storage: Storage, act: Act) -> None:
    """One act, after the file that it attaches has come in."""
    if act.paper is not None and not _recorded(tenancy, act):
        asyncio.run(_uploaded(tenancy, storage, act.member, act.paper))
    tenancy.desk(act.member).do(act.wish, act.entry())


async def _uploaded(tenancy: Tenancy, storage: Storage, member: Member, paper: Paper) -> None:
    """As the desk's route takes a file in."""

    async def chunks() -> AsyncIterator[bytes]:
        yield paper.content

    city, told = member.city, (paper.name, "application/pdf")
    taken = await take_in(storage, city, paper.id, told, policy_in_force(tenancy, city).attaching, chunks())
    await entered(storage, Uploads(tenancy, city), _at_once, paper.id, member.id, taken)


async def _at_once(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """In this thread: nobody else waits while the demo is loaded."""
    return work(*args, **kwargs)


def _pieces(
    owner: Connection[Row], tenancy: Tenancy, storage: Storage, people: People, acts: Sequence[Act]
) -> Iterator[tuple[str, int, int]]:
    """Load piece after piece, telling of each after it was recorded; the last act comes last, and says all is there."""
    (first, later), (workers, proposers) = _in_order(acts), _logins(people)
    of = len(people.cities) + len(workers) + len(proposers) + len(acts)
    done = count(1)
    for file in people.cities:
        add_city(owner, tenancy, file)
        yield "自治体 cities", next(done), of
    for part, logins in ((first, workers), (later[:-1], proposers), (later[-1:], [])):
        for act in part:
            _do(tenancy, storage, act)
            yield act.what, next(done), of
        for login in logins:
            people.enter(owner, tenancy, login)
            yield "担当者 accounts", next(done), of
