"""Cities shown before kinds were each city's own are completed by the migration as a rebuild would show them."""

from importlib import resources

from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.asking import caught_up

SHOWN = "select city, profile from commons.cities order by city"
OLDER = "update commons.cities set profile = profile #- '{policy,intake,kinds,themed,challenge}'"


def test_the_migration_completes_the_kinds_of_cities_that_were_shown_before(house: House) -> None:
    for code in (SAPPORO, AOMORI, "232149"):
        house.open_city(code)
    caught_up(house)
    now = house.sql(SHOWN)
    assert [city for city, profile in now if profile["policy"]["intake"]] == [SAPPORO, AOMORI]
    house.sql(OLDER)
    assert house.sql(SHOWN) != now
    house.sql(resources.files("projections").joinpath("migrations/0120_intake_kinds.sql").read_text("utf-8"))
    assert house.sql(SHOWN) == now
