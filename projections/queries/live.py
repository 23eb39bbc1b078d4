"""The rows that are shown now: a rebuild writes the next generation beside them and switches over in one row."""

from typing import Any, LiteralString

from psycopg import sql

from projections.model import ReadModel
from tenants.mapper import fields_of


def live(name: LiteralString) -> sql.Composable:
    """SQL: the generation of a read model that is shown; a read model that never ran shows its first."""
    generation = sql.SQL("coalesce((select generation from commons.projections where name = {}), 1)")
    return generation.format(sql.Literal(name))


def columns(row: type[Any]) -> sql.Composable:
    """SQL: the columns of a row type, by name."""
    return sql.SQL(", ").join(map(sql.Identifier, fields_of(row)))


def of_city(model: ReadModel[Any]) -> sql.Composable:
    """SQL: the shown rows of one city, a ``%s``; a condition may follow."""
    return sql.SQL("select {} from {} where city = %s and generation = {}").format(
        columns(model.row), sql.Identifier(*model.table.split(".")), live(model.name)
    )
