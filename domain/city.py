"""A municipality on this deployment and the policy it has in force (市・特別区, 規定)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from domain.decider import Decider
from domain.errors import AlreadyThere, NotFound
from domain.policy import RuleStatus
from domain.values import CityCode, Sealed


@dataclass(frozen=True, slots=True)
class Opened:
    """The city's log was opened under the code it bears today (開設)."""

    code: CityCode


@dataclass(frozen=True, slots=True)
class PolicyAdopted:
    """A policy with its whole content took effect; every later decision cites its version (規定の施行)."""

    version: int
    status: RuleStatus
    valid_from: date
    content: Sealed


CityEvent = Opened | PolicyAdopted

EVENTS: Final[Mapping[str, type]] = {
    "city.opened": Opened,
    "city.policy_adopted": PolicyAdopted,
}


@dataclass(frozen=True, slots=True)
class City:
    """What the next decision needs to know."""

    opened: bool = False
    policy_version: int = 0


def evolve(city: City, event: CityEvent) -> City:
    """Never refuses: it has already happened."""
    match event:
        case Opened():
            return City(opened=True, policy_version=city.policy_version)
        case PolicyAdopted(version=version):
            return City(opened=city.opened, policy_version=version)
        case _:
            assert_never(event)


CITY: Final = Decider("city", City(), evolve, EVENTS)


def open_city(city: City, opened: Opened, adopted: PolicyAdopted) -> tuple[CityEvent, ...]:
    """Open a city's log with its first policy (開設). Raises AlreadyThere."""
    if city.opened:
        raise AlreadyThere
    return (opened, adopted)


def adopt_policy(city: City, adopted: PolicyAdopted) -> tuple[CityEvent, ...]:
    """Put the next version of the policy in force (規定の改正). Raises NotFound, AlreadyThere for an old version."""
    if not city.opened:
        raise NotFound
    if adopted.version != city.policy_version + 1:
        raise AlreadyThere
    return (adopted,)
