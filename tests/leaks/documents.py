"""Documents that ask for everything a schema has, made from the schema itself.

One tree for each root field: every field of every type that is reached from it, a type not again inside itself. A tree
that the server finds too heavy is cut in two until each part is taken.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import islice
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    get_nullable_type,
)

INNER: Final = 10
"""Entries of a list inside another; of a root list as many as the world has."""


@dataclass(frozen=True)
class Selected:
    """A field with what is asked below it; an empty `name` is the spread of a type of a union."""

    name: str
    below: tuple["Selected", ...] = ()
    on: str = ""
    arguments: str = ""
    alias: str = ""

    def text(self) -> str:
        """In GraphQL's notation."""
        inner = f" {{ __typename {' '.join(each.text() for each in self.below)} }}" if self.below else ""
        head = f"... on {self.on}" if self.on else f"{self.alias}{self.name}{self.arguments}"
        return head + inner

    def without(self, way: Sequence[str]) -> "Selected":
        """The same without the field that is reached by these names."""
        kept = []
        for each in self.below:
            if each.on:
                kept.append(each.without(way))
            elif (each.alias.removesuffix(": ") or each.name) != way[0]:
                kept.append(each)
            elif len(way) > 1:
                kept.append(each.without(way[1:]))
        return replace(self, below=tuple(kept))

    def halves(self) -> tuple["Selected", ...]:
        """Two that ask for the same together; itself when there is nothing to cut."""
        if len(self.below) > 1:
            middle = len(self.below) // 2
            return replace(self, below=self.below[:middle]), replace(self, below=self.below[middle:])
        if self.below:
            return tuple(replace(self, below=(half,)) for half in self.below[0].halves())
        return (self,)


@dataclass
class Values:
    """What is given for the arguments of a schema, by their names, else by their types."""

    named: Mapping[str, Sequence[Any]]
    texts: Sequence[str] = ()
    own: Mapping[str, Collection[Any]] = field(default_factory=dict)
    """The ids of what a root field has; with any other it is asked for its nearest fields."""

    def of(self, name: str, argument: GraphQLArgument) -> list[Any]:
        """Everything to be tried for an argument; the first is what it is left with when others are tried."""
        usual = [] if isinstance(argument.type, GraphQLNonNull) or argument.default_value is Undefined else [None]
        return list(self.named[name]) if name in self.named else [*usual, *self._of_type(argument.type, name)]

    def _of_type(self, kind: Any, name: str) -> list[Any]:
        bare = get_nullable_type(kind)
        match bare:
            case GraphQLList():
                return [[each] for each in self._of_type(bare.of_type, name)]
            case GraphQLEnumType():
                return list(bare.values)
            case GraphQLInputObjectType():
                found: list[Any] = []
                for inner, of in bare.fields.items():
                    found += [{inner: value} for value in self.named.get(inner) or self._of_type(of.type, inner)]
                return found
            case _:
                usual: dict[str, list[Any]] = {"Boolean": [False, True], "String": list(self.texts)}
                assert bare.name in usual, f"say in Values what to give for {name}: {bare}"
                return usual[bare.name]


@dataclass(frozen=True)
class Asked:
    """One question: the document and its variables."""

    root: str
    tree: Selected
    types: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str = "query"
    near: bool = False
    """Asked in another way for the same fields."""

    @cached_property
    def text(self) -> str:
        """The document."""
        told = ", ".join(f"${name}: {kind}" for name, kind in self.types.items())
        return f"{self.operation}{f' ({told})' if told else ''} {{ {self.tree.text()} }}"

    def halves(self) -> list["Asked"]:
        """The same in two documents."""
        return [replace(self, tree=half) for half in self.tree.halves()]


def fields_of(kind: GraphQLNamedType) -> Mapping[str, GraphQLField]:
    """The fields of an object or interface."""
    return kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}


def whole(
    schema: GraphQLSchema, name: str, asked: GraphQLField, inside: frozenset[str], deepest: int
) -> Selected | None:
    """A field with everything below it; ``None`` for a type inside itself, or too deep."""
    kind = get_named_type(asked.type)
    arguments = inner_arguments(asked) if inside else ""
    if isinstance(kind, GraphQLUnionType):
        spreads = (
            Selected("", tuple(below(schema, member, inside | {member.name}, deepest - 1)), on=member.name)
            for member in kind.types
        )
        return Selected(name, tuple(spreads), arguments=arguments)
    if isinstance(kind, GraphQLInterfaceType) and kind.name not in inside and deepest > 0:
        spreads = (
            Selected("", tuple(apart(schema, each, inside | {kind.name, each.name}, deepest - 1)), on=each.name)
            for each in schema.get_possible_types(kind)
        )
        return Selected(name, tuple(spreads), arguments=arguments)
    if not fields_of(kind):
        return Selected(name, arguments=arguments)
    if kind.name in inside or deepest == 0:
        return None
    if kind.name.endswith("Edge"):  # its node is asked for as a whole beside it
        deepest = min(deepest, 2)
    inner = tuple(below(schema, kind, inside | {kind.name}, deepest - 1))
    return Selected(name, inner, arguments=arguments) if inner else None


def apart(schema: GraphQLSchema, kind: GraphQLNamedType, inside: frozenset[str], deepest: int) -> Iterator[Selected]:
    """All fields of a type among others, under another name where the same name means something else there."""
    types = meanings(schema)
    for each in below(schema, kind, inside, deepest):
        if len(types[each.name]) > 1:
            yield replace(each, alias=f"{kind.name}_{each.alias.removesuffix(': ') or each.name}: ")
        else:
            yield each


@cache
def meanings(schema: GraphQLSchema) -> Mapping[str, frozenset[str]]:
    """What each name of a field means in the types of interfaces."""
    found: dict[str, set[str]] = {}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and kind.interfaces:
            for name, each in kind.fields.items():
                found.setdefault(name, set()).add(str(each.type))
    return {name: frozenset(types) for name, types in found.items()}


def below(schema: GraphQLSchema, kind: GraphQLNamedType, inside: frozenset[str], deepest: int) -> Iterator[Selected]:
    """All fields of a type; one that takes a language is asked for in each."""
    for name, each in fields_of(kind).items():
        found = whole(schema, name, each, inside, deepest)
        if found is None:
            continue
        yield found
        for argument, of in each.args.items():
            bare = get_named_type(of.type)
            if isinstance(bare, GraphQLEnumType):
                for value in islice(bare.values, 1, None):
                    yield replace(found, arguments=f"({argument}: {value})", alias=f"{name}_{value}: ")


def inner_arguments(asked: GraphQLField) -> str:
    """Lists inside lists are short."""
    return f"(first: {INNER})" if "first" in asked.args else ""


DEEPER: Final = {"myProposal": 1, "myProposals": 2}
"""Root fields of which nothing below is asked for by itself, so that they are asked all the way down."""


def questions(schema: GraphQLSchema, values: Values, deepest: int) -> Iterator[Asked]:
    """For every root field of the queries: everything with the usual arguments and each of its ids; then the others.

    With others only the nearest fields are asked for: what is shown does not depend on how it was found.
    """
    root = schema.query_type
    assert root is not None
    for name, each in root.fields.items():
        tree = whole(schema, name, each, frozenset(), deepest + DEEPER.get(name, 0))
        near = whole(schema, name, each, frozenset(), 3)
        assert tree is not None
        assert near is not None
        types = {argument: str(of.type) for argument, of in each.args.items()}
        given = {argument: values.of(argument, of) for argument, of in each.args.items()}
        usual = {argument: several[0] for argument, several in given.items()}
        call = "".join(f"{argument}: ${argument} " for argument in types)
        tree, near = (replace(one, arguments=f"({call.strip()})" if call else "") for one in (tree, near))
        identified = [
            argument
            for argument, of in each.args.items()
            if isinstance(of.type, GraphQLNonNull) and argument in values.named
        ]
        found = {argument: values.own.get(name, given[argument]) for argument in identified}
        wholes = [{**usual, argument: value} for argument in identified for value in found[argument]] or [usual]
        yield from (Asked(name, tree, types, variables) for variables in wholes)
        others = [(argument, value) for argument in identified for value in given[argument]]
        for argument, value in others:
            if value not in found[argument]:
                yield Asked(name, near, types, {**usual, argument: value}, near=True)
        few = {**usual, "first": INNER} if "first" in usual else usual
        for argument, several in given.items():
            if argument not in identified:
                yield from (Asked(name, near, types, {**few, argument: value}, near=True) for value in several[1:])


def commands(schema: GraphQLSchema, inputs: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Asked]:
    """Every mutation with every input told for it."""
    root = schema.mutation_type
    assert root is not None
    for name, each in root.fields.items():
        tree = whole(schema, name, each, frozenset(), 6)
        assert tree is not None
        types = {argument: str(of.type) for argument, of in each.args.items()}
        for given in inputs[name]:
            call = replace(tree, arguments="(input: $input)")
            yield Asked(name, call, types, {"input": given}, "mutation")


def reached(schema: GraphQLSchema, answer: Any, tree: Selected, parent: str) -> Iterator[tuple[str, str]]:
    """Type and field of everything that an answer tells with data: not null, and no empty list."""
    if isinstance(answer, list):
        for item in answer:
            yield from reached(schema, item, tree, parent)
        return
    if not isinstance(answer, dict):
        return
    kind = answer.get("__typename", parent)
    for each in tree.below:
        if each.on:
            if each.on == kind:
                yield from reached(schema, answer, each, kind)
            continue
        value = answer.get(each.alias.removesuffix(": ") or each.name)
        if value is None or value == []:
            continue
        yield kind, each.name
        yield from reached(schema, value, each, "")


def all_fields(schema: GraphQLSchema) -> set[tuple[str, str]]:
    """Type and field of all that can be asked for."""
    return {
        (kind.name, name)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }
