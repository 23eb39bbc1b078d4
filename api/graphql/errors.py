"""How an error is told inside a GraphQL answer (エラーの表示).

An error of ours: its message in the reader's language, its code and its details. A mistake in the document: the
parser's or validator's message and the place. Anything else is ours to mend: told without any detail, and logged with
the request id and the lines it came from, without its text, which may hold what somebody typed.
"""

import re
import traceback
from collections.abc import Iterable
from typing import Any, Final

import structlog
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError

from api.failures import INTERNAL, INTERNAL_MESSAGE, failure_of
from api.graphql.language import Language
from domain.errors import RenkeiError

SYNTAX: Final = "GRAPHQL_SYNTAX"
INVALID: Final = "GRAPHQL_INVALID"
GUESS: Final = re.compile(r" Did you mean .*\Z", re.DOTALL)
"""What the library adds of names that are like the one it does not know; it would tell more than was asked for."""
LONGEST: Final = 500
"""Characters of such a message: it quotes what was sent, as often as there are mistakes in it."""
FRAMES: Final = 5
"""Lines of the way to an error that are logged."""

log: Final = structlog.get_logger("renkei.graphql")


def cause(error: GraphQLError) -> BaseException:
    """What was raised in the first place."""
    found: BaseException = error
    while isinstance(found, GraphQLError) and found.original_error is not None:
        found = found.original_error
    return found


def formatted(errors: Iterable[GraphQLError], language: Language, request_id: str) -> list[dict[str, Any]]:
    """The ``errors`` of an answer."""
    told = list(errors)
    if unexpected := [error for error in told if is_ours_to_mend(error)]:
        tell(unexpected, request_id)
    return [_formatted(error, language, request_id) for error in told]


def is_ours_to_mend(error: GraphQLError) -> bool:
    """Whether nobody foresaw it."""
    return not isinstance(cause(error), RenkeiError | GraphQLError)


def internal(language: Language, request_id: str) -> dict[str, Any]:
    """One entry of ``errors`` for what nobody foresaw."""
    return {"message": INTERNAL_MESSAGE[language.value], "extensions": {"code": INTERNAL, "requestId": request_id}}


def refused(error: RenkeiError, language: Language) -> dict[str, Any]:
    """One entry of ``errors`` for an error of ours."""
    failure = failure_of(error, language.value)
    details = {name: value for name, value in error.shared().items() if isinstance(value, str | int)}
    return {"message": failure.message, "extensions": {**details, "code": failure.code}}


def _formatted(error: GraphQLError, language: Language, request_id: str) -> dict[str, Any]:
    match cause(error):
        case RenkeiError() as known:
            entry = refused(known, language)
        case GraphQLSyntaxError() as known:
            entry = {"message": shortened(known.message), "extensions": {"code": SYNTAX}}
        case GraphQLError() as known:
            entry = {"message": shortened(known.message), "extensions": {"code": INVALID}}
        case _:
            entry = internal(language, request_id)
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        entry["path"] = error.path
    return entry


def shortened(message: str) -> str:
    """What the library says of a document, without its guesses."""
    told = GUESS.sub("", message)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def tell(unexpected: list[GraphQLError], request_id: str) -> None:
    """Log what the client is not told: of the first, and how many fields there were; aliases may be anybody's words."""
    first = unexpected[0]
    known = cause(first)
    frames = traceback.extract_tb(known.__traceback__)[-FRAMES:]
    log.error(
        "graphql_unexpected",
        request_id=request_id,
        field=".".join(node.name.value for node in first.nodes or () if isinstance(node, FieldNode)),
        fields=len(unexpected),
        error=type(known).__name__,
        at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
