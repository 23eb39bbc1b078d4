"""How a member becomes known to the program: a login with a secret and, where there is one, a code (サインイン)."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from argon2 import PasswordHasher
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.errors import NotAllowed, NotSignedIn
from domain.values import CityCode, text
from tenants.commands.rights import LONGEST_LOGIN
from tenants.database.walls import Row, read
from tenants.identity.factors import SecondFactorDemanded, SecondFactors
from tenants.identity.outside import OutsideIdentities
from tenants.identity.passwords import LONGEST_SECRET, Passwords
from tenants.identity.resets import Resets
from tenants.identity.rows import COLUMNS, member_from
from tenants.identity.sessions import Lasting, Sessions
from tenants.identity.tokens import Issued, Tokens
from tenants.identity.vault import Vault
from tenants.identity.waits import Waits
from tenants.members import Member

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.identity")

HOURS: Final = 12
"""How long a token from a login and secret lasts."""
LONGEST_CODE: Final = 40
AGAIN: Final = "again"
"""In place of a browser: guesses of who is signed in already are counted apart from those at the door."""

BY_LOGIN: Final = (
    f"select {COLUMNS}, m.secret_hash from renkei.members m where m.city = %s and m.login = %s and m.active"  # noqa: S608 - our own columns
)

BY_MEMBER: Final = "select login, secret_hash from renkei.members where city = %s and member = %s and active"


class NotConfirmed(NotAllowed):
    """Who is signed in did not show again that it is they."""

    en = "That password (or the code of your authenticator app) is not right, so nothing was changed."
    ja = "パスワード（または認証アプリのコード）が違うため、何も変更していません。"


class Identity:
    """One per process. ``reads`` is the pool of the role that serves desks; ``lasts`` is for tokens from a secret."""

    def __init__(
        self,
        tenancy: "Tenancy",
        reads: AsyncConnectionPool[AsyncConnection[Row]],
        lasts: timedelta = timedelta(hours=HOURS),
        hasher: PasswordHasher | None = None,
        lasting: Lasting | None = None,
    ) -> None:
        self._tenancy, self._pool, self.reads = tenancy, tenancy.pool, reads
        self.vault = Vault(tenancy.keys)
        self.passwords = Passwords(hasher)
        self.waits = Waits(self._pool)
        self.tokens = Tokens(tenancy, reads, lasts)
        self.sessions = Sessions(tenancy, reads, self.vault, lasting)
        self.factors = SecondFactors(self._pool, self.vault)
        self.outside = OutsideIdentities(tenancy)
        self.resets = Resets(self._pool, self.vault, self.passwords, self.waits)

    def verify(self, city: CityCode, login: str, secret: str, code: str = "", browser: str = "") -> Member:
        """Who knows the secret and, with a second factor, the code. Takes about 50 ms and 64 MiB: call it in a thread.

        ``browser`` marks one that this login has signed in with before. Raises NotSignedIn (which of them was wrong is
        not told), TooManyGuesses, TextRequired, TextTooLong, TextForbidden, Unavailable.
        """
        text("login", login, LONGEST_LOGIN)
        text("secret", secret, LONGEST_SECRET)
        slowed = self.waits.begin(city, login, browser)
        (rows,) = read(self._pool, city, (BY_LOGIN, (city, login)))
        member, secret_hash = (rows[0][0], rows[0][-1]) if rows else (None, None)
        right = self.passwords.right(secret, secret_hash)
        if member is None or not right or not self.factors.right(city, member, code[:LONGEST_CODE]):
            told = {} if member is None else {"member": str(member)}
            log.warning("locked_out" if slowed else "sign_in_failed", city=city, **told)
            raise NotSignedIn
        self.waits.forget(city, login, browser)
        return member_from(self._tenancy, city, rows[0])

    def confirm(self, member: Member, secret: str, code: str = "") -> str:
        """See once more that it is the member who asks, before what lets the member in is changed; answers the login.

        Takes as long as ``verify``. Raises NotConfirmed, TooManyGuesses, TextRequired, TextTooLong, Unavailable.
        """
        text("secret", secret, LONGEST_SECRET)
        city = member.city
        (rows,) = read(self._pool, city, (BY_MEMBER, (city, member.id)))
        login, secret_hash = rows[0] if rows else ("", None)
        self.waits.begin(city, login, AGAIN)
        if not self.passwords.right(secret, secret_hash) or not self.factors.right(
            city, member.id, code[:LONGEST_CODE]
        ):
            log.warning("not_confirmed", city=city, member=str(member.id))
            raise NotConfirmed
        self.waits.forget(city, login, AGAIN)
        found: str = login
        return found

    def change_secret(self, member: Member, secret: str, code: str, new: str) -> None:
        """Another secret for who knows the old one; everything that the member was signed in by ends.

        Raises what ``confirm`` does, SecretTooShort, SecretTooCommon.
        """
        login = self.confirm(member, secret, code)
        self.resets.replace(member, login, new)

    def sign_in(
        self,
        city: CityCode,
        login: str,
        secret: str,
        code: str = "",
        demands: Callable[[Member], bool] = lambda _member: False,
    ) -> Issued:
        """A token for who knows the secret.

        ``demands``: whether a member must have a second factor. Raises what ``verify`` does, SecondFactorDemanded.
        """
        member = self.verify(city, login, secret, code)
        if demands(member) and not self.factors.has(member):
            raise SecondFactorDemanded
        log.info("signed_in", city=city, member=str(member.id), provider="token")
        return self.tokens.issue(member)

    async def member_of(self, city: CityCode, token: str) -> Member:
        """Who holds this token in this city. Raises NotSignedIn when nobody does (any longer), Unavailable."""
        return (await self.tokens.holder(city, token)).member

    def sign_out(self, city: CityCode, token: str) -> None:
        """End a token. Raises NotSignedIn when it is none of this city's, Unavailable."""
        self.tokens.end(city, token)
