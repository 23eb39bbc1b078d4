"""Finding Japanese words in published texts, without a dictionary, a locale or an extension of the database (検索).

A text is kept twice: as one normalised string, and as the set of its characters and pairs of neighbouring characters
(bigrams), which an index finds quickly. What the index finds is looked up again in the string, so nothing is found by
accident.
"""

import unicodedata
from typing import Final

from domain.errors import TextTooLong, TooMany

LONGEST_TERM: Final = 64
"""Longest word looked for, in characters after normalising."""
MOST_TERMS: Final = 8
"""Most words looked for at once."""
LONGEST_QUERY: Final = (LONGEST_TERM + 1) * MOST_TERMS

HIRAGANA: Final = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
"""Katakana to hiragana, by code point."""
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories that nobody sees: control and format characters, halves of surrogate pairs."""
VARIATIONS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: another shape of the same character (異体字セレクタ)."""


def normalised(text: str) -> str:
    """The form in which texts are compared: one width, one case, single spaces (Unicode NFKC and casefold).

    Names stay as typed where they are shown; only the search knows this form.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(filter(_seen, folded)).split())


def in_hiragana(text: str) -> str:
    """A normalised text with its katakana as hiragana: a reading is found however it was written (よみ)."""
    return text.translate(HIRAGANA)


def _seen(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in INVISIBLE and not any(ord(character) in span for span in VARIATIONS)


def grams(text: str) -> tuple[str, ...]:
    """Every character and every pair of neighbours within the words of a normalised text, sorted, each once."""
    words = text.split()
    return tuple(sorted({*"".join(words), *(pair for word in words for pair in _pairs(word))}))


def searchable(*parts: str | None) -> str:
    """Normalised texts joined so that no word reaches over from one into the next."""
    return " ".join(filter(None, (normalised(part) for part in parts if part)))


def terms(query: str) -> tuple[str, ...]:
    """The words of a query, normalised, each once; a text must hold all of them.

    Raises TextTooLong for a query of more than 520 characters or a word of more than 64, TooMany for more than 8 words.
    """
    if len(query) > LONGEST_QUERY:
        raise TextTooLong(field="text", limit=LONGEST_QUERY, length=len(query))
    found = tuple(dict.fromkeys(normalised(query).split()))
    if len(found) > MOST_TERMS:
        raise TooMany(field="text", count=len(found), limit=MOST_TERMS)
    for term in found:
        if len(term) > LONGEST_TERM:
            raise TextTooLong(field="text", limit=LONGEST_TERM, length=len(term))
    return found


def needed(found: tuple[str, ...]) -> list[str]:
    """The grams that a text with all these terms must have: pairs, or the character of a term that is only one."""
    return sorted({gram for term in found for gram in (_pairs(term) or [term])})


def _pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]
