"""No command holds a day that cannot be meant: one far before the city's records, or beyond any plan (日付の範囲)."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from domain.calendar import check_day
from tenants.saying import camel


def check_days(told: object, path: str = "") -> None:
    """Every day in a command, in its parts and lists, is one that people mean. Raises DateInvalid with its field."""
    for field, day in _days(told, path):
        check_day(camel(field), day)


def _days(told: object, path: str) -> Iterator[tuple[str, date]]:
    if isinstance(told, date):
        yield path, told
    elif isinstance(told, tuple):
        for each in told:
            yield from _days(each, path)
    elif is_dataclass(told):
        for field in fields(told):
            yield from _days(getattr(told, field.name), f"{path}.{field.name}" if path else field.name)
