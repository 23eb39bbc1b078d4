"""Opens what was typed for those who read it: all references of a page in one question (開封)."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from domain.errors import LogDiffers
from domain.values import CityCode, Sealed
from projections.queries.pages import Connection
from tenants.keys import KeyStore, Place
from tenants.sealing import unseal

BOXES: Final = (
    "select s.commitment, s.box, k.key, k.audience, k.wrapped from renkei.sealed s join renkei.data_keys k"
    " on k.city = s.city and k.key = s.key and (k.audience = 'public') = (s.audience = 'public')"
    " where s.city = %s and s.key = any(%s) and s.commitment = any(%s)"
)


class Damage(Enum):
    """What stands in the place of a text that is there but cannot be read any more (破損)."""

    DAMAGED = "damaged"


Opened = str | Damage | None
"""As typed; damaged; ``None`` when it was erased."""


async def open_words(
    connection: Connection, keys: KeyStore, city: CityCode, refs: Iterable[Sealed]
) -> dict[bytes, Opened]:
    """Commitment to text as typed, for every reference; ``None`` when it was erased.

    A value that does not open, or is not the one that was committed to, is damaged; it keeps no other from being read.
    Raises KeysUnavailable.
    """
    asked = {sealed.commitment: sealed for sealed in refs}
    found: dict[bytes, Opened] = dict.fromkeys(asked)
    if not asked:
        return found
    keys_of = list({sealed.key for sealed in asked.values()})
    cursor = await connection.cursor(binary=True).execute(BOXES, (city, keys_of, list(asked)), prepare=True)
    for commitment, box, key, ring, wrapped in await cursor.fetchall():
        found[commitment] = _opened(city, asked[commitment], box, keys, {(city, key, ring): wrapped})
    return found


def _opened(city: CityCode, sealed: Sealed, box: bytes, keys: KeyStore, wrapped: Mapping[Place, bytes]) -> Opened:
    try:
        return unseal(city, sealed, box, keys, wrapped)
    except LogDiffers:
        return Damage.DAMAGED
