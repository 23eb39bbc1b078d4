"""Moves a city's log to another deployment with the same master keys: positions, times and leaves stay (移管).

The file is JSON, one object a line: a header with the format, the city, the size and root of its log and the number of
lines of each kind; then events, commands, wrapped data keys, sealed values and receipt numbers; last the SHA-256 of all
lines before it. Members and their tokens stay behind: they belong to a deployment. Only the owner of the tables imports.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec
from psycopg import Connection, errors, sql

from domain.errors import CityUnknown, Refusal
from domain.values import CityCode, city_code
from tenants.audit import BATCH, Fault, LogAltered, Recomputed, city_snapshot, rows
from tenants.checkpoint import Checkpoint, CheckpointFolder
from tenants.database.walls import Row, named_failures
from tenants.tenancy import Tenancy

FORMAT: Final = "renkei/city/1"


class ExportRefused(Refusal):
    """A file that is not the whole export of a city."""

    en = "Line {line} of the export cannot be taken: {problem}. Nothing was imported."
    ja = "書き出しファイルの {line} 行目を取り込めません（{problem_ja}）。何も取り込まれていません。"

    def __init__(self, line: int, problem: tuple[str, str]) -> None:
        super().__init__(line=line, problem=problem[0], problem_ja=problem[1])


NO_EXPORT: Final = (f"it is no header of the format {FORMAT}", f"{FORMAT} 形式の見出しではありません")
NO_LINE: Final = ("another kind of line is expected here", "ここに来るべき種類の行ではありません")
CUT_OFF: Final = ("the file ends too early", "ファイルが途中で終わっています")
DAMAGED: Final = ("the digest in the last line does not fit the lines before it", "最終行の要約値が内容と合いません")
UNFIT: Final = ("it, or one shortly before it, does not fit the tables", "この行または直前の行が表に合いません")


class CityThere(Refusal):
    """The city is on this deployment already, or another bears its short name."""

    en = "{city} is on this deployment already, or its short name {slug!r} is. Nothing was imported."
    ja = "{city} またはその短縮名 {slug!r} は、この環境にすでにあります。何も取り込まれていません。"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line. ``lines``: how many of each kind follow; ``root``: 32 bytes."""

    format: str
    city: str
    slug: str
    added_at: datetime
    size: int
    root: bytes
    lines: dict[str, int]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """A row of one table without its city, which the header names."""


class Event(Line, tag="event"):
    """A row of the log."""

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


class Command(Line, tag="command"):
    """A command that is remembered. Its digest stands under a key derived from the master key."""

    command_id: UUID
    actor: UUID
    digest: bytes
    first: int
    last: int


class DataKey(Line, tag="key"):
    """A data key, wrapped by a master key."""

    key: UUID
    audience: str
    wrapped: bytes
    created_at: datetime


class Box(Line, tag="sealed"):
    """A sealed value."""

    commitment: bytes
    key: UUID
    audience: str
    box: bytes


class Receipt(Line, tag="receipt"):
    """A receipt number that was taken."""

    fiscal_year: int
    kind: str
    serial: int
    command_id: UUID
    taken_at: datetime


class End(Line, tag="end"):
    """Last line: the digest of all bytes before it."""

    sha256: bytes


TABLES: Final[dict[type[Line], str]] = {
    Event: "events",
    Command: "commands",
    DataKey: "data_keys",
    Box: "sealed",
    Receipt: "receipt_numbers",
}
"""In the order of the file."""
ORDER: Final = {
    Event: "position",
    Command: "first, command_id",
    DataKey: "key, audience",
    Box: "commitment",
    Receipt: "fiscal_year, kind, serial",
}
CITY: Final = "select slug, added_at from renkei.cities where city = %s"
COUNT: Final = "select {} from renkei.{} where city = %s"
SELECT: Final = "select {} from renkei.{} where city = %s order by {}"
INSERT: Final = "insert into renkei.{} (city, {}) values (%s{})"
ADD_CITY: Final = "insert into renkei.cities (city, slug, added_at) values (%s, %s, %s)"


def export_city(
    tenancy: Tenancy, city: CityCode, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Iterator[bytes]:
    """The lines of a city's export, each with its newline, on one snapshot, in constant memory.

    ``progress`` gets the number of lines done and of all. Raises CityUnknown, LogDiffers when nodes of the tree are
    missing, StoreUnavailable.
    """
    encode, digest = msgspec.json.Encoder().encode, hashlib.sha256()
    with city_snapshot(tenancy.pool, city) as connected:
        header = _header(tenancy, connected, city)
        written, total = encode(header) + b"\n", sum(header.lines.values())
        digest.update(written)
        yield written
        for done, line in enumerate(_lines(connected, city), 1):
            written = encode(line) + b"\n"
            digest.update(written)
            yield written
            if done % BATCH == 0 or done == total:
                progress(done, total)
    yield encode(End(digest.digest())) + b"\n"


def _header(tenancy: Tenancy, connected: Connection[Row], city: CityCode) -> Header:
    found = connected.execute(CITY, (city,)).fetchone()
    if found is None:
        raise CityUnknown(city=city)
    counts = {}
    for kind, table in TABLES.items():
        ((number,),) = connected.execute(_statement(COUNT, "count(*)", table), (city,)).fetchall()
        counts[table] = number
    checkpoint = tenancy.checkpoint_at(city, counts[TABLES[Event]])
    return Header(FORMAT, city, *found, checkpoint.size, checkpoint.root, counts)


def _lines(connected: Connection[Row], city: CityCode) -> Iterator[Line]:
    for kind, table in TABLES.items():
        for values in rows(connected, SELECT.format(", ".join(kind.__struct_fields__), table, ORDER[kind]), (city,)):
            yield kind(*values)


def import_city(
    owner: Connection[Row],
    lines: Iterable[bytes],
    checkpoints: CheckpointFolder,
    today: date,
    against: Checkpoint | None = None,
) -> Checkpoint:
    """Take in a city's export, over a connection of the owner: all of it, or nothing. Its checkpoint is kept then.

    ``against`` is a checkpoint from outside, if there is one: without it the file vouches for itself. Raises
    ExportRefused, LogAltered with the first position that differs, CityThere, CityCodeInvalid, StoreUnavailable.
    """
    with named_failures(), owner.transaction():
        reading = _Reading(lines)
        header = reading.header()
        city = city_code(header.city)
        try:
            owner.execute(ADD_CITY, (city, header.slug, header.added_at))
            root = _take_lines(owner, city, reading, against)
        except errors.UniqueViolation as error:
            if error.diag.table_name == "cities":
                raise CityThere(city=city, slug=header.slug) from error
            raise ExportRefused(reading.line, UNFIT) from error
        except (errors.DataError, errors.IntegrityError) as error:
            raise ExportRefused(reading.line, UNFIT) from error
    checkpoint = Checkpoint(city, header.size, root)
    checkpoints.keep(checkpoint, today)
    return checkpoint
