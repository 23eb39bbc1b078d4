"""From the first wording to the last signature (素案・内容の合意・締結)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.agreement.state import Agreement, Stage
from domain.agreement.terms import Terms, check_party, check_terms
from domain.errors import PartUnfitting
from domain.policy import AgreementKind, Policy
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class Drafted:
    """The wording was begun (素案). ``proposal`` is what it carries out; none for a comprehensive one."""

    kind: AgreementKind
    proposal: UUID | None
    department: UUID | None
    terms: Terms
    sample: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """The wording was changed before anybody signed (修正)."""

    terms: Terms
    changes: Sealed


@dataclass(frozen=True, slots=True)
class Settled:
    """All parties agree with the wording (内容の合意)."""

    on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Signed:
    """The city signed (締結). ``last``: all have signed now, so that it takes effect."""

    on: date
    last: bool


@dataclass(frozen=True, slots=True)
class Countersigned:
    """Another party signed (相手方の署名). ``last``: all have signed now, so that it takes effect."""

    party: int
    on: date
    last: bool


@dataclass(frozen=True, slots=True)
class Abandoned:
    """It was given up before it took effect (取りやめ)."""

    reason: Sealed


def check_drafted(_agreement: Agreement, policy: Policy, event: Drafted) -> None:
    """A comprehensive one is not about one proposal. Raises PartUnfitting and what :func:`check_terms` raises."""
    if event.kind is AgreementKind.COMPREHENSIVE and event.proposal is not None:
        raise PartUnfitting(
            field="proposal",
            problem="a comprehensive agreement is about no single proposal; attach the proposals to it",
            problem_ja="包括連携協定は個別の提案についてのものではありません。提案は個別案件として追加してください",
        )
    check_terms(event.kind, policy, event.terms)


def check_changed(agreement: Agreement, policy: Policy, event: Changed) -> None:
    """What :func:`check_terms` raises."""
    check_terms(agreement.kind, policy, event.terms)


def check_signed(agreement: Agreement, _policy: Policy, event: Signed) -> None:
    """Raises PartUnfitting unless ``last`` is true of the last party alone."""
    _check_last(event.last, agreement.completes(agreement.city))


def check_countersigned(agreement: Agreement, _policy: Policy, event: Countersigned) -> None:
    """By another party than the city. Raises PartUnfitting."""
    check_party("party", event.party, len(agreement.sides))
    if event.party == agreement.city:
        raise PartUnfitting(
            field="party",
            problem="that is the city, which signs by signAgreement",
            problem_ja="市自身の署名は「協定等を締結する」で記録してください",
        )
    _check_last(event.last, agreement.completes(event.party))


def _check_last(said: bool, completes: bool) -> None:  # noqa: FBT001 - two answers to one question
    if said is not completes:
        raise PartUnfitting(
            field="last",
            problem="it takes effect with the signature of the last party, and not before",
            problem_ja="全当事者の署名がそろったときに限り発効します",
        )


def after_signing(event: Signed | Countersigned) -> Stage:
    """In effect once all have signed."""
    return Stage.IN_EFFECT if event.last else Stage.SIGNING
