"""What a client asks, read from the HTTP request (リクエストの読み取り).

Source: GraphQL over HTTP, sections Request, GET and POST, and its appendix on persisted documents (draft). One
operation a request; no batches.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from api.graphql.limits import PUBLIC, Limits, hold
from api.graphql.refusals import BodyKindUnsupported, BodyMalformed, BodyTooLarge
from domain.errors import TextForbidden

T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True):
    """One GraphQL request: a document, or the id of a trusted one."""

    query: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    document_id: str | None = None


class Sent(msgspec.Struct, frozen=True, rename="camel"):
    """A request as it is sent; other keys are ignored."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: msgspec.Raw = msgspec.Raw(b"null")
    extensions: dict[str, Any] | None = None


PARAMETERS: Final = ("query", "documentId", "operationName", "variables", "extensions")
"""What a GET may say, each once: whoever looks at a request before us may read the other one."""

SENT: Final = msgspec.json.Decoder(Sent)
VARIABLES: Final = msgspec.json.Decoder(dict[str, Any] | None)
EXTENSIONS: Final = msgspec.json.Decoder(dict[str, Any] | None)


async def asked(request: Request, limits: Limits = PUBLIC) -> Asked:
    """The GraphQL request inside an HTTP request. Raises RequestRefused, TextForbidden."""
    if request.method == "POST":
        check_kind(request.headers)
        sent = from_json(await body(request, limits.body))
    else:
        sent = from_url(request, limits.body)
    hold(limits, "variables", len(bytes(sent.variables)))
    variables = decoded(VARIABLES, "variables", bytes(sent.variables))
    name = sent.operation_name or None  # the empty string says the same
    if sent.query is None and sent.document_id is None:
        raise BodyMalformed(problem="query is missing, as in ?query={__typename}")
    if sent.query is not None and sent.document_id is not None:
        raise BodyMalformed(problem="query and documentId are both given; send one of them")
    check_values({"variables": variables, "operationName": name}, limits)
    return Asked(sent.query, name, variables, sent.document_id)


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


def from_json(data: bytes) -> Sent:
    """Raises BodyMalformed, saying at which byte or key."""
    if not data.strip():
        raise BodyMalformed(problem='the body is empty; send {"query": "…"}')
    if data.lstrip()[:1] == b"[":
        raise BodyMalformed(problem="batches are not taken; send one operation a request")
    try:
        return SENT.decode(data)
    except UnicodeDecodeError as error:
        raise BodyMalformed(problem="the body is not UTF-8") from error
    except RecursionError as error:
        raise BodyMalformed(problem="the JSON is nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise BodyMalformed(problem=str(error)) from error


def from_url(request: Request, limit: int) -> Sent:
    """The parameters of a GET. Raises BodyMalformed, BodyTooLarge."""
    if len(request.url.query) > limit:
        raise BodyTooLarge(limit=limit)
    given = request.query_params
    if twice := next((name for name in PARAMETERS if len(given.getlist(name)) > 1), None):
        raise BodyMalformed(problem=f"{twice} is given twice; send it once")
    if given.get("extensions"):
        decoded(EXTENSIONS, "extensions", given["extensions"].encode())
    return Sent(
        query=given.get("query") or None,
        document_id=given.get("documentId") or None,
        operation_name=given.get("operationName"),
        variables=msgspec.Raw((given.get("variables") or "null").encode()),
    )


def decoded(decoder: msgspec.json.Decoder[T], key: str, data: bytes) -> T:
    """A part that is JSON by itself. Raises BodyMalformed."""
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:
        raise BodyMalformed(problem=f"{key}: not UTF-8") from error
    except RecursionError as error:
        raise BodyMalformed(problem=f"{key}: the JSON is nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise BodyMalformed(
            problem=str(error).replace("`$", f"`$.{key}") if "`$" in str(error) else f"{key}: {error}"
        ) from error


def check_values(given: Mapping[str, object], limits: Limits) -> None:
    """Raises TextForbidden for U+0000, which no database text can hold, and DocumentTooHeavy for a list too long."""
    waiting = list(given.items())
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise TextForbidden(field=place, character="U+0000")
        if isinstance(value, dict):
            hold(limits, "entries", len(value))
            waiting += [(place, key) for key in value]
            waiting += [(f"{place}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, list):
            hold(limits, "entries", len(value))
            waiting += [(place, inner) for inner in value]
