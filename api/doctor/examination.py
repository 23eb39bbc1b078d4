"""All checks, and one look at a deployment (点検の実行)."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

import psycopg

from api.doctor import Check, Finding, Level, Look, database, fail, files, listening, signing, warn, work
from api.settings import Settings
from tenants.database import inspection
from tenants.database.attach import attached_conninfo
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.errors import DatabaseFault, DataFolderInUse

CHECKS: Final[tuple[Check, ...]] = (*files.CHECKS, *listening.CHECKS, *signing.CHECKS, *database.CHECKS, *work.CHECKS)
"""In the order in which they are told. A part of the program that has settings of its own adds its checks here."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one check."""

    name: str
    finding: Finding


def examine(settings: Settings, checks: tuple[Check, ...] = CHECKS) -> Iterator[Line]:
    """Look at a deployment; one line for each check, or more where it found more.

    A database that does not run is started for the look and stopped again; one that was never made is not made.
    """
    look = Look(settings)
    for check in checks:
        if not check.database:
            yield from _lines(check, look)
    with ExitStack() as ends:
        try:
            admin = _admin(settings, ends)
            if admin is None:
                return
            connection = ends.enter_context(psycopg.connect(admin, autocommit=True))
        except (DatabaseFault, psycopg.Error) as error:
            told = str(error) if isinstance(error, DatabaseFault) else type(error).__name__
            yield Line(
                "database", fail(f"The database cannot be reached: {told}", f"データベースに接続できません: {told}")
            )
            return
        look = replace(look, connection=connection)
        ready = inspection.is_ready(connection)
        if not ready:
            yield Line(
                "database", warn("The database holds no tables yet.", "データベースにまだテーブルがありません。")
            )
        for check in checks:
            if check.database and (ready or not check.tables):
                yield from _lines(check, look)


def _lines(check: Check, look: Look) -> Iterator[Line]:
    try:
        found = list(check.run(look))
    except (psycopg.Error, OSError) as error:
        kind = type(error).__name__
        found = [fail(f"This could not be looked at ({kind}).", f"点検できませんでした（{kind}）。")]
    for finding in found or [Finding(Level.OK, check.en, check.ja)]:
        yield Line(check.name, finding)


def _admin(settings: Settings, ends: ExitStack) -> str | None:
    """The administrator's way in, or ``None`` when there is no database. Raises DatabaseFault."""
    if settings.database_url is not None:
        return settings.database_url
    folder = settings.data / "postgres"
    if not folder.is_dir():
        return None
    try:
        return ends.enter_context(EmbeddedPostgres(folder)).admin_conninfo
    except DataFolderInUse:
        return attached_conninfo(folder)
