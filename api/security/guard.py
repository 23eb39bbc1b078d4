"""Stands before every route: identity of the request, host, size, budget, turn, time, headers, access log (受付).

In this order, so that what costs least is looked at first; a body that is not large is awaited before the turn.
Whatever is refused here, or goes wrong behind, is answered in one form, with the request's id, in the reader's
language; GraphQL's own form for GraphQL.
"""

import asyncio
import hashlib
import time
from collections import deque
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.failures import INTERNAL, INTERNAL_MESSAGE, failure_of
from api.graphql.http import broken, refusal
from api.graphql.language import preferred
from api.graphql.negotiation import AnswerKind
from api.graphql.refusals import BodyTooLarge
from api.security.addresses import Hosts, Monitors, Proxies, Visitor, host_of
from api.security.lanes import Lanes
from api.security.rates import Rates
from api.security.refusals import Crowded, HostUnknown, MonitorsOnly, RequestMalformed, TooManyRequests
from api.security.routes import AS_PAGE, ENCODED, HSTS, NO_STORE, Place, encoded, place_of
from api.security.watch import note, watching
from api.settings import Settings
from domain.errors import RenkeiError, StoreUnavailable

GRAPHQL: Final = "/graphql"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
"""Methods that a line may name; another is whatever somebody wrote there."""
BACK: Final = "back"
"""Key of a request's state: whoever was turned away or is nobody's member stands in the row with the next request."""
OK, NOT_MODIFIED, HTML = HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, b"text/html"
AHEAD: Final = 100_000
"""Bytes of the largest body that is awaited before its request takes a turn. Of a desk's API, which takes more, a body
is read only once it is known who sends it."""
TOLD_EVERY: Final = 1.0
"""Seconds between two lines about what was shed: a line each would be a load of its own."""
OVER_TLS: Final = encoded(dict([HSTS]))

log = structlog.get_logger("renkei.access")


class Guard:
    """ASGI middleware, outermost. ``lanes`` and ``rates`` belong to the process."""

    def __init__(self, app: ASGIApp, settings: Settings, lanes: Lanes, rates: Rates) -> None:
        self.app, self._longest, self._logs = app, settings.longest, settings.access_log
        self._lanes, self._rates = lanes, rates
        self._proxies = Proxies(settings.trusted_proxies, settings.proxy_header)
        self._hosts = Hosts(settings.hosts)
        self._monitors = Monitors(settings.monitors)
        self._shed = Shed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the application's life."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number, place, headers = uuid4().hex, place_of(scope["path"]), Headers(scope=scope)
        peer = scope.get("client")
        visitor = self._proxies.visitor(peer[0] if peer else None, scope["scheme"], headers)
        state = scope.setdefault("state", {})
        state["request_id"], state["visitor"], state["rates"] = number, visitor, self._rates
        state["monitor"] = self._monitors.know(visitor)
        scope["scheme"] = "https" if visitor.secure else "http"
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=number)
        answer = Answer(scope, send, place, number, secure=visitor.secure)
        began = time.monotonic()
        try:
            with watching(place.route or "unknown"):
                self._look(place, visitor, headers)
                receive = limited(receive, place.kind.body)
                if 0 < place.kind.body <= AHEAD and ("content-length" in headers or "transfer-encoding" in headers):
                    receive = await ahead(receive)
                async with self._lanes[place.kind.lane].turn() as state["turn"]:
                    await self._in_time(scope, receive, answer, place.kind.longest or self._longest)
        except (Crowded, TooManyRequests) as error:
            state["shed"] = True
            self._shed.count(type(error))
            await answer.refuse(error)
            return
        except RenkeiError as error:
            await answer.refuse(error)
        except Exception as error:  # noqa: BLE001 - the outermost place: no stack trace leaves, none reaches a log
            log.error("unforeseen", kind=type(error).__name__, route=place.route)  # noqa: TRY400 - the text stays here
            await answer.fail()
        finally:
            state[BACK] = bool(state.get("shed")) or answer.status == HTTPStatus.UNAUTHORIZED
            if self._logs and answer.status and not state.get("shed"):
                took = round((time.monotonic() - began) * 1000, 1)
                log.info(
                    "request",
                    method=scope["method"] if place.route and scope["method"] in METHODS else "",
                    route=place.route or "unknown",
                    status=answer.status,
                    ms=took,
                    network=visitor.logged,
                )

    def _look(self, place: Place, visitor: Visitor, headers: Headers) -> None:
        """Raises RequestMalformed, HostUnknown, MonitorsOnly, BodyTooLarge, TooManyRequests."""
        host = headers.get("host", "")
        if not place.kind.any_host:
            if host_of(host) is None:
                raise RequestMalformed
            if not self._hosts.knows(host):
                raise noted(HostUnknown())
        if place.kind.monitoring and not self._monitors.know(visitor):
            raise noted(MonitorsOnly())
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise RequestMalformed
        if "content-length" in headers and "transfer-encoding" in headers:
            raise noted(RequestMalformed())  # two lengths: a proxy may have read the other one (RFC 9112, 6.1)
        if len(length) > len(str(place.kind.body)) + 1 or int(length) > place.kind.body:
            raise noted(BodyTooLarge(limit=place.kind.body))
        if place.kind.budget is not None:
            self._rates.spend(place.kind.budget, address=visitor.counted)

    async def _in_time(self, scope: Scope, receive: Receive, answer: "Answer", longest: int) -> None:
        """The answer, or StoreUnavailable when a database that hangs keeps it back. Raises Astray.

        What became of a command, its id tells.
        """
        answering = asyncio.ensure_future(self.app(scope, receive, answer.by_the_application))
        try:
            await asyncio.wait({answering}, timeout=longest)
            if answering.cancelled():
                raise Astray
            if answering.done():
                answering.result()
                return
        finally:
            answering.cancel()
        raise StoreUnavailable


class Answer:
    """What is sent back: the class's headers on it, at most one answer, its ETag compared."""

    def __init__(self, scope: Scope, send: Send, place: Place, number: str, *, secure: bool) -> None:
        self._scope, self._send, self._place, self._number, self._secure = scope, send, place, number, secure
        self._held: Message | None = None
        self._taken = False
        self.status = 0

    async def by_the_application(self, message: Message) -> None:
        """What the application sends; nothing more once another answer was given in its place."""
        if not self._taken:
            await self(message)

    async def __call__(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self._dress(message)
            if message["status"] == OK and self._scope["method"] in {"GET", "HEAD"} and self._kind(message).caching:
                self._held = message
                return
        elif self._held is not None:
            await self._compared(message)
            return
        await self._send(message)

    async def _compared(self, message: Message) -> None:
        """A whole body gets its ETag, or is not sent again to who has it (RFC 9110, 13.1.2)."""
        start, self._held = self._held, None
        assert start is not None  # noqa: S101 - held before
        if not message.get("more_body") and self._kind(start).caching != NO_STORE and message.get("body"):
            tag = f'"{hashlib.sha256(message["body"]).hexdigest()[:32]}"'
            headers = MutableHeaders(raw=start["headers"])
            headers["ETag"] = tag
            asked = Headers(scope=self._scope).get("if-none-match", "")
            if tag in [told.strip().removeprefix("W/") for told in asked.split(",")] or asked.strip() == "*":
                self.status = start["status"] = NOT_MODIFIED
                del headers["content-length"]
                message = {"type": "http.response.body", "body": b""}
            start["headers"] = headers.raw
        await self._send(start)
        await self._send(message)

    def _kind(self, message: Message) -> Any:
        page = AS_PAGE.get(self._place.route or "")
        if page is not None and dict(message["headers"]).get(b"content-type", b"").startswith(HTML):
            return page
        return self._place.kind

    def _dress(self, message: Message) -> None:
        """The table's headers take the place of whatever a route set, but for those that are its own."""
        kind = self._kind(message)
        said = {name.lower() for name, _ in message["headers"] if name.lower().decode() in kind.own}
        caching = kind.caching if message["status"] == OK and self._scope["method"] in {"GET", "HEAD"} else NO_STORE
        ours = [
            *(pair for pair in ENCODED[kind.name] if pair[0] not in said),
            (b"cache-control", caching.encode()),
            (b"x-request-id", self._number.encode()),
            *(OVER_TLS if self._secure else ()),
        ]
        names = {name for name, _ in ours}
        message["headers"] = [*(pair for pair in message["headers"] if pair[0].lower() not in names), *ours]

    async def refuse(self, error: RenkeiError) -> None:
        """Tell an error of ours, unless an answer has begun; after what cannot be read, the connection ends."""
        response = refused(HTTPConnection(self._scope), error, self._number)
        if isinstance(error, RequestMalformed):
            response.headers["Connection"] = "close"
        await self._tell(response)

    async def fail(self) -> None:
        """Tell that something nobody foresaw went wrong."""
        preferring = preferred(HTTPConnection(self._scope))
        if self._scope["path"].endswith(GRAPHQL):
            await self._tell(broken(preferring, self._number, AnswerKind()))
            return
        language = preferring.value
        content = {"code": INTERNAL, "message": INTERNAL_MESSAGE[language], "requestId": self._number}
        await self._tell(JSONResponse(content, HTTPStatus.INTERNAL_SERVER_ERROR))

    async def _tell(self, response: Response) -> None:
        if self.status and self._held is None:
            raise BrokenOff
        self._held, self._taken = None, True
        await response(self._scope, _nothing, self)


def noted(error: RenkeiError) -> RenkeiError:
    """An error that is to leave a line."""
    note(error)
    return error


class Astray(Exception):
    """What answered was cancelled from within, though nobody had given the request up."""


class BrokenOff(Exception):
    """An answer had begun and cannot be completed; the connection is closed."""


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def refused(request: HTTPConnection, error: RenkeiError, number: str) -> Response:
    """An error of ours as a client is told it, wherever it was raised outside a route's own form."""
    language = preferred(request)
    if request.url.path.endswith(GRAPHQL):
        return refusal(error, language, number, AnswerKind())
    failure = failure_of(error, language.value)
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    content = {"code": failure.code, "message": failure.message, "requestId": number}
    return JSONResponse(content, failure.status, headers)


def limited(receive: Receive, most: int) -> Receive:
    """The request's body, as long as it is no longer than this. The answer to more is BodyTooLarge."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise BodyTooLarge(limit=most)
        return message

    return counted


async def ahead(receive: Receive) -> Receive:
    """The same with all of it there already: who sends slowly keeps no turn from others meanwhile."""
    come = deque([await receive()])
    while come[-1].get("more_body"):
        come.append(await receive())

    async def again() -> Message:
        return come.popleft() if come else await receive()

    return again


class Shed:
    """Counts what was turned away and says so once a second, without a line for each."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._due = False

    def count(self, kind: type[RenkeiError]) -> None:
        """One more."""
        self._counts[kind.__name__] = self._counts.get(kind.__name__, 0) + 1
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(TOLD_EVERY, self._tell)

    def _tell(self) -> None:
        counts, self._counts, self._due = self._counts, {}, False
        structlog.contextvars.unbind_contextvars("request_id")
        log.warning("shed", **counts)
