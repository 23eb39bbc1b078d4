"""Commands run in few threads, and only so many may wait: beyond that a desk is told to try again (混雑時の制限)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from threading import Lock
from typing import Final, ParamSpec, TypeVar

from domain.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

MOST: Final = 100
"""Commands under way or waiting in one process: about a second of work."""


class TooBusy(Unavailable):
    """More commands are waiting than can be worked off soon."""

    en = "Too many commands at the moment. Nothing was recorded. Try again in a few seconds with the same command id."
    ja = "操作が混み合っています。記録されていません。数秒後に、同じ操作番号でもう一度お試しください。"


class Commands:
    """The thread pool for what is not asynchronous, with a limit to its queue."""

    def __init__(self, threads: ThreadPoolExecutor, most: int | None = None) -> None:
        self._threads, self._most = threads, MOST if most is None else most
        self._under_way, self._lock = 0, Lock()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it in a thread. Raises TooBusy, and what the work raises.

        A client that goes away does not stop a command that has begun; the same command id tells what came of it.
        """
        with self._lock:
            if self._under_way >= self._most:
                raise TooBusy
            self._under_way += 1
        future = self._threads.submit(partial(copy_context().run, work, *args, **kwargs))  # its log lines bear the id
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def _done(self, _future: Future[T]) -> None:
        with self._lock:
            self._under_way -= 1


class Counted(Commands):
    """The same threads and the same queue, for one request: ``before`` may refuse each piece of work."""

    def __init__(self, commands: Commands, before: Callable[[], None]) -> None:
        self._commands, self._before = commands, before

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As Commands does it. Raises what ``before`` raises as well."""
        self._before()
        return await self._commands.run(work, *args, **kwargs)
