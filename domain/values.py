"""The small words every record is made of: who may read, what was typed, which day, which code.

An event holds clear only what says nothing about a person by itself: an enumeration, an id, a date, a number with a
meaning, a version. Whatever a person typed is a :class:`Sealed` (tenants/README.md, promise 4).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Annotated, Final, NewType, assert_never
from uuid import UUID

from domain.errors import CityCodeInvalid, TextForbidden, TextRequired, TextTooLong

Code = NewType("Code", str)
"""A name from a catalogue that a city's policy or this program declares (lower-case ASCII, digits, underscore)."""

CityCode = NewType("CityCode", str)
"""全国地方公共団体コード: six digits, the last a check digit. The key of a city's log, for ever."""

CorporateNumber = NewType("CorporateNumber", str)
"""法人番号: thirteen digits, the first a check digit. Made only by ``tenants.identifiers.corporate_number``."""


class Unit(Enum):
    """What a number counts."""

    YEN = "yen"


Yen = Annotated[int, Unit.YEN]
"""An amount of money in whole yen (円); a city's amounts do not fit into 32 bits."""

SHORT: Final = 200
"""Longest title or name, in characters."""
LONG: Final = 20_000
"""Longest text, in characters."""

CODE_DIGITS: Final = 6
MODULUS: Final = 11
"""Of the check digit of a municipality code."""
FORBIDDEN: Final = re.compile(r"[^\n\r\t -~\xa0-\ud7ff\ue000-\U0010ffff]")
"""What no text may hold: control characters other than line ends and tabs, and halves of surrogate pairs."""
APRIL: Final = 4
"""The month in which a fiscal year begins."""


class Audience(StrEnum):
    """Who may read a value (閲覧範囲)."""

    PUBLIC = "public"
    PROPOSER = "proposer"
    STAFF = "staff"
    DEPARTMENT = "department"
    DESK = "desk"
    COUNCIL = "council"
    AUDITOR = "auditor"
    OTHER_CITY = "other_city"
    PERSONNEL = "personnel"
    PROGRAM = "program"
    """Nobody: the program opens it for those who may read what it belongs to, as the key of a file."""


class Mark(StrEnum):
    """What must be thought of before a value is shown to others (保護の印)."""

    PERSONAL = "personal"
    KNOW_HOW = "know_how"
    NON_DISCLOSURE = "non_disclosure"


class Sealed:
    """A value that a person typed, as the log knows it: a salted commitment, never the value (封緘値).

    ``key`` is the subject or file under whose key the value is encrypted, ``commitment`` 32 bytes
    (HMAC-SHA256 of the value under a salt that only the ciphertext holds). Deliberately no dataclass, so that no
    encoder can write one out without knowing what it is.
    """

    __slots__ = ("audience", "commitment", "key", "marks")

    def __init__(self, key: UUID, audience: Audience, commitment: bytes, marks: tuple[Mark, ...] = ()) -> None:
        self.key = key
        self.audience = audience
        self.commitment = commitment
        self.marks = marks

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.audience.value}, key={self.key})"

    def _content(self) -> tuple[object, ...]:
        return (self.key, self.audience, self.commitment, self.marks)


class Typed(Sealed):
    """The same value on its way into the log: still readable, sealed at the moment it is recorded."""

    __slots__ = ("text",)

    def __init__(self, text: str, key: UUID, audience: Audience, *marks: Mark) -> None:
        super().__init__(key, audience, b"", marks)
        self.text = text

    def _content(self) -> tuple[object, ...]:
        return (*super()._content(), self.text)


class Precision(StrEnum):
    """How exactly a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, or the first day of a month or year when no more is known."""

    on: date
    precision: Precision = Precision.DAY

    @property
    def first(self) -> date:
        """The first day that it may have been."""
        match self.precision:
            case Precision.DAY:
                return self.on
            case Precision.MONTH:
                return self.on.replace(day=1)
            case Precision.YEAR:
                return self.on.replace(month=1, day=1)
            case _:
                assert_never(self.precision)

    @property
    def last(self) -> date:
        """The last day that it may have been."""
        match self.precision:
            case Precision.DAY:
                return self.on
            case Precision.MONTH:
                return self.on.replace(day=monthrange(self.on.year, self.on.month)[1])
            case Precision.YEAR:
                return self.on.replace(month=12, day=31)
            case _:
                assert_never(self.precision)


def text(field: str, value: str, limit: int = LONG) -> str:
    """Give back what was typed, unchanged, when it can be kept (names as typed: JIS X 0213, variation sequences).

    Raises TextRequired when it is empty or blank, TextTooLong past ``limit`` characters, TextForbidden when it holds
    U+0000, another control character or half a surrogate pair.
    """
    if not value.strip():
        raise TextRequired(field=field)
    if len(value) > limit:
        raise TextTooLong(field=field, limit=limit, length=len(value))
    if found := FORBIDDEN.search(value):
        raise TextForbidden(field=field, character=f"U+{ord(found[0]):04X}")
    return value


def city_code(value: str) -> CityCode:
    """Check a 全国地方公共団体コード, six digits with the check digit of the 総務省 table.

    Weights 6,5,4,3,2 over the first five digits, s their sum; s < 11 gives 11 - s, else the last digit of
    11 - (s mod 11). Raises CityCodeInvalid.
    """
    if not (len(value) == CODE_DIGITS and value.isascii() and value.isdigit()):
        raise CityCodeInvalid(value=value[:20])
    total = sum(int(digit) * weight for digit, weight in zip(value, (6, 5, 4, 3, 2), strict=False))
    check = MODULUS - total if total < MODULUS else (MODULUS - total % MODULUS) % 10
    if int(value[5]) != check % 10:
        raise CityCodeInvalid(value=value)
    return CityCode(value)


def fiscal_year(day: date) -> int:
    """年度 of a day: April to March, named by the year in which it begins."""
    return day.year if day.month >= APRIL else day.year - 1
