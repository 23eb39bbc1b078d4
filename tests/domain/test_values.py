"""What may be typed is kept to the last character; codes and fiscal years are what the offices use."""

from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.errors import CityCodeInvalid, TextForbidden, TextRequired, TextTooLong
from domain.values import LONG, SHORT, Audience, Day, Mark, Precision, Sealed, Typed, city_code, fiscal_year, text
from tests.domain.facts import CODES

KEPT: Final = {
    "JIS X 0213, beyond the basic plane": "𠮷野家",
    "a variation sequence": "葛\U000e0100城市",
    "a combining dakuten": "か\u3099",
    "old and new form": "髙橋・﨑",
    "full-width signs and spaces": "（株）　北の雪",
    "an emoji of several characters": "👩\u200d🌾",
    "spaces around it": " 青森 市\u3000\n",
    "lines and tabs": "一\r\n二\n\t三",
}


@pytest.mark.parametrize("typed", KEPT.values(), ids=KEPT)
def test_text_is_kept_as_typed(typed: str) -> None:
    assert text("title", typed, SHORT) == typed


def test_a_text_may_have_as_many_characters_as_the_limit_and_not_one_more() -> None:
    assert text("title", "𠮷" * SHORT, SHORT) == "𠮷" * SHORT
    assert text("summary", "あ" * LONG) == "あ" * LONG
    with pytest.raises(TextTooLong) as refused:
        text("title", "𠮷" * (SHORT + 1), SHORT)
    assert refused.value.details == {"field": "title", "limit": 200, "length": 201}
    with pytest.raises(TextTooLong):
        text("summary", "あ" * (LONG + 1))


@pytest.mark.parametrize("typed", ["", " ", "\n\t", "\u3000\u3000"])
def test_a_text_must_say_something(typed: str) -> None:
    with pytest.raises(TextRequired) as refused:
        text("title", typed)
    assert refused.value.details == {"field": "title"}


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x0b", "U+000B"),
        ("\x7f", "U+007F"),
        ("\ud83d", "U+D83D"),
        ("\udc00", "U+DC00"),
        ("\ud800", "U+D800"),
        ("\udfff", "U+DFFF"),
        pytest.param("\x85", "U+0085"),
        pytest.param("\x9b", "U+009B"),
    ],
)
def test_characters_that_no_store_keeps_are_refused_by_their_number(character: str, name: str) -> None:
    with pytest.raises(TextForbidden) as refused:
        text("title", f"青森{character}市")
    assert refused.value.details == {"field": "title", "character": name}


# --- municipality codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_the_codes_of_the_thirteen_cities_are_right(code: str) -> None:
    assert city_code(code) == code


def test_a_code_with_one_wrong_digit_is_refused() -> None:
    sapporo = CODES["札幌市"]
    wrong = {sapporo[:place] + digit + sapporo[place + 1 :] for place in range(6) for digit in "0123456789"} - {sapporo}
    assert len(wrong) == 54
    for code in wrong:
        with pytest.raises(CityCodeInvalid):
            city_code(code)


@pytest.mark.parametrize(
    ("first_five", "check"),
    [("01100", "2"), ("01000", "6"), ("00000", "1"), ("00001", "9"), ("00010", "8"), ("00005", "1"), ("13112", "1")],
)
def test_the_check_digit_follows_the_table_at_its_edges_too(first_five: str, check: str) -> None:
    right = [digit for digit in "0123456789" if _accepted(first_five + digit)]
    assert right == [check]


@pytest.mark.parametrize("code", ["", "01100", "0110021", "０１１００２", "01100a", "²11002", " 11002", "-11002"])
def test_a_code_is_six_ascii_digits(code: str) -> None:
    with pytest.raises(CityCodeInvalid):
        city_code(code)


def test_a_refused_code_is_not_repeated_at_length() -> None:
    with pytest.raises(CityCodeInvalid) as refused:
        city_code("9" * 1_000_000)
    assert refused.value.details == {"value": "9" * 20}


def _accepted(code: str) -> bool:
    try:
        city_code(code)
    except CityCodeInvalid:
        return False
    return True


# --- fiscal years ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 3, 31), 2026),
        (date(2027, 4, 1), 2027),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2024, 2, 29), 2023),
    ],
)
def test_a_fiscal_year_begins_on_1_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


# --- sealed and typed --------------------------------------------------------------------------------------------

KEY: Final = UUID(int=1)


def test_sealed_values_are_equal_when_all_that_they_say_is() -> None:
    value = Sealed(KEY, Audience.DESK, b"c" * 32, (Mark.PERSONAL,))
    same = Sealed(KEY, Audience.DESK, b"c" * 32, (Mark.PERSONAL,))
    assert (value, hash(value)) == (same, hash(same))
    assert value not in {
        Sealed(UUID(int=2), Audience.DESK, b"c" * 32, (Mark.PERSONAL,)),
        Sealed(KEY, Audience.PUBLIC, b"c" * 32, (Mark.PERSONAL,)),
        Sealed(KEY, Audience.DESK, b"d" * 32, (Mark.PERSONAL,)),
        Sealed(KEY, Audience.DESK, b"c" * 32),
    }


def test_a_typed_value_is_not_yet_sealed_and_equal_only_with_the_same_text() -> None:
    assert Typed("佐藤", KEY, Audience.DESK) == Typed("佐藤", KEY, Audience.DESK)
    assert Typed("佐藤", KEY, Audience.DESK) != Typed("斎藤", KEY, Audience.DESK)
    assert Typed("佐藤", KEY, Audience.DESK) != Sealed(KEY, Audience.DESK, b"")


def test_neither_shows_what_was_typed_when_it_is_printed() -> None:
    assert "佐藤" not in repr(Typed("佐藤", KEY, Audience.DESK))
    assert repr(Sealed(KEY, Audience.DESK, b"c" * 32)) == f"Sealed(desk, key={KEY})"


def test_a_day_that_is_known_by_month_or_year_may_have_been_its_last() -> None:
    assert Day(date(2024, 2, 1)).last == date(2024, 2, 1)
    assert Day(date(2024, 2, 1), Precision.MONTH).last == date(2024, 2, 29)
    assert Day(date(2024, 1, 1), Precision.YEAR).last == date(2024, 12, 31)
