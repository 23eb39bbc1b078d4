"""A proposal is drafted, received, completed, or its proposer turned away (下書き・受付・補正)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain import challenge as challenges
from domain import proposal as domain
from domain.challenge import CHALLENGE
from domain.policy import Deadline, OrganisationKind, Policy
from domain.proposal import Proposal
from domain.values import Audience, Code
from tenants.commands.proposals.wish import (
    DEPARTMENT,
    OwnAddress,
    OwnContact,
    OwnName,
    OwnNumber,
    OwnSummary,
    OwnTitle,
    ProposalWish,
    check_channel,
)
from tenants.saying import Says, ToDepartment, ToDesk, ToProposer
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A condition that the proposer accepted, in its version."""

    condition: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(ProposalWish):
    """What a proposer tells, handed in or as a draft."""

    roles = DEPARTMENT

    kind: str
    organisation_kind: OrganisationKind
    organisation: OwnName
    organisation_kana: OwnName | None = None
    title: OwnTitle
    contact_name: OwnContact | None = None
    contact_kana: OwnContact | None = None
    contact_department: OwnContact | None = None
    contact: OwnAddress | None = None
    corporate_number: OwnNumber | None = None
    challenge: UUID | None = None
    city_money: domain.CityMoney = domain.CityMoney.UNKNOWN
    track: str | None = None
    brings: OwnSummary | None = None
    wants: OwnSummary | None = None
    plan_fields: tuple[str, ...] = ()
    purpose: int | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """It came by a way that is open, and answers a published challenge.

        Raises CodeUnknown, ReferenceUnknown, ReferenceUnsuitable.
        """
        check_channel(context)
        if self.challenge is not None and state.stage in {domain.Stage.NEW, domain.Stage.DRAFT}:
            CHALLENGE.named(context.look(CHALLENGE, self.challenge), challenges.Stage.PUBLISHED)

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """What the proposer accepted counts as it was worded on the day on which the offer came, or since."""
        return super(Offer, self).events(state, context.as_shown(self.accepts))

    def accepts(self, policy: Policy) -> bool:
        """Whether what was accepted is what this policy asks to accept, in its versions."""
        return policy.is_purpose(self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Offer):
    """Keep what a proposer has entered so far; it has no receipt number until it is received under the same id."""

    name = "proposal.draft"
    ja = "下書きを保存する"
    records = domain.Drafted

    proposer: UUID
    summary: OwnSummary | None = None
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer."""
        del state
        return self.proposer


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDraft(Offer):
    """Write a draft anew: what is left out now stands in it no longer."""

    name = "proposal.editDraft"
    ja = "下書きを書き直す"
    records = domain.DraftEdited

    summary: OwnSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft(ProposalWish):
    """Give a draft up that was never handed in."""

    name = "proposal.discardDraft"
    ja = "下書きを破棄する"
    records = domain.Discarded
    roles = DEPARTMENT

    reason: ToDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway(ProposalWish):
    """Note that somebody who may not propose here was told so: kind, way and day, and nothing about the person."""

    name = "proposal.turnAway"
    ja = "対象外として案内したことを記録する"
    records = domain.TurnedAway
    roles = DEPARTMENT

    organisation_kind: OrganisationKind
    kind: str | None = None
    sample: bool = False

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises CodeUnknown for a way that is not open."""
        del state
        check_channel(context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Offer):
    """Take a proposal in, from the portal or entered by the desk for a proposer; answers with its receipt number.

    Under the id of a draft, it is that draft that is received, from the party that began it. Conditions and purpose of
    use were accepted in versions that were in force on the day on which it came, or since.
    """

    name = "proposal.receive"
    ja = "提案を受け付ける"
    records = domain.Received
    begins = True

    proposer: UUID
    summary: OwnSummary
    accepted: tuple[Accepted, ...] = ()
    share_contact: bool = False
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def accepts(self, policy: Policy) -> bool:
        """The purpose of use, and the conditions."""
        asked = {(each.code, each.version) for each in policy.conditions}
        told = {(each.condition, each.version) for each in self.accepted}
        return asked == told and super(Receive, self).accepts(policy)

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer."""
        return state.proposer or self.proposer

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """A number yet to be taken, who began the draft, and until when the city means to answer first."""
        receipt = domain.ReceiptNumber(context.fiscal_year, Code(self.kind), 0)
        due = context.due(Deadline.FIRST_ANSWER)
        return {"receipt": receipt, "proposer": state.proposer or self.proposer, "due": due}

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """The receipt number is taken only when nothing else stands against it."""
        (received,) = super(Receive, self).events(state, context)
        serial = context.take_serial(self.kind)
        return (replace(received, receipt=replace(received.receipt, serial=serial)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReceipt(ProposalWish):
    """Write anew as a whole what was entered wrongly at its receipt, and why; the number that was told stays.

    What is left out stands in it no longer. Its name and contact are changed by ``renameProposalParty`` and
    ``changeProposalContact``. Another day of arrival sets the deadline of a first answer that is still due anew, unless
    an officer has promised another day or it rests.
    """

    name = "proposal.correctReceipt"
    ja = "受付内容を訂正する"
    records = domain.ReceiptCorrected

    kind: str
    organisation_kind: OrganisationKind
    title: OwnTitle
    summary: OwnSummary
    received_on: date
    reason: ToDepartment
    corporate_number: OwnNumber | None = None
    challenge: UUID | None = None
    track: str | None = None
    brings: OwnSummary | None = None
    wants: OwnSummary | None = None
    plan_fields: tuple[str, ...] = ()
    sample: bool = False

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a day that has not come, ReferenceUnknown, ReferenceUnsuitable."""
        del state
        context.not_ahead("receivedOn", self.received_on)
        if self.challenge is not None:
            shown = challenges.Stage.PUBLISHED, challenges.Stage.CLOSED
            CHALLENGE.named(context.look(CHALLENGE, self.challenge), *shown)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Until when the first answer is due, if it is by the rule, and the day is another one."""
        owed = state.stage is domain.Stage.RECEIVED and state.due_on is not None
        if not owed or state.extended or state.suspended or self.received_on == context.began_on:
            return {"due": None}
        return {"due": replace(context, happened_on=self.received_on).due(Deadline.FIRST_ANSWER)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForCompletion(ProposalWish):
    """Give it back to be completed, saying what is missing; where no day is named, a rule of the city may give one."""

    name = "proposal.returnForCompletion"
    ja = "補正を求める"
    records = domain.Returned

    reason: ToProposer
    due_on: date | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a last day that was over."""
        del state
        context.in_time("dueOn", self.due_on)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """The last day: the officer's, else by the city's rule."""
        del state
        due = context.due(Deadline.COMPLETION) if self.due_on is None else None
        return {"due_on": due.on if due else self.due_on, "due": due}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline(ProposalWish):
    """Give more time, for the first answer or for the completion; the proposer is told why."""

    name = "proposal.extendDeadline"
    ja = "期限を延長する"
    records = domain.DeadlineExtended

    due_on: date
    reason: ToProposer

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a day before the one on which it was given."""
        super(ExtendDeadline, self).judge(state, context)
        context.in_time("dueOn", self.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(ProposalWish):
    """Enter what the proposer sent to complete it."""

    name = "proposal.complete"
    ja = "補正を受け付ける"
    records = domain.Completed
    roles = DEPARTMENT

    note: Annotated[str, Says(Audience.DEPARTMENT, own=True)]
    title: OwnTitle | None = None
    summary: OwnSummary | None = None
