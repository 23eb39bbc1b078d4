"""Asks a scanner for malware about a file before it is accepted (マルウェアの検査).

The scanner is a clamd that speaks INSTREAM, as clamd(8) describes it: ``zINSTREAM`` and a NUL, then pieces, each with
its length in four bytes before it, a piece of no length at the end; the answer ends in a NUL. clamd has neither TLS
nor passwords: it belongs on this machine, or on a network on which nobody can read along.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import structlog

from domain.errors import FileInfected, Unavailable

CONNECTING: Final = 5.0
SENDING: Final = 30.0
"""Seconds in which clamd takes one piece."""
VERDICT: Final = 150.0
"""Seconds for its answer; it gives up by itself after 120 (MaxScanTime)."""
LONGEST_ANSWER: Final = 4096
FOUND: Final = " FOUND"
CLEAN: Final = "stream: OK"

log: Final = structlog.get_logger("renkei.files")

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ScannerUnavailable(Unavailable):
    """The scanner for malware does not answer, or could not look at the file: nothing is accepted."""

    en = "Files cannot be scanned for malware at the moment, so none is taken. Try again in a few seconds."
    ja = "ファイルの安全性を検査できないため、受け付けられません。数秒後にもう一度お試しください。"


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: ``path`` of a socket on this machine, or ``host`` and ``port``."""

    host: str = ""
    port: int = 0
    path: str = ""

    async def look_at(self, pieces: AsyncIterator[bytes]) -> None:
        """Let it look at a whole file. Raises FileInfected, ScannerUnavailable, and what the pieces raise."""
        async with self._line() as (answers, sending):
            try:
                sending.write(b"zINSTREAM\0")
                async for piece in pieces:  # none is empty: that would end the stream
                    await _sent(sending, len(piece).to_bytes(4) + piece)
                await _sent(sending, bytes(4))
            except OSError:  # it has closed the line, and may have said why before
                log.warning("scanner", problem="closed the line", said=await _answer(answers))
                raise ScannerUnavailable from None
            said = await _answer(answers)
        if said.endswith(FOUND):
            raise FileInfected(found=said.removeprefix("stream: ").removesuffix(FOUND))
        if said != CLEAN:
            log.warning("scanner", problem="no verdict", said=said)
            raise ScannerUnavailable

    async def answers(self) -> bool:
        """Whether it is there."""
        try:
            async with self._line() as (answers, sending):
                await _sent(sending, b"zPING\0")
                return await _answer(answers) == "PONG"
        except (ScannerUnavailable, OSError):
            return False

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        """A connection for one command. Raises ScannerUnavailable."""
        told = asyncio.open_unix_connection(self.path) if self.path else asyncio.open_connection(self.host, self.port)
        try:
            line = await asyncio.wait_for(told, CONNECTING)
        except OSError as error:  # a TimeoutError is one
            raise ScannerUnavailable from error
        try:
            yield line
        finally:
            line[1].transport.abort()


async def _sent(sending: asyncio.StreamWriter, content: bytes) -> None:
    """Raises OSError."""
    sending.write(content)
    await asyncio.wait_for(sending.drain(), SENDING)


async def _answer(answers: asyncio.StreamReader) -> str:
    """What it says, without the NUL and with signs that can be shown only; empty when it says nothing in time."""
    said = b""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        said = await asyncio.wait_for(answers.readuntil(b"\0"), VERDICT)
    text = said[:LONGEST_ANSWER].removesuffix(b"\0").decode("ascii", "replace")
    return "".join(sign if sign.isprintable() else "?" for sign in text)
