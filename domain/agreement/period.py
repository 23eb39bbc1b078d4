"""How long an agreement holds, and until when once it has gone on by itself (期間の計算)."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

YEAR: Final = 12
ONE: Final = timedelta(days=1)


def last_day(first: date, months: int) -> date:
    """Of a period of so many months: the day before the one that corresponds to its first (民法第143条第2項).

    Where the last month has no such day, the last of that month. Raises ValueError after the year 9999.
    """
    year, month = divmod(first.year * YEAR + first.month - 1 + months, YEAR)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, first.day) - ONE if first.day <= length else date(year, month + 1, length)


def whole_months(first: date, last: date) -> int:
    """Of how many months a period is, 0 if not of whole ones."""
    apart = (last.year - first.year) * YEAR + last.month - first.month
    return next((each for each in (apart, apart + 1) if each > 0 and last_day(first, each) == last), 0)


def shortest(months: int) -> int:
    """Of how many days a period of so many months is at least, whenever it begins."""
    firsts = [date(2001, month, 1) for month in range(1, YEAR + 1)]
    return min((last_day(first, months) - first + ONE).days for first in firsts)


def next_end(ends_on: date, months: int | None, first: date | None, first_end: date | None) -> date | None:
    """The end of the period after the one that ends: of so many months, else as long as the first one was.

    In whole months where that one was of whole months, else in days. ``None`` where nothing tells a length, or beyond
    the calendar.
    """
    try:
        if months is None:
            if first is None or first_end is None or first_end < first:
                return None
            months = whole_months(first, first_end)
            if not months:
                return ends_on + (first_end - first) + ONE
        return last_day(ends_on + ONE, months)
    except (OverflowError, ValueError):
        return None
