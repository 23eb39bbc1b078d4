"""Removes from the storage what erasing has made unreadable (消去済みファイルの削除).

First the key goes, in the database, and the file can be read no more; then, in the next round, what lies in the
storage. A program that is killed between finds the same in its next round. Nothing goes that is still wanted: one
upload may have been put with two records and lies there once. Cities share nothing, since each has names of its own.
"""

from typing import TYPE_CHECKING, Final

from domain.values import CityCode
from tenants.database.walls import read
from tenants.files.attached import attached
from tenants.files.storage import Storage, kept_at

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

WAITING: Final = "select digest from renkei.uploads where city = %s"


async def sweep_erased(tenancy: "Tenancy", city: CityCode, storage: Storage) -> int:
    """Delete what lies there of erased files; gives how many. Raises Unreadable, Unavailable.

    Uploads are looked at first: one that a command puts with a record meanwhile is then among them, or in the log.
    """
    (waiting,) = read(tenancy.pool, city, (WAITING, (city,)))
    wanted, erased = {bytes(digest) for (digest,) in waiting}, set[bytes]()
    for found in attached(tenancy, city):
        (erased if found.erased else wanted).add(found.event.digest)
    going = {kept_at(city, digest) for digest in erased - wanted}
    if not going:
        return 0
    there = [name async for name, _ in storage.names(city) if name in going]
    for name in there:
        await storage.delete(name)
    return len(there)
