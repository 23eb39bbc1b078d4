"""Reads the shape of an event from its type hints: which fields, in which order, of which types."""

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints


def hints(cls: type) -> dict[str, Any]:
    """Field to type, in the order of the dataclass."""
    told = get_type_hints(cls)
    return {field.name: told[field.name] for field in fields(cls)}


def alternatives(hint: Any) -> tuple[Any, ...]:
    """The members of a union, or the hint itself."""
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def parts(hint: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every type that a value of this hint is made of, with its path: unions, tuples and dataclasses are opened.

    A tuple of any length adds ``[]`` to the path, so ``content.partners[].name`` is a field of each partner.
    """
    for member in alternatives(hint):
        arguments = get_args(member)
        if get_origin(member) is tuple:
            for item in dict.fromkeys(argument for argument in arguments if argument is not ...):
                yield from parts(item, f"{path}[]")
        elif isinstance(member, type) and is_dataclass(member):
            for name, inner in hints(member).items():
                yield from parts(inner, f"{path}.{name}" if path else name)
        else:
            yield path, member


def values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that an event is made of, with its path; empty tuples and ``None`` are given as they are."""
    if is_dataclass(value):
        for field in fields(value):
            yield from values(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple) and value:
        for item in value:
            yield from values(item, f"{path}[]")
    else:
        yield path, value
