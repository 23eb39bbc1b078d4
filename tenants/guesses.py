"""Slows down who guesses a secret: each further wrong one for a login makes the next wait longer (試行の抑制).

Kept in the memory of one process and forgotten with it; the number of logins remembered is bounded.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from domain.errors import Refusal

FREE: Final = 5
"""Wrong secrets in a row before anybody has to wait."""
LONGEST: Final = 300.0
"""Longest wait, in seconds: nobody can be kept out of an account for long by somebody else's guesses."""
REMEMBERED: Final = 10_000

Account = tuple[str, str]
"""City and login."""


class TooManyGuesses(Refusal):
    """Too many wrong secrets for this login. Details: ``seconds`` to wait."""

    en = "Too many attempts for this login. Wait {seconds} seconds, then try again."
    ja = "このログインへの試行が多すぎます。{seconds} 秒待ってからもう一度お試しください。"


class Guesses:
    """Counts attempts from before the secret is looked at, so that many at once gain nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._open: OrderedDict[Account, tuple[int, float]] = OrderedDict()

    def begin(self, account: Account) -> None:
        """An attempt begins. Raises TooManyGuesses when it comes too early; it does not count then."""
        with self._lock:
            now = self._clock()
            attempts, free_at = self._open.get(account, (0, now))
            if now < free_at:
                raise TooManyGuesses(seconds=math.ceil(free_at - now))
            over = attempts + 1 - FREE
            wait = min(2.0**over, LONGEST) if over >= 0 else 0.0
            self._open[account] = (min(attempts + 1, FREE * 10), now + wait)
            self._open.move_to_end(account)
            if len(self._open) > REMEMBERED:
                self._open.popitem(last=False)

    def right(self, account: Account) -> None:
        """The secret was right: the attempts before it are forgotten."""
        with self._lock:
            self._open.pop(account, None)
