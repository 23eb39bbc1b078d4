"""Gatherings: what was announced, who registered, how many came (交流イベント)."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.gathering import (
    GATHERING,
    GuestRegistered,
    Held,
    MemberRegistered,
    RegistrationWithdrawn,
    Revised,
    Stage,
    StepCorrected,
)
from domain.notice import Reach
from domain.roles import Role
from domain.values import Sealed
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Own, Ref, absorbed, begun


class Registration(Struct, frozen=True):
    """Somebody who registered: a guest of a business, or a member of the city (参加登録)."""

    registration: Annotated[UUID, "Its id."]
    on: Annotated[date, "The day."]
    party: Annotated[UUID | None, "The guest."] = None
    organisation: Annotated[Sealed | None, "The guest's organisation."] = None
    guest_name: Annotated[Sealed | None, "The guest's name."] = None
    contact: Annotated[Sealed | None, "How to reach the guest."] = None
    member: Annotated[UUID | None, Ref.MEMBER, "The member of the city."] = None


class GatheringBody(Struct, frozen=True, tag="gathering"):
    """An event at which businesses and the city's people meet (交流イベント)."""

    reach: Annotated[Reach, "Whom the announcement reaches."]
    title: Annotated[Sealed, "What it is called."]
    description: Annotated[Sealed, "What it is about."]
    on: Annotated[date, "The day."]
    sample: Annotated[bool, "Made up to show the program (見本)."]
    public_id: Annotated[UUID | None, "Its id outside, if everybody reads it."] = None
    place: Annotated[Sealed | None, "Where."] = None
    register_by: Annotated[date | None, "The last day to register."] = None
    capacity: Annotated[int | None, "How many may register."] = None
    how_to_register: Annotated[Sealed | None, "Where and how to register (申込方法)."] = None
    registrations: Annotated[
        tuple[Registration, ...], Own.MEMBER, "Who registered and did not withdraw, oldest first; for staff their own."
    ] = ()
    present: Annotated[int | None, "How many came."] = None
    note: Annotated[Sealed | None, "What is noted of it."] = None
    reason: Annotated[Sealed | None, "Why it was cancelled."] = None


def change(body: GatheringBody, fact: Fact) -> GatheringBody:
    """Registrations gather; what is announced anew replaces all that was."""
    match event := fact.event:
        case Revised():
            return replace(
                absorbed(body, fact),
                place=event.place,
                register_by=event.register_by,
                capacity=event.capacity,
                how_to_register=event.how_to_register,
            )
        case GuestRegistered():
            told = Registration(
                event.registration, event.on, event.party, event.organisation, event.guest_name, event.contact
            )
            return replace(body, registrations=(*body.registrations, told))
        case MemberRegistered():
            told = Registration(event.registration, event.on, member=event.member)
            return replace(body, registrations=(*body.registrations, told))
        case RegistrationWithdrawn(registration=gone):
            left = tuple(each for each in body.registrations if each.registration != gone)
            return replace(body, registrations=left)
        case StepCorrected():
            return replace(body, present=None, note=None, reason=None)
        case Held():
            return replace(body, present=event.present, note=event.note)
        case _:
            return absorbed(body, fact)


def head(body: GatheringBody, stage: str) -> Head:
    """The desk holds it, on its day."""
    ahead = stage == Stage.ANNOUNCED
    return Head(
        title=body.title,
        waiting_for=Role.DESK_OFFICER if ahead else NOBODY,
        due_on=body.on if ahead else None,
        sample=body.sample,
    )


GATHERINGS: Final = Kind(GATHERING, GatheringBody, head, begun(GatheringBody), change)
