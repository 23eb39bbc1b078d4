"""What everybody may ask of published cases and challenges alike, and the order in which both are listed (条件・並び順)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec

from domain.errors import TooMany
from domain.fields import FIELD_CODES
from domain.policy import known
from domain.values import city_code
from projections.cursors import MOST
from projections.queries.pages import Conditions
from projections.queries.public_cities import CODE


class Publication(NamedTuple):
    """Sort key: published last first, then by city and public id."""

    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    city: Annotated[str, msgspec.Meta(pattern=CODE)]
    public_id: UUID


def shared(cities: Sequence[str], status: Sequence[str], fields: Sequence[str], since: datetime | None) -> Conditions:
    """The conditions that cases and challenges share. Raises CityCodeInvalid, CodeUnknown, TooMany."""
    asked = Conditions()
    if cities:
        asked.add("city = any(%s)", [city_code(code) for code in few("cities", cities)])
    if status:
        asked.add("status = any(%s)", list(status))
    if fields:
        asked.add("fields && %s", [known("fields", code, FIELD_CODES) for code in few("fields", fields)])
    if since is not None:
        asked.add("updated_at >= %s", since)
    return asked


def few(name: str, values: Sequence[str]) -> Sequence[str]:
    """The values of one condition. Raises TooMany above 100."""
    if len(values) > MOST:
        raise TooMany(field=name, count=len(values), limit=MOST)
    return values


def add_place(asked: Conditions, place: Publication | None) -> None:
    """Only what comes after this place; the first half lets the index begin there."""
    if place is not None:
        asked.add(
            "published_at <= %s and (published_at < %s or (city, public_id) > (%s, %s))", place.published_at, *place
        )
