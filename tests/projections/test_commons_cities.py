"""Cities as everybody sees them: what the policy in force says, from the moment it can be read."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.city import Opened, PolicyAdopted
from domain.errors import Unreadable
from domain.policy import Names, RuleStatus
from domain.values import Code
from projections.commons_cities import COMMONS_CITIES, CityRow, Profile, change
from tenants.city_file import CityFile, Municipality
from tenants.register import as_text
from tests.conftest import AOMORI, SAPPORO, city_file
from tests.projections.facts import FILE, at, fact, folded, opened, words

OPENED = Opened(SAPPORO)


def adopted(city: CityFile, version: int = 1) -> PolicyAdopted:
    return PolicyAdopted(version, RuleStatus.DRAFT, date(2026, 4, 1), words(as_text(city)))


def row_of(*cities: CityFile) -> Any:
    events = [OPENED, *(adopted(city, version) for version, city in enumerate(cities, 1))]
    return folded(COMMONS_CITIES, events, opened(*map(as_text, cities)))


def test_a_city_without_a_policy_is_not_shown() -> None:
    assert folded(COMMONS_CITIES, [OPENED]) is None


def test_a_city_shows_what_its_policy_says() -> None:
    sapporo = city_file(SAPPORO)

    assert row_of(sapporo) == CityRow(
        id=FILE,
        version=2,
        position=102,
        slug="sapporo",
        name_ja="札幌市",
        name_en="Sapporo",
        corporate_number=sapporo.corporate_number,
        has_desk=True,
        profile=Profile(Municipality.CITY, sapporo.provenance, sapporo.desk, replace(sapporo.policy, version=1)),
        policy_version=1,
        updated_at=at(2),
    )


def test_aomori_shows_its_own_names_of_intake_kinds_and_its_contact() -> None:
    profile = row_of(city_file(AOMORI)).profile

    assert {kind: names.ja for kind, names in profile.policy.intake.kinds.items()} == {
        Code("themed"): "課題提案",
        Code("free"): "自由提案",
    }
    assert profile.desk.contact.telephone == "017-761-4154"


def test_a_city_whose_file_names_no_desk_has_none() -> None:
    row = row_of(replace(city_file("232149"), desk=None))

    assert (row.name_ja, row.has_desk, row.profile.desk) == ("蒲郡市", False, None)


def test_a_new_policy_replaces_all_of_the_old() -> None:
    sapporo = city_file(SAPPORO)
    row = row_of(sapporo, replace(sapporo, name=Names("新札幌市", "New Sapporo"), desk=None))

    assert (row.name_ja, row.has_desk, row.policy_version, row.version) == ("新札幌市", False, 2, 3)
    assert (row.profile.policy.version, row.updated_at) == (2, at(3))


def test_a_city_whose_policy_was_erased_is_not_shown_until_the_next_one() -> None:
    sapporo = city_file(SAPPORO)
    gone, after = replace(sapporo, slug="gone"), replace(sapporo, slug="back")
    texts = opened(as_text(sapporo), as_text(after), erased=[as_text(gone)])
    events = [OPENED, adopted(sapporo), adopted(gone, 2), adopted(after, 3)]

    assert folded(COMMONS_CITIES, events[:3], texts) is None
    assert folded(COMMONS_CITIES, events, texts).slug == "back"


def test_a_recorded_policy_that_is_none_cannot_be_read() -> None:
    event = PolicyAdopted(1, RuleStatus.DRAFT, date(2026, 4, 1), words("{}"))

    with pytest.raises(Unreadable) as refused:
        change(None, fact(event, 2), opened("{}"))

    assert refused.value.details == {"topic": "city.policy_adopted"}
