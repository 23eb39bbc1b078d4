"""On upgrade rows that lack what is needed to put them right are made again, as the log tells them."""

from importlib import resources
from uuid import uuid4

from projections.challenges import CHALLENGES
from projections.records.table import RECORDS
from tenants.commands.surveys import Ask
from tests.conftest import SAPPORO, House
from tests.projections.asking import caught_up, do, publish_challenge
from tests.projections.running import officer, rows

OLDER = (
    "update renkei.challenges set words = words #- '{inside}'",
    "update renkei.records set content = content - 'title'",
)


def test_the_migration_makes_records_and_challenges_again(house: House) -> None:
    house.open_city(SAPPORO)
    at, department = officer(house, SAPPORO), house.department(SAPPORO)
    publish_challenge(at, "除雪の担い手")
    do(at, Ask(survey=uuid4(), title="照会", text="課題は。", departments=(department,), due_on=house.tenancy.today()))
    caught_up(house)
    now = [rows(house, model) for model in (CHALLENGES, RECORDS)]
    assert all(now)
    for older in OLDER:
        house.sql(older)
    assert [rows(house, model) for model in (CHALLENGES, RECORDS)] != now
    house.sql(resources.files("projections").joinpath("migrations/0127_put_right.sql").read_text("utf-8"))
    assert [rows(house, model) for model in (CHALLENGES, RECORDS)] == [[], []]
    caught_up(house)
    assert [rows(house, model) for model in (CHALLENGES, RECORDS)] == now
