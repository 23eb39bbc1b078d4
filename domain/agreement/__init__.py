"""What city and partners bind themselves to in writing: agreement, memorandum or contract (協定・覚書・契約).

Parties are counted from 1 in the order of the document, as 甲, 乙, 丙 are there; the city is one of them.
"""

from dataclasses import replace
from datetime import date
from typing import Final

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
    Renewed,
    Signature,
    check_amended,
    check_ended,
    check_notice,
    check_renewed,
    check_time_to_renew,
)
from domain.agreement.terms import MOST, MOST_DAYS, SEVERAL, Duty, Party, Renewal, Signatory, Terms
from domain.process import Step, again, never, process

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
    | Renewed
    | Ended
    | Attached
    | Detached
    | ProjectNamed
    | ProjectDropped
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
        notices=frozenset(),
        wordings=agreement.wordings + 1,
    )


def _signed(agreement: Agreement, party: int, day: date) -> Agreement:
    last = max(day, agreement.effective_on or day)
    return replace(agreement, signed=agreement.signed | {party}, effective_on=last)


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
            return replace(_under(agreement, terms), signed=frozenset(each.party for each in signed))
        case NoticeGiven(party=party):
            return replace(agreement, notices=agreement.notices | {party})
        case Renewed(ends_on=day):
            return replace(agreement, ends_on=day, notices=frozenset())
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
    },
    fold,
    begun_by=(Drafted,),
)
