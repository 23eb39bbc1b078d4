"""What an operation costs, before it is carried out (負荷の見積もり).

    cost(plain value)  =  own
    cost(object)       =  own + size × (1 + cost of everything asked for in it)

``own``: what is declared for the field, else 0. ``size``: how many objects there can be: 1; ``first`` of a page, given
literally, by a variable or by a default; the usual length of a list that has no pages. The terms are those of the cost
directives of IBM's GraphQL specification: ``first`` is the slicing argument, the usual length the assumed size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from api.graphql.limits import Limits
from api.graphql.structure import Fragments, below, inside
from projections.cursors import FirstInvalid

SLICING: Final = "first"
"""The argument that says how many entries a page has: of the list itself, or of the lists of a connection."""

DIGITS: Final = 11
"""Most characters of a number that GraphQL's Int can hold."""


class Size(NamedTuple):
    """How long a list without pages is: what costs are counted with, and what is never exceeded."""

    usual: int
    most: int


UNDECLARED: Final = Size(100, 100)
"""A list of which nothing is declared: dear, so that it gets declared."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The table of one schema, by ``Type.field``. ``work``: a field's own cost. ``lists``: those without pages."""

    work: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, Size] = field(default_factory=dict)

    def most(self, kind: GraphQLObjectType, name: str, limits: Limits) -> int:
        """How many entries a list never exceeds: those of a page, or what is declared."""
        paged = is_connection(kind) or SLICING in kind.fields[name].args
        return limits.first if paged else self.lists.get(f"{kind.name}.{name}", UNDECLARED).most


def is_connection(kind: GraphQLObjectType | GraphQLInterfaceType) -> bool:
    """Whether it is a page of a list, as Relay knows it."""
    return kind.name.endswith("Connection") and "pageInfo" in kind.fields


def is_list(definition: GraphQLField) -> bool:
    """Whether a field answers with a list."""
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def number(value: object) -> int | None:
    """A whole number that GraphQL's Int can hold, written out or as a variable; what is none, validation tells.

    JSON has one kind of number: a variable of 100.0 or 1e2 is the Int 100 to the library too.
    """
    if isinstance(value, IntValueNode):
        value = int(value.value) if len(value.value) <= DIGITS else None
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
    return value if fits else None  # type: ignore[return-value]  # as was just looked at


def first_of(node: FieldNode, definition: GraphQLField, variables: Mapping[str, object], limits: Limits) -> int | None:
    """How many entries a page is asked to have; ``None`` where there are no pages. Raises FirstInvalid."""
    if SLICING not in definition.args:
        return None
    asked: object = definition.args[SLICING].default_value
    given = next((each.value for each in node.arguments or () if each.name.value == SLICING), None)
    if isinstance(given, VariableNode):
        asked = variables.get(given.name.value, asked)
    elif given is not None:
        asked = given
    first = number(asked)
    if first is None:  # nothing is said, or no number, which validation tells: as dear as can be, whoever is mistaken
        return limits.first
    if not 1 <= first <= limits.first:
        raise FirstInvalid(first=first, most=limits.first)
    return first


@dataclass(slots=True)
class Pricing:
    """The cost of one operation with its variables."""

    schema: GraphQLSchema
    costs: Costs
    limits: Limits
    fragments: Fragments
    variables: Mapping[str, object]
    known: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def selections(self, selected: SelectionSetNode | None, kind: GraphQLNamedType | None, page: int | None) -> int:
        """Everything between two braces, in an object of a type; ``page`` is how long its lists are, if said."""
        total = 0
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                total += self._field(node, kind, page)
            elif isinstance(node, InlineFragmentNode):
                total += self.selections(node.selection_set, inside(self.schema, node, kind), page)
            elif isinstance(node, FragmentSpreadNode):
                total += self._spread(node.name.value, page)
        return total

    def _spread(self, name: str, page: int | None) -> int:
        fragment = self.fragments.get(name)
        if fragment is None:
            return 0
        if (name, page) not in self.known:
            self.known[name, page] = 0
            kind = inside(self.schema, fragment, None)
            self.known[name, page] = self.selections(fragment.selection_set, kind, page)
        return self.known[name, page]

    def _field(self, node: FieldNode, kind: GraphQLNamedType | None, page: int | None) -> int:
        name = node.name.value
        definition: GraphQLField | None = getattr(kind, "fields", {}).get(name)
        if kind is None or definition is None or kind.name.startswith("__"):  # introspection has limits of its own
            inner = self.selections(node.selection_set, below(kind, name, self.schema), None)
            return 1 + inner if node.selection_set else 0
        place = f"{kind.name}.{name}"
        first = first_of(node, definition, self.variables, self.limits)
        own = self.costs.work.get(place, 0)
        if not node.selection_set:
            return own
        size = 1
        if is_list(definition):
            size = first or page or self.costs.lists.get(place, UNDECLARED).usual
        page_of_inner = None if is_list(definition) else first
        inner = self.selections(node.selection_set, get_named_type(definition.type), page_of_inner)
        return own + size * (1 + inner)


def defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    """What the operation itself gives to variables that are left out, as it is written."""
    found = operation.variable_definitions or ()
    return {each.variable.name.value: each.default_value for each in found if each.default_value is not None}


def cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, object],
    costs: Costs,
    limits: Limits,
) -> int:
    """What an operation costs. Raises FirstInvalid for a page that is never given."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    pricing = Pricing(schema, costs, limits, fragments, {**defaults(operation), **variables})
    return pricing.selections(operation.selection_set, schema.get_root_type(operation.operation), None)
