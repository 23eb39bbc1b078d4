"""The enumerations of the domain as the desk's schema shows them.

GraphQL knows one name for each, where the domain has a ``Stage`` for every aggregate; and ``NEW`` is only said of a
record that is not there. Each is therefore shown as a copy; its values are equal to the domain's.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from types import GenericAlias
from typing import Any, Final

import strawberry

from domain import (
    agreement,
    approval,
    case,
    challenge,
    circumstances,
    consultation,
    dialogue,
    disclosure,
    files,
    gathering,
    notice,
    policy,
    project,
    proposal,
    selection,
    session,
    survey,
    values,
)
from domain.events import DECIDERS
from domain.process import Process
from projections.queries.desk import GapCause
from tenants.members import Role

NAMES: Final[Mapping[type[StrEnum], str]] = {
    agreement.End: "AgreementEnd",
    agreement.Party: "AgreementParty",
    agreement.Renewal: "AgreementRenewal",
    agreement.Stage: "AgreementStage",
    approval.Part: "ApprovalPart",
    approval.Power: "ApprovalPower",
    approval.Verdict: "Verdict",
    case.Origin: "CaseOrigin",
    case.ResourceKind: "ResourceKind",
    case.Side: "Side",
    case.Stage: "CaseStage",
    challenge.Result: "ChallengeResult",
    challenge.Stage: "ChallengeStage",
    challenge.Verdict: "ChallengeVerdict",
    circumstances.Act: "Act",
    circumstances.ApprovalSystem: "ApprovalSystem",
    circumstances.Channel: "Channel",
    consultation.Stage: "ConsultationStage",
    dialogue.Asset: "Asset",
    dialogue.Ending: "DialogueEnding",
    dialogue.MeetingStage: "MeetingStage",
    dialogue.NoteFor: "NoteFor",
    dialogue.Party: "Party",
    dialogue.Stage: "DialogueStage",
    disclosure.NonDisclosure: "NonDisclosure",
    files.MediaType: "MediaType",
    gathering.Stage: "GatheringStage",
    policy.AgreementKind: "AgreementKind",
    notice.Reach: "Reach",
    notice.Stage: "NoticeStage",
    notice.Topic: "NoticeTopic",
    policy.Deadline: "Deadline",
    policy.Degree: "OccupancyDegree",
    policy.Answering: "Answering",
    policy.OrganisationKind: "OrganisationKind",
    policy.Provision: "Provision",
    policy.RuleStatus: "RuleStatus",
    project.CostBearer: "CostBearer",
    project.GoalResult: "GoalResult",
    project.Path: "ContinuationPath",
    project.Stage: "ProjectStage",
    proposal.CityMoney: "CityMoney",
    proposal.Proceeding: "Proceeding",
    proposal.DecidedBy: "DecidedBy",
    proposal.Destination: "Destination",
    proposal.Ground: "Ground",
    proposal.Outcome: "Outcome",
    proposal.Stage: "ProposalStage",
    session.Form: "SessionForm",
    session.ItemStage: "AgendaItemStage",
    session.Manner: "SessionManner",
    session.Result: "SessionResult",
    session.Stage: "SessionStage",
    session.Vote: "Vote",
    survey.Reply: "SurveyReply",
    survey.Stage: "SurveyStage",
    selection.Advice: "SelectionAdvice",
    selection.Ground: "SelectionGround",
    selection.Response: "ProposerResponse",
    selection.Stage: "SelectionStage",
    selection.Standing: "AdviceStanding",
    selection.Way: "SelectionWay",
    values.Audience: "Audience",
    values.Mark: "Mark",
    values.Precision: "Precision",
    Role: "Role",
    GapCause: "NumberGapCause",
}
"""Enumeration to its name in the schema."""

NEVER_SHOWN: Final[tuple[StrEnum, ...]] = (
    Role.OPERATOR,
    *(each.beginning for each in DECIDERS if isinstance(each, Process)),
)


def enumeration(name: str, members: Iterable[tuple[str, str]], description: str) -> Any:
    """An enumeration of the schema from names and values."""
    made: Any = Enum(name, list(members))  # type: ignore[misc]  # the name is data here
    return strawberry.enum(made, name=name, description=description)


def _shown(kind: type[StrEnum], name: str) -> Any:
    members = [(each.name, each.value) for each in kind if not any(each is hidden for hidden in NEVER_SHOWN)]
    return enumeration(name, members, first_line(kind))


def first_line(of: type | Callable[..., Any]) -> str:
    """The first line of a docstring: what a person reads who looks at the schema."""
    return (of.__doc__ or "").strip().partition("\n")[0]


SHOWN: Final[Mapping[type[StrEnum], Any]] = {kind: _shown(kind, name) for kind, name in NAMES.items()}
"""Enumeration of the domain to its copy in the schema."""


def many(kind: type[StrEnum]) -> Any:
    """The type of a list of such copies."""
    return GenericAlias(list, (SHOWN[kind],))
