"""Values that only the desk's schema has: a place in the city's log, and a digest of a document."""

from collections.abc import Mapping
from typing import Final, NewType

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition, scalar

Position = NewType("Position", int)
"""A place in the city's log, counted from 1; larger than GraphQL's own 32-bit Int."""

Digest = NewType("Digest", bytes)
"""SHA-256 of a document: 32 bytes, written as 64 hexadecimal digits."""

LAST: Final = 2**63 - 1
SHA256: Final = 32


def _position(value: object) -> Position:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST:
        raise GraphQLError("Position is a whole number from 0 on, as a command answered it.")
    return Position(value)


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
    Digest: scalar(
        name="Digest",
        description="SHA-256 of a document, 64 hexadecimal digits (文書のハッシュ値).",
        serialize=bytes.hex,
        parse_value=_digest,
    ),
}
