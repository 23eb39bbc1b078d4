"""What a client asks, read from the HTTP request (リクエストの読み取り).

Source: GraphQL over HTTP, sections Request, GET and POST. One operation a request; no batches.
"""

from typing import Any, Final

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from api.graphql.refusals import BodyKindUnsupported, BodyMalformed, BodyTooLarge
from domain.errors import TextForbidden

BODY_LIMIT: Final = 100_000
"""Most bytes of a request's body, or of the query string of a GET."""


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """One GraphQL request; other keys are ignored."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


ASKED: Final = msgspec.json.Decoder(Asked)
ANYTHING: Final = msgspec.json.Decoder()


async def asked(request: Request, body_limit: int = BODY_LIMIT) -> Asked:
    """The GraphQL request inside an HTTP request. Raises RequestRefused, TextForbidden."""
    if request.method == "POST":
        check_kind(request.headers)
        found = from_json(await body(request, body_limit))
    else:
        found = from_url(request)
    check_text(found)
    return found


def check_kind(headers: Headers) -> None:
    """Raises BodyKindUnsupported for anything but JSON in UTF-8."""
    kind, _, parameters = headers.get("content-type", "").lower().partition(";")
    charsets = [value.strip('" ') for name, _, value in map(_pair, parameters.split(";")) if name.strip() == "charset"]
    if kind.strip() != "application/json" or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise BodyKindUnsupported(kind=headers.get("content-type", "")[:100] or "nothing")


def _pair(parameter: str) -> tuple[str, str, str]:
    return parameter.partition("=")


async def body(request: Request, limit: int) -> bytes:
    """The bytes that were sent. Raises BodyTooLarge as soon as they are too many."""
    read = bytearray()
    try:
        async for chunk in request.stream():
            read += chunk
            if len(read) > limit:
                raise BodyTooLarge(limit=limit)
    except ClientDisconnect as error:
        raise BodyMalformed(problem="it ended early") from error
    return bytes(read)


def from_json(data: bytes) -> Asked:
    """Raises BodyMalformed, saying at which byte or key."""
    if not data.strip():
        raise BodyMalformed(problem='the body is empty; send {"query": "…"}')
    if data.lstrip()[:1] == b"[":
        raise BodyMalformed(problem="batches are not taken; send one operation a request")
    try:
        return ASKED.decode(data)
    except UnicodeDecodeError as error:
        raise BodyMalformed(problem="the body is not UTF-8") from error
    except RecursionError as error:
        raise BodyMalformed(problem="the JSON is nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise BodyMalformed(problem=str(error)) from error


def from_url(request: Request) -> Asked:
    """The parameters of a GET. Raises BodyMalformed, BodyTooLarge."""
    if len(request.url.query) > BODY_LIMIT:
        raise BodyTooLarge(limit=BODY_LIMIT)
    given = request.query_params
    values: dict[str, Any] = {key: given[key] for key in ("query", "operationName") if key in given}
    for key in ("variables", "extensions"):
        if given.get(key):
            values[key] = _json_parameter(key, given[key])
    if not values.get("query"):
        raise BodyMalformed(problem="the parameter query is missing, as in ?query={__typename}")
    try:
        return msgspec.convert(values, Asked)
    except msgspec.ValidationError as error:
        raise BodyMalformed(problem=str(error)) from error


def _json_parameter(key: str, text: str) -> Any:
    try:
        return ANYTHING.decode(text)
    except RecursionError as error:
        raise BodyMalformed(problem=f"{key}: the JSON is nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise BodyMalformed(problem=f"{key}: {error}") from error


def check_text(found: Asked) -> None:
    """Raises TextForbidden for U+0000 anywhere in the variables, which no database text can hold."""
    waiting: list[tuple[str, object]] = [("variables", found.variables), ("operationName", found.operation_name)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise TextForbidden(field=place, character="U+0000")
        if isinstance(value, dict):
            waiting += [(place, key) for key in value]
            waiting += [(f"{place}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(place, inner) for inner in value]
