"""One attempt at a command: the aggregate and all that must be known beside it, the decision, the recording."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Repository
from eventsourcing.persistence import EventStore, StoredEvent

from domain.calendar import check_since
from domain.circumstances import Circumstances
from domain.decider import Decider
from domain.errors import AlreadyThere, CommandReused, OtherKind
from domain.policy import Policy
from domain.values import CityCode, Day
from tenants.database.walls import read
from tenants.keys import Place
from tenants.mapper import TOPICS, EventMapper, Recorded
from tenants.recollection import Recollection
from tenants.recorder import Alongside, CityRecorder, Envelope
from tenants.sealing import Sealer
from tenants.wish import Answer, Entry, Further, Wish, city_id

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

S = TypeVar("S")
T = TypeVar("T")

KEYS_OF: Final = "select key, audience, wrapped from renkei.data_keys where city = %s and key = any(%s)"
VERSION_AT: Final = (
    "select max(originator_version) from renkei.events where city = %s and originator_id = %s and position <= %s"
)


@dataclass(frozen=True, slots=True)
class At:
    """An aggregate as the library's repository hands it back."""

    id: UUID
    version: int
    state: Any
    since: date | None = None
    """The day on which it began, for a kind that says by which event it does."""

    def in_order(self, happened: Day) -> None:
        """What happened to it then. Raises DateInvalid when that was before it began."""
        check_since("entry.occurredOn.on", happened.last, self.since)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a command brings with it on another record, which is to stand at ``at`` until then."""

    decider: Decider[Any]
    at: At
    events: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be recorded in one append: on the command's own record, and on others."""

    events: tuple[Any, ...]
    circumstances: Circumstances
    further: tuple[Brought, ...] = ()


def placed(at: At, events: Iterable[Any], circumstances: Circumstances) -> list[Recorded]:
    """Events at their versions, in the file of their record."""
    return [Recorded(at.id, at.version + n, circumstances, event) for n, event in enumerate(events, 1)]


def _beside(brought: Brought, circumstances: Circumstances) -> list[Recorded]:
    """In the file of its own record; an approval stands beside what it was given for."""
    return placed(brought.at, brought.events, replace(circumstances, file=brought.at.id, approval=None))


def projector(decider: Decider[Any], target: UUID) -> Any:
    """The library's projector function for a decider; an aggregate without events is its first state at version 0.

    It raises OtherKind for the events of another kind of record.
    """

    def project(at: At | None, events: Iterable[Any]) -> At:
        version, state, since = (at.version, at.state, at.since) if at else (0, decider.initial, None)
        for recorded in cast(Iterable[Recorded], events):
            if TOPICS.get(type(recorded.event)) not in decider.events:
                raise OtherKind
            version, state = recorded.originator_version, decider.evolve(state, recorded.event)
            if type(recorded.event) in decider.begun_by:
                since = getattr(recorded.event, "received_on", recorded.circumstances.occurred_on.first)
        return At(target, version, state, since)

    return project


def as_it_is(tenancy: "Tenancy", city: CityCode, decider: Decider[Any], target: UUID) -> At:
    """A record as its events make it. Raises OtherKind, Unreadable, Unavailable."""
    store: EventStore[UUID] = EventStore(EventMapper(), CityRecorder(tenancy.pool, city))
    return cast(At, Repository(store).get(target, projector_func=projector(decider, target)))


class Turn(Generic[S]):
    """The library's event store and repository over one city, for one attempt at one wish."""

    def __init__(
        self, tenancy: "Tenancy", city: CityCode, wish: Wish[S], entry: Entry, seen: Mapping[UUID, int]
    ) -> None:
        self.tenancy, self.city = tenancy, city
        self.target = wish.target(city)
        subject = wish.subject() or entry.on_behalf_of
        self._keys = (self.target,) if subject is None else (self.target, subject)
        self.alongside = Alongside(entry.command_id, city_id(city), self._keys)
        self.sealer = Sealer(city, tenancy.keys, self._wrapped)
        self._recorder = CityRecorder(tenancy.pool, city, self.alongside)
        self._mapper = EventMapper(self.sealer.seal)
        self._store: EventStore[UUID] = EventStore(self._mapper, self._recorder)
        self._project = projector(wish.decider, self.target)
        self._kind = wish.decider.name
        self._begins = wish.begins
        self._remembered = self.recollected = False
        self.at = At(self.target, 0, wish.decider.initial)
        self.depends = dict(seen)
        """Record to the version on which is relied; beginning with what says that the member may do this."""
        self._looked: dict[UUID, At] = {}

    def load(self, *, remembered: bool) -> None:
        """The aggregate as this process remembers it, if it may and does, else as it is. Raises Unreadable.

        One that is to begin now is taken to be new without looking.
        """
        self._remembered = remembered
        known = self.tenancy.recollections.take(self.city, self._kind, self.target)
        place = self.tenancy.policy_place(self.city)
        if remembered and known is not None:
            self.recollected = True
            self.at = At(self.target, known.version, known.state, known.since)
            self.alongside.policy_place, self.alongside.keys = known.policy_place, known.keys
            self.alongside.wrapped = dict(known.wrapped)
        elif remembered and self._begins and place is not None:
            self.recollected = True
            self.alongside.policy_place, self.alongside.keys = place, ()
        else:
            self.at = Repository(self._store).get(self.target, projector_func=self._project)
            self._own_id()

    def _own_id(self) -> None:
        """Raises AlreadyThere for a record to begin under the id of a party or a member, who has words by now."""
        if self.at.version == 0 and any(key == self.target for _, key, _ in self.alongside.wrapped):
            raise AlreadyThere

    def look(self, decider: Decider[T], target: UUID, /) -> T:
        """Another record of the city: what is decided on it is refused as a conflict once it is another.

        Before a number is taken it is read anew, so that none is taken in vain. Raises OtherKind, Unreadable.
        """
        known = self._remembered and not self._begins
        at = self.tenancy.looks.look(self.city, decider.name, target) if known else None
        if at is None:
            at = as_it_is(self.tenancy, self.city, decider, target)
            self.tenancy.looks.keep(self.city, decider.name, target, at)
        else:
            self.recollected = True
        self._looked[target] = at
        self.depends[target] = min(at.version, self.depends.get(target, at.version))
        return cast(T, at.state)

    def brought(self, further: Iterable[Further], policy: Policy, happened: Day) -> tuple[Brought, ...]:
        """What other records say to what the command brings with it, as they stand now. Raises Refusal.

        Raises ValueError for the same record twice, or the command's own: its versions could not follow each other.
        """
        found: dict[UUID, Brought] = {}
        for each in further:
            if each.target in {self.target, *found}:
                raise ValueError(f"{each.target} has events of this command already")
            state = self.look(each.decider, each.target)
            events = each.decider.decide(state, policy, each.event)
            at = self._looked[each.target]
            if events:
                at.in_order(happened)
            found[each.target] = Brought(each.decider, at, events)
        return tuple(found.values())

    def take_serial(self, fiscal_year: int, kind: str) -> int:
        """The receipt number of what is received now. Raises IntegrityError when the record is not as it was seen."""
        told = self.alongside
        serial, told.wrapped = self.tenancy.take_serial(
            self.city, fiscal_year, kind, told.command_id, self.target, self._keys, self.at.version
        )
        told.keys = self._keys
        self._own_id()
        return serial

    def answered(self, actor: UUID, digest: bytes) -> Answer[S] | None:
        """The answer that this command was given before, if it was. Raises CommandReused."""
        if self.alongside.seen is None:
            return None
        by, recorded_digest, first, last = self.alongside.seen
        if by != actor or not hmac.compare_digest(recorded_digest, digest):
            raise CommandReused
        return self._as_of(first, last)

    def record(self, decided: Decided, envelope: Envelope) -> Answer[S]:
        """Append what was decided, all in one statement.

        Raises IntegrityError when it was decided on something old, Unreadable for what could not be read again.
        """
        own, stored = self._written(placed(self.at, decided.events, decided.circumstances))
        there = [(each, *self._written(_beside(each, decided.circumstances))) for each in decided.further if own]
        after: At = self._project(self.at, own)
        self._recorder.append([*stored, *(event for _, _, events in there for event in events)], envelope)
        if envelope.repeated:
            return self._as_of(envelope.first, envelope.last)
        self.sealer.stored()
        for each, events, _ in there:
            self._look_on(each, events)
        self._remember(after)
        return Answer(self.target, after.version, after.state, envelope.first, envelope.last, repeated=False)

    def _written(self, events: list[Recorded]) -> tuple[list[Recorded], list[StoredEvent]]:
        """Events as they will be read from the log, and as they are stored.

        What is remembered is what was read: what was typed does not stay beside it, readable and past its erasure.
        """
        stored = [self._mapper.to_stored_event(each) for each in events]
        return [cast(Recorded, self._mapper.to_domain_event(each)) for each in stored], stored

    def _remember(self, after: At) -> None:
        told = self.alongside
        if after.id == told.city_id:  # its own events move the policy's place
            return
        wrapped = {**told.wrapped, **self.sealer.new_keys}
        recollection = Recollection(after.version, after.state, told.policy_place, told.keys, wrapped, after.since)
        self.tenancy.recollections.keep(self.city, self._kind, after.id, recollection)

    def _look_on(self, brought: Brought, events: list[Recorded]) -> None:
        """What this process knows of the other record, from now on."""
        decider, at = brought.decider, brought.at
        self.tenancy.recollections.take(self.city, decider.name, at.id)
        self.tenancy.looks.keep(self.city, decider.name, at.id, projector(decider, at.id)(at, events))

    def _as_of(self, first: int, last: int) -> Answer[S]:
        """The answer that was given then: the state as of the last position of the command."""
        (rows,) = read(self.tenancy.pool, self.city, (VERSION_AT, (self.city, self.target, last)))
        at: At = Repository(self._store).get(self.target, version=rows[0][0] or 0, projector_func=self._project)
        return Answer(self.target, at.version, at.state, first, last, repeated=True)

    def _wrapped(self, place: Place) -> bytes | None:
        """The stored data key of a place; one that was not read with the aggregate is read now."""
        told = self.alongside
        if place[1] not in told.keys:
            (rows,) = read(self.tenancy.pool, self.city, (KEYS_OF, (self.city, [place[1]])))
            told.keys += (place[1],)
            told.wrapped.update({(self.city, key, ring): box for key, ring, box in rows})
        return told.wrapped.get(place)
