"""The documents that a desk trusts: those of its own pages, in this folder, and those an operator adds (信頼済み文書).

The operator's are files ``<data>/documents/*.graphql``, read when the program starts; one that the schema does not
answer is left out, and the log says why.
"""

from importlib import resources
from pathlib import Path
from typing import Final

import structlog
from graphql import GraphQLError, parse, validate

from api.desk.schema import desk_schema
from api.graphql.trusted import Trusted, read, trusted

OWN: Final = read([resources.files(__package__)])
"""Name to text of the documents of the desk's own pages."""
FOLDER: Final = "documents"
"""Where the operator's lie, in the data folder."""

log: Final = structlog.get_logger("renkei.desk")


def documents_of(data: Path, *, only: bool) -> Trusted:
    """All of them; ``only``: whether desks take no others."""
    added = read([data / FOLDER])
    return trusted([*OWN.values(), *(text for name, text in added.items() if answered(name, text))], only=only)


def answered(name: str, text: str) -> bool:
    """Whether the desk's schema answers a document; the log says why not."""
    try:
        problems = validate(desk_schema()._schema, parse(text))  # noqa: SLF001 - there is no other way to it
    except GraphQLError as error:
        problems = [error]
    if problems:
        log.error("document", name=name, problem=problems[0].message)
    return not problems
