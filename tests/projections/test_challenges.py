"""A city's own challenges, from the moment a department raises one."""

from datetime import date
from uuid import UUID

import pytest

from domain.challenge import Closed, Published, Raised, Result, Stage
from domain.values import Audience, Code
from projections.challenges import CHALLENGES, ChallengeRow, Words, change
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
        words=Words(CONDITIONS, OFFERS, NOTE),
        recorded_at=at(1),
        published_at=at(2),
        updated_at=at(3),
    )


def test_a_challenge_without_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning"):
        change(None, fact(PUBLISHED, 2), {})
