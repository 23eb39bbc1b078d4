"""The file that says how people sign in: what is read, and what is refused with a word on what to write instead."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from api.settings import SettingInvalid, Settings
from api.signing.settings import DEMANDED, SignIn, SignInInvalid, profiles, read_sign_in
from domain.values import CityCode
from tenants.members import SIGNED_IN, Member, Role, having
from tests.conftest import AOMORI, SAPPORO

TENANT = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
WHOLE = f"""
address = "https://renkei.city.example.jp"

[mail]
host = "smtp.city.example.jp"
sender = "renkei@city.example.jp"
user = "renkei"
password_file = "smtp.password"

[[provider]]
name = "staff"
cities = ["{SAPPORO}"]
profile = "entra_id"
issuer = "{TENANT}"
client_id = "of renkei"
client_secret_env = "STAFF_SECRET"
link_by = "employee_number"
"""


def read(folder: Path, content: str, environment: Mapping[str, str] | None = None) -> SignIn:
    (folder / "sign-in.toml").write_text(content, "utf-8")
    return read_sign_in(None, folder, {"STAFF_SECRET": "ひみつ"} if environment is None else environment)


def test_a_whole_file_is_read_and_its_secrets_come_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "smtp.password").write_text("of the server\n", "utf-8")
    told = read(tmp_path, WHOLE)
    (provider,) = told.of(SAPPORO)
    assert told.of(AOMORI) == []
    assert (provider.client_secret, provider.issuer, provider.link_by) == ("ひみつ", TENANT, "employee_number")
    assert provider.profile == profiles()["entra_id"]
    assert told.mail is not None
    assert (told.mail.password, told.mail.security, told.mail.port) == ("of the server", "starttls", 587)


def test_without_a_file_there_are_local_accounts_only(tmp_path: Path) -> None:
    assert read_sign_in(None, tmp_path, {}) == SignIn(second_factor=DEMANDED)


def test_the_file_may_lie_elsewhere_and_one_that_was_named_must_be_there(tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.toml"
    environment = {"RENKEI_DATA": str(tmp_path), "RENKEI_SIGN_IN": str(place)}
    with pytest.raises(SettingInvalid, match=r"elsewhere\.toml cannot be read"):
        Settings.read(environment)
    place.write_text('address = "https://renkei.city.example.jp/"\nlocal = false\n', "utf-8")
    settings = Settings.read(environment)
    assert (settings.sign_in.address, settings.sign_in.local) == ("https://renkei.city.example.jp", False)


def test_no_secret_is_shown_with_the_settings(tmp_path: Path) -> None:
    (tmp_path / "smtp.password").write_text("of the server", "utf-8")
    (tmp_path / "sign-in.toml").write_text(WHOLE, "utf-8")
    shown = repr(Settings.read({"RENKEI_DATA": str(tmp_path), "STAFF_SECRET": "ひみつ"}))
    assert not any(secret in shown for secret in ("of the server", "ひみつ"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (TENANT, TENANT.replace("https", "http"), "no issuer of the profile"),
        ("11111111-2222-3333-4444-555555555555", "common", "one tenant"),
        ("11111111-2222-3333-4444-555555555555", "organizations", "one tenant"),
        (TENANT, "https://login.microsoftonline.com.evil.example/v2.0", "no issuer of the profile"),
        ('link_by = "employee_number"', 'link_by = "email"', "people can change"),
        ('link_by = "employee_number"', 'link_by = "preferred_username"', "people can change"),
        ('profile = "entra_id"', 'profile = "entra"', "Use one of: openid, entra_id, keycloak, gbizid"),
        ('name = "staff"', 'name = "../staff"', "small letters"),
        (f'cities = ["{SAPPORO}"]', 'cities = ["sapporo"]', "six-digit"),
        ('address = "https://renkei.city.example.jp"', "", "address"),
        ('"https://renkei.city.example.jp"', '"http://renkei.city.example.jp"', "must be like"),
        ('"https://renkei.city.example.jp"', '"https://renkei.city.example.jp/path"', "must be like"),
        ("STAFF_SECRET", "OTHER", "client_secret is missing"),
        ('client_secret_env = "STAFF_SECRET"', 'client_secret = "ひみつ"', "unknown field `client_secret`"),
        ("smtp.password", "gone.password", "cannot be read"),
        ('user = "renkei"', 'security = "none"', "starttls"),
        ("[mail]", "[mail", "sign-in.toml"),
    ],
)
def test_a_file_that_would_be_unsafe_or_wrong_is_refused_with_a_reason(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in WHOLE
    (tmp_path / "smtp.password").write_text("of the server", "utf-8")
    with pytest.raises(SignInInvalid) as refused:
        read(tmp_path, WHOLE.replace(before, after))
    assert said in str(refused.value)
    assert "ひみつ" not in str(refused.value)


def test_two_providers_need_two_names(tmp_path: Path) -> None:
    (tmp_path / "smtp.password").write_text("of the server", "utf-8")
    with pytest.raises(SignInInvalid, match="same name"):
        read(tmp_path, WHOLE + WHOLE[WHOLE.index("[[provider]]") :])


@pytest.mark.parametrize("name", sorted(profiles()))
def test_no_profile_takes_an_unsigned_token_or_a_shared_key(name: str) -> None:
    profile = profiles()[name]
    assert all(algorithm[:2] in {"RS", "PS", "ES", "Ed"} for algorithm in profile.algorithms)
    assert {"name"} <= profile.never_link_by


def somebody(*roles: Role, city: CityCode = SAPPORO) -> Member:
    return Member(city, uuid4(), having(roles))


def test_every_role_needs_a_second_factor_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    for told in (read_sign_in(None, tmp_path, {}), read(tmp_path, "local = true")):
        assert {role for role in SIGNED_IN if told.demands(somebody(role))} == SIGNED_IN
        assert not told.demands(somebody())


def test_a_file_names_the_roles_for_all_and_for_a_city(tmp_path: Path) -> None:
    told = read(tmp_path, f'[second_factor]\nusual = ["approver"]\n"{AOMORI}" = ["staff"]')
    found = [
        told.demands(somebody(role, city=city)) for city in (SAPPORO, AOMORI) for role in (Role.APPROVER, Role.STAFF)
    ]
    assert found == [True, False, False, True]
    assert not read(tmp_path, "[second_factor]\nusual = []").demands(somebody(Role.APPROVER))
    only = read(tmp_path, f'[second_factor]\n"{AOMORI}" = []')
    assert (only.demands(somebody(Role.APPROVER)), only.demands(somebody(Role.APPROVER, city=AOMORI))) == (True, False)


@pytest.mark.parametrize(
    ("line", "said"), [('usual = ["mayor"]', "mayor"), ('"1" = []', "six-digit"), ("usual = 1", "array")]
)
def test_a_second_factor_for_nobody_there_is_refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SignInInvalid, match=said):
        read(tmp_path, f"[second_factor]\n{line}")
