"""A desk: one city opened for one member, the one handle through which commands are recorded (窓口).

Reading, deciding and recording go as in the library's event store and repository; what is ours is that a command is
recorded once however often it is sent, cites the policy in force, and is tried again when somebody else was faster.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from uuid import UUID

import msgspec
from eventsourcing.application import Repository
from eventsourcing.persistence import EventStore, IntegrityError

from domain.circumstances import ApprovalReference, Circumstances
from domain.decider import Decider
from domain.errors import CommandReused, Conflict, DigestInvalid, LogUnchecked, TextForbidden
from domain.values import SHORT, Audience, CityCode, Day, Typed, fiscal_year, text
from tenants.database.walls import read
from tenants.keys import Place
from tenants.mapper import EventMapper, Recorded
from tenants.members import Member
from tenants.recorder import Alongside, CityRecorder, Envelope
from tenants.sealing import Sealer
from tenants.wish import Answer, Context, Entry, Wish, city_id

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

S = TypeVar("S")

REREADS: Final = 3
"""How often a command is tried again after somebody else recorded first."""

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


def projector(decider: Decider[Any], target: UUID) -> Any:
    """The library's projector function for a decider; an aggregate without events is its first state at version 0."""

    def project(at: At | None, events: Iterable[Any]) -> At:
        version, state = (at.version, at.state) if at else (0, decider.initial)
        for recorded in cast(Iterable[Recorded], events):
            version, state = recorded.originator_version, decider.evolve(state, recorded.event)
        return At(target, version, state)

    return project


class Desk:
    """One city, opened for one member."""

    def __init__(self, tenancy: "Tenancy", city: CityCode, member: Member) -> None:
        self.tenancy, self.city, self.member = tenancy, city, member

    def do(self, wish: Wish[S], entry: Entry) -> Answer[S]:
        """Grant a wish, once.

        The same command id again gives the same answer. Raises Refusal (nothing was recorded), Conflict after three
        re-reads, CommandReused, CityUnknown, Unreadable, Unavailable, LogUnchecked, LogDiffers.
        """
        wish.allow(self.member)
        digest = self._digest(wish, entry)
        checked = False
        rereads = 0
        while True:
            try:
                return self._attempt(wish, entry, digest)
            except IntegrityError as error:
                rereads += 1
                if rereads > REREADS:
                    raise Conflict from error
            except LogUnchecked:
                if checked:
                    raise
                checked = True
                self.tenancy.check_log(self.city)

    def _attempt(self, wish: Wish[S], entry: Entry, digest: bytes) -> Answer[S]:
        target = wish.target(self.city)
        subject = wish.subject() or entry.on_behalf_of
        alongside = Alongside(entry.command_id, city_id(self.city), (target,) if subject is None else (target, subject))
        recorder = CityRecorder(self.tenancy.pool, self.city, alongside)
        sealer = Sealer(self.city, self.tenancy.keys, lambda place: self._wrapped(place, alongside))
        store: EventStore[UUID] = EventStore(EventMapper(sealer.seal), recorder)
        repository: Repository[UUID] = Repository(store)
        project = projector(wish.decider, target)
        at: At = repository.get(target, projector_func=project)
        if alongside.seen is not None:
            return self._repeated(wish, digest, alongside.seen, repository, project)
        context = self._context(wish, entry, alongside.policy_place)
        events = wish.events(at.state, context)
        circumstances = self._circumstances(target, entry, context.fiscal_year, sealer)
        placed = [Recorded(target, at.version + n, circumstances, event) for n, event in enumerate(events, 1)]
        envelope = Envelope(
            self.member.id,
            context.policy.version,
            entry.command_id,
            entry.request_id,
            digest,
            sealer.boxes,
            sealer.new_keys,
        )
        if placed:
            store.put(placed, envelope=envelope)
        else:
            recorder.append([], envelope)
        if envelope.repeated:
            return self._at(wish, envelope.first, envelope.last, repository, project)
        sealer.stored()
        self.tenancy.recorded(self.city)
        after = project(at, placed)
        return Answer(target, after.version, after.state, envelope.first, envelope.last, repeated=False)

    def _wrapped(self, place: Place, alongside: Alongside) -> bytes | None:
        """The stored data key of a place; one that was not read with the aggregate is read now."""
        if place[1] not in alongside.keys:
            (rows,) = read(self.tenancy.pool, self.city, (KEYS_OF, (self.city, [place[1]])))
            alongside.keys += (place[1],)
            alongside.wrapped.update({(self.city, key, ring): box for key, ring, box in rows})
        return alongside.wrapped.get(place)

    def _context(self, wish: Wish[Any], entry: Entry, policy_place: int) -> Context:
        day = entry.occurred_on or Day(self.tenancy.today())
        year = entry.fiscal_year or fiscal_year(day.on)
        return Context(
            self.city,
            self.member,
            self.tenancy.policy(self.city, policy_place),
            wish.target(self.city),
            entry.command_id,
            year,
            lambda kind: self.tenancy.take_serial(self.city, year, kind, entry.command_id),
        )

    def _circumstances(self, file: UUID, entry: Entry, year: int, sealer: Sealer) -> Circumstances:
        approval = None
        if entry.approval is not None:
            number, told = entry.approval.number, entry.approval.digest
            if told is not None and len(told) != hashlib.sha256().digest_size:
                raise DigestInvalid(field="approval.digest")
            approval = ApprovalReference(
                entry.approval.system,
                entry.approval.decided_on,
                entry.approval.approval,
                None
                if number is None
                else sealer.seal(Typed(text("approval.number", number, SHORT), file, Audience.STAFF)),
                told,
            )
        return Circumstances(
            entry.occurred_on or Day(self.tenancy.today()),
            entry.channel,
            file,
            year,
            entry.on_behalf_of,
            entry.post,
            approval,
        )

    def _digest(self, wish: Wish[Any], entry: Entry) -> bytes:
        """What was wished, under the city's key: a plain digest of personal data would survive its erasure."""
        told = msgspec.to_builtins(entry)
        del told["command_id"], told["request_id"]
        try:
            content = msgspec.json.encode([wish.name, msgspec.to_builtins(wish), told])
        except UnicodeEncodeError as error:
            raise TextForbidden(field="text", character=f"U+{ord(error.object[error.start]):04X}") from error
        return hmac.digest(self.tenancy.keys.digest_key(self.city), content, hashlib.sha256)

    def _repeated(
        self, wish: Wish[S], digest: bytes, seen: tuple[Any, ...], repository: Repository[UUID], project: Any
    ) -> Answer[S]:
        actor, recorded_digest, first, last = seen
        if actor != self.member.id or not hmac.compare_digest(recorded_digest, digest):
            raise CommandReused
        return self._at(wish, first, last, repository, project)

    def _at(self, wish: Wish[S], first: int, last: int, repository: Repository[UUID], project: Any) -> Answer[S]:
        """The answer that was given then: the state as of the last position of the command."""
        target = wish.target(self.city)
        (rows,) = read(self.tenancy.pool, self.city, (VERSION_AT, (self.city, target, last)))
        at: At = repository.get(target, version=rows[0][0] or 0, projector_func=project)
        return Answer(target, at.version, at.state, first, last, repeated=True)
