"""What many fields of one answer ask for is loaded together, and each of them waits for itself (まとめ読み).

When a field fails whose place cannot be null, the library ends the fields beside it. Ending one that awaits a loader's
future would cancel that future, and with it every other field, in other parts of the answer, that waits for the same
record: their ``CancelledError`` is no error of a field and would end the whole request. So each field gets a future of
its own, and the shared one is cancelled only when the last of them has gone.
"""

from asyncio import Future, shield
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K")
V = TypeVar("V")


class Loader(DataLoader[K, V]):
    """A data loader of one request whose waiters go away one by one."""

    def __init__(self, load: Callable[[list[K]], Awaitable[Sequence[V | BaseException]]]) -> None:
        super().__init__(load)
        self._waiting: Counter[Future[V]] = Counter()

    def load(self, key: K) -> Awaitable[V]:
        """The value of a key, gathered with others into one query. Raises what the query raises."""
        shared = super().load(key)
        assert isinstance(shared, Future)  # noqa: S101 - what the library gives
        if shared.done():
            return shared
        self._waiting[shared] += 1
        mine = shield(shared)
        mine.add_done_callback(partial(self._left, shared))
        return mine

    def _left(self, shared: Future[V], mine: Future[Any]) -> None:
        """One waits no longer; what nobody waits for any more is not read."""
        self._waiting[shared] -= 1
        if mine.cancelled() and not self._waiting[shared]:
            shared.cancel()
