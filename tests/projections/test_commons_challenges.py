"""Challenges as everybody reads them: only published ones, in plain text, without what was erased."""

from datetime import date
from typing import Any, Final
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
from projections.commons_challenges import COMMONS_CHALLENGES, PublicChallengeRow
from projections.published import Happened, HappenedType
from projections.search import grams
from tests.projections.facts import FILE, at, folded, opened, words

WELFARE, PUBLIC = UUID(int=14), UUID(int=40)
TEXTS: Final = ("除雪の担い手", "冬の除雪を助けてほしい", "道内の事業者", "実験場所", "3件の提案があった")
TITLE, DESCRIPTION, CONDITIONS, OFFERS, NOTE = TEXTS
INNER, TOLD = words("庁内の題名", Audience.STAFF), words("庁内の説明", Audience.STAFF)
RAISED = Raised(WELFARE, INNER, TOLD, (Code("welfare"),), (), sample=True)
PUBLISHED = Published(
    PUBLIC,
    words(TITLE),
    words(DESCRIPTION),
    words(CONDITIONS),
    words(OFFERS),
    (Code("safety"),),
    date(2027, 1, 31),
    sample=True,
)
CLOSED = Closed(Result.ANSWERED, words(NOTE))
SEARCH = "除雪の担い手 冬の除雪を助けてほしい 道内の事業者 実験場所"


def after(*events: Any, erased: tuple[str, ...] = ()) -> PublicChallengeRow | None:
    row: PublicChallengeRow | None = folded(COMMONS_CHALLENGES, events, opened(*TEXTS) | opened(erased=erased))
    return row


def test_a_challenge_that_was_only_raised_is_not_shown() -> None:
    assert after(RAISED) is None


def test_a_challenge_closed_before_it_was_published_is_not_shown() -> None:
    assert after(RAISED, Closed(Result.NO_LONGER_PURSUED, words("取りやめ", Audience.STAFF))) is None


def test_a_published_challenge_is_shown_in_plain_text() -> None:
    assert after(RAISED, PUBLISHED) == PublicChallengeRow(
        id=FILE,
        version=2,
        position=102,
        public_id=PUBLIC,
        status=Stage.PUBLISHED,
        sample=True,
        title=TITLE,
        description=DESCRIPTION,
        conditions=CONDITIONS,
        city_offers=OFFERS,
        fields=(Code("safety"),),
        due_on=date(2027, 1, 31),
        result=None,
        history=(Happened(at(2), HappenedType.PUBLISHED),),
        published_at=at(2),
        updated_at=at(2),
        search=SEARCH,
        grams=grams(SEARCH),
    )


def test_a_closed_challenge_tells_how_it_ended() -> None:
    row = after(RAISED, PUBLISHED, CLOSED)

    assert row is not None
    assert (row.status, row.result, row.version, row.position) == (Stage.CLOSED, Result.ANSWERED, 3, 103)
    assert (row.published_at, row.updated_at) == (at(2), at(3))
    assert row.history == (Happened(at(2), HappenedType.PUBLISHED), Happened(at(3), HappenedType.CLOSED, NOTE))


@pytest.mark.parametrize("erased", [TITLE, DESCRIPTION])
def test_a_challenge_without_title_or_description_is_not_shown_and_does_not_come_back(erased: str) -> None:
    assert after(RAISED, PUBLISHED, erased=(erased,)) is None
    assert after(RAISED, PUBLISHED, CLOSED, erased=(erased,)) is None


def test_other_erased_parts_are_left_out_and_not_found() -> None:
    row = after(RAISED, PUBLISHED, CLOSED, erased=(CONDITIONS, OFFERS, NOTE))

    assert row is not None
    assert (row.conditions, row.city_offers, row.history[-1].summary) == (None, None, None)
    assert row.search == "除雪の担い手 冬の除雪を助けてほしい"


NEW_TITLE, CHANGED, LONGER = "除雪と排雪の担い手", "対象を広げた", "問合せが多いため"
REVISED = Revised(words(NEW_TITLE), words(DESCRIPTION), None, words(OFFERS), (Code("disaster"),), words(CHANGED))
EXTENDED = Extended(date(2027, 3, 31), words(LONGER))
CONTACT = ContactNamed(words("福祉政策課 佐藤", Audience.DESK))


def later(*events: Any, erased: tuple[str, ...] = ()) -> PublicChallengeRow | None:
    texts = opened(*TEXTS, NEW_TITLE, CHANGED, LONGER) | opened(erased=erased)
    row: PublicChallengeRow | None = folded(COMMONS_CHALLENGES, (RAISED, PUBLISHED, *events), texts)
    return row


def test_what_happens_before_it_is_published_is_not_shown() -> None:
    edited = Edited(WELFARE, INNER, TOLD, (), ())
    assert after(RAISED, CONTACT, edited, Reviewed(Verdict.ACCEPTED, None)) is None


def test_a_revision_replaces_the_public_words_and_is_told() -> None:
    row = later(REVISED)

    assert row is not None
    assert (row.title, row.conditions, row.city_offers, row.fields) == (NEW_TITLE, None, OFFERS, (Code("disaster"),))
    assert (row.search, row.grams) == (f"{NEW_TITLE} {DESCRIPTION} {OFFERS}", grams(row.search))
    assert row.history[-1] == Happened(at(3), HappenedType.REVISED, CHANGED)
    assert (row.published_at, row.updated_at, row.public_id) == (at(2), at(3), PUBLIC)


def test_more_time_for_answers_is_told_with_its_reason() -> None:
    row = later(EXTENDED)

    assert row is not None
    assert (row.due_on, row.title) == (date(2027, 3, 31), TITLE)
    assert row.history[-1] == Happened(at(3), HappenedType.REVISED, LONGER)


def test_whom_to_ask_is_shown_to_nobody_outside_and_changes_nothing_there() -> None:
    with_contact, without = later(CONTACT), later()

    assert with_contact is not None
    assert without is not None
    assert (with_contact.history, with_contact.updated_at) == (without.history, without.updated_at)


def test_a_revision_whose_title_was_erased_hides_the_challenge() -> None:
    assert later(REVISED, erased=(NEW_TITLE,)) is None


WRONG = words("別の課題だった", Audience.DEPARTMENT)


def test_closed_by_mistake_it_takes_answers_again_and_says_so_but_not_why() -> None:
    row = later(EXTENDED, CLOSED, StepCorrected(Stage.PUBLISHED, WRONG))

    assert row is not None
    assert (row.status, row.result, row.due_on, row.public_id) == (Stage.PUBLISHED, None, date(2027, 3, 31), PUBLIC)
    assert [each.type for each in row.history][2:] == [HappenedType.CLOSED, HappenedType.REVISED]
    assert (row.history[-1], row.updated_at) == (Happened(at(5), HappenedType.REVISED), at(5))


@pytest.mark.parametrize("to", [Stage.RAISED, Stage.RETURNED, Stage.ACCEPTED])
@pytest.mark.parametrize("before", [(), (REVISED,), (CLOSED,)])
def test_published_by_mistake_it_goes_and_stays_away_whatever_happens_inside(to: Stage, before: Any) -> None:
    gone = (*before, StepCorrected(to, WRONG))
    edited = Edited(WELFARE, INNER, TOLD, (), ())
    closed = Closed(Result.NO_LONGER_PURSUED, words("取りやめ", Audience.STAFF))
    for inside in ((), (CONTACT,), (edited,), (Reviewed(Verdict.ACCEPTED, None),), (closed,)):
        assert later(*gone, *inside) is None
    assert later(*gone, closed, StepCorrected(to, WRONG)) is None


def test_published_anew_it_tells_nothing_of_the_first_time() -> None:
    row = later(REVISED, StepCorrected(Stage.RAISED, WRONG), PUBLISHED)

    assert row is not None
    assert (row.title, row.history) == (TITLE, (Happened(at(5), HappenedType.PUBLISHED),))
    assert (row.published_at, row.public_id) == (at(5), PUBLIC)
