"""The baseline of projections: the library's `ProjectionRunner` over the stock application, keeping an equal view.

The table is a copy of `renkei.proposals`, columns, key and indexes; each event changes it as our read model does, in
one statement, in the library's own transaction for one event.
"""

import time
from datetime import date
from typing import Any, Final

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection
from psycopg.types.json import Jsonb

from domain.proposal import Stage
from projections.proposals import NOBODY, WAITING_FOR
from tests.benchmarks.deployment import Connection
from tests.benchmarks.stock import StockProposal

COLUMNS: Final = """
select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
from pg_attribute where attrelid = 'renkei.proposals'::regclass and attnum > 0 and not attisdropped
"""
INDEXES: Final = "select indexdef from pg_indexes where schemaname = 'renkei' and tablename = 'proposals'"
TRACKING: Final = "public.stockview_tracking"
RECEIVED: Final = """
insert into public.proposals (city, generation, id, version, position, stage, waiting_for, kind, organisation_kind,
    fiscal_year, serial, proposer, challenge, sample, channel, received_on, title, organisation, words, departments,
    recorded_at, updated_at)
values (%(city)s, 1, %(id)s, %(version)s, %(position)s, %(stage)s, %(waiting_for)s, %(kind)s, %(organisation_kind)s,
    %(fiscal_year)s, %(serial)s, %(proposer)s, %(challenge)s, %(sample)s, %(channel)s, %(day)s, %(title)s,
    %(organisation)s, %(words)s, '{}', %(at)s, %(at)s)
"""
CHANGED: Final = """
update public.proposals set version = %(version)s, position = %(position)s, updated_at = %(at)s, stage = %(stage)s,
    waiting_for = %(waiting_for)s"""
HERE: Final = " where city = %(city)s and generation = 1 and id = %(id)s"
ANSWERED: Final = ", answered_on = coalesce(answered_on, %(day)s)"
SCREENED: Final = f"{CHANGED}, departments = %(departments)s::uuid[]{ANSWERED}{HERE}"
MATCHED: Final = f"{CHANGED}, department = %(department)s{ANSWERED}{HERE}"
IN_DIALOGUE: Final = f"{CHANGED}{HERE}"
DECIDED: Final = (
    f"{CHANGED}, outcome = %(outcome)s, decided_by = %(decided_by)s, decided_on = %(day)s,"
    f" words = words || %(words)s{ANSWERED}{HERE}"
)
EVENTS: Final[Any] = StockProposal
"""Its event classes are made by the library from their names, where no type checker sees them."""


def create_view(admin: Connection, stock_admin: Connection) -> None:
    """An empty copy of our table in the baseline's database; what was tracked before is forgotten."""
    stock_admin.execute(f"drop table if exists public.proposals, {TRACKING}".encode())
    ((columns,),) = admin.execute(COLUMNS).fetchall()
    stock_admin.execute(f"create table public.proposals ({columns})".encode())
    for (index,) in admin.execute(INDEXES).fetchall():
        stock_admin.execute(index.replace("renkei.", "public.").encode())


class StockView(PostgresTrackingRecorder):
    """The table, the library's tracking of positions beside it, and when each position was committed."""

    def __init__(self, datastore: PostgresDatastore, **settings: Any) -> None:
        super().__init__(datastore, **settings)
        self.committed: list[tuple[int, float]] = []

    def change(self, tracking: Tracking, statement: str, values: dict[str, Any]) -> None:
        """One event: the row and the position, committed together."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement.encode(), values, prepare=True)
        self.committed.append((tracking.notification_id, time.monotonic()))


class StockProjection(Projection[StockView]):
    """Our changes for the five events of the journey, as the library dispatches them."""

    name = "stockview"

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Every event of the journey is known below."""
        raise NotImplementedError(type(domain_event).__name__)

    @process_event.register(EVENTS.Received)
    def _received(self, event: Any, tracking: Tracking) -> None:
        values = {
            "kind": event.receipt_kind,
            "organisation_kind": event.organisation_kind,
            "fiscal_year": event.receipt_fiscal_year,
            "serial": event.receipt_serial,
            "proposer": event.proposer,
            "challenge": event.challenge,
            "sample": event.sample,
            "channel": event.about["channel"],
            "title": Jsonb({"text": event.title}),
            "organisation": Jsonb({"text": event.organisation}),
            "words": Jsonb({"summary": event.summary, "accepted": event.accepted}),
        }
        self.view.change(tracking, RECEIVED, values | _told(event, tracking, Stage.RECEIVED))

    @process_event.register(EVENTS.Screened)
    def _screened(self, event: Any, tracking: Tracking) -> None:
        values = {"departments": event.departments}
        self.view.change(tracking, SCREENED, values | _told(event, tracking, Stage.SCREENED))

    @process_event.register(EVENTS.Matched)
    def _matched(self, event: Any, tracking: Tracking) -> None:
        values = {"department": event.department}
        self.view.change(tracking, MATCHED, values | _told(event, tracking, Stage.MATCHED))

    @process_event.register(EVENTS.DialogueRecorded)
    def _in_dialogue(self, event: Any, tracking: Tracking) -> None:
        self.view.change(tracking, IN_DIALOGUE, _told(event, tracking, Stage.IN_DIALOGUE))

    @process_event.register(EVENTS.Decided)
    def _decided(self, event: Any, tracking: Tracking) -> None:
        words = Jsonb({"reason": event.reason})
        values = {"outcome": event.outcome, "decided_by": event.decided_by, "words": words}
        self.view.change(tracking, DECIDED, values | _told(event, tracking, Stage(event.outcome)))


def _told(event: Any, tracking: Tracking, stage: Stage) -> dict[str, Any]:
    """What every change writes."""
    return {
        "city": event.about["city"],
        "id": event.originator_id,
        "version": event.originator_version,
        "position": tracking.notification_id,
        "stage": stage.value,
        "waiting_for": WAITING_FOR.get(stage, NOBODY),
        "day": date.fromisoformat(event.about["occurred_on"]),
        "at": event.timestamp,
    }
