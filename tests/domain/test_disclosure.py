"""Every value that is kept from the public names the ground that has to be looked into when somebody asks for it."""

from uuid import UUID

import pytest

from domain.disclosure import BY_AUDIENCE, BY_MARK, NonDisclosure, grounds
from domain.values import Audience, Mark, Sealed

INDIVIDUAL, BUSINESS = NonDisclosure.INDIVIDUAL, NonDisclosure.BUSINESS
DELIBERATION, OPERATIONS = NonDisclosure.DELIBERATION, NonDisclosure.OPERATIONS


def typed(audience: Audience, *marks: Mark) -> Sealed:
    return Sealed(UUID(int=1), audience, bytes(32), marks)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (typed(Audience.DESK, Mark.PERSONAL), (INDIVIDUAL,)),
        (typed(Audience.DEPARTMENT, Mark.KNOW_HOW), (BUSINESS,)),
        (typed(Audience.PROPOSER, Mark.NON_DISCLOSURE), (BUSINESS, OPERATIONS)),
        (typed(Audience.PROPOSER, Mark.KNOW_HOW, Mark.PERSONAL), (INDIVIDUAL, BUSINESS)),
        (typed(Audience.COUNCIL), (DELIBERATION,)),
        (typed(Audience.PERSONNEL), (INDIVIDUAL, OPERATIONS)),
        (typed(Audience.PROPOSER), ()),
        (typed(Audience.PUBLIC), ()),
        (typed(Audience.PUBLIC, Mark.PERSONAL), ()),
    ],
)
def test_the_ground_follows_the_marks_and_else_the_audience(value: Sealed, expected: tuple[NonDisclosure, ...]) -> None:
    assert grounds(value) == expected


def test_every_mark_and_every_audience_has_its_line() -> None:
    assert (set(BY_MARK), set(BY_AUDIENCE)) == (set(Mark), set(Audience))
    assert all(BY_MARK.values())
