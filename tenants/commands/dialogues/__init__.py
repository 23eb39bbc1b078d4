"""What members may wish of a dialogue (対話の操作)."""

from typing import Final

from tenants.commands.dialogues.invitation import Accept, CorrectStep, End, Extend, Invite, Recall, Resume, TurnDown
from tenants.commands.dialogues.meetings import ArrangeMeeting, CancelMeeting, CorrectMinutes, RecordMeeting
from tenants.commands.dialogues.substance import (
    AlignWithPlans,
    CostToBear,
    GoalToReach,
    RecordCosts,
    RecordGoals,
    RecordResources,
    RecordScheme,
    ResourceToBring,
)
from tenants.commands.dialogues.wish import (
    DEPARTMENT,
    DESK,
    Deciding,
    DialogueWish,
    Known,
    ShortToProposer,
    Talking,
    Visitor,
)
from tenants.commands.dialogues.words import Disclose, EnterMessage, Note, SendMessage

__all__ = [
    "DEPARTMENT",
    "DESK",
    "WISHES",
    "Accept",
    "AlignWithPlans",
    "ArrangeMeeting",
    "CancelMeeting",
    "CorrectMinutes",
    "CorrectStep",
    "CostToBear",
    "Deciding",
    "DialogueWish",
    "Disclose",
    "End",
    "EnterMessage",
    "Extend",
    "GoalToReach",
    "Invite",
    "Known",
    "Note",
    "Recall",
    "RecordCosts",
    "RecordGoals",
    "RecordMeeting",
    "RecordResources",
    "RecordScheme",
    "ResourceToBring",
    "Resume",
    "SendMessage",
    "ShortToProposer",
    "Talking",
    "TurnDown",
    "Visitor",
]

WISHES: Final = (
    Invite,
    Extend,
    Recall,
    Accept,
    TurnDown,
    ArrangeMeeting,
    RecordMeeting,
    CorrectMinutes,
    CancelMeeting,
    SendMessage,
    EnterMessage,
    Note,
    Disclose,
    RecordResources,
    RecordGoals,
    RecordCosts,
    RecordScheme,
    AlignWithPlans,
    End,
    Resume,
    CorrectStep,
)
