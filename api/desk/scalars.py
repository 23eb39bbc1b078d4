"""Values that only the desk's schema has: a place in the city's log, a digest of a document, an amount of money."""

from collections.abc import Mapping
from typing import Final, NewType

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition, scalar

Position = NewType("Position", int)
"""A place in the city's log, counted from 1; larger than GraphQL's own 32-bit Int."""

Digest = NewType("Digest", bytes)
"""SHA-256 of a document: 32 bytes, written as 64 hexadecimal digits."""

Yen = NewType("Yen", int)
"""An amount of money in whole yen; larger than GraphQL's own 32-bit Int."""

LAST: Final = 2**63 - 1
MOST: Final = 10**15
"""Largest amount in yen, above every budget there is, and exact in every program that reads JSON."""
SHA256: Final = 32


def _position(value: object) -> Position:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST:
        raise GraphQLError("Position is a whole number from 0 on, as a command answered it.")
    return Position(value)


def _yen(value: object) -> Yen:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST:
        raise GraphQLError(f"Yen is a whole number of yen, {MOST} at most.")
    return Yen(value)


def _digest(value: object) -> Digest:
    try:
        digest = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        digest = b""
    if len(digest) != SHA256:
        raise GraphQLError("Digest is the SHA-256 of a document: 64 hexadecimal digits.")
    return Digest(digest)


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    Position: scalar(
        name="Position",
        description="A place in the city's log, counted from 1 (記録の位置). Commands answer with it, for `atLeast`.",
        serialize=int,
        parse_value=_position,
    ),
    Yen: scalar(
        name="Yen",
        description="An amount of money in whole yen, 10^15 at most (円). A number, not a text.",
        serialize=int,
        parse_value=_yen,
    ),
    Digest: scalar(
        name="Digest",
        description="SHA-256 of a document, 64 hexadecimal digits (文書のハッシュ値).",
        serialize=bytes.hex,
        parse_value=_digest,
    ),
}
