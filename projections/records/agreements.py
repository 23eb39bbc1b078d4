"""Agreements: what is agreed now, who has signed, what was changed, and which proposals are covered (協定等)."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.agreement import (
    AGREEMENT,
    LIVING,
    Abandoned,
    Amended,
    Attached,
    Changed,
    Countersigned,
    Detached,
    Drafted,
    End,
    Ended,
    NoticeGiven,
    NoticeWithdrawn,
    Party,
    ProjectDropped,
    ProjectNamed,
    Renewal,
    Renewed,
    Settled,
    Signed,
    Stage,
    StepCorrected,
    Terms,
    next_day,
)
from domain.policy import AgreementKind
from domain.roles import Role
from domain.values import Code, Sealed
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed


class Signatory(Struct, frozen=True):
    """A party, and whether it has signed (当事者)."""

    party: Annotated[int, "Its place among the parties, from 1 (甲・乙・丙)."]
    side: Annotated[Party, "On which side it stands."]
    name: Annotated[Sealed, "Its name."]
    signs: Annotated[Sealed | None, "Who signs for it, in which capacity (署名者)."] = None
    signed_on: Annotated[date | None, "The day on which it signed (署名日)."] = None


class PartyDuty(Struct, frozen=True):
    """What a party does and is responsible for (役割分担・責任)."""

    party: Annotated[int, "Its place among the parties."]
    role: Annotated[Sealed, "What it does and is responsible for."]


class Notice(Struct, frozen=True):
    """A party will not go on (申入れ)."""

    party: Annotated[int, "Its place among the parties."]
    on: Annotated[date, "The day on which it said so."]
    reason: Annotated[Sealed, "Why."]


class AgreementChange(Struct, frozen=True):
    """What changed with a later version, and why (変更)."""

    changes: Annotated[Sealed, "What changed."]
    reason: Annotated[Sealed | None, "Why."] = None
    in_effect: Annotated[bool, "Whether the agreement was in effect, so that every party signed the change."] = False


class AgreementBody(Struct, frozen=True, tag="agreement"):
    """An agreement, memorandum or contract between the city and partners (協定・覚書・契約)."""

    agreed_kind: Annotated[AgreementKind, "What is concluded (協定等の種類)."]
    proposal: Annotated[UUID | None, "The proposal that it carries out, if it is about one."]
    department: Annotated[UUID | None, Ref.DEPARTMENT, "The department that it belongs to (担当課)."]
    title: Annotated[Sealed, "件名."]
    matters: Annotated[Sealed, "What is agreed (協定事項)."]
    signatories: Annotated[tuple[Signatory, ...], "The parties in their order (当事者)."]
    duties: Annotated[tuple[PartyDuty, ...], "Roles and responsibilities of each side (役割分担)."]
    goals: Annotated[tuple[Sealed, ...], "What shall be reached (目標)."]
    fields: Annotated[tuple[Code, ...], "Fields that all cities share (分野)."]
    plan_fields: Annotated[tuple[Code, ...], "Fields of the city's own plans (計画の分野)."]
    begins_on: Annotated[date | None, "The first day of the period."]
    ends_on: Annotated[date | None, "The last day of the period, as renewed."]
    renewal: Annotated[Renewal, "What happens at the end of the period (更新)."]
    notice_days: Annotated[int | None, "So many days before the end a party says that it will not go on."]
    confidential: Annotated[Sealed | None, "What must stay secret (秘密とする事項)."]
    sample: Annotated[bool, "Made up to show the program."]
    renewal_months: Annotated[int | None, "For how many months it is renewed; else as long as its first period."] = None
    edition: Annotated[int, "The version of the terms, from 1 (版)."] = 1
    settled_on: Annotated[date | None, "When all agreed with the wording."] = None
    effective_on: Annotated[date | None, "When the last party had signed (締結日)."] = None
    completed_by: Annotated[int | None, "The party whose signature, the last, brought it into effect."] = None
    changes: Annotated[tuple[AgreementChange, ...], "Changes of the wording, oldest first."] = ()
    notices: Annotated[tuple[Notice, ...], "Parties that will not go on after this period."] = ()
    renewals: Annotated[int, "How often it was renewed."] = 0
    renewed_how: Annotated[Renewal | None, "How it was last renewed."] = None
    proposals: Annotated[tuple[UUID, ...], "The proposals that it covers (個別案件)."] = ()
    ended_how: Annotated[End | None, "How it ended (終了の事由)."] = None
    ended_by: Annotated[int | None, "The party that terminated it."] = None
    ended_on: Annotated[date | None, "When it ended."] = None
    ended_because: Annotated[Sealed | None, "Why it ended, or was given up."] = None
    reason: Annotated[Sealed | None, "The last reason that was given."] = None
    note: Annotated[Sealed | None, "The last note."] = None
    projects: Annotated[tuple[UUID, ...], "The projects that are carried out under it (事業)."] = ()


def begin(fact: Fact) -> AgreementBody:
    """The first wording."""
    event: Drafted = fact.event
    terms = event.terms
    return AgreementBody(
        agreed_kind=event.kind,
        proposal=event.proposal,
        department=event.department,
        title=terms.title,
        matters=terms.matters,
        signatories=_parties(terms, {}),
        duties=_duties(terms),
        goals=terms.goals,
        fields=terms.fields,
        plan_fields=terms.plan_fields,
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        renewal=terms.renewal,
        notice_days=terms.notice_days,
        renewal_months=terms.renewal_months,
        confidential=terms.confidential,
        sample=event.sample,
        proposals=(event.proposal,) if event.proposal else (),
    )


def _parties(terms: Terms, signed: dict[int, date]) -> tuple[Signatory, ...]:
    return tuple(
        Signatory(place, each.side, each.name, each.signs, signed.get(place))
        for place, each in enumerate(terms.signatories, 1)
    )


def _duties(terms: Terms) -> tuple[PartyDuty, ...]:
    return tuple(PartyDuty(each.party, each.role) for each in terms.duties)


def _under(body: AgreementBody, terms: Terms, signed: dict[int, date]) -> AgreementBody:
    """The body with other terms: nothing of the earlier ones stays."""
    return replace(
        body,
        title=terms.title,
        matters=terms.matters,
        signatories=_parties(terms, signed),
        duties=_duties(terms),
        goals=terms.goals,
        fields=terms.fields,
        plan_fields=terms.plan_fields,
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        renewal=terms.renewal,
        notice_days=terms.notice_days,
        renewal_months=terms.renewal_months,
        confidential=terms.confidential,
        notices=(),
        edition=body.edition + 1,
    )


def change(body: AgreementBody, fact: Fact) -> AgreementBody:
    """Signatures, changes, notices and proposals gather."""
    match event := fact.event:
        case Changed(terms=terms, changes=changes):
            told = replace(_under(body, terms, {}), settled_on=None)
            return replace(told, changes=(*body.changes, AgreementChange(changes)))
        case Settled(on=day, note=note):
            return replace(body, settled_on=day, note=note)
        case Signed() | Countersigned():
            return _signed(body, event)
        case Amended(terms=terms, changes=changes, reason=reason, signed=signed):
            told = _under(body, terms, {each.party: each.on for each in signed})
            return replace(
                told, changes=(*body.changes, AgreementChange(changes, reason, in_effect=True)), reason=reason
            )
        case NoticeGiven(party=party, on=day, reason=reason):
            return replace(body, notices=(*body.notices, Notice(party, day, reason)), reason=reason)
        case NoticeWithdrawn(party=party, reason=reason):
            return replace(body, notices=tuple(each for each in body.notices if each.party != party), reason=reason)
        case Renewed(how=how, ends_on=day, note=note):
            return replace(
                body, ends_on=day, renewed_how=how, renewals=body.renewals + 1, notices=(), note=note or body.note
            )
        case Ended(how=how, party=party, on=day, reason=reason):
            return replace(body, ended_how=how, ended_by=party, ended_on=day, ended_because=reason, reason=reason)
        case Abandoned(reason=reason):
            return replace(body, ended_because=reason, reason=reason)
        case Attached(proposal=proposal):
            return replace(body, proposals=(*body.proposals, proposal))
        case Detached(proposal=proposal, reason=reason):
            kept = tuple(each for each in body.proposals if each != proposal)
            return replace(body, proposals=kept, reason=reason)
        case ProjectNamed(project=project):
            return replace(body, projects=(*body.projects, project))
        case ProjectDropped(project=project):
            return replace(body, projects=tuple(each for each in body.projects if each != project))
        case StepCorrected(to=to):
            return _taken_back(body, to)
        case _:
            return absorbed(body, fact)


def _signed(body: AgreementBody, event: Signed | Countersigned) -> AgreementBody:
    by = event.party if isinstance(event, Countersigned) else None
    parties = tuple(
        replace(each, signed_on=event.on) if (each.side is Party.CITY if by is None else each.party == by) else each
        for each in body.signatories
    )
    days = [each.signed_on for each in parties if each.signed_on]
    told = replace(body, signatories=parties, effective_on=max(days) if event.last else None)
    city = next((each.party for each in parties if each.side is Party.CITY), None)
    return replace(told, completed_by=by or city) if event.last else told


def _taken_back(body: AgreementBody, to: Stage) -> AgreementBody:
    """Without what the wrong steps brought: the end, and before it took effect its last signature or all of them."""
    back = replace(body, ended_how=None, ended_by=None, ended_on=None, ended_because=None, reason=None)
    if to is Stage.IN_EFFECT:
        return back
    gone = {body.completed_by} if to is Stage.SIGNING else {each.party for each in body.signatories}
    parties = tuple(replace(each, signed_on=None) if each.party in gone else each for each in body.signatories)
    back = replace(back, signatories=parties, effective_on=None, completed_by=None, notices=())
    return replace(back, settled_on=None, note=None) if to is Stage.DRAFTED else back


def head(body: AgreementBody, stage: str) -> Head:
    """Until it is in effect it waits for its department, or for the desk; then its next day is watched."""
    waits = stage in LIVING and stage != Stage.IN_EFFECT
    who = Role.DEPARTMENT_OFFICER if body.department else Role.DESK_OFFICER
    due_on = next_day(body.ends_on, body.renewal, body.notice_days, noticed=bool(body.notices))
    return Head(
        title=body.title,
        about=body.proposal,
        department=body.department,
        waiting_for=who if waits else NOBODY,
        due_on=due_on if stage == Stage.IN_EFFECT else None,
        sample=body.sample,
        concerns=tuple(body.proposals),
    )


AGREEMENTS: Final = Kind(AGREEMENT, AgreementBody, head, begin, change)
