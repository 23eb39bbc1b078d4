"""The work beside the serving: what nobody put with a record, and what was erased, goes (ファイルの整理)."""

import asyncio
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from domain.errors import RenkeiError
from domain.values import CityCode
from tenants.files.erasing import sweep_erased
from tenants.files.storage import Storage
from tenants.files.uploads import Uploads

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.files")

EVERY: Final = 3_600.0
"""Seconds between two rounds."""
FIRST: Final = 60.0
"""Seconds before the first, so that what a killed program left is not kept until the next."""
CITIES: Final = "select city from renkei.cities order by city"


async def swept(tenancy: "Tenancy", city: CityCode, storage: Storage) -> None:
    """One round in one city. Raises Unreadable, Unavailable."""
    thrown = await Uploads(tenancy, city).sweep(storage, datetime.now(UTC))
    erased = await sweep_erased(tenancy, city, storage)
    if thrown or erased:
        log.info("files swept", city=city, left_over=thrown, erased=erased)


def keep_files(tenancy: "Tenancy", storage: Storage, stop: Event) -> None:
    """Sweep every city's files until told to stop; what fails is told and tried again."""
    wait = FIRST
    while not stop.wait(wait):
        wait = EVERY
        try:
            with tenancy.pool.connection() as connection:
                cities = [CityCode(city) for (city,) in connection.execute(CITIES).fetchall()]
            for city in cities:
                asyncio.run(swept(tenancy, city, storage))
        except RenkeiError as error:
            log.warning("files", problem=error.code)
        except psycopg.Error as error:
            log.warning("files", problem=type(error).__name__)
