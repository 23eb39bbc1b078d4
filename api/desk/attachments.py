"""The files of a record as the schema shows them; the files themselves are reached under ``url`` (添付ファイル)."""

from datetime import date
from uuid import UUID

import strawberry

from api.desk import people
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.people import Person
from api.desk.words import Words, words
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.files import MediaType
from projections.attachments import AttachmentRow
from tenants.visibility import View


@shown_to(View.CASEWORK)
@strawberry.type(description="A file that belongs to a record (添付ファイル).")
class Attachment:
    """A file that belongs to a record."""

    row: strawberry.Private[AttachmentRow]
    id: UUID = strawberry.field(description="Opaque.")
    name: Words = strawberry.field(description="What it is called.")
    media_type: MediaType = strawberry.field(graphql_type=SHOWN[MediaType], description="What kind of file it is.")
    size: int = strawberry.field(description="In bytes.")
    digest: Words = strawberry.field(description="SHA-256 of the file, to compare it with one's own copy.")
    attached_on: date = strawberry.field(description="When it was put there.")
    url: str = strawberry.field(description="Where it is read, by who may read its name.")

    @resolved
    def attached_by(self, info: DeskInfo) -> Person:
        """Who put it there."""
        return people.person(info, self.row.actor, self.row.happened_on)


def url_of(info: DeskInfo, file: UUID) -> str:
    """Where a file is read."""
    return f"/desk/{info.context.city}/files/{file}"


def told(row: AttachmentRow) -> tuple[MediaType, int]:
    """Kind and size, which every file has that came. Raises ValueError for one that went."""
    if row.media_type is None or row.size is None:
        raise ValueError("a file that went has no content")
    return row.media_type, row.size


async def attachments(info: DeskInfo, record: UUID) -> list[Attachment]:
    """The files of a record, oldest first."""
    return [attachment(info, row) for row in await info.context.attachments_of.load(record) or ()]


def attachment(info: DeskInfo, row: AttachmentRow) -> Attachment:
    """A row as the schema shows it."""
    media_type, size = told(row)
    return Attachment(
        row=row,
        id=row.file,
        name=words(row.words["name"]),
        media_type=media_type,
        size=size,
        digest=words(row.words["content"]),
        attached_on=row.happened_on,
        url=url_of(info, row.file),
    )
