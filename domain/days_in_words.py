"""Days as people read them: in Japanese with the year of the era, in English as numbers (日付・元号)."""

from datetime import date
from typing import Final

from domain.values import Day, Precision

ERAS: Final = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"))
"""Each era of the records there are, from its first day; the last first. Source: 元号を定める政令."""

PARTS: Final = {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1}


def in_japanese(day: Day) -> str:
    """2027年4月1日（令和9年）, as exactly as it is known; without an era before 1989.

    A month or a year bears the era of its last day.
    """
    whole = (f"{day.on.year}年", f"{day.on.month}月", f"{day.on.day}日")
    return "".join(whole[: PARTS[day.precision]]) + era(day.last)


def in_english(day: Day) -> str:
    """2027-04-01, 2027-04 or 2027."""
    return "-".join(day.on.isoformat().split("-")[: PARTS[day.precision]])


def era(day: date) -> str:
    """The year as the era counts it, in brackets; the first is called 元年."""
    for first, name in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"（{name}{'元' if year == 1 else year}年）"
    return ""
