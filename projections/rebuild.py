"""Builds a read model anew beside the live one and switches over in one row (再構築).

Readers see the old rows until the moment of the switch. It may be cancelled and started again at any time; it goes on
where it was. Nothing is sent to anybody by a rebuild.
"""

from collections.abc import Callable
from typing import Any, Final

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import NotFound
from projections.model import ReadModel
from projections.runner import Runner
from tenants.database.walls import Row

BEGIN: Final = (
    "update commons.projections set building = coalesce(building, generation + 1), stopped = null"
    " where name = %s returning generation, building"
)
BEHIND: Final = """
select count(*) from renkei.cities c
left join renkei.positions o on o.city = c.city and o.projection = %(name)s and o.generation = %(old)s
left join renkei.positions n on n.city = c.city and n.projection = %(name)s and n.generation = %(new)s
where coalesce(n.position, 0) < coalesce(o.position, 0)
"""
SWITCH: Final = (
    "update commons.projections set generation = building, building = null where name = %s and building = %s"
)
LAG: Final = """
select coalesce(sum(e.at), 0)::bigint, coalesce(sum(coalesce(p.position, 0)), 0)::bigint from renkei.cities c
cross join lateral (select coalesce((select position from renkei.events where city = c.city
                                     order by position desc limit 1), 0) as at) e
left join renkei.positions p on p.city = c.city and p.projection = %s and p.generation = %s
"""
CHUNK: Final = 10_000


def rebuild(
    pool: ConnectionPool[Connection[Row]],
    runner: Runner,
    model: ReadModel[Any],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Rebuild one read model; gives its new generation. ``progress`` is told events done and events in all."""
    with pool.connection() as connection:
        row = connection.execute(BEGIN, (model.name,)).fetchone()
    if row is None:
        raise NotFound
    old, new = row
    while True:
        for stream in runner.news():
            if stream.model.name == model.name and stream.generation == new:
                runner.advance(stream)
        with pool.connection() as connection:
            total, done = connection.execute(LAG, (model.name, new)).fetchone() or (0, 0)
            progress(done, total)
            if done >= total and _switched(connection, model.name, old, new):
                break
    sweep(pool, model, new)
    return int(new)


def _switched(connection: Connection[Row], name: str, old: int, new: int) -> bool:
    """Switch when no reader would go back in time."""
    with connection.transaction():
        connection.execute("select 1 from commons.projections where name = %s for update", (name,))
        behind = connection.execute(BEHIND, {"name": name, "old": old, "new": new}).fetchone()
        if behind is None or behind[0]:
            return False
        connection.execute(SWITCH, (name, new))
        return True


def sweep(pool: ConnectionPool[Connection[Row]], model: ReadModel[Any], live: int) -> None:
    """Remove what older generations left, in small pieces."""
    with pool.connection() as connection:
        while True:
            gone = connection.execute(
                f"delete from {model.table} where ctid = any(array("  # noqa: S608 - a name of ours
                f"select ctid from {model.table} where generation < %s limit {CHUNK}))",
                (live,),
            )
            if gone.rowcount < CHUNK:
                break
        for table in ("renkei.positions", "renkei.dead_letters"):
            connection.execute(
                f"delete from {table} where projection = %s and generation < %s",  # noqa: S608
                (model.name, live),
            )
