"""Long passwords are taken as they are, to the last sign."""

import pytest
from argon2 import PasswordHasher

from tenants.identity.passwords import LONGEST_SECRET, Passwords, check_secret

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
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
