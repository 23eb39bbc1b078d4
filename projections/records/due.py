"""A deadline as readers see it: by which rule, how many business days, which day (期限)."""

from datetime import date
from typing import Annotated

from msgspec import Struct

from domain.calendar import Due
from domain.policy import Deadline


class DueDay(Struct, frozen=True):
    """A deadline as it was set, by the city's own rule; none is a statutory period (期限・目安)."""

    rule: Annotated[Deadline, "The rule of the city's policy."]
    business_days: Annotated[int, "How many business days it gives (開庁日)."]
    on: Annotated[date, "The last day."]


def due_day(due: Due | None) -> DueDay | None:
    """A deadline of an event, if there is one."""
    return None if due is None else DueDay(due.rule, due.business_days, due.on)
