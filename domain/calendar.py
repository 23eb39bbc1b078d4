"""Business days of a Japanese city office, and deadlines counted in them (開庁日・期限).

An office is closed on Saturdays, Sundays, public holidays and from 29 December to 3 January (地方自治法第4条の2, which
leaves the last to the city's ordinance; cities have it so). Which days are public holidays is told from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.days_in_words import in_japanese
from domain.errors import DateInvalid
from domain.policy import Deadline

IsHoliday = Callable[[date], bool]
"""Whether a day is a public holiday (祝日・振替休日・国民の休日)."""

SATURDAY: Final = 5
YEAR_END: Final = (12, 29)
NEW_YEAR: Final = (1, 3)
ONE: Final = timedelta(days=1)

EARLIEST: Final = date(1868, 1, 1)
LATEST: Final = date(2999, 12, 31)
"""Between them lies every day that somebody enters: from 明治元年, as no record of a city of today is older, to where
the calendar still goes on far enough to count from every day."""


def check_day(field: str, day: date) -> None:
    """Raises DateInvalid for a day that nobody can mean."""
    if not EARLIEST <= day <= LATEST:
        raise DateInvalid(
            field=field,
            problem=f"it must lie between {EARLIEST} and {LATEST}.",
            problem_ja=f"{in_japanese(EARLIEST)}から{in_japanese(LATEST)}までの日付が必要です",
        )


def check_since(field: str, day: date, began_on: date | None) -> None:
    """Raises DateInvalid for a day before the record began to which something happened then."""
    if began_on is not None and day < began_on:
        raise DateInvalid(
            field=field,
            problem=f"this began on {began_on}; what happened to it cannot lie before.",
            problem_ja=f"受付・開始の日である{in_japanese(began_on)}以後の日付が必要です",
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as it was set: by which rule, of how many business days, and the day that came of it (期限)."""

    rule: Deadline
    business_days: int
    on: date


def is_open(day: date, is_holiday: IsHoliday) -> bool:
    """Whether the office is open on that day."""
    of_year = (day.month, day.day)
    return day.weekday() < SATURDAY and NEW_YEAR < of_year < YEAR_END and not is_holiday(day)


def business_day(start: date, days: int, is_holiday: IsHoliday) -> date:
    """The day that many business days after ``start``, which is not counted itself (初日不算入).

    With 0: the first day from ``start`` on that is one. ``days`` is at least 0.
    """
    day = start
    while not is_open(day, is_holiday):
        day += ONE
    if day > start and days > 0:
        days -= 1
    for _ in range(days):
        day += ONE
        while not is_open(day, is_holiday):
            day += ONE
    return day
