"""A second factor: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost (二要素認証).

SHA-1, six digits, thirty seconds: what every app understands. One step of drift either way; no code is taken twice. The
shared secret is sealed under the key store; recovery codes hold 128 random bits and are stored as digests.
"""

import base64
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

import structlog
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import AlreadyThere, Invalid, NotAllowed
from domain.values import CityCode
from tenants.database.walls import Row, read
from tenants.identity.codes import new_code, plain_code
from tenants.identity.vault import Vault
from tenants.members import Member

log: Final = structlog.get_logger("renkei.identity")

STEP: Final = 30
"""Seconds for which a code stands."""
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps by which a member's clock may be wrong."""
SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
PURPOSE: Final = "totp"

FACTOR: Final = "select secret, confirmed_at is not null from renkei.second_factors where city = %s and member = %s"
BEGIN: Final = (
    "insert into renkei.second_factors as f (city, member, secret) values (%s, %s, %s)"
    " on conflict (city, member) do update set secret = excluded.secret, last_step = 0"
    " where f.confirmed_at is null returning member"
)
TAKE: Final = (
    "update renkei.second_factors set last_step = %s"
    " where city = %s and member = %s and last_step < %s returning member"
)
CONFIRM: Final = (
    "update renkei.second_factors set confirmed_at = clock_timestamp() where city = %s and member = %s returning member"
)
NEW_CODES: Final = (
    "insert into renkei.recovery_codes (city, member, digest) select %s, %s, unnest(%s::bytea[]) returning 1"
)
USE_CODE: Final = "delete from renkei.recovery_codes where city = %s and member = %s and digest = %s returning 1"
END_SESSIONS: Final = (
    "delete from renkei.sessions where city = %s and member = %s and id is distinct from %s::uuid returning id"
)
END_SIGN_INS: Final = "delete from renkei.tokens where city = %s and member = %s and name is null returning member"
END: Final = "delete from renkei.second_factors where city = %s and member = %s returning member"
END_CODES: Final = "delete from renkei.recovery_codes where city = %s and member = %s returning 1"


class CodeWrong(Invalid):
    """Not the code that the app shows now, or one that was used."""

    en = "That is not the code that your authenticator app shows now, or it was used already. Wait for the next one."
    ja = "認証アプリに今表示されているコードと違うか、すでに使われたコードです。次のコードを入力してください。"


class SecondFactorDemanded(NotAllowed):
    """The member's roles ask for a second factor, and there is none yet."""

    en = (
        "Your role asks for a second factor. Sign in on the page of your city's desk and set up an authenticator app;"
        " after that everything works."
    )
    ja = (
        "担当の役割には二要素認証が必要です。窓口の画面からサインインして認証アプリを設定してください。"
        "設定が済むと、すべての操作ができます。"
    )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is put into the authenticator app: the secret in base32, or the same as an ``otpauth`` address."""

    secret: str
    address: str


class SecondFactors:
    """One per process. ``clock`` gives seconds since 1970."""

    def __init__(
        self, pool: ConnectionPool[Connection[Row]], vault: Vault, clock: Callable[[], float] = time.time
    ) -> None:
        self._pool, self._vault, self._clock = pool, vault, clock

    def enrol(self, member: Member) -> Enrolment:
        """A secret for the member's app; it counts once ``confirm`` has seen a code of it.

        Raises AlreadyThere when the member has a second factor, Unavailable.
        """
        secret, city = secrets.token_bytes(SECRET_BYTES), member.city
        box = self._vault.seal(PURPOSE, f"{city}/{member.id}", secret)
        (rows,) = read(self._pool, city, (BEGIN, (city, member.id, box)))
        if not rows:
            raise AlreadyThere
        written = base64.b32encode(secret).decode()
        told = urlencode({"secret": written, "issuer": "renkei", "digits": DIGITS, "period": STEP})
        return Enrolment(written, f"otpauth://totp/{quote(f'renkei:{city}')}?{told}")

    def confirm(self, member: Member, code: str, session: UUID | None = None) -> list[str]:
        """It counts from now on; answers recovery codes, shown this once. Raises CodeWrong, Unavailable.

        Whatever came in by the secret alone before ends, but for the ``session`` that has just shown a code: who has
        stolen the secret must not be let in further by what the member does against that. Personal tokens stay.
        """
        city = member.city
        found = self._factor(city, member.id)
        if found is None or found[1] or not self._take(city, member.id, found, code):
            raise CodeWrong
        codes = [new_code() for _ in range(RECOVERY_CODES)]
        digests = [_digest(city, member.id, code) for code in codes]
        read(
            self._pool, city, (CONFIRM, (city, member.id)), (END_CODES, (city, member.id)),
            (NEW_CODES, (city, member.id, digests)), (END_SESSIONS, (city, member.id, session)),
            (END_SIGN_INS, (city, member.id)),
        )  # fmt: skip
        log.info("second_factor_confirmed", city=city, member=str(member.id))
        return codes

    def remove(self, member: Member) -> None:
        """Do without the second factor again; who asks has just shown a code of it. Raises Unavailable."""
        city = member.city
        read(self._pool, city, (END, (city, member.id)), (END_CODES, (city, member.id)))
        log.info("second_factor_removed", city=city, member=str(member.id))

    def has(self, member: Member) -> bool:
        """Whether the member signs in with a second factor. Raises Unavailable."""
        found = self._factor(member.city, member.id)
        return found is not None and bool(found[1])

    def right(self, city: CityCode, member: UUID, code: str) -> bool:
        """Whether the member may go on: there is no second factor, or this is a code of it, used up by this.

        Raises KeysUnavailable, Unavailable.
        """
        found = self._factor(city, member)
        if found is None or not found[1]:
            return True
        given = "".join(code.split()).replace("-", "")
        if len(given) == DIGITS and given.isascii() and given.isdigit():
            return self._take(city, member, found, given)
        (used,) = read(self._pool, city, (USE_CODE, (city, member, _digest(city, member, code))))
        if used:
            log.warning("recovery_code_used", city=city, member=str(member))
        return bool(used)

    def _factor(self, city: CityCode, member: UUID) -> Row | None:
        (rows,) = read(self._pool, city, (FACTOR, (city, member)))
        return rows[0] if rows else None

    def _take(self, city: CityCode, member: UUID, factor: Row, code: str) -> bool:
        secret = self._vault.open(PURPOSE, f"{city}/{member}", bytes(factor[0]))
        if secret is None:
            return False
        now = int(self._clock()) // STEP
        given = "".join(code.split()).encode("utf-8", "surrogatepass")
        steps = [
            step
            for step in range(now - DRIFT, now + DRIFT + 1)
            if hmac.compare_digest(code_at(secret, step).encode(), given)
        ]
        if not steps:
            return False
        # Whoever comes with the same code again, or at the same moment, finds that its step was taken.
        (taken,) = read(self._pool, city, (TAKE, (steps[-1], city, member, steps[-1])))
        return bool(taken)


def code_at(secret: bytes, step: int) -> str:
    """The code of one step (RFC 4226, 5.3; RFC 6238, 4.2)."""
    told = hmac.digest(secret, step.to_bytes(8, "big"), sha1)
    place = told[-1] & 0x0F
    number = int.from_bytes(told[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def _digest(city: CityCode, member: UUID, code: str) -> bytes:
    plain = plain_code(code)
    return sha256(f"renkei/recovery/1\n{city}\n{member}\n{plain}".encode("utf-8", "surrogatepass")).digest()
