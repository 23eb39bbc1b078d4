"""Sessions of browsers: a token in a cookie that changes as it is used, and ends when idle or old (セッション).

The token changes at every sign-in, whenever the member's rights have changed, and every quarter of an hour. The one
before it is still good for a minute, since a browser asks several things at once; later it is a copy in wrong hands,
and the session ends.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.errors import NotFound, NotSignedIn
from domain.values import CityCode
from tenants.database.walls import Row, city_reads, read
from tenants.identity.rows import COLUMNS, member_within
from tenants.identity.tokens import TOKEN_BYTES, digest
from tenants.identity.vault import Vault
from tenants.members import Member

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.identity")

ID_TOKEN: Final = "id_token"  # noqa: S105 - what is sealed for this purpose

START: Final = (
    "insert into renkei.sessions (city, id, member, digest, rights, provider, id_token)"
    " values (%s, %s, %s, %s, %s, %s, %s) returning id"
)
TIDY: Final = (
    "delete from renkei.sessions where city = %s"
    " and (seen_at < clock_timestamp() - %s or started_at < clock_timestamp() - %s) returning id"
)
FIND: Final = (
    f"select {COLUMNS}, s.started_at, s.id, s.rights, s.digest = %(digest)s,"  # noqa: S608 - our own columns
    " s.rotated_at > clock_timestamp() - %(grace)s,"
    " s.rotated_at < clock_timestamp() - %(turn)s, s.seen_at < clock_timestamp() - %(look)s, s.provider is not null,"
    " s.started_at > clock_timestamp() - %(recent)s, s.provider is null and not exists (select"
    "  from renkei.second_factors f where f.city = s.city and f.member = s.member and f.confirmed_at is not null)"
    " from renkei.sessions s join renkei.members m on m.city = s.city and m.member = s.member"
    " where s.city = %(city)s and (s.digest = %(digest)s or s.former = %(digest)s) and m.active"
    " and s.seen_at > clock_timestamp() - %(idle)s and s.started_at > clock_timestamp() - %(whole)s"
)
ROTATE: Final = (
    "update renkei.sessions set former = digest, digest = %s, rights = %s, rotated_at = clock_timestamp(),"
    " seen_at = clock_timestamp() where city = %s and id = %s and digest = %s returning id"
)
SEEN: Final = "update renkei.sessions set seen_at = clock_timestamp() where city = %s and id = %s returning id"
END: Final = "delete from renkei.sessions where city = %s and id = %s returning id"
SIGN_OUT: Final = (
    "delete from renkei.sessions where city = %s and (digest = %s or former = %s)"
    " returning id, member, provider, id_token"
)
ALL: Final = (
    "select id, started_at, seen_at, provider, false from renkei.sessions where city = %(city)s and member = %(member)s"
    " and seen_at > clock_timestamp() - %(idle)s and started_at > clock_timestamp() - %(whole)s"
    " union all select id, created_at, null, null, true from renkei.tokens"
    " where city = %(city)s and member = %(member)s and name is null and expires_at > clock_timestamp()"
    " order by 2 desc, 1"
)
END_ONE: Final = (
    "delete from renkei.sessions where city = %s and member = %s and id = %s returning id",
    "delete from renkei.tokens where city = %s and member = %s and id = %s and name is null returning id",
)
END_ALL: Final = "delete from renkei.sessions where city = %s and member = %s returning id"
END_SIGN_INS: Final = "delete from renkei.tokens where city = %s and member = %s and name is null returning member"


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session may be idle and last in all, how often its token changes, and how long the former is good."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)
    turn: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(minutes=1)
    look: timedelta = timedelta(minutes=1)
    """Uses closer together than this are noted once."""
    recent: timedelta = timedelta(minutes=10)
    """For so long after signing in elsewhere one has just shown who one is."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was found by its token, and what is to be done about it.

    ``outside``: a provider let the member in; ``recent``: just now; ``bare``: by a secret alone, without second factor.
    """

    member: Member
    id: UUID
    stolen: bool = False
    turn: bool = False
    look: bool = False
    outside: bool = False
    recent: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One of the places where a member is signed in, as the member sees it.

    ``seen_at`` is known of browsers only; ``provider``: who let the member in there; ``program``: a token from login
    and secret.
    """

    id: UUID
    started_at: datetime
    seen_at: datetime | None
    provider: str | None
    program: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that was signed out; ``provider`` and ``id_token`` where somebody else had let the member in."""

    provider: str | None = None
    id_token: str | None = None


class Sessions:
    """One per process."""

    def __init__(
        self,
        tenancy: "Tenancy",
        reads: AsyncConnectionPool[AsyncConnection[Row]],
        vault: Vault,
        lasting: Lasting | None = None,
    ) -> None:
        self._tenancy, self._pool, self._reads, self._vault = tenancy, tenancy.pool, reads, vault
        self._lasting = lasting or Lasting()

    def start(self, member: Member, before: str = "", provider: str | None = None, id_token: str | None = None) -> str:
        """The token of a new session; the one that this browser had ``before`` ends. Raises Unavailable."""
        token, city, id_ = secrets.token_urlsafe(TOKEN_BYTES), member.city, uuid4()
        box = self._vault.seal(ID_TOKEN, f"{city}/{id_}", id_token.encode()) if id_token else None
        values = (city, id_, member.id, digest(token), rights(member), provider, box)
        former = digest(before)
        limits = (self._lasting.idle, self._lasting.whole)
        read(self._pool, city, (TIDY, (city, *limits)), (SIGN_OUT, (city, former, former)), (START, values))
        log.info("signed_in", city=city, member=str(member.id), provider=provider or "secret")
        return token

    async def find(self, city: CityCode, token: str) -> Session:
        """The session of this token. Raises NotSignedIn when there is none (any longer), Unavailable."""
        limits = self._lasting
        told = {
            "city": city, "digest": digest(token), "idle": limits.idle, "whole": limits.whole, "turn": limits.turn,
            "grace": limits.grace, "look": limits.look, "recent": limits.recent,
        }  # fmt: skip
        async with city_reads(self._reads, city) as connection:
            found = await connection.execute(FIND, told)
            row = await found.fetchone()
            if row is None:
                raise NotSignedIn
            member = await member_within(self._tenancy, city, connection, row, row[2])
        id_, held, current, fresh, old, due, outside, recent, bare = row[-9:]
        session = Session(member, id_, outside=outside, recent=recent, bare=bare)
        if not current:
            return replace(session, stolen=not fresh)
        return replace(session, turn=old or bytes(held) != rights(member), look=due)

    def keep_up(self, session: Session, token: str) -> str | None:
        """Do what is to be done about a session: note that it was used, or give it a new token, which is answered.

        Raises NotSignedIn for a token that was replaced some time ago; the session has ended then. Raises Unavailable.
        """
        city = session.member.city
        if session.stolen:
            read(self._pool, city, (END, (city, session.id)))
            log.warning("session_stolen", city=city, member=str(session.member.id))
            raise NotSignedIn
        if session.turn:
            return self.rotate(session, token)
        if session.look:
            read(self._pool, city, (SEEN, (city, session.id)))
        return None

    def rotate(self, session: Session, token: str) -> str | None:
        """A new token for a session; ``None`` when another request was faster. Raises Unavailable."""
        fresh, member = secrets.token_urlsafe(TOKEN_BYTES), session.member
        values = (digest(fresh), rights(member), member.city, session.id, digest(token))
        (rows,) = read(self._pool, member.city, (ROTATE, values))
        return fresh if rows else None

    def end(self, city: CityCode, token: str) -> Ended:
        """Sign a browser out; nothing happens when it was signed out already. Raises Unavailable."""
        (rows,) = read(self._pool, city, (SIGN_OUT, (city, digest(token), digest(token))))
        if not rows:
            return Ended()
        id_, member, provider, box = rows[0]
        plain = self._vault.open(ID_TOKEN, f"{city}/{id_}", bytes(box)) if box else None
        log.info("signed_out", city=city, member=str(member))
        return Ended(provider, plain.decode() if plain else None)

    def of(self, member: Member) -> list[SignedIn]:
        """Where a member is signed in, the newest first. Raises Unavailable."""
        limits = self._lasting
        told = {"city": member.city, "member": member.id, "idle": limits.idle, "whole": limits.whole}
        (rows,) = read(self._pool, member.city, (ALL, told))
        return [SignedIn(*row) for row in rows]

    def end_one(self, member: Member, session: UUID) -> None:
        """End one of a member's own sessions or tokens from a secret. Raises NotFound, Unavailable."""
        wanted = (member.city, member.id, session)
        if not any(read(self._pool, member.city, *((statement, wanted) for statement in END_ONE))):
            raise NotFound
        log.info("session_ended", city=member.city, member=str(member.id))

    def end_everywhere(self, member: Member) -> None:
        """Sign a member out of every browser and program; personal tokens stay until they are revoked."""
        city = member.city
        read(self._pool, city, (END_ALL, (city, member.id)), (END_SIGN_INS, (city, member.id)))
        log.info("signed_out_everywhere", city=city, member=str(member.id))


def rights(member: Member) -> bytes:
    """A digest of what a member may do; when it changes, the session gets another token."""
    return sha256("\n".join(sorted(map(repr, member.rights))).encode()).digest()
