"""What the deployment's operator may wish of a city as a whole: open it, put a policy in force (開設・規定の施行)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import city as domain
from domain.city import CITY, City, CityEvent
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid
from domain.policy import RuleStatus
from domain.values import Audience, CityCode
from tenants.members import Role
from tenants.wish import Context, Wish, city_id

WHOLE: Final = 200_000
"""Longest policy, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityWish(Wish[City]):
    """About the city itself. ``content`` is the whole city file as canonical JSON text."""

    decider = CITY
    roles: ClassVar[frozenset[Role]] = frozenset({Role.OPERATOR, Role.CITY_ADMINISTRATOR})

    content: str
    status: RuleStatus
    valid_from: date

    def target(self, city: CityCode) -> UUID:
        """The city's one aggregate."""
        return city_id(city)

    def adopted(self, version: int, context: Context) -> domain.PolicyAdopted:
        """The policy in a version, public as a whole."""
        content = context.words("content", self.content, Audience.PUBLIC, limit=WHOLE)
        return domain.PolicyAdopted(version, self.status, self.valid_from, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCity(CityWish):
    """Open a city's log with its first policy."""

    name = "city.open"
    ja = "自治体を開設する"
    roles = frozenset({Role.OPERATOR})

    def events(self, state: City, context: Context) -> tuple[CityEvent, ...]:
        """The code it bears at opening is the log's key for ever."""
        return domain.open_city(state, domain.Opened(context.city), self.adopted(1, context))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPolicy(CityWish):
    """Put the next version of the city's policy in force."""

    name = "city.adoptPolicy"
    ja = "規定を改正する"

    def events(self, state: City, context: Context) -> tuple[CityEvent, ...]:
        """Versions count on by one. Raises DateInvalid for a day to come: what is recorded is in force at once."""
        if self.valid_from > context.today:
            raise DateInvalid(
                field="validFrom",
                problem=f"a policy takes effect when it is recorded; record it on {self.valid_from}, or name a day"
                f" up to today ({context.today}).",
                problem_ja=f"規定は記録した時から適用されます。{in_japanese(self.valid_from)}になってから記録するか、"
                f"本日、{in_japanese(context.today)}までの日付を指定してください",
            )
        return domain.adopt_policy(state, self.adopted(state.policy_version + 1, context))


WISHES: Final = (OpenCity, AdoptPolicy)
