"""Takes envelopes in: each is recorded as the desk would have entered it, once however often it comes (取込み)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from domain.calendar import EARLIEST
from domain.circumstances import Channel
from domain.days_in_words import in_japanese
from domain.errors import CommandReused, DateInvalid
from domain.proposal import ReceiptNumber
from domain.values import CityCode, Day
from tenants.intake.arrival import arrival_number
from tenants.intake.content import wish_of
from tenants.intake.envelope import Envelope, EnvelopeInvalid, opened
from tenants.intake.trusted import TrustedIntakes
from tenants.lookups import receipt_of
from tenants.members import operator
from tenants.parties import require_party
from tenants.tenancy import Tenancy
from tenants.wish import RENKEI, Entry


class EnvelopeDiffers(EnvelopeInvalid):
    """Another envelope with the same id, but other content, was taken in before."""

    en = "Another envelope with this id and other content was taken in before. The intake must give each its own id."
    ja = "同じ id で内容の異なる封書がすでに取り込まれています。受付側は封書ごとに別の id を付けてください。"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of an envelope; ``receipt`` is the number of a proposal, ``repeated``: it was here already."""

    city: CityCode
    record: UUID
    arrival: str
    receipt: ReceiptNumber | None
    repeated: bool


def take_in(tenancy: Tenancy, trusted: TrustedIntakes, document: bytes) -> TakenIn:
    """Check and record one envelope.

    Raises Refusal, what ``Desk.do`` raises, EnvelopeDiffers for the id of another one; nothing was recorded then.
    """
    envelope = opened(document, trusted)
    city = tenancy.find(envelope.city)
    entry = Entry(
        command_of(city, envelope.id),
        f"envelope {envelope.id}",
        Channel.PORTAL,
        Day(_came_on(tenancy, envelope)),
        on_behalf_of=envelope.party,
    )
    wish = wish_of(envelope)
    require_party(tenancy, city, wish)
    try:
        answer = tenancy.desk(operator(city)).do(wish, entry)
    except CommandReused as error:
        raise EnvelopeDiffers from error
    receipt = receipt_of(tenancy, city, entry.command_id)
    return TakenIn(city, envelope.record, arrival_number(envelope.record), receipt, answer.repeated)


def command_of(city: CityCode, envelope: UUID) -> UUID:
    """The id of the command by which an envelope is recorded: the same one each time."""
    return uuid5(RENKEI, f"{city}/envelope/{envelope}")


def _came_on(tenancy: Tenancy, envelope: Envelope) -> date:
    """The day in Japan. Raises DateInvalid for one that has not come, or before all offices' days."""
    today = tenancy.today()
    try:
        day = tenancy.day_of(envelope.came_at)
    except OverflowError:  # at the end of the calendar, and in Japan beyond
        day = date.max
    if not EARLIEST <= day <= today:
        raise DateInvalid(
            field="cameAt",
            problem=f"it must lie between {EARLIEST} and today ({today}).",
            problem_ja=f"{in_japanese(EARLIEST)}から本日、{in_japanese(today)}までの日付が必要です",
        )
    return day
