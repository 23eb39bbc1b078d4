"""The approval under which an outward act takes effect: drafted, agreed along a route, decided by a post (起案・決裁).

The draft holds the act itself, word for word, so that what is carried out is what was approved. Its three states in
law are drafted, pending and effective (DOMAIN.md section 9); the stages here tell more of the way between them.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.circumstances import Act
from domain.errors import (
    AgreementsMissing,
    ApprovalDiffers,
    DrafterDecides,
    PartMissing,
    PartUnfitting,
    ReasonRequired,
)
from domain.policy import Policy
from domain.process import Step, never, process
from domain.values import Sealed


class Stage(StrEnum):
    """Where an approval stands (状態)."""

    NEW = "new"
    DRAFTED = "drafted"
    PENDING = "pending"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EFFECTIVE = "effective"


class Part(StrEnum):
    """What a post does on the route: agree or decide (合議・決裁)."""

    AGREE = "agree"
    DECIDE = "decide"


class Power(StrEnum):
    """By what power a post decides: its own, one delegated for good, or in place of one absent (決裁・専決・代決)."""

    OWN = "own"
    DELEGATED = "delegated"
    DEPUTY = "deputy"


class Verdict(StrEnum):
    """How it was decided (可否)."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Stop:
    """A post on the route and what it does there; ``power`` is that of the post that decides (決裁経路)."""

    post: UUID
    part: Part
    power: Power = Power.OWN


@dataclass(frozen=True, slots=True)
class Drafted:
    """Somebody drafted an act (起案). ``content`` is the act as its command is written; ``target`` its record."""

    drafter: UUID
    act: Act
    target: UUID
    title: Sealed
    content: Sealed
    note: Sealed | None
    route: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Redrafted:
    """The draft was changed; whoever agreed is asked anew (起案の修正)."""

    title: Sealed
    content: Sealed
    note: Sealed | None
    route: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """It went on its route (回議)."""

    on: date


@dataclass(frozen=True, slots=True)
class Agreed:
    """A post agreed, with its opinion if it has one (合議)."""

    post: UUID
    opinion: Sealed | None


@dataclass(frozen=True, slots=True)
class SentBack:
    """A post sent it back to the drafter (差戻し)."""

    post: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Decided:
    """It was decided (決裁). ``acting`` is the post of who decided in the place of ``post`` (代決)."""

    member: UUID
    post: UUID
    verdict: Verdict
    power: Power
    acting: UUID | None
    reason: Sealed | None
    on: date


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The post in whose place it was decided has read it since (後閲)."""

    post: UUID
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The drafter took it back (取下げ)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The act took effect (施行)."""

    on: date


ApprovalEvent = Drafted | Redrafted | Submitted | Agreed | SentBack | Decided | Reviewed | Withdrawn | CarriedOut


@dataclass(frozen=True, slots=True)
class Approval:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    drafter: UUID | None = None
    act: Act | None = None
    target: UUID | None = None
    content: Sealed | None = None
    route: tuple[Stop, ...] = ()
    agreed: frozenset[UUID] = frozenset()
    decided_on: date | None = None
    unread: UUID | None = None
    """The post in whose place it was decided, until it has read it."""
    read: UUID | None = None
    """That post, once it has."""

    @property
    def missing(self) -> tuple[UUID, ...]:
        """The posts that have yet to agree."""
        return tuple(stop.post for stop in self.route if stop.part is Part.AGREE and stop.post not in self.agreed)

    @property
    def decider(self) -> Stop | None:
        """The post that decides."""
        return next((stop for stop in self.route if stop.part is Part.DECIDE), None)

    @property
    def waiting(self) -> tuple[UUID, ...]:
        """The posts whose turn it is."""
        if self.stage is Stage.PENDING:
            return self.missing or ((self.decider.post,) if self.decider else ())
        return (self.unread,) if self.unread else ()


def fold(approval: Approval, event: object) -> Approval:
    """What stands beside the stage."""
    match event:
        case Drafted():
            return replace(
                approval,
                drafter=event.drafter,
                act=event.act,
                target=event.target,
                content=event.content,
                route=event.route,
            )
        case Redrafted():
            return replace(approval, content=event.content, route=event.route, agreed=frozenset())
        case Submitted():
            return replace(approval, agreed=frozenset())
        case Agreed(post=post):
            return replace(approval, agreed=approval.agreed | {post})
        case Decided(post=post, power=power, on=day):
            return replace(approval, decided_on=day, unread=post if power is Power.DEPUTY else None)
        case Reviewed(post=post):
            return replace(approval, unread=None, read=post)
        case _:
            return approval


def check_route(_approval: Approval, _policy: Policy, event: Drafted | Redrafted) -> None:
    """One post decides, as the last; none stands there twice. Raises PartMissing."""
    posts = [stop.post for stop in event.route]
    deciding = [stop for stop in event.route if stop.part is Part.DECIDE]
    if len(deciding) != 1 or event.route[-1:] != tuple(deciding) or len(posts) != len(set(posts)):
        raise PartMissing(
            field="route",
            problem="name the posts that agree, each once, and as the last the one that decides",
            problem_ja="合議する職をそれぞれ一度ずつ、最後に決裁する職を一つ指定してください",
        )
    if any(stop.power is Power.DEPUTY for stop in event.route):
        raise PartMissing(
            field="route.power",
            problem="acting for an absent post is said when it is decided, not before",
            problem_ja="代決は決裁のときに指定します。経路には指定できません",
        )


def check_agreeing(approval: Approval, _policy: Policy, event: Agreed) -> None:
    """Raises PartUnfitting for a post that is not asked to agree."""
    asked = [stop.post for stop in approval.route if stop.part is Part.AGREE]
    if event.post not in asked:
        raise PartUnfitting(
            field="post",
            problem="the route does not ask this post to agree; name one that it does",
            problem_ja="この職は合議先ではありません。決裁経路にある合議先の職を指定してください",
        )


def check_sending_back(approval: Approval, _policy: Policy, event: SentBack) -> None:
    """Raises PartUnfitting for a post that is not on the route."""
    if event.post not in {stop.post for stop in approval.route}:
        raise PartUnfitting(
            field="post",
            problem="the route does not lead to this post; name one that it does",
            problem_ja="この職は決裁経路にありません。決裁経路にある職を指定してください",
        )


def check_decision(approval: Approval, _policy: Policy, event: Decided) -> None:
    """Who drafted it does not decide it, and everybody asked has agreed before.

    Raises DrafterDecides, AgreementsMissing, PartUnfitting for another post than the deciding one, ReasonRequired for
    a rejection that tells the drafter nothing.
    """
    if approval.decider is None or event.post != approval.decider.post:
        raise PartUnfitting(
            field="post",
            problem="another post decides this, the last on the route; name that one",
            problem_ja="この職は決裁者ではありません。決裁経路の最後にある職を指定してください",
        )
    if event.member == approval.drafter:
        raise DrafterDecides
    if approval.missing:
        raise AgreementsMissing(count=len(approval.missing))
    if event.verdict is Verdict.REJECTED and event.reason is None:
        raise ReasonRequired


def check_review(approval: Approval, _policy: Policy, event: Reviewed) -> None:
    """Raises PartUnfitting for a post in whose place nobody decided."""
    if event.post != approval.unread:
        raise PartUnfitting(
            field="post",
            problem="nobody decided in the place of this post, so it has nothing to read afterwards",
            problem_ja="この職に代わる決裁（代決）はないため、後閲は要りません",
        )


def require_same(approval: Approval, act: Act | None, target: UUID) -> None:
    """Raises ApprovalDiffers when another act, or one on another record, is put in the place of the first."""
    if (act, target) != (approval.act, approval.target):
        raise ApprovalDiffers


DECIDED: Final = (Stage.APPROVED, Stage.REJECTED)
OPEN: Final = (Stage.DRAFTED, Stage.PENDING, Stage.SENT_BACK, Stage.APPROVED)

APPROVAL: Final = process(
    "approval",
    Approval(),
    {
        "approval.drafted": Step(Drafted, (Stage.NEW,), (Stage.DRAFTED,), granted=never, guards=(check_route,)),
        "approval.redrafted": Step(
            Redrafted, (Stage.DRAFTED, Stage.SENT_BACK), (Stage.DRAFTED,), guards=(check_route,)
        ),
        "approval.submitted": Step(Submitted, (Stage.DRAFTED,), (Stage.PENDING,)),
        "approval.agreed": Step(
            Agreed,
            (Stage.PENDING,),
            granted=lambda approval, agreed: agreed.post in approval.agreed,
            guards=(check_agreeing,),
        ),
        "approval.sent_back": Step(SentBack, (Stage.PENDING,), (Stage.SENT_BACK,), guards=(check_sending_back,)),
        "approval.decided": Step(
            Decided,
            (Stage.PENDING,),
            DECIDED,
            leads=lambda decided: Stage(decided.verdict.value),
            granted=never,
            guards=(check_decision,),
        ),
        "approval.reviewed": Step(
            Reviewed,
            (*DECIDED, Stage.EFFECTIVE),
            granted=lambda approval, reviewed: reviewed.post == approval.read,
            guards=(check_review,),
        ),
        "approval.withdrawn": Step(Withdrawn, OPEN, (Stage.WITHDRAWN,)),
        "approval.carried_out": Step(CarriedOut, (Stage.APPROVED,), (Stage.EFFECTIVE,)),
    },
    fold,
)
