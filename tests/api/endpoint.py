"""An endpoint of ours over a small schema, without a database, for the tests of GraphQL over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import httpx
import strawberry
from fastapi import APIRouter, FastAPI, Request, Response

from api.graphql import schema as building
from api.graphql.http import answer
from api.graphql.language import Language
from api.graphql.schema import Schema
from api.graphql.trusted import NOTHING, Trusted
from domain.errors import StoreUnavailable, TextTooLong

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.input
class Where:
    colour: Colour | None = None
    names: list[str] | None = None


@strawberry.type
class Item:
    @strawberry.field
    def items(self, first: int = 20) -> "list[Item]":
        return [Item() for _ in range(first)]

    @strawberry.field
    def left(self) -> "Item":
        return self

    @strawberry.field
    def right(self) -> "Item":
        return self

    @strawberry.field
    def weighed(self, grams: float = 0, of: list[str] | None = None, where: Where | None = None) -> int:
        return len(of or ()) + round(grams) + bool(where)

    @strawberry.field
    def name(self, of: str = "") -> str:
        return f"名前{of}"


@strawberry.type
class Query:
    @strawberry.field
    async def item(self) -> Item:
        return Item()

    @strawberry.field
    async def refused(self) -> str | None:
        raise TextTooLong(field="title", limit=200, length=201)

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError("select secret from renkei.members where name = '佐藤'")

    @strawberry.field
    async def waiting(self) -> str | None:
        raise StoreUnavailable


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def touch(self) -> str:
        return "done"


READING = building.build(Query)
WRITING = building.build(Query, Mutation)


def ask(
    method: str = "POST",
    schema: Schema = READING,
    error: Exception | None = None,
    trusted: Trusted = NOTHING,
    **request: Any,
) -> httpx.Response:
    """One request to an application that serves only this schema; `error` is what its context raises."""

    @asynccontextmanager
    async def context(_request: Request, _language: Language) -> AsyncIterator[object]:
        if error:
            raise error
        yield None

    async def graphql(request: Request) -> Response:
        return await answer(request, schema, context, trusted=trusted)

    async def send() -> httpx.Response:
        app, routes = FastAPI(), APIRouter()
        routes.add_api_route("/graphql", graphql, methods=["GET", "HEAD", "POST"])
        app.include_router(routes)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://renkei.test") as client:
            return await client.request(method, "/graphql", **request)

    return asyncio.run(send())


def query(text: str, **rest: Any) -> httpx.Response:
    variables = rest.pop("variables", None)
    return ask(json={"query": text, "variables": variables}, **rest)


def only_error(response: httpx.Response) -> dict[str, Any]:
    (error,) = response.json()["errors"]
    assert isinstance(error, dict)
    return error
