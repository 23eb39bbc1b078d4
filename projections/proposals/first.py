"""The first row of a proposal: a draft, or received (下書き・受付)."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.calendar import Due
from domain.proposal import (
    DraftContent,
    Drafted,
    ProposalEvent,
    Received,
    Stage,
    StepCorrected,
    due_after,
    owed_after,
)
from projections.model import Fact
from projections.proposals.row import NOBODY, WAITING_FOR, Dossier, ProposalRow, Words


def told(offer: DraftContent | Received) -> dict[str, Any]:
    """What a proposer told, handed in or as a draft."""
    return {
        "organisation_kind": offer.organisation_kind,
        "challenge": offer.challenge,
        "title": offer.title,
        "organisation": offer.organisation,
        "city_money": offer.city_money,
        "track": offer.track,
        "plan_fields": offer.plan_fields,
        "words": Words(
            summary=offer.summary,
            contact_name=offer.contact_name,
            contact=offer.contact,
            corporate_number=offer.corporate_number,
            organisation_kana=offer.organisation_kana,
            contact_kana=offer.contact_kana,
            contact_department=offer.contact_department,
            brings=offer.brings,
            wants=offer.wants,
        ),
    }


def drafted(fact: Fact, event: Drafted) -> ProposalRow:
    """The first row of a draft; it has no receipt number."""
    return ProposalRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.DRAFT,
        waiting_for=NOBODY,
        kind=event.kind,
        fiscal_year=fact.circumstances.fiscal_year,
        serial=0,
        proposer=event.proposer,
        sample=event.sample,
        channel=fact.circumstances.channel,
        received_on=fact.circumstances.occurred_on.on,
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        dossier=Dossier(event.purpose),
        **told(event),
    )


def received(fact: Fact, event: Received) -> ProposalRow:
    """The first row of a proposal."""
    return ProposalRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.RECEIVED,
        waiting_for=WAITING_FOR[Stage.RECEIVED],
        kind=event.receipt.kind,
        fiscal_year=event.receipt.fiscal_year,
        serial=event.receipt.serial,
        proposer=event.proposer,
        sample=event.sample,
        channel=fact.circumstances.channel,
        received_on=fact.circumstances.occurred_on.on,
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        dossier=by_rule(Dossier(event.purpose, event.share_contact), event.due),
        due_on=due_after(None, event),
        **_with_accepted(event),
    )


def by_rule(dossier: Dossier, due: Due | None) -> Dossier:
    """With the rule by which the present deadline was set, if it was one of the city's."""
    rule, days = (due.rule, due.business_days) if due else (None, None)
    return replace(dossier, due_rule=rule, due_business_days=days, extension=None)


def deadline_of(before: ProposalRow, dossier: Dossier, event: ProposalEvent, due_on: date | None) -> Dossier:
    """With the rule of the deadline after an event; a mistaken step gives back the one that it had ended."""
    if isinstance(event, StepCorrected) and due_on is not None:
        return replace(dossier, due_rule=dossier.owed_rule, due_business_days=dossier.owed_business_days)
    if before.due_on is not None and owed_after(None, before.due_on, event) is not None:
        told = before.dossier
        dossier = replace(dossier, owed_rule=told.due_rule, owed_business_days=told.due_business_days)
    return by_rule(dossier, None) if due_on is None else dossier


def _with_accepted(event: Received) -> dict[str, Any]:
    offer = told(event)
    return {**offer, "words": replace(offer["words"], accepted=event.accepted)}
