"""Notices and gatherings as everybody reads them: what is for the staff, and who registered, is not there."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain import gathering, notice
from domain.gathering import Stage
from domain.notice import Reach, Topic
from domain.values import Audience
from projections.commons_gatherings import COMMONS_GATHERINGS, PublicGatheringRow
from projections.commons_notices import COMMONS_NOTICES, PublicNoticeRow
from projections.search import grams
from tests.projections.facts import FILE, at, folded, opened, words

PUBLIC, PARTY, MEMBER = UUID(int=40), UUID(int=41), UUID(int=42)
TITLE, TEXT, NEW = "窓口を開設した", "四月から受け付ける。", "窓口を移した"
DAY, LAST, UNTIL = date(2027, 1, 31), date(2027, 1, 20), date(2027, 3, 31)
INSIDE: Final = Audience.STAFF
SAMPLE, REAL = True, False

DRAFTED = notice.Drafted(
    Topic.TRAINING, words("下書き", Audience.DESK), words("下書きの本文", Audience.DESK), sample=True
)
REDRAFTED = notice.Redrafted(words("下書き二", Audience.DESK), words("本文二", Audience.DESK))
SHOWN = notice.Published(Reach.PUBLIC, PUBLIC, words(TITLE), words(TEXT), UNTIL, Topic.TRAINING, sample=True)
STAFFS = notice.Published(Reach.STAFF, None, words(TITLE, INSIDE), words(TEXT, INSIDE))
REVISED = notice.Revised(words(NEW), words(TEXT), words("移転", Audience.DESK))
WITHDRAWN = notice.Withdrawn(words("古い", Audience.DESK))


def noticed(*events: Any, erased: tuple[str, ...] = ()) -> PublicNoticeRow | None:
    row: PublicNoticeRow | None = folded(COMMONS_NOTICES, events, opened(TITLE, TEXT, NEW) | opened(erased=erased))
    return row


def test_a_draft_is_not_shown() -> None:
    assert noticed(DRAFTED, REDRAFTED) is None


def test_a_published_notice_is_shown_in_plain_text() -> None:
    found = f"{TITLE} {TEXT}"
    assert noticed(DRAFTED, SHOWN) == PublicNoticeRow(
        FILE, 2, 102, PUBLIC, Topic.TRAINING, SAMPLE, TITLE, TEXT, UNTIL, at(2), at(2), found, grams(found)
    )


def test_what_is_for_the_staff_is_not_shown_nor_its_revision() -> None:
    assert noticed(DRAFTED, STAFFS) is None
    revised = notice.Revised(words(NEW, INSIDE), words(TEXT, INSIDE), None)
    assert noticed(DRAFTED, STAFFS, revised) is None


def test_a_revision_says_words_and_last_day_anew() -> None:
    row = noticed(DRAFTED, SHOWN, REVISED)
    assert row is not None
    assert (row.title, row.search, row.shown_until) == (NEW, f"{NEW} {TEXT}", None)
    assert (row.version, row.published_at, row.updated_at, row.public_id) == (3, at(2), at(3), PUBLIC)


def test_a_withdrawn_notice_goes() -> None:
    assert noticed(DRAFTED, SHOWN, WITHDRAWN) is None


def test_what_is_a_draft_again_is_shown_once_it_is_published_anew() -> None:
    back = notice.StepCorrected(notice.Stage.DRAFTED, words("誤り", Audience.DESK))
    assert noticed(DRAFTED, SHOWN, WITHDRAWN, back) is None
    assert noticed(DRAFTED, SHOWN, WITHDRAWN, back, REDRAFTED) is None
    row = noticed(DRAFTED, SHOWN, WITHDRAWN, back, SHOWN)
    assert row is not None
    assert (row.title, row.published_at, row.public_id) == (TITLE, at(5), PUBLIC)


@pytest.mark.parametrize("erased", [TITLE, TEXT])
def test_a_notice_without_title_or_text_is_not_shown_and_does_not_come_back(erased: str) -> None:
    assert noticed(DRAFTED, SHOWN, erased=(erased,)) is None
    assert noticed(DRAFTED, SHOWN, REVISED, erased=(erased,)) is None


# --- gatherings ------------------------------------------------------------------------------------------------------

NAME, ABOUT, PLACE, HOW, WHY = "交流会", "事業者と職員の交流", "市民ホール", "電話で申し込む", "荒天のため"
ANNOUNCED = gathering.Announced(
    Reach.PUBLIC, PUBLIC, words(NAME), words(ABOUT), words(PLACE), DAY, LAST, 30, REAL, words(HOW)
)
GUEST = gathering.GuestRegistered(
    UUID(int=50), PARTY, words("見本株式会社", Audience.DEPARTMENT), words("鈴木", Audience.DEPARTMENT), None, LAST
)
COLLEAGUE = gathering.MemberRegistered(UUID(int=51), MEMBER, LAST)


def gathered(*events: Any, erased: tuple[str, ...] = ()) -> PublicGatheringRow | None:
    texts = opened(NAME, ABOUT, PLACE, HOW, WHY) | opened(erased=erased)
    row: PublicGatheringRow | None = folded(COMMONS_GATHERINGS, events, texts)
    return row


def test_an_announced_gathering_tells_the_day_the_place_and_how_to_register() -> None:
    found = f"{NAME} {ABOUT} {PLACE} {HOW}"
    assert gathered(ANNOUNCED) == PublicGatheringRow(
        FILE, 1, 101, PUBLIC, Stage.ANNOUNCED, REAL, NAME, ABOUT, PLACE, HOW, None, DAY, LAST, 30,
        at(1), at(1), found, grams(found),
    )  # fmt: skip


def test_who_registers_changes_nothing_that_is_shown() -> None:
    before = gathered(ANNOUNCED)
    after = gathered(ANNOUNCED, GUEST, COLLEAGUE, gathering.RegistrationWithdrawn(UUID(int=50)))
    assert before is not None
    assert after is not None
    assert {name for name in before.__slots__ if getattr(before, name) != getattr(after, name)} == {
        "version",
        "position",
    }


def test_a_gathering_of_the_staff_is_not_shown_whatever_happens_to_it() -> None:
    inner = gathering.Announced(
        Reach.STAFF, None, words(NAME, INSIDE), words(ABOUT, INSIDE), None, DAY, None, None, REAL
    )
    held = gathering.Held(9, None, DAY)
    assert gathered(inner) is gathered(inner, GUEST, held) is None


def test_a_change_of_plan_replaces_all_that_was_announced() -> None:
    later = date(2027, 2, 14)
    row = gathered(ANNOUNCED, gathering.Revised(words(NAME), words(ABOUT), None, later, None, None))
    assert row is not None
    assert (row.held_on, row.register_by, row.place, row.how_to_register, row.capacity) == (
        later,
        later,
        None,
        None,
        None,
    )
    assert (row.search, row.updated_at) == (f"{NAME} {ABOUT}", at(2))


def test_one_that_was_held_and_one_that_was_cancelled_say_so() -> None:
    held, cancelled = (
        gathered(ANNOUNCED, gathering.Held(9, None, DAY)),
        gathered(ANNOUNCED, gathering.Cancelled(words(WHY))),
    )
    assert held is not None
    assert cancelled is not None
    assert (held.status, held.reason) == (Stage.HELD, None)
    assert (cancelled.status, cancelled.reason) == (Stage.CANCELLED, WHY)


def test_one_that_was_held_or_cancelled_by_mistake_is_announced_for_its_day() -> None:
    back, before = gathering.StepCorrected(Stage.ANNOUNCED, words("誤り", Audience.DESK), DAY), gathered(ANNOUNCED)
    assert before is not None
    for wrong in (gathering.Held(9, None, date(2027, 3, 1)), gathering.Cancelled(words(WHY))):
        assert gathered(ANNOUNCED, wrong, back) == replace(before, version=3, position=103, updated_at=at(3))


@pytest.mark.parametrize("erased", [NAME, ABOUT])
def test_a_gathering_without_title_or_description_is_not_shown(erased: str) -> None:
    assert gathered(ANNOUNCED, erased=(erased,)) is None


def test_other_erased_parts_of_a_gathering_are_left_out_and_not_found() -> None:
    row = gathered(ANNOUNCED, erased=(PLACE, HOW))
    assert row is not None
    assert (row.place, row.how_to_register, row.search) == (None, None, f"{NAME} {ABOUT}")
