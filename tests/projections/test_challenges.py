"""A city's own challenges, from the moment a department raises one."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.challenge import (
    Closed,
    ContactNamed,
    Edited,
    Extended,
    Published,
    Raised,
    Result,
    Reviewed,
    Revised,
    Stage,
    StepCorrected,
    Verdict,
)
from domain.values import Audience, Code
from projections.challenges import CHALLENGES, ChallengeRow, Inside, Words, change
from tests.projections.facts import FILE, at, fact, folded, words

WELFARE, PUBLIC = UUID(int=14), UUID(int=40)
INNER, TOLD = words("除雪の担い手が足りない", Audience.STAFF), words("詳しい事情", Audience.STAFF)
TITLE, DESCRIPTION, NOTE = map(words, ("除雪の担い手", "冬の除雪", "3件"))
CONDITIONS, OFFERS = map(words, ("道内の事業者", "実験場所"))
RAISED = Raised(WELFARE, INNER, TOLD, (Code("welfare"),), (Code("vision_snow"),), sample=True)
PUBLISHED = Published(PUBLIC, TITLE, DESCRIPTION, CONDITIONS, OFFERS, (Code("safety"),), date(2027, 1, 31), sample=True)


def test_a_raised_challenge_is_not_published() -> None:
    assert folded(CHALLENGES, [RAISED]) == ChallengeRow(
        id=FILE,
        version=1,
        position=101,
        stage=Stage.RAISED,
        waiting_for="desk_officer",
        department=WELFARE,
        public_id=None,
        fields=(Code("welfare"),),
        plan_fields=(Code("vision_snow"),),
        due_on=None,
        result=None,
        sample=True,
        title=INNER,
        description=TOLD,
        words=Words(),
        recorded_at=at(1),
        published_at=None,
        updated_at=at(1),
    )


def test_a_closed_challenge_shows_what_was_published_and_how_it_ended() -> None:
    row = folded(CHALLENGES, [RAISED, PUBLISHED, Closed(Result.ANSWERED, NOTE)])

    assert row == ChallengeRow(
        id=FILE,
        version=3,
        position=103,
        stage=Stage.CLOSED,
        waiting_for="nobody",
        department=WELFARE,
        public_id=PUBLIC,
        fields=(Code("safety"),),
        plan_fields=(Code("vision_snow"),),
        due_on=date(2027, 1, 31),
        result=Result.ANSWERED,
        sample=True,
        title=TITLE,
        description=DESCRIPTION,
        words=Words(CONDITIONS, OFFERS, NOTE, inside=Inside(INNER, TOLD, (Code("welfare"),))),
        recorded_at=at(1),
        published_at=at(2),
        updated_at=at(3),
    )


def test_a_returned_challenge_waits_for_its_department_until_it_was_edited() -> None:
    reason, contact = words("数字を足してください", Audience.DEPARTMENT), words("佐藤", Audience.DESK)
    edited = Edited(UUID(int=15), INNER, TOLD, (), ())
    returned = Reviewed(Verdict.RETURNED, reason)
    rows = [folded(CHALLENGES, [RAISED, returned, ContactNamed(contact), edited][:size]) for size in (2, 4)]
    assert [(row.stage, row.waiting_for) for row in rows] == [
        (Stage.RETURNED, "department_officer"),
        (Stage.RAISED, "desk_officer"),
    ]
    assert (rows[0].department, rows[1].department) == (WELFARE, UUID(int=15))
    assert (rows[1].words, rows[1].fields) == (Words(contact=contact, reason=reason), ())


def test_a_published_challenge_shows_its_later_words_and_day() -> None:
    contact, reason = words("佐藤", Audience.DESK), words("問合せが多い")
    revised = Revised(NOTE, DESCRIPTION, None, OFFERS, (Code("disaster"),), words("広げた"))
    events = [RAISED, ContactNamed(contact), PUBLISHED, revised, Extended(date(2027, 3, 31), reason)]
    row = folded(CHALLENGES, events)
    assert (row.title, row.fields, row.due_on) == (NOTE, (Code("disaster"),), date(2027, 3, 31))
    inside = Inside(INNER, TOLD, (Code("welfare"),))
    assert row.words == Words(None, OFFERS, contact=contact, reason=reason, inside=inside)
    assert (row.stage, row.waiting_for, row.published_at) == (Stage.PUBLISHED, "nobody", at(3))


def test_a_challenge_without_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning"):
        change(None, fact(PUBLISHED, 2), {})


WRONG = words("別の課題だった", Audience.DEPARTMENT)


def test_closed_by_mistake_it_is_as_it_was_before() -> None:
    more = Extended(date(2027, 3, 31), words("問合せが多い"))
    before = folded(CHALLENGES, [RAISED, PUBLISHED, more])
    row = folded(
        CHALLENGES, [RAISED, PUBLISHED, more, Closed(Result.ANSWERED, NOTE), StepCorrected(Stage.PUBLISHED, WRONG)]
    )
    assert row == replace(before, version=5, position=105, updated_at=at(5))


@pytest.mark.parametrize("to", [Stage.RAISED, Stage.ACCEPTED])
@pytest.mark.parametrize("closed", [(), (Closed(Result.ANSWERED, NOTE),)])
def test_published_by_mistake_it_is_not_published_and_says_what_it_said_before(to: Stage, closed: Any) -> None:
    contact, review = ContactNamed(words("佐藤", Audience.DESK)), Reviewed(Verdict.ACCEPTED, None)
    revised = Revised(words("題"), words("文"), None, None, (Code("digital"),), words("直した"))
    before = folded(CHALLENGES, [RAISED, contact, review] if to is Stage.ACCEPTED else [RAISED, contact])
    events = [RAISED, contact, review, PUBLISHED, revised, *closed, StepCorrected(to, WRONG)]
    row, last = folded(CHALLENGES, events), len(events)
    assert row == replace(before, version=last, position=100 + last, updated_at=at(last))
