"""What a proposer is told of records about its proposal: types made of ``tenants.visibility.TOLD`` (伝達事項).

A path that the table names becomes a field of a type; what it does not name is in no type, so nobody can ask for it.
"""

from collections.abc import Callable
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from msgspec import Struct
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.desk.context import DeskInfo
from api.desk.enums import first_line
from api.desk.inputs import optional
from api.desk.own_words import OwnWords, own_words
from api.desk.records import shown_as
from api.graphql.shown import shown_to
from domain.values import Sealed
from projections.records.told import BODIES
from tenants.members import Member
from tenants.visibility import TOLD, View


class Reading(NamedTuple):
    """Who reads, and as which proposer."""

    member: Member
    proposer: UUID


Show = Callable[[Reading, Any], Any]
EMPTY: Final[tuple[Any, ...]] = (None, [])


@cache
def own_type(of: Any, paths: frozenset[str], name: str) -> Any:
    """The type of a body or of a part of one, with these paths of it."""
    private = strawberry.Private[Any]
    fields = {each: _field(each, hint, paths) for each, hint in _told(of, paths)}
    made: Any = type(name, (), {"__annotations__": {"values": private}, **fields})
    return shown_to(View.OWN)(strawberry.type(made, name=name, description=first_line(of)))


def _told(of: type, paths: frozenset[str]) -> list[tuple[str, Any]]:
    """The fields that are told, with their types. Raises ValueError for a path that is none."""
    hints, named = get_type_hints(of, include_extras=True), {path.partition(".")[0] for path in paths}
    if unknown := named - set(hints):
        raise ValueError(f"{of.__name__} has no {', '.join(sorted(unknown))}")
    return [(name, hint) for name, hint in hints.items() if name in named]


def _inner(paths: frozenset[str], name: str) -> frozenset[str]:
    return frozenset(path.removeprefix(f"{name}.") for path in paths if path.startswith(f"{name}."))


def _field(name: str, hint: Any, paths: frozenset[str]) -> StrawberryField:
    """A field that reads what ``shown`` made of a body."""
    kind, nullable, _ = _shown(hint, _inner(paths, name))

    def resolve(root: Any) -> Any:
        return root.values[name]

    resolve.__annotations__ = {"return": kind | None if nullable else kind}
    told = next((part for part in getattr(hint, "__metadata__", ()) if type(part) is str), "")
    field: StrawberryField = strawberry.field(resolver=resolve, name=None, description=told)
    field.python_name = name
    return field


def _shown(hint: Any, paths: frozenset[str]) -> tuple[Any, bool, Show]:
    """The type in the schema for a type of a body, whether it may be null, and how a value becomes one.

    What was typed may always be null: it may be for others.
    """
    bare, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    some = optional(bare)
    bare = some or bare
    if get_origin(bare) is tuple:
        kind, _, show = _shown(get_args(bare)[0], paths)
        return GenericAlias(list, (kind,)), False, _each(show)
    if bare is Sealed:
        return OwnWords, True, lambda reading, value: own_words(reading.member, reading.proposer, value)
    if isinstance(bare, type) and issubclass(bare, Struct):
        made = own_type(bare, paths, f"Own{bare.__name__}")
        return made, some is not None, lambda reading, value: value and made(values=shown(reading, value, paths))
    kind, _ = shown_as(Annotated[(bare, *marks)] if marks else bare)
    return kind, some is not None, lambda _reading, value: value


def _each(show: Show) -> Show:
    def each(reading: Reading, values: tuple[Any, ...]) -> list[Any]:
        made = (show(reading, value) for value in values)
        return [one for one in made if one is not None]

    return each


@cache
def _shows(of: Any, paths: frozenset[str]) -> tuple[tuple[str, Show], ...]:
    return tuple((name, _shown(hint, _inner(paths, name))[2]) for name, hint in _told(of, paths))


def shown(reading: Reading, source: Struct, paths: frozenset[str]) -> dict[str, Any]:
    """What of a body or of a part of one this reader is told, by field."""
    of: Any = type(source)
    return {name: show(reading, getattr(source, name)) for name, show in _shows(of, paths)}


OWN_RECORDS: Final[dict[str, Any]] = {
    kind: own_type(body, TOLD[kind], f"Own{kind.capitalize()}") for kind, body in BODIES.items()
}
"""Kind of record to the type of what a proposer is told of it."""


def own_records(kind: str, description: str) -> Any:
    """A field of a proposal: what its proposer is told of the records of a kind, oldest first."""

    async def resolve(root: Any, info: DeskInfo) -> Any:
        reading = Reading(info.context.member, root.party)
        rows = await info.context.told_records.load(root.id) or ()
        told = [shown(reading, row.content, TOLD[kind]) for row in rows if row.kind == kind]
        return [OWN_RECORDS[kind](values=each) for each in told if any(one not in EMPTY for one in each.values())]

    resolve.__annotations__ = {"info": DeskInfo, "return": GenericAlias(list, (OWN_RECORDS[kind],))}
    return strawberry.field(resolver=resolve, description=description)


def own_lists() -> dict[str, list[str]]:
    """Type to the lists in it."""
    found: dict[str, list[str]] = {}
    for kind, body in BODIES.items():
        _lists(body, TOLD[kind], f"Own{kind.capitalize()}", found)
    return found


def _lists(of: type, paths: frozenset[str], type_name: str, found: dict[str, list[str]]) -> None:
    for name, hint in _told(of, paths):
        bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        bare = optional(bare) or bare
        if get_origin(bare) is tuple:
            found.setdefault(type_name, []).append(to_camel_case(name))
            bare = get_args(bare)[0]
        if isinstance(bare, type) and issubclass(bare, Struct):
            _lists(bare, _inner(paths, name), f"Own{bare.__name__}", found)
