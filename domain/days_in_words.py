"""Days as people read them: in Japanese by the year of the era, in English as numbers (日付・元号)."""

from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.values import Day

ERAS: Final = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"))
"""Each era of the records there are, from its first day; the last first. Source: 元号を定める政令."""

PARTS: Final = {"day": 3, "month": 2, "year": 1}
"""How many of year, month and day are known, by the precision."""


def in_japanese(day: "Day | date") -> str:
    """令和9年（2027年）4月1日, as exactly as it is known; 1988年12月1日 without an era before 1989.

    A month or a year bears the era of its last day.
    """
    on, last, precision = (day, day, "day") if isinstance(day, date) else (day.on, day.last, str(day.precision))
    return "".join((_year(on, last), f"{on.month}月", f"{on.day}日")[: PARTS[precision]])


def in_english(day: "Day") -> str:
    """2027-04-01, 2027-04 or 2027."""
    return "-".join(day.on.isoformat().split("-")[: PARTS[day.precision]])


def _year(on: date, last: date) -> str:
    """The year as the era counts it; the first is called 元年."""
    for first, name in ERAS:
        if last >= first:
            year = last.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年（{on.year}年）"
    return f"{on.year}年"
