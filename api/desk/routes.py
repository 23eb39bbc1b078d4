"""Where a desk is reached: its GraphQL and its tokens (窓口の入口)."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk.context import Context, Pool, context_of
from api.desk.pace import Commands, Counted
from api.desk.schema import desk_schema
from api.desk.signing import Signing
from api.desk.transfers import Files, Transfers, add_file_routes
from api.graphql.http import answer, request_id
from api.graphql.language import Language
from api.graphql.trusted import NOTHING, Trusted
from api.security.rates import spend
from api.signing.browser import Browser
from api.signing.doors import Doors, city_of
from api.signing.routes import add_routes
from api.signing.settings import SignIn
from tenants.identity import Identity
from tenants.keys import KeyStore
from tenants.tenancy import Tenancy

SIGNING_IN: Final = 4
"""Secrets looked at or waiting at once: whoever guesses shall not keep the commands of others from their threads."""


def router(
    tenancy: Tenancy,
    desk_reads: Pool,
    keys: KeyStore,
    commands: ThreadPoolExecutor,
    identity: Identity | None = None,
    sign_in: SignIn | None = None,
    trusted: Trusted = NOTHING,
    files: Files | None = None,
) -> APIRouter:
    """The desks of all cities; ``desk_reads`` is opened by the application. ``trusted``: documents with an id.

    ``files``: where attachments lie, and what looks at them before; without it none are taken.
    """
    known = identity or Identity(tenancy, desk_reads)
    pace = Commands(commands)
    looking, told = Commands(commands, SIGNING_IN), sign_in or SignIn()
    browser = Browser(known.vault, told.address)
    doors = Doors(known, browser, pace, told.demands)
    signing = Signing(tenancy, known, looking, told)

    async def admit(request: Request) -> None:
        """The member first. Raises CityUnknown, NotSignedIn, CrossSite, TooManyRequests, Unavailable."""
        request.state.admitted = asking = await doors.admitted(request, await city_of(tenancy, request))
        spend(request, "desk", member=str(asking.member.id), city=asking.member.city)

    @asynccontextmanager
    async def context(request: Request, language: Language) -> AsyncIterator[Context]:
        asking = request.state.admitted
        member = asking.member
        commands = Counted(pace, lambda: spend(request, "commands", member=str(member.id), city=member.city))
        yield context_of(member, language, request_id(request), tenancy, commands, desk_reads, keys, asking.scopes)

    async def graphql(request: Request) -> Response:
        response = await answer(request, desk_schema(), context, admit, trusted)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        admitted = getattr(request.state, "admitted", None)
        return response if admitted is None else doors.renew(request, response, admitted)

    routes = APIRouter(prefix="/desk/{city}", include_in_schema=False)
    routes.add_api_route("/graphql", graphql, methods=["GET", "HEAD", "POST"])
    routes.add_api_route("/token", signing.sign_in, methods=["POST"])
    routes.add_api_route("/token", signing.sign_out, methods=["DELETE"])
    if files is not None:
        add_file_routes(routes, Transfers(tenancy, doors, pace, desk_reads, keys, files))
    add_routes(routes, tenancy, known, doors, browser, looking, told)
    return routes
