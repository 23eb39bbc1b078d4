"""One full and, where something may be left out, one minimal example of every event, with fixed ids and commitments.

Beside this file lies the stored form of each: ``<topic>.json`` and ``<topic>.minimal.json``, the exact state bytes and
a line end. They are never changed: a log that was written with them must load for ever.
``python -m tests.golden.write`` adds the files of new examples and touches no other. When an event takes another shape,
its file moves to ``older/<topic>.<shape>.json`` and the new shape gets a file of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin
from uuid import UUID, uuid5

from domain import agreement, approval, case, challenge, city, organisation, proposal, rights, survey
from domain.calendar import Due
from domain.circumstances import Act, ApprovalReference, ApprovalSystem, Channel, Circumstances
from domain.events import EVENTS
from domain.files import MediaType
from domain.policy import AgreementKind, Deadline, OrganisationKind, RuleStatus
from domain.roles import Role
from domain.values import Audience, CityCode, Code, Day, Mark, Precision, Sealed
from tests.domain.shapes import alternatives, hints

PROPOSER: Final = UUID("5b1f2f60-1111-4aaa-8aaa-000000000001")
FILE: Final = UUID("5b1f2f60-2222-4aaa-8aaa-000000000002")
DEPARTMENT: Final = UUID("5b1f2f60-3333-4aaa-8aaa-000000000003")
SUCCESSOR: Final = UUID("5b1f2f60-4444-4aaa-8aaa-000000000004")
POST: Final = UUID("5b1f2f60-5555-4aaa-8aaa-000000000005")
NEXT_POST: Final = UUID("5b1f2f60-6666-4aaa-8aaa-000000000006")
MEMBER: Final = UUID("5b1f2f60-7777-4aaa-8aaa-000000000007")
GRANT: Final = UUID("5b1f2f60-dddd-4aaa-8aaa-00000000000d")
REPRESENTATION: Final = UUID("5b1f2f60-eeee-4aaa-8aaa-00000000000e")
CHALLENGE: Final = UUID("5b1f2f60-8888-4aaa-8aaa-000000000008")
PROPOSAL: Final = UUID("5b1f2f60-9999-4aaa-8aaa-000000000009")
PUBLIC: Final = UUID("5b1f2f60-aaaa-4aaa-8aaa-00000000000a")
DIALOGUE: Final = UUID("5b1f2f60-bbbb-4aaa-8aaa-00000000000b")
APPROVAL: Final = UUID("5b1f2f60-cccc-4aaa-8aaa-00000000000c")
PROJECT: Final = UUID("5b1f2f60-eeee-4aaa-8aaa-00000000000e")
SESSION: Final = UUID("5b1f2f60-eeee-4aaa-8aaa-00000000000e")
ITEM: Final = UUID("5b1f2f60-ffff-4aaa-8aaa-00000000000f")
APRIL: Final = date(2027, 4, 1)
UPLOAD: Final = UUID("5b1f2f60-abab-4aaa-8aaa-0000000000ab")


def sealed(name: str, audience: Audience = Audience.PROPOSER, *marks: Mark, key: UUID = FILE) -> Sealed:
    """A sealed value with a commitment that never changes."""
    return Sealed(key, audience, hashlib.sha256(name.encode()).digest(), marks)


def shown(name: str) -> Sealed:
    """A sealed value that everybody may read."""
    return sealed(name, Audience.PUBLIC)


@dataclass(frozen=True, slots=True)
class Example:
    """What one golden file holds."""

    circumstances: Circumstances
    event: Any


BARE: Final = Circumstances(Day(date(2026, 10, 1)), Channel.DESK, FILE, 2026)
WHOLE: Final = Circumstances(
    Day(date(2026, 9, 1), Precision.MONTH),
    Channel.TELEPHONE,
    FILE,
    2026,
    on_behalf_of=PROPOSER,
    post=POST,
    approval=ApprovalReference(
        ApprovalSystem.EXTERNAL,
        date(2026, 9, 30),
        approval=APPROVAL,
        number=sealed("approval number", Audience.STAFF),
        digest=hashlib.sha256(b"approved document").digest(),
    ),
)

RECEIVED: Final = proposal.Received(
    proposal.ReceiptNumber(2026, Code("themed"), 7),
    OrganisationKind.COMPANY,
    PROPOSER,
    organisation=sealed("organisation", Audience.DESK, key=PROPOSER),
    title=sealed("title", Audience.DEPARTMENT, Mark.KNOW_HOW, key=PROPOSER),
    summary=sealed("summary", Audience.DEPARTMENT, Mark.KNOW_HOW, Mark.NON_DISCLOSURE, key=PROPOSER),
    contact_name=sealed("contact name", Audience.DESK, Mark.PERSONAL, key=PROPOSER),
    contact=sealed("contact", Audience.DESK, Mark.PERSONAL, key=PROPOSER),
    corporate_number=sealed("corporate number", Audience.DESK, key=PROPOSER),
    challenge=CHALLENGE,
    accepted=(proposal.Acceptance(Code("read_rules"), 1), proposal.Acceptance(Code("liability"), 2)),
    sample=True,
    contact_kana=sealed("contact kana", Audience.DESK, Mark.PERSONAL, key=PROPOSER),
    contact_department=sealed("contact department", Audience.DESK, Mark.PERSONAL, key=PROPOSER),
    city_money=proposal.CityMoney.ASKED,
    track=Code("partnership"),
    brings=sealed("brings", Audience.DEPARTMENT, Mark.KNOW_HOW, key=PROPOSER),
    wants=sealed("wants", Audience.DEPARTMENT, Mark.KNOW_HOW, key=PROPOSER),
    plan_fields=(Code("purpose_services"),),
    purpose=1,
    share_contact=True,
    due=Due(Deadline.FIRST_ANSWER, 10, date(2026, 9, 15)),
    organisation_kana=sealed("organisation kana", Audience.DESK, key=PROPOSER),
)
RECEIVED_BARE: Final = proposal.Received(
    proposal.ReceiptNumber(2026, Code("free"), 1),
    OrganisationKind.SOLE_PROPRIETOR,
    PROPOSER,
    organisation=sealed("organisation", Audience.DESK, key=PROPOSER),
    title=sealed("title", Audience.DEPARTMENT, key=PROPOSER),
    summary=sealed("summary", Audience.DEPARTMENT, key=PROPOSER),
    contact_name=None,
    contact=None,
    corporate_number=None,
    challenge=None,
    accepted=(),
    sample=False,
)
CONTENT: Final = case.Content(
    shown("title"),
    shown("summary"),
    Code("agreement"),
    (Code("welfare"), Code("safety")),
    background=shown("background"),
    source=shown("source"),
    partners=(case.Partner(shown("partner"), participant=False), case.Partner(shown("participant"), participant=True)),
    dates=(
        case.LabelledDate(
            shown("label"),
            Day(date(2025, 4, 1)),
            planned=False,
            until=Day(date(2028, 1, 1), Precision.YEAR),
        ),
    ),
    resources=(case.Resource(case.Side.PARTNER, case.ResourceKind.PEOPLE, shown("resource")),),
    benefits=(case.Benefit(case.Side.THIRD_PARTY, shown("benefit")),),
    outcomes=(shown("outcome"),),
)
CONTENT_BARE: Final = case.Content(shown("title"), shown("summary"), Code("unstated"), ())

ROUTE: Final = (
    approval.Stop(POST, approval.Part.AGREE),
    approval.Stop(NEXT_POST, approval.Part.DECIDE, approval.Power.DELEGATED),
)

TERMS: Final = agreement.Terms(
    sealed("title"),
    sealed("matters"),
    (
        agreement.Signatory(agreement.Party.CITY, sealed("city"), sealed("mayor", Audience.PROPOSER, Mark.PERSONAL)),
        agreement.Signatory(agreement.Party.PROPOSER, sealed("company"), sealed("president")),
    ),
    (agreement.Duty(1, sealed("duty")),),
    (sealed("goal"),),
    (Code("welfare"), Code("safety")),
    (Code("vision_snow"),),
    date(2026, 4, 1),
    date(2027, 3, 31),
    agreement.Renewal.AUTOMATIC,
    30,
    sealed("confidential", Audience.PROPOSER, Mark.NON_DISCLOSURE),
    12,
)
TERMS_BARE: Final = agreement.Terms(
    sealed("title"), sealed("matters"), (), (), (), (), (), None, None, agreement.Renewal.NONE, None, None
)

BY_HAND: Final[Mapping[str, Any]] = {
    "city.opened": city.Opened(CityCode("011002")),
    "approval.drafted": approval.Drafted(
        MEMBER, Act.PUBLISH_CHALLENGE, CHALLENGE, sealed("title"), sealed("content"), sealed("note"), ROUTE
    ),
    "approval.redrafted": approval.Redrafted(sealed("title"), sealed("content"), sealed("note"), ROUTE),
    "approval.agreed": approval.Agreed(POST, sealed("opinion")),
    "approval.decided": approval.Decided(
        SUCCESSOR, NEXT_POST, approval.Verdict.APPROVED, approval.Power.DEPUTY, POST, sealed("reason"), APRIL
    ),
    "agreement.drafted": agreement.Drafted(AgreementKind.COMPREHENSIVE, PROPOSAL, DEPARTMENT, TERMS, sample=True),
    "agreement.changed": agreement.Changed(TERMS, sealed("changes")),
    "agreement.amended": agreement.Amended(
        TERMS,
        sealed("changes"),
        sealed("reason"),
        (agreement.Signature(1, date(2026, 4, 1)), agreement.Signature(2, date(2026, 4, 2))),
    ),
    "survey.asked": survey.Asked(
        sealed("title", Audience.STAFF), sealed("text", Audience.STAFF), (DEPARTMENT, SUCCESSOR), APRIL, sample=True
    ),
    "survey.answered": survey.Answered(DEPARTMENT, survey.Reply.CHALLENGES, (CHALLENGE,), sealed("note")),
    "city.policy_adopted": city.PolicyAdopted(1, RuleStatus.DRAFT, date(2024, 4, 15), shown("policy")),
    "organisation.department_established": organisation.DepartmentEstablished(DEPARTMENT, shown("department"), APRIL),
    "organisation.department_renamed": organisation.DepartmentRenamed(DEPARTMENT, shown("new name"), APRIL),
    "organisation.department_abolished": organisation.DepartmentAbolished(DEPARTMENT, (SUCCESSOR,), APRIL),
    "organisation.post_established": organisation.PostEstablished(POST, DEPARTMENT, shown("post"), APRIL),
    "organisation.post_renamed": organisation.PostRenamed(POST, shown("new name"), APRIL),
    "organisation.post_abolished": organisation.PostAbolished(POST, NEXT_POST, APRIL),
    "organisation.post_assigned": organisation.PostAssigned(POST, MEMBER, APRIL),
    "organisation.post_vacated": organisation.PostVacated(POST, MEMBER, APRIL),
    "proposal.received": RECEIVED,
    "proposal.attached": proposal.Attached(
        UPLOAD,
        MediaType.PDF,
        12_345,
        hashlib.sha256(b"what lies in the storage").digest(),
        file_name=sealed("name", Audience.DEPARTMENT, Mark.KNOW_HOW, key=PROPOSER),
        content=sealed("content", Audience.DEPARTMENT, key=PROPOSER),
        secret=sealed("secret", Audience.PROGRAM, key=PROPOSER),
    ),
    "proposal.detached": proposal.Detached(UPLOAD, sealed("reason", Audience.DEPARTMENT)),
    "proposal.returned": proposal.Returned(sealed("reason"), date(2026, 10, 31), Due(Deadline.COMPLETION, 20, APRIL)),
    "proposal.completed": proposal.Completed(sealed("title"), sealed("summary"), sealed("note", Audience.DESK)),
    "proposal.screened": proposal.Screened(sealed("reason", Audience.DEPARTMENT), (DEPARTMENT, SUCCESSOR)),
    "proposal.refused": proposal.Refused(proposal.Ground.MERE_SALES, sealed("reason")),
    "proposal.referred": proposal.Referred(
        proposal.Destination.METHOD, DEPARTMENT, Code("designated_manager"), sealed("reason")
    ),
    "proposal.matched": proposal.Matched(DEPARTMENT, sealed("reason", Audience.DEPARTMENT)),
    "proposal.invitation_accepted": proposal.InvitationAccepted(DIALOGUE, DEPARTMENT),
    "proposal.dialogue_held": proposal.DialogueHeld(DIALOGUE, DEPARTMENT),
    "proposal.dialogue_recorded": proposal.DialogueRecorded(
        DIALOGUE, sealed("minutes", Audience.DEPARTMENT), sealed("next step", Audience.DEPARTMENT)
    ),
    "proposal.decided": proposal.Decided(
        proposal.Outcome.ADOPTED,
        proposal.DecidedBy.COUNCIL,
        sealed("reason", Audience.PROPOSER, Mark.NON_DISCLOSURE),
        council_session=SESSION,
        agenda_item=ITEM,
    ),
    "proposal.step_corrected": proposal.StepCorrected(
        proposal.Stage.RECEIVED, sealed("reason", Audience.DEPARTMENT), APRIL, unanswered=True
    ),
    "proposal.opinions_asked": proposal.OpinionsAsked(
        (DEPARTMENT,), sealed("question", Audience.DEPARTMENT), date(2026, 10, 31)
    ),
    "proposal.opinion_given": proposal.OpinionGiven(
        DEPARTMENT, useful=True, feasible=False, note=sealed("note", Audience.DEPARTMENT)
    ),
    "proposal.withdrawn": proposal.Withdrawn(sealed("reason", Audience.DESK, key=PROPOSER)),
    "proposal.closed": proposal.Closed(sealed("reason", Audience.DESK)),
    "proposal.interest_declared": proposal.InterestDeclared(MEMBER, sealed("note", Audience.COUNCIL)),
    "rights.member_renamed": rights.MemberRenamed(MEMBER, sealed("new name", Audience.STAFF, key=MEMBER), APRIL),
    "rights.member_entered": rights.MemberEntered(
        MEMBER, sealed("name", Audience.STAFF, key=MEMBER), sealed("login", Audience.STAFF, key=MEMBER), APRIL
    ),
    "rights.member_left": rights.MemberLeft(MEMBER, sealed("reason"), APRIL),
    "rights.granted": rights.Granted(
        GRANT,
        Role.AUDITOR,
        post=POST,
        member=MEMBER,
        department=DEPARTMENT,
        subject=sealed("subject", Audience.STAFF),
        valid_from=APRIL,
        until=date(2028, 4, 1),
        reason=sealed("reason", Audience.STAFF),
    ),
    "rights.revoked": rights.Revoked(GRANT, sealed("reason", Audience.STAFF), APRIL),
    "rights.representation_given": rights.RepresentationGiven(
        REPRESENTATION, MEMBER, PROPOSER, APRIL, date(2028, 4, 1), sealed("reason", Audience.DESK)
    ),
    "rights.representation_ended": rights.RepresentationEnded(REPRESENTATION, sealed("reason", Audience.DESK), APRIL),
    "challenge.raised": challenge.Raised(
        DEPARTMENT,
        sealed("title", Audience.STAFF),
        sealed("description", Audience.STAFF),
        fields=(Code("welfare"),),
        plan_fields=(Code("purpose_services"),),
        sample=True,
    ),
    "challenge.published": challenge.Published(
        PUBLIC,
        shown("title"),
        shown("description"),
        conditions=shown("conditions"),
        city_offers=shown("city offers"),
        fields=(Code("welfare"), Code("health")),
        due_on=date(2027, 3, 31),
        sample=True,
    ),
    "challenge.closed": challenge.Closed(challenge.Result.ANSWERED, shown("note")),
    "case.published": case.Published(
        PUBLIC, case.Origin.IMPORTED, CONTENT, CHALLENGE, PROPOSAL, sample=True, project=PROJECT
    ),
    "case.revised": case.Revised(CONTENT, shown("note")),
    "case.closed": case.Closed(shown("note")),
}

BARE_BY_HAND: Final[Mapping[str, Any]] = {
    "agreement.drafted": agreement.Drafted(AgreementKind.MEMORANDUM, None, None, TERMS_BARE, sample=False),
    "agreement.changed": agreement.Changed(TERMS_BARE, sealed("changes")),
    "agreement.amended": agreement.Amended(TERMS_BARE, sealed("changes"), sealed("reason"), ()),
    "organisation.department_abolished": organisation.DepartmentAbolished(DEPARTMENT, (), APRIL),
    "organisation.post_abolished": organisation.PostAbolished(POST, None, APRIL),
    "proposal.received": RECEIVED_BARE,
    "proposal.returned": proposal.Returned(sealed("reason"), None),
    "proposal.completed": proposal.Completed(None, None, sealed("note", Audience.DESK)),
    "proposal.screened": proposal.Screened(sealed("reason", Audience.DEPARTMENT), ()),
    "proposal.opinion_given": proposal.OpinionGiven(
        DEPARTMENT, useful=None, feasible=None, note=sealed("note", Audience.DEPARTMENT)
    ),
    "proposal.decided": proposal.Decided(
        proposal.Outcome.DECLINED, proposal.DecidedBy.DEPARTMENT, sealed("reason", Audience.PROPOSER)
    ),
    "proposal.referred": proposal.Referred(proposal.Destination.DEPARTMENT, None, None, sealed("reason")),
    "proposal.dialogue_recorded": proposal.DialogueRecorded(DIALOGUE, sealed("minutes", Audience.DEPARTMENT), None),
    "rights.member_entered": rights.MemberEntered(MEMBER, sealed("name", Audience.STAFF, key=MEMBER), None, APRIL),
    "rights.granted": rights.Granted(
        GRANT,
        Role.DESK_OFFICER,
        post=None,
        member=None,
        department=None,
        subject=None,
        valid_from=APRIL,
        until=None,
        reason=sealed("reason", Audience.STAFF),
    ),
    "rights.representation_given": rights.RepresentationGiven(
        REPRESENTATION, MEMBER, PROPOSER, APRIL, None, sealed("reason", Audience.DESK)
    ),
    "challenge.raised": challenge.Raised(
        None, sealed("title", Audience.STAFF), sealed("description", Audience.STAFF), (), (), sample=False
    ),
    "challenge.published": challenge.Published(
        PUBLIC, shown("title"), shown("description"), None, None, (), None, sample=False
    ),
    "case.published": case.Published(PUBLIC, case.Origin.DESK, CONTENT_BARE, None, None, sample=False),
    "case.revised": case.Revised(CONTENT_BARE, shown("note")),
}


def made(cls: type, *, full: bool) -> Any:
    """An event with every field given, or with all left out that may be; the same at every time."""
    return cls(**{name: _value(hint, name, full=full) for name, hint in hints(cls).items()})


def _value(hint: Any, path: str, *, full: bool) -> Any:
    members = [member for member in alternatives(hint) if member is not type(None)]
    kind = members[0]
    if not full and (len(members) < len(alternatives(hint)) or get_origin(kind) is tuple):
        return () if get_origin(kind) is tuple else None
    if get_origin(kind) is tuple:
        return (_value(get_args(kind)[0], path, full=full),)
    if is_dataclass(kind):
        assert isinstance(kind, type)
        return kind(**{name: _value(inner, f"{path}.{name}", full=full) for name, inner in hints(kind).items()})
    if kind is Sealed:
        return sealed(path)
    if kind is Code:
        return "themed" if path == "kind" else "a_code"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {UUID: uuid5(FILE, path), date: APRIL, int: 1, bool: True, bytes: bytes(32), CityCode: CityCode("011002")}[
        kind
    ]


def _may_leave_out(cls: type) -> bool:
    return bool(made(cls, full=True) != made(cls, full=False))


PLAIN: Final = {topic: cls for topic, cls in EVENTS.items() if topic not in BY_HAND}
FULL: Final[Mapping[str, Any]] = {**BY_HAND, **{topic: made(cls, full=True) for topic, cls in PLAIN.items()}}
MINIMAL: Final[Mapping[str, Any]] = {
    **BARE_BY_HAND,
    **{
        topic: made(cls, full=False)
        for topic, cls in EVENTS.items()
        if topic not in BARE_BY_HAND and _may_leave_out(cls)
    },
}

EXAMPLES: Final[Mapping[str, Example]] = {topic: Example(WHOLE, event) for topic, event in FULL.items()} | {
    f"{topic}.minimal": Example(BARE, event) for topic, event in MINIMAL.items()
}
"""Name of the golden file without ``.json`` to what it holds."""
