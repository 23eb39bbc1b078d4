"""In which of our two languages somebody is answered (言語)."""

from enum import Enum

import strawberry
from starlette.requests import HTTPConnection

from domain.policy import Names


@strawberry.enum(description="A language in which names are given: Japanese or English (言語).")
class Language(Enum):
    """Japanese or English."""

    JA = "ja"
    EN = "en"


def in_language(names: Names, language: Language) -> str:
    """A name in one of its two languages."""
    return names.ja if language is Language.JA else names.en


def preferred(request: HTTPConnection) -> Language:
    """Japanese when the request prefers it over English, else English (RFC 9110, Accept-Language)."""
    japanese, english = 0.0, 0.0
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = quality(parameter)
        spoken = tag.strip().partition("-")[0]
        if spoken == "ja":
            japanese = max(japanese, weight)
        elif spoken == "en":
            english = max(english, weight)
    return Language.JA if japanese > english else Language.EN


def quality(parameters: str) -> float:
    """The weight that ``q=`` gives in one entry of a header: 1 when absent, 0 when it cannot be read."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
