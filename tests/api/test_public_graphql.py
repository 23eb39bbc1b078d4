"""What everybody may read, over real HTTP, from rows that the commands and the runner made."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.public.context import context_on
from api.public.types import profile_of
from domain.errors import CityUnknown
from domain.values import CityCode
from tests.api.public_world import HIDDEN, SENDAI, Counting, Served, World, public_conninfo, recorded, served
from tests.conftest import AOMORI, SAPPORO, House

WHOLE_CASE = """
    id status title summary background method methodName methodNameEn: methodName(language: EN) fields fieldNames
    partners { name participant } origin source dates { label on precision planned until } publishedAt updatedAt
    resources { side kind description } benefits { side description } outcomes history { at type summary } sample
    challenge { id title } city { code name slug }
"""
WHOLE_CHALLENGE = """
    id status title description conditions cityOffers fields fieldNames dueOn result sample publishedAt updatedAt
    history { at type summary } city { code name slug }
"""
WHOLE_CITY = """
    code slug name nameEn corporateNumber municipality hasDesk updatedAt intakeKinds { kind name }
    desk { name departments rulesKnown portal { name url note } contact { postalCode address telephone form } }
"""


@pytest.fixture(scope="module")
def world(module_house: House) -> World:
    return recorded(module_house)


@pytest.fixture(scope="module")
def public(world: World) -> Iterator[Served]:
    with served(public_conninfo(world.house)) as running:
        yield running


def titles(public: Served, where: dict[str, Any], kind: str = "cases", **rest: Any) -> list[str]:
    name = {"cases": "CaseWhere", "challenges": "ChallengeWhere"}[kind]
    query = (
        f"query Q($where: {name}, $first: Int! = 20) {{ {kind}(where: $where, first: $first) {{ nodes {{ title }} }} }}"
    )
    return [node["title"] for node in public.data(query, where=where, **rest)[kind]["nodes"]]


# --- cases


def test_a_case_is_shown_with_everything_it_tells(public: Served, world: World) -> None:
    number = world.public_id("commons.cases", "nebuta")
    found = public.data(f"query Q($id: ID!) {{ case(id: $id) {{ {WHOLE_CASE} }} }}", id=number)["case"]
    published = found["publishedAt"]
    assert published.endswith("+00:00")
    assert found == {
        "id": number,
        "status": "OPEN",
        "title": "ねぶたの和紙を生かす",
        "summary": "使い終えた和紙で作品を作った。",
        "background": "和紙は毎年捨てられていた。",
        "method": "unstated",
        "methodName": "記載なし",
        "methodNameEn": "Not stated",
        "fields": ["culture", "circular"],
        "fieldNames": ["文化・芸術", "資源循環・ごみ減量"],
        "partners": [{"name": "株式会社クリーマ", "participant": False}, {"name": "作家", "participant": True}],
        "origin": "IMPORTED",
        "source": "青森市公民連携デスク ガイドライン",
        "dates": [
            {"label": "公募", "on": "2023-07-05", "precision": "DAY", "planned": False, "until": "2023-07-30"},
            {"label": "制作完了", "on": "2023-09", "precision": "MONTH", "planned": True, "until": None},
            {"label": "展示", "on": "2024", "precision": "YEAR", "planned": True, "until": None},
        ],
        "publishedAt": published,
        "updatedAt": published,
        "resources": [{"side": "CITY", "kind": "THINGS", "description": "和紙"}],
        "benefits": [{"side": "THIRD_PARTY", "description": "作家の発表の場"}],
        "outcomes": ["作品の展示"],
        "history": [{"at": published, "type": "PUBLISHED", "summary": None}],
        "sample": False,
        "challenge": None,
        "city": {"code": "022012", "name": "青森市", "slug": "aomori"},
    }


def test_what_happened_to_a_case_is_its_history(public: Served, world: World) -> None:
    number = world.public_id("commons.cases", "walking")
    found = public.data("query Q($id: ID!) { case(id: $id) { summary history { type summary } } }", id=number)["case"]
    assert found == {
        "summary": "AIで通行量を二日間測った。",
        "history": [{"type": "PUBLISHED", "summary": None}, {"type": "REVISED", "summary": "日数を補いました"}],
    }


def test_a_case_leads_to_its_challenge_only_when_that_is_public(public: Served) -> None:
    query = '{ cases(where: {cities: ["011002"]}) { nodes { title challenge { title status } } } }'
    assert public.data(query)["cases"]["nodes"] == [
        {"title": "除雪車の位置を知らせる", "challenge": None},
        {"title": "公園の人の流れを数える", "challenge": {"title": "公園の水飲み場を見守る", "status": "CLOSED"}},
        {"title": "街路灯を見守る", "challenge": {"title": "雪たい積場を減らす", "status": "OPEN"}},
    ]


def test_cases_are_listed_the_last_published_first_and_samples_are_marked(public: Served) -> None:
    nodes = public.data("{ cases { nodes { title origin sample status } } }")["cases"]["nodes"]
    assert nodes == [
        {"title": "見本の事例", "origin": "IMPORTED", "sample": True, "status": "OPEN"},
        {"title": "歩行者を数える", "origin": "IMPORTED", "sample": False, "status": "OPEN"},
        {"title": "ねぶたの和紙を生かす", "origin": "IMPORTED", "sample": False, "status": "OPEN"},
        {"title": "除雪車の位置を知らせる", "origin": "DESK", "sample": False, "status": "CLOSED"},
        {"title": "公園の人の流れを数える", "origin": "DESK", "sample": False, "status": "OPEN"},
        {"title": "街路灯を見守る", "origin": "DESK", "sample": False, "status": "OPEN"},
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, 6),
        ({"cities": ["011002"]}, 3),
        ({"cities": ["011002", "022012"]}, 6),
        ({"cities": []}, 6),
        ({"cities": ["401307"]}, 0),
        ({"status": ["CLOSED"]}, 1),
        ({"status": ["OPEN", "CLOSED"]}, 6),
        ({"methods": ["pilot"]}, 3),
        ({"methods": ["pilot", "agreement"]}, 4),
        ({"fields": ["transport"]}, 1),
        ({"fields": ["culture", "digital"]}, 2),
        ({"text": "歩行者"}, 1),
        ({"text": "二日間"}, 1),
        ({"text": "未公表"}, 0),
        ({"updatedSince": "2000-01-01T00:00:00+09:00"}, 6),
        ({"updatedSince": "2999-01-01T00:00:00+09:00"}, 0),
        ({"methods": ["pilot"], "cities": ["022012"], "fields": ["digital"], "status": ["OPEN"], "text": "通行量"}, 1),
        ({"methods": ["pilot"], "fields": ["transport"]}, 0),
    ],
)
def test_every_condition_narrows_the_cases(public: Served, where: dict[str, Any], expected: int) -> None:
    assert len(titles(public, where)) == expected


def test_cases_changed_since_a_moment_hold_those_revised_at_it(public: Served) -> None:
    nodes = public.data("{ cases { nodes { title updatedAt } } }")["cases"]["nodes"]
    revised = next(node["updatedAt"] for node in nodes if node["title"] == "歩行者を数える")
    assert titles(public, {"updatedSince": revised}) == ["歩行者を数える"]


# --- challenges


def test_a_challenge_is_shown_with_everything_it_tells(public: Served, world: World) -> None:
    number = world.public_id("commons.challenges", "parks")
    found = public.data(f"query Q($id: ID!) {{ challenge(id: $id) {{ {WHOLE_CHALLENGE} }} }}", id=number)["challenge"]
    published, closed = found["publishedAt"], found["updatedAt"]
    assert published < closed
    assert found == {
        "id": number,
        "status": "CLOSED",
        "title": "公園の水飲み場を見守る",
        "description": "水飲み場の故障を早く知りたい。",
        "conditions": "市内で試せること",
        "cityOffers": "公園",
        "fields": [],
        "fieldNames": [],
        "dueOn": None,
        "result": "ANSWERED",
        "sample": False,
        "publishedAt": published,
        "updatedAt": closed,
        "history": [
            {"at": published, "type": "PUBLISHED", "summary": None},
            {"at": closed, "type": "CLOSED", "summary": "応募がありました"},
        ],
        "city": {"code": "011002", "name": "札幌市", "slug": "sapporo"},
    }


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["公園の水飲み場を見守る", "雪たい積場を減らす"]),
        ({"status": ["OPEN"]}, ["雪たい積場を減らす"]),
        ({"status": ["CLOSED"]}, ["公園の水飲み場を見守る"]),
        ({"fields": ["transport"]}, ["雪たい積場を減らす"]),
        ({"text": "水飲み場"}, ["公園の水飲み場を見守る"]),
        ({"text": "除雪計画"}, []),
        ({"cities": ["022012"]}, []),
        ({"updatedSince": "2999-01-01T00:00:00Z"}, []),
    ],
)
def test_every_condition_narrows_the_challenges(public: Served, where: dict[str, Any], expected: list[str]) -> None:
    assert titles(public, where, "challenges") == expected


# --- cities


@pytest.mark.parametrize("code", ["011002", "sapporo"])
def test_a_city_is_found_by_code_and_by_slug(public: Served, code: str) -> None:
    found = public.data(f"query Q($code: String!) {{ city(code: $code) {{ {WHOLE_CITY} }} }}", code=code)["city"]
    updated = found.pop("updatedAt")
    assert updated.endswith("+00:00")
    assert found == {
        "code": "011002",
        "slug": "sapporo",
        "name": "札幌市",
        "nameEn": "Sapporo",
        "corporateNumber": "9000020011002",
        "municipality": "CITY",
        "hasDesk": True,
        "intakeKinds": [{"kind": "themed", "name": "テーマ型"}, {"kind": "free", "name": "フリー型"}],
        "desk": {
            "name": "官民連携窓口 SAPPORO CO-CREATION GATE",
            "departments": ["まちづくり政策局", "政策企画部", "公民・広域連携推進室"],
            "rulesKnown": True,
            "portal": {
                "name": "官民連携ポータルサイト",
                "url": None,
                "note": "文書の時点では、2024年度の夏ごろに作る予定。",
            },
            "contact": {
                "postalCode": None,
                "address": None,
                "telephone": None,
                "form": "様式・住所・電話番号は文書に記載がない。",
            },
        },
    }


def test_names_are_given_in_english_when_asked(public: Served) -> None:
    query = """{ city(code: "aomori") { name(language: EN) intakeKinds { name(language: EN) }
        cases(where: null) { nodes { id } } } }""".replace("(where: null)", "(first: 1)")
    found = public.data(query)["city"]
    assert found["name"] == "Aomori"
    assert [kind["name"] for kind in found["intakeKinds"]] != []
    assert all(kind["name"].isascii() for kind in found["intakeKinds"])


def test_cities_are_listed_by_code(public: Served) -> None:
    nodes = public.data("{ cities { nodes { code name } } }")["cities"]["nodes"]
    assert nodes == [
        {"code": SAPPORO, "name": "札幌市"},
        {"code": AOMORI, "name": "青森市"},
        {"code": SENDAI, "name": "仙台市"},
    ]


def test_a_citys_own_lists_hold_only_what_is_its_own(public: Served) -> None:
    query = "{ cities { nodes { slug cases { nodes { title } } challenges { nodes { title } } } } }"
    assert public.data(query)["cities"]["nodes"] == [
        {
            "slug": "sapporo",
            "cases": {
                "nodes": [
                    {"title": "除雪車の位置を知らせる"},
                    {"title": "公園の人の流れを数える"},
                    {"title": "街路灯を見守る"},
                ]
            },
            "challenges": {"nodes": [{"title": "公園の水飲み場を見守る"}, {"title": "雪たい積場を減らす"}]},
        },
        {
            "slug": "aomori",
            "cases": {
                "nodes": [{"title": "見本の事例"}, {"title": "歩行者を数える"}, {"title": "ねぶたの和紙を生かす"}]
            },
            "challenges": {"nodes": []},
        },
        {"slug": "sendai", "cases": {"nodes": []}, "challenges": {"nodes": []}},
    ]


def test_a_generation_that_is_being_built_is_not_shown(public: Served) -> None:
    query = """{ cities { nodes { name cases { nodes { title city { name } } } challenges { nodes { title } } } }
        cases { nodes { title challenge { title } } } challenges { nodes { title } }
        city(code: "rebuilding") { name } }"""
    response = public.send(query)
    assert response.json()["data"]["city"] is None
    assert "組み立て中" not in response.text


# --- pages


@pytest.mark.parametrize("first", [1, 2, 3, 5, 100])
def test_pages_give_every_case_once_and_in_order(public: Served, first: int) -> None:
    query = """query Q($first: Int!, $after: String) { cases(first: $first, after: $after) {
        edges { cursor node { title } } nodes { title }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        page = public.data(query, first=first, after=after)["cases"]
        edges, info = page["edges"], page["pageInfo"]
        assert [edge["node"] for edge in edges] == page["nodes"]
        assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        assert info["hasPreviousPage"] == (after is not None)
        found += [node["title"] for node in page["nodes"]]
        if not info["hasNextPage"]:
            break
        after = info["endCursor"]
    assert found == titles(public, {})


def test_pages_inside_a_city_go_on_after_their_cursor(public: Served) -> None:
    query = """query Q($after: String) { city(code: "022012") { cases(first: 2, after: $after) {
        nodes { title } pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
    one = public.data(query)["city"]["cases"]
    two = public.data(query, after=one["pageInfo"]["endCursor"])["city"]["cases"]
    assert [node["title"] for page in (one, two) for node in page["nodes"]] == titles(public, {"cities": ["022012"]})
    assert [(page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) for page in (one, two)] == [
        (False, True),
        (True, False),
    ]


def test_a_page_of_nothing_has_no_cursors(public: Served) -> None:
    query = """{ cases(where: {text: "どこにもない言葉"}) { edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    assert public.data(query)["cases"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


# --- what bad input gets


@pytest.mark.parametrize("kind", ["cases", "challenges", "cities"])
@pytest.mark.parametrize("first", [101, 0, -1])
def test_a_page_of_another_size_than_1_to_100_is_refused(public: Served, kind: str, first: int) -> None:
    error = public.error(f"{{ {kind}(first: {first}) {{ nodes {{ __typename }} }} }}")
    assert (error["message"], error["extensions"]["code"]) == (
        f"first: {first} items cannot be given at once. Ask for 1 to 100.",
        "FIRST_INVALID",
    )


def test_a_page_of_another_size_inside_a_city_is_refused(public: Served) -> None:
    error = public.error('{ city(code: "sapporo") { cases(first: 101) { nodes { id } } } }')
    assert error["extensions"] == {"code": "FIRST_INVALID", "first": 101, "most": 100}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ cases(after: "nonsense") { nodes { id } } }', "CURSOR_INVALID"),
        ('{ cases(where: {cities: ["011003"]}) { nodes { id } } }', "CITY_CODE_INVALID"),
        ('{ cases(where: {cities: ["sapporo"]}) { nodes { id } } }', "CITY_CODE_INVALID"),
        ('{ challenges(where: {cities: ["1"]}) { nodes { id } } }', "CITY_CODE_INVALID"),
        ('{ cases(where: {methods: ["magic"]}) { nodes { id } } }', "CODE_UNKNOWN"),
        ('{ cases(where: {fields: ["magic"]}) { nodes { id } } }', "CODE_UNKNOWN"),
        ('{ cases(where: {updatedSince: "2026-04-01T00:00:00"}) { nodes { id } } }', "DATE_INVALID"),
        ('{ cases(where: {updatedSince: "yesterday"}) { nodes { id } } }', "GRAPHQL_INVALID"),
        ("{ cases(where: {status: [ADOPTED]}) { nodes { id } } }", "GRAPHQL_INVALID"),
        ('{ case(id: "1") { id } }', "PUBLIC_ID_INVALID"),
        ('{ challenge(id: "011002-zzzz") { id } }', "PUBLIC_ID_INVALID"),
        ("{ case { id } }", "GRAPHQL_INVALID"),
    ],
)
def test_a_wrong_value_is_told_by_its_name(public: Served, query: str, code: str) -> None:
    told = public.error(query)["extensions"]
    assert told["code"] == code
    assert [name for name in told if name.endswith("_ja")] == []


def test_a_cursor_of_another_list_is_refused(public: Served) -> None:
    cursor = public.data("{ challenges { pageInfo { endCursor } } }")["challenges"]["pageInfo"]["endCursor"]
    error = public.error("query Q($after: String) { cases(after: $after) { nodes { id } } }", after=cursor)
    assert error["extensions"]["code"] == "CURSOR_INVALID"


def test_a_text_that_is_too_long_to_look_for_is_refused(public: Served) -> None:
    error = public.error(
        "query Q($where: CaseWhere) { cases(where: $where) { nodes { id } } }", where={"text": "雪" * 5_000}
    )
    assert error["extensions"]["code"] in ("TEXT_TOO_LONG", "TOO_MANY")


@pytest.mark.parametrize("code", ["401307", "fukuoka", "011003", "", "' or true --", "札幌", "x" * 10_000])
def test_a_city_that_is_not_here_is_null(public: Served, code: str) -> None:
    assert public.data("query Q($code: String!) { city(code: $code) { name } }", code=code) == {"city": None}


def test_what_is_not_there_is_null(public: Served) -> None:
    query = """{ case(id: "011002-00000000-0000-4000-8000-000000000000") { id }
        challenge(id: "401307-00000000-0000-4000-8000-000000000000") { id } }"""
    assert public.data(query) == {"case": None, "challenge": None}


# --- what must not be shown


def test_nothing_unpublished_is_shown_by_any_list(public: Served) -> None:
    query = f"""{{ cities(first: 3) {{ nodes {{ {WHOLE_CITY} cases {{ nodes {{ {WHOLE_CASE} }} }}
            challenges {{ nodes {{ {WHOLE_CHALLENGE} }} }} }} }}
        cases {{ nodes {{ {WHOLE_CASE} }} }} challenges {{ nodes {{ {WHOLE_CHALLENGE} }} }} }}"""
    response = public.send(query)
    assert "errors" not in response.json()
    assert [word for word in HIDDEN if word in response.text] == []


@pytest.mark.parametrize("name", ["unpublished", "dropped"])
def test_an_unpublished_challenge_is_found_by_no_id(public: Served, world: World, name: str) -> None:
    for city in (SAPPORO, AOMORI):
        number = f"{city}-{world.ids[name]}"
        assert public.data("query Q($id: ID!) { challenge(id: $id) { title } }", id=number) == {"challenge": None}


def test_an_inner_id_finds_nothing_and_is_never_shown(public: Served, world: World) -> None:
    query = f"{{ cases {{ nodes {{ {WHOLE_CASE} }} }} challenges {{ nodes {{ {WHOLE_CHALLENGE} }} }} }}"
    everything = public.send(query).text
    for name, inner in world.ids.items():
        assert str(inner) not in everything, name
        assert public.data("query Q($id: ID!) { case(id: $id) { id } }", id=f"{SAPPORO}-{inner}") == {"case": None}


def test_a_record_is_not_found_under_the_code_of_another_city(public: Served, world: World) -> None:
    number = world.public_id("commons.cases", "nebuta")
    elsewhere = number.replace(AOMORI, SAPPORO)
    found = public.data(
        "query Q($a: ID!, $b: ID!) { a: case(id: $a) { id } b: case(id: $b) { id } }", a=number, b=elsewhere
    )
    assert found == {"a": {"id": number}, "b": None}


def test_the_pool_of_the_public_can_read_nothing_else(world: World) -> None:
    with psycopg.connect(public_conninfo(world.house), autocommit=True) as connection:
        for table in ("renkei.events", "renkei.proposals", "renkei.challenges", "renkei.sealed", "renkei.members"):
            with pytest.raises(psycopg.Error):
                connection.execute(f"select * from {table}")  # noqa: S608 - our own names


def test_a_city_that_went_after_it_was_listed_is_told_as_unknown(world: World) -> None:
    async def ask() -> None:
        async with AsyncConnectionPool[AsyncConnection[Any]](public_conninfo(world.house), open=False) as pool:
            await profile_of(context_on(pool), CityCode("401307"))

    with pytest.raises(CityUnknown):
        asyncio.run(ask())


# --- the number of statements


EDGES = """{ cases(where: {cities: ["011002"]}, first: %d) {
    nodes { title city { name } challenge { title city { name } } } } }"""
CITIES = """{ cities(first: %d) {
    nodes { name cases(first: 2) { nodes { title city { name } } } challenges { nodes { title } } } } }"""


def test_a_page_of_cases_costs_as_many_statements_for_one_as_for_three(public: Served) -> None:
    found = [len(public.statements(EDGES % first)) for first in (1, 3)]
    assert found == [3, 3]  # the page, the cities, the challenges


def test_a_list_of_cities_costs_as_many_statements_for_one_as_for_three(public: Served) -> None:
    found = [len(public.statements(CITIES % first)) for first in (1, 3)]
    assert found == [4, 4]  # the cities, their cases, their challenges, the cities of the cases


def test_the_profiles_of_cities_are_read_in_one_statement_and_only_when_asked_for(public: Served) -> None:
    asked = "{ cities(first: %d) { nodes { %s } } }"
    profile = "municipality desk { name } intakeKinds { kind }"
    assert [len(public.statements(asked % (first, profile))) for first in (1, 3)] == [2, 2]
    edges = public.statements(
        "{ cases { nodes { city { code slug name nameEn hasDesk corporateNumber updatedAt } } } }"
    )
    lines = public.statements(asked % (3, "name"))
    assert (len(edges), len(lines)) == (2, 1)
    assert [statement for statement in edges + lines if "profile" in statement] == []


def test_fields_side_by_side_take_one_connection_in_turn(public: Served) -> None:
    query = "{ " + " ".join(f"q{number}: cases {{ nodes {{ title }} }}" for number in range(30)) + " }"
    Counting.most = 0
    found = public.data(query)
    assert all(one == other for one, other in pairwise(found.values()))
    assert Counting.most == 1
