"""Another secret by mail: a real mail server, codes that are good once, and nothing told to who guesses."""

import email
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from api.signing.mail import Mail
from api.signing.settings import MailServer, SignIn
from tenants.identity.enrolment import MailAddressInvalid, set_mail_address
from tenants.members import Member
from tests.api.signing_world import (
    ADDRESS,
    SECRET,
    Browser,
    Entrance,
    Forms,
    entrance_of,
    free_port,
    mail_server,
    path_of,
)
from tests.conftest import AOMORI, SAPPORO, House

NEW = "新しいひみつ・とても長いもの"
MAIL = "sato@city.example.jp"


@dataclass
class Letterbox:
    """Keeps every mail that the server was handed."""

    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        self.people += envelope.rcpt_tos
        return "250 taken"

    def link(self) -> str:
        """The link in the newest mail, without its host; nothing secret stands in it."""
        (found,) = re.findall(r"https://\S+", self.mails[-1].get_content())
        assert re.fullmatch(rf"{ADDRESS}/desk/{SAPPORO}/reset/use\?lang=(ja|en)", found)
        return path_of(found)

    def code(self) -> str:
        """The code in the newest mail."""
        (found,) = re.findall(r"^([a-z2-7]{4}-[a-z2-7-]+)$", self.mails[-1].get_content(), re.MULTILINE)
        return str(found)


@pytest.fixture
def letters() -> Iterator[Letterbox]:
    box = Letterbox()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def entrance(house: House, letters: Letterbox) -> Iterator[Entrance]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with entrance_of(house, SignIn(address=ADDRESS, mail=mail_server(letters.port))) as running:
        yield running


@pytest.fixture
def sato(entrance: Entrance) -> Member:
    return entrance.member(mail=MAIL)


def ask(entrance: Entrance, login: str = "sato", language: str = "ja", city: str = "sapporo") -> str:
    """Ask for a link; answers the page, without the mark of its browser."""
    browser = entrance.browser()
    page = browser.get(f"/desk/{city}/reset?lang={language}")
    mark = Forms(page.text).found[0][1]["mark"]
    answer = browser.submit({"login": login})
    assert answer.status_code == 200, answer.text
    return answer.text.replace(mark, "")


def use(browser: Browser, code: str, secret: str = NEW, city: str = SAPPORO) -> int:
    browser.get(f"/desk/{city}/reset/use")
    return browser.submit({"code": code, "secret": secret}).status_code


def test_a_code_in_a_mail_leads_to_another_secret_and_ends_everything(
    entrance: Entrance, letters: Letterbox, sato: Member
) -> None:
    inside = entrance.browser()
    inside.sign_in()
    wanted = {"name": "集計", "days": 3, "scopes": ["read"], "secret": SECRET}
    made = inside.client.post("/desk/sapporo/tokens", json=wanted, headers={"Origin": ADDRESS}).json()["token"]
    ask(entrance)
    assert letters.people == [MAIL]
    assert (letters.mails[0]["From"], letters.mails[0]["Auto-Submitted"]) == (
        "renkei@city.example.jp",
        "auto-generated",
    )
    browser = entrance.browser()
    assert "札幌市" in browser.get(letters.link()).text
    answer = browser.submit({"code": letters.code(), "secret": NEW})
    assert (answer.status_code, "パスワードを変えました" in answer.text) == (200, True)
    assert not inside.known()
    bearer = entrance.browser().ask(Authorization=f"Bearer {made}")
    assert bearer.status_code == 401
    assert entrance.browser().sign_in().status_code == 401
    assert entrance.browser().sign_in(secret=NEW).status_code == 303


def test_a_code_is_good_once(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    ask(entrance)
    code = letters.code()
    assert use(entrance.browser(), code) == 200
    assert use(entrance.browser(), code, "さらに別のひみつ・長いもの") == 422
    assert entrance.browser().sign_in(secret=NEW).status_code == 303


def test_a_code_ends_after_half_an_hour(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    ask(entrance)
    assert entrance.house.sql(
        "select expires_at - asked_at between '29 min 59 s' and '30 min 1 s' from renkei.resets"
    ) == [(True,)]
    entrance.house.sql("update renkei.resets set expires_at = clock_timestamp()")
    assert use(entrance.browser(), letters.code()) == 422
    assert entrance.browser().sign_in().status_code == 303


def test_the_database_keeps_neither_the_code_nor_the_address(
    entrance: Entrance, letters: Letterbox, sato: Member
) -> None:
    ask(entrance)
    code = letters.code()
    ((digest,),) = entrance.house.sql("select digest from renkei.resets")
    ((address,),) = entrance.house.sql("select address from renkei.mail_addresses")
    assert not any(part in bytes(digest) for part in (code.encode(), code.replace("-", "").encode()))
    assert MAIL.encode() not in bytes(address)


def test_nobody_learns_whether_there_is_a_login(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    entrance.member(login="without")
    left = entrance.member(login="left", mail="left@city.example.jp")
    entrance.house.sql("update renkei.members set active = false where member = %s", left.id)
    told = [ask(entrance, login) for login in ("sato", "nobody", "without", "left", "sato")]
    assert len(set(told)) == 1
    assert letters.people == [MAIL]


def test_what_was_asked_is_looked_up_after_the_answer_was_sent(
    entrance: Entrance, sato: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no time tells who is known either."""
    order: list[str] = []
    known, transport = entrance.identity.resets.ask, entrance.client._transport
    app: Any = transport.app

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            order.append(message["type"])
            await send(message)

        await app(scope, receive, noted)

    def asked(*told: Any) -> Any:
        order.append("asked")
        return known(*told)

    monkeypatch.setattr(transport, "app", noting)
    monkeypatch.setattr(entrance.identity.resets, "ask", asked)
    ask(entrance)
    assert order == ["http.response.start", "http.response.body"] * 2 + ["asked"]


def test_a_member_gets_few_mails_and_a_newer_code_ends_the_one_before(
    entrance: Entrance, letters: Letterbox, sato: Member
) -> None:
    for _ in range(5):
        ask(entrance)
    assert len(letters.mails) == 1
    first = letters.code()
    entrance.house.sql("update renkei.resets set asked_at = asked_at - interval '3 minutes'")
    ask(entrance)
    assert len(letters.mails) == 2
    assert use(entrance.browser(), first) == 422
    assert use(entrance.browser(), letters.code()) == 200


@pytest.mark.parametrize(
    ("secret", "said"), [("短いひみつ", "12"), ("password1234", "推測"), ("sato-sato-sato", "推測"), ("", "空")]
)
def test_a_secret_that_could_be_guessed_is_refused_and_the_code_stays_good(
    entrance: Entrance, letters: Letterbox, sato: Member, secret: str, said: str
) -> None:
    ask(entrance)
    browser = entrance.browser()
    browser.get(letters.link())
    answer = browser.submit({"code": letters.code(), "secret": secret}, headers={"Accept-Language": "ja"})
    assert (answer.status_code, said in answer.text) == (400, True)
    assert use(entrance.browser(), letters.code()) == 200


def test_the_code_of_one_city_is_none_in_another(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    entrance.copy_to_aomori()
    before = entrance.house.sql("select secret_hash from renkei.members where city = '022012'")
    ask(entrance)
    assert use(entrance.browser(), letters.code(), city=AOMORI) == 422
    assert entrance.house.sql("select secret_hash from renkei.members where city = '022012'") == before


def test_the_second_factor_stays(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    entrance.identity.factors.enrol(sato)
    entrance.house.sql("update renkei.second_factors set confirmed_at = clock_timestamp()")
    ask(entrance)
    use(entrance.browser(), letters.code())
    assert entrance.browser().sign_in(secret=NEW).status_code == 401


def test_a_reset_ends_the_wait_of_who_forgot_the_secret(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    browser = entrance.browser()
    for _ in range(6):
        browser.sign_in(secret="違うひみつを入れてみた")
    assert browser.sign_in().status_code == 429
    ask(entrance)
    use(entrance.browser(), letters.code())
    assert browser.sign_in(secret=NEW).status_code == 303


def test_the_host_of_a_request_never_stands_in_the_link(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    browser = entrance.browser()
    browser.get("/desk/sapporo/reset", Host="evil.example")
    browser.submit({"login": "sato"}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert letters.link().startswith("/desk/")


def test_a_mail_is_in_the_readers_language(entrance: Entrance, letters: Letterbox, sato: Member) -> None:
    ask(entrance, language="en")
    mail = letters.mails[0]
    assert (mail["Subject"], "30 minutes" in mail.get_content()) == (
        "Sapporo partnership desk: choose a new password",
        True,
    )


def test_a_mail_server_that_is_away_is_logged_and_tells_nobody_anything(house: House) -> None:
    house.open_city(SAPPORO)
    with entrance_of(house, SignIn(address=ADDRESS, mail=mail_server(free_port()))) as entrance, capture_logs() as said:
        entrance.member(mail=MAIL)
        assert ask(entrance) == ask(entrance, "nobody")
    lines = [line["event"] for line in said]
    assert lines == ["reset_asked", "mail_not_sent", "reset_not_sent"]
    assert not any(word in str(said) for word in (MAIL, "sato", "nobody"))


def test_without_a_mail_server_there_is_no_reset(house: House) -> None:
    house.open_city(SAPPORO)
    with entrance_of(house, SignIn(address=ADDRESS)) as entrance:
        browser = entrance.browser()
        assert "/reset" not in browser.get("/desk/sapporo/sign-in").text
        assert browser.get("/desk/sapporo/reset").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "sato", "sato@", "@city.jp", "a b@city.jp", "a@b@city.jp", "a@city.jp\nBcc: x@y.jp", "a@city.jp,b@city.jp",
     "佐藤@city.jp", "a@localhost", "a" * 250 + "@city.jp"],
)  # fmt: skip
def test_what_is_no_mail_address_is_not_kept(entrance: Entrance, sato: Member, address: str) -> None:
    with pytest.raises(MailAddressInvalid):
        set_mail_address(entrance.owner, entrance.identity.vault, SAPPORO, sato.id, address)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a host that signs itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    place, secret = folder / f"{name}.pem", folder / f"{name}.key"
    place.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))  # fmt: skip
    return place, secret


@pytest.mark.parametrize(("name", "taken"), [("localhost", True), ("elsewhere", False)])
def test_the_server_is_spoken_to_under_tls_alone_and_only_if_it_is_that_server(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    taken: bool,  # noqa: FBT001 - a case
) -> None:
    place, secret = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place, secret)
    box, logins = Letterbox(), []

    def known(_server: Any, _session: Any, _envelope: Any, _kind: str, given: Any) -> AuthResult:
        logins.append((given.login, given.password))
        return AuthResult(success=True)

    server = Controller(box, hostname="localhost", port=box.port, tls_context=context, require_starttls=True,
                        authenticator=known, auth_required=True)  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(place))
    server.start()
    try:
        told = MailServer("localhost", box.port, "starttls", "renkei@city.example.jp", "renkei", "of the server")
        sent = Mail(told).send(MAIL, "reset_mail.ja.txt", city="札幌市", link="https://renkei.test/x", code="abcd")
    finally:
        server.stop()
    assert (sent, len(box.mails), logins) == (taken, int(taken), [(b"renkei", b"of the server")] if taken else [])
