"""How much is worked on at once: a few public requests, more of the desks', and the public steps back (混雑時の制限).

One event loop answers everybody, so what a public request computes a desk waits for. While desks are at work the public
therefore gets one turn at a time, with a pause after each, and what waits too long or in too long a row is told to
come back later.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Final

from starlette.requests import HTTPConnection

from api.security.refusals import Crowded, TooManyAtOnce
from api.security.routes import Lane

WAITING: Final = 32
"""How many may wait for each that is worked on."""
PATIENCE: Final = {Lane.PUBLIC: 3.0, Lane.DESK: 5.0, Lane.OPERATOR: 2.0, Lane.UPLOADS: 5.0, Lane.DOWNLOADS: 5.0}
"""Seconds that a request waits for its turn."""
AT_WORK: Final = 1.0
"""Seconds after a desk's request in which the next one is expected."""
STEP_BACK: Final = 4.0
"""Pause after a public turn while desks are at work, as a multiple of what the turn took."""
LONGEST_PAUSE: Final = 0.5
OPERATORS: Final = 4
"""Probes and counts answered at once."""
TRANSFERS: Final = 16
"""Files that come in at once, and files that go out: never in the place of anything else."""
SHARES: Final = MappingProxyType({"member": 2, "city": 4})
"""How many of them one member, one city may have: who sends slowly keeps turns for half an hour."""
NEXT: Final = 5
"""Seconds after which who had its share tries again."""


class Turn:
    """What one request has of its lane. Who it is for is said once that is known, and ends with the turn."""

    def __init__(self, held: Counter[tuple[str, str]], shares: Mapping[str, int]) -> None:
        self._held, self._shares = held, shares
        self._mine: list[tuple[str, str]] = []

    def belongs_to(self, **who: str) -> None:
        """Whose turn it is, as in ``belongs_to(member="…", city="…")``. Raises TooManyAtOnce."""
        mine = [whose for whose in who.items() if whose[0] in self._shares]
        if any(self._held[whose] >= self._shares[whose[0]] for whose in mine):
            raise TooManyAtOnce(seconds=NEXT)
        self._held.update(mine)
        self._mine += mine

    def end(self) -> None:
        """It is theirs no longer."""
        for whose in self._mine:
            self._held[whose] -= 1
            if not self._held[whose]:
                del self._held[whose]


class Turns:
    """The requests of one lane: so many at once, a short row of others behind them.

    ``shares``: how many of those at once one member, one city may have.
    """

    def __init__(
        self, most: int, patience: float, waiting: int | None = None, shares: Mapping[str, int] | None = None
    ) -> None:
        self._most, self._patience = most, patience
        self._longest = most * WAITING if waiting is None else waiting
        self._shares = shares or {}
        self._row: deque[asyncio.Future[None]] = deque()
        self.held = Counter[tuple[str, str]]()
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many stand in the row."""
        return len(self._row)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """A turn of one request. Raises Crowded."""
        await self._take()
        began, mine = time.monotonic(), Turn(self.held, self._shares)
        try:
            yield mine
        finally:
            mine.end()
            self.running -= 1
            self.ended(time.monotonic() - began)
            self.call_next()

    async def _take(self) -> None:
        if not self._row and self.may_begin():
            self.running += 1
            return
        if len(self._row) >= self._longest:
            raise Crowded
        mine = asyncio.get_running_loop().create_future()
        self._row.append(mine)
        self.call_next()
        try:
            await asyncio.wait({mine}, timeout=self._patience)
        finally:
            if not mine.done():
                self._row.remove(mine)
                mine.cancel()
            elif asyncio.current_task() is not None and (task := asyncio.current_task()) and task.cancelling():
                self.running -= 1  # called and gone away in the same moment
                self.call_next()
        if mine.cancelled():
            raise Crowded

    def call_next(self) -> None:
        """Call those whose turn it is."""
        while self._row and self.may_begin():
            self.running += 1
            self._row.popleft().set_result(None)

    def may_begin(self) -> bool:
        """Whether one more may be worked on now."""
        return self.running < self._most

    def ended(self, took: float) -> None:
        """A turn took so many seconds."""


class SteppingBack(Turns):
    """The public's turns, which leave room for the desks."""

    def __init__(self, most: int, patience: float, desks: "Desks", waiting: int | None = None) -> None:
        super().__init__(most, patience, waiting)
        self._desks, self._not_before, self._alarm = desks, 0.0, False

    def may_begin(self) -> bool:
        """One at a time, and not at once after another, while desks are at work."""
        if not self._desks.at_work():
            return super().may_begin()
        if self.running:
            return False
        pause = self._not_before - time.monotonic()
        if pause > 0 and not self._alarm:
            self._alarm = True
            asyncio.get_running_loop().call_later(pause, self._rested)
        return pause <= 0

    def ended(self, took: float) -> None:
        """The next one waits according to what this one took."""
        self._not_before = time.monotonic() + min(took * STEP_BACK, LONGEST_PAUSE)

    def _rested(self) -> None:
        self._alarm = False
        self.call_next()


class Desks(Turns):
    """The desks' turns; remembers when they were last at work."""

    def __init__(self, most: int, patience: float) -> None:
        super().__init__(most, patience)
        self._seen = float("-inf")

    def at_work(self) -> bool:
        """Whether a desk's request is under way or was until just now."""
        return self.running > 0 or time.monotonic() - self._seen < AT_WORK

    def ended(self, took: float) -> None:
        """Remember when."""
        del took
        self._seen = time.monotonic()


class Lanes:
    """All lanes of one process, which its event loop alone touches."""

    def __init__(self, public: int, desk: int) -> None:
        self.desks = Desks(desk, PATIENCE[Lane.DESK])
        self._turns: dict[Lane, Turns] = {
            Lane.PUBLIC: SteppingBack(public, PATIENCE[Lane.PUBLIC], self.desks),
            Lane.DESK: self.desks,
            Lane.OPERATOR: Turns(OPERATORS, PATIENCE[Lane.OPERATOR]),
            Lane.UPLOADS: Turns(TRANSFERS, PATIENCE[Lane.UPLOADS], TRANSFERS, SHARES),
            Lane.DOWNLOADS: Turns(TRANSFERS, PATIENCE[Lane.DOWNLOADS], TRANSFERS, SHARES),
        }

    def __getitem__(self, lane: Lane) -> Turns:
        return self._turns[lane]


def claim(request: HTTPConnection, **who: str) -> None:
    """Say whose turn a request has, once a route knows; only the guard's application has turns.

    Raises TooManyAtOnce.
    """
    turn: Turn | None = getattr(request.state, "turn", None)
    if turn is not None:
        turn.belongs_to(**who)
