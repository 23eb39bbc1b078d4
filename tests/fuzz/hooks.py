"""What schemathesis is told about this project: values of its own scalars, sizes of pages, and what an answer must be.

Loaded by schemathesis in its own process (``SCHEMATHESIS_HOOKS``).
"""

from typing import Any, Final

import graphql
import schemathesis
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from tests.program.running import LEAKS

FIRST: Final = 7
"""Pages are made this long at most in most documents, else nearly all are refused for their size."""

JSON_PATHS: Final = ("/graphql", "/token")

schemathesis.graphql.scalar("Position", st.integers(-1, 2**63).map(nodes.Int))
schemathesis.graphql.scalar("Digest", st.binary(max_size=33).map(bytes.hex).map(nodes.String))
schemathesis.graphql.scalar("PartialDate", st.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.text().map(nodes.String))


class Smaller(graphql.Visitor):
    """Brings page sizes into their range."""

    def enter_argument(self, node: graphql.ArgumentNode, *_: object) -> graphql.ArgumentNode | None:
        """Only ``first``, and only what is not negative."""
        value = node.value
        if node.name.value != "first" or not isinstance(value, graphql.IntValueNode) or int(value.value) < 0:
            return None
        smaller = graphql.IntValueNode(value=str(int(value.value) % FIRST + 1))
        return graphql.ArgumentNode(name=node.name, value=smaller)


@schemathesis.hook
def map_body(ctx: Any, body: Any) -> Any:
    """GraphQL documents that are answered rather than refused."""
    del ctx
    return graphql.visit(body, Smaller()) if isinstance(body, graphql.Node) else body


@schemathesis.check
def answered(ctx: Any, response: Any, case: Any) -> None:
    """The promises about every answer."""
    del ctx
    assert response.status_code < 500, f"status {response.status_code}: {response.text[:500]}"
    assert "Did you mean" not in response.text, response.text[:500]
    assert "x-request-id" in response.headers, "no request id"
    found = LEAKS.search(response.text)
    assert found is None, f"{found[0]!r} is told" if found else ""
    if case.path.endswith(JSON_PATHS) and response.text and case.method != "HEAD":
        kind = response.headers["content-type"][0] if isinstance(response.headers["content-type"], list) else ""
        assert "json" in kind or response.status_code in {204, 405}, f"{kind}: {response.text[:200]}"
