"""Browsers before our pages, and a real OpenID provider in a process of its own, for the tests of signing in."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from psycopg import Connection
from starlette.testclient import TestClient

from api.desk import router
from api.signing.settings import MailServer, Provider, SignIn, profiles
from domain.values import CityCode
from tenants.database import access
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import Identity
from tenants.identity.enrolment import set_mail_address
from tenants.identity.sessions import Lasting
from tenants.members import Member, Role
from tests.api.desk_at_work import reads_of
from tests.conftest import AOMORI, QUICK, SAPPORO, UNENCRYPTED, House
from tests.npm import packages

OIDC = Path(__file__).parents[1] / "oidc"
SECRET = "窓口のひみつ・とても長いもの"
HASH = QUICK.hash(SECRET)
ADDRESS = "https://renkei.test"
CLIENT, CLIENT_SECRET = "renkei", "known to both & only to them"
ME = "{ me { name } }"

needs_node = pytest.mark.skipif(
    (shutil.which("node") is None or shutil.which("npm") is None) and not os.environ.get("CI"),
    reason="there is no node or npm on this machine; on Debian: apt-get install nodejs npm",
)


class Forms(HTMLParser):
    """The forms of a page, each with its action and its fields as they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told["action"], {}))
        elif tag in {"input", "button", "select"} and "name" in told and self.found:
            self.found[-1][1][told["name"]] = told.get("value", "")


@dataclass
class Browser:
    """Keeps cookies, follows no redirect by itself, and says where a form comes from, as browsers do."""

    client: httpx.Client
    page: httpx.Response | None = None

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        self.page = self.client.get(path, headers=headers)
        return self.page

    def submit(self, given: dict[str, str], number: int = 0, headers: dict[str, str] | None = None) -> httpx.Response:
        """Fill in a form of the open page, the first unless numbered, and send it."""
        assert self.page is not None
        action, fields = Forms(self.page.text).found[number]
        sent = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        data = {**fields, **given}
        self.page = self.client.post(urljoin(str(self.page.url), action), data=data, headers=sent)
        return self.page

    def act(self, action: str, **given: str) -> httpx.Response:
        """Send the form of the open page that stands for an action."""
        assert self.page is not None
        forms = Forms(self.page.text).found
        (number,) = (n for n, (_, fields) in enumerate(forms) if fields.get("action") == action and fields.items() >= {
            key: value for key, value in given.items() if key == "token"}.items())  # fmt: skip
        return self.submit(given, number)

    def choose(self, provider: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """Press the button of a provider on the open page; of one that is not there, as somebody who knows forms."""
        assert self.page is not None
        (action, fields) = next(form for form in Forms(self.page.text).found if "/sign-in" in form[0])
        path, _, query = action.partition("?")
        there = f"{path.partition('/sign-in')[0]}/sign-in/{provider}?{query}"
        sent = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        self.page = self.client.post(there, data={"mark": fields["mark"]}, headers=sent)
        return self.page

    def sign_in(
        self, city: str = "sapporo", login: str = "sato", secret: str = SECRET, code: str = "", query: str = ""
    ) -> httpx.Response:
        """Sign in on the page."""
        self.get(f"/desk/{city}/sign-in{query}")
        return self.submit({"login": login, "secret": secret, "code": code})

    def ask(self, city: str = "sapporo", query: str = ME, **headers: str) -> httpx.Response:
        """Ask the desk, as a script of our own pages would."""
        sent = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin", **headers}
        return self.client.post(f"/desk/{city}/graphql", json={"query": query}, headers=sent)

    def known(self, city: str = "sapporo") -> bool:
        """Whether the desk knows who this is."""
        return self.ask(city).status_code == 200

    def cookie(self, kind: str = "session", city: str = SAPPORO) -> str | None:
        """A cookie that the browser holds."""
        return self.client.cookies.get(f"__Host-renkei-{kind}-{city}")

    def hold(self, value: str | None, kind: str = "session", city: str = SAPPORO) -> None:
        """Put a cookie into the browser, as one who has got hold of it would."""
        self.client.cookies.set(f"__Host-renkei-{kind}-{city}", value or "", domain="renkei.test")


@dataclass
class Entrance:
    """The desks of a deployment behind TLS, and how one signs in to them."""

    house: House
    client: TestClient
    identity: Identity
    owner: Connection[Row]
    browsers: list[httpx.Client] = field(default_factory=list)

    def member(self, city: CityCode = SAPPORO, login: str = "sato", mail: str | None = None, *roles: Role) -> Member:
        """Somebody with the one secret that everybody has here."""
        given = roles or (Role.DESK_OFFICER,)
        added = enter_member(self.house.tenancy, city, login, "佐藤", given)
        self.house.sql("update renkei.members set secret_hash = %s where member = %s", HASH, added.id)
        if mail is not None:
            set_mail_address(self.owner, self.identity.vault, city, added.id, mail)
        return added

    def browser(self) -> Browser:
        """A browser that was never here."""
        client = httpx.Client(transport=self.client._transport, base_url=ADDRESS, follow_redirects=False)
        self.browsers.append(client)
        return Browser(client)

    def copy_to_aomori(self) -> None:
        """Everybody is in Aomori as well, with the same ids, logins and secrets."""
        found = self.house.sql("select member, login, name from renkei.members where city = %s", SAPPORO)
        for member, login, name in found:
            roles = (Role.DESK_OFFICER,)
            enter_member(self.house.tenancy, AOMORI, login, name, roles, member=member)
        self.house.sql("update renkei.members set secret_hash = %s", HASH)

    def sessions(self) -> int:
        """How many sessions there are."""
        ((number,),) = self.house.sql("select count(*) from renkei.sessions")
        return int(number)

    def later(self, what: str, minutes: float) -> None:
        """Time goes by for one of the times of all sessions."""
        self.house.sql(f"update renkei.sessions set {what} = {what} - make_interval(secs => %s)", minutes * 60)  # noqa: S608


@contextmanager
def entrance_of(house: House, settings: SignIn, lasting: Lasting | None = None) -> Iterator[Entrance]:
    """A deployment with these settings, answering."""
    reads = reads_of(house)
    identity = Identity(house.tenancy, reads, hasher=QUICK, lasting=lasting)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with reads:
            yield

    with ExitStack() as ends:
        threads = ends.enter_context(ThreadPoolExecutor(4))
        app = FastAPI(lifespan=lifespan)
        app.include_router(router(house.tenancy, reads, house.tenancy.keys, threads, identity, settings))
        owner = ends.enter_context(house.connect(access.Role.OWNER))
        client = ends.enter_context(TestClient(app, ADDRESS, raise_server_exceptions=False))
        entrance = Entrance(house, client, identity, owner)
        try:
            yield entrance
        finally:
            for browser in entrance.browsers:
                browser.close()


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


PEOPLE = {
    "sub-sato": {"name": "佐藤", "employee_number": "sato"},
    "sub-suzuki": {"name": "鈴木", "employee_number": "suzuki", "email": "sato@city.example.jp"},
    "sub-nobody": {"name": "他市の人", "employee_number": "nobody"},
    "sub-prime": {"name": "見本株式会社", "account_type": "2"},
    "sub-entry": {"name": "見本太郎", "account_type": "1"},
}


@dataclass
class OpenIdProvider:
    """The provider's process."""

    issuer: str

    def settings(self, name: str = "staff", **told: Any) -> Provider:
        """How our configuration speaks of it."""
        profile = told.pop("profile", profiles()["openid"])
        usual = {
            "name": name, "cities": frozenset({SAPPORO, AOMORI}), "issuer": self.issuer, "client_id": CLIENT,
            "client_secret": CLIENT_SECRET, "profile": profile, "label_ja": "職員アカウント",
            "label_en": "staff account", "scopes": profile.scopes, "link_by": None, "require": {},
        }  # fmt: skip
        return Provider(**{**usual, **told})

    def vouch(self, address: str, subject: str, client: httpx.Client | None = None) -> str:
        """Sign in over there as a person would, form by form; answers where it sends the browser back to."""
        with ExitStack() as ends:
            own = client or ends.enter_context(httpx.Client(trust_env=False, verify=UNENCRYPTED))
            page = own.get(address)
            for _ in range(12):
                if page.is_redirect:
                    onward = urljoin(str(page.url), page.headers["location"])
                    if not onward.startswith(self.issuer):
                        return onward
                    page = own.get(onward)
                    continue
                assert page.status_code == 200, page.text
                action, fields = Forms(page.text).found[0]
                typed = {"login": subject, "password": "x"} if "login" in fields else {}
                page = own.post(action, data={**fields, **typed})
        raise AssertionError(page.text)

    def bend(self, at: str = "/token", **answer: str) -> None:
        """Put something else into the next answer of an endpoint."""
        httpx.post(f"{self.issuer}/bend", json={"at": at, "answer": answer}, trust_env=False, verify=UNENCRYPTED)


@contextmanager
def provider_running(**told: Any) -> Iterator[OpenIdProvider]:
    """A provider of its own."""
    port = free_port()
    back = [
        f"{ADDRESS}/desk/{city}/sign-in/{name}/callback" for city in (SAPPORO, AOMORI) for name in ("staff", "other")
    ]
    client = {
        "client_secret": CLIENT_SECRET, "redirect_uris": back, "grant_types": ["authorization_code"],
        "post_logout_redirect_uris": [f"{ADDRESS}/desk/{city}/sign-in" for city in (SAPPORO, AOMORI)],
    }  # fmt: skip
    clients = [{**client, "client_id": CLIENT}, {**client, "client_id": "somebody-else"}]
    settings = json.dumps({"port": port, "clients": clients, "people": PEOPLE, **told})
    process = subprocess.Popen(
        ["node", "provider.js", settings], cwd=OIDC, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        yield OpenIdProvider(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def install_provider() -> None:
    """The provider's packages, as the lock file names them; once."""
    packages(OIDC)


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


def path_of(address: str) -> str:
    """An address without its host."""
    return re.sub(r"^https?://[^/]+", "", address)


def mail_server(port: int) -> MailServer:
    """A mail server on this machine."""
    return MailServer("127.0.0.1", port, "none", "renkei@city.example.jp", None, "")
