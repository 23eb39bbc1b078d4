"""How a member of a city becomes known to the program: a login with a secret, then a token that ends (サインイン).

Secrets are stored as argon2id hashes, tokens as SHA-256 digests; neither can be read back. What a member may do is
asked of the city's log each time.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool

from domain.errors import Invalid, NotFound, NotSignedIn
from domain.values import CityCode, text
from tenants.database.walls import Row, city_reads, named_failures, read
from tenants.guesses import Guesses
from tenants.members import Member
from tenants.standing import standing, standing_within
from tenants.tenancy import Tenancy

HOURS: Final = 12
"""How long a token lasts."""
TOKEN_BYTES: Final = 32
LONGEST_LOGIN: Final = 100
SHORTEST_SECRET: Final = 8
LONGEST_SECRET: Final = 200

NEW_HASH: Final = "update renkei.members set secret_hash = %s where city = %s and member = %s returning member"
SET_ACTIVE: Final = "update renkei.members set active = %s where city = %s and member = %s returning member"
END_TOKENS: Final = "delete from renkei.tokens where city = %s and member = %s"

BY_LOGIN: Final = "select member, name, secret_hash from renkei.members where city = %s and login = %s and active"
ISSUE: Final = (
    "insert into renkei.tokens (city, digest, member, expires_at)"
    " values (%s, %s, %s, clock_timestamp() + %s) returning expires_at"
)
TIDY: Final = "delete from renkei.tokens where city = %s and expires_at < clock_timestamp() returning member"
SIGN_OUT: Final = "delete from renkei.tokens where city = %s and digest = %s returning member"
HOLDER: Final = (
    "select m.member, m.name from renkei.tokens t"
    " join renkei.members m on m.city = t.city and m.member = t.member"
    " where t.city = %s and t.digest = %s and t.expires_at > clock_timestamp() and m.active"
)


class SecretTooShort(Invalid):
    """A secret that could be guessed."""

    en = "The secret has fewer than {least} characters. Use a longer one."
    ja = "パスワードは {least} 文字以上にしてください。"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is shown once, when it ends, and whose it is."""

    token: str
    expires_at: datetime
    member: Member


# --- what the operator does ------------------------------------------------------------------------------------------


def set_secret(owner: Connection[Row], city: CityCode, member: UUID, secret: str) -> None:
    """Give a member a secret; tokens under an older one end. Raises SecretTooShort, TextTooLong, NotFound."""
    check_secret(secret)
    _change(owner, city, member, NEW_HASH, PasswordHasher().hash(secret))


def check_secret(secret: str) -> None:
    """Raises SecretTooShort, TextTooLong, TextRequired, TextForbidden."""
    text("secret", secret, LONGEST_SECRET)
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort(least=SHORTEST_SECRET)


def set_active(owner: Connection[Row], city: CityCode, member: UUID, *, active: bool) -> None:
    """Let a member in again, or no longer; the tokens end. The record stays: history needs names. Raises NotFound."""
    _change(owner, city, member, SET_ACTIVE, active)


def _change(owner: Connection[Row], city: CityCode, member: UUID, statement: str, value: str | bool) -> None:  # noqa: FBT001 - a column's value
    with named_failures(city), owner.transaction():
        if owner.execute(statement, (value, city, member)).fetchone() is None:
            raise NotFound
        owner.execute(END_TOKENS, (city, member))


# --- what a member does ----------------------------------------------------------------------------------------------


class Identity:
    """One per process. ``reads`` is the pool of the role that serves desks."""

    def __init__(
        self,
        tenancy: Tenancy,
        reads: AsyncConnectionPool[AsyncConnection[Row]],
        lasts: timedelta = timedelta(hours=HOURS),
        hasher: PasswordHasher | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        self._tenancy, self._pool, self._reads, self._lasts = tenancy, tenancy.pool, reads, lasts
        self._hasher = hasher or PasswordHasher()
        self._guesses = guesses or Guesses()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def sign_in(self, city: CityCode, login: str, secret: str) -> Issued:
        """A token for who knows the secret. Takes about 50 ms and 64 MiB: call it in a bounded thread pool.

        Raises NotSignedIn (which of the two was wrong is not told), TooManyGuesses, TextRequired, TextTooLong,
        TextForbidden, Unavailable.
        """
        text("login", login, LONGEST_LOGIN)
        text("secret", secret, LONGEST_SECRET)
        self._guesses.begin((city, login))
        (rows,) = read(self._pool, city, (BY_LOGIN, (city, login)))
        member, name, secret_hash = rows[0] if rows else (None, "", None)
        if not self._is(secret, secret_hash or self._nobody) or member is None or secret_hash is None:
            raise NotSignedIn
        self._guesses.right((city, login))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        _, ((expires_at,),) = read(
            self._pool, city, (TIDY, (city,)), (ISSUE, (city, _digest(token), member, self._lasts))
        )
        rights = standing(self._tenancy, city).rights_of(member, self._tenancy.today())
        return Issued(token, expires_at, Member(city, member, rights, name))

    async def member_of(self, city: CityCode, token: str) -> Member:
        """Who holds this token in this city. Raises NotSignedIn when nobody does (any longer), Unavailable."""
        async with city_reads(self._reads, city) as connection:
            found = await connection.execute(HOLDER, (city, _digest(token)))
            row = await found.fetchone()
            if row is None:
                raise NotSignedIn
            now = await standing_within(self._tenancy, city, connection)
        return Member(city, row[0], now.rights_of(row[0], self._tenancy.today()), row[1])

    def sign_out(self, city: CityCode, token: str) -> None:
        """End a token. Raises NotSignedIn when it is none of this city's, Unavailable."""
        (rows,) = read(self._pool, city, (SIGN_OUT, (city, _digest(token))))
        if not rows:
            raise NotSignedIn

    def _is(self, secret: str, secret_hash: str) -> bool:
        try:
            return self._hasher.verify(secret_hash, secret)
        except (VerificationError, InvalidHashError):
            return False


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
