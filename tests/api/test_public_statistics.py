"""Numbers for everybody: what is shown; proposals only where a city opens them, and never small ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.policy import Provenance, PublicStatistics, RuleStatus
from domain.proposal import Outcome
from domain.values import CityCode, Day, fiscal_year
from tenants.commands import cases, proposals
from tenants.commands.city import AdoptPolicy
from tenants.members import operator
from tenants.register import as_text
from tenants.wish import Entry
from tests.api.public_world import SENDAI, Served, World, public_conninfo, served
from tests.conftest import AOMORI, SAPPORO, House, city_file
from tests.projections.asking import publish_case, publish_challenge
from tests.projections.running import department, officer, received

ALL = "{ statistics { openCases closedCases openChallenges closedChallenges } }"
EACH = """{ cities { nodes { slug statistics { openCases closedCases openChallenges closedChallenges
  proposals { fiscalYear received adopted declined suppressedUnder } } } } }"""
UNDER = 3


def rules(house: House, city: CityCode, *, public: bool, under: int = UNDER) -> None:
    """The city's policy anew, with this rule about numbers."""
    known, today = city_file(city), house.tenancy.today()
    rule = PublicStatistics(Provenance("要綱", RuleStatus.IN_FORCE, today), public, under)
    content = as_text(replace(known, policy=replace(known.policy, statistics=rule)))
    adopt = AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=today)
    house.tenancy.desk(operator(city)).do(adopt, Entry(uuid4()))


def decided(world: World, city: CityCode, outcome: Outcome) -> UUID:
    desk = officer(world.house, city)
    id_ = received(desk)
    for wish in (
        proposals.Screen(proposal=id_, reason="役立つ"),
        proposals.Match(proposal=id_, department=department(desk), reason="担当"),
        proposals.Decide(proposal=id_, outcome=outcome, reason="理由"),
    ):
        desk.do(wish, Entry(uuid4()))
    return id_


@pytest.fixture(scope="module")
def world(module_house: House) -> World:
    """Three proposals adopted, declined and undecided each in Sapporo and Aomori, and samples; Sendai is empty."""
    world = World(module_house)
    for city in (SAPPORO, AOMORI, SENDAI):
        module_house.open_city(city)
    for city in (SAPPORO, AOMORI):
        for outcome in (Outcome.ADOPTED, Outcome.DECLINED):
            for _ in range(UNDER):
                world.ids[f"{city} {outcome}"] = decided(world, city, outcome)
        for sample in (False, False, False, True):
            received(officer(module_house, city), sample=sample)
    sapporo = officer(module_house, SAPPORO)
    publish_case(sapporo, "事例")
    publish_case(sapporo, "見本の事例", sample=True)
    world.do(SAPPORO, cases.Close(case=publish_case(sapporo, "終わった事例"), note="終わり"))
    publish_challenge(sapporo, "課題")
    publish_challenge(officer(module_house, AOMORI), "見本の課題", sample=True)
    world.project()
    return world


@pytest.fixture(scope="module")
def public(world: World) -> Iterator[Served]:
    with served(public_conninfo(world.house)) as running:
        yield running


def numbers(public: Served, slug: str) -> Any:
    cities = public.data(EACH)["cities"]["nodes"]
    return next(city["statistics"]["proposals"] for city in cities if city["slug"] == slug)


def test_what_is_shown_is_counted_without_samples(public: Served) -> None:
    whole = {"openCases": 1, "closedCases": 1, "openChallenges": 1, "closedChallenges": 0}
    assert public.data(ALL)["statistics"] == whole
    told = {city["slug"]: city["statistics"] for city in public.data(EACH)["cities"]["nodes"]}
    nothing = dict.fromkeys(whole, 0)
    assert told == {
        "sapporo": {**whole, "proposals": None},
        "aomori": {**nothing, "proposals": None},
        "sendai": {**nothing, "proposals": None},
    }


def test_where_a_policy_opens_them_numbers_are_told_and_follow_what_happens(public: Served, world: World) -> None:
    house, year = world.house, world.house.tenancy.today().year - (world.house.tenancy.today().month < 4)
    rules(house, SAPPORO, public=True)
    rules(house, AOMORI, public=False)
    rules(house, SENDAI, public=True)
    world.project()
    told = {"fiscalYear": year, "received": 9, "adopted": 3, "declined": 3, "suppressedUnder": UNDER}
    assert (numbers(public, "sapporo"), numbers(public, "aomori"), numbers(public, "sendai")) == ([told], None, [])
    wrong = world.ids[f"{SAPPORO} {Outcome.DECLINED}"]
    correct = proposals.CorrectDecision(proposal=wrong, outcome=Outcome.ADOPTED, reason="再検討した")
    world.do(SAPPORO, correct)
    world.project()
    assert numbers(public, "sapporo") == [{**told, "adopted": None, "declined": None}]  # two are too few
    for _ in range(2):
        decided(world, SAPPORO, Outcome.DECLINED)
    world.project()
    assert numbers(public, "sapporo") == [{**told, "received": 11, "adopted": 4, "declined": 4}]
    rules(house, SAPPORO, public=True, under=12)
    world.project()
    assert numbers(public, "sapporo") == []
    rules(house, SAPPORO, public=False)
    world.project()
    assert numbers(public, "sapporo") is None


def test_the_public_account_reads_no_proposal_behind_the_numbers(world: World) -> None:
    with psycopg.connect(public_conninfo(world.house), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from renkei.proposals")
        assert connection.execute("select * from commons.proposal_numbers(%s)", ([AOMORI],)).fetchall() == []


def test_a_proposal_that_cannot_be_read_is_not_counted(public: Served, world: World) -> None:
    house = world.house
    rules(house, AOMORI, public=True)
    world.project()
    ((before,),) = [[each["received"] for each in numbers(public, "aomori")]]
    held = "insert into renkei.dead_letters values (%s, 'proposals', 1, %s, 1, 'proposal.received: ValueError')"
    house.sql(held, AOMORI, world.ids[f"{AOMORI} {Outcome.ADOPTED}"])
    ((after,),) = [[each["received"] for each in numbers(public, "aomori")]]
    assert (before, after) == (9, 8)


def test_the_numbers_of_three_cities_cost_as_many_statements_as_of_one(public: Served) -> None:
    query = EACH.replace("cities {", "cities(first: %d) {")
    assert [len(public.statements(query % first)) for first in (1, 3)] == [3, 3]


def test_neither_city_opens_its_numbers_where_its_text_is_silent() -> None:
    assert [city_file(city).policy.statistics for city in (SAPPORO, AOMORI)] == [None, None]


def test_fiscal_years_are_told_from_the_newest_on(public: Served, world: World) -> None:
    house, today = world.house, world.house.tenancy.today()
    rules(house, AOMORI, public=True)
    for years in (2, 1):
        for _ in range(UNDER):
            received(officer(house, AOMORI), on=Day(today - timedelta(days=365 * years)))
    world.project()
    newest = fiscal_year(today)
    assert [each["fiscalYear"] for each in numbers(public, "aomori")] == [newest, newest - 1, newest - 2]
