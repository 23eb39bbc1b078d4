"""Approvals: what was drafted, who agreed with which opinion, who decided (起案・決裁)."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.approval import (
    APPROVAL,
    Agreed,
    Approval,
    Decided,
    Drafted,
    Part,
    Power,
    Redrafted,
    Reviewed,
    Stage,
    Stop,
    Submitted,
    Verdict,
)
from domain.circumstances import Act
from domain.values import Sealed
from projections.model import Fact
from projections.records.kind import Head, Kind, Ref, absorbed


class Opinion(Struct, frozen=True):
    """A post that agreed, and what it said (合議の意見)."""

    post: Annotated[UUID, Ref.POST, "The post that agreed."]
    opinion: Annotated[Sealed | None, "What it said, if anything."] = None


class RouteStop(Struct, frozen=True):
    """A post on the route (決裁経路)."""

    post: Annotated[UUID, Ref.POST, "The post."]
    part: Annotated[Part, "What it does there."]
    power: Annotated[Power, "By what power it decides."]


class ApprovalBody(Struct, frozen=True, tag="approval"):
    """An outward act on its way to effect (起案・決裁)."""

    drafter: Annotated[UUID, Ref.MEMBER, "Who drafted it (起案者)."]
    act: Annotated[Act, "What takes effect with it."]
    target: Annotated[UUID, "The record that the act is about."]
    title: Annotated[Sealed, "件名."]
    content: Annotated[
        Sealed, "For programs: the act as it will be carried out, word for word, as JSON; people read `wording`."
    ]
    route: Annotated[tuple[RouteStop, ...], "The posts that agree, and as the last the one that decides (決裁経路)."]
    note: Annotated[Sealed | None, "What the drafter says about it (伺い)."] = None
    submitted_on: Annotated[date | None, "When it went on its route."] = None
    agreed: Annotated[tuple[Opinion, ...], "The posts that have agreed (合議)."] = ()
    verdict: Annotated[Verdict | None, "How it was decided."] = None
    decided_by: Annotated[UUID | None, Ref.MEMBER, "Who decided."] = None
    power: Annotated[Power | None, "By what power it was decided (決裁・専決・代決)."] = None
    acting: Annotated[UUID | None, Ref.POST, "The post of who decided in the place of another."] = None
    decided_on: Annotated[date | None, "The day of the decision (決裁日)."] = None
    unread: Annotated[UUID | None, Ref.POST, "The post that has yet to read it (後閲)."] = None
    carried_out_on: Annotated[date | None, "When the act took effect (施行日)."] = None
    reason: Annotated[Sealed | None, "The last reason that was given."] = None


def _route(route: tuple[Stop, ...]) -> tuple[RouteStop, ...]:
    return tuple(RouteStop(stop.post, stop.part, stop.power) for stop in route)


def begin(fact: Fact) -> ApprovalBody:
    """The draft."""
    event: Drafted = fact.event
    return ApprovalBody(
        event.drafter, event.act, event.target, event.title, event.content, _route(event.route), event.note
    )


def change(body: ApprovalBody, fact: Fact) -> ApprovalBody:
    """Opinions gather until the draft changes."""
    match event := fact.event:
        case Redrafted():
            return replace(
                body,
                title=event.title,
                content=event.content,
                note=event.note,
                route=_route(event.route),
                agreed=(),
                submitted_on=None,
            )
        case Submitted(on=day):
            return replace(body, submitted_on=day, agreed=())
        case Agreed(post=post, opinion=opinion):
            return replace(body, agreed=(*body.agreed, Opinion(post, opinion)))
        case Decided():
            return replace(
                absorbed(body, fact),
                decided_by=event.member,
                decided_on=event.on,
                unread=event.post if event.power is Power.DEPUTY else None,
            )
        case Reviewed():
            return replace(body, unread=None)
        case _:
            return replace(absorbed(body, fact), carried_out_on=getattr(event, "on", body.carried_out_on))


def head(body: ApprovalBody, stage: str) -> Head:
    """Whose turn it is: a post's on the route, the drafter's before and after."""
    route = tuple(Stop(stop.post, stop.part, stop.power) for stop in body.route)
    state = Approval(Stage(stage), route=route, agreed=frozenset(each.post for each in body.agreed), unread=body.unread)
    drafters = stage in {Stage.DRAFTED, Stage.SENT_BACK, Stage.APPROVED}
    return Head(title=body.title, about=body.target, posts=state.waiting, member=body.drafter if drafters else None)


APPROVALS: Final = Kind(APPROVAL, ApprovalBody, head, begin, change)
