"""The transparency tree of a city's log: RFC 6962 section 2.1, each event with the hash that it completes.

A leaf is SHA-256(0x00 || leaf bytes), a node SHA-256(0x01 || left || right). ``node_hash`` of position p is the root of
the perfect subtree that ends at p; it holds as many leaves as the lowest set bit of p says.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

EMPTY: Final = hashlib.sha256(b"").digest()
"""Root of a log without events."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the event table, as a stranger reads it."""

    city: str
    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    actor: UUID
    policy_version: int
    command_id: UUID
    request_id: str
    salt: bytes
    recorded_at: datetime
    leaf_hash: bytes
    node_hash: bytes


COLUMNS: Final = ", ".join(LogRow.__dataclass_fields__)
"""The columns of :class:`LogRow`, in order."""


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def leaf_hash(row: LogRow) -> bytes:
    """SHA-256 of 0x00 and the leaf bytes: ``renkei/1`` and the fields of the row, joined by newlines (promise 3)."""
    fields = (
        "renkei/1",
        row.city,
        row.position,
        microseconds(row.recorded_at),
        row.originator_id,
        row.originator_version,
        row.topic,
        row.actor,
        row.policy_version,
        row.command_id,
        row.request_id,
        row.salt.hex(),
        hashlib.sha256(row.state).hexdigest(),
    )
    return hashlib.sha256(b"\x00" + "\n".join(map(str, fields)).encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, node_hash: Callable[[int], bytes]) -> bytes:
    """Root of the first ``size`` events from the node hashes at no more than log2(size) positions."""
    if size == 0:
        return EMPTY
    found, rest = node_hash(size), size & (size - 1)
    while rest:
        found, rest = node(node_hash(rest), found), rest & (rest - 1)
    return found


def peaks(size: int) -> list[int]:
    """The positions whose node hashes :func:`root` reads."""
    found = []
    while size:
        found.append(size)
        size &= size - 1
    return found


class Growing:
    """A tree that grows leaf by leaf, keeping only the roots of its perfect subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> bytes:
        """Add a leaf; gives the node hash that it completes."""
        completed, place = leaf, self.size
        while place & 1:
            completed, place = node(self._roots.pop(), completed), place >> 1
        self._roots.append(completed)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root of all leaves so far."""
        if not self._roots:
            return EMPTY
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = node(left, found)
        return found
