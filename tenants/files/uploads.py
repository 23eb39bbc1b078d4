"""Files that came in and belong to no record yet (アップロード).

An upload is its member's, in its city, for a day. The command that puts it with a record finds here what the event
shall say; from then on the log says all of it, and the row goes with the next sweep.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from domain.errors import CommandReused, LogDiffers, ReferenceUnknown, TooMany
from domain.files import FileAttached, MediaType
from domain.values import Audience, CityCode, Mark, Typed
from tenants.database.walls import read
from tenants.files.storage import INCOMING, Storage, kept_at
from tenants.identity.vault import Vault
from tenants.mapper import decode
from tenants.members import Role

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

UPLOADERS: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
"""Who takes files in; which of them puts a file with which record, the commands say."""
MOST: Final = 100
"""Uploads of one member that may wait for a command."""
GOOD_FOR: Final = timedelta(days=1)
SWEPT_AFTER: Final = timedelta(days=1, hours=1)
"""Later than any command that was still granted has ended."""
UNFINISHED: Final = timedelta(hours=2)
"""After so long nothing that comes in is still coming."""
BOX: Final = "upload"
"""What the vault binds a box to."""

PUT: Final = (
    "insert into renkei.uploads (city, id, member, media_type, size, digest, box)"
    " select %(city)s, %(id)s, %(member)s, %(media_type)s, %(size)s, %(digest)s, %(box)s"
    " where (select count(*) from renkei.uploads where city = %(city)s and member = %(member)s) < %(most)s"
    " on conflict do nothing returning id"
)
FIND: Final = (
    "select id, member, media_type, size, digest, box, made_at from renkei.uploads where city = %s and id = %s"
)
WAITING: Final = "select count(*) from renkei.uploads where city = %s and member = %s"
NAME: Final = (
    "update renkei.uploads set records = array_append(array_remove(records, %(record)s), %(record)s)"
    " where city = %(city)s and id = %(id)s and member = %(member)s and made_at > %(since)s"
    " returning id, member, media_type, size, digest, box, made_at"
)
OLD: Final = (
    "select id, digest, records from renkei.uploads where city = %s and made_at < %s order by made_at limit 1000"
)
FORGET: Final = "delete from renkei.uploads where city = %s and id = %s returning id"
ATTACHED: Final = (
    "select topic, state from renkei.events where city = %s and originator_id = any(%s)"
    " and split_part(topic, '.', 2) = 'attached'"
)


class Kept(msgspec.Struct, frozen=True):
    """What is sealed of an upload: its name, the SHA-256 of the file (hexadecimal) and its key (hexadecimal)."""

    name: str
    content: str
    secret: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in whole. ``size`` in bytes; ``digest``: SHA-256 of what lies in the storage."""

    id: UUID
    member: UUID
    media_type: MediaType
    size: int
    digest: bytes
    kept: Kept
    made_at: datetime

    @property
    def good_until(self) -> datetime:
        """Until when a command may name it."""
        return self.made_at + GOOD_FOR

    def told(self, key: UUID, audience: Audience, *marks: Mark) -> dict[str, Any]:
        """The fields of the event that puts it with a record, its words under this key and for this audience."""
        return {
            "file": self.id,
            "media_type": self.media_type,
            "size": self.size,
            "digest": self.digest,
            "file_name": Typed(self.kept.name, key, audience, *marks),
            "content": Typed(self.kept.content, key, audience),
            "secret": Typed(self.kept.secret, key, Audience.PROGRAM),
        }


class Uploads:
    """The uploads of one city."""

    def __init__(self, tenancy: "Tenancy", city: CityCode) -> None:
        self._tenancy, self._city, self._vault = tenancy, city, Vault(tenancy.keys)

    def check_room(self, member: UUID) -> None:
        """Raises TooMany when so many wait already that another would be refused, Unavailable."""
        ((count,),) = read(self._tenancy.pool, self._city, (WAITING, (self._city, member)))[0]
        if count >= MOST:
            raise TooMany(field="files", count=count + 1, limit=MOST)

    def keep(self, id_: UUID, member: UUID, media_type: MediaType, size: int, digest: bytes, kept: Kept) -> Upload:
        """Enter a file that lies in the storage; one that came in before under this id is given instead.

        Raises CommandReused when that is another file or another member's, TooMany, KeysUnavailable, Unavailable.
        """
        box = self._vault.seal(BOX, f"{self._city}/{id_}", msgspec.json.encode(kept))
        told = {"city": self._city, "id": id_, "member": member, "media_type": media_type.value, "size": size}
        values = {**told, "digest": digest, "box": box, "most": MOST}
        read(self._tenancy.pool, self._city, (PUT, values))
        found = self.find(id_)
        if found is None:
            raise TooMany(field="files", count=MOST + 1, limit=MOST)
        same = (found.media_type, found.kept.name, found.kept.content) == (media_type, kept.name, kept.content)
        if found.member != member or not same:
            raise CommandReused
        return found

    def name_of(self, upload: Upload) -> str:
        """Where it lies."""
        return kept_at(self._city, upload.digest)

    def find(self, id_: UUID) -> Upload | None:
        """An upload, whosever it is. Raises KeysUnavailable, Unavailable."""
        (rows,) = read(self._tenancy.pool, self._city, (FIND, (self._city, id_)))
        return self._upload(rows[0]) if rows else None

    def for_record(self, id_: UUID, member: UUID, record: UUID) -> Upload:
        """The member's upload, which a command is about to put with a record.

        Raises ReferenceUnknown for another's and after a day, KeysUnavailable, Unavailable.
        """
        since = datetime.now(UTC) - GOOD_FOR
        told = {"city": self._city, "id": id_, "member": member, "record": record, "since": since}
        (rows,) = read(self._tenancy.pool, self._city, (NAME, told))
        if not rows:
            raise ReferenceUnknown(field="file")
        return self._upload(rows[0])

    def forget(self, id_: UUID) -> None:
        """It belongs to a record now, and its key is sealed there alone. Raises Unavailable."""
        read(self._tenancy.pool, self._city, (FORGET, (self._city, id_)))

    def _upload(self, row: tuple[Any, ...]) -> Upload:
        id_, member, media_type, size, digest, box, made_at = row
        plain = self._vault.open(BOX, f"{self._city}/{id_}", bytes(box))
        if plain is None:
            raise LogDiffers(city=self._city, problem="an upload does not open under this deployment's keys")
        kept = msgspec.json.decode(plain, type=Kept)
        return Upload(id_, member, MediaType(media_type), size, bytes(digest), kept, made_at)

    async def sweep(self, storage: Storage, now: datetime) -> int:
        """Throw away what nobody put with a record, and what broke off while it came in; gives how many files.

        Raises Unavailable, Unreadable.
        """
        swept = 0
        (rows,) = read(self._tenancy.pool, self._city, (OLD, (self._city, now - SWEPT_AFTER)))
        for id_, digest, records in rows:
            if id_ not in self._attached(records):
                await storage.delete(kept_at(self._city, bytes(digest)))
                swept += 1
            self.forget(id_)
        async for name, written in storage.names(f"{self._city}/{INCOMING}"):
            if written < now - UNFINISHED:
                await storage.delete(name)
                swept += 1
        return swept

    def _attached(self, records: list[UUID]) -> set[UUID]:
        """The files that these records were ever given."""
        if not records:
            return set()
        (rows,) = read(self._tenancy.pool, self._city, (ATTACHED, (self._city, records)))
        events = (decode(topic, bytes(state)).event for topic, state in rows)
        return {event.file for event in events if isinstance(event, FileAttached)}
