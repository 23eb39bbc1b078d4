"""All settings of one process, read once; nothing else reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import limits
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from api.signing.settings import SignIn, SignInInvalid, here, read_sign_in
from tenants.files.folder import Folder
from tenants.files.s3 import Bucket, BucketSettings
from tenants.files.scanning import Scanner
from tenants.files.storage import Storage

Network = IPv4Network | IPv6Network

HOST: Final = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
"""A host as ``RENKEI_HOSTS`` names it: a name, ``*.`` before one, an address."""
PROXY_HEADERS: Final = ("x-forwarded-for", "forwarded")
OFF: Final = "off"
LAST_PORT: Final = 65_535
SCANNER: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+):([0-9]{1,5})")
"""A scanner as ``RENKEI_SCANNER`` names it: host and port."""
BUCKET: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?([A-Za-z0-9_./-]{0,200})")
"""A bucket as ``RENKEI_FILES`` names it."""
KNOWN: Final = frozenset(
    {
        *("RENKEI_DATA", "RENKEI_DATABASE_URL", "RENKEI_DATABASE_URL_FILE", "RENKEI_HOST", "RENKEI_HOSTS"),
        *("RENKEI_TRUSTED_PROXIES", "RENKEI_PROXY_HEADER", "RENKEI_RATES", "RENKEI_ACCESS_LOG"),
        "RENKEI_MONITORS",
        *("RENKEI_FILES", "RENKEI_FILES_ENDPOINT", "RENKEI_FILES_REGION"),
        *("RENKEI_FILES_KEY_ID", "RENKEI_FILES_SECRET", "RENKEI_FILES_SECRET_FILE", "RENKEI_SCANNER"),
        *("RENKEI_COMMAND_THREADS", "RENKEI_PUBLIC_CONNECTIONS", "RENKEI_DESK_CONNECTIONS", "RENKEI_CONNECTIONS"),
        *(
            "RENKEI_SIGN_IN",
            "RENKEI_TRUSTED_DOCUMENTS_ONLY",
            "RENKEI_PUBLIC_REQUESTS",
            "RENKEI_DESK_REQUESTS",
            "RENKEI_LONGEST_REQUEST",
            "RENKEI_WITHOUT_TLS",
        ),
    }
)
"""Every setting that begins with RENKEI_; one that is not here is taken for a misspelling."""
CLIENTS, DATABASE, STORAGE, SCANNING = "clients", "database", "files", "scanner"
"""Ways on which an operator may say that TLS is not needed."""
LANGUAGES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where the system says in which language its user reads; the first that is set decides (POSIX)."""
RATES: Final = MappingProxyType(
    {
        "public.address": "3000/minute",
        "sign_in.address": "300/minute",
        "sign_in.city": "3000/minute",
        "desk.address": "60000/minute",
        "desk.member": "12000/minute",
        "desk.city": "120000/minute",
        "commands.member": "12000/minute",
        "commands.city": "60000/minute",
    }
)
"""What may be done in a moving minute: kind of request and who is counted, to the usual number.

A whole city hall stands behind one address, so desks are counted generously by address.
"""


class SettingInvalid(Exception):
    """A setting that cannot be used; the text tells the operator which and what is expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lie, which database serves, where the program listens.

    ``database_url``: a PostgreSQL 16 or later of your own, as a role that may create roles; ``None`` means the
    embedded one in the data folder. ``command_threads``: commands that run at once.
    ``longest``: seconds after which a request is answered whatever the database does.
    ``trusted_documents_only``: whether desks carry out no GraphQL documents but those of ``api.desk.documents``.
    ``hosts``: names under which the program answers; none named, any. ``trusted_proxies``: who may say, in
    ``proxy_header``, for whom it asks. ``monitors``: who may read
    ``/metrics``, beside this machine itself. ``public_requests``, ``desk_requests``: requests worked on at once.
    ``connections``: open connections of one process. ``rates``: as RATES; what is not in it is not counted.
    ``without_tls``: ways on which TLS is not asked for, as the operator said: ``clients``, ``database``, ``files``,
    ``scanner``. ``files``: a folder or bucket for attachments; ``None`` means ``files`` in the data folder.
    ``scanner``: looks at attachments before they are accepted; ``None``: nothing does.
    ``language``: of the operator, ``ja`` or ``en``. ``unknown``: what looks like a setting of ours and is none.
    """

    data: Path = Path(".data")
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    command_threads: int = 8
    public_connections: int = 8
    desk_connections: int = 8
    longest: int = 20
    sign_in: SignIn = field(default=SignIn(), repr=False)
    trusted_documents_only: bool = False
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    proxy_header: str = PROXY_HEADERS[0]
    monitors: tuple[Network, ...] = ()
    public_requests: int = 4
    desk_requests: int = 32
    connections: int = 2000
    rates: Mapping[str, str] = field(default_factory=lambda: RATES)
    access_log: bool = True
    language: str = "en"
    database_url_from_file: bool = False
    unknown: tuple[str, ...] = ()
    without_tls: frozenset[str] = frozenset()
    files: Path | BucketSettings | None = None
    scanner: Scanner | None = None

    @staticmethod
    def read(environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of this process. Raises SettingInvalid."""
        usual = Settings()
        data = Path(environment.get("RENKEI_DATA") or usual.data).expanduser().absolute()
        named = environment.get("RENKEI_SIGN_IN")
        try:
            sign_in = read_sign_in(Path(named).expanduser() if named else None, data, environment)
        except SignInInvalid as error:
            raise SettingInvalid(str(error)) from error
        return Settings(
            data=data,
            database_url=secret(environment, "RENKEI_DATABASE_URL"),
            host=environment.get("RENKEI_HOST") or usual.host,
            port=_whole(environment, "PORT", usual.port, LAST_PORT),
            command_threads=_whole(environment, "RENKEI_COMMAND_THREADS", usual.command_threads, 64),
            public_connections=_whole(environment, "RENKEI_PUBLIC_CONNECTIONS", usual.public_connections, 100),
            desk_connections=_whole(environment, "RENKEI_DESK_CONNECTIONS", usual.desk_connections, 100),
            longest=_whole(environment, "RENKEI_LONGEST_REQUEST", usual.longest, 600),
            sign_in=sign_in,
            trusted_documents_only=_yes(environment, "RENKEI_TRUSTED_DOCUMENTS_ONLY"),
            hosts=_hosts(environment),
            trusted_proxies=_networks(environment, "RENKEI_TRUSTED_PROXIES"),
            proxy_header=_one_of(environment, "RENKEI_PROXY_HEADER", PROXY_HEADERS),
            monitors=_networks(environment, "RENKEI_MONITORS"),
            public_requests=_whole(environment, "RENKEI_PUBLIC_REQUESTS", usual.public_requests, 1000),
            desk_requests=_whole(environment, "RENKEI_DESK_REQUESTS", usual.desk_requests, 1000),
            connections=_whole(environment, "RENKEI_CONNECTIONS", usual.connections, 100_000),
            rates=_rates(environment.get("RENKEI_RATES") or ""),
            access_log=_one_of(environment, "RENKEI_ACCESS_LOG", ("on", OFF)) != OFF,
            language=_language(environment),
            database_url_from_file=bool(environment.get("RENKEI_DATABASE_URL_FILE")),
            without_tls=_without_tls(environment),
            files=read_files(environment),
            scanner=read_scanner(environment.get("RENKEI_SCANNER") or ""),
            unknown=tuple(sorted(name for name in environment if name.startswith("RENKEI_") and name not in KNOWN)),
        )


def check_clients(settings: Settings) -> None:
    """Refuse to be reached by others who could be read on the way. Raises SettingInvalid."""
    if not here(settings.host) and not settings.trusted_proxies and CLIENTS not in settings.without_tls:
        raise SettingInvalid(
            f"RENKEI_HOST is {settings.host}, so others reach renkei without TLS. Put a proxy with TLS before it and"
            " name it in RENKEI_TRUSTED_PROXIES, or set RENKEI_HOST=127.0.0.1. If nobody can read along on that"
            f" network, say so: RENKEI_WITHOUT_TLS={CLIENTS}"
        )


def check_database(settings: Settings) -> None:
    """Refuse a database elsewhere that is not reached under TLS with its certificate checked. Raises SettingInvalid."""
    if settings.database_url is None or DATABASE in settings.without_tls:
        return
    try:
        told = conninfo_to_dict(settings.database_url)
    except ProgrammingError:
        return  # said better where it is used
    hosts = f"{told.get('hostaddr') or told.get('host') or ''}".split(",")
    if (
        not all(not host or host.startswith("/") or here(host) for host in hosts)
        and told.get("sslmode") != "verify-full"
    ):
        raise SettingInvalid(
            "The database is on another machine, and its address does not ask for TLS with a checked certificate. Add"
            " sslmode=verify-full to it (and sslrootcert=… for an authority of your own). If nobody can read along on"
            f" that network, say so: RENKEI_WITHOUT_TLS={DATABASE}"
        )


def read_files(environment: Mapping[str, str]) -> Path | BucketSettings | None:
    """Where files lie: a folder, ``s3://bucket/prefix``, or the data folder when nothing is said.

    Raises SettingInvalid.
    """
    told = environment.get("RENKEI_FILES") or ""
    if not told:
        return None
    if not told.startswith("s3://"):
        return Path(told).expanduser().absolute()
    found, endpoint = BUCKET.fullmatch(told), environment.get("RENKEI_FILES_ENDPOINT") or None
    if found is None:
        raise SettingInvalid(f"RENKEI_FILES is {told!r}; write a folder, or s3://bucket or s3://bucket/prefix.")
    if endpoint is not None and not endpoint.startswith(("https://", "http://")):
        raise SettingInvalid(f"RENKEI_FILES_ENDPOINT is {endpoint!r}; write https:// and the host of the service.")
    usual = BucketSettings(found[1])
    return BucketSettings(
        found[1],
        found[2] or "",
        endpoint,
        environment.get("RENKEI_FILES_REGION") or usual.region,
        environment.get("RENKEI_FILES_KEY_ID") or None,
        secret(environment, "RENKEI_FILES_SECRET"),
    )


def check_files(settings: Settings) -> None:
    """Refuse a storage elsewhere that is not reached under TLS. Raises SettingInvalid."""
    told = settings.files
    if not isinstance(told, BucketSettings) or told.endpoint is None or STORAGE in settings.without_tls:
        return
    address = urlsplit(told.endpoint)
    if address.scheme != "https" and not here(address.hostname or ""):
        raise SettingInvalid(
            "RENKEI_FILES_ENDPOINT is on another machine and does not begin with https://, so others could read along."
            f" If nobody can on that network, say so: RENKEI_WITHOUT_TLS={STORAGE}"
        )


def storage_of(settings: Settings) -> Storage:
    """The storage of files that the settings name; nothing is asked of it yet. Raises SettingInvalid."""
    check_files(settings)
    if isinstance(settings.files, BucketSettings):
        return Bucket(settings.files)
    return Folder(settings.files or settings.data / "files")


def read_scanner(told: str) -> Scanner | None:
    """The scanner for malware: ``host:port``, or the path of its socket. Raises SettingInvalid."""
    if not told or told.startswith("/"):
        return Scanner(path=told) if told else None
    found = SCANNER.fullmatch(told)
    if found is None or not 1 <= int(found[2]) <= LAST_PORT:
        raise SettingInvalid(f"RENKEI_SCANNER is {told!r}; write host:port of a clamd, or the path of its socket.")
    return Scanner(found[1].strip("[]"), int(found[2]))


def scanner_of(settings: Settings) -> Scanner | None:
    """The scanner that the settings name; refuses one to whom files would go readable for others.

    Raises SettingInvalid.
    """
    told = settings.scanner
    if told is not None and not told.path and not here(told.host) and SCANNING not in settings.without_tls:
        raise SettingInvalid(
            "RENKEI_SCANNER is on another machine, and clamd has no TLS, so others could read the files. Let one listen"
            f" on this machine. If nobody can read along on that network, say so: RENKEI_WITHOUT_TLS={SCANNING}"
        )
    return told


def _without_tls(environment: Mapping[str, str]) -> frozenset[str]:
    told = frozenset(listed(environment.get("RENKEI_WITHOUT_TLS") or ""))
    if told - {CLIENTS, DATABASE, STORAGE, SCANNING}:
        raise SettingInvalid(
            f"RENKEI_WITHOUT_TLS is {', '.join(sorted(told))!r}; write {CLIENTS}, {DATABASE}, {STORAGE} or"
            f" {SCANNING}, with commas."
        )
    return told


def _yes(environment: Mapping[str, str], name: str) -> bool:
    told = environment.get(name) or "no"
    if told not in {"yes", "no"}:
        raise SettingInvalid(f"{name} is {told!r}; it must be yes or no.")
    return told == "yes"


def _whole(environment: Mapping[str, str], name: str, usual: int, most: int) -> int:
    told = environment.get(name) or str(usual)
    if not (told.isascii() and told.isdigit() and 1 <= int(told) <= most):
        raise SettingInvalid(f"{name} is {told!r}; it must be a whole number from 1 to {most}.")
    return int(told)


def secret(environment: Mapping[str, str], name: str) -> str | None:
    """A secret from the environment or from the file that ``<name>_FILE`` names. Raises SettingInvalid."""
    told, path = environment.get(name) or None, environment.get(f"{name}_FILE")
    if not path:
        return told
    if told is not None:
        raise SettingInvalid(f"Both {name} and {name}_FILE are set. Keep one of them.")
    try:
        return Path(path).read_text("utf-8").strip() or None
    except UnicodeDecodeError as error:
        raise SettingInvalid(f"{name}_FILE: the file {path} is not UTF-8 text.") from error
    except OSError as error:
        raise SettingInvalid(f"{name}_FILE: the file {path} cannot be read ({error.strerror}).") from error


def listed(text: str) -> list[str]:
    """The entries of a list with commas."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _hosts(environment: Mapping[str, str]) -> tuple[str, ...]:
    names = listed((environment.get("RENKEI_HOSTS") or "").lower())
    for name in names:
        if not HOST.fullmatch(name):
            raise SettingInvalid(
                f"RENKEI_HOSTS names {name!r}; write names without port or scheme, with commas between them, for"
                " example renkei.example.jp,*.renkei.example.jp"
            )
    return tuple(names)


def _networks(environment: Mapping[str, str], name: str) -> tuple[Network, ...]:
    found = []
    for entry in listed(environment.get(name) or ""):
        try:
            found.append(ip_network(entry))
        except ValueError as error:
            raise SettingInvalid(
                f"{name} names {entry!r}; write addresses or networks, for example 10.0.0.5,192.168.10.0/24 ({error})."
            ) from error
    return tuple(found)


def _rates(text: str) -> Mapping[str, str]:
    rates = dict(RATES)
    for entry in listed(text):
        name, _, told = (part.strip() for part in entry.partition("="))
        if entry == OFF:
            rates.clear()
        elif name not in RATES:
            raise SettingInvalid(
                f"RENKEI_RATES: {entry!r} is not understood. Write `off`, or entries such as"
                f" public.address=600/minute or public.address=off; there are {', '.join(RATES)}."
            )
        elif told == OFF:
            rates.pop(name, None)
        else:
            rates[name] = _rate(name, told)
    return MappingProxyType(rates)


def _rate(name: str, told: str) -> str:
    try:
        rate = limits.parse(told)
    except ValueError as error:
        raise SettingInvalid(f"RENKEI_RATES: {name} is {told!r}; write a number and a time: 600/minute.") from error
    if rate.amount < 1:
        raise SettingInvalid(f"RENKEI_RATES: {name} is {told!r}; it must let at least one through. To turn it off: off")
    return told


def _one_of(environment: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    told = (environment.get(name) or values[0]).lower()
    if told not in values:
        raise SettingInvalid(f"{name} is {told!r}; it must be one of {', '.join(values)}.")
    return told


def _language(environment: Mapping[str, str]) -> str:
    told = next((environment[name] for name in LANGUAGES if environment.get(name)), "")
    return "ja" if told.startswith("ja") else "en"
