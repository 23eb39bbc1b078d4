"""What kind of file it is: its name, what the sender says and its first bytes must agree (ファイルの種類).

Of Office files the list of contents is read as well: which parts there are, and that none is a macro. Nothing else of a
file is looked at, and nothing is unpacked but that list, at most a mebibyte of it.
"""

import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from domain.errors import FileUnfitting
from domain.files import MediaType

HEAD: Final = 64
"""First bytes that are looked at."""
OFFICE: Final = "application/vnd.openxmlformats-officedocument"
ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. ``begins``: every beginning that it may have; ``main``: of an Office file, its main part."""

    declared: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...]
    main: bytes = b""


KINDS: Final = MappingProxyType(
    {
        MediaType.PDF: Kind("application/pdf", (".pdf",), (b"%PDF-",)),
        MediaType.DOCX: Kind(
            f"{OFFICE}.wordprocessingml.document", (".docx",), (ZIP,), b"wordprocessingml.document.main+xml"
        ),
        MediaType.XLSX: Kind(f"{OFFICE}.spreadsheetml.sheet", (".xlsx",), (ZIP,), b"spreadsheetml.sheet.main+xml"),
        MediaType.PPTX: Kind(
            f"{OFFICE}.presentationml.presentation", (".pptx",), (ZIP,), b"presentationml.presentation.main+xml"
        ),
        MediaType.PNG: Kind("image/png", (".png",), (b"\x89PNG\r\n\x1a\n",)),
        MediaType.JPEG: Kind("image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
        MediaType.GIF: Kind("image/gif", (".gif",), (b"GIF87a", b"GIF89a")),
        MediaType.WEBP: Kind("image/webp", (".webp",), (b"RIFF",)),
    }
)


def unfitting(problem: str, problem_ja: str) -> NoReturn:
    """Raises FileUnfitting."""
    raise FileUnfitting(field="file", problem=problem, problem_ja=problem_ja)


def named(name: str, declared: str, taken: tuple[MediaType, ...]) -> MediaType:
    """The kind that a name and what the sender says of it agree on. Raises FileUnfitting."""
    ending = PurePosixPath(name).suffix.lower()
    kind = next((kind for kind in taken if ending in KINDS[kind].endings), None)
    if kind is None:
        endings = ", ".join(ending for each in taken for ending in KINDS[each].endings)
        unfitting(f"its name must end in one of: {endings}", f"使えるファイルの種類: {endings}")
    told = declared.partition(";")[0].strip().lower()
    if told != KINDS[kind].declared:
        unfitting(
            f"a file with that name is of the type {KINDS[kind].declared}, not {told[:100] or 'unknown'}",
            f"名前の種類（{KINDS[kind].declared}）と申告された種類（{told[:100] or '不明'}）が一致しません",
        )
    return kind


def check_head(kind: MediaType, head: bytes) -> None:
    """Whether it begins as its name says. Raises FileUnfitting."""
    begins = any(head.startswith(beginning) for beginning in KINDS[kind].begins)
    if not begins or (kind is MediaType.WEBP and head[8:12] != b"WEBP"):
        unfitting(f"its content is not {kind}", f"内容が {kind} ではありません")


# --- Office: a zip with a list of its parts ---------------------------------------------------------------------------

Part = Callable[[int, int], Awaitable[bytes]]
"""``(start, length)``: bytes of the file."""

END: Final = struct.Struct("<4s4H2LH")
END_MARK: Final = b"PK\x05\x06"
LONGEST_END: Final = END.size + 0xFFFF
LOCAL: Final = struct.Struct("<4s5H3L2H")
PARTS: Final = "[Content_Types].xml"
LARGEST_LIST: Final = 2**20
"""Bytes of the directory of a zip, and of the list of its parts, packed or unpacked."""
STORED, DEFLATED, ENCRYPTED = 0, 8, 1
MACROS: Final = (b"macroenabled", b"vbaproject", b"activex", b"macrosheet")
"""In types and names of parts: programs inside of a document."""


async def check_office(kind: MediaType, size: int, part: Part) -> None:
    """Whether it is an Office file of that kind without programs in it. Raises FileUnfitting."""

    async def within(start: int, length: int) -> bytes:
        if not 0 <= start <= start + length <= size:
            raise ValueError  # the zip points where there is nothing
        return await part(start, length)

    try:
        entries = await _directory(size, within)
        listed = await _unpacked(entries[PARTS], within)
    except (BadZipFile, KeyError, ValueError, struct.error, zlib.error, NotImplementedError):
        unfitting(f"its content is not {kind}", f"内容が {kind} ではありません")
    if b"&#" in listed or b"<!" in listed or not listed.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
        unfitting("its list of contents is written in an unusual way", "内容の一覧の書き方が通常と異なります")
    told = listed.lower() + "\n".join(entries).lower().encode("utf-8", "replace")
    if any(mark in told for mark in MACROS):
        unfitting("it holds macros; save it without them", "マクロが含まれています。マクロなしで保存してください")
    if KINDS[kind].main not in listed:
        unfitting(f"its content is not {kind}", f"内容が {kind} ではありません")


async def _directory(size: int, part: Part) -> dict[str, ZipInfo]:
    """The entries of a zip by name, with the places at which they stand. Raises ValueError, BadZipFile."""
    tail = await part(max(0, size - LONGEST_END), min(size, LONGEST_END))
    at = tail.rfind(END_MARK)
    if at < 0:
        raise ValueError
    *_, length, start, remark = END.unpack_from(tail, at)
    ends = size - len(tail) + at
    if length > LARGEST_LIST or start + length != ends or at + END.size + remark != len(tail):
        raise ValueError  # too long, or something stands before, between or behind
    whole = await part(start, size - start)
    entries: dict[str, ZipInfo] = {}
    with ZipFile(BytesIO(whole)) as directory:
        for entry in directory.infolist():
            if entry.filename in entries:
                raise ValueError
            entry.header_offset += start
            entries[entry.filename] = entry
    return entries


async def _unpacked(entry: ZipInfo, part: Part) -> bytes:
    """One entry, at most so much of it. Raises ValueError, NotImplementedError."""
    if max(entry.compress_size, entry.file_size) > LARGEST_LIST or entry.flag_bits & ENCRYPTED:
        raise ValueError
    mark, *_, name, extra = LOCAL.unpack(await part(entry.header_offset, LOCAL.size))
    if mark != ZIP:
        raise ValueError
    packed = await part(entry.header_offset + LOCAL.size + name + extra, entry.compress_size)
    if entry.compress_type == STORED:
        return packed
    if entry.compress_type != DEFLATED:
        raise NotImplementedError
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    plain = unpacking.decompress(packed, LARGEST_LIST)
    if unpacking.unconsumed_tail:
        raise ValueError
    return plain
