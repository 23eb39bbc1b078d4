"""Opens what was typed for those who read it: all references of a page in one question (開封)."""

from collections.abc import Iterable
from typing import Final

from domain.values import CityCode, Sealed
from projections.queries.pages import Connection
from tenants.keys import KeyStore
from tenants.sealing import unseal

BOXES: Final = (
    "select s.commitment, s.box, k.key, k.audience, k.wrapped from renkei.sealed s join renkei.data_keys k"
    " on k.city = s.city and k.key = s.key and (k.audience = 'public') = (s.audience = 'public')"
    " where s.city = %s and s.key = any(%s) and s.commitment = any(%s)"
)


async def open_words(
    connection: Connection, keys: KeyStore, city: CityCode, refs: Iterable[Sealed]
) -> dict[bytes, str | None]:
    """Commitment to text as typed, for every reference; ``None`` when it was erased.

    Raises KeysUnavailable, LogDiffers when a value is not the one that was committed to.
    """
    asked = {sealed.commitment: sealed for sealed in refs}
    found: dict[bytes, str | None] = dict.fromkeys(asked)
    if not asked:
        return found
    keys_of = list({sealed.key for sealed in asked.values()})
    cursor = await connection.cursor(binary=True).execute(BOXES, (city, keys_of, list(asked)), prepare=True)
    for commitment, box, key, ring, wrapped in await cursor.fetchall():
        found[commitment] = unseal(city, asked[commitment], box, keys, {(city, key, ring): wrapped})
    return found
