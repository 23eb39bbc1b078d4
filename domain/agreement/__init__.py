"""What city and partners bind themselves to in writing: agreement, memorandum or contract (協定・覚書・契約).

Parties are counted from 1 in the order of the document, as 甲, 乙, 丙 are there; the city is one of them.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from domain.agreement.correction import StepCorrected, check_first_terms, taken_back
from domain.agreement.covering import (
    Attached,
    Detached,
    ProjectDropped,
    ProjectNamed,
    check_carried_out,
    check_covering,
    check_project,
)
from domain.agreement.signing import (
    Abandoned,
    Changed,
    Countersigned,
    Drafted,
    Settled,
    Signed,
    after_signing,
    check_changed,
    check_countersigned,
    check_drafted,
    check_signed,
)
from domain.agreement.state import Agreement, End, Stage, next_day
from domain.agreement.term import (
    Amended,
    Ended,
    NoticeGiven,
    NoticeWithdrawn,
    Renewed,
    check_amended,
    check_ended,
    check_notice,
    check_notice_withdrawn,
    check_renewed,
    check_time_to_renew,
)
from domain.agreement.terms import MOST, MOST_DAYS, SEVERAL, Duty, Party, Renewal, Signatory, Signature, Terms
from domain.process import Step, again, corrected, never, process

__all__ = [
    "AGREEMENT",
    "BEFORE",
    "LIVING",
    "MOST",
    "MOST_DAYS",
    "SEVERAL",
    "SIGNED",
    "TO_SIGN",
    "Abandoned",
    "Agreement",
    "AgreementEvent",
    "Amended",
    "Attached",
    "Changed",
    "Countersigned",
    "Detached",
    "Drafted",
    "Duty",
    "End",
    "Ended",
    "NoticeGiven",
    "NoticeWithdrawn",
    "Party",
    "ProjectDropped",
    "ProjectNamed",
    "Renewal",
    "Renewed",
    "Settled",
    "Signatory",
    "Signature",
    "Signed",
    "Stage",
    "StepCorrected",
    "Terms",
    "after_signing",
    "check_carried_out",
    "check_time_to_renew",
    "next_day",
]

AgreementEvent = (
    Drafted
    | Changed
    | Settled
    | Signed
    | Countersigned
    | Abandoned
    | Amended
    | NoticeGiven
    | NoticeWithdrawn
    | Renewed
    | Ended
    | Attached
    | Detached
    | ProjectNamed
    | ProjectDropped
    | StepCorrected
)


def _under(agreement: Agreement, terms: Terms) -> Agreement:
    first = agreement if agreement.first_end is not None and agreement.stage is Stage.IN_EFFECT else None
    return replace(
        agreement,
        begins_on=first.begins_on if first else terms.begins_on,
        first_end=first.first_end if first else terms.ends_on,
        sides=tuple(each.side for each in terms.signatories),
        ends_on=terms.ends_on,
        renewal=terms.renewal,
        renewal_months=terms.renewal_months,
        notice_days=terms.notice_days,
        notices={},
        notices_withdrawn=frozenset(),
        wordings=agreement.wordings + 1,
    )


def _signed(agreement: Agreement, party: int, day: date) -> Agreement:
    signatures = (*agreement.signatures, Signature(party, day))
    return replace(agreement, signed=agreement.signed | {party}, signatures=signatures)


def _noticed(agreement: Agreement, event: NoticeGiven | NoticeWithdrawn) -> Agreement:
    others = {party: day for party, day in agreement.notices.items() if party != event.party}
    withdrawn = agreement.notices_withdrawn - {event.party}
    if isinstance(event, NoticeGiven):
        return replace(agreement, notices={**others, event.party: event.on}, notices_withdrawn=withdrawn)
    return replace(agreement, notices=others, notices_withdrawn=withdrawn | {event.party})


def fold(agreement: Agreement, event: object) -> Agreement:
    """What stands beside the stage."""
    match event:
        case Drafted():
            about = frozenset({event.proposal} if event.proposal else ())
            begun = replace(agreement, kind=event.kind, department=event.department, proposals=about)
            return _under(begun, event.terms)
        case Changed(terms=terms):
            return _under(agreement, terms)
        case Signed(on=day):
            return _signed(agreement, agreement.city, day)
        case Countersigned(party=party, on=day):
            return _signed(agreement, party, day)
        case Amended(terms=terms, signed=signed):
            return replace(_under(agreement, terms), signed=frozenset(each.party for each in signed), anew=True)
        case NoticeGiven() | NoticeWithdrawn():
            return _noticed(agreement, event)
        case Renewed(ends_on=day):
            return replace(agreement, ends_on=day, notices={}, notices_withdrawn=frozenset(), anew=True)
        case Attached(proposal=proposal):
            return replace(agreement, proposals=agreement.proposals | {proposal})
        case Detached(proposal=proposal):
            return replace(agreement, proposals=agreement.proposals - {proposal})
        case ProjectNamed(project=project):
            return replace(agreement, projects=agreement.projects | {project})
        case ProjectDropped(project=project):
            return replace(agreement, projects=agreement.projects - {project})
        case Ended(how=how, party=party):
            return replace(agreement, ended_how=how, ended_by=party)
        case StepCorrected(to=to):
            return taken_back(agreement, to)
        case _:
            return agreement


TO_SIGN: Final = (Stage.SETTLED, Stage.SIGNING)
SIGNED: Final = (Stage.SIGNING, Stage.IN_EFFECT)
BEFORE: Final = (Stage.DRAFTED, Stage.SETTLED)
LIVING: Final = (Stage.DRAFTED, Stage.SETTLED, Stage.SIGNING, Stage.IN_EFFECT)
AGREEMENT: Final = process(
    "agreement",
    Agreement(),
    {
        "agreement.drafted": Step(Drafted, (Stage.NEW,), (Stage.DRAFTED,), granted=never, guards=(check_drafted,)),
        "agreement.changed": Step(Changed, BEFORE, (Stage.DRAFTED,), granted=never, guards=(check_changed,)),
        "agreement.settled": Step(Settled, (Stage.DRAFTED,), (Stage.SETTLED,)),
        "agreement.signed": Step(
            Signed,
            TO_SIGN,
            SIGNED,
            leads=after_signing,
            granted=lambda agreement, _signed: agreement.city in agreement.signed,
            guards=(check_signed,),
        ),
        "agreement.countersigned": Step(
            Countersigned,
            TO_SIGN,
            SIGNED,
            leads=after_signing,
            granted=lambda agreement, signed: signed.party in agreement.signed,
            guards=(check_countersigned,),
        ),
        "agreement.abandoned": Step(Abandoned, (*BEFORE, Stage.SIGNING), (Stage.ABANDONED,)),
        "agreement.amended": Step(Amended, (Stage.IN_EFFECT,), granted=never, guards=(check_amended,)),
        "agreement.notice_given": Step(
            NoticeGiven,
            (Stage.IN_EFFECT,),
            granted=lambda agreement, notice: notice.party in agreement.notices,
            guards=(check_notice,),
        ),
        "agreement.notice_withdrawn": Step(
            NoticeWithdrawn,
            (Stage.IN_EFFECT,),
            granted=lambda agreement, notice: notice.party in agreement.notices_withdrawn,
            guards=(check_notice_withdrawn,),
        ),
        "agreement.renewed": Step(
            Renewed,
            (Stage.IN_EFFECT,),
            granted=lambda agreement, renewed: renewed.ends_on == agreement.ends_on,
            guards=(check_renewed,),
        ),
        "agreement.ended": Step(
            Ended,
            (Stage.IN_EFFECT,),
            (Stage.ENDED,),
            granted=again(Stage.ENDED, ended_how="how", ended_by="party"),
            guards=(check_ended,),
        ),
        "agreement.attached": Step(
            Attached,
            LIVING,
            granted=lambda agreement, attached: attached.proposal in agreement.proposals,
            guards=(check_covering,),
        ),
        "agreement.detached": Step(
            Detached,
            LIVING,
            granted=lambda agreement, detached: detached.proposal not in agreement.proposals,
            guards=(check_covering,),
        ),
        "agreement.project_named": Step(
            ProjectNamed,
            LIVING,
            granted=lambda agreement, named: named.project in agreement.projects,
            guards=(check_project,),
        ),
        "agreement.project_dropped": Step(
            ProjectDropped,
            (*LIVING, Stage.ENDED, Stage.ABANDONED),
            granted=lambda agreement, dropped: dropped.project not in agreement.projects,
        ),
        "agreement.step_corrected": corrected(
            StepCorrected, (Stage.SIGNING, Stage.IN_EFFECT, Stage.ENDED, Stage.ABANDONED), LIVING, check_first_terms
        ),
    },
    fold,
    begun_by=(Drafted,),
)
