"""Loads the demo: thirteen cities, their real cases as imported ones, and samples that say so (デモの読込み).

Everything goes through the cities' own commands. Each bears an id derived from its name, so that a load that was cut
off goes on where it stood and a second one adds nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg import Connection

from api.demo.accounts import Account, Act, People
from api.demo.script import script
from domain.errors import RenkeiError
from tenants.commands.organisation import EstablishDepartment
from tenants.database.walls import Row
from tenants.onboarding import add_city
from tenants.recorder import Alongside, CityRecorder
from tenants.tenancy import Tenancy
from tenants.wish import city_id

STRANGERS: Final = "select 1 from renkei.members where member <> all(%s) limit 1"

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
    """What the demo holds; ``events`` is how many this call added, ``accounts`` what one may sign in with."""

    cities: int
    commands: int
    events: int
    accounts: tuple[Account, ...]


def load(owner: Connection[Row], tenancy: Tenancy, progress: Progress = lambda _what, _done, _of: None) -> Loaded:
    """Load what is not loaded yet. ``owner`` is a connection of the tables' owner.

    Raises NoDemo where somebody else has an account, CityDiffers when a city of the demo is there with another policy,
    Unavailable.
    """
    people = People()
    acts = script(people)
    if _recorded(tenancy, acts[-1]):
        return Loaded(len(people.cities), len(acts), 0, people.accounts())
    own = [people.member(account.login).id for account in people.offices.member]
    if owner.execute(STRANGERS, (own,)).fetchone() is not None:
        raise NoDemo
    before = _size(tenancy, people)
    for what, done, of in _pieces(owner, tenancy, people, acts):
        progress(what, done, of)
    tenancy.keep_checkpoints()
    return Loaded(len(people.cities), len(acts), _size(tenancy, people) - before, people.accounts())


def loaded(tenancy: Tenancy) -> bool:
    """Whether the demo is loaded to its end: its last command was recorded."""
    return _recorded(tenancy, script(People())[-1])


def _recorded(tenancy: Tenancy, act: Act) -> bool:
    city = act.member.city
    alongside = Alongside(act.command_id, city_id(city), ())
    CityRecorder(tenancy.pool, city, alongside).select_events(act.wish.target(city))
    return alongside.seen is not None


def _size(tenancy: Tenancy, people: People) -> int:
    return sum(tenancy.size(file.code) for file in people.cities)


def _pieces(
    owner: Connection[Row], tenancy: Tenancy, people: People, acts: Sequence[Act]
) -> Iterator[tuple[str, int, int]]:
    """Load piece after piece, telling of each after it was recorded."""
    logins = [account.login for account in people.offices.member]
    of = len(people.cities) + len(logins) + len(acts)
    for done, file in enumerate(people.cities, 1):
        add_city(owner, tenancy, file)
        yield "自治体 cities", done, of
    first = [act for act in acts if isinstance(act.wish, EstablishDepartment)]  # rights are given within them
    later = [act for act in acts if act not in first]
    for done, act in enumerate(first, len(people.cities) + 1):
        tenancy.desk(act.member).do(act.wish, act.entry())
        yield act.what, done, of
    for done, login in enumerate(logins, len(people.cities) + len(first) + 1):
        people.enter(owner, tenancy, login)
        yield "担当者 accounts", done, of
    for done, act in enumerate(later, len(people.cities) + len(first) + len(logins) + 1):
        tenancy.desk(act.member).do(act.wish, act.entry())
        yield act.what, done, of
