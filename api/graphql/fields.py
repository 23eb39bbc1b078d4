"""Fields that a method answers: what clients read about them is the method's docstring (項目)."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def resolved(method: F) -> F:
    """A field of a GraphQL type; the docstring becomes its description, the method's type is kept for checks."""
    return cast(F, strawberry.field(method, description=inspect.getdoc(method)))
