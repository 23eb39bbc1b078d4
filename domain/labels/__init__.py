"""What the fields of commands are called where people read them: beside a value, and in a refusal (項目の名前).

Programs know a field by its code name; that stays in ``Refused.field``. People read the words of these tables. A field
is looked up by its whole path and then by less and less of it (``goals.description`` before ``description``), first
within the command that is named (``agreement.sign:on``).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from domain.labels.around import AROUND
from domain.labels.english import ENGLISH
from domain.labels.process import PROCESS
from domain.labels.work import WORK

JAPANESE: Final[Mapping[str, str]] = {**PROCESS, **WORK, **AROUND}
"""Field, with what stands before it where it means something else there, to its Japanese word."""

WHOLES: Final = frozenset({"content", "terms", "answers", "entry"})
"""What only holds other fields together: not said before them."""

PLACE: Final = re.compile(r"[0-9]+")
CAPITAL: Final = re.compile(r"(?<=[a-z])[A-Z]")


def in_japanese(path: str, of: str = "") -> str:
    """A field in Japanese, ``terms.signatories.2.name`` as 当事者2／名称; the path itself where a word is missing.

    ``of``: the name of the command; numbers are places in lists, from 1.
    """
    if not has_word(path, of):
        return path
    return "／".join(word + place for word, place in _said(path, of, JAPANESE))


def in_english(path: str, of: str = "") -> str:
    """The same in English, as Signatories 2 / Name: most code names are words already."""
    return " / ".join(f"{word} {place}".strip() for word, place in _said(path, of, ENGLISH))


def has_word(path: str, of: str = "") -> bool:
    """Whether each part of a path has a Japanese word."""
    return all(_word(way, of, JAPANESE) for way, _ in _ways(path))


def snake(path: str) -> str:
    """The code name of a path as those who ask know it: ``nextStep`` is ``next_step``."""
    return CAPITAL.sub(lambda found: f"_{found[0].lower()}", path)


def _said(path: str, of: str, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The word for each field on the way, and its place in a list; what only holds others together is left out."""
    ways = list(_ways(path))
    for way, place in ways:
        if way not in WHOLES or way == ways[-1][0]:
            yield _word(way, of, words) or _plain(way), place


def _ways(path: str) -> Iterator[tuple[str, str]]:
    """Each field on the way, with all before it, and the place in a list that follows it."""
    way: list[str] = []
    names = [*snake(path).split("."), ""]
    for name, following in pairwise(names):
        if not PLACE.fullmatch(name):
            way.append(name)
            yield ".".join(way), following if PLACE.fullmatch(following) else ""


def _word(way: str, of: str, words: Mapping[str, str]) -> str | None:
    names = way.split(".")
    keys = [f"{of}:{way}", *(".".join(names[place:]) for place in range(len(names)))]
    return next((words[key] for key in keys if key in words), None)


def _plain(way: str) -> str:
    return way.rpartition(".")[2].replace("_", " ").capitalize()
