"""Records of every kind in the world of canaries: each event of each kind once, in both cities, under the same ids.

They are recorded past the rules, which have tests of their own: here only what is shown to whom matters. A new kind of
record, or a new step of one, needs nothing here.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from domain.agreement import Party
from domain.notice import Reach
from domain.process import Process
from domain.proposal import Destination
from domain.retention import FileKind, retention_of
from domain.roles import EVERYBODY
from domain.values import Audience, CityCode, Code, Sealed, Typed
from projections.records.table import KINDS
from tenants.commands import WISHES, gatherings, notices
from tenants.commands.agreements import SignatoryText
from tenants.commands.approvals import Drafting
from tenants.commands.proposals import Refer
from tenants.commands.retention import Assign, Extend
from tenants.deeds import written
from tenants.saying import Doing, recorded
from tenants.turn import Decided, Turn
from tenants.wish import Entry, Wish
from tests.api.desk_at_work import HASH, SECRET
from tests.domain.shapes import alternatives, hints
from tests.golden import examples
from tests.leaks.canaries import BOTH, Canary
from tests.leaks.running import Running
from tests.leaks.world import CITIES, NUMBERS, PLANS, World, casework, gap, members, offices, read_log, uid

BOOKED: Final = {kind.process.name: kind.process for kind in KINDS}


def whole_world(running: Running) -> World:
    """Both cities at work, all views up to date."""
    world = World(running)
    for code in CITIES:
        running.house.open_city(code)
        offices(world, code)
        for role in sorted(EVERYBODY):
            world.person(code, role, role, department=uid("department"))
        members(world, code)
        casework(world, code)
        gap(world, code)
        records(world, code)
        records_of_its_proposer(world, code)
        records(world, code, UNDER_WAY)
        records(world, code, PUT_RIGHT)
        published(world, code)
        filed(world, code)
        login = f"CANARY{90_000 + int(code[:2])}"
        running.house.sql("update renkei.members set login = %s || login where city = %s", login, code)
        world.canaries.add(login, Canary(code, None, "logins"))
    running.desk.catch_up()
    for secret in (SECRET, HASH):
        world.canaries.add(secret, Canary(BOTH, None, "secret"))
    for code, number in NUMBERS.items():
        world.canaries.add(number, Canary(code, None, "number"))
    read_log(world)
    return world


def published(world: World, code: CityCode) -> None:
    """Notices and gatherings by their own commands: for everybody, for the staff, and drafts of both."""
    by, later = world.officer(code), world.running.house.tenancy.today() + timedelta(days=30)

    def do(step: str, wish: type[Wish[Any]], **told: Any) -> None:
        world.do(code, by, step, wish, **{"sample": False, "shown_until": later, "on": later, **told})

    for reach, prefix in ((Reach.PUBLIC, ""), (Reach.STAFF, "staff ")):
        notice, fair = world.id(f"{prefix}news"), world.id(f"{prefix}fair")
        do(f"{prefix}draft news", notices.Draft, notice=notice)
        do(f"{prefix}news", notices.Publish, notice=notice, reach=reach)
        do(f"{prefix}news again", notices.Revise, notice=notice)
        plan = {"gathering": fair, "register_by": later, "capacity": 9}
        do(f"{prefix}fair", gatherings.Announce, **plan, reach=reach)
        do(f"{prefix}fair again", gatherings.Revise, **plan)
        do(f"{prefix}guest", gatherings.RegisterGuest, gathering=fair)
    cancelled = world.id("cancelled fair")
    do("fair 2", gatherings.Announce, gathering=cancelled, register_by=later, reach=Reach.PUBLIC)
    do("cancel fair", gatherings.Cancel, gathering=cancelled)


def filed(world: World, code: CityCode) -> None:
    """All that is said of how long a file is kept."""
    record = world.id("adopted")
    fixed = {"record": record, "kind": FileKind.PROPOSAL, "retention": Code("five_years")}
    for kind, topic in ((Assign, "retention.assigned"), (Extend, "retention.extended")):
        happened(world, code, kind, topic, retention_of(record), fixed=fixed)


UNDER_WAY: Final = " under way"
PUT_RIGHT: Final = " put right"
OVER: Final = frozenset(
    {
        *("abandoned", "became", "cancelled", "closed", "completed", "detached", "dropped", "ended"),
        *("recalled", "refused", "reopened", "stopped", "turned", "withdrawn"),
    }
)
"""Words of the steps that end a record, or take away what others had brought."""


def records(world: World, code: CityCode, another: str = "") -> None:
    """One record of each kind to which everything has happened; ``another``: one more under another name.

    What takes steps back happens to one of its own, which has nothing to lose.
    """
    for name, process in BOOKED.items():
        by_event = {wish.records: wish for wish in WISHES if issubclass(wish, Doing) and wish.decider is process}
        for topic, event in process.events.items():
            if event in by_event and _happens(
                process, topic, another
            ):  # what commands on other records bring with them are ids alone
                happened(world, code, by_event[event], topic, world.id(f"{name}{another}"), another)


def _happens(process: Process[Any], topic: str, another: str) -> bool:
    step = process.steps[process.events[topic]]
    if another == PUT_RIGHT:
        return step.back or process.beginning in step.since
    return not step.back and not (another == UNDER_WAY and OVER & {*topic.replace(".", "_").split("_")})


UNDONE: Final = {"selection.reopened", "selection.abandoned", "agreement.notice_withdrawn", "agreement.renewed"}
"""After which nothing of a selection is there to be told, or of the notices of an agreement."""


def records_of_its_proposer(world: World, code: CityCode) -> None:
    """One more of what a proposer is told only where it is a party itself, and of what is undone in the other one.

    In those above the agreement is among others, and another party carries the project out.
    """
    sides = tuple(
        SignatoryText(side=side, name=world.canaries.text(f"{side} party"), signs=world.canaries.text(f"{side} signs"))
        for side in (Party.CITY, Party.PROPOSER)
    )
    itself: dict[str, dict[str, Any]] = {
        "selection": {},
        "agreement": {"terms.signatories": sides},
        "project": {"implementer": None, "selection": None},
    }
    for name, fixed in itself.items():
        by_event = {wish.records: wish for wish in WISHES if issubclass(wish, Doing) and wish.decider is BOOKED[name]}
        for topic, event in BOOKED[name].events.items():
            if event in by_event and topic not in UNDONE and not BOOKED[name].steps[event].back:
                record = world.id(f"{name} of its proposer")
                happened(world, code, by_event[event], topic, record, " of its proposer", fixed)


def happened(
    world: World,
    code: CityCode,
    kind: type[Doing[Any]],
    topic: str,
    record: UUID,
    another: str = "",
    fixed: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """One event of a record, with a canary in every text."""
    desk = world.running.house.tenancy.desk(world.officer(code))
    named = {
        "proposal": world.id("adopted"),
        "challenges[]": world.id("challenge open"),
        "to": next(iter(kind.decider.steps[kind.records].to), None),
        "method": "pilot",
        "plan_fields": (PLANS[code],),
        "terms.fields": ("welfare",),
        "terms.plan_fields": (PLANS[code],),
    }
    wish = world.value(code, kind, "", {**named, **world.told(), kind.decider.name: record, **fixed}, kind)
    entry = Entry(world.id(f"command {kind.decider.name} {kind.__name__}{another}", nobody=True))
    turn = Turn(desk.tenancy, code, wish, entry, {})
    turn.load(remembered=False)
    context = desk._context(entry, turn)
    example, entered = examples.FULL[topic], hints(kind)
    beside = {
        name: made_beside(world, getattr(example, name), hint, record)
        for name, hint in hints(kind.records).items()
        if name not in entered
    }
    if issubclass(kind, Drafting):
        beside["content"] = an_act(world, record)
    own = world.id("proposer of adopted") if kind.decider.name == "dialogue" else record
    event: Any = recorded(kind.records, wish, context, own=own, **beside)
    decided = Decided((event,), desk._circumstances(entry, context, turn))
    turn.record(decided, desk._envelope(turn, context, entry, b"0" * 32))
    world.given.append(kind)


def an_act(world: World, record: UUID) -> Typed:
    """What an approval is of: an act whose words are canaries, and that names what has a name."""
    department, reason = world.id("department"), world.canaries.text("reason of an act")
    deed = Refer(proposal=world.id("adopted"), destination=Destination.DEPARTMENT, department=department, reason=reason)
    return Typed(written(deed, deed.decider.initial), record, Audience.DEPARTMENT)


def made_beside(world: World, example: Any, hint: Any, record: UUID) -> Any:
    """What a command adds to what is entered: of the example, with a canary for a text."""
    if alternatives(hint)[0] is Sealed:
        return Typed(world.canaries.text("beside"), record, Audience.DEPARTMENT)
    return world.id("adopted") if isinstance(example, UUID) else example
