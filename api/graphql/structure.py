"""The form of a document against the limits, whatever its variables are (文書の形).

A fragment is counted once and then added wherever it is spread, so that counting takes no longer than reading does,
whatever the fragments do. Only what is known to be small enough is written out, for the count of repeats.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    get_named_type,
)

from api.graphql.limits import Limits, hold

INTROSPECTION: Final = frozenset({"__schema", "__type"})
"""The root fields of introspection."""
CIRCULAR: Final = frozenset({"types", "fields", "inputFields", "interfaces", "possibleTypes"})
"""Lists of introspection that lead back to types."""

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(slots=True)
class Tally:
    """What a selection comes to, spreads written out."""

    selections: int = 0
    aliases: int = 0
    depth: int = 0
    introspection: int = 0
    introspection_depth: int = 0
    nesting: dict[str, int] = field(default_factory=dict)
    """List of introspection to how many times it stands inside itself."""

    def add(self, other: "Tally") -> None:
        """What stands beside it."""
        self.selections += other.selections
        self.aliases += other.aliases
        self.depth = max(self.depth, other.depth)
        self.introspection += other.introspection
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        for name, times in other.nesting.items():
            self.nesting[name] = max(self.nesting.get(name, 0), times)


UNDER_WAY: Final = Tally()
"""Stands for a fragment that is being counted."""


class FragmentsCircular(Exception):
    """Fragments are spread inside themselves; validation tells which."""


@dataclass(slots=True)
class Counting:
    """One count over one document."""

    schema: GraphQLSchema
    fragments: Fragments
    known: dict[str, Tally] = field(default_factory=dict)
    circular: bool = False
    """Whether a fragment was met inside itself."""

    def tally(self, selected: SelectionSetNode | None, kind: GraphQLNamedType | None) -> Tally:
        """Everything between two braces, in an object of a type."""
        total = Tally()
        for node in selected.selections if selected else ():
            total.selections += 1
            if isinstance(node, FieldNode):
                total.add(self._field(node, kind))
            elif isinstance(node, InlineFragmentNode):
                total.add(self.tally(node.selection_set, inside(self.schema, node, kind)))
            elif isinstance(node, FragmentSpreadNode):
                total.add(self.spread(node.name.value))
        return total

    def spread(self, name: str) -> Tally:
        """A fragment; nothing when there is none of that name, which validation tells."""
        fragment = self.fragments.get(name)
        if fragment is None:
            return Tally()
        if name not in self.known:
            self.known[name] = UNDER_WAY
            self.known[name] = self.tally(fragment.selection_set, inside(self.schema, fragment, None))
        self.circular |= self.known[name] is UNDER_WAY
        return self.known[name]

    def _field(self, node: FieldNode, kind: GraphQLNamedType | None) -> Tally:
        name = node.name.value
        found = self.tally(node.selection_set, below(kind, name, self.schema))
        found.aliases += bool(node.alias)
        if name in INTROSPECTION or (kind is not None and kind.name.startswith("__")):
            found.introspection_depth += 1
            found.depth = 1
            if name in CIRCULAR:
                found.introspection += 1
                found.nesting[name] = found.nesting.get(name, 0) + 1
        else:
            found.depth += 1
        return found


def inside(
    schema: GraphQLSchema, node: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLNamedType | None
) -> GraphQLNamedType | None:
    """The type inside a fragment."""
    return schema.get_type(node.type_condition.name.value) if node.type_condition else kind


def below(kind: GraphQLNamedType | None, name: str, schema: GraphQLSchema) -> GraphQLNamedType | None:
    """The type of a field; ``None`` when there is no such field, which validation tells."""
    if name in INTROSPECTION:
        return schema.get_type("__Schema" if name == "__schema" else "__Type")
    definition = getattr(kind, "fields", {}).get(name)
    return None if definition is None else get_named_type(definition.type)


def values(node: FieldNode | DirectiveNode) -> Iterator[Node]:
    """What is given to a field or a directive."""
    return (argument.value for argument in node.arguments or ())


def within(node: Node) -> Iterator[Node]:
    """What stands directly in a node and may hold directives, lists or numbers."""
    match node:
        case FieldNode():
            yield from values(node)
            yield from node.selection_set.selections if node.selection_set else ()
        case OperationDefinitionNode():
            yield from node.variable_definitions or ()
            yield from node.selection_set.selections
        case FragmentDefinitionNode() | InlineFragmentNode():
            yield from node.selection_set.selections
        case VariableDefinitionNode() if node.default_value:
            yield node.default_value
        case ListValueNode():
            yield from node.values
        case ObjectValueNode():
            yield from (each.value for each in node.fields)
        case _:
            pass


def check_written(document: DocumentNode, limits: Limits) -> None:
    """What stands in the document as it is. Raises DocumentTooHeavy."""
    kinds = Counter(type(node) for node in document.definitions)
    hold(limits, "operations", kinds[OperationDefinitionNode])
    hold(limits, "fragments", kinds[FragmentDefinitionNode])
    directives, waiting = 0, list[Node](document.definitions)
    while waiting:
        node = waiting.pop()
        if here := getattr(node, "directives", None):
            hold(limits, "repeated_directives", len(here))
            directives += len(here)
            waiting += [value for each in here for value in values(each)]
        if isinstance(node, ListValueNode):
            hold(limits, "entries", len(node.values))
        elif isinstance(node, ObjectValueNode):
            hold(limits, "entries", len(node.fields))
        elif isinstance(node, IntValueNode | FloatValueNode):
            hold(limits, "digits", len(node.value))
        waiting += within(node)
    hold(limits, "directives", directives)


def most_repeats(selected: Iterable[SelectionSetNode], fragments: Fragments) -> int:
    """How many times one place of the answer is asked for, of all places in these selections together.

    The document must be known to hold no circle of fragments.
    """
    fields: dict[str, list[FieldNode]] = {}
    waiting = list(selected)
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and (fragment := fragments.get(node.name.value)):
                waiting.append(fragment.selection_set)
    most = max(map(len, fields.values()), default=0)
    inner = ([node.selection_set for node in same if node.selection_set] for same in fields.values())
    return max([most, *(most_repeats(each, fragments) for each in inner if each)])


def check(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
    """All operations of a document together. Raises DocumentTooHeavy, FragmentsCircular."""
    check_written(document, limits)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    roots, total, counting = [], Tally(), Counting(schema, fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            roots.append(node.selection_set)
            total.add(counting.tally(node.selection_set, schema.get_root_type(node.operation)))
        elif isinstance(node, FragmentDefinitionNode) and fragments[node.name.value] is not node:  # two of one name
            roots.append(node.selection_set)
            total.add(counting.tally(node.selection_set, inside(schema, node, None)))
    for name, fragment in fragments.items():
        if name not in counting.known:  # spread nowhere, but validation reads it
            roots.append(fragment.selection_set)
            total.add(counting.spread(name))
    for what in ("selections", "aliases", "depth", "introspection", "introspection_depth"):
        hold(limits, what, getattr(total, what))
    hold(limits, "introspection_nesting", max(total.nesting.values(), default=0))
    if counting.circular:
        raise FragmentsCircular
    for root in roots:
        hold(limits, "repeats", most_repeats([root], fragments))
