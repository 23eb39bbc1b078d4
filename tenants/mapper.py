"""Turns events into the bytes that are stored and hashed, and back (promises 3, 4 and 8).

State bytes are JSON: ``{"shape": 1, "circumstances": {…}, "event": {…}}``. They are written once, hashed as written and
never written again; reading goes by the stored topic, not by a module path.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from domain.circumstances import Circumstances
from domain.errors import Unreadable
from domain.events import EVENTS, SHAPES, UPCASTS, Upcast
from domain.values import Audience, Mark, Sealed, Typed

E = TypeVar("E")

Seal = Callable[[Typed], Sealed]
"""Seals one typed value and remembers the ciphertext that must be stored with the event."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event with what stands beside it, at its place in its aggregate (satisfies DomainEventProtocol)."""

    originator_id: UUID
    originator_version: int
    circumstances: Circumstances
    event: Any


class State(msgspec.Struct, Generic[E], frozen=True):
    """The stored form of an event."""

    shape: int
    circumstances: Circumstances
    event: E


def written_sealed(value: Any) -> Any:
    """How a sealed value is written in JSON (msgspec ``enc_hook``); a typed one cannot be written."""
    if isinstance(value, Typed):
        raise TypeError("a typed value must be sealed before it is written")
    if isinstance(value, Sealed):
        written: dict[str, Any] = {
            "commitment": value.commitment,
            "key": value.key,
            "audience": value.audience,
        }
        return {**written, "marks": value.marks} if value.marks else written
    raise NotImplementedError(type(value).__name__)


def read_sealed(kind: type, value: Any) -> Any:
    """How it is read again (msgspec ``dec_hook``)."""
    if kind is Sealed:
        return Sealed(
            UUID(value["key"]),
            Audience(value["audience"]),
            base64.b64decode(value["commitment"], validate=True),
            tuple(Mark(mark) for mark in value.get("marks", ())),
        )
    raise NotImplementedError(kind.__name__)


def sealed_of(value: Any) -> list[Sealed]:
    """Every sealed value inside an event, in the order in which it is written."""
    if isinstance(value, Sealed):
        return [value]
    if isinstance(value, tuple | list):
        return [found for item in value for found in sealed_of(item)]
    return [found for name in fields_of(type(value)) for found in sealed_of(getattr(value, name))]


def fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass or a struct; none for anything else."""
    struct: tuple[str, ...] | None = getattr(kind, "__struct_fields__", None)
    return tuple(getattr(kind, "__dataclass_fields__", ())) if struct is None else struct


def _decoders(events: Mapping[str, type]) -> dict[str, msgspec.json.Decoder[State[Any]]]:
    return {
        topic: msgspec.json.Decoder(State[cls], dec_hook=read_sealed)  # type: ignore[valid-type]
        for topic, cls in events.items()
    }


TOPICS: Final[Mapping[type, str]] = {cls: topic for topic, cls in EVENTS.items()}
DECODERS: Final = _decoders(EVENTS)


def decode(
    topic: str,
    state: bytes,
    shapes: Mapping[str, int] = SHAPES,
    upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS,
) -> State[Any]:
    """Read one stored event, bringing older shapes up to the present one. Raises Unreadable."""
    decoder = DECODERS.get(topic)
    if decoder is None:
        raise Unreadable(topic=topic[:100])
    try:
        present = shapes.get(topic, 1)
        as_now = present == 1 or state.startswith(b'{"shape":%d,' % present)
        found = decoder.decode(state) if as_now else _upcast(topic, state, present, upcasts)
    except (msgspec.DecodeError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(topic=topic) from error
    if found.shape != present:
        raise Unreadable(topic=f"{topic}, shape {found.shape}")
    return found


def _upcast(topic: str, state: bytes, present: int, upcasts: Mapping[tuple[str, int], Upcast]) -> State[Any]:
    raw = msgspec.json.decode(state)
    for shape in range(raw["shape"], present):
        raw["event"] = upcasts[topic, shape](raw["event"])
        raw["shape"] = shape + 1
    return msgspec.convert(raw, State[EVENTS[topic]], dec_hook=read_sealed)  # type: ignore[valid-type]


class EventMapper(Mapper[UUID]):
    """The library's mapper, by stored names; ``seal`` is called for each typed value on its way into the log."""

    def __init__(self, seal: Seal | None = None) -> None:
        self._encoder = msgspec.json.Encoder(
            enc_hook=written_sealed
            if seal is None
            else lambda value: written_sealed(seal(value) if type(value) is Typed else value)
        )

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The stored form; values that were typed are sealed now."""
        recorded = cast(Recorded, domain_event)
        topic = TOPICS[type(recorded.event)]
        state = State(SHAPES.get(topic, 1), recorded.circumstances, recorded.event)
        return StoredEvent(recorded.originator_id, recorded.originator_version, topic, self._encoder.encode(state))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as it happened. Raises Unreadable."""
        state = decode(stored_event.topic, stored_event.state)
        return Recorded(
            cast(UUID, stored_event.originator_id),
            stored_event.originator_version,
            state.circumstances,
            state.event,
        )
