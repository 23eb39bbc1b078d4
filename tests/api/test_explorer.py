"""The explorer in a real browser, and what the server sends for it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.api.public_world import Served, World, public_conninfo, recorded, served
from tests.conftest import UNENCRYPTED, House

BROWSER = shutil.which("chromium")
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

needs_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"),
    reason="there is no chromium on this machine; on Debian: apt-get install chromium fonts-noto-cjk",
)


@pytest.fixture(scope="module")
def world(module_house: House) -> World:
    return recorded(module_house)


@pytest.fixture(scope="module")
def public(world: World) -> Iterator[Served]:
    with served(public_conninfo(world.house)) as running:
        yield running


def get(public: Served, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{public.address}{path}", headers=headers, trust_env=False, verify=UNENCRYPTED)


def seen(address: str, folder: Path, language: str = "ja") -> str:
    """The page as it stands after its scripts have run."""
    command = [
        BROWSER or "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder}",
        f"--accept-lang={language}",
        "--virtual-time-budget=5000",
        "--dump-dom",
        address,
    ]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr[-2_000:]
    return ended.stdout


def part(page: str, start: str, end: str) -> str:
    """The text between two marks of a page, without its tags."""
    return re.sub(r"<[^>]*>", "", page.partition(start)[2].partition(end)[0])


@needs_browser
def test_a_browser_shows_answer_and_schema_and_asks_nobody_else(public: Served, tmp_path: Path) -> None:
    public.asked.clear()
    page = seen(f"{public.address}/graphql?{urlencode({'query': '{ cities { nodes { name } } }'})}#Case", tmp_path)
    result = part(page, '<pre id="result"', "</pre>")
    assert [name for name in ("札幌市", "青森市", "仙台市") if name in result] == ["札幌市", "青森市", "仙台市"]
    types = re.findall(r'<a href="#(\w+)"', page.partition('<nav id="types"')[2].partition("</nav>")[0])
    assert types[0] == "Query"
    assert {"Case", "CaseConnection", "CaseWhere", "CaseStatus", "PartialDate"} <= set(types)
    shown = part(page, '<article id="type"', "</article>")
    assert "publishedAt" in shown
    assert "A partnership shown to others" in shown
    host = public.address.removeprefix("http://")
    assert {entry.split()[1] for entry in public.asked} == {host}
    assert sorted(set(public.asked)) == sorted(
        {f"GET {host} /graphql", f"POST {host} /graphql"}
        | {
            f"GET {host} /graphql/explorer/{name}"
            for name in ("explorer.css", "explorer.js", "editing.js", "result.js", "samples.js", "schema.js")
        }
    )


@needs_browser
def test_what_comes_from_outside_is_text_and_never_markup(public: Served, tmp_path: Path) -> None:
    query = '{ cases(where: {cities: ["<img src=x>"]}) { nodes { id } } }'
    page = seen(f"{public.address}/graphql?{urlencode({'query': query})}", tmp_path)
    assert "<img" not in page
    assert "「&lt;img src=x&gt;」は全国地方公共団体コードではありません" in part(page, '<pre id="result"', "</pre>")


@needs_browser
def test_the_first_visit_shows_an_answer_without_an_error(public: Served, tmp_path: Path) -> None:
    page = seen(f"{public.address}/graphql", tmp_path, "en")
    assert '<html lang="en">' in page
    assert re.search(r'<p id="status" class="status good"', page)
    assert '"errors"' not in part(page, '<pre id="result"', "</pre>")


@pytest.mark.parametrize(("languages", "expected"), [("ja,en;q=0.5", "ja"), ("en-US,en;q=0.9,ja;q=0.8", "en")])
def test_the_page_is_in_the_language_that_the_browser_prefers(public: Served, languages: str, expected: str) -> None:
    response = get(public, "/graphql", accept="text/html,*/*;q=0.8", **{"accept-language": languages})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{expected}">' in response.text


def test_the_page_allows_nothing_but_its_own_files(public: Served) -> None:
    response = get(public, "/graphql", accept="text/html")
    policy = dict(part.strip().split(" ", 1) for part in response.headers["content-security-policy"].split(";"))
    assert policy == POLICY
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", response.text)
    assert re.findall(r'(?:src|href)="(?!/graphql|#|data:,)', response.text) == []


def test_every_field_of_the_page_has_its_label_and_every_text_both_languages(public: Served) -> None:
    text = get(public, "/graphql", accept="text/html").text
    fields = re.findall(r"<(?:textarea|input)[^>]*\bid=\"([^\"]+)\"", text)
    assert fields == ["query", "variables", "find"]
    assert [name for name in fields if f'<label for="{name}">' not in text] == []
    body = text.partition("<body>")[2]
    assert body.count('lang="ja"') == body.count('lang="en"')


@pytest.mark.parametrize("name", ["explorer.css", "explorer.js", "editing.js", "result.js", "samples.js", "schema.js"])
def test_no_file_of_the_page_names_another_host(public: Served, name: str) -> None:
    response = get(public, f"/graphql/explorer/{name}")
    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    assert re.findall(r"https?://|//\w+\.\w|@import|url\(|innerHTML|eval\(", response.text) == []


@pytest.mark.parametrize("name", ["__init__.py", "..%2F..%2Ffailures.py", "explorer.html", "missing.js", "%00"])
def test_other_files_are_not_given_out(public: Served, name: str) -> None:
    assert get(public, f"/graphql/explorer/{name}").status_code == 404


def test_every_example_of_the_page_runs(public: Served) -> None:
    text = get(public, "/graphql/explorer/samples.js").text
    examples = re.findall(r"query: `([^`]+)`,\s+variables: [`\"]([^`\"]*|\{[^`]*\})[`\"],", text)
    assert len(examples) == text.count("query: `") == 4
    for query, variables in examples:
        assert public.data(query, **json.loads(variables or "{}"))


def test_the_schema_is_given_as_text(public: Served) -> None:
    response = get(public, "/graphql/schema.graphql")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "type Query {" in response.text


def test_a_program_that_gets_the_same_address_is_answered_in_json(public: Served) -> None:
    response = get(public, "/graphql?query={cities(first:1){nodes{slug}}}")
    assert response.json() == {"data": {"cities": {"nodes": [{"slug": "sapporo"}]}}}
