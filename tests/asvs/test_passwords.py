"""Long passwords are taken as they are, to the last sign, and each guess of one costs time and memory."""

import pytest
from argon2 import Type, extract_parameters

from tenants.identity.passwords import LONGEST_SECRET, Passwords, check_secret, hashed
from tests.conftest import QUICK

WORDS = "ながい合い言葉 correct horse battery staple "


@pytest.mark.parametrize("length", [64, 128, LONGEST_SECRET])
def test_a_secret_of_many_signs_is_taken_to_the_last(length: int) -> None:
    secret = (WORDS * 9)[: length - 1] + "ぬ"
    check_secret(secret, "sato")
    passwords = Passwords(QUICK)
    kept = passwords.hash(secret)
    assert passwords.right(secret, kept)
    assert not passwords.right(secret[:-1] + "ね", kept)
    assert not passwords.right(secret[:-1], kept)


def test_large_and_small_letters_are_told_apart() -> None:
    passwords = Passwords(QUICK)
    assert not passwords.right(WORDS.upper(), passwords.hash(WORDS))


def test_a_guess_costs_what_owasp_asks_at_the_least() -> None:
    """Password Storage Cheat Sheet: argon2id with 19 MiB of memory and two passes."""
    for kept in (hashed(WORDS), Passwords().hash(WORDS)):
        told = extract_parameters(kept)
        assert (told.type, told.memory_cost >= 19 * 1024, told.time_cost >= 2) == (Type.ID, True, True)
