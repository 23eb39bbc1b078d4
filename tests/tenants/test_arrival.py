"""Arrival numbers that people can say: from the id alone, found again from what was heard, misheard ones told."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.intake.arrival import ArrivalNumberInvalid, arrival_number, id_ending

ID = UUID("3f0c9a52-6f0b-4d0e-9a37-5c1d2e4f6a7b")
NUMBER = arrival_number(ID)


def test_it_is_the_end_of_the_id_in_decimal_digits_and_a_luhn_check_digit() -> None:
    assert int("d2e4f6a7b", 16) == 56611531387
    assert NUMBER == "5661-1531-3876"
    assert arrival_number(UUID("3f0c9a52-6f0b-4d0e-9a37-5c1000000001")) == "0000-0000-0018"


@given(st.uuids())
def test_it_leads_back_to_the_end_of_the_id(id_: UUID) -> None:
    number = arrival_number(id_)
    assert len(number) == 14
    assert id_.hex.endswith(id_ending(number))
    assert len(id_ending(number)) == 9


@pytest.mark.parametrize(
    "typed", ["566115313876", " 5661 1531 3876 ", "５６６１ー１５３１ー３８７６", "5661‐1531−3876"]
)
def test_it_is_found_however_it_is_typed(typed: str) -> None:
    assert id_ending(typed) == "d2e4f6a7b"


def test_one_digit_misheard_or_left_out_is_told() -> None:
    digits = NUMBER.replace("-", "")
    wrong = [digits[:n] + str((int(digit) + 1) % 10) + digits[n + 1 :] for n, digit in enumerate(digits)]
    never_given = ["999999999991", "687194767368"]  # their check digits fit
    other = ["", "フリー型 第12号", str(uuid4()), "５６６１-1531-38七6"]
    for each in [*wrong, digits[1:], digits + "0", *never_given, *other]:
        with pytest.raises(ArrivalNumberInvalid):
            id_ending(each)
