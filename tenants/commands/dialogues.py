"""What members may wish of a dialogue (対話の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import dialogue as domain
from domain.circumstances import Act
from domain.dialogue import DIALOGUE, Dialogue
from domain.errors import DateInvalid, ReferenceUnknown
from domain.proposal import (
    PROPOSAL,
    DialogueHeld,
    InvitationAccepted,
    Proposal,
    begins_dialogue,
    has_no_department,
    require_impartial,
)
from domain.values import SHORT, Audience, Mark, Yen
from tenants.commands.referring import MemberId
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Says, TitleForDepartment, ToDepartment, ToProposer
from tenants.wish import Context, Further

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DEPARTMENT_OFFICER})

ShortToProposer = Annotated[str, Says(Audience.PROPOSER, limit=SHORT)]
Visitor = Annotated[str, Says(Audience.DEPARTMENT, (Mark.PERSONAL,), SHORT, own=True)]
Known = Annotated[str, Says(Audience.PROPOSER, (Mark.KNOW_HOW,))]
"""What both sides know of each other and nobody else: it may hold know-how of the proposer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueWish(Doing[Dialogue]):
    """About one dialogue. The city's words are sealed under its file, the proposer's under the proposer."""

    decider = DIALOGUE
    roles: ClassVar[frozenset[Role]] = DESK | DEPARTMENT

    dialogue: UUID

    def owner(self, state: Dialogue) -> UUID | None:
        """The proposer."""
        return state.proposer

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department than the invited one and its heirs."""
        context.require_remit(state.department, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding(DialogueWish):
    """What commits the city: the proposal still goes on, and whoever gives it has no interest in it."""

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit, InterestOfDecider, ReferenceUnsuitable for a proposal that has come to its end."""
        super(Deciding, self).judge(state, context)
        if state.proposal is not None:
            proposal = context.look(PROPOSAL, state.proposal)
            domain.goes_on(proposal)
            require_impartial(proposal, context.member.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking(DialogueWish):
    """They met or wrote to each other: from the first time on, the proposal is in dialogue."""

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """That the dialogue of the proposal began, unless it had."""
        if state.proposal is None or state.department is None:
            return ()
        if not begins_dialogue(context.look(PROPOSAL, state.proposal)):
            return ()
        return (Further(PROPOSAL, state.proposal, DialogueHeld(self.dialogue, state.department)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(DialogueWish):
    """Ask a department to talk with the proposer of a screened proposal, and until when it shall answer."""

    name = "dialogue.invite"
    ja = "担当課を対話に招請する"
    records = domain.Invited
    roles = DESK

    proposal: UUID
    department: DepartmentId
    title: TitleForDepartment
    request: ToDepartment
    answer_by: date | None = None
    sample: bool = False

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal that is not screened, DateInvalid."""
        if state.stage is domain.Stage.NEW:
            domain.may_invite(self._proposal(context))
            not_past("answerBy", self.answer_by, context)

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Who proposes."""
        del state
        return {"proposer": self._proposal(context).proposer or self.proposal}

    def _proposal(self, context: Context) -> Proposal:
        return context.look(PROPOSAL, self.proposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(DialogueWish):
    """Give the department until another day to answer, saying why."""

    name = "dialogue.extend"
    ja = "回答期限を変更する"
    records = domain.Extended
    roles = DESK

    answer_by: date
    reason: ToDepartment

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises DateInvalid."""
        del state
        not_past("answerBy", self.answer_by, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(DialogueWish):
    """Take an invitation back before it is answered."""

    name = "dialogue.recall"
    ja = "招請を取り消す"
    records = domain.Recalled
    roles = DESK

    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Deciding):
    """Say for the department that it will talk; it takes charge of a proposal that no department has yet."""

    name = "dialogue.accept"
    ja = "対話に応じる"
    records = domain.Accepted
    roles = DEPARTMENT

    note: ToDepartment | None = None

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """That proposer and department are matched, while no department is in charge."""
        if state.proposal is None or state.department is None:
            return ()
        if not has_no_department(context.look(PROPOSAL, state.proposal)):
            return ()
        return (Further(PROPOSAL, state.proposal, InvitationAccepted(self.dialogue, state.department)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDown(DialogueWish):
    """Say for the department that it will not talk, and why."""

    name = "dialogue.turnDown"
    ja = "対話を辞退する"
    records = domain.TurnedDown
    roles = DEPARTMENT

    reason: Annotated[str, Says(Audience.DEPARTMENT, reason=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeMeeting(Deciding):
    """Arrange a meeting, or arrange one anew for another time: when, where, who."""

    name = "dialogue.arrangeMeeting"
    ja = "面談を設定する"
    records = domain.MeetingArranged

    meeting: UUID
    on: date
    place: ShortToProposer
    time: ShortToProposer | None = None
    agenda: ToProposer | None = None
    members: tuple[MemberId, ...] = ()
    visitors: tuple[Visitor, ...] = ()

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises DateInvalid for a day that is over: what took place is recorded as held."""
        super(ArrangeMeeting, self).judge(state, context)
        not_past("on", self.on, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeeting(Talking):
    """Record a meeting that took place on ``occurredOn``; without `meeting` one that was not arranged before."""

    name = "dialogue.recordMeeting"
    ja = "面談を記録する"
    records = domain.MeetingHeld

    meeting: UUID
    minutes: ToDepartment
    shared: ToProposer | None = None
    next_step: ToProposer | None = None
    members: tuple[MemberId, ...] = ()
    visitors: tuple[Visitor, ...] = ()

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit, ReferenceUnknown for a meeting that was never arranged."""
        super(RecordMeeting, self).judge(state, context)
        arranged = self.meeting in state.meetings or self.meeting == context.new_id("meeting")
        if state.stage is domain.Stage.IN_DIALOGUE and not arranged:
            raise ReferenceUnknown(field="meeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMinutes(DialogueWish):
    """Put right what was written about a meeting, saying why; the history keeps what it said before."""

    name = "dialogue.correctMinutes"
    ja = "面談の記録を訂正する"
    records = domain.MinutesCorrected

    meeting: UUID
    minutes: ToDepartment
    reason: ToDepartment
    shared: ToProposer | None = None
    next_step: ToProposer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMeeting(DialogueWish):
    """Call off a meeting that was arranged."""

    name = "dialogue.cancelMeeting"
    ja = "面談を中止する"
    records = domain.MeetingCancelled

    meeting: UUID
    reason: ToProposer


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Talking):
    """Write to the proposer."""

    name = "dialogue.sendMessage"
    ja = "提案者に連絡する"
    records = domain.MessageSent

    text: ToProposer

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"message": context.new_id("message")}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterMessage(Talking):
    """Enter what the proposer wrote or said, on the day it came."""

    name = "dialogue.enterMessage"
    ja = "提案者からの連絡を記録する"
    records = domain.MessageReceived

    text: Annotated[str, Says(Audience.PROPOSER, (Mark.KNOW_HOW,), own=True)]

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"message": context.new_id("message")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(DialogueWish):
    """Note something that the proposer does not see: for the departments, or for the desk and the council alone."""

    name = "dialogue.note"
    ja = "内部メモを残す"
    records = domain.Noted

    text: ToDepartment
    read_by: domain.NoteFor = domain.NoteFor.DEPARTMENT

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id, and the text for whom it is."""
        del state
        text = Says(Audience(self.read_by.value)).sealed("text", self.text, context.file)
        return {"note": context.new_id("note"), "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose(Deciding):
    """Hand information of the city to the proposer, who keeps it secret: what, to whom, on which condition."""

    name = "dialogue.disclose"
    ja = "市の情報を提供する"
    records = domain.Disclosed

    what: Annotated[str, Says(Audience.DEPARTMENT, (Mark.NON_DISCLOSURE,))]
    recipient: Visitor
    condition: ToProposer

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"disclosure": context.new_id("disclosure")}

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.DISCLOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceToBring:
    """What a side brings in (提供リソース)."""

    party: domain.Party
    asset: domain.Asset
    description: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalToReach:
    """What both want to reach, by what it is measured and how much of it by when (目標・指標)."""

    description: Known
    measure: Known
    target: Known
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostToBear:
    """What costs what and who bears it (費用の分担)."""

    bearer: domain.Party
    description: Known
    yen: Yen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResources(DialogueWish):
    """Record what each side brings in: people, things, money, information, koto; all of it, in place of what was."""

    name = "dialogue.recordResources"
    ja = "双方の提供リソースを記録する"
    records = domain.ResourcesRecorded

    resources: tuple[ResourceToBring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGoals(DialogueWish):
    """Record the goals with measure and target; all of them, in place of what was."""

    name = "dialogue.recordGoals"
    ja = "目標と指標を記録する"
    records = domain.GoalsRecorded

    goals: tuple[GoalToReach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCosts(DialogueWish):
    """Record what costs what and who bears it; all of it, in place of what was."""

    name = "dialogue.recordCosts"
    ja = "費用構造を記録する"
    records = domain.CostsRecorded

    costs: tuple[CostToBear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScheme(DialogueWish):
    """Record how it would be carried out, and by which method of the city's catalogue."""

    name = "dialogue.recordScheme"
    ja = "事業スキームを記録する"
    records = domain.SchemeRecorded

    scheme: Known
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignWithPlans(DialogueWish):
    """Record which fields of the city's plans it serves, and how."""

    name = "dialogue.alignWithPlans"
    ja = "計画との整合を記録する"
    records = domain.PlansAligned

    plan_fields: tuple[str, ...]
    alignment: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End(DialogueWish):
    """End the dialogue, saying how and why."""

    name = "dialogue.end"
    ja = "対話を終える"
    records = domain.Ended

    ending: domain.Ending
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Deciding):
    """Go on with a dialogue that had ended, saying why."""

    name = "dialogue.resume"
    ja = "対話を再開する"
    records = domain.Resumed

    reason: ToDepartment


def not_past(field: str, day: date | None, context: Context) -> None:
    """Raises DateInvalid for a day before today."""
    if day is not None and day < context.today:
        today = context.today.isoformat()
        raise DateInvalid(
            field=field,
            problem=f"name today ({today}) or a later day.",
            problem_ja=f"今日（{today}）以降の日が必要です",
        )


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
)
