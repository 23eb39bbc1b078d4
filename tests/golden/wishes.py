"""Every wish with each of its fields given, the texts all different, and a history from which it is granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin
from uuid import UUID, uuid5

from domain.approval import Part
from domain.decider import Decider
from domain.policy import IntakeKind, Policy
from domain.proposal import Destination, Outcome
from domain.values import CityCode, CorporateNumber
from tenants.commands import WISHES, approvals, challenges
from tenants.deeds import Deed, written
from tenants.members import Member, Role, having
from tenants.saying import Doing
from tenants.wish import Context, Wish
from tests.domain.facts import AOMORI, SAPPORO
from tests.domain.given import fold
from tests.domain.shapes import alternatives, hints
from tests.golden import examples

SAMPLE: Final = UUID("5b1f2f60-0000-4aaa-8aaa-000000000000")
COMMAND: Final = UUID("5b1f2f60-eeee-4aaa-8aaa-00000000000e")
CITY: Final = CityCode("022012")
POLICY: Final = replace(AOMORI, plans=SAPPORO.plans, decision=SAPPORO.decision, conditions=AOMORI.conditions[:1])

CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "proposal.receive": {"accepted[].condition": "read_rules"},
    "proposal.refer": {"code": "designated_manager"},
    "challenge.raise": {"fields[]": "welfare", "plan_fields[]": "vision_snow"},
    "challenge.publish": {"fields[]": "welfare"},
    "case.publish": {"content.method": "pilot", "content.fields[]": "welfare"},
    "case.revise": {"content.method": "pilot", "content.fields[]": "welfare"},
}
"""The texts of a wish that are codes, with one that the catalogue has; every other text was typed by a person."""

TO_PUBLISH: Final = challenges.Publish(challenge=examples.CHALLENGE, title="雪", description="雪", fields=("welfare",))
ROUTE: Final = (
    approvals.StopText(post=examples.POST, part=Part.AGREE),
    approvals.StopText(post=examples.NEXT_POST, part=Part.DECIDE),
)

CHOSEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "approval.draft": {"route": ROUTE},
    "approval.redraft": {"route": ROUTE},
    "approval.decide": {"post": examples.NEXT_POST, "acting": examples.POST},
    "approval.review": {"post": examples.NEXT_POST},
    "proposal.receive": {"kind": IntakeKind.THEMED},
    "proposal.refer": {"destination": Destination.METHOD},
    "organisation.establishDepartment": {"department": uuid5(SAMPLE, "new")},
    "organisation.establishPost": {"post": uuid5(SAMPLE, "new")},
    "organisation.assignPost": {"member": examples.SUCCESSOR},
    "rights.enterMember": {"member": uuid5(SAMPLE, "new")},
    "rights.grantRight": {"post": None, "department": None, "role": Role.AUDITOR, "until": date(2028, 4, 1)},
    "rights.revokeRight": {"grant": examples.GRANT},
    "rights.giveRepresentation": {"member": examples.SUCCESSOR, "until": date(2028, 4, 1)},
    "rights.endRepresentation": {"representation": examples.REPRESENTATION},
}
"""What else a wish needs in order to be granted."""

KNOWN_IDS: Final = {
    "department": examples.DEPARTMENT,
    "successors[]": examples.SUCCESSOR,
    "post": examples.POST,
    "successor": examples.NEXT_POST,
    "member": examples.MEMBER,
}

OFFICE: Final = (
    examples.FULL["organisation.department_established"],
    replace(examples.FULL["organisation.department_established"], department=examples.SUCCESSOR),
    examples.FULL["organisation.post_established"],
    replace(examples.FULL["organisation.post_established"], post=examples.NEXT_POST),
    examples.FULL["organisation.post_assigned"],
    replace(examples.FULL["organisation.post_assigned"], post=examples.NEXT_POST),
)
AGENT: Final = uuid5(SAMPLE, "agent")
PEOPLE: Final = (
    examples.FULL["rights.member_entered"],
    replace(examples.FULL["rights.member_entered"], member=examples.SUCCESSOR),
    examples.FULL["rights.granted"],
    replace(examples.FULL["rights.member_entered"], member=AGENT),
    replace(examples.FULL["rights.representation_given"], member=AGENT, valid_from=date(2026, 4, 1)),
)
DRAFTED: Final = examples.FULL["approval.drafted"]
BY_ANOTHER: Final = replace(DRAFTED, drafter=examples.SUCCESSOR)
BEFORE: Final[Mapping[str, tuple[Any, ...]]] = {
    "approval.decide": (BY_ANOTHER, "approval.submitted", "approval.agreed"),
    "approval.review": (DRAFTED, "approval.submitted", "approval.agreed", "approval.decided"),
    "proposal.complete": ("proposal.received", "proposal.returned"),
    "proposal.match": ("proposal.received", "proposal.screened"),
    "proposal.recordDialogue": ("proposal.received", "proposal.screened", "proposal.matched"),
    "proposal.decide": ("proposal.received", "proposal.screened", "proposal.matched"),
    "proposal.close": ("proposal.received", "proposal.refused"),
    "city.open": (),
}
"""What has happened before a wish, topics or events; else the shortest way to where it may be granted."""
FIRST: Final = {"city": ("city.opened",)}
OTHERS: Final[Mapping[str, tuple[Any, ...]]] = {
    "organisation": (
        *OFFICE,
        replace(examples.FULL["organisation.department_established"], department=uuid5(SAMPLE, "departments[]")),
    ),
    "challenge": (examples.FULL["challenge.raised"], examples.FULL["challenge.published"]),
    "rights": PEOPLE,
    "proposal": (
        *(examples.FULL[f"proposal.{step}"] for step in ("received", "screened", "matched")),
        replace(examples.FULL["proposal.decided"], outcome=Outcome.ADOPTED),
    ),
}


@dataclass
class Filled:
    """A wish in which every text is one of its own; ``typed``: path to text, without the codes."""

    kind: type[Wish[Any]]
    codes: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def wish(self) -> Wish[Any]:
        """The wish, with every field given."""
        made = self.value(self.kind, "")
        assert isinstance(made, Wish)
        return made

    def value(self, hint: Any, path: str) -> Any:
        """Something that fits the type of a field."""
        given = {**KNOWN_IDS, **CHOSEN.get(self.kind.name, {}), **CODES.get(self.kind.name, {}), **self.codes}
        kind = alternatives(hint)[0]
        if path in given:
            return given[path]
        if kind == Deed:
            self.typed[path] = written(TO_PUBLISH)
            return TO_PUBLISH
        if kind is str or kind is CorporateNumber:
            return self.typed.setdefault(path, f"佐藤𠮷 {self.kind.name} {path}")
        if get_origin(kind) is tuple:
            items = self.codes.get(f"{path}[]*")
            return items if items is not None else (self.value(get_args(kind)[0], f"{path}[]"),)
        if isinstance(kind, type) and is_dataclass(kind):
            prefix = f"{path}." if path else ""
            return kind(**{name: self.value(inner, prefix + name) for name, inner in hints(kind).items()})
        return plain(kind, path)


def plain(kind: Any, path: str) -> Any:
    """A value in which nobody can hide a text."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {UUID: uuid5(SAMPLE, path), date: date(2027, 4, 1), int: 1, bool: True}[kind]


def others(decider: Decider[Any], target: UUID, /) -> Any:
    """What stands beside a wish: its departments and posts are there, a challenge is published, a proposal adopted."""
    del target
    return fold(decider, OTHERS[decider.name])


def way_to(wish: Wish[Any]) -> tuple[str, ...]:
    """The shortest history, of full examples, that leads to a stage at which a wish of a process may be granted."""
    if not isinstance(wish, Doing):
        return FIRST.get(wish.decider.name, ())
    steps = {topic: wish.decider.steps[cls] for topic, cls in wish.decider.events.items()}
    ways: dict[Any, tuple[str, ...]] = {wish.decider.beginning: ()}
    ahead = [wish.decider.beginning]
    since = wish.decider.steps[wish.records].since
    while not set(since) & set(ways):
        stage = ahead.pop(0)
        for topic, step in steps.items():
            after = step.after(stage, examples.FULL[topic])
            if stage in step.since and after not in ways:
                ways[after] = (*ways[stage], topic)
                ahead.append(after)
    return next(way for stage, way in ways.items() if stage in since)


def before(wish: Wish[Any]) -> list[Any]:
    """A history that allows it."""
    standing: Mapping[str, tuple[Any, ...]] = {"organisation": OFFICE, "rights": PEOPLE}
    told = BEFORE[wish.name] if wish.name in BEFORE else way_to(wish)
    happened = standing.get(wish.decider.name, told)
    return [examples.FULL[each] if isinstance(each, str) else each for each in happened]


def granted(wish: Wish[Any], policy: Policy = POLICY) -> tuple[Any, ...]:
    """The events that grant it, from a history that allows it."""
    today = date(2027, 4, 1)
    everything = Member(CITY, examples.MEMBER, having(Role))
    context = Context(CITY, everything, policy, wish.target(CITY), COMMAND, 2026, today, len, others)
    return wish.events(fold(wish.decider, before(wish)), context)


def example_of(event: type) -> tuple[list[Any], Any]:
    """A history of a process, and an event of this kind that the policy allows after it."""
    kind = next(kind for kind in WISHES if issubclass(kind, Doing) and kind.records is event)
    wish = Filled(kind).wish()
    (made,) = granted(wish)
    return before(wish), made
