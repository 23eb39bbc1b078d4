"""The front page in both languages, and what answers when only the head of a page is asked for."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.testclient import TestClient

from api import app
from api.house import House as Deployment
from api.settings import Settings
from tenants.database.access import Role
from tenants.database.walls import Row
from tests.api.public_world import recorded
from tests.conftest import House
from tests.projections.running import runner_of

JAPANESE, ENGLISH = "まちと企業が、いっしょに解く。", "Cities and businesses, solving together."


@pytest.fixture(scope="module")
def client(module_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole application over cities with cases and challenges."""
    recorded(module_house)
    pools = [
        AsyncConnectionPool[AsyncConnection[Row]](
            module_house.database.conninfo(role), kwargs={"autocommit": True}, min_size=1, open=False
        )
        for role in (Role.PUBLIC, Role.DESK)
    ]
    settings, tenancy = Settings(data=tmp_path_factory.mktemp("data")), module_house.tenancy
    with runner_of(module_house) as runner, ThreadPoolExecutor(1) as threads:
        house = Deployment(
            settings, module_house.database, tenancy.keys, tenancy, runner, runner._pool, threads, *pools
        )
        with TestClient(app.create_app(house)) as client:
            yield client


class Languages(HTMLParser):
    """The texts of a page and the language each is in."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.within: list[str] = [""]
        self.told: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.within.append(dict(attrs).get("lang") or self.within[-1])

    def handle_endtag(self, tag: str) -> None:
        del tag
        self.within.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.told[data.strip()] = self.within[-1]


@pytest.mark.parametrize(
    ("address", "accept", "title", "language"),
    [
        ("/", "ja", JAPANESE, "ja"),
        ("/", "en", ENGLISH, "en"),
        ("/?lang=ja", "en", JAPANESE, "ja"),
        ("/?lang=en", "ja", ENGLISH, "en"),
        ("/?lang=", "ja", JAPANESE, "ja"),
        ("/?lang=fr", "ja", JAPANESE, "ja"),
        ("/?lang=fr", "fr", ENGLISH, "en"),
    ],
)
def test_the_page_is_in_the_language_that_was_chosen_else_preferred(
    client: TestClient, address: str, accept: str, title: str, language: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": accept})
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
    assert f'<html lang="{language}">' in answer.text
    assert title in answer.text
    other = "en" if language == "ja" else "ja"
    assert f'href="/?lang={other}"' in answer.text
    assert f'href="/?lang={language}"' not in answer.text


def test_every_text_says_in_which_language_it_is(client: TestClient) -> None:
    english = Languages(client.get("/?lang=en").text).told
    assert {english[text] for text in ("Code", "Sapporo", "日本語", "連携")} == {"en", "ja"}
    assert (english["Sapporo"], english["Sign in"], english["日本語"]) == ("en", "en", "ja")
    kana = {text: language for text, language in english.items() if any("ぁ" <= letter <= "ヿ" for letter in text)}
    assert kana
    assert set(kana.values()) == {"ja"}
    japanese = Languages(client.get("/?lang=ja").text).told
    assert (japanese["札幌市"], japanese["English"]) == ("ja", "en")


def test_codes_and_names_of_cities_are_not_broken(client: TestClient) -> None:
    assert '<td class="whole">011002</td><td class="whole">札幌市</td>' in client.get("/?lang=ja").text
    assert "white-space: nowrap" in client.get("/pages.css").text


@pytest.mark.parametrize("path", ["/", "/graphql", "/healthz", "/readyz", "/graphql?query={__typename}"])
def test_head_answers_like_get(client: TestClient, path: str) -> None:
    headers = {"Accept": "text/html"} if path == "/graphql" else {}
    got, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert (head.status_code, head.headers["Content-Type"]) == (200, got.headers["Content-Type"])
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_desk_is_found_from_the_front_page(client: TestClient, language: str) -> None:
    page = client.get("/", params={"lang": language}).text
    doors = re.findall(r'href="(/desk/[^"]*)"', page)
    assert sorted(doors) == [f"/desk/{city}/sign-in?lang={language}" for city in ("aomori", "sapporo", "sendai")]
    for door in doors:
        shown = client.get(door)
        assert (shown.status_code, f'<html lang="{language}">' in shown.text) == (200, True)
