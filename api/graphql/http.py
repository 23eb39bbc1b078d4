"""GraphQL over HTTP, for both endpoints (GraphQL の HTTP 部分).

POST with JSON, GET for queries only, one operation a request. Statuses: 200 for what was carried out, also in part; 400
for a mistake in the request; 405, 406, 413 and 415 for its form; 503 with Retry-After when the store does not answer.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.failures import RETRY_AFTER, failure_of
from api.graphql.asking import Asked, asked
from api.graphql.errors import cause, formatted, internal, refused
from api.graphql.language import Language, preferred
from api.graphql.negotiation import AnswerKind, answer_kind
from api.graphql.refusals import BodyMalformed, ReadingOnly, RequestRefused, RequestTooLong
from api.graphql.schema import Schema
from api.graphql.trusted import NOTHING, Trusted
from api.security.refusals import TooManyRequests
from api.security.watch import note
from domain.errors import Invalid, LogUnchecked, NotAllowed, NotSignedIn, RenkeiError, Unavailable
from projections.queries.desk import PositionUnknown

ContextOf = Callable[[Request, Language], AbstractAsyncContextManager[object]]
"""Makes what resolvers see as ``info.context``; may raise any error of ours."""

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,100}\Z")

AS_A_WHOLE: Final = (PositionUnknown,)
"""Mistakes that only the log can tell from what is right: found in a field, they are the whole request's."""

SESSION: Final = "renkei-session-"
"""Part of a cookie's name."""

SHARE: Final = 0.9
"""Of the time that the application gives to a request: the rest is for telling that it was too long."""


def request_id(request: Request) -> str:
    """The id under which a request is logged: the one that the app gave it, else a new one."""
    given = getattr(request.state, "request_id", None)
    return given if isinstance(given, str) and REQUEST_ID.match(given) else str(uuid4())


async def anybody(request: Request) -> None:
    """Everybody may ask."""
    del request


async def answer(
    request: Request,
    schema: Schema,
    context: ContextOf,
    admit: Callable[[Request], Awaitable[None]] = anybody,
    trusted: Trusted = NOTHING,
) -> Response:
    """The answer to a GraphQL request, whatever was sent; ``admit`` may refuse before anything of it is read."""
    language, number, kind = preferred(request), request_id(request), AnswerKind()
    try:
        kind = answer_kind(request)
        async with in_time(request):
            await admit(request)
            wanted = await asked(request, schema.limits)
            text = trusted.text_of(wanted)
            async with context(request, language) as value:
                result = await execute(schema, text, wanted, value, reading=request.method != "POST")
    except RenkeiError as error:
        watched(request, error)
        return refusal(error, language, number, kind)
    for mistake in map(cause, result.errors or ()):
        if isinstance(mistake, RenkeiError):
            watched(request, mistake)
    return told(result, language, number, kind)


def watched(request: Request, error: RenkeiError) -> None:
    """What a line tells of: a limit, a right, a form or a token that does not hold; not what is merely missing."""
    admitted = getattr(request.state, "admitted", None)
    city = getattr(getattr(admitted, "member", None), "city", "")
    if isinstance(error, NotAllowed) or (isinstance(error, NotSignedIn) and has_credentials(request)):
        note(error, city=city or request.path_params.get("city", ""), what="request")  # the city was found before
    elif isinstance(error, RequestRefused | Invalid):
        note(error, city=city, member=getattr(getattr(admitted, "member", None), "id", ""), what="document")


def has_credentials(request: Request) -> bool:
    """Whether somebody claims to be somebody."""
    return "authorization" in request.headers or SESSION in request.headers.get("cookie", "")


@asynccontextmanager
async def in_time(request: Request) -> AsyncIterator[None]:
    """Ends the block, and with it the statements in the database, before the whole request is given up.

    Raises RequestTooLong. A command that has begun in its thread goes on; its id tells what came of it.
    """
    longest = getattr(request.app.state, "longest", None)
    try:
        async with asyncio.timeout(None if longest is None else longest * SHARE):
            yield
    except TimeoutError as error:
        raise RequestTooLong(limit=longest) from error


async def execute(schema: Schema, text: str, wanted: Asked, context: object, *, reading: bool) -> ExecutionResult:
    """Carry out one operation. Raises ReadingOnly for a mutation by GET, BodyMalformed when no operation is meant."""
    writing = {OperationType.MUTATION} if schema.mutation and not reading else set()
    try:
        return await schema.execute(
            text,
            variable_values=wanted.variables,
            context_value=context,
            operation_name=wanted.operation_name,
            allowed_operation_types={OperationType.QUERY} | writing,
        )
    except MissingQueryError as error:
        raise BodyMalformed(problem="query is empty") from error
    except CannotGetOperationTypeError as error:
        raise BodyMalformed(problem="the document has no such operation; check operationName") from error
    except InvalidOperationTypeError as error:
        if reading:
            raise ReadingOnly from error
        raise BodyMalformed(problem=f"no {error.operation_type.value} is offered here, only queries") from error


def told(result: ExecutionResult, language: Language, number: str, kind: AnswerKind) -> Response:
    """What was carried out, or why not."""
    errors = result.errors or []
    for error in errors:
        if isinstance(mistake := cause(error), AS_A_WHOLE):
            return refusal(mistake, language, number, kind)
    headers: dict[str, str] = {}
    if any(isinstance(cause(error), Unavailable) for error in errors):
        status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER)}
    elif waits := [known.details["seconds"] for error in errors if isinstance(known := cause(error), TooManyRequests)]:
        status, headers = HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(waits[0])}
    elif any(isinstance(cause(error), LogUnchecked) for error in errors):  # people must look: no time is promised
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif result.data is None and not any(error.path for error in errors) and not kind.always_200:
        status = HTTPStatus.BAD_REQUEST
    else:
        status = HTTPStatus.OK
    content: dict[str, Any] = {"errors": formatted(errors, language, number)} if errors else {}
    if result.data is not None or any(error.path for error in errors):  # without it, nothing was carried out
        content["data"] = result.data
    return response(status, content, headers, number, kind)


def refusal(error: RenkeiError, language: Language, number: str, kind: AnswerKind) -> Response:
    """The answer to a request of which nothing was carried out."""
    failure = failure_of(error, language.value)
    headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after else {}
    if isinstance(error, ReadingOnly):
        headers["Allow"] = "POST"
    return response(failure.status, {"errors": [refused(error, language)]}, headers, number, kind)


def broken(language: Language, number: str, kind: AnswerKind) -> Response:
    """The answer when something nobody foresaw went wrong outside every field."""
    content = {"errors": [internal(language, number)]}
    return response(HTTPStatus.INTERNAL_SERVER_ERROR, content, {}, number, kind)


def response(status: int, content: object, headers: dict[str, str], number: str, kind: AnswerKind) -> Response:
    """An answer in JSON; one with errors names the request."""
    if isinstance(content, dict) and "errors" in content:
        content = {**content, "extensions": {"requestId": number}}
    fixed = {
        "Cache-Control": "no-store",
        "Content-Type": f"{kind.media_type}; charset=utf-8",
        "Vary": "Accept, Accept-Language",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": number,
    }
    return Response(msgspec.json.encode(content), status, {**fixed, **headers})
