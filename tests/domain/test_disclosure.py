"""Every value that is kept from the public names the ground that has to be looked into when somebody asks for it."""

import pytest

from domain.disclosure import BY_AUDIENCE, BY_MARK, NonDisclosure, grounds
from domain.values import Audience, Mark

INDIVIDUAL, BUSINESS = NonDisclosure.INDIVIDUAL, NonDisclosure.BUSINESS
DELIBERATION, OPERATIONS = NonDisclosure.DELIBERATION, NonDisclosure.OPERATIONS


@pytest.mark.parametrize(
    ("audience", "marks", "expected"),
    [
        (Audience.DESK, (Mark.PERSONAL,), (INDIVIDUAL,)),
        (Audience.DEPARTMENT, (Mark.KNOW_HOW,), (BUSINESS,)),
        (Audience.PROPOSER, (Mark.NON_DISCLOSURE,), (BUSINESS, OPERATIONS)),
        (Audience.PROPOSER, (Mark.KNOW_HOW, Mark.PERSONAL), (INDIVIDUAL, BUSINESS)),
        (Audience.COUNCIL, (), (DELIBERATION,)),
        (Audience.PERSONNEL, (), (INDIVIDUAL, OPERATIONS)),
        (Audience.PROPOSER, (), ()),
        (Audience.PUBLIC, (), ()),
        (Audience.PUBLIC, (Mark.PERSONAL,), ()),
    ],
)
def test_the_ground_follows_the_marks_and_else_the_audience(
    audience: Audience, marks: tuple[Mark, ...], expected: tuple[NonDisclosure, ...]
) -> None:
    assert grounds(audience, marks) == expected


def test_every_mark_and_every_audience_has_its_line() -> None:
    assert (set(BY_MARK), set(BY_AUDIENCE)) == (set(Mark), set(Audience))
    assert all(BY_MARK.values())
