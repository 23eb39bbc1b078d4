"""Business days in Japan: the domain's rule over the library's public holidays (開庁日)."""

from datetime import date
from functools import cache
from typing import Final

from jpholiday import JPHoliday

from domain import calendar

HOLIDAYS: Final = JPHoliday()


@cache
def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday: 国民の祝日, 振替休日 or 国民の休日."""
    return HOLIDAYS.is_holiday(day)


def business_day(start: date, days: int) -> date:
    """The day that many business days after ``start``, as :func:`domain.calendar.business_day` counts."""
    return calendar.business_day(start, days, is_holiday)
