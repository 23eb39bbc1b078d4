"""The files that belong to records, of every kind of record: one row for each that came or went (添付ファイル)."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from domain.files import FileAttached, FileDetached, MediaType
from domain.values import Sealed
from projections.model import Fact, Opened, ReadModel


class AttachmentRow(Struct, frozen=True):
    """A file that was put with the record ``id``, or (``detached``, with nothing but the file) went from it.

    ``size`` in bytes; ``digest``: of what lies in the storage, hexadecimal; ``words``: name, content and secret as the
    event has them.
    """

    id: UUID
    version: int
    position: int
    file: UUID
    detached: bool
    actor: UUID
    happened_on: date
    recorded_at: datetime
    media_type: MediaType | None = None
    size: int | None = None
    digest: str | None = None
    words: dict[str, Sealed] = {}


def change(before: AttachmentRow | None, fact: Fact, opened: Opened) -> AttachmentRow | None:
    """The row of an event about a file; pure."""
    del before, opened
    event: Any = fact.event
    if not isinstance(event, FileAttached | FileDetached):
        return None
    told: dict[str, Any] = {}
    if isinstance(event, FileAttached):
        words = {"name": event.file_name, "content": event.content, "secret": event.secret}
        told = {"media_type": event.media_type, "size": event.size, "digest": event.digest.hex(), "words": words}
    return AttachmentRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        file=event.file,
        detached=isinstance(event, FileDetached),
        actor=fact.actor,
        happened_on=fact.circumstances.occurred_on.on,
        recorded_at=fact.recorded_at,
        **told,
    )


ATTACHMENTS: Final = ReadModel(
    name="attachments",
    table="renkei.attachments",
    row=AttachmentRow,
    aggregates=frozenset({"proposal"}),
    change=change,
    log=True,
)
