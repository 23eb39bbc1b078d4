"""How often one address, one member, one city may ask (回数の制限).

Strategy and notation are those of the library `limits`; another of its storages (Redis, MongoDB, …) can be given in
place of ours. Ours is the memory of one process, bounded: the library's own never forgets a key and starts a thread
every ten milliseconds. With several workers each counts for itself.
"""

import math
import time
from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from api.security.refusals import TooManyRequests

KEYS: Final = 20_000
"""Addresses, members and cities remembered; beyond it the one that was quiet longest is forgotten."""


class Memory(Storage, MovingWindowSupport):
    """A moving window in the memory of this process. ``clock`` gives seconds."""

    STORAGE_SCHEME = ["renkei+memory"]  # noqa: RUF012 - as the library declares it

    def __init__(self, keys: int = KEYS, clock: Callable[[], float] = time.time) -> None:
        self._most, self._clock, self._lock = keys, clock, Lock()
        self._entries: OrderedDict[str, deque[float]] = OrderedDict()
        super().__init__()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count, unless the window is full."""
        with self._lock:
            now, entries = self._clock(), self._entries.setdefault(key, deque())
            self._entries.move_to_end(key)
            while entries and entries[0] <= now - expiry:
                entries.popleft()
            if len(entries) + amount > limit:
                return False
            entries.extend([now] * amount)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the window's first entry was made, and how many there are."""
        del limit
        with self._lock:
            now, entries = self._clock(), self._entries.get(key, deque())
            gone = bisect_right(entries, now - expiry)
            return (entries[gone], len(entries) - gone) if gone < len(entries) else (now, 0)

    def get(self, key: str) -> int:
        """How many entries a key has, whatever their age."""
        with self._lock:
            return len(self._entries.get(key, ()))

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Fixed windows are not kept here."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """When the newest entry was made: it can be no later than this that a key has any."""
        with self._lock:
            entries = self._entries.get(key)
            return entries[-1] if entries else self._clock()

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int | None:
        """Forget everything; gives the number of keys."""
        with self._lock:
            count = len(self._entries)
            self._entries.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._entries.pop(key, None)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a storage may raise when it is away; memory never is."""
        return OSError


class Rates:
    """The budgets of one process. ``rates``: as ``settings.RATES``."""

    def __init__(
        self,
        rates: Mapping[str, str],
        storage: Storage | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._budgets: Mapping[str, RateLimitItem] = MappingProxyType(
            {name: parse(told) for name, told in rates.items()}
        )
        self._clock = clock
        self._limiter = MovingWindowRateLimiter(storage or Memory(clock=clock))

    def spend(self, kind: str, **who: str) -> None:
        """Count one request of a kind for everybody named, as in ``spend("desk", member="…", city="…")``.

        Raises TooManyRequests; those named before have then been counted.
        """
        for whose, name in who.items():
            budget = self._budgets.get(f"{kind}.{whose}")
            if budget is not None and name and not self._limiter.hit(budget, kind, whose, name):
                begun, _ = self._limiter.get_window_stats(budget, kind, whose, name)
                raise TooManyRequests(seconds=max(1, math.ceil(begun - self._clock())))


def spend(request: HTTPConnection, kind: str, **who: str) -> None:
    """Count a request once a route knows who asks; only the guard's application counts. Raises TooManyRequests."""
    rates: Rates | None = getattr(request.state, "rates", None)
    if rates is not None:
        rates.spend(kind, **who)
