"""The cities of this deployment as everybody may see them, with the rules they have published (自治体一覧).

A city is shown from the moment its first policy can be read; what is shown is what the policy in force says.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from domain.city import CityEvent, Opened, PolicyAdopted
from domain.errors import Unreadable
from domain.policy import Policy, Provenance
from domain.values import CorporateNumber
from projections import model
from projections.model import Fact, ReadModel
from projections.published import told
from tenants import register
from tenants.city_file import CityFile, CityFileInvalid, Desk, Municipality


@dataclass(frozen=True, slots=True)
class Profile:
    """What a city says of itself: its desk with portal and contact, and its whole policy, each part with its source."""

    municipality: Municipality
    provenance: Provenance
    desk: Desk | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class CityRow:
    """One city as it stands."""

    id: UUID
    version: int
    position: int
    slug: str
    name_ja: str
    name_en: str
    corporate_number: CorporateNumber | None
    has_desk: bool
    profile: Profile
    policy_version: int
    updated_at: datetime


def change(before: CityRow | None, fact: Fact, opened: model.Opened) -> CityRow | None:
    """The row after an event; pure. A policy tells everything anew, so nothing of the row before is needed.

    Raises Unreadable when the recorded policy is none.
    """
    event: CityEvent = fact.event
    match event:
        case Opened():
            return before
        case PolicyAdopted(version=policy_version, content=content):
            text = told(content, opened)
            return None if text is None else _row(fact, _city_of(text, fact.topic), policy_version)
        case _:
            assert_never(event)


def _city_of(text: str, topic: str) -> CityFile:
    try:
        return register.parse_text(text)
    except CityFileInvalid as error:
        raise Unreadable(topic=topic) from error


def _row(fact: Fact, city: CityFile, policy_version: int) -> CityRow:
    return CityRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        slug=city.slug,
        name_ja=city.name.ja,
        name_en=city.name.en,
        corporate_number=city.corporate_number,
        has_desk=city.has_desk,
        profile=Profile(city.municipality, city.provenance, city.desk, register.policy_of(city, policy_version)),
        policy_version=policy_version,
        updated_at=fact.recorded_at,
    )


COMMONS_CITIES: Final = ReadModel(
    name="commons_cities",
    table="commons.cities",
    row=CityRow,
    aggregates=frozenset({"city"}),
    change=change,
    public=True,
)
