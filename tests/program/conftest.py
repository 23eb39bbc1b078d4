"""The program itself, started as an operator starts it, on copies of a data folder that was made once."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.house import open_house
from api.settings import Settings
from tenants.entering import enter_member
from tenants.identity import set_secret
from tenants.members import Role
from tenants.onboarding import add_city
from tests.conftest import AOMORI, QUICK, SAPPORO, city_file
from tests.program.desk import SECRET
from tests.program.running import Site, folder

OFFICER = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with Sapporo and Aomori; 佐藤 (`sato`) works at both desks. Its server has stopped."""
    with folder() as home:
        with open_house(Settings(home / "data")) as house, house.owner() as owner:
            for city in (SAPPORO, AOMORI):
                add_city(owner, house.tenancy, city_file(city))
                member = enter_member(house.tenancy, city, "sato", "佐藤", OFFICER)
                set_secret(owner, city, member.id, SECRET, hasher=QUICK)
        yield home / "data"


@contextmanager
def copied(made: Path) -> Iterator[Site]:
    """A deployment on a copy of a data folder; at its end nothing is left of it and nothing was told amiss."""
    with folder() as home:
        subprocess.run(["cp", "-a", made, home / "data"], check=True)
        site = Site(home)
        try:
            yield site
        finally:
            site.end()


@pytest.fixture
def site(made: Path) -> Iterator[Site]:
    """A deployment of this test alone; nothing runs yet."""
    with copied(made) as site:
        yield site


@pytest.fixture(scope="module")
def file_site(made: Path) -> Iterator[Site]:
    """A deployment that the tests of a file share."""
    with copied(made) as site:
        yield site


@pytest.fixture
def empty() -> Iterator[Site]:
    """A place where nothing was ever started."""
    with folder() as home:
        site = Site(home)
        try:
            yield site
        finally:
            site.end()


@pytest.fixture
def another(made: Path) -> Iterator[Callable[[], Site]]:
    """Makes further deployments."""
    with folder() as home:
        sites: list[Site] = []

        def make() -> Site:
            sites.append(Site(home / str(len(sites))))
            sites[-1].home.mkdir()
            return sites[-1]

        try:
            yield make
        finally:
            for site in sites:
                site.end()
