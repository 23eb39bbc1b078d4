"""What kind of file it is: its name, what the sender says and its first bytes must agree (ファイルの種類).

How it ends stands in ``ends.py``, what is in an Office file in ``office.py``; nothing else of a file is looked at.
Sources: IANA's registrations of the media types, of which image/heif and image/heic name the brands (ISO/IEC 23008-12).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, NoReturn

from domain.errors import FileUnfitting
from domain.files import MediaType

HEAD: Final = 256
"""First bytes that are looked at."""
OFFICE: Final = "application/vnd.openxmlformats-officedocument"
ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. ``begins``: every beginning that it may have; ``main``: of an Office file, its main part.

    ``brands``: of a picture in the ISO base media format, those of which it names one. ``also``: what some senders
    call it instead.
    """

    declared: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...] = (b"",)
    main: bytes = b""
    brands: frozenset[bytes] = frozenset()
    also: tuple[str, ...] = ()


Part = Callable[[int, int], Awaitable[bytes]]
"""``(start, length)``: bytes of the file."""


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
        MediaType.HEIC: Kind(
            "image/heic",
            (".heic",),
            brands=frozenset({b"heic", b"heix", b"heim", b"heis"}),
            also=("image/heif",),
        ),
        MediaType.HEIF: Kind("image/heif", (".heif", ".hif"), brands=frozenset({b"mif1"})),
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
    if told not in {KINDS[kind].declared, *KINDS[kind].also}:
        unfitting(
            f"a file with that name is of the type {KINDS[kind].declared}, not {told[:100] or 'unknown'}",
            f"名前の種類（{KINDS[kind].declared}）と申告された種類（{told[:100] or '不明'}）が一致しません",
        )
    return kind


def check_head(kind: MediaType, head: bytes) -> None:
    """Whether it begins as its name says. Raises FileUnfitting."""
    told = KINDS[kind]
    begins = any(head.startswith(beginning) for beginning in told.begins)
    if (
        not begins
        or (kind is MediaType.WEBP and head[8:12] != b"WEBP")
        or (told.brands and not told.brands & brands(head))
    ):
        unfitting(f"its content is not {kind}", f"内容が {kind} ではありません")


def brands(head: bytes) -> frozenset[bytes]:
    """What a file in the ISO base media format says that it conforms to (ISO/IEC 14496-12, 4.3), if it is one."""
    length = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or not 16 <= length <= len(head):  # noqa: PLR2004 - four words at least
        return frozenset()
    return frozenset(head[place : place + 4] for place in (8, *range(16, length, 4)))
