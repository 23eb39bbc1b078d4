"""How soon a document that asks for forty thousand objects is refused, in this process: parsed, counted, answered.

The baseline is the five milliseconds that are promised; ``ours`` is the 95th percentile by the clock. ``processor``
leaves out the time in which others had the processor: what the refusal itself costs.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.desk.schema import desk_schema
from api.graphql.asking import Asked
from api.graphql.errors import cause
from api.graphql.http import execute
from api.graphql.limits import DocumentTooHeavy
from api.graphql.schema import Schema
from api.public.query import SCHEMA
from tests.benchmarks.measuring import Options, Result, percentiles

PROMISED: Final = 5.0
"""Milliseconds."""
OBJECTS: Final = 40_000

QUESTIONS: Final[Mapping[str, tuple[Schema, str, str]]] = {
    "public": (
        SCHEMA,
        "cities(first: {n}) { nodes { name cases(first: {n}) { nodes { ...C } } } }",
        "fragment C on Case { title challenge { title city { name } } city { name } }",
    ),
    "desk": (
        desk_schema(),
        " ".join(f"a{number}: inbox(first: {{n}}) {{ nodes {{ ...P }} }}" for number in range(5)),
        """fragment P on Proposal { title { text } history { ...E } cases { id history { ...E } } }
        fragment E on Happening { actor { id } reason { text } typed { words { text } } }""",
    ),
}
"""Endpoint to its schema, what is asked with ``{n}`` for a page's size, and the fragments."""

GIVEN: Final[Mapping[str, tuple[str, str, dict[str, Any] | None]]] = {
    "literally": ("query", "100", None),
    "by variable": ("query Q($n: Int!)", "$n", {"n": 100}),
    "by default": ("query Q($n: Int! = 100)", "$n", None),
}
"""How ``first`` is given: the head of the document, what stands for the number, the variables."""


async def refused(schema: Schema, text: str, variables: dict[str, Any] | None) -> tuple[float, float]:
    """Milliseconds until it is refused, and it must be for its cost."""
    began, worked = time.perf_counter(), time.thread_time()
    result = await execute(schema, text, Asked(text, None, variables), None, reading=False)
    took = ((time.perf_counter() - began) * 1_000, (time.thread_time() - worked) * 1_000)
    (error,) = result.errors or []
    found = cause(error)
    assert isinstance(found, DocumentTooHeavy)
    assert found.details["what"] == "cost"
    assert int(str(found.details["actual"])) >= OBJECTS
    return took


async def times(schema: Schema, text: str, variables: dict[str, Any] | None, number: int) -> list[tuple[float, float]]:
    """Of so many requests one after the other."""
    return [await refused(schema, text, variables) for _ in range(number)]


def run(options: Options) -> Iterator[Result]:
    """Both endpoints, and the three ways in which a size is given."""
    for endpoint, (schema, body, fragments) in QUESTIONS.items():
        for name, (head, number, variables) in GIVEN.items():
            text = f"{head} {{ {body.replace('{n}', number)} }} {fragments}"
            found = asyncio.run(times(schema, text, variables, options.sized(2_000, 20)))
            told = percentiles([clock for clock, _ in found], 50, 95)
            processor = percentiles([worked for _, worked in found], 50, 95)
            more = {"given": name, "p50": told["p50"], "processor": processor, "objects": OBJECTS}
            yield Result(f"refusal_{endpoint}", told["p95"], PROMISED, PROMISED / told["p95"], "ms", more)
