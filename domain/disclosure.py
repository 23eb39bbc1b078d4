"""On which ground a value might be kept back from who asks for the city's documents (不開示事由).

What is found here is to be looked into when somebody asks, and decides nothing: people decide, under the city's own
ordinance. The grounds are those of 行政機関の保有する情報の公開に関する法律, article 5, after which the ordinances are
made; those on the safety of state and public stay out, since nothing here is about them. Ours: neither city's document
names a ground. Source: e-Gov 法令検索, 平成11年法律第42号, 第5条第1号・第2号・第5号・第6号.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from domain.values import Audience, Mark


class NonDisclosure(StrEnum):
    """A ground on which a value might be kept back (不開示事由)."""

    INDIVIDUAL = "individual_identified"
    """It identifies a private person (第1号)."""
    BUSINESS = "business_interest"
    """Rights, competitive standing or other legitimate interests of a business, or told in confidence (第2号)."""
    DELIBERATION = "deliberation"
    """Still being considered or discussed inside (第5号)."""
    OPERATIONS = "proper_operations"
    """The city's work, contracts or personnel matters would suffer (第6号)."""


BY_MARK: Final[Mapping[Mark, tuple[NonDisclosure, ...]]] = {
    Mark.PERSONAL: (NonDisclosure.INDIVIDUAL,),
    Mark.KNOW_HOW: (NonDisclosure.BUSINESS,),
    Mark.NON_DISCLOSURE: (NonDisclosure.BUSINESS, NonDisclosure.OPERATIONS),
}
BY_AUDIENCE: Final[Mapping[Audience, tuple[NonDisclosure, ...]]] = {
    Audience.PUBLIC: (),
    Audience.PROPOSER: (),
    Audience.STAFF: (),
    Audience.DEPARTMENT: (NonDisclosure.DELIBERATION,),
    Audience.DESK: (NonDisclosure.DELIBERATION,),
    Audience.COUNCIL: (NonDisclosure.DELIBERATION,),
    Audience.AUDITOR: (NonDisclosure.OPERATIONS,),
    Audience.OTHER_CITY: (NonDisclosure.DELIBERATION,),
    Audience.PERSONNEL: (NonDisclosure.INDIVIDUAL, NonDisclosure.OPERATIONS),
    Audience.PROGRAM: (NonDisclosure.OPERATIONS,),
}
"""For what bears no mark: by whom it is for. What is public is kept back from nobody, whatever marks it."""


def grounds(audience: Audience, marks: Iterable[Mark]) -> tuple[NonDisclosure, ...]:
    """What is to be looked into before it is disclosed, each ground once, in the order of the article.

    ``audience``: for whom it is now, which may be fewer than it was typed for.
    """
    if audience is Audience.PUBLIC:
        return ()
    marked = {ground for mark in marks for ground in BY_MARK[mark]}
    found = marked or set(BY_AUDIENCE[audience])
    return tuple(ground for ground in NonDisclosure if ground in found)
