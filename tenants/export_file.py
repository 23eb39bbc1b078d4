"""The file in which a city's log travels to another deployment (移管ファイル).

JSON, one object a line: a header with the format, the city, the size and root of its log and the number of lines of
each kind; then events, commands, wrapped data keys, sealed values, receipt numbers; last the SHA-256 of what precedes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from domain.errors import Refusal

FORMAT: Final = "renkei/city/1"


class ExportRefused(Refusal):
    """A file that is not the whole export of a city."""

    en = "Line {line} of the export cannot be taken: {problem}. Nothing was imported."
    ja = "書き出しファイルの {line} 行目を取り込めません（{problem_ja}）。何も取り込まれていません。"

    def __init__(self, line: int, problem: tuple[str, str]) -> None:
        super().__init__(line=line, problem=problem[0], problem_ja=problem[1])


NO_EXPORT: Final = (f"it is no header of the format {FORMAT}", f"{FORMAT} 形式の見出しではありません")
NO_LINE: Final = ("another kind of line is expected here", "ここに来るべき種類の行ではありません")
CUT_OFF: Final = ("the file ends too early", "ファイルが途中で終わっています")
DAMAGED: Final = ("the digest in the last line does not fit the lines before it", "最終行の要約値が内容と合いません")
OTHER_KEYS: Final = (
    "this data key needs other master keys; copy the keys folder of the old deployment to one that has no city yet",
    "データ鍵がこの環境では開けません。移管元の鍵フォルダ（keys）を、まだ自治体のない環境に複製して取り込んでください",
)
UNFIT: Final = ("it, or one shortly before it, does not fit the tables", "この行または直前の行が表に合いません")


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line. ``lines``: how many of each kind follow; ``root``: 32 bytes."""

    format: str
    city: str
    slug: str
    added_at: datetime
    size: int
    root: bytes
    lines: dict[str, int]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """A row of one table without its city, which the header names."""


class Event(Line, frozen=True, tag="event"):
    """A row of the log."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    actor: UUID
    policy_version: int
    command_id: UUID
    request_id: str
    salt: bytes
    recorded_at: datetime
    leaf_hash: bytes
    node_hash: bytes


class Command(Line, frozen=True, tag="command"):
    """A command that is remembered. Its digest stands under a key derived from the master key."""

    command_id: UUID
    actor: UUID
    digest: bytes
    first: int
    last: int


class DataKey(Line, frozen=True, tag="key"):
    """A data key, wrapped by a master key."""

    key: UUID
    audience: str
    wrapped: bytes
    created_at: datetime


class Box(Line, frozen=True, tag="sealed"):
    """A sealed value."""

    commitment: bytes
    key: UUID
    audience: str
    box: bytes


class Receipt(Line, frozen=True, tag="receipt"):
    """A receipt number that was taken."""

    fiscal_year: int
    kind: str
    serial: int
    command_id: UUID
    taken_at: datetime
    refused: str | None = None


class End(Line, frozen=True, tag="end"):
    """Last line: the digest of all bytes before it."""

    sha256: bytes


TABLES: Final[dict[type[Line], str]] = {
    Event: "events",
    Command: "commands",
    DataKey: "data_keys",
    Box: "sealed",
    Receipt: "receipt_numbers",
}
"""In the order of the file."""


class Reading:
    """Reads the lines of an export one after the other. ``line`` is the number of the last one read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines, self._digest, self.line = iter(lines), hashlib.sha256(), 0
        self._decoder = msgspec.json.Decoder(Event | Command | DataKey | Box | Receipt | End)
        self._header: Header | None = None

    def header(self) -> Header:
        """The first line. Raises ExportRefused."""
        if self._header is None:
            try:
                self._header = msgspec.json.decode(self._next(), type=Header)
            except ValueError as error:  # msgspec's own among them
                raise ExportRefused(self.line, NO_EXPORT) from error
            if self._header.format != FORMAT or set(self._header.lines) != set(TABLES.values()):
                raise ExportRefused(self.line, NO_EXPORT)
        return self._header

    def lines(self, kind: type[Line], number: int) -> Iterator[Line]:
        """The next lines, all of one kind. Raises ExportRefused."""
        for _ in range(number):
            yield self._decoded(self._next(), kind)

    def end(self) -> None:
        """The last line. Raises ExportRefused."""
        digest = self._digest.digest()
        line = self._decoded(self._next(), End)
        if not isinstance(line, End) or line.sha256 != digest:
            raise ExportRefused(self.line, DAMAGED)

    def _decoded(self, written: bytes, kind: type[Line]) -> Line:
        try:
            line = self._decoder.decode(written)
        except ValueError as error:
            raise ExportRefused(self.line, NO_LINE) from error
        if type(line) is not kind:
            raise ExportRefused(self.line, NO_LINE)
        return line

    def _next(self) -> bytes:
        self.line += 1
        written = next(self._lines, None)
        if written is None:
            raise ExportRefused(self.line, CUT_OFF)
        self._digest.update(written)
        return written
