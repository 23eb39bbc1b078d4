"""In which of our two languages somebody is answered (言語)."""

from enum import Enum

import strawberry
from starlette.requests import HTTPConnection


@strawberry.enum(description="A language in which names are given (言語).")
class Language(Enum):
    """Japanese or English."""

    JA = strawberry.enum_value("ja", description="日本語 (Japanese)")
    EN = strawberry.enum_value("en", description="English (英語)")


def preferred(request: HTTPConnection) -> Language:
    """Japanese when the request prefers it over English, else English (RFC 9110, Accept-Language)."""
    japanese, english = 0.0, 0.0
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = quality(parameter)
        match tag.strip().partition("-")[0]:
            case "ja":
                japanese = max(japanese, weight)
            case "en":
                english = max(english, weight)
    return Language.JA if japanese > english else Language.EN


def quality(parameters: str) -> float:
    """The weight that ``q=`` gives among the parameters of one header entry: 1 when absent, 0 when it cannot be read."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
