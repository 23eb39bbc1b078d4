"""Slows down who guesses a secret: each further wrong one for an account makes the next wait longer (試行の抑制).

An account is a login of a city, tried from a browser that this login has signed in with before or from any other: who
guesses from elsewhere cannot keep a member out of the member's own browser. Waits end by themselves. They lie in the
database, so that all processes share them, and are forgotten after a day.
"""

import math
from hashlib import sha256
from typing import Final

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import Refusal
from domain.values import CityCode
from tenants.database.walls import Row, read

FREE: Final = 5
"""Wrong secrets in a row before anybody has to wait."""
LONGEST: Final = 300
"""Longest wait, in seconds: nobody can be kept out of an account for long by somebody else's guesses."""

# The second statement sees what the first has written; at most one of many at once is let through a wait that ended.
BEGIN: Final = (
    "insert into renkei.waits as w (city, account, attempts, free_at)"
    " values (%(city)s, %(account)s, 1, clock_timestamp())"
    " on conflict (city, account) do update set tried_at = clock_timestamp(),"
    "  attempts = case when w.tried_at < clock_timestamp() - interval '1 day' then 1"
    "   else least(w.attempts + 1, 50) end,"
    "  free_at = clock_timestamp() + make_interval(secs => case"
    "   when w.tried_at < clock_timestamp() - interval '1 day' or w.attempts + 1 < %(free)s then 0"
    "   else least(power(2, w.attempts + 1 - %(free)s), %(longest)s) end)"
    " where w.free_at <= clock_timestamp() returning attempts"
)
LEFT: Final = (
    "select extract(epoch from free_at - clock_timestamp())::float8 from renkei.waits where city = %s and account = %s"
)
TIDY: Final = (
    "delete from renkei.waits where city = %s and tried_at < clock_timestamp() - interval '1 day' returning attempts"
)
FORGET: Final = "delete from renkei.waits where city = %s and account = %s returning attempts"


class TooManyGuesses(Refusal):
    """Too many wrong secrets for this login. Details: ``seconds`` to wait."""

    en = "Too many attempts for this login. Wait {seconds} seconds, then try again."
    ja = "このログインへの試行が多すぎます。{seconds} 秒待ってからもう一度お試しください。"


class Waits:
    """Counts attempts from before the secret is looked at, so that many at once gain nothing."""

    def __init__(self, pool: ConnectionPool[Connection[Row]]) -> None:
        self._pool = pool

    def begin(self, city: CityCode, login: str, browser: str = "") -> bool:
        """An attempt begins; true when it makes the next ones wait.

        Raises TooManyGuesses when it comes too early; it does not count then. Raises Unavailable.
        """
        account = account_of(city, login, browser)
        told = {"city": city, "account": account, "free": FREE, "longest": LONGEST}
        counted, left = read(self._pool, city, (BEGIN, told), (LEFT, (city, account)))
        if not counted:
            raise TooManyGuesses(seconds=max(1, math.ceil(left[0][0] if left else 1)))
        return bool(counted[0][0] >= FREE)

    def forget(self, city: CityCode, login: str, browser: str = "") -> None:
        """The secret was right: the attempts before it are forgotten, and so are old ones of others."""
        read(self._pool, city, (FORGET, (city, account_of(city, login, browser))), (TIDY, (city,)))


def account_of(city: CityCode, login: str, browser: str = "") -> bytes:
    """The digest under which attempts are counted."""
    return sha256(f"renkei/wait/1\n{city}\n{browser}\n{login}".encode()).digest()
