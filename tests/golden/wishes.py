"""Every wish with each of its fields given, the texts all different, and a history from which it is granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, get_args, get_origin
from uuid import UUID, uuid5

from domain import agreement, session
from domain.agreement import ProjectDropped, ProjectNamed
from domain.approval import Part
from domain.decider import Decider
from domain.files import MediaType
from domain.policy import AgreementKind, OrganisationKind, Policy
from domain.project import CaseHidden, CaseShown, CostBearer
from domain.project import Stage as ProjectStage
from domain.proposal import (
    CityMoney,
    DecidedBy,
    Destination,
    DialogueHeld,
    InvitationAccepted,
    Outcome,
    ProceedingNoted,
)
from domain.selection import Stage as SelectionStage
from domain.values import CityCode, Code, CorporateNumber
from tenants.commands import agreements, approvals, challenges
from tenants.deeds import Deed, written
from tenants.files.uploads import Kept, Upload
from tenants.holidays import business_day
from tenants.members import Member, Role, having
from tenants.saying import Doing
from tenants.wish import Context, Wish
from tests.domain.facts import AOMORI, KEPT, SAPPORO
from tests.domain.given import fold
from tests.domain.shapes import alternatives, hints
from tests.golden import examples

SAMPLE: Final = UUID("5b1f2f60-0000-4aaa-8aaa-000000000000")
COMMAND: Final = UUID("5b1f2f60-eeee-4aaa-8aaa-00000000000e")
CITY: Final = CityCode("022012")
POLICY: Final = replace(
    AOMORI,
    plans=SAPPORO.plans,
    decision=SAPPORO.decision,
    conditions=AOMORI.conditions[:1],
    support_budget=SAPPORO.support_budget,
    retention=KEPT,
)
OFFER: Final = {"kind": "free", "track": "partnership", "plan_fields[]": "vision_snow"}

CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "proposal.receive": {"accepted[].condition": "read_rules", **OFFER, "kind": "themed"},
    "proposal.draft": OFFER,
    "proposal.correctReceipt": {**OFFER, "kind": "themed"},
    "proposal.editDraft": OFFER,
    "proposal.turnAway": {"kind": "free"},
    "retention.assign": {"retention": "permanent"},
    "proposal.check": {"items[].item": "useful"},
    "proposal.refer": {"code": "designated_manager"},
    "proposal.passContactOn": {"city": "011002"},
    "challenge.raise": {"fields[]": "welfare", "plan_fields[]": "vision_snow"},
    "challenge.publish": {"fields[]": "welfare"},
    "dialogue.recordScheme": {"method": "agreement"},
    "dialogue.alignWithPlans": {"plan_fields[]": "vision_snow"},
    "challenge.edit": {"fields[]": "welfare", "plan_fields[]": "vision_snow"},
    "challenge.revise": {"fields[]": "welfare"},
    **{
        name: {"terms.fields[]": "welfare", "terms.plan_fields[]": "vision_snow"}
        for name in ("agreement.draft", "agreement.change", "agreement.amend")
    },
    "case.publish": {"content.method": "pilot", "content.fields[]": "welfare"},
    "case.revise": {"content.method": "pilot", "content.fields[]": "welfare"},
    "case.showAgain": {"content.method": "pilot", "content.fields[]": "welfare"},
    "selection.assess": {"answers.method": "designated_manager"},
    "project.begin": {"track": "partnership"},
}
"""The texts of a wish that are codes, with one that the catalogue has; every other text was typed by a person."""

TO_PUBLISH: Final = challenges.Publish(challenge=examples.CHALLENGE, title="雪", description="雪", fields=("welfare",))
ROUTE: Final = (
    approvals.StopText(post=examples.POST, part=Part.AGREE),
    approvals.StopText(post=examples.NEXT_POST, part=Part.DECIDE),
)

TWICE: Final[Mapping[str, tuple[str, ...]]] = {
    "agreement.draft": ("terms.signatories",),
    "agreement.change": ("terms.signatories",),
    "agreement.amend": ("terms.signatories",),
}
"""Lists of which a wish needs two; the path of the second entry ends in ``[2]``."""

PARTIES: Final = {
    "terms.signatories[2].side": agreement.Party.PROPOSER,
    "terms.renewal": agreement.Renewal.AUTOMATIC,
}
SIGNED: Final = tuple(agreements.SignatureText(party=party, on=date(2027, 3, 1)) for party in (1, 2))
BEGUN: Final = examples.FULL["project.begun"]
GOAL: Final = examples.FULL["project.goal_set"].goal
MILESTONE: Final = examples.FULL["project.milestone_planned"].milestone
REQUEST: Final = examples.FULL["project.budget_requested"].request

IN_A_YEAR: Final = date(2028, 4, 1)
CHOSEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "case.publish": {"proposal": BEGUN.proposal},
    "selection.chooseImplementer": {"by_proposer": False},
    "selection.correctStep": {"to": SelectionStage.BEGUN},
    "project.begin": {"proposal": BEGUN.proposal},
    "project.dropGoal": {"goal": GOAL},
    "project.dropAgreement": {"agreement": examples.FULL["project.agreement_named"].agreement},
    "project.moveMilestone": {"milestone": MILESTONE},
    "project.dropMilestone": {"milestone": MILESTONE},
    "project.reachMilestone": {"milestone": MILESTONE},
    "project.reopenMilestone": {"milestone": MILESTONE},
    "project.agreeSupport": {"cost_by": CostBearer.SHARED},
    "project.grantBudget": {"request": REQUEST},
    "project.refuseBudget": {"request": REQUEST},
    **{
        name: {"issue": examples.FULL["project.issue_raised"].issue}
        for name in ("project.settleIssue", "project.reopenIssue")
    },
    "project.correctStep": {"to": ProjectStage.RUNNING},
    "project.evaluate": {"findings[].goal": GOAL},
    "approval.draft": {"route": ROUTE},
    "approval.redraft": {"route": ROUTE},
    "approval.decide": {"post": examples.NEXT_POST, "acting": examples.POST},
    "approval.review": {"post": examples.NEXT_POST},
    "agreement.draft": PARTIES,
    "agreement.change": PARTIES,
    "agreement.amend": {**PARTIES, "signed": SIGNED},
    "agreement.enterSignature": {"party": 2},
    "agreement.giveNotice": {"on": date(2026, 9, 1)},
    "agreement.withdrawNotice": {"party": 1, "on": date(2026, 9, 1)},
    "agreement.correctStep": {"to": agreement.Stage.DRAFTED},
    "agreement.renew": {"how": agreement.Renewal.AUTOMATIC, "ends_on": date(2028, 3, 31)},
    "agreement.end": {"how": agreement.End.TERMINATED},
    "agreement.detach": {"proposal": examples.PROPOSAL},
    "session.correctStep": {"to": session.Stage.CONVENED},
    "survey.extend": {"due_on": date(2027, 5, 1)},
    "proposal.detachFile": {"file": examples.UPLOAD},
    "gathering.registerMember": {"member": examples.SUCCESSOR},
    "gathering.withdrawRegistration": {"registration": examples.FULL["gathering.guest_registered"].registration},
    "proposal.extendDeadline": {"due_on": date(2027, 5, 1)},
    "proposal.changeConsent": {"share_contact": False},
    "organisation.keepDepartment": {"valid_from": IN_A_YEAR},
    "organisation.keepPost": {"valid_from": IN_A_YEAR},
    "proposal.turnAway": {"organisation_kind": OrganisationKind.INDIVIDUAL},
    "proposal.assess": {"city_money": CityMoney.ASKED},
    "proposal.decide": {"decided_by": DecidedBy.COUNCIL},
    "proposal.correctDecision": {"decided_by": DecidedBy.COUNCIL},
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

BROUGHT: Final[Mapping[str, Mapping[str, str]]] = {
    "proposal.attachFile": {"file_name": "佐藤の見積.pdf", "content": "5" * 64, "secret": "7" * 64},
}
"""What is sealed beside the texts of a wish: what came in before it."""

KNOWN_IDS: Final = {
    "department": examples.DEPARTMENT,
    "successors[]": examples.SUCCESSOR,
    "post": examples.POST,
    "successor": examples.NEXT_POST,
    "member": examples.MEMBER,
    "members[]": examples.MEMBER,
    "meeting": examples.FULL["dialogue.meeting_held"].meeting,
    "item": examples.FULL["session.item_added"].item,
}

OFFICE: Final = (
    examples.FULL["organisation.department_established"],
    replace(examples.FULL["organisation.department_established"], department=examples.SUCCESSOR),
    examples.FULL["organisation.post_established"],
    replace(examples.FULL["organisation.post_established"], post=examples.NEXT_POST),
    examples.FULL["organisation.post_assigned"],
    replace(examples.FULL["organisation.post_assigned"], post=examples.NEXT_POST),
)
ENDS: Final[Mapping[str, tuple[Any, ...]]] = {
    "organisation.keepDepartment": (replace(examples.FULL["organisation.department_abolished"], valid_from=IN_A_YEAR),),
    "organisation.keepPost": (replace(examples.FULL["organisation.post_abolished"], valid_from=IN_A_YEAR),),
}
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
TALKING: Final = ("dialogue.invited", "dialogue.accepted")
AGENDA: Final = ("session.convened", "session.item_added")
ON_ONE_FIELD: Final = replace(examples.FULL["agreement.drafted"], kind=AgreementKind.PROJECT)
SELECTED: Final = tuple(f"selection.{step}" for step in ("begun", "assessed", "proposer_consulted", "way_decided"))
CALLED: Final = (*SELECTED, "selection.call_opened", "selection.call_closed")
DECLINED: Final = replace(examples.FULL["proposal.decided"], outcome=Outcome.DECLINED)
SIGNED_BEFORE: Final = replace(examples.FULL["agreement.signed"], on=date(2026, 4, 2), last=True)
BEFORE: Final[Mapping[str, tuple[Any, ...]]] = {
    "agreement.change": (ON_ONE_FIELD,),
    "agreement.amend": (ON_ONE_FIELD, "agreement.settled", "agreement.signed"),
    "agreement.giveNotice": ("agreement.drafted", "agreement.settled", SIGNED_BEFORE),
    "agreement.correctStep": ("agreement.drafted", "agreement.settled", SIGNED_BEFORE),
    "agreement.withdrawNotice": (
        *("agreement.drafted", "agreement.settled", SIGNED_BEFORE),
        replace(examples.FULL["agreement.notice_given"], party=1, on=date(2026, 9, 1)),
    ),
    "selection.openCall": SELECTED,
    "selection.chooseImplementer": CALLED,
    "selection.complete": (*CALLED, "selection.chosen", "selection.contract_recorded"),
    "project.dropGoal": (BEGUN, "project.goal_set"),
    "project.dropAgreement": (BEGUN, "project.agreement_named"),
    "project.moveMilestone": (BEGUN, "project.milestone_planned"),
    "project.dropMilestone": (BEGUN, "project.milestone_planned"),
    "project.reachMilestone": (BEGUN, "project.milestone_planned"),
    "project.reopenMilestone": (BEGUN, "project.milestone_planned", "project.milestone_reached"),
    "project.agreeSupport": (replace(BEGUN, track=Code("pilot_support")),),
    "project.reportResults": (BEGUN, "project.support_agreed"),
    "project.grantBudget": (BEGUN, "project.budget_requested"),
    "project.refuseBudget": (BEGUN, "project.budget_requested"),
    "project.spendBudget": (BEGUN, "project.budget_requested", "project.budget_granted"),
    "project.settleIssue": (BEGUN, "project.issue_raised"),
    "project.reopenIssue": (BEGUN, "project.issue_raised", "project.issue_settled"),
    "project.withdrawCaseConsent": (BEGUN, "project.case_agreed"),
    "project.correctStep": (BEGUN, "project.completed"),
    "project.evaluate": (BEGUN, "project.goal_set"),
    "approval.decide": (BY_ANOTHER, "approval.submitted", "approval.agreed"),
    "gathering.withdrawRegistration": ("gathering.announced", "gathering.guest_registered"),
    "approval.review": (DRAFTED, "approval.submitted", "approval.agreed", "approval.decided"),
    "dialogue.recordMeeting": (*TALKING, "dialogue.meeting_arranged"),
    "dialogue.correctMinutes": (*TALKING, "dialogue.meeting_held"),
    "dialogue.cancelMeeting": (*TALKING, "dialogue.meeting_arranged"),
    "session.withdrawItem": AGENDA,
    "session.declareInterest": AGENDA,
    "session.withdrawInterest": (
        *AGENDA,
        replace(examples.FULL["session.interest_declared"], member=examples.MEMBER),
    ),
    "session.castVote": AGENDA,
    "session.decideItem": (*AGENDA, "session.voted"),
    "session.close": (*AGENDA, "session.voted", "session.item_decided", "session.minutes_taken"),
    "proposal.complete": ("proposal.received", "proposal.returned"),
    "proposal.match": ("proposal.received", "proposal.screened"),
    "proposal.recordDialogue": ("proposal.received", "proposal.screened", "proposal.matched"),
    "proposal.decide": ("proposal.received", "proposal.screened", "proposal.matched"),
    "proposal.close": ("proposal.received", "proposal.refused"),
    "proposal.giveOpinion": ("proposal.received", "proposal.opinions_asked"),
    "proposal.tellReasons": ("proposal.received", "proposal.screened", "proposal.matched", DECLINED),
    "proposal.correctDecision": ("proposal.received", "proposal.screened", "proposal.matched", "proposal.decided"),
    "proposal.correctStep": ("proposal.received", "proposal.refused"),
    "proposal.resume": ("proposal.received", "proposal.suspended"),
    "proposal.detachFile": ("proposal.received", "proposal.attached"),
    "proposal.withdrawInterest": ("proposal.received", "proposal.interest_declared"),
    "city.open": (),
}
"""What has happened before a wish, topics or events; else the shortest way to where it may be granted."""
AT_COUNCIL: Final = uuid5(SAMPLE, "agenda_item")
FIRST: Final = {"city": ("city.opened",)}
OTHERS: Final[Mapping[str, tuple[Any, ...]]] = {
    "organisation": (
        *OFFICE,
        replace(examples.FULL["organisation.department_established"], department=uuid5(SAMPLE, "departments[]")),
    ),
    "challenge": (examples.FULL["challenge.raised"], examples.FULL["challenge.published"]),
    "rights": PEOPLE,
    "selection": (
        replace(examples.FULL["selection.begun"], proposal=BEGUN.proposal),
        examples.FULL["selection.completed"],
    ),
    "agreement": (examples.FULL["agreement.drafted"],),
    "session": (
        examples.FULL["session.convened"],
        replace(examples.FULL["session.item_added"], item=AT_COUNCIL, proposal=uuid5(SAMPLE, "proposal")),
        replace(examples.FULL["session.item_decided"], item=AT_COUNCIL),
    ),
    "project": (BEGUN, examples.FULL["project.case_agreed"]),
    "proposal": (
        *(examples.FULL[f"proposal.{step}"] for step in ("received", "screened", "matched")),
        replace(examples.FULL["proposal.decided"], outcome=Outcome.ADOPTED),
    ),
}
INSTEAD: Final[Mapping[str, Mapping[str, tuple[Any, ...]]]] = {
    "dialogue.invite": {"proposal": OTHERS["proposal"][:3]},
    "dialogue.accept": {"proposal": OTHERS["proposal"][:2]},
    "dialogue.correctStep": {"proposal": OTHERS["proposal"][:2]},
    "dialogue.recordMeeting": {"proposal": OTHERS["proposal"][:3]},
}
"""What else stands beside some wishes."""


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
        self.typed.update(BROUGHT.get(self.kind.name, {}))
        return made

    def value(self, hint: Any, path: str) -> Any:
        """Something that fits the type of a field."""
        back = issubclass(self.kind, Doing) and self.kind.decider.steps[self.kind.records].to
        chosen = {**CHOSEN.get(self.kind.name, {}), **CODES.get(self.kind.name, {}), **self.codes}
        given = {**KNOWN_IDS, **({"to": back[0]} if back else {}), **chosen}
        kind = alternatives(hint)[0]
        if path in given:
            return given[path]
        if kind == Deed:
            self.typed[path] = written(TO_PUBLISH, TO_PUBLISH.decider.initial)
            return TO_PUBLISH
        if kind is str or kind is CorporateNumber:
            return self.typed.setdefault(path, f"佐藤𠮷 {self.kind.name} {path}")
        if get_origin(kind) is tuple:
            items = self.codes.get(f"{path}[]*")
            places = (f"{path}[]", f"{path}[2]") if path in TWICE.get(self.kind.name, ()) else (f"{path}[]",)
            return items if items is not None else tuple(self.value(get_args(kind)[0], place) for place in places)
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
    standing: Mapping[str, tuple[Any, ...]] = {"organisation": (*OFFICE, *ENDS.get(wish.name, ())), "rights": PEOPLE}
    told = BEFORE[wish.name] if wish.name in BEFORE else way_to(wish)
    happened = standing.get(wish.decider.name, told)
    return [examples.FULL[each] if isinstance(each, str) else each for each in happened]


def uploaded(file: UUID) -> Upload:
    """A file that came in."""
    kept = Kept(*BROUGHT["proposal.attachFile"].values())
    return Upload(file, examples.MEMBER, MediaType.PDF, 1, bytes(32), kept, datetime(2027, 4, 1, tzinfo=UTC))


def granted(wish: Wish[Any], policy: Policy = POLICY) -> tuple[Any, ...]:
    """The events that grant it, from a history that allows it."""
    return wish.events(fold(wish.decider, before(wish)), context(wish, policy))


def brought(wish: Wish[Any]) -> tuple[Any, ...]:
    """The events on other records that it brings with it."""
    return tuple(each.event for each in wish.also(fold(wish.decider, before(wish)), context(wish, POLICY)))


def context(wish: Wish[Any], policy: Policy) -> Context:
    """What stands beside a wish when it is granted."""
    today = date(2027, 4, 1)
    everything = Member(CITY, examples.MEMBER, having(Role))
    instead = INSTEAD.get(wish.name, {})

    def look(decider: Decider[Any], target: UUID, /) -> Any:
        return fold(decider, instead[decider.name]) if decider.name in instead else others(decider, target)

    beside = (today, today, len, look, business_day)
    return Context(
        CITY,
        everything,
        policy,
        wish.target(CITY),
        COMMAND,
        2026,
        *beside,
        uploaded=uploaded,
        has_come=lambda key: key != getattr(wish, "member", None),
    )


ALONGSIDE: Final[Mapping[type, tuple[tuple[str, ...], str]]] = {
    InvitationAccepted: (("proposal.received", "proposal.screened"), "proposal.invitation_accepted"),
    CaseShown: (("project.begun",), "project.case_shown"),
    CaseHidden: (("project.begun", "project.case_shown"), "project.case_hidden"),
    ProjectNamed: (("agreement.drafted",), "agreement.project_named"),
    ProjectDropped: (("agreement.drafted", "agreement.project_named"), "agreement.project_dropped"),
    ProceedingNoted: (("proposal.received",), "proposal.proceeding_noted"),
    DialogueHeld: (("proposal.received", "proposal.screened", "proposal.matched"), "proposal.dialogue_held"),
}
"""Events that only commands on other records bring with them: a history that allows each, and its topic."""
