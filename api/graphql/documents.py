"""Documents that were found valid, kept so that a hot one is parsed and validated once (文書の控え).

Only documents are kept, never what they were answered. What depends on a request is looked at in every request: which
of a document's operations is meant, and how much it asks for with the variables that came with it.
"""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    visit,
)
from strawberry.extensions import SchemaExtension

from api.graphql.limits import Limits, weigh
from api.graphql.refusals import DocumentTooHeavy
from domain.errors import TextForbidden

BUDGET: Final = 100_000
"""Characters of all kept documents of a schema: 30 MB at most, as a parsed one takes up to 290 bytes a character."""
LONGEST: Final = 10_000
"""Characters of a document that is kept; a longer one is parsed each time, so that it cannot push out the others."""


class Documents:
    """The valid documents of one schema by their text; the one that was not asked for longest goes first."""

    def __init__(self, budget: int = BUDGET, longest: int = LONGEST) -> None:
        self._budget, self._longest = budget, longest
        self._held: OrderedDict[str, DocumentNode] = OrderedDict()
        self._characters = 0
        self._turn = Lock()

    def get(self, text: str) -> DocumentNode | None:
        """The document of exactly this text, if it is kept."""
        with self._turn:
            found = self._held.get(text)
            if found is not None:
                self._held.move_to_end(text)
            return found

    def keep(self, text: str, document: DocumentNode) -> None:
        """Keep a document that was weighed and validated, unless it is too long."""
        if len(text) > self._longest:
            return
        with self._turn:
            if text not in self._held:
                self._characters += len(text)
            self._held[text] = document
            while self._characters > self._budget:
                dropped, _ = self._held.popitem(last=False)
                self._characters -= len(dropped)


class Texts(Visitor):
    """Gathers the texts that are written out in a document."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        """One text."""
        self.found.append(node.value)


def texts(document: DocumentNode) -> list[str]:
    """The texts that are written out in a document rather than given as variables."""
    gathering = Texts()
    visit(document, gathering)
    return gathering.found


def changes(document: DocumentNode) -> bool:
    """Whether one of its operations is a mutation."""
    operations = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return any(operation.operation is OperationType.MUTATION for operation in operations)


def check(found: list[str]) -> None:
    """Raises TextForbidden for U+0000, which no database text can hold."""
    if any("\0" in text for text in found):
        raise TextForbidden(field="query", character="U+0000")


class Guard(SchemaExtension):
    """Refuses a document before it is validated, and validates each only once; made anew for each request."""

    def __init__(self, limits: Limits, documents: Documents) -> None:
        self._limits, self._documents = limits, documents
        self._known = False

    def on_operation(self) -> Iterator[None]:
        """Parsing ends at the first token too many."""
        self.execution_context.parse_options["max_tokens"] = self._limits.tokens
        yield

    def on_parse(self) -> Iterator[None]:
        """A document that is kept is not parsed."""
        context = self.execution_context
        context.graphql_document = self._documents.get(context.query or "")
        self._known = context.graphql_document is not None
        yield

    def on_validate(self) -> Iterator[None]:
        """What is found here stands in place of validation; a document that was valid before is valid again."""
        context = self.execution_context
        text, document = context.query or "", context.graphql_document
        if document is not None:
            context.pre_execution_errors = self._found(text, document)
        yield
        if document is None or self._known or context.pre_execution_errors:
            return
        if not (changes(document) and texts(document)):  # what somebody typed into a command is kept nowhere else
            self._documents.keep(text, document)

    def _found(self, text: str, document: DocumentNode) -> list[GraphQLError] | None:
        """Why the document is refused; an empty list when it is known to be valid, ``None`` when that is to be seen."""
        context = self.execution_context
        try:
            if not self._known and ("\0" in text or "\\u" in text):
                check(texts(document))
            weigh(context.schema._schema, document, context.variables or {}, self._limits)  # noqa: SLF001 - there is no other way to it
        except (DocumentTooHeavy, TextForbidden) as error:
            return [GraphQLError(str(error), original_error=error)]
        return [] if self._known else None
