"""A city is opened once, and its policy counts on by one."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from domain import city
from domain.city import CITY, City, Opened, PolicyAdopted, adopt_policy, open_city
from domain.errors import AlreadyThere, NotFound
from domain.policy import RuleStatus
from domain.values import CityCode
from tests.domain.facts import said
from tests.domain.given import fold, given
from tests.domain.stages import commands_of

OPENED: Final = Opened(CityCode("011002"))
FIRST: Final = PolicyAdopted(1, RuleStatus.DRAFT, date(2024, 4, 15), said("{}"))
SECOND: Final = replace(FIRST, version=2, status=RuleStatus.IN_FORCE, valid_from=date(2027, 4, 1))


def test_these_tests_hold_every_command() -> None:
    assert set(commands_of(city, CITY)) == {"open_city", "adopt_policy"}


def test_a_city_is_opened_with_its_first_policy() -> None:
    given(CITY).when(open_city, OPENED, FIRST).then(OPENED, FIRST)
    assert fold(CITY, (OPENED, FIRST)) == City(opened=True, policy_version=1)


def test_a_city_is_opened_once() -> None:
    given(CITY, OPENED, FIRST).when(open_city, OPENED, FIRST).refused(AlreadyThere)


def test_the_next_version_takes_effect() -> None:
    given(CITY, OPENED, FIRST).when(adopt_policy, SECOND).then(SECOND)
    assert fold(CITY, (OPENED, FIRST, SECOND)).policy_version == 2


@pytest.mark.parametrize("version", [0, 1, 3])
def test_no_version_is_adopted_twice_or_left_out(version: int) -> None:
    given(CITY, OPENED, FIRST).when(adopt_policy, replace(SECOND, version=version)).refused(AlreadyThere)


def test_a_city_that_was_not_opened_adopts_nothing() -> None:
    given(CITY).when(adopt_policy, FIRST).refused(NotFound)
