"""What must not be told: every typed value of the world, its days, its ids and secrets, each with who may read it.

A canary is a piece of text that stands in one place only. Who may read it is decided here once more, apart from the
program: a table that was opened by mistake must not open this one with it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from domain.values import Audience, CityCode
from tenants.members import EVERYBODY, Role
from tenants.visibility import Shown, View

WORKERS: Final = EVERYBODY - {Role.STAFF, Role.CITY_ADMINISTRATOR}
DECIDED: Final[Mapping[Shown, frozenset[Role]]] = {
    Audience.PUBLIC: EVERYBODY | {Role.PROPOSER},
    Audience.STAFF: EVERYBODY,
    Audience.PROPOSER: WORKERS,
    Audience.DEPARTMENT: WORKERS,
    Audience.DESK: frozenset({Role.DESK_OFFICER, Role.APPROVER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.COUNCIL: frozenset({Role.DESK_OFFICER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.AUDITOR: frozenset({Role.AUDITOR}),
    Audience.OTHER_CITY: WORKERS,
    Audience.PERSONNEL: frozenset({Role.CITY_ADMINISTRATOR, Role.AUDITOR}),
    Audience.PROGRAM: frozenset(),
    View.CITY: EVERYBODY,
    View.CASEWORK: EVERYBODY - {Role.STAFF},
    View.RIGHTS: frozenset({Role.CITY_ADMINISTRATOR, Role.AUDITOR}),
    View.SELF: EVERYBODY | {Role.PROPOSER},
    View.OWN: frozenset({Role.PROPOSER}),
}
"""Who reads what, written out once more. What a proposer reads of its own records stands beside each canary."""

FORMS: Final = re.compile(r"CANARY[0-9]{5}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|197[0-9]-[0-9]{2}-[0-9]{2}")
"""Texts, ids and days, which are most of them: looked for in one go."""

BOTH: Final = CityCode("")
"""In place of a city: the same in both, so that it tells nothing of the other."""


@dataclass(frozen=True)
class Canary:
    """One place: of which city, for whom it is (all of these at once; ``None``: for nobody), and what it is.

    ``party``: the proposer who is told besides.
    """

    city: CityCode
    shown: tuple[Shown, ...] | None
    place: str
    party: UUID | None = None


@dataclass(frozen=True)
class Rights:
    """Who asks, as far as that decides what may be told: the city asked and the roles there, of a member or nobody.

    ``parties``: for whom a proposer stands.
    """

    city: CityCode | None
    roles: frozenset[Role] = frozenset()
    parties: frozenset[UUID] = frozenset()

    def may(self, canary: Canary) -> bool:
        """Whether it may be told."""
        if canary.party is not None and canary.party in self.parties and canary.city in {self.city, BOTH}:
            return True
        if canary.shown is None:
            return False
        if self.city is None or not self.roles:  # everybody, also at the door of a desk
            return self.city is None and canary.shown == (Audience.PUBLIC,)
        return canary.city in {self.city, BOTH} and all(self.roles & DECIDED[each] for each in canary.shown)


YEARS: Final = {"011002": ("1971", "1973"), "022012": ("1974", "1975")}
"""City to the years of its days."""
DAYS: Final = 364
"""Of each of them; the last ones are those of the offices."""


@dataclass
class Canaries:
    """All canaries of a world by their text; days and numbers for new ones."""

    known: dict[str, list[Canary]] = field(default_factory=dict)
    made: int = 0

    def text(self, about: str) -> str:
        """A new text to be typed; for whom it is, is seen in the log when it was recorded."""
        self.made += 1
        return f"CANARY{self.made:05d} {about}"

    def day(self, city: CityCode, *shown: Shown) -> date:
        """A day that nothing else has, of the years of its city; files are counted to none of them."""
        self.made += 1
        years = YEARS[city]
        year, place = divmod(sum(text.startswith(years) for text in self.known), DAYS)
        day = date(int(years[year]), 1, 1) + timedelta(days=place)
        self.add(day.isoformat(), Canary(city, shown, "day"))
        return day

    def add(self, text: str, canary: Canary) -> None:
        """Remember one."""
        places = self.known.setdefault(text, [])
        if canary not in places:
            places.append(canary)
        self.__dict__.pop("others", None)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Those that have no form of their own: tokens, secrets, numbers."""
        return tuple(text for text in self.known if not FORMS.fullmatch(text))

    def found(self, texts: Iterable[str]) -> set[str]:
        """The canaries in these texts; a typed one also when it is not known."""
        found: set[str] = set()
        for text in texts:
            formed = set(FORMS.findall(text))
            found |= {each for each in formed if each in self.known or each.startswith("CANARY")}
            found |= {each for each in self.others if each in text}
        return found

    def leaked(self, texts: Iterable[str], rights: Rights, sent: str = "") -> dict[str, list[Canary]]:
        """Those that may not be told to who asks; what was sent in the question may come back."""
        return {
            text: self.known.get(text, [])
            for text in self.found(texts)
            if text not in sent and not any(rights.may(canary) for canary in self.known.get(text, []))
        }
