"""Values of our own in both schemas: a date that may be known to the month or the year only (日付)."""

from datetime import date
from typing import NewType, assert_never

from strawberry.types.scalar import ScalarDefinition, scalar

from domain.values import Precision

PartialDate = NewType("PartialDate", str)
"""``2023``, ``2023-09`` or ``2023-09-30``: as much of a date as is known."""


def partial_date(on: date, precision: Precision) -> PartialDate:
    """A day, written as exactly as it is known."""
    match precision:
        case Precision.DAY:
            return PartialDate(on.isoformat())
        case Precision.MONTH:
            return PartialDate(f"{on:%Y-%m}")
        case Precision.YEAR:
            return PartialDate(f"{on:%Y}")
        case _:
            assert_never(precision)


PARTIAL_DATE: ScalarDefinition = scalar(
    name="PartialDate",
    description='As much of a date as is known: "2023", "2023-09" or "2023-09-30" (ISO 8601; 年・年月・年月日).',
    serialize=str,
    parse_value=str,
)
