"""The proposer's name, whom to ask and how, and to which city that was told (名称・連絡先・提供)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain import proposal as domain
from domain.errors import DateInvalid, PartUnfitting
from domain.policy import Policy
from domain.proposal import Proposal
from domain.values import Audience, city_code
from tenants.commands.proposals.wish import OwnAddress, OwnContact, OwnName, ProposalWish
from tenants.saying import Says, ToProposer
from tenants.wish import Context

OwnNote = Annotated[str, Says(Audience.DEPARTMENT, own=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameParty(ProposalWish):
    """Enter that the proposing organisation bears another name since a day; the former one is still found and shown."""

    name = "proposal.renameParty"
    ja = "提案者の名称変更を登録する"
    records = domain.PartyRenamed

    organisation: OwnName
    since: date
    organisation_kana: OwnName | None = None
    note: OwnNote | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a day to come."""
        del state
        context.not_ahead("since", self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContact(ProposalWish):
    """Enter whom to ask now, as a whole, with the consent of whom it names; the former consent holds no longer."""

    name = "proposal.changeContact"
    ja = "担当者・連絡先の変更を登録する"
    records = domain.ContactChanged

    contact_name: OwnContact | None = None
    contact_kana: OwnContact | None = None
    contact_department: OwnContact | None = None
    contact: OwnAddress | None = None
    purpose: int | None = None
    share_contact: bool = False

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """The purpose of use counts as it was worded on the day on which the proposer told it, or since."""
        return super(ChangeContact, self).events(state, context.as_shown(self.accepts))

    def accepts(self, policy: Policy) -> bool:
        """Whether what was accepted is what this policy shows."""
        return policy.is_purpose(self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConsent(ProposalWish):
    """Enter that the proposer lets its contact go to another city, or that it does so no longer."""

    name = "proposal.changeConsent"
    ja = "連絡先の提供への同意・撤回を登録する"
    records = domain.ConsentChanged

    share_contact: bool
    note: OwnNote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassContactOn(ProposalWish):
    """Enter, before it is done, that another city is told how to reach the proposer; only with the proposer's consent.

    The proposer is told which city it is, and why.
    """

    name = "proposal.passContactOn"
    ja = "連絡先を他の自治体へ提供する"
    records = domain.ContactPassedOn

    city: str
    reason: ToProposer

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises CityCodeInvalid, PartUnfitting for the own city, DateInvalid for what was done before today."""
        del state
        if context.happened_on != context.today:
            raise DateInvalid(
                field="entry.occurredOn.on",
                problem="this is entered before it is done; leave the day out.",
                problem_ja="この操作は提供の前に行います。日付は省略してください",
            )
        if city_code(self.city) == context.city:
            raise PartUnfitting(
                field="city", problem="that is your own city", problem_ja="自らの自治体以外を指定してください"
            )
