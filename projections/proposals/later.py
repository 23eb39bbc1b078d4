"""What each later event makes of a row (経過)."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from domain.proposal import (
    WAY,
    Assessed,
    Attached,
    Checked,
    Closed,
    Completed,
    ConsentChanged,
    ContactChanged,
    ContactPassedOn,
    DeadlineExtended,
    Decided,
    DecisionCorrected,
    Detached,
    DialogueHeld,
    DialogueRecorded,
    Discarded,
    Drafted,
    DraftEdited,
    Escalated,
    InterestDeclared,
    InterestWithdrawn,
    InvitationAccepted,
    Matched,
    OpinionGiven,
    OpinionsAsked,
    PartyRenamed,
    ProceedingNoted,
    ProposalEvent,
    ReasonsTold,
    ReceiptCorrected,
    Received,
    Recommended,
    Referred,
    Refused,
    Resumed,
    Returned,
    Screened,
    Stage,
    StepCorrected,
    Suspended,
    TurnedAway,
    Withdrawn,
)
from projections.proposals.first import by_rule, told
from projections.proposals.party import Party, changed_party
from projections.proposals.row import Opinion, ProposalRow


def changed(row: ProposalRow, event: ProposalEvent, day: date) -> ProposalRow:
    """The row after it; whose turn it is comes after."""
    words, dossier, answered = row.words, row.dossier, row.answered_on or day
    match event:
        case Received() | Drafted() | TurnedAway() | InterestDeclared() | InterestWithdrawn() | Attached() | Detached():
            return row
        case DraftEdited() | ReceiptCorrected():
            return _written_anew(row, event)
        case Returned(reason=reason, due=due):
            words, dossier = replace(words, reason=reason), by_rule(dossier, due)
            return replace(row, stage=Stage.RETURNED, words=words, dossier=dossier, answered_on=answered)
        case Completed(title=title, summary=summary, note=note):
            words = replace(words, summary=summary or words.summary, completion=note)
            return replace(row, stage=Stage.RECEIVED, title=title or row.title, words=words)
        case Checked() | Assessed() | Recommended() | Escalated() | OpinionsAsked() | OpinionGiven():
            return _considered(row, event, day)
        case (
            ProceedingNoted()
            | DeadlineExtended()
            | PartyRenamed()
            | ContactChanged()
            | ConsentChanged()
            | ContactPassedOn()
        ):
            return _considered(row, event, day)
        case Screened(departments=departments, reason=reason):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.SCREENED, departments=departments, words=words, answered_on=answered)
        case Refused(ground=ground, reason=reason):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.REFUSED, ground=ground, words=words, answered_on=answered)
        case Referred(department=department, reason=reason):
            words = replace(words, reason=reason)
            department = department or row.department
            return replace(row, stage=Stage.REFERRED, department=department, words=words, answered_on=answered)
        case Matched(department=department) | InvitationAccepted(department=department):
            words = replace(words, reason=event.reason) if isinstance(event, Matched) else words
            return replace(row, stage=Stage.MATCHED, department=department, words=words, answered_on=answered)
        case DialogueHeld(department=department):
            department = row.department or department
            return replace(row, stage=Stage.IN_DIALOGUE, department=department, answered_on=answered)
        case DialogueRecorded():
            return replace(row, stage=Stage.IN_DIALOGUE)
        case Decided() | DecisionCorrected():
            words, stage = replace(words, reason=event.reason, decision_reason=event.reason), Stage(event.outcome.value)
            dossier = replace(dossier, council_session=event.council_session, agenda_item=event.agenda_item)
            return replace(
                row, stage=stage, outcome=event.outcome, decided_by=event.decided_by, decided_on=day, words=words,
                answered_on=answered, told_on=None, dossier=dossier,
            )  # fmt: skip
        case StepCorrected(to=to, reason=reason, unanswered=unanswered):
            row = _taken_back(row, to)
            since = None if unanswered else row.answered_on
            return replace(row, words=replace(row.words, reason=reason), answered_on=since)
        case Suspended() | Resumed() | Discarded() | Withdrawn() | ReasonsTold() | Closed():
            return _rested(row, event, day)
        case _:
            assert_never(event)


Rested = Suspended | Resumed | Discarded | Withdrawn | ReasonsTold | Closed


def _rested(row: ProposalRow, event: Rested, day: date) -> ProposalRow:
    """What lets it rest, go on or end."""
    match event:
        case Suspended(reason=reason, until=until):
            return replace(row, suspended=True, dossier=replace(row.dossier, suspension=reason, suspended_until=until))
        case Resumed():
            return replace(row, suspended=False, dossier=replace(row.dossier, suspended_until=None))
        case Discarded(reason=reason):
            return replace(row, stage=Stage.DISCARDED, words=replace(row.words, reason=reason))
        case Withdrawn(reason=reason):
            return replace(row, stage=Stage.WITHDRAWN, suspended=False, words=replace(row.words, reason=reason))
        case ReasonsTold():
            return replace(row, told_on=day)
        case Closed(reason=reason):
            return replace(row, stage=Stage.CLOSED, words=replace(row.words, reason=reason))
        case _:
            assert_never(event)


Considered = (
    Checked | Assessed | Recommended | Escalated | OpinionsAsked | OpinionGiven | ProceedingNoted | DeadlineExtended
) | Party


def _considered(row: ProposalRow, event: Considered, day: date) -> ProposalRow:
    """What is gathered on its way; the stage stays."""
    dossier = row.dossier
    match event:
        case PartyRenamed() | ContactChanged() | ConsentChanged() | ContactPassedOn():
            return changed_party(row, event, day)
        case DeadlineExtended(reason=reason):
            return replace(row, dossier=replace(dossier, extension=reason))
        case ProceedingNoted(key=key):
            others = (each for each in dossier.proceedings if each.key != key)
            return replace(row, dossier=replace(dossier, proceedings=(*others, event)))
        case Checked(items=items, note=note):
            new = {each.item for each in items}
            checks = (*(each for each in dossier.checks if each.item not in new), *items)
            return replace(row, dossier=replace(dossier, checks=checks, check_note=note))
        case Assessed():
            dossier = replace(
                dossier, amount=event.amount, high_occupancy=event.high_occupancy, personal_data=event.personal_data,
                assessment=event.note,
            )  # fmt: skip
            return replace(row, city_money=event.city_money, dossier=dossier)
        case Recommended(outcome=outcome, reason=reason):
            return replace(row, dossier=replace(dossier, recommended=outcome, recommendation=reason))
        case Escalated(reason=reason):
            return replace(row, escalated=True, dossier=replace(dossier, escalation=reason))
        case OpinionsAsked(departments=departments, question=question, due_on=due_on):
            asked = tuple(dict.fromkeys((*row.asked, *departments)))
            return replace(row, asked=asked, asked_due_on=due_on, dossier=replace(dossier, question=question))
        case OpinionGiven(department=department):
            opinion = Opinion(department, event.useful, event.feasible, event.note, day)
            kept = tuple(each for each in dossier.opinions if each.department != department)
            asked = tuple(each for each in row.asked if each != department)
            return replace(
                row,
                asked=asked,
                asked_due_on=row.asked_due_on if asked else None,
                dossier=replace(dossier, opinions=(*kept, opinion)),
            )
        case _:
            assert_never(event)


def _written_anew(row: ProposalRow, event: DraftEdited | ReceiptCorrected) -> ProposalRow:
    """The draft as it is now; or the same proposal under the same number, as it came."""
    if isinstance(event, DraftEdited):
        return replace(row, kind=event.kind, dossier=replace(row.dossier, purpose=event.purpose), **told(event))
    number = row.dossier.number_kind or row.kind
    dossier = replace(row.dossier, number_kind=None if event.kind == number else number)
    words = replace(
        row.words, summary=event.summary, corporate_number=event.corporate_number, brings=event.brings,
        wants=event.wants,
    )  # fmt: skip
    return replace(
        row, kind=event.kind, organisation_kind=event.organisation_kind, title=event.title, words=words,
        received_on=event.received_on, sample=event.sample, challenge=event.challenge, track=event.track,
        plan_fields=event.plan_fields, dossier=by_rule(dossier, event.due) if event.due else dossier,
    )  # fmt: skip


def _taken_back(row: ProposalRow, to: Stage) -> ProposalRow:
    """Without what the steps that were taken back had brought."""
    if to not in WAY:
        return replace(row, stage=to)
    kept = WAY[: WAY.index(to) + 1]
    row = replace(row, stage=to, ground=None)
    if Stage.SCREENED not in kept:
        row = replace(row, departments=())
    if Stage.MATCHED not in kept:
        row = replace(row, department=None)
    if to is Stage.ADOPTED:
        return row
    words = replace(row.words, decision_reason=None)
    return replace(row, outcome=None, decided_by=None, decided_on=None, words=words)
