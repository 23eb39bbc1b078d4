"""The web application: everybody's GraphQL, the desks' GraphQL, health, readiness and metrics."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final
from uuid import uuid4

import psycopg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api import metrics
from api.desk import router as desk_router
from api.desk.documents import documents_of
from api.failures import INTERNAL, INTERNAL_MESSAGE, RETRY_AFTER, failure_of
from api.graphql.http import refusal
from api.graphql.language import preferred
from api.graphql.negotiation import AnswerKind
from api.house import House
from api.pages import router as pages_router
from api.public import router as public_router
from domain.errors import RenkeiError, StoreUnavailable
from tenants.database.walls import Row

LOOK: Final = 2.0
"""Seconds in which a database that is ready has answered."""

log = structlog.get_logger()


def create_app(house: House, ended: Callable[[], None] = lambda: None) -> FastAPI:
    """The application over one open deployment; ``ended`` is called when it has stopped."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as ends:
            ends.callback(ended)
            await ends.enter_async_context(house.public_reads)
            await ends.enter_async_context(house.desk_reads)
            yield

    app = FastAPI(title="renkei", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.longest = house.settings.longest
    app.middleware("http")(with_request_id)
    app.add_exception_handler(RenkeiError, refused)
    app.include_router(public_router(house.public_reads))
    desks = desk_router(
        house.tenancy,
        house.desk_reads,
        house.keys,
        house.commands,
        sign_in=house.settings.sign_in,
        trusted=documents_of(house.settings.data, only=house.settings.trusted_documents_only),
    )
    app.include_router(desks)
    app.include_router(pages_router(house.public_reads))
    app.add_api_route("/healthz", healthy, methods=["GET", "HEAD"], include_in_schema=False)

    async def ready() -> Response:
        """Whether the database answers everybody and the desks now; one that only hangs is not ready either."""
        look = asyncio.gather(answers(house.public_reads), answers(house.desk_reads))
        await asyncio.wait({look}, timeout=LOOK)
        if look.done() and all(look.result()):
            return PlainTextResponse("ready\n")
        look.cancel()
        return PlainTextResponse("not ready: the database does not answer\n", 503, {"Retry-After": str(RETRY_AFTER)})

    latest = metrics.Latest(house.runner_pool)

    async def measured() -> Response:
        """Lag of the projections and counts, for Prometheus."""
        return Response(await latest.text(), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/readyz", ready, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/metrics", measured, include_in_schema=False)
    return app


async def answers(pool: AsyncConnectionPool[AsyncConnection[Row]]) -> bool:
    """Whether the database answers; connections that died are replaced, and it is asked once more."""
    for _ in range(2):
        try:
            async with pool.connection(timeout=LOOK) as connection:
                await connection.execute("select 1")
        except psycopg.Error:
            await pool.check()
        else:
            return True
    return False


async def healthy() -> Response:
    """The process runs."""
    return PlainTextResponse("ok\n")


async def with_request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer and every log line carries the request's id; anything unforeseen becomes a plain 500."""
    request.state.request_id = uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request.state.request_id)
    try:
        response = await in_time(request, call_next)
    except Exception as error:  # noqa: BLE001 - the outermost place: no stack trace leaves, none reaches a log
        log.error("unforeseen", kind=type(error).__name__, path=request.url.path)  # noqa: TRY400 - the text stays here
        language = preferred(request).value.lower()
        response = JSONResponse({"code": INTERNAL, "message": INTERNAL_MESSAGE[language]}, 500)
    response.headers.setdefault("X-Request-Id", request.state.request_id)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


async def in_time(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """The answer, or 503 when a database that hangs keeps it back; whether a command was recorded, its id tells."""
    answering = asyncio.ensure_future(call_next(request))
    try:
        await asyncio.wait({answering}, timeout=request.app.state.longest)
        if answering.done():
            return answering.result()
    finally:
        answering.cancel()
    if request.url.path.endswith("/graphql"):
        return refusal(StoreUnavailable(), preferred(request), request.state.request_id, AnswerKind())
    return await refused(request, StoreUnavailable())


async def refused(request: Request, error: Exception) -> Response:
    """A refusal outside GraphQL."""
    assert isinstance(error, RenkeiError)  # noqa: S101 - what this is registered for
    failure = failure_of(error, preferred(request).value.lower())
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    return JSONResponse({"code": failure.code, "message": failure.message}, failure.status, headers)
