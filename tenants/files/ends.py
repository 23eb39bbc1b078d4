"""Where a file ends: with what its kind ends with, and no other file hangs behind it (ファイルの終わり).

A file that is two things at once is harmless to who keeps it and does harm to who takes it for the other one. What has
a definite end must have it: PDF (ISO 32000-2, 7.5.5), PNG (W3C, 5.6), GIF (its trailer), WebP (RFC 9649, 2.4) and HEIF
(boxes that fill the file). JPEG has none that could be asked for: telephones put films and second pictures behind.
Behind none may stand the end of a zip, which is read from there.
"""

from typing import Final

from domain.files import MediaType
from tenants.files.kinds import KINDS, Part, unfitting
from tenants.files.office import END, END_MARK, LONGEST_END

LAST: Final = 1024
"""Last bytes of a PDF among which its end mark must stand; of a GIF those that may be padding."""
BLANK: Final = b"\0\t\n\f\r "
IEND: Final = b"\0\0\0\0IEND\xaeB\x60\x82"
BOXES: Final = 64
"""Boxes of which a picture may consist; telephones make fewer than ten."""


async def check_end(kind: MediaType, size: int, part: Part) -> None:
    """Whether it ends as its kind ends. Raises FileUnfitting."""
    tail = await part(max(0, size - LONGEST_END), min(size, LONGEST_END))
    if archive_behind(tail):
        unfitting("an archive stands behind its content", "内容の後ろに別のファイル（書庫）が付いています")
    match kind:
        case MediaType.PDF:
            _, found, behind = tail[-LAST:].rpartition(b"%%EOF")
            whole = bool(found) and not behind.strip(BLANK)
        case MediaType.PNG:
            whole = tail.endswith(IEND)
        case MediaType.GIF:
            whole = tail[-LAST:].rstrip(b"\0").endswith(b";")
        case MediaType.WEBP:
            told = 8 + int.from_bytes((await part(0, 8))[4:], "little")
            whole = size in {told, told + told % 2}
        case _:
            whole = not KINDS[kind].brands or await boxes_fill(size, part)
    if not whole:
        unfitting(
            "it does not end as such a file ends; it was cut off, or something stands behind it. Save it anew",
            "ファイルの終わりが正しくありません（途中で切れているか、後ろに別の内容があります）。保存し直してください",
        )


def archive_behind(tail: bytes) -> bool:
    """Whether these last bytes are the end of a zip."""
    at = tail.rfind(END_MARK)
    while at >= 0:
        if at + END.size <= len(tail) and at + END.size + END.unpack_from(tail, at)[-1] == len(tail):
            return True
        at = tail.rfind(END_MARK, 0, at)
    return False


async def boxes_fill(size: int, part: Part) -> bool:
    """Whether the boxes of a file follow each other up to its last byte (ISO/IEC 14496-12, 4.2)."""
    place = 0
    for _ in range(BOXES):
        head = await part(place, min(16, size - place))
        length, least = int.from_bytes(head[:4]), 8
        if length == 1:
            length, least = int.from_bytes(head[8:16]), 16
        if length == 0:
            length = size - place  # the last one, up to the end
        if length < least or len(head) < least or not head[4:8].isascii():
            return False
        place += length
        if place >= size:
            return place == size
    return False
