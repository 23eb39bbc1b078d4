"""The number under which somebody finds again what was handed in, wherever it stands (到達番号).

It is made of the record's own id, so that an intake can give it before the desk knows of it and the desk finds by it
what it never noted; the city's own receipt number (受付番号) stays a series without gaps.
"""

from typing import Final
from uuid import UUID

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.util import clean

from domain.errors import Invalid

HEX: Final = 9
"""Hexadecimal digits of the id that it stands for: the last, which are random in versions 4 and 7 (RFC 9562)."""
DIGITS: Final = 11
"""As many decimal digits hold them; a check digit (Luhn) follows."""


class ArrivalNumberInvalid(Invalid):
    """That is no 到達番号: a digit was misheard."""

    en = "That is not an arrival number: twelve digits, the last a check digit. Have it read out again."
    ja = "到達番号が正しくありません（検査用数字を含む 12 桁）。もう一度読み上げてもらってください。"


def arrival_number(record: UUID) -> str:
    """Three groups of four digits: ``0123-4567-8901``."""
    digits = f"{int(record.hex[-HEX:], 16):0{DIGITS}d}"
    whole = digits + luhn.calc_check_digit(digits)
    return "-".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def id_ending(number: str) -> str:
    """The last ``HEX`` hexadecimal digits of the id, from a number as people type it. Raises ArrivalNumberInvalid."""
    digits = clean(number.replace("ー", "-"), " -")  # the long vowel sign, which Japanese keyboards give for a dash
    if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS + 1):
        raise ArrivalNumberInvalid(field="arrivalNumber")
    try:
        luhn.validate(digits)
    except ValidationError as error:
        raise ArrivalNumberInvalid(field="arrivalNumber") from error
    found = f"{int(digits[:-1]):0{HEX}x}"
    if len(found) > HEX:
        raise ArrivalNumberInvalid(field="arrivalNumber")
    return found
