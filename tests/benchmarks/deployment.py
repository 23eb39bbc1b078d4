"""A whole deployment in a temporary folder, as `renkei serve` opens it, and beside it a database for the baseline."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.house import House, open_house
from api.settings import Settings
from domain.policy import Policy
from domain.values import CityCode
from tenants.city_file import CityFile
from tenants.desk import Desk
from tenants.members import Member, Role, having
from tenants.onboarding import add_city
from tenants.register import builtin_cities

SAPPORO: Final = CityCode("011002")
CODES: Final = tuple(map(CityCode, ("011002", "012025", "012033", "012041", "012050", "012068", "012076", "012084")))
"""Sapporo and seven neighbours; for a measurement all have Sapporo's rules."""
OFFICER: Final = UUID(int=7)
STOCK: Final = "stock"
"""Database of the baseline, on the same server."""

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Deployment:
    """An open house, an administrator's connection to its database and one to the baseline's."""

    house: House
    admin: Connection
    stock_admin: Connection

    def desk(self, city: CityCode = SAPPORO) -> Desk:
        """A city opened for an officer who may do all of a proposal's steps."""
        return desk_of(self.house, city)

    def policy(self, city: CityCode = SAPPORO) -> Policy:
        """The policy that the city's log holds."""
        return policy_of(self.house, city)

    @property
    def stock_environment(self) -> dict[str, str]:
        """How the stock application reaches its database."""
        return stock_environment(self.house)


@contextmanager
def deployment(cities: int = 1) -> Iterator[Deployment]:
    """A deployment with so many cities open, and an empty database beside it; nothing of it remains."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder, open_house(Settings(Path(folder))) as house:
        with house.owner() as owner:
            for code in CODES[:cities]:
                add_city(owner, house.tenancy, sapporo_as(code))
        with psycopg.connect(house.database.admin, autocommit=True) as admin:
            admin.execute(f"create database {STOCK}")
            with psycopg.connect(house.database.admin, dbname=STOCK, autocommit=True) as stock_admin:
                yield Deployment(house, admin, stock_admin)


@cache
def sapporo() -> CityFile:
    """Sapporo as the register has it."""
    return next(city for city in builtin_cities() if city.code == SAPPORO)


def sapporo_as(code: CityCode) -> CityFile:
    """A city with Sapporo's rules under another code."""
    return sapporo() if code == SAPPORO else replace(sapporo(), code=code, slug=f"city-{code}")


def desk_of(house: House, city: CityCode) -> Desk:
    """A city opened for an officer of desk and department."""
    rights = having({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    return house.tenancy.desk(Member(city, OFFICER, rights))


def policy_of(house: House, city: CityCode) -> Policy:
    """The first policy of a city: its aggregate's second event."""
    return house.tenancy.policy(city, 2)


def stock_environment(house: House) -> dict[str, str]:
    """The library's settings for the baseline's database; everything else as it comes."""
    told = conninfo_to_dict(make_conninfo(house.database.admin, dbname=STOCK))
    names = {"dbname": "DBNAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    settings = {f"POSTGRES_{name}": str(told[key]) for key, name in names.items()}
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres", **settings}
