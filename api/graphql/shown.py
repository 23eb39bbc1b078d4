"""For whom types and fields of a schema are, said beside them (閲覧者の宣言).

A type says once for whom its fields are; a field that is for fewer says so itself. What says neither fails the tests.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from tenants.visibility import Shown

T = TypeVar("T")

DECLARED: Final = "__shown_to__"
"""Attribute of a type, and key in a field's metadata."""

AS_GIVEN: Final = None
"""For a type that only wraps: pages, and typed values, which name their audience each."""


def shown_to(declared: Shown | None) -> Callable[[type[T]], type[T]]:
    """A type whose fields are for these readers, or for those of the field that gives it (``AS_GIVEN``)."""

    def declaring(kind: type[T]) -> type[T]:
        setattr(kind, DECLARED, declared)
        return kind

    return declaring


def declared(of: Any) -> dict[str, Any]:
    """What a field says of its readers, for ``strawberry.field(metadata=…)``."""
    return {DECLARED: of}
