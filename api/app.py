"""The web application: everybody's GraphQL, the desks' GraphQL, health, readiness and metrics."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Final

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.exceptions import HTTPException

from api import metrics
from api.desk import router as desk_router
from api.desk.documents import documents_of
from api.desk.transfers import Files
from api.failures import RETRY_AFTER
from api.house import House
from api.pages import router as pages_router
from api.public import router as public_router
from api.security.connections import Intake
from api.security.guard import Guard
from api.security.guard import refused as told
from api.security.lanes import Lanes
from api.security.rates import Rates
from api.security.refusals import MethodUnsuitable, PlaceUnknown
from api.settings import scanner_of, storage_of
from domain.errors import RenkeiError
from tenants.database.walls import Row

LOOK: Final = 2.0
"""Seconds in which a database that is ready has answered."""


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
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    settings = house.settings
    app.state.longest = settings.longest
    app.state.lanes = Lanes(settings.public_requests, settings.desk_requests)
    app.state.intake = Intake(app.state.lanes, settings.connections)
    app.add_middleware(Guard, settings, app.state.lanes, Rates(settings.rates))
    app.add_exception_handler(RenkeiError, refused)
    app.add_exception_handler(HTTPException, nowhere)
    app.include_router(public_router(house.public_reads))
    desks = desk_router(
        house.tenancy,
        house.desk_reads,
        house.keys,
        house.commands,
        sign_in=settings.sign_in,
        trusted=documents_of(settings.data, only=settings.trusted_documents_only),
        files=Files(storage_of(settings), scanner_of(settings)),
    )
    app.include_router(desks)
    app.include_router(pages_router(house.public_reads))
    app.add_api_route("/healthz", healthy, methods=["GET", "HEAD"], include_in_schema=False)

    async def ready(request: Request) -> Response:
        """Whether the database answers everybody and the desks now; one that only hangs is not ready either.

        More than that is told only to who watches over the deployment.
        """
        look = asyncio.gather(answers(house.public_reads), answers(house.desk_reads))
        await asyncio.wait({look}, timeout=LOOK)
        if look.done() and all(look.result()):
            more = f"projections: {house.projections()}\n" if request.state.monitor else ""
            return PlainTextResponse(f"ready\n{more}")
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


async def refused(request: Request, error: Exception) -> Response:
    """A refusal outside GraphQL."""
    assert isinstance(error, RenkeiError)  # noqa: S101 - what this is registered for
    return told(request, error, request.state.request_id)


async def nowhere(request: Request, error: Exception) -> Response:
    """No such place, or not by this method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what this is registered for
    headers = dict(error.headers or {})
    unsuitable = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    known = MethodUnsuitable(allowed=headers.get("Allow", "")) if unsuitable else PlaceUnknown()
    response = told(request, known, request.state.request_id)
    response.headers.update(headers)
    return response
