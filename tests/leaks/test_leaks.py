from collections.abc import Iterator
import pytest
from tenants.database.embedded import EmbeddedPostgres
from tests.leaks.running import running
from tests.leaks.world import World, recorded

@pytest.fixture(scope="module")
def world(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(server, tmp_path_factory.mktemp("leaks")) as app:
        yield recorded(app)

def test_x(world):
    print(len(world.canaries.known), world.running.house.sql("select city, count(*) from renkei.events group by 1"))
    for k, v in list(world.canaries.known.items())[:400:7]: print(k, v)
    for r in world.running.app.routes: print(type(r).__name__, getattr(r, "path", None), getattr(r, "methods", None))
