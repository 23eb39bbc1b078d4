"""All cities of one deployment, as one process sees them: opens a city for a member, and keeps what they share."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from threading import Lock
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.persistence import IntegrityError
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool

from domain.city import PolicyAdopted
from domain.decider import Decider
from domain.errors import CityUnknown, LogDiffers, LogUnchecked, RenkeiError
from domain.policy import Policy
from domain.values import CityCode, Sealed
from tenants import register, tree
from tenants.checkpoint import Checkpoint, CheckpointFolder
from tenants.city_file import CityFile
from tenants.database.walls import Row, connection, named_failures, one, read
from tenants.desk import Desk
from tenants.keys import KeyStore, Place, ring, wrapped_keys
from tenants.mapper import decode
from tenants.members import Member
from tenants.recollection import Recollection, Recollections
from tenants.sealing import unseal
from tenants.turn import At, as_it_is
from tenants.wish import city_id

T = TypeVar("T")

JAPAN: Final = ZoneInfo("Asia/Tokyo")

NAME: Final = re.compile(r"[0-9]{6}|[a-z][a-z0-9-]{1,39}")
"""A code or a slug."""

FIND: Final = "select city from renkei.cities where city = %s or slug = %s"
POLICY: Final = (
    "select topic, state from renkei.events where city = %s and originator_id = %s and originator_version = %s"
)
SUPERSEDED: Final = (
    "select topic, state, until from (select originator_version, topic, state,"
    " lead(recorded_at) over (order by originator_version) as until from renkei.events"
    " where city = %s and originator_id = %s and topic = 'city.policy_adopted') adopted"
    " where until is not null order by originator_version desc"
)
"""Each policy before the newest, and the moment at which another took its place."""
BOX: Final = (
    "select s.box, k.key, k.audience, k.wrapped from renkei.sealed s join renkei.data_keys k"
    " on k.city = s.city and k.key = s.key and k.audience = %s"
    " where s.city = %s and s.key = %s and s.commitment = %s"
)
EXPLAIN: Final = "select renkei.explain_receipt_number(%s, %s, %s)"
TAKE: Final = "select * from renkei.take_receipt_number(%b, %b::int4, %b, %b, %b, %b, %b::int4)"
NODES: Final = "select position, node_hash from renkei.events where city = %s and position = any(%s)"
SIZE: Final = "select position from renkei.events where city = %s order by position desc limit 1"


class Tenancy:
    """One per process. ``wake`` is told of every city in which something was recorded."""

    def __init__(
        self,
        pool: ConnectionPool[Connection[Row]],
        keys: KeyStore,
        checkpoints: CheckpointFolder,
        wake: Callable[[CityCode], None] = lambda _city: None,
    ) -> None:
        self.pool, self.keys, self.checkpoints, self._wake = pool, keys, checkpoints, wake
        self.recollections: Recollections[Recollection] = Recollections()
        self.looks: Recollections[At] = Recollections()
        self._lock = Lock()
        self._found: dict[str, CityCode] = {}
        self._policies: dict[CityCode, tuple[int, Policy]] = {}
        self._news: set[CityCode] = set()

    def find(self, name: str) -> CityCode:
        """The city of a code or slug. Raises CityUnknown, Unavailable."""
        if name in self._found:
            return self._found[name]
        if not NAME.fullmatch(name):
            raise CityUnknown(city=name[:60])
        with named_failures(), connection(self.pool) as connected:
            row = connected.execute(FIND, (name, name), prepare=True).fetchone()
        if row is None:
            raise CityUnknown(city=name[:60])
        self._found[name] = CityCode(row[0])
        return self._found[name]

    def desk(self, member: Member) -> Desk:
        """A city opened for one of its members."""
        return Desk(self, member.city, member)

    def today(self) -> date:
        """The day it is in Japan."""
        return datetime.now(JAPAN).date()

    def day_of(self, moment: datetime) -> date:
        """The day that it was in Japan."""
        return moment.astimezone(JAPAN).date()

    def policy(self, city: CityCode, place: int) -> Policy:
        """The policy that the city's aggregate recorded as its version ``place`` (0: none yet)."""
        if place == 0:
            return Policy()
        held = self._policies.get(city)
        if held is not None and held[0] == place:
            return held[1]
        ((topic, state),) = read(self.pool, city, (POLICY, (city, city_id(city), place)))[0]
        policy = self._adopted(city, topic, state)
        self._policies[city] = (place, policy)
        return policy

    def policies_since(self, city: CityCode, day: date) -> Iterator[Policy]:
        """The policies before the newest that were in force on that day or since, the newest first."""
        for topic, state, until in read(self.pool, city, (SUPERSEDED, (city, city_id(city))))[0]:
            if self.day_of(until) < day:
                return
            yield self._adopted(city, topic, state)

    def _adopted(self, city: CityCode, topic: str, state: bytes) -> Policy:
        adopted: PolicyAdopted = decode(topic, bytes(state)).event
        return register.policy_of(self.file_of(city, adopted), adopted.version)

    def policy_place(self, city: CityCode) -> int | None:
        """The place of the newest policy that this process has seen."""
        held = self._policies.get(city)
        return held[0] if held else None

    def opened(self, city: CityCode, sealed: Sealed) -> str | None:
        """A sealed value as it was typed, or ``None`` when it was erased. Raises KeysUnavailable, LogDiffers."""
        (rows,) = read(self.pool, city, (BOX, (ring(sealed.audience), city, sealed.key, sealed.commitment)))
        wrapped = {(city, key, of): box for _, key, of, box in rows}
        return unseal(city, sealed, rows[0][0] if rows else None, self.keys, wrapped)

    def state_of(self, city: CityCode, decider: Decider[T], target: UUID) -> T:
        """A record as it stands in the log; the first state where there is none. Raises OtherKind, Unreadable."""
        state: T = as_it_is(self, city, decider, target).state
        return state

    def file_of(self, city: CityCode, adopted: PolicyAdopted) -> CityFile:
        """The city file that a version of the policy is. Raises LogDiffers when it cannot be opened."""
        text = self.opened(city, adopted.content)
        if text is None:
            raise LogDiffers(city=city, problem="the policy in force cannot be opened")
        return register.parse_text(text)

    def take_serial(
        self,
        city: CityCode,
        fiscal_year: int,
        kind: str,
        command_id: UUID,
        target: UUID,
        keys: tuple[UUID, ...] = (),
        version: int = 0,
    ) -> tuple[int, dict[Place, bytes]]:
        """The next receipt number of a fiscal year and kind (the same command gets the same), and which keys there are.

        Raises IntegrityError when another command has changed the target since it was seen at ``version``.
        """
        values = (city, fiscal_year, kind, command_id, target, list(keys), version)
        with named_failures(city), connection(self.pool) as connected:
            try:
                row = one(connected.cursor(binary=True).execute(TAKE, values, prepare=True))
            except errors.UniqueViolation as error:
                raise IntegrityError("the record is there") from error
        serial, *told = row
        return serial, wrapped_keys(city, *told)

    def explain_number(self, city: CityCode, command_id: UUID, refused: str) -> None:
        """Keep why a command that took a receipt number was not recorded after all: the code of its refusal."""
        with named_failures(city), connection(self.pool) as connected:
            connected.execute(EXPLAIN, (city, command_id, refused))

    def recorded(self, city: CityCode) -> None:
        """Something was recorded: the projections wake up and a checkpoint is due."""
        with self._lock:
            self._news.add(city)
        self._wake(city)

    def keep_checkpoints(self) -> None:
        """Write the checkpoints that are due. One that fails stays due, keeps no other back, and is raised last."""
        with self._lock:
            due, self._news = self._news, set()
        failed: dict[CityCode, RenkeiError | OSError] = {}
        for city in due:
            try:
                self.keep_checkpoint(city)
            except (RenkeiError, OSError) as error:
                failed[city] = error
        with self._lock:
            self._news |= failed.keys()
        if failed:
            raise next(iter(failed.values()))

    def keep_checkpoint(self, city: CityCode) -> Checkpoint:
        """Sign what the city's log is now, if it goes on from what was signed before.

        Raises LogDiffers when it does not; the log takes no more events then.
        """
        self._compare(city, self.checkpoints.latest(city))
        checkpoint = self.checkpoint_at(city, self.size(city))
        self.checkpoints.keep(checkpoint, self.today())
        return checkpoint

    def _compare(self, city: CityCode, outside: Checkpoint | None) -> None:
        """Close the log when it is not what was signed. Raises LogDiffers."""
        if outside is None:
            return
        try:
            same = self.checkpoint_at(city, outside.size) == outside
        except LogDiffers:  # it is shorter
            same = False
        if not same:
            with named_failures(city), connection(self.pool) as connected:
                connected.execute("select renkei.close_log(%s)", (city,))
            raise LogDiffers(city=city, problem=f"the first {outside.size} events are not those that were signed")

    def size(self, city: CityCode) -> int:
        """Number of events in the city's log."""
        (rows,) = read(self.pool, city, (SIZE, (city,)))
        return rows[0][0] if rows else 0

    def checkpoint_at(self, city: CityCode, size: int) -> Checkpoint:
        """Root of the first ``size`` events from the stored node hashes. Raises LogDiffers when some are missing."""
        (rows,) = read(self.pool, city, (NODES, (city, tree.peaks(size))))
        nodes = {position: bytes(node_hash) for position, node_hash in rows}
        if len(nodes) < len(tree.peaks(size)):
            raise LogDiffers(city=city, problem=f"it has fewer than {size} events")
        return Checkpoint(city, size, tree.root(size, nodes.__getitem__))

    def check_log(self, city: CityCode) -> None:
        """Compare the log with its newest outside checkpoint and let it take events again.

        Raises LogDiffers when they differ, LogUnchecked when there is no checkpoint for a log that has events.
        """
        outside = self.checkpoints.latest(city)
        if outside is None:
            if self.size(city):
                raise LogUnchecked(city=city, problem="there is no checkpoint of it in the data folder.")
            self.checkpoints.keep(Checkpoint(city, 0, tree.EMPTY), self.today())
        self._compare(city, outside)
        with named_failures(city), connection(self.pool) as connected:
            connected.execute("select renkei.confirm_log_checked(%s, %s)", (city, self.size(city)))
