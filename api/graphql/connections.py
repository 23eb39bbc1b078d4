"""Lists with cursors as Relay knows them, in the same words for every list (一覧).

Source: Relay GraphQL Cursor Connections Specification.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import strawberry

from api.graphql.shown import AS_GIVEN, shown_to
from projections.queries.pages import Page

DEFAULT_FIRST: Final = 20
"""Entries of a page when nothing is said; the queries refuse more than 100."""

T = TypeVar("T")
R = TypeVar("R")


@shown_to(AS_GIVEN)
@strawberry.type(description="Where a page stands in its list (ページの位置).")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether entries follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether entries stand before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first entry; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last entry: give it as `after` to get the next page."
    )


@shown_to(AS_GIVEN)
@strawberry.type(description="An entry and its place in the list.")
class Edge(Generic[T]):
    """An entry and its place in the list."""

    cursor: str = strawberry.field(description="The place; opaque, valid as `after` of the same list.")
    node: T = strawberry.field(description="The entry.")


@shown_to(AS_GIVEN)
@strawberry.type(description="One page of a list (一覧の1ページ).")
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = strawberry.field(description="The entries with their cursors.")
    nodes: list[T] = strawberry.field(description="The same entries without cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")


def connection(page: Page[R], node: Callable[[R], T]) -> Connection[T]:
    """A page of rows as a page of what the schema shows."""
    edges = [Edge(cursor=edge.cursor, node=node(edge.node)) for edge in page.edges]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.start_cursor,
            end_cursor=page.end_cursor,
        ),
    )
