"""Settings of the guard, and what an operator is told about one that cannot be used."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from api.settings import RATES, SettingInvalid, Settings, check_clients, check_database, check_files
from api.signing.settings import DEMANDED, SignIn


def test_what_is_not_set_is_as_usual() -> None:
    assert Settings.read({"RENKEI_DATA": "/srv"}) == Settings(Path("/srv"), sign_in=SignIn(second_factor=DEMANDED))


def test_what_is_set_is_read() -> None:
    read = Settings.read(
        {
            "RENKEI_HOSTS": " Renkei.example.jp, *.renkei.example.jp,[::1] ",
            "RENKEI_TRUSTED_PROXIES": "10.0.0.5, fd00::/8",
            "RENKEI_PROXY_HEADER": "Forwarded",
            "RENKEI_MONITORS": "10.0.0.9,fd00:1::/64",
            "RENKEI_PUBLIC_REQUESTS": "2",
            "RENKEI_DESK_REQUESTS": "3",
            "RENKEI_CONNECTIONS": "50",
            "RENKEI_ACCESS_LOG": "off",
            "RENKEI_RATES": "public.address=10/second, desk.city=off",
        }
    )
    assert read.hosts == ("renkei.example.jp", "*.renkei.example.jp", "[::1]")
    assert read.trusted_proxies == (ip_network("10.0.0.5/32"), ip_network("fd00::/8"))
    assert read.monitors == (ip_network("10.0.0.9/32"), ip_network("fd00:1::/64"))
    assert (read.proxy_header, read.public_requests, read.desk_requests, read.connections) == ("forwarded", 2, 3, 50)
    assert read.access_log is False
    expected = {**RATES, "public.address": "10/second"}
    del expected["desk.city"]
    assert read.rates == expected


def test_all_budgets_can_be_turned_off() -> None:
    assert Settings.read({"RENKEI_RATES": "off"}).rates == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RENKEI_HOSTS", "https://renkei.example.jp", "without port or scheme"),
        ("RENKEI_HOSTS", "renkei.example.jp:443", "without port or scheme"),
        ("RENKEI_TRUSTED_PROXIES", "10.0.0.1/8", "host bits"),
        ("RENKEI_MONITORS", "prometheus", "addresses or networks"),
        ("RENKEI_TRUSTED_PROXIES", "proxy", "addresses or networks"),
        ("RENKEI_PROXY_HEADER", "x-real-ip", "x-forwarded-for, forwarded"),
        ("RENKEI_PUBLIC_REQUESTS", "0", "1 to 1000"),
        ("RENKEI_DESK_REQUESTS", "many", "1 to 1000"),
        ("RENKEI_CONNECTIONS", "-1", "1 to 100000"),
        ("RENKEI_ACCESS_LOG", "yes", "on, off"),
        ("RENKEI_RATES", "public=3/minute", "public.address"),
        ("RENKEI_RATES", "public.address=fast", "600/minute"),
        ("RENKEI_RATES", "public.address=0/minute", "at least one"),
        ("RENKEI_RATES", "public.address", "600/minute"),
    ],
)
def test_a_setting_that_cannot_be_used_says_which_and_what_is_expected(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingInvalid, match=name) as refused:
        Settings.read({name: value})
    assert told in str(refused.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://admin:geheim@db/renkei\n")
    read = Settings.read({"RENKEI_DATABASE_URL_FILE": str(file)})
    assert read.database_url == "postgresql://admin:geheim@db/renkei"
    with pytest.raises(SettingInvalid, match="Both RENKEI_DATABASE_URL and RENKEI_DATABASE_URL_FILE"):
        Settings.read({"RENKEI_DATABASE_URL_FILE": str(file), "RENKEI_DATABASE_URL": "x"})
    with pytest.raises(SettingInvalid, match="cannot be read"):
        Settings.read({"RENKEI_DATABASE_URL_FILE": str(tmp_path / "none")})
    file.write_bytes(b"\xff")
    with pytest.raises(SettingInvalid, match="UTF-8"):
        Settings.read({"RENKEI_DATABASE_URL_FILE": str(file)})


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    assert "geheim" not in repr(Settings.read({"RENKEI_DATABASE_URL": "postgresql://admin:geheim@db/renkei"}))


@pytest.mark.parametrize(("host", "more", "let"), [
    ("127.0.0.1", {}, True), ("::1", {}, True), ("localhost", {}, True), ("0.0.0.0", {}, False),  # noqa: S104
    ("10.0.0.5", {}, False), ("renkei.example.jp", {}, False), ("::", {}, False),
    ("0.0.0.0", {"RENKEI_TRUSTED_PROXIES": "10.0.0.1"}, True),  # noqa: S104
    ("0.0.0.0", {"RENKEI_WITHOUT_TLS": "clients"}, True), ("0.0.0.0", {"RENKEI_WITHOUT_TLS": "database"}, False),  # noqa: S104
])  # fmt: skip
def test_others_reach_it_over_tls_or_it_does_not_start(host: str, more: dict[str, str], let: bool) -> None:  # noqa: FBT001
    settings = Settings.read({"RENKEI_HOST": host, **more})
    if let:
        check_clients(settings)
    else:
        with pytest.raises(SettingInvalid, match="RENKEI_TRUSTED_PROXIES"):
            check_clients(settings)


@pytest.mark.parametrize(("url", "let"), [
    ("postgresql://u:geheim@127.0.0.1/renkei", True), ("postgresql:///renkei?host=/run/postgresql", True),
    ("postgresql://u:geheim@localhost/renkei", True), ("host=::1 dbname=renkei", True), ("not an address", True),
    ("postgresql://u:geheim@db.example/renkei", False),
    ("postgresql://u:geheim@db.example/renkei?sslmode=require", False),
    ("postgresql://u:geheim@db.example/renkei?sslmode=verify-full", True),
    ("postgresql://u:geheim@localhost,db.example/renkei", False),
    ("host=localhost hostaddr=10.0.0.1 dbname=renkei", False),
])  # fmt: skip
def test_a_database_elsewhere_is_reached_with_its_certificate_checked_or_not_at_all(url: str, let: bool) -> None:  # noqa: FBT001
    if let:
        check_database(Settings.read({"RENKEI_DATABASE_URL": url}))
        return
    with pytest.raises(SettingInvalid, match="sslmode=verify-full") as refused:
        check_database(Settings.read({"RENKEI_DATABASE_URL": url}))
    assert "geheim" not in str(refused.value)
    check_database(Settings.read({"RENKEI_DATABASE_URL": url, "RENKEI_WITHOUT_TLS": "clients,database"}))


@pytest.mark.parametrize(
    ("endpoint", "told", "let"),
    [
        ("http://files.example.jp", "", False),
        ("https://files.example.jp", "", True),
        ("http://127.0.0.1:9000", "", True),
        ("http://files.example.jp", "files", True),
    ],
)
def test_files_go_to_another_machine_under_tls_alone(endpoint: str, told: str, *, let: bool) -> None:
    given = {"RENKEI_FILES": "s3://bucket/desk", "RENKEI_FILES_ENDPOINT": endpoint, "RENKEI_WITHOUT_TLS": told}
    settings = Settings.read({**given, "RENKEI_FILES_SECRET": "geheim"})
    assert "geheim" not in repr(settings)
    if let:
        check_files(settings)
        return
    with pytest.raises(SettingInvalid, match="https://"):
        check_files(settings)


def test_what_may_be_without_tls_is_named() -> None:
    with pytest.raises(SettingInvalid, match="clients, database, files or scanner"):
        Settings.read({"RENKEI_WITHOUT_TLS": "yes"})
