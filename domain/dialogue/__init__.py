"""What goes on between a proposal and one department: invitation, meetings, messages, what becomes clear (対話).

One record for each department that is asked. Meetings and messages gather; what each side brings, the goals, the costs,
the scheme and the plans are replaced as a whole when they become clearer, and the history keeps what was said before.
"""

from dataclasses import replace
from typing import Final
from uuid import UUID

from domain.dialogue.invitation import (
    OPEN_TO_DIALOGUE,
    UNDECIDED,
    Accepted,
    Ended,
    Extended,
    Invited,
    Recalled,
    Resumed,
    StepCorrected,
    TurnedDown,
    goes_on,
    may_invite,
)
from domain.dialogue.meetings import (
    MeetingArranged,
    MeetingCancelled,
    MeetingHeld,
    MinutesCorrected,
    check_arranged,
    check_cancelled,
    check_corrected,
    check_held,
)
from domain.dialogue.state import MOST, Dialogue, Ending, MeetingStage, Stage
from domain.dialogue.substance import (
    Asset,
    Cost,
    CostsRecorded,
    Goal,
    GoalsRecorded,
    Party,
    PlansAligned,
    Resource,
    ResourcesRecorded,
    SchemeRecorded,
    check_costs,
    check_goals,
    check_method,
    check_plans,
    check_resources,
)
from domain.dialogue.words import Disclosed, MessageReceived, MessageSent, Noted, NoteFor, check_disclosed
from domain.process import Step, again, corrected, never, process

__all__ = [
    "BEGUN",
    "DIALOGUE",
    "ENDED",
    "MOST",
    "OPEN_TO_DIALOGUE",
    "UNDECIDED",
    "Accepted",
    "Asset",
    "Cost",
    "CostsRecorded",
    "Dialogue",
    "DialogueEvent",
    "Disclosed",
    "Ended",
    "Ending",
    "Extended",
    "Goal",
    "GoalsRecorded",
    "Invited",
    "MeetingArranged",
    "MeetingCancelled",
    "MeetingHeld",
    "MeetingStage",
    "MessageReceived",
    "MessageSent",
    "MinutesCorrected",
    "NoteFor",
    "Noted",
    "Party",
    "PlansAligned",
    "Recalled",
    "Resource",
    "ResourcesRecorded",
    "Resumed",
    "SchemeRecorded",
    "Stage",
    "StepCorrected",
    "TurnedDown",
    "goes_on",
    "may_invite",
]

DialogueEvent = (
    Invited
    | Extended
    | Recalled
    | Accepted
    | TurnedDown
    | MeetingArranged
    | MeetingHeld
    | MinutesCorrected
    | MeetingCancelled
    | MessageSent
    | MessageReceived
    | Noted
    | Disclosed
    | ResourcesRecorded
    | GoalsRecorded
    | CostsRecorded
    | SchemeRecorded
    | PlansAligned
    | Ended
    | Resumed
    | StepCorrected
)


def fold(dialogue: Dialogue, event: object) -> Dialogue:
    """What stands beside the stage."""
    match event:
        case Invited(proposal=proposal, proposer=proposer, department=department):
            return replace(dialogue, proposal=proposal, proposer=proposer, department=department)
        case MeetingArranged(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.ARRANGED)
        case MeetingHeld(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.HELD)
        case MeetingCancelled(meeting=meeting):
            return _met(dialogue, meeting, MeetingStage.CANCELLED)
        case MessageSent(message=each) | MessageReceived(message=each) | Noted(note=each):
            return replace(dialogue, told=dialogue.told | {each})
        case Disclosed(disclosure=disclosure):
            return replace(dialogue, disclosures=dialogue.disclosures | {disclosure})
        case Ended(ending=ending):
            return replace(dialogue, ending=ending)
        case _:
            return dialogue


def _met(dialogue: Dialogue, meeting: UUID, stage: MeetingStage) -> Dialogue:
    return replace(dialogue, meetings={**dialogue.meetings, meeting: stage})


ASKED, TALKING = Stage.INVITED, Stage.IN_DIALOGUE
ENDED: Final = (Stage.TURNED_DOWN, Stage.RECALLED, Stage.CLOSED)
BEGUN: Final = (ASKED, TALKING, *ENDED)
DIALOGUE: Final = process(
    "dialogue",
    Dialogue(),
    {
        "dialogue.invited": Step(Invited, (Stage.NEW,), (ASKED,), granted=never),
        "dialogue.extended": Step(Extended, (ASKED,), granted=never),
        "dialogue.recalled": Step(Recalled, (ASKED,), (Stage.RECALLED,)),
        "dialogue.accepted": Step(Accepted, (ASKED,), (TALKING,)),
        "dialogue.turned_down": Step(TurnedDown, (ASKED,), (Stage.TURNED_DOWN,)),
        "dialogue.meeting_arranged": Step(MeetingArranged, (TALKING,), granted=never, guards=(check_arranged,)),
        "dialogue.meeting_held": Step(
            MeetingHeld,
            (TALKING,),
            granted=lambda dialogue, held: dialogue.meetings.get(held.meeting) is MeetingStage.HELD,
            guards=(check_held,),
        ),
        "dialogue.minutes_corrected": Step(
            MinutesCorrected, (TALKING, Stage.CLOSED), granted=never, guards=(check_corrected,)
        ),
        "dialogue.meeting_cancelled": Step(
            MeetingCancelled,
            (TALKING,),
            granted=lambda dialogue, gone: dialogue.meetings.get(gone.meeting) is MeetingStage.CANCELLED,
            guards=(check_cancelled,),
        ),
        "dialogue.message_sent": Step(
            MessageSent, (TALKING, Stage.CLOSED), granted=lambda dialogue, sent: sent.message in dialogue.told
        ),
        "dialogue.message_received": Step(
            MessageReceived, (TALKING, Stage.CLOSED), granted=lambda dialogue, got: got.message in dialogue.told
        ),
        "dialogue.noted": Step(Noted, BEGUN, granted=lambda dialogue, noted: noted.note in dialogue.told),
        "dialogue.disclosed": Step(
            Disclosed,
            (TALKING,),
            granted=lambda dialogue, given: given.disclosure in dialogue.disclosures,
            guards=(check_disclosed,),
        ),
        "dialogue.resources_recorded": Step(ResourcesRecorded, (TALKING,), granted=never, guards=(check_resources,)),
        "dialogue.goals_recorded": Step(GoalsRecorded, (TALKING,), granted=never, guards=(check_goals,)),
        "dialogue.costs_recorded": Step(CostsRecorded, (TALKING,), granted=never, guards=(check_costs,)),
        "dialogue.scheme_recorded": Step(SchemeRecorded, (TALKING,), granted=never, guards=(check_method,)),
        "dialogue.plans_aligned": Step(PlansAligned, (TALKING,), granted=never, guards=(check_plans,)),
        "dialogue.ended": Step(Ended, (TALKING,), (Stage.CLOSED,), granted=again(Stage.CLOSED, ending="ending")),
        "dialogue.resumed": Step(Resumed, (Stage.CLOSED,), (TALKING,)),
        "dialogue.step_corrected": corrected(StepCorrected, (Stage.TURNED_DOWN, Stage.RECALLED), (ASKED,)),
    },
    fold,
)
