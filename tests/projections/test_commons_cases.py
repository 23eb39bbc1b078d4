"""Cases as everybody reads them: in plain text, without what was erased, and not at all without title or summary."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain import case as domain
from domain.case import Closed, Content, Origin, Published, ResourceKind, Revised, Side, Stage
from domain.values import Audience, Code, Day, Precision
from projections.commons_cases import (
    COMMONS_CASES,
    Benefit,
    LabelledDate,
    Partner,
    PublicCaseRow,
    Resource,
)
from projections.published import Happened, HappenedType
from projections.search import grams
from tests.projections.facts import FILE, at, folded, opened, words

PUBLIC, CHALLENGE, PROPOSAL = UUID(int=40), UUID(int=41), UUID(int=42)
TEXTS: Final = (
    "ＡＩで歩行者数を数える", "まちなかの人通りをカメラで数えた。", "調査に手間がかかっていた。", "ガイドライン",
    "LightblueTechnology", "青森商工会議所", "実施", "カメラ", "手間が減った", "2日で数えた",
)  # fmt: skip
TITLE, SUMMARY, BACKGROUND, SOURCE, FIRM, CHAMBER, HELD, CAMERA, EASIER, COUNTED = TEXTS
MONTH = Day(date(2023, 6, 1), Precision.MONTH)
CONTENT: Final = Content(
    words(TITLE),
    words(SUMMARY),
    Code("pilot"),
    (Code("digital"), Code("urban_space")),
    words(BACKGROUND),
    words(SOURCE),
    (domain.Partner(words(FIRM), participant=False), domain.Partner(words(CHAMBER), participant=True)),
    (domain.LabelledDate(words(HELD), MONTH, planned=False, until=Day(date(2023, 6, 24))),),
    (domain.Resource(Side.PARTNER, ResourceKind.THINGS, words(CAMERA)),),
    (domain.Benefit(Side.CITY, words(EASIER)),),
    (words(COUNTED),),
)
PUBLISHED: Final = Published(PUBLIC, Origin.IMPORTED, CONTENT, CHALLENGE, PROPOSAL, sample=True)
SHORT: Final = Content(words("題名を直した"), words("概要を直した"), Code("agreement"), ())
REVISED, CLOSED = Revised(SHORT, words("書き直した")), Closed(words("期間が終わった"))
ALL: Final = (*TEXTS, "題名を直した", "概要を直した", "書き直した", "期間が終わった")
SEARCH: Final = (
    "aiで歩行者数を数える まちなかの人通りをカメラで数えた。 調査に手間がかかっていた。"
    " lightbluetechnology 青森商工会議所 実施 カメラ 手間が減った 2日で数えた"
)


def shown(*events: Any, erased: tuple[str, ...] = ()) -> PublicCaseRow:
    row = folded(COMMONS_CASES, events, opened(*ALL) | opened(erased=erased))
    assert isinstance(row, PublicCaseRow)
    return row


def hidden(*events: Any, erased: tuple[str, ...]) -> bool:
    return folded(COMMONS_CASES, events, opened(*ALL) | opened(erased=erased)) is None


def test_a_published_case_tells_everything_in_plain_text() -> None:
    assert shown(PUBLISHED) == PublicCaseRow(
        id=FILE,
        version=1,
        position=101,
        public_id=PUBLIC,
        status=Stage.OPEN,
        origin=Origin.IMPORTED,
        sample=True,
        title=TITLE,
        summary=SUMMARY,
        background=BACKGROUND,
        source=SOURCE,
        method=Code("pilot"),
        fields=(Code("digital"), Code("urban_space")),
        partners=(Partner(FIRM, participant=False), Partner(CHAMBER, participant=True)),
        dates=(
            LabelledDate(
                HELD,
                date(2023, 6, 1),
                Precision.MONTH,
                planned=False,
                until=date(2023, 6, 24),
                until_precision=Precision.DAY,
            ),
        ),
        resources=(Resource(Side.PARTNER, ResourceKind.THINGS, CAMERA),),
        benefits=(Benefit(Side.CITY, EASIER),),
        outcomes=(COUNTED,),
        history=(Happened(at(1), HappenedType.PUBLISHED),),
        challenge=CHALLENGE,
        published_at=at(1),
        updated_at=at(1),
        search=SEARCH,
        grams=grams(SEARCH),
    )


def test_a_case_is_not_found_by_the_document_it_comes_from() -> None:
    assert shown(PUBLISHED).source == SOURCE
    assert SOURCE not in shown(PUBLISHED).search


def test_a_revision_replaces_the_content_and_keeps_when_it_was_published() -> None:
    row = shown(PUBLISHED, REVISED)

    assert (row.title, row.background, row.partners, row.outcomes) == ("題名を直した", None, (), ())
    assert (row.version, row.position, row.public_id, row.status) == (2, 102, PUBLIC, Stage.OPEN)
    assert (row.published_at, row.updated_at) == (at(1), at(2))
    assert row.search == "題名を直した 概要を直した"
    assert row.grams == grams(row.search)


def test_the_history_tells_each_step_with_what_was_said() -> None:
    assert shown(PUBLISHED, REVISED, CLOSED).history == (
        Happened(at(1), HappenedType.PUBLISHED),
        Happened(at(2), HappenedType.REVISED, "書き直した"),
        Happened(at(3), HappenedType.CLOSED, "期間が終わった"),
    )


def test_a_closed_case_stays_closed_when_it_is_revised() -> None:
    assert shown(PUBLISHED, CLOSED).status is Stage.CLOSED
    assert shown(PUBLISHED, CLOSED, REVISED).status is Stage.CLOSED


@pytest.mark.parametrize("erased", [TITLE, SUMMARY])
def test_a_case_without_title_or_summary_is_not_shown_and_does_not_come_back(erased: str) -> None:
    assert hidden(PUBLISHED, erased=(erased,))
    assert hidden(PUBLISHED, CLOSED, erased=(erased,))
    assert hidden(PUBLISHED, REVISED, CLOSED, erased=(erased,))


@pytest.mark.parametrize("erased", ["題名を直した", "概要を直した"])
def test_a_case_whose_revision_was_erased_is_not_shown(erased: str) -> None:
    assert hidden(PUBLISHED, REVISED, erased=(erased,))
    assert hidden(PUBLISHED, REVISED, CLOSED, erased=(erased,))


def test_other_erased_parts_are_left_out_and_not_found() -> None:
    row = shown(PUBLISHED, erased=(BACKGROUND, SOURCE, CHAMBER, HELD, CAMERA, EASIER, COUNTED))

    assert (row.background, row.source, row.dates, row.resources) == (None, None, (), ())
    assert (row.partners, row.benefits, row.outcomes) == ((Partner(FIRM, participant=False),), (), ())
    assert row.search == "aiで歩行者数を数える まちなかの人通りをカメラで数えた。 lightbluetechnology"


def test_an_erased_note_leaves_its_step_in_the_history() -> None:
    row = shown(PUBLISHED, REVISED, CLOSED, erased=("書き直した", "期間が終わった"))

    assert [happened.summary for happened in row.history] == [None, None, None]


def test_a_value_that_is_not_for_the_public_is_never_shown() -> None:
    inside = Content(words(TITLE), words(SUMMARY), Code("pilot"), (), background=words(BACKGROUND, Audience.DESK))

    row = shown(Published(PUBLIC, Origin.DESK, inside, None, None, sample=False))

    assert (row.background, "手間" in row.search) == (None, False)


WHY: Final = words("連携先が同意しない", Audience.DEPARTMENT)
WITHDRAWN, UNDER_WAY = domain.Withdrawn(WHY), domain.StepCorrected(Stage.OPEN, WHY)


def shown_again(to: Stage, content: Content = SHORT) -> domain.ShownAgain:
    return domain.ShownAgain(to, PUBLIC, Origin.IMPORTED, content, CHALLENGE, sample=True)


def test_closed_by_mistake_it_is_under_way_and_says_so_but_not_why() -> None:
    row = shown(PUBLISHED, CLOSED, UNDER_WAY)

    assert (row.status, row.title, row.updated_at) == (Stage.OPEN, TITLE, at(3))
    assert row.history[1:] == (
        Happened(at(2), HappenedType.CLOSED, "期間が終わった"),
        Happened(at(3), HappenedType.REVISED),
    )


@pytest.mark.parametrize("before", [(), (REVISED,), (CLOSED,), (CLOSED, UNDER_WAY)])
def test_a_case_that_was_withdrawn_goes(before: Any) -> None:
    assert hidden(PUBLISHED, *before, WITHDRAWN, erased=())


@pytest.mark.parametrize("to", [Stage.OPEN, Stage.CLOSED])
def test_shown_again_it_tells_what_was_said_then_and_nothing_of_the_first_time(to: Stage) -> None:
    row = shown(PUBLISHED, *([CLOSED] if to is Stage.CLOSED else []), WITHDRAWN, shown_again(to))

    assert (row.status, row.title, row.partners, row.search) == (to, "題名を直した", (), "題名を直した 概要を直した")
    assert (row.public_id, row.origin, row.challenge, row.sample) == (PUBLIC, Origin.IMPORTED, CHALLENGE, True)
    assert row.history == (Happened(row.published_at, HappenedType.PUBLISHED),)


def test_shown_again_in_words_that_were_erased_it_stays_away() -> None:
    assert hidden(PUBLISHED, WITHDRAWN, shown_again(Stage.OPEN), erased=("題名を直した",))
