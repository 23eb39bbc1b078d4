"""The public endpoint: GraphQL for programs, the explorer for people, the schema for both (公開 API の経路)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import PlainTextResponse, Response
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.exceptions import HTTPException

from api.graphql.http import answer
from api.graphql.language import Language
from api.graphql.negotiation import wants_page
from api.public import explorer
from api.public.context import Context, context_on
from api.public.query import SCHEMA, public_sdl
from tenants.database.walls import Row


def router(public_reads: AsyncConnectionPool[AsyncConnection[Row]]) -> APIRouter:
    """``/graphql`` and what its explorer needs, reading as the role that can read nothing but the commons."""
    routes = APIRouter()

    @asynccontextmanager
    async def context(_request: Request, _language: Language) -> AsyncIterator[Context]:
        yield context_on(public_reads)

    async def graphql(request: Request) -> Response:
        """GraphQL, or the explorer for a person's browser."""
        if request.method != "POST" and wants_page(request):
            return explorer.page(request)
        return await answer(request, SCHEMA, context, trusted=explorer.TRUSTED)

    async def schema() -> Response:
        """The schema in GraphQL's own notation."""
        return PlainTextResponse(public_sdl(), headers=explorer.HEADERS)

    async def asset(name: str) -> Response:
        """A style sheet, script or picture of the explorer."""
        if (found := explorer.asset(name)) is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return found

    routes.add_api_route("/graphql", graphql, methods=["GET", "HEAD", "POST"], include_in_schema=False)
    routes.add_api_route("/graphql/schema.graphql", schema, include_in_schema=False)
    routes.add_api_route("/graphql/explorer/{name}", asset, include_in_schema=False)
    return routes
