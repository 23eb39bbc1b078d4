"""One page of a list, and how a statement's rows become typed rows (ページ)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, LiteralString, TypeVar

import msgspec
from psycopg import AsyncConnection, sql

from projections.cursors import Cursors, page_size
from tenants.mapper import read_sealed

T = TypeVar("T")
K = TypeVar("K")

Connection = AsyncConnection[tuple[Any, ...]]

USUAL: Final = 20
"""Items of a page when nobody says how many."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """An item and the cursor of its place."""

    node: T
    cursor: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list in its order, and whether there are others after and before them."""

    edges: tuple[Edge[T], ...]
    has_next: bool
    has_previous: bool

    @property
    def nodes(self) -> tuple[T, ...]:
        """The items."""
        return tuple(edge.node for edge in self.edges)

    @property
    def start_cursor(self) -> str | None:
        """Cursor of the first item."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """Cursor of the last item; the next page begins after it."""
        return self.edges[-1].cursor if self.edges else None


@dataclass(slots=True)
class Conditions:
    """What a statement asks of its rows, with the values; conditions that are added must all hold."""

    parts: list[sql.Composable] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: LiteralString, *values: object) -> None:
        """One more condition, with a ``%s`` for each value."""
        self.parts.append(sql.SQL(part))
        self.values.extend(values)

    def together(self) -> sql.Composable:
        """All of them, for the end of a ``where``."""
        return sql.SQL(" and ").join(self.parts) if self.parts else sql.SQL("true")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T, K]):
    """A list that is given out in pages: how its rows are read, its cursors, and the sort key of a row."""

    cursors: Cursors[K]
    decoder: msgspec.json.Decoder[T]
    key: Callable[[T], K]

    def page(self, rows: Sequence[T], first: int, after: str | None) -> Page[T]:
        """A page of at most ``first`` items, from one row more than that if there are so many."""
        edges = tuple(Edge(row, self.cursors.write(self.key(row))) for row in rows[:first])
        return Page(edges, len(rows) > first, after is not None)


def reads(row: type[T]) -> msgspec.json.Decoder[T]:
    """Reads one row written as JSON."""
    return msgspec.json.Decoder(row, dec_hook=read_sealed)


async def rows(
    connection: Connection,
    decoder: msgspec.json.Decoder[T],
    statement: sql.Composable,
    values: Sequence[Any] | Mapping[str, Any],
) -> list[T]:
    """The rows of a statement, typed; the server plans it for these very values."""
    whole = sql.SQL("select row_to_json(page)::text from ({}) page").format(statement)
    cursor = await connection.execute(whole, values, prepare=False)
    return [decoder.decode(text) for (text,) in await cursor.fetchall()]


async def one(
    connection: Connection,
    decoder: msgspec.json.Decoder[T],
    statement: sql.Composable,
    values: Sequence[Any],
) -> T | None:
    """The only row of a statement, or none."""
    found = await rows(connection, decoder, statement, values)
    return found[0] if found else None


def one_more(first: int) -> int:
    """So many rows tell whether there is a next page. Raises FirstInvalid."""
    return page_size(first) + 1
