"""Reception and screening with the departments: completed, looked at, refused or handed over (受付・精査・引継ぎ)."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.calendar import Due
from domain.errors import ChecklistOpen, PartMissing, PartUnfitting
from domain.policy import Policy, known
from domain.proposal.state import Destination, Ground, Proposal
from domain.values import Code, Sealed


@dataclass(frozen=True, slots=True)
class Returned:
    """The desk gave it back for completion (補正依頼). ``due``: by which rule, where the officer named no day."""

    reason: Sealed
    due_on: date | None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """The proposer completed it (補正)."""

    title: Sealed | None
    summary: Sealed | None
    note: Sealed


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item of the city's checklist, met or not."""

    item: Code
    met: bool
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Checked:
    """The desk went through the city's checklist, or a part of it (確認表による確認)."""

    items: tuple[CheckedItem, ...]
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class OpinionsAsked:
    """Departments were asked what they think of it (関係課への意見照会)."""

    departments: tuple[UUID, ...]
    question: Sealed
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """A department that was asked answered; ``None``: it cannot tell (関係課の意見)."""

    department: UUID
    useful: bool | None
    feasible: bool | None
    note: Sealed


@dataclass(frozen=True, slots=True)
class Screened:
    """Screening with the departments found it useful and feasible (精査)."""

    reason: Sealed
    departments: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Reception or screening refused it, on a coded ground (不受理)."""

    ground: Ground
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Referred:
    """It was handed over to a department, a method with its own rules or a partner programme (引継ぎ)."""

    destination: Destination
    department: UUID | None
    code: Code | None
    reason: Sealed


def check_destination(_proposal: Proposal, policy: Policy, referred: Referred) -> None:
    """Whether it can be handed over there.

    Raises PartMissing without a department, CodeUnknown for a method that has no rules of its own in this city's
    catalogue, for a programme that the city does not know, and for any code beside a department.
    """
    match referred.destination:
        case Destination.DEPARTMENT:
            if referred.department is None:
                raise PartMissing(
                    field="department",
                    problem="name the department it goes to",
                    problem_ja="引継ぎ先の担当課を指定してください",
                )
            if referred.code is not None:
                known("code", referred.code, ())
        case Destination.METHOD:
            methods = policy.methods.entries if policy.methods else ()
            known("code", referred.code or "", tuple(method.code for method in methods if method.own_rules))
        case Destination.PROGRAMME:
            known("code", referred.code or "", tuple(entry.code for entry in policy.partner_programmes))
        case _:
            assert_never(referred.destination)


def check_items(_proposal: Proposal, policy: Policy, checked: Checked) -> None:
    """Raises PartMissing without items, CodeUnknown for one that the city's list does not have, PartUnfitting."""
    if not checked.items:
        raise PartMissing(field="items", problem="name at least one", problem_ja="項目を一つ以上指定してください")
    items = policy.screening.items if policy.screening else ()
    for place, each in enumerate(checked.items):
        known("items.item", each.item, tuple(item.code for item in items))
        if each.item in {other.item for other in checked.items[:place]}:
            raise PartUnfitting(
                field="items.item",
                problem=f"{each.item} stands there twice",
                problem_ja="同じ項目が重複しています",
            )


def check_list_met(proposal: Proposal, policy: Policy, _screened: Screened) -> None:
    """Raises ChecklistOpen where the city wants every item met first."""
    if policy.screening and policy.screening.all_met:
        unmet = [item for item in policy.screening.items if item.code not in proposal.met]
        if unmet:
            items = ", ".join(item.code for item in unmet)
            raise ChecklistOpen(items=items, items_ja="、".join(item.name.ja for item in unmet))


def check_asked(_proposal: Proposal, _policy: Policy, asked: OpinionsAsked) -> None:
    """Raises PartMissing when no department is asked."""
    if not asked.departments:
        raise PartMissing(field="departments", problem="name at least one", problem_ja="課を一つ以上指定してください")


def check_opinion(proposal: Proposal, _policy: Policy, given: OpinionGiven) -> None:
    """Raises PartUnfitting for a department that was not asked."""
    if given.department not in proposal.asked | proposal.answered:
        raise PartUnfitting(
            field="department",
            problem="that department was not asked",
            problem_ja="意見照会をしていない課です",
        )
