"""No command holds a day that cannot be meant: one far before the city's records, or beyond any plan (日付の範囲)."""

from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.calendar import check_day
from tenants.saying import camel

NO_DAYS = (str, int, bytes, UUID, Enum, NoneType)


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
        for name in _dated(cast(Hashable, type(told))):
            yield from _days(getattr(told, name), f"{path}.{name}" if path else name)


@cache
def _dated(kind: Any) -> tuple[str, ...]:
    """The fields that may hold a day; found once, since every command passes here."""
    hints = get_type_hints(kind)
    return tuple(field.name for field in fields(kind) if _may_hold(hints[field.name]))


def _may_hold(hint: Any) -> bool:
    """Whether a day may stand there; where the type does not tell, it may."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) is Annotated:
        return _may_hold(get_args(hint)[0])
    if parts := [part for part in get_args(hint) if part is not ...]:
        return any(map(_may_hold, parts))
    if is_dataclass(hint):
        return bool(_dated(cast(Hashable, hint)))
    return not (isinstance(hint, type) and issubclass(hint, NO_DAYS))
