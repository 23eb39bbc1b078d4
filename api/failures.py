"""The one place that says which HTTP status an error of ours gets, and how long to wait before trying again.

The code that programs read is the error's own (``TEXT_TOO_LONG``); the message is the error's own in the reader's
language. Whatever is not in the tree of ``domain/errors.py`` is ours to mend and is told as ``INTERNAL``.
"""

from dataclasses import dataclass
from typing import Final

from api.graphql.refusals import (
    AnswerKindUnsupported,
    BodyKindUnsupported,
    BodyTooLarge,
    ReadingOnly,
    RequestRefused,
)
from api.security.refusals import (
    HostUnknown,
    MethodUnsuitable,
    MonitorsOnly,
    PlaceUnknown,
    RequestMalformed,
    RequestTooSlow,
    TooManyRequests,
)
from domain.errors import (
    CityUnknown,
    CommandReused,
    Conflict,
    FileErased,
    FileTooLarge,
    FileUnfitting,
    Invalid,
    LogUnchecked,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    RenkeiError,
    Unavailable,
    WrongStage,
)
from tenants.files.storage import FileDamaged
from tenants.identity.waits import TooManyGuesses

RETRY_AFTER: Final = 2
"""Seconds after which to try again: the embedded server is up again by then."""

INTERNAL: Final = "INTERNAL"
INTERNAL_MESSAGE: Final = {
    "en": "Something went wrong on our side. Try again later; if it goes on, tell the operator the request id.",
    "ja": "システム側で問題が起きました。時間をおいて試し、続くときはリクエスト番号を運用担当に伝えてください。",
}

STATUS: Final[dict[type, int]] = {
    RenkeiError: 500,
    Refusal: 422,
    Invalid: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    WrongStage: 409,
    Conflict: 409,
    CommandReused: 409,
    CityUnknown: 404,
    LogUnchecked: 503,
    Unavailable: 503,
    TooManyGuesses: 429,
    RequestRefused: 400,
    BodyTooLarge: 413,
    BodyKindUnsupported: 415,
    AnswerKindUnsupported: 406,
    ReadingOnly: 405,
    TooManyRequests: 429,
    HostUnknown: 421,
    MonitorsOnly: 403,
    RequestMalformed: 400,
    RequestTooSlow: 408,
    PlaceUnknown: 404,
    MethodUnsuitable: 405,
    FileTooLarge: 413,
    FileUnfitting: 415,
    FileErased: 410,
    FileDamaged: 502,
}
"""Error class to status; a class that is not here gets that of the nearest class above it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a client is told: status, code for programs, message for people, seconds to wait before trying again."""

    status: int
    code: str
    message: str
    retry_after: int | None = None


def failure_of(error: RenkeiError, language: str) -> Failure:
    """An error of ours as a client is told it, in ``ja`` or ``en``."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return Failure(status, error.code, error.message(language), retry_after(error))


def retry_after(error: RenkeiError) -> int | None:
    """Seconds after which trying again may help: what the error says itself, else what is usual for its kind."""
    match error.details.get("seconds"):
        case int() as seconds:
            return seconds
        case _:
            return RETRY_AFTER if isinstance(error, Unavailable) else None
