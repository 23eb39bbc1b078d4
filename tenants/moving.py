"""Moves a city's log to another deployment that holds the same master keys: positions, times and leaves stay (移管).

Members and their tokens stay behind, as they belong to a deployment. Only the owner of the tables can import.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

import msgspec
from psycopg import Connection, errors, sql

from domain.errors import CityUnknown, LogDiffers, Refusal
from domain.values import CityCode, city_code
from tenants.audit import BATCH, Fault, LogAltered, Recomputed, city_snapshot, rows
from tenants.checkpoint import Checkpoint, CheckpointFolder, CheckpointInvalid
from tenants.database.walls import Row, named_failures
from tenants.export_file import (
    FORMAT,
    OTHER_KEYS,
    TABLES,
    UNFIT,
    Box,
    Command,
    DataKey,
    End,
    Event,
    ExportRefused,
    Header,
    Line,
    Reading,
    Receipt,
)
from tenants.keys import INSIDE, PUBLIC, KeyStore
from tenants.tenancy import Tenancy


class CityThere(Refusal):
    """The city is on this deployment already, or another bears its short name."""

    en = "{city} is on this deployment already, or its short name {slug!r} is. Nothing was imported."
    ja = "{city} またはその短縮名「{slug}」は、この環境にすでにあります。何も取り込まれていません。"


class CheckpointForeign(Refusal):
    """A checkpoint of the city lies in the data folder already, and it is none of this deployment."""

    en = (
        "{file} is in the way: {problem}. If it is left over from another deployment, move that folder away and import"
        " again. Nothing was imported."
    )
    ja = (
        "{file} が残っています（この環境の署名ではありません）。別の環境のものであれば、そのフォルダを移してから"
        "もう一度取り込んでください。何も取り込まれていません。"
    )


ORDER: Final = {
    Event: "position",
    Command: "first, command_id",
    DataKey: "key, audience",
    Box: "commitment",
    Receipt: "fiscal_year, kind, serial",
}
CITY: Final = "select slug, added_at from renkei.cities where city = %s"
COUNT: Final = "select count(*) from renkei.{} where city = %s"
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
    for table in TABLES.values():
        ((counts[table],),) = connected.execute(COUNT.format(table), (city,)).fetchall()
    checkpoint = tenancy.checkpoint_at(city, counts[TABLES[Event]])
    slug, added_at = found
    return Header(FORMAT, city, slug, added_at, checkpoint.size, checkpoint.root, counts)


def _lines(connected: Connection[Row], city: CityCode) -> Iterator[Line]:
    for kind, table in TABLES.items():
        for values in rows(connected, SELECT.format(", ".join(kind.__struct_fields__), table, ORDER[kind]), (city,)):
            yield kind(*values)


def import_city(
    owner: Connection[Row],
    lines: Iterable[bytes],
    keys: KeyStore,
    checkpoints: CheckpointFolder,
    today: date,
    against: Checkpoint | None = None,
) -> Checkpoint:
    """Take in a city's export, over a connection of the owner: all of it, or nothing.

    ``against`` is a checkpoint from outside, if there is one; one of this city that lies in the data folder must agree
    as well; without either the file vouches for itself. The new checkpoint is kept before the commit: should that fail,
    it lies there for the next attempt with the same file. Raises ExportRefused (also when a data key does not open
    under ``keys``), LogAltered with the first position that differs, CityThere, CheckpointForeign, CityCodeInvalid,
    KeysUnavailable, StoreUnavailable, OSError.
    """
    with named_failures(), owner.transaction():
        reading = Reading(lines)
        header = reading.header()
        city = city_code(header.city)
        signed = [one for one in (against, _kept(checkpoints, city)) if one is not None]
        try:
            owner.execute(ADD_CITY, (city, header.slug, header.added_at))
            root = _take_lines(owner, city, reading, keys, Recomputed(city, *signed))
        except errors.UniqueViolation as error:
            if error.diag.table_name == "cities":
                raise CityThere(city=city, slug=header.slug) from error
            raise ExportRefused(reading.line, UNFIT) from error
        except (errors.DataError, errors.IntegrityError) as error:
            raise ExportRefused(reading.line, UNFIT) from error
        checkpoint = Checkpoint(city, header.size, root)
        checkpoints.keep(checkpoint, today)
    return checkpoint


def _kept(checkpoints: CheckpointFolder, city: CityCode) -> Checkpoint | None:
    """The checkpoint that is here before the city is. Raises CheckpointForeign."""
    try:
        return checkpoints.latest(city)
    except CheckpointInvalid as error:
        file = checkpoints.folder / city / "latest"
        raise CheckpointForeign(file=file, problem=error.details["problem"]) from error


def _take_lines(
    owner: Connection[Row], city: CityCode, reading: Reading, keys: KeyStore, recomputed: Recomputed
) -> bytes:
    """Insert every line; gives the root of the log. Raises ExportRefused, LogAltered, KeysUnavailable."""
    header = reading.header()
    for kind, table in TABLES.items():
        columns = kind.__struct_fields__
        insert = sql.SQL(INSERT.format(table, ", ".join(columns), ", %s" * len(columns)))
        values: Iterator[Row] = (
            (city, *msgspec.structs.astuple(line)) for line in reading.lines(kind, header.lines[table])
        )
        if kind is Event:
            values = _compared(values, recomputed)
        elif kind is DataKey:
            values = _opened(values, keys, reading)
        while batch := list(islice(values, BATCH)):
            owner.cursor().executemany(insert, batch)
    reading.end()
    root = recomputed.end()
    if (recomputed.size, root) != (header.size, header.root):
        raise LogAltered(city, recomputed.size, Fault.ROOT)
    return root


def _compared(values: Iterable[Row], recomputed: Recomputed) -> Iterator[Row]:
    for row in values:
        recomputed.add(row)
        yield row


def _opened(values: Iterable[Row], keys: KeyStore, reading: Reading) -> Iterator[Row]:
    """The data keys, each of which this deployment can open. Raises ExportRefused, KeysUnavailable."""
    for row in values:
        city, key, kind, wrapped, _ = row
        if kind not in (INSIDE, PUBLIC):
            raise ExportRefused(reading.line, UNFIT)
        try:
            keys.open_data_key((city, key, kind), wrapped)
        except LogDiffers as error:
            raise ExportRefused(reading.line, OTHER_KEYS) from error
        yield row
