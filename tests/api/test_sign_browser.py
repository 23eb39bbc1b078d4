"""The pages of signing in before a real Chromium, in both languages, with the keyboard alone."""

import base64
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api import app
from api.house import House as Deployment
from api.settings import Settings
from api.signing.settings import DEMANDED, SignIn
from tenants.database.access import Role
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import set_secret
from tenants.identity.enrolment import invite
from tenants.identity.factors import STEP, code_at
from tenants.members import Member
from tenants.members import Role as Post
from tests.api.chromium import Chromium, chromium, needs_browser
from tests.api.signing_world import SECRET, free_port
from tests.conftest import QUICK, SAPPORO, House
from tests.projections.running import runner_of

pytestmark = needs_browser

NEW = "新しいひみつ・とても長いもの"
WORDS = {
    "ja": {
        "login": "ログイン名", "secret": "パスワード", "in": "サインイン", "out": "サインアウト", "wrong": "違います",
        "app": "認証アプリのコード", "set up": "認証アプリを設定する", "now": "今のパスワード", "code": "コード",
        "confirm": "確認する", "must": "二要素認証が必要", "account": "アカウント", "new": "新しいパスワード",
        "use": "このパスワードにする", "changed": "パスワードを変えました", "once": "表示は今だけ",
    },
    "en": {
        "login": "Login", "secret": "Password", "in": "Sign in", "out": "Sign out", "wrong": "is wrong",
        "app": "Code of your authenticator app", "set up": "Set up an authenticator app",
        "now": "Your password now", "code": "Code", "confirm": "Confirm", "must": "asks for a second factor",
        "account": "Account", "new": "New password", "use": "Use this password",
        "changed": "Your password was changed", "once": "shown only now",
    },
}  # fmt: skip


@dataclass
class Desk:
    """The program on a port, and 佐藤, whose role asks for a second factor."""

    address: str
    house: House
    sato: Member

    def code(self) -> str:
        """For a password that 佐藤 is to choose."""
        with self.house.connect(Role.OWNER) as owner:
            return invite(owner, SAPPORO, self.sato.id)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    house.open_city(SAPPORO)
    port = free_port()
    settings = Settings(data=house.folder, port=port, sign_in=SignIn(second_factor=DEMANDED))
    with house.connect(Role.OWNER) as owner:
        sato = enter_member(house.tenancy, SAPPORO, "sato", "佐藤", {Post.DESK_OFFICER})
        set_secret(owner, SAPPORO, sato.id, SECRET, hasher=QUICK)
    pools = [
        AsyncConnectionPool[AsyncConnection[Row]](
            house.database.conninfo(role), kwargs={"autocommit": True}, min_size=1, open=False
        )
        for role in (Role.PUBLIC, Role.DESK)
    ]
    with ExitStack() as ends:
        runner = ends.enter_context(runner_of(house))
        threads = ends.enter_context(ThreadPoolExecutor(4))
        deployment = Deployment(
            settings, house.database, house.tenancy.keys, house.tenancy, runner, runner._pool, threads, *pools
        )
        server = uvicorn.Server(uvicorn.Config(app.create_app(deployment), port=port, log_config=None))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield Desk(f"http://127.0.0.1:{port}", house, sato)
        server.should_exit = True
        thread.join(10)


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser(tmp_path: Path, language: str) -> Iterator[Chromium]:
    with chromium(tmp_path / "chromium", language) as opened:
        yield opened


def sign_in(desk: Desk, browser: Chromium, words: dict[str, str], secret: str = SECRET, code: str = "") -> None:
    browser.open(f"{desk.address}/desk/sapporo/sign-in")
    browser.fill(words["login"], "sato")
    browser.fill(words["secret"], secret)
    browser.fill(words["app"], code)
    browser.press(words["in"])


def test_from_the_first_sign_in_over_the_second_factor_and_out_again(
    desk: Desk, browser: Chromium, language: str
) -> None:
    words = WORDS[language]
    browser.open(f"{desk.address}/desk/sapporo/sign-in")
    browser.look()
    assert browser.run("document.documentElement.lang") == language

    sign_in(desk, browser, words, secret="違うひみつを入れてみた")
    assert words["wrong"] in browser.run("document.querySelector('[role=alert]').innerText")
    browser.look()

    sign_in(desk, browser, words)
    assert browser.path().startswith("/desk/sapporo/account")
    assert words["must"] in browser.text()
    assert browser.run("document.querySelectorAll('form').length") == 2  # out, and the second factor
    browser.look()
    browser.fill(words["now"], SECRET)
    browser.press(words["set up"])
    browser.look()
    shared = base64.b32decode(browser.run("document.querySelector('code').innerText"))
    browser.fill(words["code"], code_at(shared, int(time.time()) // STEP))
    browser.press(words["confirm"])
    assert words["once"] in browser.text()
    recovery = browser.run("document.querySelector('.notice code').innerText")
    assert browser.run("document.querySelectorAll('.notice code').length") == 10
    assert words["must"] not in browser.text()
    browser.look()

    browser.press(words["out"])
    assert browser.path().startswith("/desk/sapporo/sign-in")
    browser.open(f"{desk.address}/desk/sapporo/account")
    assert browser.path().startswith("/desk/sapporo/sign-in")

    sign_in(desk, browser, words)  # without the code
    assert words["wrong"] in browser.text()
    sign_in(desk, browser, words, code=code_at(shared, int(time.time()) // STEP + 1))
    assert browser.path().startswith("/desk/sapporo/account")
    browser.press(words["out"])
    sign_in(desk, browser, words, code=recovery.upper())
    assert browser.path().startswith("/desk/sapporo/account")


def test_a_password_is_chosen_with_a_code_that_stands_in_no_address(
    desk: Desk, browser: Chromium, language: str
) -> None:
    words, code = WORDS[language], desk.code()
    browser.open(f"{desk.address}/desk/sapporo/reset/use?lang={language}")
    browser.look()
    browser.fill(words["code"], "abcd-efgh")
    browser.fill(words["new"], NEW)
    browser.press(words["use"])
    assert browser.run("document.querySelector('[role=alert]').innerText")
    browser.run("document.querySelector('#code').value = ''")
    browser.fill(words["code"], code)
    browser.fill(words["new"], NEW)
    browser.press(words["use"])
    assert words["changed"] in browser.run("document.querySelector('[role=status]').innerText")
    history = browser.call("Page.getNavigationHistory")["entries"]
    assert not any(code[:9] in entry["url"] for entry in history)
    sign_in(desk, browser, words, secret=NEW)
    assert words["must"] in browser.text()


def test_the_look_of_a_page_finds_what_is_wrong_with_it(desk: Desk, browser: Chromium) -> None:
    """The mutants of `look`: each harm, put into the open page, is noticed."""
    harms = (
        "document.querySelector('label[for=login]').remove()",
        "document.querySelector('#code').setAttribute('aria-describedby', 'nowhere')",
        "document.querySelector('#secret').id = 'login'",
        "document.body.append(document.createElement('script'))",
        "document.body.setAttribute('style', 'color: red')",
        "document.styleSheets[0].insertRule('*:focus { outline: none !important }')",
        "document.title = ''",
    )
    for harm in harms:
        browser.open(f"{desk.address}/desk/sapporo/sign-in")
        browser.problems.clear()
        browser.run(f"{harm}; 1")
        with pytest.raises(AssertionError):
            browser.look()
