"""How much one GraphQL document may ask for (問い合わせの上限).

The document is weighed before it is validated, each step of the walk counted, so that weighing costs no more than the
limits allow whatever the document's fragments do. ``first`` of a list multiplies all that is asked for below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)

from api.graphql.refusals import DocumentTooHeavy

INTROSPECTION_DEPTH: Final = 16
"""Depth below ``__schema``: the standard introspection query of tools reaches 15."""

INTROSPECTION_LISTS: Final = frozenset({"types", "fields", "inputFields", "interfaces", "possibleTypes"})
"""Lists of introspection that lead back to types; none may be asked for inside itself."""

INTROSPECTION_MOST: Final = 12
"""Such lists in one document: tools ask for five."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``tokens`` of the document; ``depth`` of fields; ``fields`` and ``aliases`` written out; ``objects`` at most."""

    tokens: int = 2_000
    depth: int = 12
    fields: int = 1_000
    aliases: int = 30
    objects: int = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk stands: the type there, how deep, how many times over, inside what."""

    type: GraphQLNamedType | None
    depth: int = 0
    times: int = 1
    fragments: frozenset[str] = frozenset()
    lists: frozenset[str] | None = None
    """Lists of introspection that the place is in; ``None`` outside introspection."""


@dataclass(slots=True)
class Weighing:
    """One walk over one document. Raises DocumentTooHeavy."""

    limits: Limits
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("fields", "aliases", "objects", "introspection"), 0)
    )

    def selections(self, selected: SelectionSetNode | None, place: Place) -> None:
        """Everything between two braces."""
        for node in selected.selections if selected else ():
            self._count("fields", 1, self.limits.fields)
            if isinstance(node, FieldNode):
                self._field(node, place)
            elif isinstance(node, InlineFragmentNode):
                self.selections(node.selection_set, place)
            elif isinstance(node, FragmentSpreadNode):
                self._spread(node.name.value, place)

    def _spread(self, name: str, place: Place) -> None:
        fragment = self.fragments.get(name)
        if fragment is not None and name not in place.fragments:  # what is not there, or a circle, validation tells
            inside = Place(place.type, place.depth, place.times, place.fragments | {name}, place.lists)
            self.selections(fragment.selection_set, inside)

    def _field(self, node: FieldNode, place: Place) -> None:
        if node.alias:
            self._count("aliases", 1, self.limits.aliases)
        lists = introspected(node.name.value, place.lists)
        if lists and lists != place.lists:
            self._count("introspection", 1, INTROSPECTION_MOST)
        deepest = self.limits.depth if lists is None else INTROSPECTION_DEPTH
        if place.depth >= deepest:
            raise DocumentTooHeavy(what="depth", limit=deepest)
        if node.selection_set:
            self._count("objects", place.times, self.limits.objects)
            kind, first = self._below(node, place.type)
            below = Place(kind, place.depth + 1, place.times * first, place.fragments, lists)
            self.selections(node.selection_set, below)

    def _below(self, node: FieldNode, kind: GraphQLNamedType | None) -> tuple[GraphQLNamedType | None, int]:
        """The type of a field, and how many entries its ``first`` asks for (1 when it has none)."""
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            return None, 1
        definition = kind.fields.get(node.name.value)
        if definition is None:
            return None, 1
        below = get_named_type(definition.type)
        if "first" not in definition.args:
            return below, 1
        usual = definition.args["first"].default_value  # as strawberry states it; Undefined when there is none
        asked = next((given.value for given in node.arguments or () if given.name.value == "first"), None)
        return below, self._number(asked, usual)

    def _number(self, asked: object, usual: object) -> int:
        found: object = None
        if isinstance(asked, IntValueNode):
            found = value_from_ast_untyped(asked)
        elif isinstance(asked, VariableNode):
            found = self.variables.get(asked.name.value)
        number = found if isinstance(found, int) else usual
        return max(1, number) if isinstance(number, int) else 1

    def _count(self, what: str, more: int, limit: int) -> None:
        self.counts[what] += more
        if self.counts[what] > limit:
            raise DocumentTooHeavy(what=what, limit=limit)


def introspected(name: str, lists: frozenset[str] | None) -> frozenset[str] | None:
    """The lists of introspection that a field is in. Raises DocumentTooHeavy for one that is inside itself."""
    if lists is None:
        return frozenset() if name in ("__schema", "__type") else None
    if name not in INTROSPECTION_LISTS:
        return lists
    if name in lists:
        raise DocumentTooHeavy(what=f"introspection of {name} inside {name}", limit=1)
    return lists | {name}


def weigh(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, object], limits: Limits) -> None:
    """All operations of a document together. Raises DocumentTooHeavy."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    weighing = Weighing(limits, fragments, variables)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            weighing.variables = {**defaults(node), **variables}
            weighing.selections(node.selection_set, Place(schema.get_root_type(node.operation)))


def defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """What the operation itself gives to variables that are left out."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions or ()
        if each.default_value not in (None, Undefined)
    }
