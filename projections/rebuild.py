"""Builds a read model anew beside the live one and switches over in one row (再構築).

Readers see the old rows until the moment of the switch. It may be cancelled at any time; started again, it begins anew,
or goes on where it was if asked to. Nothing is sent to anybody by a rebuild.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import Conflict, NotFound, RenkeiError
from projections.model import ReadModel
from projections.runner import BUSY, Runner
from tenants.database.walls import Row, named_failures, one

BEGIN: Final = (
    "update commons.projections set building = coalesce(building, generation) + 1, stopped = null"
    " where name = %s returning generation, building"
)
RESUME: Final = BEGIN.replace("coalesce(building, generation) + 1", "coalesce(building, generation + 1)")
LOCK: Final = "select pg_try_advisory_lock(hashtextextended('renkei/rebuild/' || %s, 0))"
UNLOCK: Final = "select pg_advisory_unlock(hashtextextended('renkei/rebuild/' || %s, 0))"
STOPPED: Final = "select stopped from commons.projections where name = %s"
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


class RebuildUnderWay(Conflict):
    """The read model is being rebuilt by somebody else. Details: ``name``."""

    en = "A rebuild of {name} is under way. Wait until it has ended; a second one would only repeat it."
    ja = "{name} の再構築はすでに実行中です。終わるまでお待ちください。"


class RebuildStopped(RenkeiError):
    """The read model stopped itself: too much cannot be read. Details: ``name``, ``problem``."""

    en = "{name} stopped itself ({problem}); the rows shown are still the old ones. Mend that, then rebuild again."
    ja = "{name} は停止しました（{problem}）。表示は以前のままです。原因を除いてから再構築してください。"


def rebuild(
    pool: ConnectionPool[Connection[Row]],
    runner: Runner,
    model: ReadModel[Any],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    resume: bool = False,
) -> int:
    """Rebuild one read model; gives its new generation. ``progress`` is told events done and events in all.

    What an earlier rebuild left behind is thrown away, for it may have been made by older code or before an erasure;
    ``resume``: go on with it instead. Raises NotFound, RebuildUnderWay, RebuildStopped, Unavailable.
    """
    with named_failures(), _alone(pool, model) as connection:
        row = connection.execute(RESUME if resume else BEGIN, (model.name,)).fetchone()
        if row is None:
            raise NotFound
        old, new = row
        _sweep(connection, model, old, new)
        while not _built(connection, runner, model, new, progress) or not _switched(connection, model.name, old, new):
            pass
        _sweep(connection, model, 0, new)
        return int(new)


@contextmanager
def _alone(pool: ConnectionPool[Connection[Row]], model: ReadModel[Any]) -> Iterator[Connection[Row]]:
    """The connection that holds the read model's lock and that alone may switch: who loses it can do neither."""
    with pool.connection() as connection:
        if not one(connection.execute(LOCK, (model.name,)))[0]:
            raise RebuildUnderWay(name=model.name)
        try:
            yield connection
        finally:
            with suppress(psycopg.OperationalError):  # with the connection the lock is gone as well
                connection.execute(UNLOCK, (model.name,))


def _built(
    connection: Connection[Row], runner: Runner, model: ReadModel[Any], new: int, progress: Callable[[int, int], None]
) -> bool:
    """One round of batches; whether the new generation has come as far as the logs."""
    streams = [one for one in runner.news() if one.model.name == model.name and one.generation == new]
    folded = sum([runner.advance(stream) for stream in streams])
    (stopped,) = one(connection.execute(STOPPED, (model.name,)))
    if stopped is not None:
        raise RebuildStopped(name=model.name, problem=stopped)
    total, done = one(connection.execute(LAG, (model.name, new)))
    progress(done, total)
    if done < total and not folded:
        time.sleep(BUSY)  # another process is at it
    return bool(done >= total)


def _switched(connection: Connection[Row], name: str, old: int, new: int) -> bool:
    """Switch when no reader would go back in time."""
    with connection.transaction():
        connection.execute("select 1 from commons.projections where name = %s for update", (name,))
        behind = connection.execute(BEHIND, {"name": name, "old": old, "new": new}).fetchone()
        if behind is None or behind[0]:
            return False
        connection.execute(SWITCH, (name, new))
        return True


def _sweep(connection: Connection[Row], model: ReadModel[Any], above: int, below: int) -> None:
    """Remove what the generations between these two left, in small pieces.

    Their positions go first: without one nobody writes rows any more.
    """
    for table in ("renkei.positions", "renkei.dead_letters"):
        connection.execute(
            f"delete from {table} where projection = %s and generation > %s and generation < %s",  # noqa: S608
            (model.name, above, below),
        )
    while True:
        gone = connection.execute(
            f"delete from {model.table} where ctid = any(array("  # noqa: S608 - a name of ours
            f"select ctid from {model.table} where generation > %s and generation < %s limit {CHUNK}))",
            (above, below),
        )
        if gone.rowcount < CHUNK:
            break
