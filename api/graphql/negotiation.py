"""Which kind of answer a client wants (RFC 9110, Accept; GraphQL over HTTP, media types)."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from api.graphql.language import quality
from api.graphql.refusals import AnswerKindUnsupported

JSON: Final = "application/json"
GRAPHQL: Final = "application/graphql-response+json"
PAGE: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The media ranges of an Accept header and their weights."""

    ranges: dict[str, float]

    def weight(self, kind: str) -> float:
        """How much a kind is wanted, 0 to 1; the most exact range decides."""
        for media_range in (kind, kind.partition("/")[0] + "/*", "*/*"):
            if media_range in self.ranges:
                return self.ranges[media_range]
        return 0.0


def accepted(request: HTTPConnection) -> Accepted:
    """What a request accepts; anything when it does not say."""
    ranges: dict[str, float] = {}
    for part in request.headers.get("accept", "*/*").lower().split(","):
        media_range, _, parameters = part.strip().partition(";")
        ranges[media_range.strip()] = quality(parameters)
    return Accepted(ranges)


def wants_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks, rather than a program."""
    kinds = accepted(request)
    return kinds.weight(PAGE) > max(kinds.weight(JSON), kinds.weight(GRAPHQL))


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """The media type of the answer.

    ``always_200``: a client that names application/json and nothing newer gets status 200 also for a document with a
    mistake, as GraphQL over HTTP has it for that media type; everybody else gets 400.
    """

    media_type: str = JSON
    always_200: bool = False


def answer_kind(request: HTTPConnection) -> AnswerKind:
    """The kind of answer that suits a client best. Raises AnswerKindUnsupported."""
    kinds = accepted(request)
    newer, older = kinds.weight(GRAPHQL), kinds.weight(JSON)
    if not max(newer, older):
        raise AnswerKindUnsupported
    if newer > older or (newer == older and GRAPHQL in kinds.ranges):
        return AnswerKind(GRAPHQL)
    return AnswerKind(JSON, always_200=JSON in kinds.ranges)
