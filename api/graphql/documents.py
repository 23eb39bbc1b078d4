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
    GraphQLSchema,
    NoFragmentCyclesRule,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    get_operation_ast,
    validate,
    visit,
)
from strawberry.extensions import SchemaExtension

from api.graphql import structure
from api.graphql.costs import Costs, cost
from api.graphql.limits import DocumentTooHeavy, Limits, hold
from api.graphql.refusals import BodyMalformed
from domain.errors import TextForbidden
from projections.cursors import FirstInvalid

BUDGET: Final = 100_000
"""Characters of all kept documents of a schema: 30 MB at most, as a parsed one takes up to 290 bytes a character."""
LONGEST: Final = 10_000
"""Characters of a document that is kept; a longer one is parsed each time, so that it cannot push out the others."""

TOO_MANY_TOKENS: Final = " tokens. Parsing aborted."
"""What the parser's message says at the first token too many, and only then."""


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


def known(meant: OperationDefinitionNode | None) -> OperationDefinitionNode:
    """The operation that is meant. Raises BodyMalformed when that is not said."""
    if meant is None:
        raise BodyMalformed(problem="the document has several operations; say which one as operationName")
    return meant


class Guard(SchemaExtension):
    """Refuses a document before it is validated, and validates each only once; made anew for each request."""

    def __init__(self, limits: Limits, costs: Costs, documents: Documents) -> None:
        self._limits, self._costs, self._documents = limits, costs, documents
        self._known = False

    def on_operation(self) -> Iterator[None]:
        """Parsing ends at the first token too many."""
        self.execution_context.parse_options["max_tokens"] = self._limits.tokens
        yield

    def on_parse(self) -> Iterator[None]:
        """A document that is kept is not parsed; of one that is too long it is told so."""
        context = self.execution_context
        context.graphql_document = self._documents.get(context.query or "")
        self._known = context.graphql_document is not None
        yield
        for error in context.pre_execution_errors or ():
            if error.message.endswith(TOO_MANY_TOKENS):
                error.original_error = DocumentTooHeavy("tokens", self._limits.tokens, self._limits.tokens + 1)

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
        schema: GraphQLSchema = context.schema._schema  # noqa: SLF001 - there is no other way to it
        named = context._provided_operation_name  # noqa: SLF001 - else the first of several would be carried out
        meant, variables = get_operation_ast(document, named or None), context.variables or {}
        try:
            if not self._known:
                if "\0" in text or "\\u" in text:
                    check(texts(document))
                structure.check(schema, document, self._limits)
            price = cost(schema, document, known(meant), variables, self._costs, self._limits)
            hold(self._limits, "cost", price)
        except structure.FragmentsCircular:  # nothing else is looked at: the other rules follow fragments
            return validate(schema, document, [NoFragmentCyclesRule]) or None
        except (BodyMalformed, DocumentTooHeavy, FirstInvalid, TextForbidden) as error:
            return [GraphQLError(str(error), original_error=error)]
        return [] if self._known else None
