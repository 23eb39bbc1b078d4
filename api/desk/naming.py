"""How commands are called in the schema (操作の名前)."""

from typing import Any, Final

from tenants.wish import Wish

NAMED_WITHOUT: Final = frozenset({"organisation", "city", "rights"})
"""Aggregates of which a city has one, so that nobody names it."""


def mutation_name(wish: type[Wish[Any]]) -> str:
    """The verb, the aggregate, the rest: ``proposal.recordDialogue`` is asked for as ``recordProposalDialogue``."""
    aggregate, _, name = wish.name.partition(".")
    if aggregate in NAMED_WITHOUT:
        return name
    end = next((place for place, letter in enumerate(name) if letter.isupper()), len(name))
    return name[:end] + aggregate.capitalize() + name[end:]
