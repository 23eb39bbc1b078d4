"""What is carried out under it: proposals and projects (個別案件・事業)."""

from dataclasses import dataclass
from uuid import UUID

from domain.agreement.state import Agreement
from domain.errors import PartUnfitting
from domain.policy import AgreementKind, Policy
from domain.proposal import PROPOSAL, Proposal, named_for_work
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class Attached:
    """A proposal is carried out under this comprehensive agreement (個別案件の追加)."""

    proposal: UUID


@dataclass(frozen=True, slots=True)
class Detached:
    """A proposal is no longer carried out under it (個別案件の除外)."""

    proposal: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class ProjectNamed:
    """A project is carried out under it, as the record of the project tells (事業との結付け)."""

    project: UUID
    proposal: UUID | None


@dataclass(frozen=True, slots=True)
class ProjectDropped:
    """That project is carried out under it no longer (事業との結付けの解除)."""

    project: UUID


def check_covering(agreement: Agreement, _policy: Policy, _event: Attached | Detached) -> None:
    """Raises PartUnfitting unless it is comprehensive."""
    if agreement.kind is not AgreementKind.COMPREHENSIVE:
        raise PartUnfitting(
            field="proposal",
            problem="only a comprehensive agreement covers several proposals; this one is about its own",
            problem_ja="複数の案件を対象にできるのは包括連携協定だけです",
        )


def check_project(agreement: Agreement, _policy: Policy, event: ProjectNamed) -> None:
    """Raises PartUnfitting for a second project of one that is not comprehensive, or the work on another proposal."""
    if agreement.kind is AgreementKind.COMPREHENSIVE:
        return
    if agreement.projects - {event.project}:
        raise PartUnfitting(
            field="agreement",
            problem="another project is carried out under it; only a comprehensive agreement covers several",
            problem_ja="別の事業の協定等です。複数の事業を対象にできるのは包括連携協定だけです",
        )
    if agreement.proposals and event.proposal not in agreement.proposals:
        raise PartUnfitting(
            field="agreement",
            problem="it is about another proposal than the project",
            problem_ja="この事業の提案とは別の提案についての協定等です",
        )


def check_carried_out(proposal: Proposal) -> None:
    """A proposal under an agreement is adopted. Raises ReferenceUnknown, ReferenceUnsuitable, IsSuspended."""
    named_for_work(PROPOSAL.named(proposal))
