"""The numbers of a city, without samples and without its neighbour's."""

import pytest

from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import Outcome, Stage
from projections.queries import desk
from projections.queries.desk import Statistics
from tests.conftest import SAPPORO, House
from tests.projections.asking import Counting, inside
from tests.projections.neighbours import Recorded, record


@pytest.fixture(scope="module")
def recorded(module_house: House) -> Recorded:
    return record(module_house)


WHOLE = Statistics(
    None,
    received=5,
    stages={Stage.REFUSED: 1, Stage.ADOPTED: 1, Stage.MATCHED: 2, Stage.RECEIVED: 1},
    outcomes={Outcome.ADOPTED: 1},
    kinds={IntakeKind.FREE: 4, IntakeKind.THEMED: 1},
    organisation_kinds={OrganisationKind.COMPANY: 4, OrganisationKind.NPO: 1},
    answered=4,
    days_median=2.5,  # of 3, 7, 2 and 2 days
    days_mean=3.5,
)
THIS_YEAR = Statistics(
    2026,
    received=4,
    stages={Stage.ADOPTED: 1, Stage.MATCHED: 2, Stage.RECEIVED: 1},
    outcomes={Outcome.ADOPTED: 1},
    kinds={IntakeKind.FREE: 3, IntakeKind.THEMED: 1},
    organisation_kinds={OrganisationKind.COMPANY: 3, OrganisationKind.NPO: 1},
    answered=3,
    days_median=2.0,
    days_mean=11 / 3,
)
LAST_YEAR = Statistics(
    2025,
    received=1,
    stages={Stage.REFUSED: 1},
    kinds={IntakeKind.FREE: 1},
    organisation_kinds={OrganisationKind.COMPANY: 1},
    answered=1,
    days_median=3.0,
    days_mean=3.0,
)


def test_statistics_count_the_whole_and_each_year_without_samples(recorded: Recorded) -> None:
    found = inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO))

    assert found == (WHOLE, THIS_YEAR, LAST_YEAR)


def test_statistics_of_one_year(recorded: Recorded) -> None:
    assert inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2025)) == (LAST_YEAR,)
    assert inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2024)) == (Statistics(2024),)
    assert Counting.statements == 1
