"""A department is invited and answers; the dialogue ends and goes on (招請・応諾・終了・再開)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from domain import dialogue as domain
from domain.dialogue import Dialogue
from domain.errors import NotAllowed
from domain.proposal import PROPOSAL, InvitationAccepted, Proposal, has_no_department
from domain.values import Audience
from tenants.commands.dialogues.wish import DEPARTMENT, DESK, Deciding, DialogueWish, Ending
from tenants.members import Role
from tenants.saying import DepartmentId, Says, TitleForDepartment, ToDepartment
from tenants.wish import Context, Further


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
            context.not_past("answerBy", self.answer_by)

    def beside(self, state: Dialogue, context: Context) -> dict[str, Any]:
        """Who proposes."""
        del state
        return {"proposer": self._proposal(context).proposer or self.proposal}

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del state, context
        return self.noted(self.proposal, open_=True)

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
        context.not_past("answerBy", self.answer_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Ending):
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
class TurnDown(Ending):
    """Say for the department that it will not talk, and why."""

    name = "dialogue.turnDown"
    ja = "対話を辞退する"
    records = domain.TurnedDown
    roles = DEPARTMENT

    reason: Annotated[str, Says(Audience.DEPARTMENT, reason=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Ending):
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

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del context
        return self.noted(state.proposal, open_=True)


WHOSE: Final = {domain.Stage.RECALLED: Role.DESK_OFFICER, domain.Stage.TURNED_DOWN: Role.DEPARTMENT_OFFICER}
"""Stage to who led a dialogue there, and may take that back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(Deciding):
    """Take back what was a mistake, your own: as the desk a recall, for the department that it turned it down."""

    name = "dialogue.correctStep"
    ja = "対話の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit, InterestOfDecider, NotAllowed, ReferenceUnsuitable for a proposal decided since."""
        super(CorrectStep, self).judge(state, context)
        whose = WHOSE.get(state.stage)
        if whose is not None and whose not in context.member.roles:
            raise NotAllowed(needed=whose)
        if whose is not None and state.proposal is not None:
            domain.may_invite(context.look(PROPOSAL, state.proposal))

    def also(self, state: Dialogue, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del context
        return self.noted(state.proposal, open_=True)
