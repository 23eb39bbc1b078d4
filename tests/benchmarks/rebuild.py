"""Events a second of rebuilding the busiest view of a city, the proposals, from the log to the switch.

Against the library's `ProjectionRunner` on an equal view, and against only decoding the same events in memory
(`of_limit`), which nothing written in Python can outrun.
"""

import statistics
from collections.abc import Iterator
from typing import Final

from eventsourcing.projection import ProjectionRunner

from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
from tenants.mapper import decode
from tests.benchmarks import long_log
from tests.benchmarks.deployment import SAPPORO, Deployment, deployment
from tests.benchmarks.measuring import Options, Result, alternate, rate, rounded, tell
from tests.benchmarks.stock import Proposals, StockJourneys
from tests.benchmarks.stock_view import StockProjection, StockView, create_view

NAME = "rebuild"
TARGET = 15.0
DECODED: Final = 7_000
"""Events that are decoded to know the limit."""
STATES: Final = (
    "select topic, state from renkei.events where city = %s and topic like 'proposal.%%' order by position limit %s"
)


def run(options: Options) -> Iterator[Result]:
    """Ours goes through the whole log each time, the runner through a part that takes it about as long."""
    with deployment() as here:
        events = long_log.record(here, options.sized(50_000, 700) // 7)
        tell(NAME, f"{events:,} events are recorded")
        stock = record_stock(here, options.sized(200, 10))
        here.house.runner.news()
        limits: list[float] = []

        def ours() -> float:
            limits.append(decoding(here))
            return rate(lambda: rebuilt(here))

        found = alternate(NAME, ours, lambda: runner_rate(here, stock), options.sized(5, 2))
        limit = statistics.median(limits)
        yield found.result(
            NAME,
            "events/s",
            target=TARGET,
            of_limit=rounded(statistics.median(found.ours) / limit),
            limit=rounded(limit),
            events=events,
        )


def rebuilt(here: Deployment) -> int:
    """Rebuild the proposals and switch over; gives the number of events of the log."""
    rebuild(here.house.runner_pool, here.house.runner, PROPOSALS)
    return here.house.tenancy.size(SAPPORO)


def decoding(here: Deployment) -> float:
    """Events a second when they only are decoded, one after the other."""
    rows = [(topic, bytes(state)) for topic, state in here.admin.execute(STATES, (SAPPORO, DECODED)).fetchall()]

    def work() -> int:
        for topic, state in rows:
            decode(topic, state)
        return len(rows)

    return rate(work)


def record_stock(here: Deployment, journeys: int) -> int:
    """The same journeys in the stock application; gives the position of the last event."""
    stock = StockJourneys(here.stock_environment, SAPPORO, here.policy())
    with stock.app:
        stock.go(journeys)
        return stock.app.recorder.max_notification_id() or 0


def runner_rate(here: Deployment, last: int) -> float:
    """Events a second of the library's runner, from its first commit to its last: its start is not counted."""
    create_view(here.admin, here.stock_admin)
    with ProjectionRunner(
        application_class=Proposals,
        projection_class=StockProjection,
        view_class=StockView,
        env=here.stock_environment,
    ) as runner:
        runner.wait(last, timeout=120)
        (_, began), *_, (_, ended) = runner.view.committed
    return (last - 1) / (ended - began)
