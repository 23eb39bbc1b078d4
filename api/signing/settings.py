"""What a deployment says about signing in: one TOML file, read once (サインインの設定).

The file is ``sign-in.toml`` in the data folder, or wherever ``RENKEI_SIGN_IN`` says. No secret stands in it: it names a
file (relative to its own folder) or an environment variable that holds one. Without the file there are local accounts
only, and no mail.

    address = "https://renkei.city.example.jp"   # how browsers reach this deployment

    [second_factor]                              # which roles need one to use an account with a password
    usual = ["desk_officer", "approver"]         # left out: every role
    "011002" = ["city_administrator"]            # a city with a rule of its own

    [mail]
    host = "smtp.city.example.jp"
    port = 587
    security = "starttls"                        # or "tls"; "none" only to this machine itself
    sender = "renkei@city.example.jp"
    user = "renkei"
    password_file = "smtp.password"              # or password_env = "SMTP_PASSWORD"

    [[provider]]
    name = "staff"                               # stands in addresses
    cities = ["011002"]
    profile = "keycloak"                         # see profiles.toml
    issuer = "https://id.city.example.jp/realms/staff"
    client_id = "renkei"
    client_secret_file = "staff.secret"          # or client_secret_env = "STAFF_SECRET"
    link_by = "employee_number"                  # a claim that is a member's login; left out: an operator links

Register ``<address>/desk/<city>/sign-in/<name>/callback`` with the provider, ``<city>`` being the six-digit code.
"""

import re
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from domain.roles import SIGNED_IN, Role
from domain.values import CityCode
from tenants.members import Member

FILE: Final = "sign-in.toml"
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
CITY: Final = re.compile(r"\d{6}")
USUAL: Final = "usual"
DEMANDED: Final = {USUAL: SIGNED_IN}
"""Who needs a second factor where the file does not say: everybody with an account that has a password."""


class SignInInvalid(Exception):
    """The file cannot be used; the text tells the operator where and what is expected."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of provider, as in ``profiles.toml``."""

    title_ja: str
    title_en: str
    issuer: str
    scopes: tuple[str, ...]
    authentication: Literal["client_secret_basic", "client_secret_post", "none"]
    algorithms: tuple[str, ...]
    userinfo: bool
    never_link_by: frozenset[str]
    require: dict[str, tuple[str, ...]] = {}


class _Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    cities: tuple[str, ...]
    issuer: str
    client_id: str
    profile: str = "openid"
    client_secret_file: str | None = None
    client_secret_env: str | None = None
    label_ja: str | None = None
    label_en: str | None = None
    scopes: tuple[str, ...] = ()
    link_by: str | None = None
    require: dict[str, tuple[str, ...]] = {}


class _Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_file: str | None = None
    password_env: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str | None = None
    local: bool = True
    proxy: str | None = None
    mail: _Mail | None = None
    provider: tuple[_Provider, ...] = ()
    second_factor: dict[str, tuple[str, ...]] = {}


class Provider(msgspec.Struct, frozen=True):
    """One provider with whom members of some cities sign in."""

    name: str
    cities: frozenset[CityCode]
    issuer: str
    client_id: str
    client_secret: str
    profile: Profile
    label_ja: str
    label_en: str
    scopes: tuple[str, ...]
    link_by: str | None
    require: dict[str, tuple[str, ...]]


class MailServer(msgspec.Struct, frozen=True):
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None
    password: str


class SignIn(msgspec.Struct, frozen=True):
    """How people sign in here. ``address`` is without a slash at its end; ``local``: also by login and secret.

    ``second_factor``: roles that need one, by city and, as ``usual``, for all others. What is read from a file, also
    when there is none, demands it as ``DEMANDED`` does; a value made without saying so demands none.
    """

    address: str | None = None
    local: bool = True
    proxy: str | None = None
    mail: MailServer | None = None
    providers: tuple[Provider, ...] = ()
    second_factor: dict[str, frozenset[Role]] = {}

    def demands(self, member: Member) -> bool:
        """Whether a member needs a second factor to use an account with a password."""
        return not member.roles.isdisjoint(
            self.second_factor.get(member.city, self.second_factor.get(USUAL, frozenset()))
        )

    def of(self, city: CityCode) -> list[Provider]:
        """The providers of one city, in the order of the file."""
        return [provider for provider in self.providers if city in provider.cities]


@cache
def profiles() -> dict[str, Profile]:
    """The kinds of provider that come with the program."""
    return msgspec.toml.decode((Path(__file__).parent / "profiles.toml").read_text("utf-8"), type=dict[str, Profile])


def read_sign_in(path: Path | None, data: Path, environment: Mapping[str, str]) -> SignIn:
    """The settings of the file that was named, else of the one in the data folder. Raises SignInInvalid."""
    place = path or data / FILE
    if path is None and not place.exists():
        return SignIn(second_factor=DEMANDED)
    try:
        told = msgspec.toml.decode(place.read_text("utf-8"), type=_File)
    except (OSError, UnicodeDecodeError) as error:
        raise SignInInvalid(f"{place} cannot be read.") from error
    except msgspec.MsgspecError as error:
        raise SignInInvalid(f"{place}: {error}") from error
    secrets = _Secrets(place, environment)
    if told.provider and told.address is None:
        raise SignInInvalid(f'{place}: providers need the address of this deployment: address = "https://…".')
    if told.mail and told.address is None:
        raise SignInInvalid(f'{place}: mail needs the address of this deployment: address = "https://…".')
    names = [provider.name for provider in told.provider]
    if len(set(names)) < len(names):
        raise SignInInvalid(f"{place}: two providers have the same name.")
    return SignIn(
        address=None if told.address is None else _address(place, told.address),
        local=told.local,
        proxy=told.proxy,
        mail=None if told.mail is None else _mail(place, told.mail, secrets),
        providers=tuple(_provider(place, provider, secrets) for provider in told.provider),
        second_factor={**DEMANDED, **_second_factor(place, told.second_factor)},
    )


def _second_factor(place: Path, told: dict[str, tuple[str, ...]]) -> dict[str, frozenset[Role]]:
    known = {role.value for role in SIGNED_IN}
    for where, roles in told.items():
        if where != USUAL and not CITY.fullmatch(where):
            raise SignInInvalid(f"{place}: second_factor {where!r}: write {USUAL}, or a six-digit code such as 011002.")
        for role in sorted(set(roles) - known):
            raise SignInInvalid(
                f"{place}: second_factor {where}: there is no role {role!r}. Use some of: {', '.join(sorted(known))}."
            )
    return {where: frozenset(map(Role, roles)) for where, roles in told.items()}


class _Secrets:
    """Reads secrets from where the file says they are."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self._place, self._environment = place, environment

    def read(self, what: str, file: str | None, variable: str | None) -> str:
        if file is not None:
            try:
                found = (self._place.parent / file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SignInInvalid(f"{self._place}: {what}_file {file!r} cannot be read.") from error
        else:
            found = self._environment.get(variable or "", "")
        if not found:
            raise SignInInvalid(f"{self._place}: {what} is missing; name {what}_file or {what}_env, which holds it.")
        return found


def _address(place: Path, told: str) -> str:
    parts = urlsplit(told)
    if parts.path.strip("/") or parts.query or parts.fragment or not _safe(told):
        raise SignInInvalid(f"{place}: address must be like https://renkei.example.jp, with nothing after the host.")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _safe(address: str) -> bool:
    """Whether what is sent there can be read by nobody on the way: TLS, or this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here(parts.hostname or "")))


def here(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _mail(place: Path, told: _Mail, secrets: _Secrets) -> MailServer:
    if told.security == "none" and not here(told.host):
        raise SignInInvalid(f'{place}: mail to another machine needs security = "starttls" or "tls".')
    password = secrets.read("password", told.password_file, told.password_env) if told.user else ""
    return MailServer(told.host, told.port, told.security, told.sender, told.user, password)


def _provider(place: Path, told: _Provider, secrets: _Secrets) -> Provider:
    where = f"{place}: provider {told.name!r}"
    profile = profiles().get(told.profile)
    if not NAME.fullmatch(told.name):
        raise SignInInvalid(f"{where}: a name is of small letters, digits and hyphens.")
    if profile is None:
        raise SignInInvalid(f"{where}: there is no profile {told.profile!r}. Use one of: {', '.join(profiles())}.")
    if not re.fullmatch(profile.issuer, told.issuer) or not _safe(told.issuer):
        raise SignInInvalid(f"{where}: {told.issuer!r} is no issuer of the profile {told.profile!r} (one tenant, TLS).")
    if told.link_by in profile.never_link_by:
        raise SignInInvalid(f"{where}: link_by {told.link_by!r} is a claim that people can change; name another.")
    for code in told.cities:
        if not CITY.fullmatch(code):
            raise SignInInvalid(f"{where}: cities are six-digit codes, such as 011002.")
    secret = (
        ""
        if profile.authentication == "none"
        else secrets.read("client_secret", told.client_secret_file, told.client_secret_env)
    )
    return Provider(
        told.name,
        frozenset(map(CityCode, told.cities)),
        told.issuer,
        told.client_id,
        secret,
        profile,
        told.label_ja or profile.title_ja,
        told.label_en or profile.title_en,
        tuple(dict.fromkeys(("openid", *profile.scopes, *told.scopes))),
        told.link_by,
        {**profile.require, **told.require},
    )
