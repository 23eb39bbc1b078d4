"""What schemathesis is told about this project: values of its own scalars, sizes of pages, and what an answer must be.

Loaded by schemathesis in its own process (``SCHEMATHESIS_HOOKS``).
"""

import json
import re
from typing import Any, Final

import graphql
import schemathesis
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from tests.program.running import LEAKS

SMALLER: Final = {"first": 7, "atLeast": 40}
"""Argument to how large its numbers are in most documents: else nearly all are refused."""

JSON_PATHS: Final = ("/graphql", "/token")

INSIDE: Final = re.compile(r"Traceback|psycopg\.errors|site-packages")
"""What stands in no answer at all, whatever it is about."""
BAD_REQUEST: Final = 400

schemathesis.graphql.scalar("Position", st.integers(-1, 2**63).map(nodes.Int))
schemathesis.graphql.scalar("Yen", st.integers(-1, 10**15 + 1).map(nodes.Int))
schemathesis.graphql.scalar("Digest", st.binary(max_size=33).map(bytes.hex).map(nodes.String))
schemathesis.graphql.scalar("PartialDate", st.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.text().map(nodes.String))


class Smaller(graphql.Visitor):
    """Brings numbers into the range in which they are answered."""

    def enter_argument(self, node: graphql.ArgumentNode, *_: object) -> graphql.ArgumentNode | None:
        """Only what is not negative."""
        value = node.value
        most = SMALLER.get(node.name.value)
        if most is None or not isinstance(value, graphql.IntValueNode) or int(value.value) < 0:
            return None
        smaller = graphql.IntValueNode(value=str(int(value.value) % most + 1))
        return graphql.ArgumentNode(name=node.name, value=smaller)


@schemathesis.hook
def map_body(ctx: Any, body: Any) -> Any:
    """GraphQL documents that are answered rather than refused."""
    del ctx
    return graphql.visit(body, Smaller()) if isinstance(body, graphql.Node) else body


def refusal_of(response: Any) -> str:
    """What an answer says of what went wrong; the data of a city may hold any words, also those of SQL."""
    try:
        told = response.json()
    except ValueError:
        told = None
    if isinstance(told, dict):
        return json.dumps(told.get("errors", told.get("message", "")), ensure_ascii=False)
    return str(response.text) if response.status_code >= BAD_REQUEST else ""


@schemathesis.check
def answered(ctx: Any, response: Any, case: Any) -> None:
    """The promises about every answer."""
    del ctx
    assert response.status_code < 500, f"status {response.status_code}: {response.text[:500]}"
    assert "Did you mean" not in response.text, response.text[:500]
    assert "x-request-id" in response.headers, "no request id"
    told = LEAKS.findall(refusal_of(response)) + INSIDE.findall(response.text)
    assert told == [], f"{told} is told"
    if case.path.endswith(JSON_PATHS) and response.text and case.method != "HEAD":
        kind = response.headers["content-type"][0] if isinstance(response.headers["content-type"], list) else ""
        assert "json" in kind or response.status_code in {204, 405}, f"{kind}: {response.text[:200]}"
