"""Who proposes and how to reach them, as it changes: name, contact, consent, to whom it went (名称・連絡先).

What was told before stays as it was told: a name is borne from a day on, and the ones before it are still found.
"""

from dataclasses import dataclass, replace
from datetime import date

from domain.errors import ContactNotShared, PartMissing
from domain.policy import Policy
from domain.proposal.offer import DraftContent, Received
from domain.proposal.state import Proposal
from domain.values import CityCode, Sealed


@dataclass(frozen=True, slots=True)
class PartyRenamed:
    """The organisation bears another name from a day on (商号・名称の変更)."""

    organisation: Sealed
    since: date
    organisation_kana: Sealed | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """Somebody else is to be asked, or is reached otherwise (担当者・連絡先の変更).

    Written anew as a whole, with the consent of whom it names: what is left out holds no longer.
    """

    contact_name: Sealed | None = None
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    contact: Sealed | None = None
    purpose: int | None = None
    share_contact: bool = False


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """The proposer lets the contact be passed on to another city, or does so no longer (提供の同意・撤回)."""

    share_contact: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ContactPassedOn:
    """Another city was told how to reach the proposer, and what for (他の自治体への連絡先の提供)."""

    city: CityCode
    reason: Sealed


Party = PartyRenamed | ContactChanged | ConsentChanged | ContactPassedOn


def fold_party(proposal: Proposal, event: Party | DraftContent | Received) -> Proposal:
    """Whether there is a contact, whether it may go to another city, and to which it went."""
    match event:
        case ConsentChanged(share_contact=share):
            return replace(proposal, share_contact=share, passed_on=frozenset())
        case ContactPassedOn(city=city):
            return replace(proposal, passed_on=proposal.passed_on | {city})
        case PartyRenamed():
            return proposal
        case _:
            share = not isinstance(event, DraftContent) and event.share_contact
            there = bool(event.contact_name or event.contact)
            return replace(proposal, has_contact=there, share_contact=share, passed_on=frozenset())


def check_contact(_proposal: Proposal, policy: Policy, changed: ContactChanged) -> None:
    """Who is named accepted what it is used for. Raises PartMissing when nothing is told, CodeUnknown."""
    if not any((changed.contact_name, changed.contact)):
        raise PartMissing(
            field="contact",
            problem="name somebody, or say how to reach the proposer",
            problem_ja="担当者名または連絡先を入力してください",
        )
    policy.check_purpose(changed.purpose, asked=True)


def check_consent(proposal: Proposal, _policy: Policy, _passed: ContactPassedOn) -> None:
    """Raises PartMissing where there is nobody to reach, ContactNotShared without the proposer's consent."""
    if not proposal.has_contact:
        raise PartMissing(
            field="contact", problem="this proposal names nobody", problem_ja="この提案には連絡先がありません"
        )
    if not proposal.share_contact:
        raise ContactNotShared
