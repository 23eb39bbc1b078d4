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
from api.desk.signing import Signing, bearer, city_of
from api.graphql.http import answer, request_id
from api.graphql.language import Language
from api.security.rates import spend
from tenants.identity import Identity
from tenants.keys import KeyStore
from tenants.tenancy import Tenancy

BODY_LIMIT: Final = 1_000_000
"""Bytes of a request: two texts of 20,000 kanji are 120,000."""
SIGNING_IN: Final = 4
"""Secrets looked at or waiting at once: whoever guesses shall not keep the commands of others from their threads."""


def router(
    tenancy: Tenancy,
    desk_reads: Pool,
    keys: KeyStore,
    commands: ThreadPoolExecutor,
    identity: Identity | None = None,
) -> APIRouter:
    """The desks of all cities; ``desk_reads`` is opened by the application."""
    known = identity or Identity(tenancy, desk_reads)
    pace = Commands(commands)
    signing = Signing(tenancy, known, Commands(commands, SIGNING_IN))

    async def admit(request: Request) -> None:
        """The member first: without one nothing is looked at. Raises CityUnknown, NotSignedIn, Unavailable."""
        request.state.member = member = await known.member_of(await city_of(tenancy, request), bearer(request))
        spend(request, "desk", member=str(member.id), city=member.city)

    @asynccontextmanager
    async def context(request: Request, language: Language) -> AsyncIterator[Context]:
        member = request.state.member
        commands = Counted(pace, lambda: spend(request, "commands", member=str(member.id), city=member.city))
        yield context_of(member, language, request_id(request), tenancy, commands, desk_reads, keys)

    async def graphql(request: Request) -> Response:
        response = await answer(request, desk_schema(), context, BODY_LIMIT, admit)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    routes = APIRouter(prefix="/desk/{city}", include_in_schema=False)
    routes.add_api_route("/graphql", graphql, methods=["GET", "HEAD", "POST"])
    routes.add_api_route("/token", signing.sign_in, methods=["POST"])
    routes.add_api_route("/token", signing.sign_out, methods=["DELETE"])
    return routes
