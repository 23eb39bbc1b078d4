"""A regional or administrative problem that a department wants solved with others (課題)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, PartMissing, PartUnfitting, WrongStage
from domain.fields import FIELD_CODES
from domain.policy import ChallengePart, Policy, known
from domain.process import Step, again, corrected, never, process
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a challenge stands (状態)."""

    NEW = "new"
    RAISED = "raised"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    CLOSED = "closed"


class Result(StrEnum):
    """How a challenge ended (結果)."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    SOLVED_OTHERWISE = "solved_otherwise"
    NO_LONGER_PURSUED = "no_longer_pursued"


class Verdict(StrEnum):
    """What the desk says about a challenge before it is published (精査の結果)."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Raised:
    """A department told the desk about a problem (課題の提出). ``plan_fields``: fields of the city's own plans."""

    department: UUID | None
    title: Sealed
    description: Sealed
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]
    sample: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """It was written anew before it was shown to anybody outside, and is reviewed again (修正)."""

    department: UUID | None
    title: Sealed
    description: Sealed
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The desk accepted it, or gave it back to the department (窓口の精査)."""

    verdict: Verdict
    reason: Sealed | None


@dataclass(frozen=True, slots=True)
class ContactNamed:
    """Whom to ask about it; never shown outside (問合せ先). Apart from the public words: people change every April."""

    contact: Sealed


@dataclass(frozen=True, slots=True)
class Published:
    """It was shown to everybody (公表). ``public_id`` is its id outside; ``due_on`` the last day for answers."""

    public_id: UUID
    title: Sealed
    description: Sealed
    conditions: Sealed | None
    city_offers: Sealed | None
    fields: tuple[Code, ...]
    due_on: date | None
    sample: bool


@dataclass(frozen=True, slots=True)
class Revised:
    """What everybody reads was changed; the note says what (公表内容の改訂)."""

    title: Sealed
    description: Sealed
    conditions: Sealed | None
    city_offers: Sealed | None
    fields: tuple[Code, ...]
    note: Sealed


@dataclass(frozen=True, slots=True)
class Extended:
    """Answers are taken until a later day (期限延長)."""

    due_on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """It takes no more answers (終了)."""

    result: Result
    note: Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正).

    Closed by mistake, it takes answers again; published by mistake, nobody outside is shown it any more.
    """

    to: Stage
    reason: Sealed


ChallengeEvent = Raised | Edited | Reviewed | ContactNamed | Published | Revised | Extended | Closed | StepCorrected


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the next decision needs to know.

    ``contact``: whether somebody to ask was named; ``public_id``: its id outside, which it keeps once it was published.
    """

    stage: Stage = Stage.NEW
    sample: bool = False
    department: UUID | None = None
    contact: bool = False
    due_on: date | None = None
    result: Result | None = None
    public_id: UUID | None = None
    trail: tuple[Stage, ...] = ()


def fold(challenge: Challenge, event: object) -> Challenge:
    """A sample stays one."""
    match event:
        case Raised():
            return replace(challenge, sample=event.sample, department=event.department)
        case Edited(department=department):
            return replace(challenge, department=department)
        case ContactNamed():
            return replace(challenge, contact=True)
        case Published(due_on=day, public_id=public_id):
            return replace(challenge, due_on=day, public_id=public_id)
        case Extended(due_on=day):
            return replace(challenge, due_on=day)
        case Closed(result=result):
            return replace(challenge, result=result)
        case StepCorrected(to=to):
            return replace(challenge, result=None, due_on=challenge.due_on if to is Stage.PUBLISHED else None)
        case _:
            return challenge


def check_fields(_challenge: Challenge, policy: Policy, event: Raised | Edited | Published | Revised) -> None:
    """Raises CodeUnknown for a field that cities do not share, or that this city's plans do not have."""
    for code in event.fields:
        known("fields", code, FIELD_CODES)
    if isinstance(event, Raised | Edited):
        for code in event.plan_fields:
            known("planFields", code, policy.field_codes())


def check_review(challenge: Challenge, _policy: Policy, event: Reviewed) -> None:
    """Returned with a reason, and to somebody. Raises PartMissing."""
    if event.verdict is not Verdict.RETURNED:
        return
    if event.reason is None:
        raise PartMissing(
            field="reason",
            problem="tell the department why it comes back",
            problem_ja="課に戻す理由を入力してください",
        )
    if challenge.department is None:
        raise PartMissing(
            field="department",
            problem="the challenge names no department to which it could go back; edit it instead",
            problem_ja="課題に担当課の指定がなく、戻す先がありません。窓口で修正してください",
        )


def check_publishable(challenge: Challenge, policy: Policy, event: Published) -> None:
    """What the city asks for before a challenge is published. Raises WrongStage, PartMissing."""
    rules = policy.challenges
    if rules is None:
        return
    if rules.reviewed and challenge.stage is not Stage.ACCEPTED:
        raise WrongStage(stage=challenge.stage.value, possible=Stage.ACCEPTED.value)
    _check_said(rules.needed, event, contact=challenge.contact)


def check_revisable(challenge: Challenge, policy: Policy, event: Revised) -> None:
    """What must be said is not taken away. Raises PartMissing."""
    if policy.challenges is not None:
        needed = set(policy.challenges.needed) - {ChallengePart.DUE_ON}
        _check_said(tuple(sorted(needed)), event, contact=challenge.contact)


def _check_said(needed: tuple[ChallengePart, ...], event: Published | Revised, *, contact: bool) -> None:
    for part in needed:
        said = contact if part is ChallengePart.CONTACT else getattr(event, part.value) is not None
        if not said:
            first, *rest = part.value.split("_")
            raise PartMissing(
                field=first + "".join(word.capitalize() for word in rest),
                problem="this city publishes no challenge without it",
                problem_ja="この市では、公表する課題に必ず記載します",
            )


def check_extended(challenge: Challenge, _policy: Policy, event: Extended) -> None:
    """Raises PartUnfitting without a last day, DateInvalid unless the new one is later."""
    if challenge.due_on is None:
        raise PartUnfitting(
            field="dueOn",
            problem="answers are taken without a last day; there is nothing to extend",
            problem_ja="回答期限の定めがないため、延長できません",
        )
    if event.due_on <= challenge.due_on:
        raise DateInvalid(
            field="dueOn",
            problem=f"it must lie after the present last day ({challenge.due_on}).",
            problem_ja=f"現在の期限である{in_japanese(challenge.due_on)}より後の日付が必要です",
        )


INSIDE: Final = (Stage.RAISED, Stage.RETURNED, Stage.ACCEPTED)
"""Not shown outside yet."""

CHALLENGE: Final = process(
    "challenge",
    Challenge(),
    {
        "challenge.raised": Step(Raised, (Stage.NEW,), (Stage.RAISED,), granted=never, guards=(check_fields,)),
        "challenge.edited": Step(Edited, INSIDE, (Stage.RAISED,), granted=never, guards=(check_fields,)),
        "challenge.reviewed": Step(
            Reviewed,
            (Stage.RAISED,),
            (Stage.ACCEPTED, Stage.RETURNED),
            leads=lambda reviewed: Stage(reviewed.verdict.value),
            granted=lambda challenge, reviewed: challenge.stage.value == reviewed.verdict.value,
            guards=(check_review,),
        ),
        "challenge.contact_named": Step(ContactNamed, (*INSIDE, Stage.PUBLISHED), granted=never),
        "challenge.published": Step(
            Published,
            (Stage.RAISED, Stage.ACCEPTED),
            (Stage.PUBLISHED,),
            guards=(check_fields, check_publishable),
        ),
        "challenge.revised": Step(Revised, (Stage.PUBLISHED,), granted=never, guards=(check_fields, check_revisable)),
        "challenge.extended": Step(
            Extended,
            (Stage.PUBLISHED,),
            granted=lambda challenge, extended: challenge.due_on == extended.due_on,
            guards=(check_extended,),
        ),
        "challenge.closed": Step(
            Closed, (*INSIDE, Stage.PUBLISHED), (Stage.CLOSED,), granted=again(Stage.CLOSED, result="result")
        ),
        "challenge.step_corrected": corrected(
            StepCorrected,
            (Stage.RETURNED, Stage.ACCEPTED, Stage.PUBLISHED, Stage.CLOSED),
            (*INSIDE, Stage.PUBLISHED),
        ),
    },
    fold,
)
