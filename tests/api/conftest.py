"""What most files about the desk and its entrance begin with: Sapporo and Aomori are open."""

from collections.abc import Iterator

import pytest

from api.signing.settings import SignIn
from tenants.members import Member
from tests.api.desk_at_work import DeskAtWork, desk_at_work
from tests.api.files_kept import Kept, bucket
from tests.api.files_world import FilesWorld, Person, files_world
from tests.api.signing_world import ADDRESS, Entrance, entrance_of
from tests.conftest import AOMORI, SAPPORO, House


@pytest.fixture
def desk(house: House) -> Iterator[DeskAtWork]:
    """The desk of both cities, of this test alone."""
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with desk_at_work(house) as desk:
        yield desk


@pytest.fixture
def entrance(house: House) -> Iterator[Entrance]:
    """The entrance of both cities as it is usually set, of this test alone."""
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with entrance_of(house, SignIn(address=ADDRESS)) as running:
        yield running


@pytest.fixture
def sato(entrance: Entrance) -> Member:
    """佐藤 of Sapporo, who may sign in."""
    return entrance.member()


@pytest.fixture(scope="module", params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, module_house: House) -> Iterator[Kept]:
    """A deployment with both cities that answers, over each kind of storage."""
    if not module_house.sql("select from renkei.cities"):
        module_house.open_city(SAPPORO)
        module_house.open_city(AOMORI)
    if request.param == "folder":
        with files_world(module_house) as world:
            yield Kept(world)
    else:
        with bucket() as (told, client), files_world(module_house, files=told) as world:
            yield Kept(world, client)


@pytest.fixture
def world(kept: Kept) -> FilesWorld:
    return kept.world


@pytest.fixture
def officer(world: FilesWorld) -> Person:
    return world.person()
