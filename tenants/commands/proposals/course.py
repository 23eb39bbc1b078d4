"""It waits, goes on, is put right, withdrawn or closed; files go with it (手続の経過・添付)."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from domain import proposal as domain
from domain.errors import NotAllowed
from domain.organisation import named
from domain.proposal import Proposal
from domain.rights import RIGHTS
from domain.roles import ACTING
from domain.values import Audience, Mark
from tenants.commands.proposals.wish import DEPARTMENT, DepartmentWish, ProposalWish
from tenants.members import Role
from tenants.saying import Says, ToCouncil, ToDepartment, ToDesk, ToProposer
from tenants.wish import Context, rights_id

if TYPE_CHECKING:
    from tenants.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(ProposalWish):
    """Take a wrong step back to a stage at which it stood before; what was closed, to where it stood then.

    A decision is not taken back but corrected (``correctProposalDecision``).
    """

    name = "proposal.correctStep"
    ja = "誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Back before the first answer, that is due again, on the day on which it was."""
        del context
        unanswered = self.to is domain.Stage.RECEIVED and not state.completions
        return {"unanswered": unanswered, "due_on": state.owed_on if unanswered else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(DepartmentWish):
    """Let it rest for a while, saying why and, if it is known, until when; said again, its last word counts."""

    name = "proposal.suspend"
    ja = "保留する"
    records = domain.Suspended

    reason: ToProposer
    until: date | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit, DateInvalid for a day that has passed."""
        super(Suspend, self).judge(state, context)
        context.in_time("until", self.until)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Since when it rests."""
        del state
        return {"on": context.happened_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(DepartmentWish):
    """Let it go on where it stood."""

    name = "proposal.resume"
    ja = "再開する"
    records = domain.Resumed

    reason: ToProposer | None = None

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """The deadline moves by the days for which it rested, to a business day."""
        due, since = state.due_on, state.suspended_on
        if due is None or since is None or due < since or context.happened_on <= since:
            return {"due_on": None}
        return {"due_on": context.business_day(due + (context.happened_on - since), 0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest(ProposalWish):
    """Enter that a member has an interest in the matter; that member does not decide it."""

    name = "proposal.declareInterest"
    ja = "利益相反を申告する"
    records = domain.InterestDeclared
    roles = ACTING - {Role.CITY_ADMINISTRATOR}

    note: ToCouncil
    member: UUID | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Only the desk enters it for another. Raises NotAllowed, ReferenceUnknown."""
        del state
        if self.member not in {None, context.member.id}:
            if Role.DESK_OFFICER not in context.member.roles:
                raise NotAllowed(needed=Role.DESK_OFFICER)
            named(context.look(RIGHTS, rights_id(context.city)).members, "member", self.member, context.today)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Left out, the member is who enters it."""
        del state
        return {"member": self.member or context.member.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawInterest(ProposalWish):
    """Enter that an interest was declared by mistake, of whomever, and why: that member may decide it after all."""

    name = "proposal.withdrawInterest"
    ja = "利益相反の申告を取り消す"
    records = domain.InterestWithdrawn

    member: UUID
    reason: ToCouncil


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(ProposalWish):
    """Enter that the proposer takes it back."""

    name = "proposal.withdraw"
    ja = "取下げを受け付ける"
    records = domain.Withdrawn
    roles = DEPARTMENT

    reason: Annotated[str, Says(Audience.DESK, own=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ProposalWish):
    """Close the file of a proposal that has come to an end."""

    name = "proposal.close"
    ja = "完結する"
    records = domain.Closed

    reason: ToDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile(DepartmentWish):
    """Put a file with it that was uploaded before (``POST /desk/{city}/files``), while it is not decided."""

    name = "proposal.attachFile"
    ja = "ファイルを添付する"
    records = domain.Attached

    file: UUID

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """None for a file that it has: its upload is gone."""
        return () if self.file in state.files else super(AttachFile, self).events(state, context)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """What came in, under the proposer's key."""
        own = self.owner(state) or context.file
        return context.uploaded(self.file).told(own, Audience.DEPARTMENT, Mark.KNOW_HOW)

    def after(self, desk: "Desk") -> None:
        """The upload is none any more."""
        desk.uploads().forget(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachFile(DepartmentWish):
    """Enter that a file belongs to it no longer, and why; that it did stays in the history."""

    name = "proposal.detachFile"
    ja = "添付を取り下げる"
    records = domain.Detached

    file: UUID
    reason: ToDepartment
