"""Bearer tokens: one for twelve hours from a login and secret, or a personal one with name and scopes (トークン).

A token is shown once and stored as its SHA-256; 256 random bits need no slower hash. Personal tokens begin with
``renkei_``, so that tools which look for secrets in files know one.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.errors import CodeUnknown, DateInvalid, NotAllowed, NotFound, NotSignedIn, TooMany
from domain.values import CityCode, text
from tenants.database.walls import Row, city_reads, read
from tenants.identity.rows import COLUMNS, member_within
from tenants.members import Member

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.identity")

TOKEN_BYTES: Final = 32
PREFIX: Final = "renkei_"
LONGEST_NAME: Final = 100
LONGEST: Final = timedelta(days=366)
MOST: Final = 20
"""Personal tokens that a member may have at once."""

ISSUE: Final = (
    "insert into renkei.tokens (city, digest, member, expires_at)"
    " values (%s, %s, %s, clock_timestamp() + %s) returning expires_at"
)
MAKE: Final = (
    "insert into renkei.tokens (city, digest, member, expires_at, name, scopes)"
    " select %(city)s, %(digest)s, %(member)s, clock_timestamp() + %(lasts)s, %(name)s, %(scopes)s"
    " where (select count(*) from renkei.tokens where city = %(city)s and member = %(member)s and name is not null)"
    " < %(most)s returning id, expires_at"
)
MINE: Final = (
    "select id, name, scopes, created_at, expires_at from renkei.tokens"
    " where city = %s and member = %s and name is not null and expires_at > clock_timestamp() order by created_at, id"
)
REVOKE: Final = (
    "delete from renkei.tokens where city = %s and member = %s and id = %s and name is not null returning id"
)
TIDY: Final = "delete from renkei.tokens where city = %s and expires_at < clock_timestamp() returning member"
END: Final = "delete from renkei.tokens where city = %s and digest = %s returning member"
HOLDER: Final = (
    f"select {COLUMNS}, t.created_at, t.scopes, t.name is not null,"  # noqa: S608 - our own columns
    " t.name is null and not exists (select from renkei.second_factors f"
    "  where f.city = t.city and f.member = t.member and f.confirmed_at is not null) from renkei.tokens t"
    " join renkei.members m on m.city = t.city and m.member = t.member"
    " where t.city = %s and t.digest = %s and t.expires_at > clock_timestamp() and m.active"
)


class Scope(StrEnum):
    """What a token lets do: read what its member reads, or also give the member's commands."""

    READ = "read"
    WRITE = "write"


EVERYTHING: Final = frozenset(Scope)


class ScopeTooNarrow(NotAllowed):
    """The token's scopes do not include this."""

    en = "This token may not do that; it takes one with the scope: {needed}."
    ja = "このトークンではできません。必要なもの: {needed_ja}。"


def require_scope(scopes: frozenset[Scope], needed: Scope) -> None:
    """Raises ScopeTooNarrow when a token with these scopes does not let do this."""
    if needed not in scopes:
        raise ScopeTooNarrow(needed=needed.value, needed_ja=f"スコープ {needed.value}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is shown once, when it ends, and whose it is."""

    token: str
    expires_at: datetime
    member: Member


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A personal token as its owner sees it; the token itself is only there when it was just made."""

    id: UUID
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime
    created_at: datetime | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a token, and what it lets do; ``personal`` ones cannot make others.

    ``bare``: given for login and secret alone, to somebody who has no second factor.
    """

    member: Member
    scopes: frozenset[Scope]
    personal: bool
    bare: bool = False


class Tokens:
    """One per process."""

    def __init__(
        self,
        tenancy: "Tenancy",
        reads: AsyncConnectionPool[AsyncConnection[Row]],
        lasts: timedelta,
    ) -> None:
        self._tenancy, self._pool, self._reads, self._lasts = tenancy, tenancy.pool, reads, lasts

    def issue(self, member: Member) -> Issued:
        """A token for who has just shown a secret. Raises Unavailable."""
        token, city = secrets.token_urlsafe(TOKEN_BYTES), member.city
        _, ((expires_at,),) = read(
            self._pool, city, (TIDY, (city,)), (ISSUE, (city, digest(token), member.id, self._lasts))
        )
        return Issued(token, expires_at, member)

    async def holder(self, city: CityCode, token: str) -> Held:
        """Who holds this token in this city. Raises NotSignedIn when nobody does (any longer), Unavailable."""
        async with city_reads(self._reads, city) as connection:
            found = await connection.execute(HOLDER, (city, digest(token)))
            row = await found.fetchone()
            if row is None:
                raise NotSignedIn
            member = await member_within(self._tenancy, city, connection, row, row[2])
        scopes, personal, bare = row[-3:]
        return Held(member, frozenset(map(Scope, scopes)), personal, bare)

    def end(self, city: CityCode, token: str) -> None:
        """End a token. Raises NotSignedIn when it is none of this city's, Unavailable."""
        (rows,) = read(self._pool, city, (END, (city, digest(token))))
        if not rows:
            raise NotSignedIn

    def make(self, member: Member, name: str, scopes: Iterable[str], lasts: timedelta) -> PersonalToken:
        """A personal token, shown this once.

        Raises TextRequired, TextTooLong, TextForbidden (name), CodeUnknown (scopes), DateInvalid (at most a year),
        TooMany, Unavailable.
        """
        text("name", name, LONGEST_NAME)
        wanted = _scopes(scopes)
        if not timedelta() < lasts <= LONGEST:
            problem = f"it must last at least a day and at most {LONGEST.days}"
            raise DateInvalid(field="days", problem=problem, problem_ja=f"1 日から {LONGEST.days} 日までです")
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        told = {
            "city": member.city, "digest": digest(token), "member": member.id, "lasts": lasts, "name": name,
            "scopes": sorted(wanted), "most": MOST,
        }  # fmt: skip
        _, rows = read(self._pool, member.city, (TIDY, (member.city,)), (MAKE, told))
        if not rows:
            raise TooMany(field="tokens", count=MOST + 1, limit=MOST)
        made = PersonalToken(rows[0][0], name, wanted, rows[0][1], token=token)
        log.info("token_made", city=member.city, member=str(member.id), token=str(made.id))
        return made

    def of(self, member: Member) -> list[PersonalToken]:
        """The personal tokens of a member that have not ended, oldest first. Raises Unavailable."""
        (rows,) = read(self._pool, member.city, (MINE, (member.city, member.id)))
        return [
            PersonalToken(id_, name, frozenset(map(Scope, scopes)), expires_at, created_at)
            for id_, name, scopes, created_at, expires_at in rows
        ]

    def revoke(self, member: Member, token: UUID) -> None:
        """End a personal token of one's own. Raises NotFound, Unavailable."""
        (rows,) = read(self._pool, member.city, (REVOKE, (member.city, member.id, token)))
        if not rows:
            raise NotFound
        log.info("token_revoked", city=member.city, member=str(member.id), token=str(token))


def digest(token: str) -> bytes:
    """The form in which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _scopes(given: Iterable[str]) -> frozenset[Scope]:
    known, wanted = {scope.value for scope in Scope}, frozenset(given)
    for scope in sorted(wanted - known):
        raise CodeUnknown(field="scopes", value=scope[:60], known=", ".join(sorted(known)))
    if not wanted:
        raise CodeUnknown(field="scopes", value="", known=", ".join(sorted(known)))
    return frozenset(map(Scope, wanted)) | {Scope.READ}
