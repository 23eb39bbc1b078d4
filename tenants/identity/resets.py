"""Another secret for who has lost the old one and reads the mail that the operator entered (パスワードの再設定).

The mail holds a code that is good once and for half an hour; it is typed or pasted, and stands in no address. Whether
there is a member behind a login is never told. Everything that the member was signed in by ends.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import Refusal
from domain.values import CityCode, text
from tenants.commands.rights import LONGEST_LOGIN
from tenants.database.walls import Row, read
from tenants.identity.codes import new_code, plain_code
from tenants.identity.passwords import Passwords, check_secret
from tenants.identity.tokens import digest
from tenants.identity.vault import Vault
from tenants.identity.waits import Waits
from tenants.members import Member

log: Final = structlog.get_logger("renkei.identity")

LASTS: Final = timedelta(minutes=30)
INVITATION: Final = timedelta(hours=24)
"""For a member's first secret, or one that the operator makes them choose anew."""
PAUSE: Final = timedelta(minutes=2)
"""Between two mails to one member."""
MAIL: Final = "mail"

ASK: Final = (
    "insert into renkei.resets as r (city, member, digest, expires_at)"
    " select m.city, m.member, %(digest)s, clock_timestamp() + %(lasts)s from renkei.members m"
    " join renkei.mail_addresses a on a.city = m.city and a.member = m.member"
    " where m.city = %(city)s and m.login = %(login)s and m.active and m.secret_hash is not null"
    " on conflict (city, member) do update set digest = excluded.digest, expires_at = excluded.expires_at,"
    "  asked_at = clock_timestamp() where r.asked_at < clock_timestamp() - %(pause)s"
    " returning member"
)
ADDRESS: Final = "select address from renkei.mail_addresses where city = %s and member = %s"
LOGIN: Final = (
    "select m.login, c.slug from renkei.resets r join renkei.members m on m.city = r.city and m.member = r.member"
    " join renkei.cities c on c.city = r.city"
    " where r.city = %s and r.digest = %s and r.expires_at > clock_timestamp() and m.active"
)
SLUG: Final = "select slug from renkei.cities where city = %s"
PUT: Final = (
    "insert into renkei.resets (city, member, digest, expires_at)"
    " values (%(city)s, %(member)s, %(digest)s, clock_timestamp() + %(lasts)s)"
    " on conflict (city, member) do update set digest = excluded.digest, expires_at = excluded.expires_at,"
    "  asked_at = clock_timestamp() returning member"
)
USE: Final = "select renkei.use_reset(%s, %s, %s)"


class ResetEnded(Refusal):
    """The code was used, is too old, or was never given."""

    en = "This code was used, has ended, or is not whole. Ask for a new one."
    ja = "このコードは使用済みか、期限切れか、途中で切れています。もう一度、再設定を申し込んでください。"


@dataclass(frozen=True, slots=True)
class Reset:
    """What is sent to a member: where to, and the code."""

    address: str
    code: str


class Resets:
    """One per process."""

    def __init__(self, pool: ConnectionPool[Connection[Row]], vault: Vault, passwords: Passwords, waits: Waits) -> None:
        self._pool, self._vault, self._passwords, self._waits = pool, vault, passwords, waits

    def ask(self, city: CityCode, login: str) -> Reset | None:
        """What to send; ``None`` when nobody is to get a mail: no such member, no address, or one was sent just now.

        Raises TextRequired, TextTooLong, TextForbidden, KeysUnavailable, Unavailable.
        """
        text("login", login, LONGEST_LOGIN)
        code = new_code()
        told = {"city": city, "login": login, "digest": digest_of(code), "lasts": LASTS, "pause": PAUSE}
        (rows,) = read(self._pool, city, (ASK, told))
        if not rows:
            log.info("reset_not_sent", city=city)
            return None
        member = rows[0][0]
        ((box,),) = read(self._pool, city, (ADDRESS, (city, member)))[0]
        plain = self._vault.open(MAIL, f"{city}/{member}", bytes(box))
        log.info("reset_asked", city=city, member=str(member))
        return Reset(plain.decode(), code) if plain else None

    def use(self, city: CityCode, code: str, secret: str) -> None:
        """Take the new secret. Takes about 50 ms and 64 MiB: call it in a bounded thread pool.

        Raises ResetEnded, SecretTooShort, SecretTooCommon (the code is still good then), Unavailable.
        """
        (rows,) = read(self._pool, city, (LOGIN, (city, digest_of(code))))
        if not rows:
            raise ResetEnded
        login, slug = rows[0]
        check_secret(secret, login, slug)
        ((member,),) = read(self._pool, city, (USE, (city, digest_of(code), self._passwords.hash(secret))))[0]
        if member is None:
            raise ResetEnded
        self._waits.forget(city, login)
        log.info("secret_reset", city=city, member=str(member))

    def replace(self, member: Member, login: str, secret: str) -> None:
        """Another secret for a member who has shown who it is: by the same door, with a code that nobody is told.

        Raises SecretTooShort, SecretTooCommon, ResetEnded for a member who left just now, Unavailable.
        """
        city, known = member.city, digest_of(new_code())
        ((slug,),) = read(self._pool, city, (SLUG, (city,)))[0]
        check_secret(secret, login, slug)
        told = {"city": city, "member": member.id, "digest": known, "lasts": LASTS}
        _, ((changed,),) = read(self._pool, city, (PUT, told), (USE, (city, known, self._passwords.hash(secret))))
        if changed is None:
            raise ResetEnded
        log.info("secret_changed", city=city, member=str(member.id))


def digest_of(code: str) -> bytes:
    """The form in which a code is stored."""
    return digest(plain_code(code))
