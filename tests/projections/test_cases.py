"""A city's own cases, what they tell by reference."""

from uuid import UUID

import pytest

from domain.case import Closed, Content, Origin, Published, Revised, ShownAgain, Stage, StepCorrected, Withdrawn
from domain.values import Code
from projections.cases import CASES, CaseRow, change
from tests.projections.facts import FILE, at, fact, folded, words

PUBLIC, CHALLENGE, PROPOSAL = UUID(int=40), UUID(int=41), UUID(int=42)
FIRST = Content(words("歩行者数を数える"), words("カメラで数える"), Code("pilot"), (Code("digital"),))
SECOND = Content(words("歩行者数"), words("人の目でも数えた"), Code("agreement"), (Code("transport"),))
PUBLISHED = Published(PUBLIC, Origin.DESK, FIRST, CHALLENGE, PROPOSAL, sample=True)


def row(version: int, stage: Stage, content: Content) -> CaseRow:
    return CaseRow(
        id=FILE,
        version=version,
        position=100 + version,
        stage=stage,
        origin=Origin.DESK,
        public_id=PUBLIC,
        method=content.method,
        fields=content.fields,
        challenge=CHALLENGE,
        proposal=PROPOSAL,
        sample=True,
        title=content.title,
        content=content,
        recorded_at=at(1),
        updated_at=at(version),
    )


def test_a_published_case_is_open() -> None:
    assert folded(CASES, [PUBLISHED]) == row(1, Stage.OPEN, FIRST)


def test_a_revision_replaces_what_a_case_tells() -> None:
    assert folded(CASES, [PUBLISHED, Revised(SECOND, words("訂正"))]) == row(2, Stage.OPEN, SECOND)


def test_a_closed_case_stays_closed_when_it_is_revised() -> None:
    events = [PUBLISHED, Closed(words("終了")), Revised(SECOND, words("訂正"))]

    assert folded(CASES, events) == row(3, Stage.CLOSED, SECOND)


def test_a_case_without_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning"):
        change(None, fact(Closed(words("終了")), 2), {})


def test_a_case_that_was_withdrawn_is_kept_inside_and_shown_again_in_words_said_anew() -> None:
    gone = [PUBLISHED, Closed(words("終えた")), Withdrawn(words("同意がない"))]
    assert folded(CASES, gone) == row(3, Stage.WITHDRAWN, FIRST)
    again = ShownAgain(Stage.CLOSED, PUBLIC, Origin.DESK, SECOND, CHALLENGE, sample=True)
    assert folded(CASES, [*gone, again]) == row(4, Stage.CLOSED, SECOND)


def test_closed_by_mistake_it_is_open() -> None:
    events = [PUBLISHED, Closed(words("終えた")), StepCorrected(Stage.OPEN, words("終わっていない"))]
    assert folded(CASES, events) == row(3, Stage.OPEN, FIRST)
