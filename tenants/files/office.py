"""Office files: a zip with a list of its parts, of the kind that its name says, without programs (Office 文書).

Only the list of contents is read: which parts there are, and that none is a macro. Nothing is unpacked but that list,
at most a mebibyte of it.
"""

import struct
import zlib
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from domain.files import MediaType
from tenants.files.kinds import KINDS, ZIP, Part, unfitting

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
    if all(entry.header_offset for entry in entries.values()):
        raise ValueError  # something stands before the first of them
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
