"""Business days: known days of Japanese offices, and what holds for every day."""

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import business_day, is_open
from tenants.holidays import is_holiday

DAYS: Final = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MANY: Final = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-20", 1, "2026-11-24"),  # Friday; Saturday, Sunday, 勤労感謝の日 on Monday
        ("2026-11-21", 1, "2026-11-24"),  # Saturday itself is not counted, nor are the days the office is closed
        ("2026-11-20", 10, "2026-12-07"),
        ("2026-12-28", 1, "2027-01-04"),  # the last day of the year's work, and the first of the next
        ("2027-01-01", 0, "2027-01-04"),
        ("2026-11-24", 0, "2026-11-24"),
        ("2026-04-28", 1, "2026-04-30"),  # 昭和の日
        ("2026-05-01", 1, "2026-05-07"),  # the long week, with 振替休日 on the 6th
        ("2026-09-18", 1, "2026-09-24"),  # 敬老の日, 国民の休日, 秋分の日 in a row
        ("2019-04-26", 1, "2019-05-07"),  # ten days at the change of the era
    ],
)
def test_business_days_of_known_weeks(start: str, days: int, expected: str) -> None:
    assert business_day(date.fromisoformat(start), days, is_holiday) == date.fromisoformat(expected)


@pytest.mark.parametrize("day", ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-02", "2025-01-03", "2026-11-22"])
def test_the_office_is_closed_over_new_year_and_at_the_weekend(day: str) -> None:
    assert not is_open(date.fromisoformat(day), is_holiday)


@given(DAYS, st.integers(0, 60))
@MANY
def test_a_deadline_falls_on_a_business_day_with_so_many_between(start: date, days: int) -> None:
    on = business_day(start, days, is_holiday)
    between = [start + timedelta(n) for n in range(1, (on - start).days + 1)]
    assert is_open(on, is_holiday)
    counted = sum(is_open(day, is_holiday) for day in between)
    assert counted == days or (days == 0 and counted == 1 and not is_open(start, is_holiday))


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
@MANY
def test_days_on_top_of_days_are_their_sum(start: date, first: int, more: int) -> None:
    there = business_day(start, first + 1, is_holiday)
    assert business_day(there, more, is_holiday) == business_day(start, first + 1 + more, is_holiday)


@given(DAYS, DAYS, st.integers(0, 40))
@MANY
def test_who_begins_later_is_never_due_earlier(one: date, other: date, days: int) -> None:
    first, last = sorted((one, other))
    assert business_day(first, days, is_holiday) <= business_day(last, days, is_holiday)
