"""Notices, gatherings and conditions of all cities, over real HTTP, from rows that commands and the runner made."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from domain.notice import Reach, Topic
from projections.commons_gatherings import COMMONS_GATHERINGS
from projections.commons_notices import COMMONS_NOTICES
from tenants.commands import gatherings, notices
from tests.api.public_world import SENDAI, Served, World, public_conninfo, served
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.running import letters, mend, spoil

NOTICE = "id topic title text shownUntil publishedAt updatedAt sample city { code name }"
GATHERING = """id status title description on place howToRegister registerBy capacity reason sample
  publishedAt updatedAt city { code name }"""
GUEST = ("鈴木 一郎", "見本株式会社", "suzuki@example.jp")
HIDDEN = (*GUEST, "窓口だけの下書き", "庁内だけの研修", "取り下げたお知らせ", "組み立て中", "職員だけの交流会")


def today(house: House, days: int = 0) -> date:
    day: date = house.tenancy.today() + timedelta(days=days)
    return day


def notice(world: World, city: Any, name: str, title: str, reach: Reach | None = Reach.PUBLIC, **told: Any) -> None:
    id_, sample = world.id(name), told.pop("sample", False)
    topic = told.pop("topic", Topic.NEWS)
    world.do(city, notices.Draft(notice=id_, topic=topic, title="窓口だけの下書き", text="下書き", sample=sample))
    if reach is not None:
        world.do(city, notices.Publish(notice=id_, reach=reach, title=title, text=f"{title}の本文", **told))


def announce(world: World, city: Any, name: str, title: str, reach: Reach = Reach.PUBLIC, **told: Any) -> UUID:
    plan = {"description": "事業者と職員の交流", "on": today(world.house, 30), "place": "市民ホール", **told}
    world.do(city, gatherings.Announce(gathering=world.id(name), reach=reach, title=title, **plan))
    return world.id(name)


@pytest.fixture(scope="module")
def world(module_house: House) -> World:
    """Sapporo: three notices shown, three not, two gatherings shown, one not. Aomori: one of each. Sendai: nothing."""
    world = World(module_house)
    for city in (SAPPORO, AOMORI, SENDAI):
        module_house.open_city(city)
    notice(world, SAPPORO, "draft", "", None)
    notice(world, SAPPORO, "staff", "庁内だけの研修", Reach.STAFF)
    notice(world, SAPPORO, "gone", "取り下げたお知らせ")
    world.do(SAPPORO, notices.Withdraw(notice=world.id("gone"), reason="古い"))
    notice(world, SAPPORO, "opened", "窓口を開設した")
    notice(world, SAPPORO, "moved", "窓口を移した", shown_until=today(module_house))
    notice(world, SAPPORO, "sample", "見本のお知らせ", sample=True)
    notice(world, AOMORI, "same", "説明会の資料")
    staff = announce(world, SAPPORO, "inner", "職員だけの交流会", Reach.STAFF)
    how, day = "電話で申し込む", today(module_house, 20)
    fair = announce(world, SAPPORO, "fair", "交流会", how_to_register=how, register_by=day, capacity=30)
    storm = announce(world, SAPPORO, "storm", "野外の交流会")
    world.do(SAPPORO, gatherings.Cancel(gathering=storm, reason="荒天のため"))
    announce(world, AOMORI, "forum", "フォーラム")
    for gathering in (fair, staff):
        told = {"organisation": GUEST[1], "guest_name": GUEST[0], "contact": GUEST[2]}
        world.do(SAPPORO, gatherings.RegisterGuest(gathering=gathering, party=uuid4(), **told))
    world.project()
    module_house.sql("update commons.notices set topic = 'training' where sample")  # as an older log may hold it
    for table in ("notices", "gatherings"):
        module_house.sql(
            f"insert into commons.{table} select (jsonb_populate_record(null::commons.{table},"  # noqa: S608 - our names
            f" to_jsonb(t) || %s)).* from commons.{table} t",
            Jsonb({"generation": 2, "title": "組み立て中"}),
        )
    return world


@pytest.fixture(scope="module")
def public(world: World) -> Iterator[Served]:
    with served(public_conninfo(world.house)) as running:
        yield running


def titles(public: Served, kind: str, first: int = 20, **where: Any) -> list[str]:
    query = f"query Q($w: {kind}Where) {{ found: {kind.lower()}s(where: $w, first: {first}) {{ nodes {{ title }} }} }}"
    return [node["title"] for node in public.data(query, w=where)["found"]["nodes"]]


def one(public: Served, kind: str, number: str, fields: str = "title") -> Any:
    return public.data(f"query Q($id: ID!) {{ {kind}(id: $id) {{ {fields} }} }}", id=number)[kind]


def test_a_notice_is_shown_with_everything_it_tells(public: Served, world: World) -> None:
    number = world.public_id("commons.notices", "moved")
    found = one(public, "notice", number, NOTICE)
    assert found == {
        "id": number,
        "topic": "NEWS",
        "title": "窓口を移した",
        "text": "窓口を移したの本文",
        "shownUntil": today(world.house).isoformat(),
        "publishedAt": found["publishedAt"],
        "updatedAt": found["publishedAt"],
        "sample": False,
        "city": {"code": SAPPORO, "name": "札幌市"},
    }


def test_a_gathering_is_shown_with_everything_it_tells(public: Served, world: World) -> None:
    number = world.public_id("commons.gatherings", "fair")
    found = one(public, "gathering", number, GATHERING)
    assert found == {
        "id": number,
        "status": "ANNOUNCED",
        "title": "交流会",
        "description": "事業者と職員の交流",
        "on": today(world.house, 30).isoformat(),
        "place": "市民ホール",
        "howToRegister": "電話で申し込む",
        "registerBy": today(world.house, 20).isoformat(),
        "capacity": 30,
        "reason": None,
        "publishedAt": found["publishedAt"],
        "updatedAt": found["publishedAt"],
        "sample": False,
        "city": {"code": SAPPORO, "name": "札幌市"},
    }
    storm = one(public, "gathering", world.public_id("commons.gatherings", "storm"), "status reason")
    assert storm == {"status": "CANCELLED", "reason": "荒天のため"}


ALL = ["説明会の資料", "見本のお知らせ", "窓口を移した", "窓口を開設した"]


@pytest.mark.parametrize(
    ("kind", "where", "expected"),
    [
        ("Notice", {}, ALL),
        ("Notice", {"cities": [SAPPORO]}, ALL[1:]),
        ("Notice", {"topics": ["TRAINING"]}, ["見本のお知らせ"]),
        ("Notice", {"topics": ["TRAINING", "NEWS"]}, ALL),
        ("Notice", {"text": "窓口"}, ALL[2:]),
        ("Notice", {"text": "下書き"}, []),
        ("Notice", {"text": "庁内だけ"}, []),
        ("Notice", {"updatedSince": "2999-01-01T00:00:00Z"}, []),
        ("Gathering", {}, ["フォーラム", "野外の交流会", "交流会"]),
        ("Gathering", {"coming": True}, ["フォーラム", "交流会"]),
        ("Gathering", {"status": ["CANCELLED"]}, ["野外の交流会"]),
        ("Gathering", {"cities": [AOMORI]}, ["フォーラム"]),
        ("Gathering", {"text": "電話"}, ["交流会"]),
        ("Gathering", {"text": "鈴木"}, []),
    ],
)
def test_the_lists_show_what_is_asked_the_last_published_first(
    public: Served, kind: str, where: dict[str, Any], expected: list[str]
) -> None:
    assert titles(public, kind, **where) == expected


def test_each_city_lists_its_own(public: Served) -> None:
    query = "{ cities { nodes { slug notices(first: 2) { nodes { title } } gatherings { nodes { title } } } } }"
    told = [
        (city["slug"], *([node["title"] for node in city[kind]["nodes"]] for kind in ("notices", "gatherings")))
        for city in public.data(query)["cities"]["nodes"]
    ]
    assert told == [
        ("sapporo", ALL[1:3], ["野外の交流会", "交流会"]),
        ("aomori", ALL[:1], ["フォーラム"]),
        ("sendai", [], []),
    ]


@pytest.mark.parametrize("kind", ["notices", "gatherings"])
def test_pages_give_each_once_and_refuse_foreign_cursors(public: Served, kind: str) -> None:
    query = """query Q($after: String) { it: %s(first: 1, after: $after) {
      nodes { title } pageInfo { hasNextPage endCursor } } }"""
    seen, after, more = [], None, True
    while more:
        page = public.data(query % kind, after=after)["it"]
        seen += [node["title"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == titles(public, kind.removesuffix("s").capitalize())
    for other in {"notices", "gatherings", "cases", "challenges"} - {kind}:
        assert public.error(query % other, after=after)["extensions"]["code"] == "CURSOR_INVALID"
    assert public.error(f"{{ {kind}(first: 101) {{ nodes {{ id }} }} }}")["extensions"]["code"] == "FIRST_INVALID"


def test_nothing_hidden_is_shown_and_no_inner_id_finds_anything(public: Served, world: World) -> None:
    query = f"""{{ notices {{ nodes {{ {NOTICE} }} }} gatherings {{ nodes {{ {GATHERING} }} }}
      cities {{ nodes {{ notices {{ nodes {{ {NOTICE} }} }} gatherings {{ nodes {{ {GATHERING} }} }} }} }} }}"""
    everything = public.send(query)
    assert "errors" not in everything.json()
    assert [word for word in HIDDEN if word in everything.text] == []
    for inner in world.ids.values():
        assert str(inner) not in everything.text
        assert one(public, "notice", f"{SAPPORO}-{inner}") is one(public, "gathering", f"{SAPPORO}-{inner}") is None


def test_a_notice_is_gone_after_its_last_day_everywhere(public: Served, world: World) -> None:
    number = world.public_id("commons.notices", "moved")
    change = "update commons.notices set shown_until = %s where id = %s and generation = 1"
    try:
        world.house.sql(change, today(world.house, -1), world.id("moved"))
        assert one(public, "notice", number) is None
        assert "窓口を移した" not in titles(public, "Notice")
        assert titles(public, "Notice", text="窓口") == ["窓口を開設した"]
        query = '{ city(code: "sapporo") { notices { nodes { title } } } }'
        assert "窓口を移した" not in public.send(query).text
    finally:
        world.house.sql(change, today(world.house), world.id("moved"))
    assert one(public, "notice", number) == {"title": "窓口を移した"}


def test_what_is_withdrawn_or_erased_is_gone(public: Served, world: World) -> None:
    for name in ("short", "secret"):
        notice(world, AOMORI, name, f"すぐ消える{name}")
    secret = announce(world, AOMORI, "erased", "すぐ消える会")
    world.project()
    numbers = [("notice", world.public_id("commons.notices", name)) for name in ("short", "secret")]
    numbers.append(("gathering", world.public_id("commons.gatherings", "erased")))
    assert None not in [one(public, *each) for each in numbers]
    world.do(AOMORI, notices.Withdraw(notice=world.id("short"), reason="古い"))
    for key in (world.id("secret"), secret):
        world.house.sql("select renkei.erase_key(%s, %s)", AOMORI, key)
    assert [one(public, *each) for each in numbers[1:]] == [None, None]  # at once, without the runner
    world.project()
    assert [one(public, *each) for each in numbers] == [None, None, None]


@pytest.mark.parametrize(
    ("model", "begin"),
    [(COMMONS_NOTICES, "notice"), (COMMONS_GATHERINGS, "gathering")],
    ids=["notices", "gatherings"],
)
def test_what_cannot_be_read_is_hidden(new_house: Any, model: Any, begin: str) -> None:
    house: House = new_house()
    house.open_city(SAPPORO)
    world = World(house)
    if begin == "notice":
        notice(world, SAPPORO, "it", "窓口を開設した")
        later: Any = notices.Revise(notice=world.id("it"), title="窓口を移した", text="本文")
    else:
        announce(world, SAPPORO, "it", "交流会")
        later = gatherings.Cancel(gathering=world.id("it"), reason="荒天")
    world.project()
    shown = f"select count(*) from {model.table}"  # noqa: S608 - our names
    assert house.sql(shown) == [(1,)]
    world.do(SAPPORO, later)
    ((position,),) = house.sql("select max(position) from renkei.events where city = %s", SAPPORO)
    state = spoil(house, SAPPORO, position)
    world.project()
    assert house.sql(shown) == [(0,)]
    assert model.name in {name for name, _, _ in letters(house)}
    mend(house, SAPPORO, position, state)


def test_the_number_of_statements_is_the_same_for_one_and_for_three(public: Served) -> None:
    lists = (
        "{ notices(first: %d) { nodes { title city { name } } } }",
        "{ gatherings(first: %d) { nodes { city { name } } } }",
    )
    cities = """{ cities(first: %d) { nodes {
      notices { nodes { city { name } } } gatherings { nodes { title } } conditions { text } } } }"""
    assert [[len(public.statements(query % first)) for first in (1, 3)] for query in lists] == [[2, 2], [2, 2]]
    assert [len(public.statements(cities % first)) for first in (1, 3)] == [5, 5]


def test_everybody_reads_the_statement_of_purpose_whose_version_a_proposer_names(public: Served, world: World) -> None:
    query = "{ city(code: %s) { purposeOfUse { version text en: text(language: EN) source validFrom } } }"
    told = public.data(query % '"aomori"')["city"]["purposeOfUse"]
    known = world.house.tenancy.policy(AOMORI, 2).purpose
    assert (told["version"], told["text"], told["en"]) == (known.version, known.text.ja, known.text.en)
    assert told["source"] == known.provenance.source
    assert public.data(query % '"sendai"')["city"]["purposeOfUse"] is None, "only its name is known"


def test_conditions_are_told_with_their_versions_and_sources(public: Served, world: World) -> None:
    query = (
        '{ city(code: "aomori") { conditions { code version text en: text(language: EN) source validFrom draft } } }'
    )
    told = public.data(query)["city"]["conditions"]
    known = world.house.tenancy.policy(AOMORI, 2).conditions
    assert [(each["code"], each["version"], each["text"], each["en"]) for each in told] == [
        (one.code, one.version, one.text.ja, one.text.en) for one in known
    ]
    assert told[0]["source"] == known[0].provenance.source
    assert {each["draft"] for each in told} == {False}
    assert len(told) > 3
