"""Checks a city's whole log against itself and against a checkpoint kept outside (監査).

The tree is computed anew from the rows, so a change that anybody made inside the database is found, with its place; who
recomputed the whole database consistently is found by the checkpoint. Reads as a desk does, within the one city.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from psycopg import Connection, Cursor
from psycopg_pool import ConnectionPool

from domain.errors import LogDiffers
from domain.values import CityCode
from tenants import tree
from tenants.checkpoint import Checkpoint, CheckpointFolder
from tenants.database.walls import SET_CITY, Row, connection, named_failures
from tenants.tree import Growing, LogRow

BATCH: Final = 2_000
"""Events in memory at a time."""

SNAPSHOT: Final = "set transaction isolation level repeatable read read only"
COUNTS: Final = "select count(*), count(distinct originator_id) from renkei.events where city = %s"
# A time that Python cannot hold is read as none: nobody recorded anything then.
ROWS: Final = f"select {tree.COLUMNS} from renkei.events where city = %s order by position".replace(  # noqa: S608 - our columns
    "recorded_at", "case when recorded_at between '1970-01-01' and '9999-12-30' then recorded_at end"
)
COMMANDS: Final = """
    with recorded as (
        select command_id, min(position) as first, max(position) as last, count(*) as events,
            count(distinct actor) as actors, (array_agg(actor))[1] as actor
        from renkei.events where city = %s group by command_id)
    select count(c.command_id), min(coalesce(r.first, c.first)) filter (where
        c.command_id is null or r.first is null and c.last >= c.first or r.actors > 1
        or (r.first, r.last, r.events, r.actor) <> (c.first, c.last, c.last - c.first + 1, c.actor))
    from recorded r full join (select * from renkei.commands where city = %s) c using (command_id)"""


NUMBERS: Final = """
    with borne as (
        select position, command_id,
            coalesce(told -> 'receipt' ->> 'fiscal_year', told ->> 'fiscal_year')::int as fiscal_year,
            coalesce(told -> 'receipt' ->> 'kind', split_part(topic, '.', 1)) as kind,
            coalesce(told -> 'receipt' ->> 'serial', told ->> 'serial')::int as serial
        from renkei.events cross join lateral (select convert_from(state, 'UTF8')::jsonb -> 'event') as state (told)
        where city = %s and topic in ('proposal.received', 'consultation.received'))
    select min(b.position) from borne b
    left join (select * from renkei.receipt_numbers where city = %s) n using (fiscal_year, kind, serial)
    where n.command_id is distinct from b.command_id"""


class Fault(StrEnum):
    """What differs."""

    POSITION = "position"
    EMPTY = "empty"
    LEAF = "leaf"
    NODE = "node"
    TIME = "time"
    COMMAND = "command"
    NUMBER = "number"
    SHORTER = "shorter"
    ROOT = "root"
    OTHER_CITY = "other_city"


TEXTS: Final = {
    Fault.POSITION: ("this position is missing", "この位置の記録がありません"),
    Fault.EMPTY: ("the row has an empty column", "空の列があります"),
    Fault.LEAF: ("the row is not the one that was recorded", "記録時の内容と異なります"),
    Fault.NODE: ("the stored tree hash does not follow from the events", "木のハッシュ値が記録から導かれません"),
    Fault.TIME: ("it was recorded before the event ahead of it", "直前の記録より前の時刻です"),
    Fault.COMMAND: ("its command is not remembered as it was recorded", "操作の記憶が記録と一致しません"),
    Fault.NUMBER: ("its receipt number is not remembered as the one that it took", "受付番号の控えと一致しません"),
    Fault.SHORTER: ("events that the checkpoint covers are missing from here on", "ここから後の記録が失われています"),
    Fault.ROOT: ("the events up to here are not those that were signed", "ここまでの記録が署名時と異なります"),
    Fault.OTHER_CITY: ("the checkpoint is of another city", "別の自治体のチェックポイントです"),
}
"""English and Japanese."""


class LogAltered(LogDiffers):
    """Somebody changed the log. ``position`` is the first that differs, ``fault`` what differs there."""

    en = "The log of {city} differs at position {position}: {problem}."
    ja = "{city} の記録が位置 {position} で一致しません: {problem_ja}。"

    def __init__(self, city: CityCode, position: int, fault: Fault) -> None:
        self.position, self.fault = position, fault
        problem, problem_ja = TEXTS[fault]
        super().__init__(city=city, position=position, problem=problem, problem_ja=problem_ja)


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that is whole: number of events, of their aggregates and of remembered commands, and its root (32 bytes).

    ``signed`` is how many of the events the outside checkpoint covers; ``None`` when none was given.
    """

    city: CityCode
    size: int
    aggregates: int
    commands: int
    root: bytes
    signed: int | None


class Recomputed:
    """The tree of one city's log, grown anew from its rows, and compared with checkpoints on the way."""

    def __init__(self, city: CityCode, *against: Checkpoint) -> None:
        for checkpoint in against:
            if checkpoint.city != city:
                raise LogAltered(city, checkpoint.size, Fault.OTHER_CITY)
        self.city, self._tree = city, Growing()
        self._signed = {(checkpoint.size, checkpoint.root) for checkpoint in against}
        self._sizes = {size for size, _ in self._signed}
        self._last = datetime.min.replace(tzinfo=UTC)
        self._compare(0, tree.EMPTY)

    @property
    def size(self) -> int:
        """Number of rows so far."""
        return self._tree.size

    def end(self) -> bytes:
        """No row is left: the root of all. Raises LogAltered when a checkpoint covers more."""
        if any(size > self.size for size in self._sizes):
            raise LogAltered(self.city, self.size + 1, Fault.SHORTER)
        return self._tree.root()

    def add(self, values: Row) -> None:
        """Take the next row, the columns of :class:`tree.LogRow`. Raises LogAltered."""
        row, position = LogRow(*values), self.size + 1
        if row.position != position:
            raise LogAltered(self.city, position, Fault.POSITION)
        if None in values:
            raise LogAltered(self.city, position, Fault.EMPTY)
        if tree.leaf_hash(row) != row.leaf_hash:
            raise LogAltered(self.city, position, Fault.LEAF)
        if self._tree.add(row.leaf_hash) != row.node_hash:
            raise LogAltered(self.city, position, Fault.NODE)
        if row.recorded_at < self._last:
            raise LogAltered(self.city, position, Fault.TIME)
        if position in self._sizes:
            self._compare(position, self._tree.root())
        self._last = row.recorded_at

    def _compare(self, size: int, root: bytes) -> None:
        if any(signed != root for at, signed in self._signed if at == size):
            raise LogAltered(self.city, size, Fault.ROOT)


def verify(
    pool: ConnectionPool[Connection[Row]],
    city: CityCode,
    against: Checkpoint | Sequence[Checkpoint] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Verified:
    """Recompute the city's tree from its rows, on one snapshot, in constant memory.

    ``against``: the checkpoint from outside, or several that must all agree. ``progress`` gets the number of events
    done and of all. Raises LogAltered, StoreUnavailable.
    """
    signed = (against,) if isinstance(against, Checkpoint) else tuple(against or ())
    recomputed = Recomputed(city, *signed)
    with city_snapshot(pool, city) as connected:
        size, aggregates = _counted(connected.execute(COUNTS, (city,)))
        for values in rows(connected, ROWS, (city,)):
            recomputed.add(values)
            if recomputed.size % BATCH == 0:
                progress(recomputed.size, size)
        root = recomputed.end()
        commands, wrong = _counted(connected.execute(COMMANDS, (city, city)))
        (unlike,) = _counted(connected.execute(NUMBERS, (city, city)))
    if wrong is not None:
        raise LogAltered(city, wrong, Fault.COMMAND)
    if unlike is not None:
        raise LogAltered(city, unlike, Fault.NUMBER)
    progress(size, size)
    return Verified(city, size, aggregates, commands, root, max((one.size for one in signed), default=None))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A log that an operator accepted as it is: what it was verified to be, and what vouched for it from outside.

    ``days`` is how many signed files of days it agrees with, ``unusable`` the names of those that nobody can check.
    """

    verified: Verified
    days: int
    unusable: tuple[str, ...]


def accept(
    pool: ConnectionPool[Connection[Row]],
    city: CityCode,
    checkpoints: CheckpointFolder,
    today: date,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Accepted:
    """Sign a city's log as it is after its newest checkpoint was lost (チェックポイントの再発行).

    The whole log is verified first, against every signed day that is left. Raises CheckpointThere when there is nothing
    to accept, LogAltered, StoreUnavailable.
    """
    checkpoints.refuse_second(city)
    days, unusable = checkpoints.days(city)
    verified = verify(pool, city, days, progress)
    checkpoints.begin_anew(Checkpoint(city, verified.size, verified.root), today)
    return Accepted(verified, len(days), tuple(unusable))


@contextmanager
def city_snapshot(pool: ConnectionPool[Connection[Row]], city: CityCode) -> Iterator[Connection[Row]]:
    """A connection that sees one city as it is now, however long the reading takes. Raises StoreUnavailable."""
    with named_failures(city), connection(pool) as connected, connected.transaction():
        connected.execute(SNAPSHOT)
        connected.execute(SET_CITY, (city,))
        yield connected


def rows(connected: Connection[Row], statement: str, values: Sequence[object]) -> Iterator[Row]:
    """Rows of a query of any length, a batch in memory at a time."""
    with connected.cursor("rows", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement, values)
        yield from cursor


def _counted(cursor: Cursor[Row]) -> Row:
    (counted,) = cursor.fetchall()
    return counted
