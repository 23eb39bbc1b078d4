"""How requests are read from the sockets: so many connections, in time, and desks first (接続の受け入れ).

A crowd of clients makes so many sockets readable at once that reading alone would keep desks waiting. So the first
bytes of a request are looked at: those for a desk go through, those of the public wait in a row and are read a few at a
time, fewer while desks are at work. A connection in the row is not read from, and costs nothing.

Built on uvicorn's protocol for h11, whose attributes it uses; constraints.txt pins it, tests/program shows it works.
"""

import asyncio
import json
import sys
from collections import OrderedDict, deque
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import uuid4

import h11
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from api.failures import failure_of
from api.security.guard import BACK
from api.security.lanes import Lanes
from api.security.refusals import Crowded, RequestMalformed, RequestTooSlow
from api.security.routes import ENCODED, NO_STORE, UNKNOWN, place_of
from domain.errors import RenkeiError

FIRST: Final = (b"/desk/", b"/healthz", b"/readyz", b"/metrics")
"""Beginnings of what is read at once."""
HEAD_BYTES: Final = 32_768
"""Of a request's first line and headers; h11 limits only what is incomplete."""
END_OF_HEAD: Final = b"\r\n\r\n"
HEAD_SECONDS: Final = 10.0
"""Until the head of a request is there."""
REQUEST_SECONDS: Final = 15.0
"""From then until its body is there."""
ANSWER_SECONDS: Final = 30.0
"""For which a client may leave an answer untaken."""
TICK: Final = 0.01
"""Seconds between two looks at the row while desks are at work."""
AT_ONCE: Final = 32
"""Public requests read in one go while no desk is at work."""
BETWEEN: Final = 8
"""And between two requests of desks."""
BESIDE: Final = 1
"""And while one of a desk is under way."""
LOOKED_AT: Final = 64
"""Connections looked at for one to close in place of a new one."""

log = structlog.get_logger("renkei.connections")


class Intake:
    """The open connections of one process and the row of those with a public request. Ordered by last request."""

    def __init__(self, lanes: Lanes, most: int) -> None:
        self._desks, self._most = lanes.desks, most
        self.open: OrderedDict[Connection, None] = OrderedDict()
        self._row: deque[Connection] = deque()
        self._planned = False

    def arrived(self, connection: "Connection") -> None:
        """One more connection; when there are too many, one that does nothing goes, the public's first."""
        self.open[connection] = None
        if len(self.open) > self._most:
            looked = [one for one, _ in zip(self.open, range(LOOKED_AT), strict=False) if one.is_quiet]
            going = next((one for one in looked if not one.first), looked[0] if looked else connection)
            going.turn_away()

    def wait(self, connection: "Connection") -> None:
        """The connection has a public request to be read when its turn comes."""
        self._row.append(connection)
        if not self._planned:
            self._plan()

    def _plan(self) -> None:
        self._planned = True
        asyncio.get_running_loop().call_later(TICK if self._desks.at_work() else 0.0, self._read)

    def _read(self) -> None:
        """Let a few be read."""
        self._planned = False
        few = (BESIDE if self._desks.running else BETWEEN) if self._desks.at_work() else AT_ONCE
        for _ in range(min(few, len(self._row))):
            self._row.popleft().go_on()
        if self._row:
            self._plan()


class Connection(H11Protocol):
    """One connection. ``first``: its last request was for a desk or a probe."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.intake: Intake = cast(Any, self.app).state.intake
        self.first = self._waits = self._its_turn = False
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited = ""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is being worked on here; a request of which the body is still awaited is not yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return self._awaited == "body" or cycle is None or cycle.response_complete

    # --- what uvicorn calls ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected."""
        super().connection_made(transport)
        self._expect("head", HEAD_SECONDS)
        self.intake.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self.intake.open.pop(self, None)
        self._expect("", 0)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Bytes have come, or the answer before was sent: go on, or wait in the row."""
        if self._waits or self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and (begun := self.conn.trailing_data[0]):
            if len(begun.partition(END_OF_HEAD)[0]) > HEAD_BYTES:
                self._tell(RequestMalformed(), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            self.first = begun.split(b" ", 2)[1:2] != [] and begun.split(b" ", 2)[1].startswith(FIRST)
            if not self._its_turn and (not self.first or self._stands_back()):
                self._waits = True
                self.flow.pause_reading()
                self.intake.wait(self)
                return
        self._its_turn = False
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        """The answer was handed over."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client takes its answer slowly."""
        super().pause_writing()
        self._expect("answer", ANSWER_SECONDS)

    def resume_writing(self) -> None:
        """It takes it again."""
        super().resume_writing()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        del msg
        reason = sys.exc_info()[1]
        status = reason.error_status_hint if isinstance(reason, h11.RemoteProtocolError) else 400
        self._tell(RequestMalformed(), status)

    # --- ours ---

    def go_on(self) -> None:
        """Its turn has come."""
        self._waits, self._its_turn = False, True
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self.handle_events()
        self._its_turn = False

    def turn_away(self) -> None:
        """Close it in place of another."""
        self.intake.open.pop(self, None)
        if self._waits:
            self._tell(Crowded())
        else:
            self.transport.abort()

    def _stands_back(self) -> bool:
        """Whether the last request here was turned away: then the next waits its turn, wherever it goes."""
        scope: Any = self.scope
        return scope is not None and bool(scope["state"].get(BACK))

    def _watch(self) -> None:
        """Say what is awaited of the client now, and until when."""
        state = self.conn.their_state
        if self.flow.write_paused:
            self._expect("answer", ANSWER_SECONDS)
        elif state is h11.SEND_BODY:
            self._expect("body", self._arriving())
        elif state is h11.IDLE and self.conn.trailing_data[0]:
            self._expect("head", HEAD_SECONDS)
        else:
            self._expect("", 0)
        if state is not h11.IDLE and self in self.intake.open:
            self.intake.open.move_to_end(self)

    def _arriving(self) -> float:
        """Seconds for the body: a file takes as long as a file may, and its route sees that it keeps coming."""
        scope: Any = self.scope
        longest = place_of(scope["path"]).kind.longest if scope is not None else None
        return REQUEST_SECONDS if longest is None else float(longest)

    def _expect(self, what: str, seconds: float) -> None:
        """Nothing is prolonged by a little more of the same."""
        if what == self._awaited:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited = what
        self._deadline = self.loop.call_later(seconds, self._too_late) if what else None

    def _too_late(self) -> None:
        if self._waits:  # it is we who let it wait
            self._awaited = ""
            return
        log.info("too slow", awaited=self._awaited)
        cycle: RequestResponseCycle | None = self.cycle
        if self._awaited == "answer" or (self._awaited == "body" and cycle is not None and cycle.response_started):
            self.transport.abort()
        else:
            self._tell(RequestTooSlow())

    def _tell(self, error: RenkeiError, status: int | None = None) -> None:
        """Answer outside of any request, in both languages, and close."""
        english, japanese = failure_of(error, "en"), failure_of(error, "ja")
        number = uuid4().hex
        told = {"code": english.code, "message": english.message, "messageJa": japanese.message, "requestId": number}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = [
            *ENCODED[UNKNOWN.name],
            (b"cache-control", NO_STORE.encode()),
            (b"x-request-id", number.encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *([(b"retry-after", str(english.retry_after).encode())] if english.retry_after else []),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(b"HTTP/1.1 %d \r\n%s\r\n%s" % (status or english.status, lines, body))
        self.transport.close()
        log.info("refused", code=english.code, status=status or english.status, request_id=number)
