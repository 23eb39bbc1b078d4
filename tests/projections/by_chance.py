"""A city in which people wish anything of anything: real commands with values by chance, on records that are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import partial
from random import Random
from typing import Any, Final, get_args, get_origin
from uuid import UUID, uuid4

from domain.agreement import Party
from domain.approval import Part
from domain.circumstances import Act, ApprovalSystem
from domain.errors import Refusal
from domain.policy import (
    Approvals,
    ChallengePart,
    ChallengeRules,
    Escalation,
    OrganisationKind,
    Policy,
    Provenance,
    RuleStatus,
)
from domain.process import Process
from domain.proposal import DecidedBy, Outcome
from domain.retention import RETENTION, FileKind
from domain.roles import Role
from domain.values import CityCode, CorporateNumber
from tenants.commands import WISHES, agreements, approvals, proposals
from tenants.commands.approvals import DEEDS
from tenants.commands.city import AdoptPolicy
from tenants.commands.organisation import AssignPost
from tenants.commands.rights import EnterMember
from tenants.deeds import Deed
from tenants.members import Member, having, operator
from tenants.register import as_text
from tenants.saying import Doing
from tenants.wish import Answer, Approval, Entry
from tests.conftest import House, city_file
from tests.domain.shapes import alternatives, hints

DOINGS: Final = tuple(wish for wish in WISHES if issubclass(wish, Doing))
PROCESSES: Final[Mapping[str, Process[Any]]] = {kind.decider.name: kind.decider for kind in DOINGS}
OFTEN: Final = 0.9
SELDOM: Final[Mapping[str, float]] = {
    **dict.fromkeys(("proposal.withdraw", "proposal.refuse", "proposal.refer", "proposal.declareInterest"), 0.1),
    **dict.fromkeys(("proposal.suspend", "proposal.returnForCompletion"), 0.2),
    **dict.fromkeys(("proposal.close", "proposal.draft", "notice.draft", "gathering.announce"), 0.2),
    **dict.fromkeys(("selection.abandon", "selection.reopen", "dialogue.turnDown", "project.stop"), 0.1),
    **dict.fromkeys(("retention.assign", "retention.extend"), 0.1),
    **dict.fromkeys(("challenge.revise", "challenge.nameContact", "survey.remind", "consultation.note"), 0.1),
    **dict.fromkeys(("proposal.correctReceipt", "proposal.withdrawInterest", "consultation.correctReceipt"), 0.1),
    **dict.fromkeys(("agreement.withdrawNotice", "session.withdrawInterest", "case.withdraw"), 0.1),
    **dict.fromkeys(("proposal.renameParty", "proposal.changeContact", "proposal.changeConsent"), 0.2),
}
"""What leads away from the way that goes far, or nowhere."""
FEW: Final = tuple(UUID(int=number) for number in range(101, 104))
"""Ids of what lies inside records, so that it is named again."""
TOLD: Final = Provenance("試験の市の規程", RuleStatus.IN_FORCE, date(2026, 4, 1))
SYSTEMS: Final = ((ApprovalSystem.INTERNAL,), (ApprovalSystem.EXTERNAL,), tuple(ApprovalSystem))


def stricter(policy: Policy, random: Random) -> Policy:
    """The city's own rules, some of them made stricter by chance."""
    acts = {act: random.choice(SYSTEMS) for act in Act if random.random() < 0.2}
    needed = tuple(part for part in ChallengePart if random.random() < 0.3)
    parts: Mapping[str, Any] = {
        "approvals": Approvals(TOLD, acts),
        "challenges": ChallengeRules(TOLD, random.random() < 0.5, needed),
        "escalation": Escalation(TOLD, 100, 2 if random.random() < 0.3 else None, personal_data=random.random() < 0.3),
        "screening": replace(policy.screening, all_met=random.random() < 0.5) if policy.screening else None,
    }
    return replace(policy, **{name: part for name, part in parts.items() if part and random.random() < 0.5})


def goes_on(name: str, stage: Any) -> bool:
    """Whether anything leads on from a stage."""
    steps = PROCESSES[name].steps.values()
    return any(stage in step.since and set(step.to) - {stage} for step in steps if not step.back)


def weight(kind: type[Doing[Any]]) -> float:
    """What ends a record is seldom wished, so that some come far; what leads on more often than what does not."""
    if kind.name in SELDOM:
        return SELDOM[kind.name]
    step = kind.decider.steps[kind.records]
    if step.back:
        return 0.1
    if step.to and not any(goes_on(kind.decider.name, stage) for stage in step.to):
        return 0.1
    return 2.0 if step.to else 1.0


@dataclass
class CityByChance:
    """One city, its people and its records; ``live`` is what this process knows of each: what was answered last of it,
    or what a command on another record brought with it.
    """

    house: House
    code: str
    random: Random
    live: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    granted: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    wishes: dict[UUID, Doing[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.city: CityCode = self.house.open_city(self.code)
        known = city_file(self.code)
        content = as_text(replace(known, policy=stricter(known.policy, self.random)))
        today = self.house.tenancy.today()
        self._set_up(AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=today))
        self.policy = self.house.tenancy.policy(self.city, self.house.tenancy.policy_place(self.city) or 0)
        self.today = today
        self.departments = [self.house.department(self.city) for _ in range(2)]
        self.posts = [self.house.post(self.city) for _ in range(3)]
        within = [(Role.DEPARTMENT_OFFICER,), (Role.APPROVER,), (Role.DEPARTMENT_OFFICER, Role.APPROVER)]
        everywhere = [(Role.DESK_OFFICER,), (Role.COUNCIL_MEMBER,), (Role.COUNCIL_MEMBER,), (Role.AUDITOR,)]
        self.people = [
            *(self._person(having(roles, department)) for roles in within for department in self.departments),
            *(self._person(having(roles)) for roles in everywhere),
            self._person(having({Role.DESK_OFFICER, Role.APPROVER})),
        ]
        for post, member in zip(self.posts, self.people[2:5], strict=True):
            self._set_up(AssignPost(post=post, member=member.id, valid_from=today))

    def _set_up(self, wish: Any) -> None:
        who = operator(self.city)
        if not isinstance(wish, AdoptPolicy):
            who = self.house.member(self.city, Role.CITY_ADMINISTRATOR)
        self.house.tenancy.desk(who).do(wish, Entry(uuid4()))

    def _person(self, rights: Any) -> Member:
        member = Member(self.city, uuid4(), rights)
        self._set_up(EnterMember(member=member.id, title="見本 花子", login=None, valid_from=self.today))
        return member

    # --- what is wished ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Something that begins a record: a proposal more often than anything else."""
        kinds = [kind for kind in DOINGS if kind.decider.beginning in kind.decider.steps[kind.records].since]
        weights = [6.0 if kind is proposals.Receive else weight(kind) for kind in kinds]
        self.wish(self.random.choices(kinds, weights)[0], uuid4())

    def go_on(self) -> None:
        """Something that may happen to a record that is there, seldom to one that has come to its end."""
        records = {place: state for place, state in self.live.items() if place[0] != RETENTION.name}
        places = [place for place, state in records.items() if goes_on(place[0], state.stage)]
        if not places:
            self.begin()
            return
        if self.random.random() > OFTEN:
            places = list(records)
        kind_of = self.random.choice(sorted({name for name, _ in places}))
        name, target = self.random.choice([place for place in places if place[0] == kind_of])
        state = self.live[name, target]
        kinds = [kind for kind in DOINGS if kind.decider.name == name]
        fitting = [kind for kind in kinds if state.stage in kind.decider.steps[kind.records].since] or kinds
        for _ in range(3):
            if self.wish(self.random.choices(fitting, list(map(weight, fitting)))[0], target):
                return

    def wish(self, kind: type[Doing[Any]], target: UUID) -> bool:
        """Somebody wishes it; whether it was granted. Whatever is no refusal passes through."""
        wish = self.filled(kind, target)
        fitting = [each for each in self.people if each.roles & wish.needed()]
        who = self.random.choice(fitting if fitting and self.random.random() < OFTEN else self.people)
        try:
            answer = self.house.tenancy.desk(who).do(wish, self.entry(wish))
        except Refusal as refusal:
            code = type(refusal).__name__
            self.refused[code] = self.refused.get(code, 0) + 1
            return False
        self.live[wish.decider.name, answer.target] = answer.state
        if answer.first <= answer.last:
            self.granted.append(wish.name)
            self._brought(answer)
        return True

    def _brought(self, answer: Answer[Any]) -> None:
        """What the command brought with it on other records."""
        found = self.house.sql(
            "select distinct originator_id, split_part(topic, '.', 1) from renkei.events"
            " where city = %s and position between %s and %s and originator_id <> %s",
            self.city,
            answer.first,
            answer.last,
            answer.target,
        )
        tenancy = self.house.tenancy
        for record, name in found:
            remembered = [memory.look(self.city, name, record) for memory in (tenancy.looks, tenancy.recollections)]
            last = max((each for each in remembered if each is not None), key=lambda each: each.version)
            self.live[name, record] = last.state

    def entry(self, wish: Doing[Any]) -> Entry:
        """With an approval where the rules ask for one, mostly."""
        act = wish.act()
        systems = self.policy.approving(act) if act else ()
        if ApprovalSystem.EXTERNAL in systems and self.random.random() < 0.8:
            return Entry(
                uuid4(), approval=Approval(ApprovalSystem.EXTERNAL, self.today, number="企第一号", digest=bytes(32))
            )
        return Entry(uuid4())

    def filled(self, kind: type[Doing[Any]], target: UUID | None = None) -> Doing[Any]:
        """A wish of this kind with values by chance, about this record."""
        parts = {name: self.value(hint, name, kind) for name, hint in hints(kind).items()}
        if kind.decider is RETENTION:
            return kind(**{**parts, **self.file()})
        return kind(**parts if target is None else {**parts, kind.decider.name: target})

    def file(self) -> dict[str, Any]:
        """The file of a record that there is, or of none."""
        there = [place for place in self.live if place[0] in {*FileKind}] or [(FileKind.PROPOSAL, uuid4())]
        name, record = self.random.choice(there)
        return {"kind": FileKind(name), "record": record}

    # --- with which values -------------------------------------------------------------------------------------------

    def ids(self, name: str) -> list[UUID]:
        """What a field of this name may name."""
        named = {"department": self.departments, "post": self.posts, "acting": self.posts}
        named["member"] = [each.id for each in self.people]
        for plural, single in (("departments", "department"), ("members", "member"), ("challenges", "challenge")):
            if name == plural:
                return self.ids(single)
        if name in {"council_session", "session"}:
            name = "session"
        known = [target for kind, target in self.live if kind == name]
        adopted = [target for (kind, target), state in self.live.items() if kind == name and state.stage == "adopted"]
        if adopted and self.random.random() < 0.5:
            return adopted
        return named.get(name) or known or list(FEW)

    def value(self, hint: Any, path: str, kind: type[Doing[Any]]) -> Any:
        """Something of the type of a field."""
        name = path.rpartition(".")[2].removesuffix("[]")
        if path in self.chosen(kind):
            return self.chosen(kind)[path]()
        if type(None) in alternatives(hint) and self.random.random() < 0.3:
            return None
        told = next(each for each in alternatives(hint) if each is not type(None))
        if told == Deed:
            deed = self.random.choice(DEEDS)
            return self.filled(deed, self.random.choice(self.ids(deed.decider.name)))
        if told is str:
            return self.text(name, kind)
        if told is CorporateNumber:
            return None
        if get_origin(told) is tuple:
            each = partial(self.value, get_args(told)[0], f"{path}[]", kind)
            return tuple(each() for _ in range(self.random.choice((0, 1, 1, 2))))
        if isinstance(told, type) and issubclass(told, Enum):
            return self.random.choice(list(told))
        if isinstance(told, type) and is_dataclass(told):
            prefix = f"{path}." if path else ""
            return told(**{inner: self.value(type_, prefix + inner, kind) for inner, type_ in hints(told).items()})
        return self.plain(told, name)

    def plain(self, kind: Any, name: str) -> Any:
        """A day, a number, an id, a yes or no."""
        possible: Mapping[Any, list[Any]] = {
            UUID: self.ids(name),
            date: [self.today + timedelta(days=days) for days in (-400, -3, 0, 0, 20, 400)],
            int: [1, 2] if name == "party" else [0, 1, 100, 100, 500],
            bool: [False, True],
        }
        return self.random.choice(possible[kind])

    def text(self, name: str, kind: type[Doing[Any]]) -> str:
        """A code that the city has where one is asked for, else words."""
        methods = self.policy.methods.entries if self.policy.methods else ()
        codes: Mapping[str, tuple[str, ...]] = {
            "track": self.policy.track_codes(),
            "plan_fields": self.policy.field_codes(),
            "fields": ("welfare", "safety"),
            "method": ("agreement",) if kind.decider.name == "case" else self.policy.method_codes(),
            "code": tuple(method.code for method in methods if method.own_rules),
        }
        if kind.name == "proposal.check" and name == "item":
            return (
                self.random.choice([each.code for each in self.policy.screening.items] or [""])
                if self.policy.screening
                else ""
            )
        return self.random.choice(codes[name]) if codes.get(name) else f"見本の文 {self.random.randrange(1000)}"

    def chosen(self, kind: type[Doing[Any]]) -> Mapping[str, Callable[[], Any]]:
        """What would fit too seldom by chance."""
        by_kind: Mapping[str, Mapping[str, Callable[[], Any]]] = {
            "proposal.receive": {"accepted": self.accepted, **self.taken_in(), **self.known_contact()},
            "proposal.draft": self.taken_in(),
            "proposal.editDraft": self.taken_in(),
            "proposal.decide": self.decided(),
            "proposal.correctDecision": self.decided(),
            "dialogue.invite": {"answer_by": lambda: None},
            "approval.draft": {"route": self.route},
            "approval.redraft": {"route": self.route},
            "project.evaluate": {"findings[].goal": partial(self.random.choice, FEW)},
        }
        terms = {"terms.signatories": self.signatories, "signed": self.signed, "terms.fields": self.fields}
        return terms if kind.decider.name == "agreement" else by_kind.get(kind.name, {})

    def taken_in(self) -> Mapping[str, Callable[[], Any]]:
        """A kind that the city takes in, for a challenge that there is if there are any."""
        purpose, challenges = self.policy.purpose, [target for kind, target in self.live if kind == "challenge"]
        return {
            "kind": lambda: self.random.choice([*self.policy.kinds()]),
            "challenge": lambda: self.random.choice([None, None, *challenges]),
            "purpose": lambda: purpose.version,
        }

    def known_contact(self) -> Mapping[str, Callable[[], Any]]:
        """Mostly somebody who may propose, with name and address."""
        kinds = [OrganisationKind.COMPANY] * len(OrganisationKind)
        return {
            "organisation_kind": lambda: self.random.choice([*kinds, *OrganisationKind]),
            "contact_name": lambda: "見本 花子",
            "contact": lambda: "sample@example.jp",
        }

    def decided(self) -> Mapping[str, Callable[[], Any]]:
        """By the department mostly, and mostly to do it."""
        sessions = [None] * 4 + self.ids("session")[:1]
        return {
            "outcome": lambda: self.random.choice((Outcome.ADOPTED, Outcome.ADOPTED, Outcome.DECLINED)),
            "decided_by": lambda: self.random.choice((DecidedBy.DEPARTMENT, *DecidedBy)),
            "council_session": lambda: self.random.choice(sessions),
            "agenda_item": lambda: self.random.choice([None, None, None, *FEW]),
        }

    def accepted(self) -> tuple[Any, ...]:
        told = tuple(proposals.Accepted(condition=one.code, version=one.version) for one in self.policy.conditions)
        return told if self.random.random() < 0.95 else told[1:]

    def route(self) -> tuple[Any, ...]:
        first, *others = self.random.sample(self.posts, self.random.choice((1, 2, 2)))
        stops = [approvals.StopText(post=post, part=Part.AGREE) for post in others]
        return (*stops, approvals.StopText(post=first, part=Part.DECIDE))

    def fields(self) -> tuple[str, ...]:
        return self.random.choice((("welfare",), ("welfare", "safety"), ()))

    def signatories(self) -> tuple[Any, ...]:
        sides = self.random.choice(((Party.CITY, Party.PROPOSER), (Party.PROPOSER, Party.CITY, Party.OTHER)))
        return tuple(agreements.SignatoryText(side=side, name="見本", signs=None) for side in sides)

    def signed(self) -> tuple[Any, ...]:
        count = self.random.choice((1, 2, 3))
        return tuple(agreements.SignatureText(party=party, on=self.today) for party in range(1, count + 1))
