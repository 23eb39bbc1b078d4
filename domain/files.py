"""Files that belong to a record, whatever its kind: what the log says of them (添付ファイル).

The content lies encrypted in a storage outside the database, under a key of its own. That key is sealed under the key
of whoever's words these are, so erasing that one makes the content unreadable as well. In clear the log has the digest
of what lies in the storage: anybody can see that it is what was attached, and without the key it tells nothing of it.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.values import Sealed


class MediaType(StrEnum):
    """What kind of file it is (ファイルの種類)."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    HEIC = "heic"
    HEIF = "heif"


@dataclass(frozen=True, slots=True)
class FileAttached:
    """A file was put with a record (添付).

    ``size``: of the file in bytes. ``digest``: SHA-256 of what lies in the storage, 32 bytes, which is also its place
    there. ``content``: SHA-256 of the file itself, hexadecimal; ``secret``: the key under which it is encrypted.
    """

    file: UUID
    media_type: MediaType
    size: int
    digest: bytes
    file_name: Sealed
    content: Sealed
    secret: Sealed


@dataclass(frozen=True, slots=True)
class FileDetached:
    """It belongs to the record no longer; that it did stays in the history (添付の取下げ)."""

    file: UUID
    reason: Sealed
