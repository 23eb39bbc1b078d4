"""Every file that a city's log says was attached, and whether it was erased (添付の一覧).

It was erased when both the key of whoever's words it is and the value sealed under it are gone: where only one of them
is, something was lost that a backup may bring back, and nothing may be thrown away for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.files import FileAttached
from domain.values import CityCode
from tenants.database.walls import read
from tenants.mapper import decode

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

ATTACHED: Final = (
    "select e.position, e.topic, e.state from renkei.events e where e.city = %s"
    " and split_part(e.topic, '.', 2) = 'attached' and e.position > %s order by e.position limit 500"
)
KEYS: Final = "select key from renkei.data_keys where city = %s and key = any(%s)"
BOXES: Final = "select key, commitment from renkei.sealed where city = %s and key = any(%s) and commitment = any(%s)"


@dataclass(frozen=True, slots=True)
class Attached:
    """An event of the log, at its position, that put a file with a record."""

    position: int
    event: FileAttached
    erased: bool


def attached(tenancy: "Tenancy", city: CityCode) -> Iterator[Attached]:
    """All of them, in the log's order. Raises Unreadable, Unavailable."""
    position = 0
    while rows := read(tenancy.pool, city, (ATTACHED, (city, position)))[0]:
        position = rows[-1][0]
        events = [(place, decode(topic, bytes(state)).event) for place, topic, state in rows]
        found = [(place, event) for place, event in events if isinstance(event, FileAttached)]
        keys, commitments = [e.secret.key for _, e in found], [e.secret.commitment for _, e in found]
        there, boxes = read(tenancy.pool, city, (KEYS, (city, keys)), (BOXES, (city, keys, commitments)))
        kept, sealed = {key for (key,) in there}, {(key, bytes(commitment)) for key, commitment in boxes}
        for place, event in found:
            secret = event.secret
            yield Attached(place, event, secret.key not in kept and (secret.key, secret.commitment) not in sealed)
