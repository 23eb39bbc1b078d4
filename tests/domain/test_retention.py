"""How long a file is kept is counted in fiscal years after its completion, and every record has a file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import DECIDERS
from domain.process import Process
from domain.retention import FILED, RETENTION, Filed, FileKind, completed_by, kept_from, kept_until
from domain.values import fiscal_year


def test_every_record_has_a_file_but_the_word_of_how_long_it_is_kept() -> None:
    records = {each.name for each in DECIDERS if isinstance(each, Process)} - {RETENTION.name}
    assert set(FILED) == set(FileKind) == records


@pytest.mark.parametrize("filed", FILED.values(), ids=lambda filed: filed.process.name)
def test_what_nothing_leads_out_of_is_completed_and_what_was_not_begun_is_not(filed: Filed) -> None:
    process = filed.process
    stages = set(type(process.beginning))
    left = {since for step in process.steps.values() for since in step.since if set(step.to) - {since}}
    assert stages - left <= filed.completed < stages
    assert process.beginning not in filed.completed


@pytest.mark.parametrize(
    ("completed_on", "since", "until"),
    [
        (date(2026, 4, 1), date(2027, 4, 1), date(2032, 3, 31)),
        (date(2026, 11, 22), date(2027, 4, 1), date(2032, 3, 31)),
        (date(2027, 3, 31), date(2027, 4, 1), date(2032, 3, 31)),
        (date(2027, 4, 1), date(2028, 4, 1), date(2033, 3, 31)),
        (date(2028, 2, 29), date(2028, 4, 1), date(2033, 3, 31)),
    ],
)
def test_five_years_begin_with_the_next_fiscal_year(completed_on: date, since: date, until: date) -> None:
    assert (kept_from(completed_on), kept_until(completed_on, 5)) == (since, until)


@given(st.dates(date(1900, 1, 1), date(2400, 1, 1)), st.dates(date(1900, 1, 1), date(2400, 1, 1)), st.integers(1, 100))
def test_what_is_over_by_a_day_was_completed_by_another(completed_on: date, day: date, years: int) -> None:
    assert (kept_until(completed_on, years) <= day) == (completed_on <= completed_by(day, years))
    whole = kept_until(completed_on, years) - kept_from(completed_on) + timedelta(1)
    assert whole.days in {years * 365 + leaps for leaps in range(years // 4 - 1, years // 4 + 2)}
    assert fiscal_year(kept_until(completed_on, years)) == fiscal_year(completed_on) + years
