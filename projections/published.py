"""What the public read models share: published texts as they are now, and what happened in public (公開の記録)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.values import Sealed
from projections.model import Opened
from tenants.visibility import OUTSIDE


class HappenedType(StrEnum):
    """What happened in public to something shown."""

    PUBLISHED = "published"
    REVISED = "revised"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the public history; ``summary`` is what was said with it, if anything and if not erased."""

    at: datetime
    type: HappenedType
    summary: str | None = None


def told(sealed: Sealed | None, opened: Opened) -> str | None:
    """The text if it was published and is still there. What is not for the public is never looked at."""
    if sealed is None or sealed.audience not in OUTSIDE:
        return None
    return opened[sealed.commitment]
