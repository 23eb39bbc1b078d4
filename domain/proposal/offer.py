"""What a proposer offers, as a draft or handed in, and whether this city takes it in (下書き・受付)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calendar import Due
from domain.errors import AcceptedTwice, NotEligible, PartMissing, PartUnfitting
from domain.policy import Answering, OrganisationKind, Policy, known
from domain.proposal.state import CityMoney, Proposal
from domain.values import Code, Sealed


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """The number told to the proposer: per city, fiscal year and kind, counted from 1 (受付番号)."""

    fiscal_year: int
    kind: Code
    serial: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A condition the proposer accepted at intake, and its version."""

    condition: Code
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """What stands in a draft: as much as was entered so far."""

    kind: Code
    organisation_kind: OrganisationKind
    organisation: Sealed
    title: Sealed
    summary: Sealed | None = None
    organisation_kana: Sealed | None = None
    contact_name: Sealed | None = None
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    contact: Sealed | None = None
    corporate_number: Sealed | None = None
    challenge: UUID | None = None
    city_money: CityMoney = CityMoney.UNKNOWN
    track: Code | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None
    plan_fields: tuple[Code, ...] = ()
    purpose: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(DraftContent):
    """A proposal was begun and not handed in; it has no receipt number yet (下書き)."""

    proposer: UUID
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEdited(DraftContent):
    """The draft was written anew as a whole (下書きの修正)."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft was given up without being handed in (下書きの破棄)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody who may not propose here was told so; nothing else is kept (対象外の案内).

    Channel and day stand in the circumstances.
    """

    organisation_kind: OrganisationKind
    kind: Code | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """The desk received a proposal (受付). ``sample`` entries are shown as such and kept out of statistics.

    ``purpose``: the version of the statement of purpose (利用目的) that the proposer accepted; ``share_contact``: the
    contact may be passed on to another city. ``due``: until when the city means to answer first (回答目安).
    """

    receipt: ReceiptNumber
    organisation_kind: OrganisationKind
    proposer: UUID
    organisation: Sealed
    title: Sealed
    summary: Sealed
    contact_name: Sealed | None
    contact: Sealed | None
    corporate_number: Sealed | None
    challenge: UUID | None
    accepted: tuple[Acceptance, ...]
    sample: bool
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    city_money: CityMoney = CityMoney.UNKNOWN
    track: Code | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None
    plan_fields: tuple[Code, ...] = ()
    purpose: int | None = None
    share_contact: bool = False
    due: Due | None = None
    organisation_kana: Sealed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCorrected:
    """What was entered at its receipt was wrong, and is written anew as a whole (受付内容の訂正).

    The number that was told stays, whatever kind stands in it. ``received_on``: the day on which it came; ``due``:
    until when the first answer is due, where another day changes that. Who proposes and whom to ask is changed
    elsewhere.
    """

    kind: Code
    organisation_kind: OrganisationKind
    title: Sealed
    summary: Sealed
    received_on: date
    reason: Sealed
    sample: bool
    corporate_number: Sealed | None = None
    challenge: UUID | None = None
    track: Code | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None
    plan_fields: tuple[Code, ...] = ()
    due: Due | None = None


def check_content(policy: Policy, content: DraftContent | Received | ReceiptCorrected, kind: Code) -> None:
    """Raises CodeUnknown for a kind, track or field that this city does not have, NotEligible."""
    known("kind", kind, tuple(policy.kinds()))
    if policy.eligibility and content.organisation_kind in policy.eligibility.excluded:
        raise NotEligible(kind=content.organisation_kind.value)
    if content.track is not None:
        known("track", content.track, policy.track_codes())
    for field in content.plan_fields:
        known("planFields", field, policy.field_codes())


def check_draft(_proposal: Proposal, policy: Policy, draft: DraftContent) -> None:
    """What stands in a draft must be possible, not complete; who is named there accepted what it is used for.

    Raises CodeUnknown, NotEligible, PartMissing.
    """
    check_content(policy, draft, draft.kind)
    person = (draft.contact_name, draft.contact_kana, draft.contact_department, draft.contact)
    policy.check_purpose(draft.purpose, asked=any(person))


def check_turned_away(_proposal: Proposal, policy: Policy, away: TurnedAway) -> None:
    """Raises CodeUnknown for a kind of party that may propose here, and for a kind that the city does not have."""
    if away.kind is not None:
        known("kind", away.kind, tuple(policy.kinds()))
    excluded = policy.eligibility.excluded if policy.eligibility else ()
    known("organisationKind", away.organisation_kind, tuple(Code(kind.value) for kind in excluded))


def check_received(_proposal: Proposal, policy: Policy, received: Received) -> None:
    """Whether this city takes it in.

    Raises what check_content does; CodeUnknown also for anything accepted beside the conditions in their versions and
    for another version of the statement of purpose; PartMissing when the kind needs a challenge that is not named, the
    city asks for something that was left out, conditions were not accepted, or its statement of purpose was not;
    PartUnfitting; AcceptedTwice.
    """
    check_content(policy, received, received.receipt.kind)
    check_answering(policy, received.receipt.kind, received.challenge)
    check_accepted(policy, received.accepted)
    policy.check_purpose(received.purpose, asked=True)
    check_required(policy, received)


def check_receipt(_proposal: Proposal, policy: Policy, corrected: ReceiptCorrected) -> None:
    """Whether this city would have taken it in so. Raises CodeUnknown, NotEligible, PartMissing, PartUnfitting."""
    check_content(policy, corrected, corrected.kind)
    check_answering(policy, corrected.kind, corrected.challenge)
    check_required(policy, corrected)


def check_required(policy: Policy, told: Received | ReceiptCorrected) -> None:
    """Raises PartMissing for something the city asks every proposer for, of what is told here."""
    for name in policy.intake.required if policy.intake else ():
        if getattr(told, name.value, name) in {None, (), CityMoney.UNKNOWN}:
            raise PartMissing(
                field=name.shown,
                problem="this city asks every proposer for it.",
                problem_ja="この市では必ず記入いただく項目です",
            )


def check_answering(policy: Policy, code: Code, challenge: UUID | None) -> None:
    """Raises PartMissing when the kind needs a challenge that is not named, PartUnfitting for one that answers none."""
    kind = policy.kinds()[code]
    if kind.challenge is Answering.ONE and challenge is None:
        raise PartMissing(
            field="challenge",
            problem=f"a proposal of the kind {code} names the challenge it answers.",
            problem_ja=f"{kind.ja}の提案には、対象の課題を一つ指定してください",
        )
    if kind.challenge is Answering.NONE and challenge is not None:
        raise PartUnfitting(
            field="challenge",
            problem=f"a proposal of the kind {code} answers no challenge; leave it out",
            problem_ja=f"{kind.ja}の提案には課題を指定できません",
        )


def check_accepted(policy: Policy, accepted: tuple[Acceptance, ...]) -> None:
    """Exactly the city's conditions in their versions, each once. Raises CodeUnknown, PartMissing, AcceptedTwice."""
    needed = tuple(Acceptance(condition.code, condition.version) for condition in policy.conditions)
    for acceptance in accepted:
        known("accepted", acceptance.condition, tuple(condition.code for condition in policy.conditions))
    if missing := [each for each in policy.conditions if Acceptance(each.code, each.version) not in accepted]:
        raise PartMissing(
            field="accepted",
            problem="accept " + ", ".join(f"{each.code} version {each.version}" for each in missing),
            problem_ja="次の条件への同意が必要です: "
            + "、".join(f"{each.code} 第 {each.version} 版（{each.text.ja}）" for each in missing),
        )
    for place, acceptance in enumerate(accepted):
        if acceptance not in needed:
            known("accepted", _told(acceptance), tuple(Code(_told(each)) for each in needed))
        if acceptance in accepted[:place]:
            raise AcceptedTwice(field="accepted", condition=acceptance.condition)


def _told(acceptance: Acceptance) -> str:
    return f"{acceptance.condition} version {acceptance.version}"
