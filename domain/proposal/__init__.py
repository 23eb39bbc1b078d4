"""A proposer's offer to one city, from receipt to closure (提案).

Its way: perhaps drafted, received, perhaps returned for completion, checked and screened or refused, perhaps referred
elsewhere, matched with a department, talked over, recommended, adopted or declined with reasons, closed. Until it
binds both sides the proposer may withdraw. A wrong step is corrected by a further one, a decision by a later decision.
"""

from dataclasses import replace
from typing import Final

from domain.errors import ReferenceUnsuitable
from domain.process import Step, again, never, process
from domain.proposal.attaching import Attached, Detached, check_attached, check_detached
from domain.proposal.course import (
    Closed,
    InterestDeclared,
    InterestWithdrawn,
    Resumed,
    StepCorrected,
    Suspended,
    Withdrawn,
    check_all_over,
    check_earlier,
    check_going_on,
    check_noted,
    check_unbound,
    named_for_others,
    named_for_work,
    noted_before,
    taken_back,
)
from domain.proposal.deadlines import DeadlineExtended, check_extended, due_after, owed_after
from domain.proposal.deciding import (
    BEFORE_DIALOGUE,
    DECIDED,
    TALKING,
    Assessed,
    Decided,
    DecidedBy,
    DecisionCorrected,
    DialogueHeld,
    DialogueRecorded,
    Escalated,
    EscalationGround,
    InvitationAccepted,
    Matched,
    ReasonsTold,
    Recommended,
    begins_dialogue,
    check_amount,
    check_council,
    check_decider,
    check_prepared,
    check_told,
    check_turned,
    grounds,
    has_no_department,
    require_impartial,
    same_department,
    same_outcome,
)
from domain.proposal.offer import (
    Acceptance,
    Discarded,
    DraftContent,
    Drafted,
    DraftEdited,
    ReceiptCorrected,
    ReceiptNumber,
    Received,
    TurnedAway,
    check_draft,
    check_receipt,
    check_received,
    check_turned_away,
)
from domain.proposal.party import (
    ConsentChanged,
    ContactChanged,
    ContactPassedOn,
    PartyRenamed,
    check_consent,
    check_contact,
    fold_party,
)
from domain.proposal.proceedings import CARRYING_OUT, Proceeding, ProceedingNoted
from domain.proposal.screening import (
    Checked,
    CheckedItem,
    Completed,
    OpinionGiven,
    OpinionsAsked,
    Referred,
    Refused,
    Returned,
    Screened,
    check_asked,
    check_destination,
    check_items,
    check_list_met,
    check_opinion,
)
from domain.proposal.state import WAY, CityMoney, Destination, Ground, Outcome, Proposal, Stage

__all__ = [
    "CARRYING_OUT",
    "DECIDED",
    "PROPOSAL",
    "TALKING",
    "WAY",
    "Acceptance",
    "Assessed",
    "Attached",
    "Checked",
    "CheckedItem",
    "CityMoney",
    "Closed",
    "Completed",
    "ConsentChanged",
    "ContactChanged",
    "ContactPassedOn",
    "DeadlineExtended",
    "Decided",
    "DecidedBy",
    "DecisionCorrected",
    "Destination",
    "Detached",
    "DialogueHeld",
    "DialogueRecorded",
    "Discarded",
    "DraftContent",
    "DraftEdited",
    "Drafted",
    "Escalated",
    "EscalationGround",
    "Ground",
    "InterestDeclared",
    "InterestWithdrawn",
    "InvitationAccepted",
    "Matched",
    "OpinionGiven",
    "OpinionsAsked",
    "Outcome",
    "PartyRenamed",
    "Proceeding",
    "ProceedingNoted",
    "Proposal",
    "ProposalEvent",
    "ReasonsTold",
    "ReceiptCorrected",
    "ReceiptNumber",
    "Received",
    "Recommended",
    "Referred",
    "Refused",
    "Resumed",
    "Returned",
    "Screened",
    "Stage",
    "StepCorrected",
    "Suspended",
    "TurnedAway",
    "Withdrawn",
    "begins_dialogue",
    "due_after",
    "grounds",
    "has_no_department",
    "named_adopted",
    "named_for_others",
    "named_for_work",
    "owed_after",
    "require_impartial",
    "taken_back",
]

ProposalEvent = (
    Drafted
    | DraftEdited
    | Discarded
    | TurnedAway
    | Received
    | Returned
    | Completed
    | DeadlineExtended
    | Checked
    | OpinionsAsked
    | OpinionGiven
    | Assessed
    | Screened
    | Refused
    | Referred
    | Matched
    | InvitationAccepted
    | DialogueHeld
    | DialogueRecorded
    | Recommended
    | Escalated
    | Decided
    | DecisionCorrected
    | ReasonsTold
    | StepCorrected
    | Suspended
    | Resumed
    | Withdrawn
    | Closed
    | InterestDeclared
    | Attached
    | Detached
    | ProceedingNoted
    | PartyRenamed
    | ContactChanged
    | ConsentChanged
    | ContactPassedOn
    | ReceiptCorrected
    | InterestWithdrawn
)


def fold(proposal: Proposal, event: object) -> Proposal:
    """What stands beside the stage."""
    passed, due_on = proposal.passed | ({proposal.stage} & set(WAY)), due_after(proposal.due_on, event)
    if (passed, due_on) != (proposal.passed, proposal.due_on):
        owed_on = owed_after(proposal.owed_on, proposal.due_on, event)
        proposal = replace(proposal, passed=passed, due_on=due_on, owed_on=owed_on)
    match event:
        case Drafted(proposer=proposer):
            return fold_party(replace(proposal, proposer=proposer), event)
        case Received(proposer=proposer, city_money=city_money, sample=sample):
            return fold_party(replace(proposal, proposer=proposer, city_money=city_money, sample=sample), event)
        case ReceiptCorrected(sample=sample):
            return replace(proposal, sample=sample, rewritten=proposal.rewritten + 1)
        case DeadlineExtended():
            return replace(proposal, extended=True)
        case Screened(departments=departments):
            return replace(proposal, screened=frozenset(departments))
        case Matched(department=department) | InvitationAccepted(department=department):
            return replace(proposal, department=department)
        case DialogueHeld(department=department):
            return replace(proposal, department=proposal.department or department)
        case DialogueRecorded(dialogue=dialogue):
            return replace(proposal, dialogues=proposal.dialogues | {dialogue})
        case Decided() | DecisionCorrected():
            return fold_decision(proposal, event)
        case StepCorrected(to=to):
            return taken_back(replace(proposal, rewritten=proposal.rewritten + 1), to)
        case Withdrawn():
            return replace(proposal, outcome=None, suspended=False)
        case DraftEdited() | PartyRenamed() | ContactChanged() | ConsentChanged() | ContactPassedOn():
            return fold_party(proposal, event)
        case InterestDeclared(member=member) | InterestWithdrawn(member=member):
            others = proposal.interested - {member}
            return replace(proposal, interested=others | {member} if isinstance(event, InterestDeclared) else others)
        case _:
            return fold_beside(proposal, event)


def fold_decision(proposal: Proposal, event: Decided | DecisionCorrected) -> Proposal:
    """What was decided, by whom and at which item."""
    items = proposal.items if event.agenda_item is None else proposal.items | {event.agenda_item}
    by_council = event.decided_by is DecidedBy.COUNCIL
    return replace(proposal, outcome=event.outcome, reasons_told=False, by_council=by_council, items=items)


def fold_beside(proposal: Proposal, event: object) -> Proposal:
    """What is learned and noted while the proposal stays where it is."""
    match event:
        case Checked(items=items):
            seen, met = {each.item for each in items}, {each.item for each in items if each.met}
            return replace(proposal, met=proposal.met - seen | met)
        case OpinionsAsked(departments=departments):
            return replace(proposal, asked=proposal.asked | set(departments))
        case OpinionGiven(department=department):
            return replace(proposal, asked=proposal.asked - {department}, answered=proposal.answered | {department})
        case Assessed():
            return replace(
                proposal,
                city_money=event.city_money,
                amount=event.amount,
                high_occupancy=event.high_occupancy,
                personal_data=event.personal_data,
                assessments=proposal.assessments + 1,
            )
        case Completed():
            return replace(proposal, completions=proposal.completions + 1)
        case Recommended():
            return replace(proposal, recommended=True)
        case Escalated():
            return replace(proposal, escalated=True)
        case ReasonsTold():
            return replace(proposal, reasons_told=True)
        case Suspended(on=day, until=until):
            since = proposal.suspended_on if proposal.suspended else day
            return replace(proposal, suspended=True, suspended_on=since, suspended_until=until)
        case Resumed():
            return replace(proposal, suspended=False)
        case Attached(file=file):
            return replace(proposal, files=proposal.files | {file})
        case Detached(file=file):
            return replace(proposal, files=proposal.files - {file}, detached=proposal.detached | {file})
        case Refused(ground=ground):
            return replace(proposal, ground=ground)
        case Referred(destination=destination, department=department, code=code):
            return replace(proposal, destination=destination, destined_department=department, destined_code=code)
        case ProceedingNoted():
            return replace(proposal, proceedings={**proposal.proceedings, event.key: event})
        case _:
            return proposal


NEW, DRAFT, RECEIVED, RETURNED, SCREENED = Stage.NEW, Stage.DRAFT, Stage.RECEIVED, Stage.RETURNED, Stage.SCREENED


BEFORE_DECISION: Final = (RECEIVED, RETURNED, SCREENED, *TALKING)


OPEN: Final = (*BEFORE_DECISION, Stage.ADOPTED)


SENT_AWAY: Final = (Stage.REFUSED, Stage.REFERRED, Stage.WITHDRAWN)


ENDED: Final = (*DECIDED, *SENT_AWAY)


TAKEN_IN: Final = (*OPEN, Stage.DECLINED, *SENT_AWAY, Stage.CLOSED)


KNOWN: Final = (DRAFT, *TAKEN_IN)


PROPOSAL: Final = process(
    "proposal",
    Proposal(),
    {
        "proposal.drafted": Step(Drafted, (NEW,), (DRAFT,), granted=never, guards=(check_draft,)),
        "proposal.draft_edited": Step(DraftEdited, (DRAFT,), granted=never, guards=(check_draft,)),
        "proposal.discarded": Step(Discarded, (DRAFT,), (Stage.DISCARDED,)),
        "proposal.turned_away": Step(
            TurnedAway, (NEW,), (Stage.TURNED_AWAY,), granted=never, guards=(check_turned_away,)
        ),
        "proposal.received": Step(Received, (NEW, DRAFT), (RECEIVED,), granted=never, guards=(check_received,)),
        "proposal.returned": Step(Returned, (RECEIVED,), (RETURNED,), guards=(check_going_on,)),
        "proposal.completed": Step(Completed, (RETURNED,), (RECEIVED,), granted=never, guards=(check_going_on,)),
        "proposal.deadline_extended": Step(
            DeadlineExtended,
            (RECEIVED, RETURNED),
            granted=lambda proposal, extended: extended.due_on == proposal.due_on,
            guards=(check_going_on, check_extended),
        ),
        "proposal.checked": Step(
            Checked, (RECEIVED, RETURNED, SCREENED), granted=never, guards=(check_going_on, check_items)
        ),
        "proposal.opinions_asked": Step(
            OpinionsAsked, (RECEIVED, SCREENED, *TALKING), granted=never, guards=(check_going_on, check_asked)
        ),
        "proposal.opinion_given": Step(OpinionGiven, BEFORE_DECISION, granted=never, guards=(check_opinion,)),
        "proposal.assessed": Step(Assessed, BEFORE_DECISION, granted=never, guards=(check_going_on, check_amount)),
        "proposal.screened": Step(Screened, (RECEIVED,), (SCREENED,), guards=(check_going_on, check_list_met)),
        "proposal.refused": Step(
            Refused,
            (RECEIVED, RETURNED, SCREENED),
            (Stage.REFUSED,),
            granted=again(Stage.REFUSED, ground="ground"),
            guards=(check_going_on,),
        ),
        "proposal.referred": Step(
            Referred,
            (RECEIVED, SCREENED, *TALKING),
            (Stage.REFERRED,),
            granted=again(
                Stage.REFERRED, destination="destination", destined_department="department", destined_code="code"
            ),
            guards=(check_going_on, check_destination),
        ),
        "proposal.matched": Step(
            Matched, (SCREENED, *TALKING), (Stage.MATCHED,), granted=same_department, guards=(check_going_on,)
        ),
        "proposal.invitation_accepted": Step(InvitationAccepted, (SCREENED,), (Stage.MATCHED,)),
        "proposal.dialogue_held": Step(DialogueHeld, BEFORE_DIALOGUE, (Stage.IN_DIALOGUE,)),
        "proposal.dialogue_recorded": Step(
            DialogueRecorded,
            TALKING,
            (Stage.IN_DIALOGUE,),
            granted=lambda proposal, recorded: recorded.dialogue in proposal.dialogues,
            guards=(check_going_on,),
        ),
        "proposal.recommended": Step(Recommended, TALKING, granted=never, guards=(check_going_on,)),
        "proposal.escalated": Step(
            Escalated,
            TALKING,
            granted=lambda proposal, _: proposal.escalated and proposal.stage in TALKING,
            guards=(check_going_on, check_council),
        ),
        "proposal.decided": Step(
            Decided,
            TALKING,
            DECIDED,
            leads=lambda decided: Stage(decided.outcome.value),
            granted=same_outcome,
            guards=(check_going_on, check_prepared, check_decider),
        ),
        "proposal.decision_corrected": Step(
            DecisionCorrected,
            DECIDED,
            DECIDED,
            leads=lambda corrected: Stage(corrected.outcome.value),
            granted=never,
            guards=(check_going_on, check_decider, check_turned),
        ),
        "proposal.reasons_told": Step(
            ReasonsTold,
            (Stage.DECLINED,),
            granted=lambda proposal, _: proposal.reasons_told and proposal.stage is Stage.DECLINED,
        ),
        "proposal.step_corrected": Step(
            StepCorrected,
            (*BEFORE_DECISION[1:], *SENT_AWAY, Stage.CLOSED),
            (*WAY, Stage.DECLINED, *SENT_AWAY),
            leads=lambda corrected: corrected.to,
            granted=lambda proposal, corrected: proposal.stage is corrected.to,
            guards=(check_going_on, check_earlier),
            back=True,
        ),
        "proposal.suspended": Step(Suspended, OPEN, granted=never),
        "proposal.resumed": Step(
            Resumed, OPEN, granted=lambda proposal, _: not proposal.suspended and proposal.stage in OPEN
        ),
        "proposal.withdrawn": Step(Withdrawn, OPEN, (Stage.WITHDRAWN,), guards=(check_unbound,)),
        "proposal.closed": Step(Closed, ENDED, (Stage.CLOSED,), guards=(check_going_on, check_told, check_all_over)),
        "proposal.interest_declared": Step(
            InterestDeclared,
            KNOWN,
            granted=lambda proposal, declared: declared.member in proposal.interested,
        ),
        "proposal.interest_withdrawn": Step(
            InterestWithdrawn, KNOWN, granted=lambda proposal, withdrawn: withdrawn.member not in proposal.interested
        ),
        "proposal.attached": Step(
            Attached,
            (DRAFT, *BEFORE_DECISION),
            granted=lambda proposal, attached: attached.file in proposal.files,
            guards=(check_going_on, check_attached),
        ),
        "proposal.detached": Step(
            Detached,
            (DRAFT, *BEFORE_DECISION),
            granted=lambda proposal, detached: detached.file in proposal.detached,
            guards=(check_going_on, check_detached),
        ),
        "proposal.party_renamed": Step(PartyRenamed, TAKEN_IN, granted=never),
        "proposal.contact_changed": Step(ContactChanged, TAKEN_IN, granted=never, guards=(check_contact,)),
        "proposal.consent_changed": Step(
            ConsentChanged,
            TAKEN_IN,
            granted=lambda proposal, changed: proposal.share_contact is changed.share_contact,
        ),
        "proposal.contact_passed_on": Step(
            ContactPassedOn,
            TAKEN_IN,
            granted=lambda proposal, passed: passed.city in proposal.passed_on,
            guards=(check_going_on, check_consent),
        ),
        "proposal.receipt_corrected": Step(ReceiptCorrected, TAKEN_IN, granted=never, guards=(check_receipt,)),
        "proposal.proceeding_noted": Step(ProceedingNoted, KNOWN, granted=noted_before, guards=(check_noted,)),
    },
    fold,
    begun_by=(Received, ReceiptCorrected),
)


def named_adopted(proposal: Proposal) -> None:
    """A proposal that work or a case grew out of. Raises ReferenceUnknown, IsSuspended, ReferenceUnsuitable."""
    PROPOSAL.named(proposal)
    check_going_on(proposal, None, None)
    if proposal.outcome is not Outcome.ADOPTED:
        raise ReferenceUnsuitable(field="proposal", stage=proposal.stage.value, possible=Stage.ADOPTED.value)
