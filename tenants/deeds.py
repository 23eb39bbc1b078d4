"""An outward act as data: written into its approval word for word, and read again to be carried out (対外的な行為)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tenants.saying import Doing

Deed = Doing[Any]
"""A command that reaches outside (``act`` says as what)."""

LONGEST: Final = 400_000
"""Longest act, in characters: a case with everything in it."""


def written(deed: Deed, state: Any) -> str:
    """An act as canonical JSON: the command's name, what was entered, and what of its record it rests on, if any."""
    rests_on = deed.rests_on(state)
    told = [deed.name, deed] if rests_on is None else [deed.name, deed, rests_on]
    return msgspec.json.encode(told, order="deterministic").decode()


def read(text: str, kinds: Mapping[str, type[Deed]]) -> Deed:
    """Back from :func:`written`. Raises KeyError, msgspec.ValidationError for what this program never wrote."""
    name, content, *_ = msgspec.json.decode(text)
    return msgspec.convert(content, kinds[name])
