"""What everybody may ask: of all cities, only what was published, page by page, each in one statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from domain.case import Origin, Stage
from domain.challenge import Result
from domain.challenge import Stage as ChallengeStage
from domain.errors import CityCodeInvalid, CodeUnknown, TextTooLong, TooMany
from domain.values import CityCode, Day
from projections.cursors import CursorInvalid, FirstInvalid
from projections.published import HappenedType
from projections.queries import commons, public_list
from projections.queries.commons import CaseWhere, ChallengeWhere, PublicId, PublicIdInvalid, read_public_id
from projections.search import grams, needed, searchable, terms
from tenants.commands import cases, challenges
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.asking import (
    Counting,
    caught_up,
    do,
    public,
    publish_case,
    publish_challenge,
    raise_challenge,
    text,
)

KOBE = CityCode("281000")


@dataclass(frozen=True)
class Shown:
    """The house and the inner ids of what lies in it."""

    house: House
    ids: dict[str, UUID]


@pytest.fixture(scope="module")
def shown(module_house: House) -> Shown:
    """Two cities with cases and challenges in every stage, and one that is only in the register."""
    house, ids = module_house, {}
    sapporo, aomori = house.desk(house.open_city(SAPPORO)), house.desk(house.open_city(AOMORI))
    house.add_city(KOBE)
    ids["snow"] = publish_challenge(sapporo, "除雪の担い手", fields=("safety",), due_on=date(2027, 1, 31))
    ids["closed"] = publish_challenge(aomori, "空き家の活用", conditions="市内の事業者", city_offers="空き家の一覧")
    do(aomori, challenges.Close(challenge=ids["closed"], result=Result.ANSWERED, note="2件の提案があった"))
    ids["raised"] = raise_challenge(aomori, "公表していない課題")
    raise_challenge(sapporo, "公表していない課題", id_=ids["raised"])
    ids["walkers"] = publish_case(
        aomori, "ＡＩで歩行者を数える", fields=("digital",), partners=(cases.PartnerText(name="LightblueTechnology"),)
    )
    ids["scooter"] = publish_case(
        sapporo, "ｷｯｸﾎﾞｰﾄﾞの実証", fields=("transport", "tourism"), challenge=ids["snow"], background="雪の100%対策_"
    )
    ids["secret"] = publish_case(sapporo, "明かさない課題への取組", method="agreement", challenge=ids["raised"])
    ids["nebuta"] = publish_case(
        aomori,
        "ねぶたの和紙",
        method="unstated",
        sample=True,
        dates=(cases.DateText(label="公募", day=Day(date(2023, 7, 5)), until=Day(date(2023, 7, 30))),),
    )
    renamed = text("ねぶた和紙の再生", method="unstated")
    do(aomori, cases.Revise(case=ids["nebuta"], content=renamed, note="題名を改めた"))
    do(aomori, cases.Close(case=ids["nebuta"], note="展示が終わった"))
    caught_up(house)
    return Shown(house, ids)


def titles(shown: Shown, **where: Any) -> list[str]:
    return [case.title for case in public(shown.house, lambda c: commons.cases(c, CaseWhere(**where))).nodes]


def challenge_titles(shown: Shown, **where: Any) -> list[str]:
    page = public(shown.house, lambda c: commons.challenges(c, ChallengeWhere(**where)))
    return [challenge.title for challenge in page.nodes]


SCOOTER, WALKERS, SECRET, NEBUTA = "ｷｯｸﾎﾞｰﾄﾞの実証", "ＡＩで歩行者を数える", "明かさない課題への取組", "ねぶた和紙の再生"


def test_cases_of_all_cities_are_listed_published_last_first(shown: Shown) -> None:
    assert titles(shown) == [NEBUTA, SECRET, SCOOTER, WALKERS]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"cities": (AOMORI,)}, [NEBUTA, WALKERS]),
        ({"cities": (AOMORI, SAPPORO)}, [NEBUTA, SECRET, SCOOTER, WALKERS]),
        ({"cities": (KOBE,)}, []),
        ({"status": (Stage.CLOSED,)}, [NEBUTA]),
        ({"status": (Stage.OPEN,)}, [SECRET, SCOOTER, WALKERS]),
        ({"methods": ("pilot",)}, [SCOOTER, WALKERS]),
        ({"methods": ("agreement", "unstated")}, [NEBUTA, SECRET]),
        ({"fields": ("tourism", "digital")}, [SCOOTER, WALKERS]),
        ({"fields": ("tourism",), "cities": (AOMORI,)}, []),
        ({"text": "キックボード"}, [SCOOTER]),
        ({"text": "ｷｯｸﾎﾞｰﾄﾞ"}, [SCOOTER]),
        ({"text": "ai"}, [WALKERS]),
        ({"text": "LIGHTBLUE"}, [WALKERS]),
        ({"text": "課題"}, [SECRET]),
        ({"text": "雪"}, [SCOOTER]),
        ({"text": "実証 雪"}, [SCOOTER]),
        ({"text": "実証 ねぶた"}, []),
        ({"text": "証実"}, []),
        ({"text": "ねぶたの和紙"}, []),  # its title before it was revised
        ({"text": "数え 歩行者を数える"}, [WALKERS]),
        ({"text": "行者を歩"}, []),  # all its pairs but one are there
        ({"text": "100%"}, [SCOOTER]),
        ({"text": "100%の"}, []),
        ({"text": "%"}, [SCOOTER]),
        ({"text": "対策_"}, [SCOOTER]),
        ({"text": "歩行_"}, []),
        ({"text": "実証", "cities": (AOMORI,)}, []),
        ({"text": "'; drop table commons.cases; --"}, []),
        ({"text": "\\"}, []),
    ],
)
def test_cases_are_found_by_what_is_asked(shown: Shown, where: dict[str, Any], found: list[str]) -> None:
    assert titles(shown, **where) == found


def test_pairs_in_other_places_do_not_make_a_word(shown: Shown) -> None:
    assert titles(shown, text="者を数える 歩行者") == [WALKERS]
    assert titles(shown, text="数えるで歩行") == []


def test_cases_changed_since_a_moment(shown: Shown) -> None:
    changed = {case.title: case.updated_at for case in public(shown.house, commons.cases).nodes}

    assert titles(shown, updated_since=changed[NEBUTA]) == [NEBUTA]
    assert titles(shown, updated_since=changed[NEBUTA] + timedelta(microseconds=1)) == []


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({"cities": ("011003",)}, CityCodeInvalid),
        ({"cities": ("sapporo\0",)}, CityCodeInvalid),
        ({"cities": (SAPPORO,) * 101}, TooMany),
        ({"methods": ("magic",)}, CodeUnknown),
        ({"fields": ("magic\0",)}, CodeUnknown),
        ({"text": "雪" * 65}, TextTooLong),
        ({"text": "一 二 三 四 五 六 七 八 九"}, TooMany),
    ],
)
def test_what_cannot_be_asked_is_refused(shown: Shown, where: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        titles(shown, **where)


def test_text_with_characters_that_cannot_be_kept_is_looked_for_without_them(shown: Shown) -> None:
    assert titles(shown, text="歩行\0者") == [WALKERS]
    assert titles(shown, text="歩行\ud800者") == [WALKERS]


@pytest.mark.parametrize("size", [1, 3])
def test_pages_follow_one_another_without_gap_or_repetition(shown: Shown, size: int) -> None:
    seen, after, pages = [], None, 0
    while True:
        page = public(shown.house, lambda c, after=after: commons.cases(c, first=size, after=after))  # type: ignore[misc]
        seen += [case.title for case in page.nodes]
        assert page.has_previous is (pages > 0)
        pages += 1
        if not page.has_next:
            break
        after = page.end_cursor

    assert seen == [NEBUTA, SECRET, SCOOTER, WALKERS]
    assert pages == (4 if size == 1 else 2)


def test_what_is_published_meanwhile_does_not_shift_the_next_page(shown: Shown) -> None:
    first = public(shown.house, lambda c: commons.cases(c, first=1))
    rest = public(shown.house, lambda c: commons.cases(c, after=first.start_cursor))

    assert [case.title for case in rest.nodes] == [SECRET, SCOOTER, WALKERS]


@pytest.mark.parametrize("first", [0, 101])
def test_a_page_of_no_or_of_more_than_100_cases_is_refused(shown: Shown, first: int) -> None:
    with pytest.raises(FirstInvalid):
        public(shown.house, lambda c: commons.cases(c, first=first))


def test_a_cursor_of_another_list_is_refused(shown: Shown) -> None:
    cursor = public(shown.house, commons.challenges).end_cursor
    with pytest.raises(CursorInvalid):
        public(shown.house, lambda c: commons.cases(c, after=cursor))


def test_one_case_tells_everything(shown: Shown) -> None:
    page = public(shown.house, lambda c: commons.cases(c, CaseWhere(text="ねぶた")))
    case = public(shown.house, lambda c: commons.case(c, page.nodes[0].public_id))

    assert case == page.nodes[0]
    assert case is not None
    assert (case.city, case.title, case.summary) == (AOMORI, NEBUTA, f"{NEBUTA}の概要")
    assert (case.status, case.origin, case.sample, case.method) == (Stage.CLOSED, Origin.DESK, True, "unstated")
    assert [(step.type, step.summary) for step in case.history] == [
        (HappenedType.PUBLISHED, None),
        (HappenedType.REVISED, "題名を改めた"),
        (HappenedType.CLOSED, "展示が終わった"),
    ]
    assert (case.history[0].at, case.history[2].at) == (case.published_at, case.updated_at)


def test_a_case_is_not_found_under_the_id_of_another_city_or_its_inner_id(shown: Shown) -> None:
    case = public(shown.house, lambda c: commons.cases(c, CaseWhere(text="ねぶた"))).nodes[0]

    for id_ in (PublicId(SAPPORO, case.local_id), PublicId(AOMORI, shown.ids["nebuta"]), PublicId(AOMORI, uuid4())):
        assert public(shown.house, lambda c, id_=id_: commons.case(c, id_)) is None  # type: ignore[misc]


def test_challenges_are_listed_without_those_that_were_only_raised(shown: Shown) -> None:
    assert challenge_titles(shown) == ["空き家の活用", "除雪の担い手"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"cities": (AOMORI,)}, ["空き家の活用"]),
        ({"status": (ChallengeStage.PUBLISHED,)}, ["除雪の担い手"]),
        ({"status": (ChallengeStage.RAISED,)}, []),
        ({"fields": ("safety",)}, ["除雪の担い手"]),
        ({"text": "市内 一覧"}, ["空き家の活用"]),
        ({"text": "公表していない"}, []),
        ({"text": "庁内"}, []),
        ({"text": "事情"}, []),
    ],
)
def test_challenges_are_found_by_what_is_asked(shown: Shown, where: dict[str, Any], found: list[str]) -> None:
    assert challenge_titles(shown, **where) == found


def test_one_challenge_tells_how_it_ended(shown: Shown) -> None:
    listed = public(shown.house, lambda c: commons.challenges(c, ChallengeWhere(cities=(AOMORI,)))).nodes[0]
    challenge = public(shown.house, lambda c: commons.challenge(c, listed.public_id))

    assert challenge == listed
    assert (listed.status, listed.result) == (ChallengeStage.CLOSED, Result.ANSWERED)
    assert (listed.conditions, listed.city_offers) == ("市内の事業者", "空き家の一覧")
    assert [step.summary for step in listed.history] == [None, "2件の提案があった"]


def test_the_challenge_of_a_case_is_found_only_when_it_is_public_and_of_that_city(shown: Shown) -> None:
    ids = shown.ids
    asked = [(SAPPORO, ids["snow"]), (AOMORI, ids["raised"]), (SAPPORO, ids["closed"])]
    found = public(shown.house, lambda c: commons.challenges_by_id(c, asked))

    assert {place: challenge.title for place, challenge in found.items()} == {(SAPPORO, ids["snow"]): "除雪の担い手"}


@pytest.mark.parametrize("listed", [commons.cities, commons.city_lines])
def test_cities_are_listed_by_code_once_they_are_open(shown: Shown, listed: Any) -> None:
    page = public(shown.house, listed)

    assert [(city.code, city.slug, city.name_ja) for city in page.nodes] == [
        (SAPPORO, "sapporo", "札幌市"),
        (AOMORI, "aomori", "青森市"),
    ]


@pytest.mark.parametrize("listed", [commons.cities, commons.city_lines])
def test_cities_are_paged(shown: Shown, listed: Any) -> None:
    first = public(shown.house, lambda c: listed(c, first=1))
    rest = public(shown.house, lambda c: listed(c, first=1, after=first.end_cursor))

    assert ([city.slug for city in first.nodes], first.has_next, first.has_previous) == (["sapporo"], True, False)
    assert ([city.slug for city in rest.nodes], rest.has_next, rest.has_previous) == (["aomori"], False, True)


def test_cities_without_a_desk_can_be_asked_for(shown: Shown) -> None:
    for listed in (commons.cities, commons.city_lines):
        assert public(shown.house, lambda c, listed=listed: listed(c, has_desk=False)).nodes == ()  # type: ignore[misc]
        assert len(public(shown.house, lambda c, listed=listed: listed(c, has_desk=True)).nodes) == 2  # type: ignore[misc]


def test_a_city_is_found_by_code_and_by_slug_and_others_are_not(shown: Shown) -> None:
    found = {
        name: public(shown.house, lambda c, name=name: commons.city_line(c, name))  # type: ignore[misc]
        for name in ("022012", "aomori", "kobe", "281000", "\0", "")
    }

    assert {name: city and city.code for name, city in found.items()} == {
        "022012": AOMORI,
        "aomori": AOMORI,
        "kobe": None,
        "281000": None,
        "\0": None,
        "": None,
    }


def test_several_cities_are_looked_up_at_once(shown: Shown) -> None:
    found = public(shown.house, lambda c: commons.city_lines_by_code(c, [SAPPORO, KOBE, AOMORI]))

    assert {code: city.slug for code, city in found.items()} == {SAPPORO: "sapporo", AOMORI: "aomori"}


def test_what_cities_say_of_themselves_is_the_policy_in_force(shown: Shown) -> None:
    found = public(shown.house, lambda c: commons.profiles_by_code(c, [SAPPORO, KOBE, AOMORI]))
    listed = public(shown.house, commons.cities)

    assert found == {city.code: city.profile for city in listed.nodes}
    assert set(public(shown.house, lambda c: commons.profiles_by_code(c, [AOMORI]))) == {AOMORI}
    assert {code: profile.policy.version for code, profile in found.items()} == {SAPPORO: 1, AOMORI: 1}
    assert found[AOMORI].desk is not None
    assert found[AOMORI].desk != found[SAPPORO].desk


@pytest.mark.parametrize("window", [1, 2])
@pytest.mark.parametrize(
    ("word", "size", "found"),
    [
        ("歩行者を数える", 1, [WALKERS]),  # not among the newest
        ("ねぶた", 1, [NEBUTA]),  # among the newest
        ("の概要", 1, [NEBUTA]),  # everywhere
        ("の概要", 3, [NEBUTA, SECRET, SCOOTER]),
        ("行者を歩", 3, []),
    ],
)
def test_what_is_not_among_the_newest_is_found_by_the_index(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, word: str, size: int, found: list[str], window: int
) -> None:
    monkeypatch.setattr(public_list, "WINDOW", window)

    page = public(shown.house, lambda c: commons.cases(c, CaseWhere(text=word), first=size))

    assert [case.title for case in page.nodes] == found


@pytest.mark.parametrize(("window", "patience"), [(1, 1), (2, 1), (4, 1), (2_000, 25)])
@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"text": "の概要", "cities": (AOMORI,)}, [NEBUTA, WALKERS]),
        ({"text": "の概要", "cities": (AOMORI, SAPPORO)}, [NEBUTA, SECRET, SCOOTER, WALKERS]),
        ({"text": "の概要", "status": (Stage.OPEN,), "methods": ("pilot",)}, [SCOOTER, WALKERS]),
        ({"text": "実証 雪", "fields": ("tourism",)}, [SCOOTER]),
        ({"text": "実証 雪", "fields": ("digital",)}, []),
        ({"text": "行者を歩 歩行", "status": (Stage.OPEN,)}, []),
        ({"text": "紙の概"}, []),  # its pairs are there, in two places
        ({"text": "者を 歩行者を数", "cities": (AOMORI,), "methods": ("pilot",)}, [WALKERS]),
    ],
)
def test_words_and_other_conditions_give_the_same_pages_whichever_way_they_are_found(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, where: dict[str, Any], found: list[str], window: int, patience: int
) -> None:
    monkeypatch.setattr(public_list, "WINDOW", window)
    monkeypatch.setattr(public_list, "PATIENCE", patience)
    for size in (1, 2, 100):
        assert walked(shown, CaseWhere(**where), size) == found


def walked(shown: Shown, where: CaseWhere, size: int) -> list[str]:
    """The titles of all pages, one after the other."""
    page = public(shown.house, lambda c: commons.cases(c, where, size))
    seen = [case.title for case in page.nodes]
    while page.has_next:
        page = public(shown.house, lambda c, after=page.end_cursor: commons.cases(c, where, size, after))  # type: ignore[misc]
        seen += [case.title for case in page.nodes]
    return seen


@given(text=st.text(max_size=40), word=st.text(min_size=1, max_size=2))
def test_a_word_of_one_or_two_characters_is_in_a_text_exactly_when_its_gram_is(text: str, word: str) -> None:
    """What the index finds for such a word is not looked up again."""
    kept = searchable(text, word[::-1], text[::-1])
    for term in terms(word):
        if len(term) <= public_list.PAIR:
            assert (term in kept) == (set(needed((term,))) <= set(grams(kept)))


def test_looking_for_words_takes_two_statements_at_most(shown: Shown) -> None:
    for word, first, statements in (("の概要", 3, 1), ("の概要", 20, 2), ("なにもない", 1, 2)):
        public(shown.house, lambda c, word=word, first=first: commons.cases(c, CaseWhere(text=word), first))  # type: ignore[misc]
        assert Counting.statements == statements


@pytest.mark.parametrize(
    "question",
    [
        commons.cases,
        lambda c: commons.cases(c, first=3),
        commons.challenges,
        commons.cities,
        commons.city_lines,
        lambda c: commons.city_line(c, "sapporo"),
        lambda c: commons.city_lines_by_code(c, [SAPPORO, AOMORI]),
        lambda c: commons.profiles_by_code(c, [SAPPORO, AOMORI]),
        lambda c: commons.challenges_by_id(c, [(SAPPORO, uuid4()), (AOMORI, uuid4())]),
        commons.version,
    ],
)
def test_every_question_is_one_statement(shown: Shown, question: Any) -> None:
    public(shown.house, question)

    assert Counting.statements == 1


def test_the_next_generation_is_not_seen_before_the_switch(shown: Shown) -> None:
    house = shown.house
    house.sql("create table public.kept as select * from commons.cases")
    house.sql("update public.kept set generation = 2, title = '次の世代'")
    house.sql("insert into commons.cases select * from public.kept")
    try:
        assert titles(shown) == [NEBUTA, SECRET, SCOOTER, WALKERS]
        house.sql("update commons.projections set generation = 2 where name = 'commons_cases'")
        assert titles(shown) == ["次の世代"] * 4
    finally:
        house.sql("update commons.projections set generation = 1 where name = 'commons_cases'")
        house.sql("delete from commons.cases where generation = 2")
        house.sql("drop table public.kept")


def test_the_number_of_the_commons_grows_with_what_is_shown(shown: Shown) -> None:
    before = public(shown.house, commons.version)
    publish_case(shown.house.desk(SAPPORO), "あとからの事例")
    caught_up(shown.house)
    try:
        assert public(shown.house, commons.version) > before
    finally:
        shown.house.sql("delete from commons.cases where title = 'あとからの事例'")


def test_the_public_can_read_nothing_of_a_desk(shown: Shown) -> None:
    for schema, table in (("renkei", "events"), ("renkei", "cases"), ("renkei", "members"), ("commons", "projections")):
        statement = sql.SQL("select * from {}").format(sql.Identifier(schema, table))
        with pytest.raises(InsufficientPrivilege):
            public(shown.house, lambda c, statement=statement: c.execute(statement))  # type: ignore[misc]


def test_an_id_outside_is_made_and_read_in_one_form() -> None:
    id_ = PublicId(AOMORI, UUID("0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b"))

    assert str(id_) == "022012-0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b"
    assert read_public_id(str(id_)) == id_


@pytest.mark.parametrize(
    "text",
    [
        "",
        "022012",
        "0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b",
        "022012-0B6C39E2-5D3F-4C7A-9D55-0C1D2E3F4A5B",
        "022012-0b6c39e25d3f4c7a9d550c1d2e3f4a5b",
        "022012-0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b\n",
        "０２２０１２-0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b",
        "aomori-0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b",
        "022012-0b6c39e2-5d3f-4c7a-9d55-0c1d2e3f4a5b'",
    ],
)
def test_any_other_form_is_refused_with_advice(text: str) -> None:
    with pytest.raises(PublicIdInvalid) as refused:
        read_public_id(text)

    assert "id" in refused.value.message("ja")
