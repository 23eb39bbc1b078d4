"""All settings of one process, read once; nothing else reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.signing.settings import SignIn, SignInInvalid, read_sign_in


class SettingInvalid(Exception):
    """A setting that cannot be used; the text tells the operator which and what is expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lie, which database serves, where the program listens.

    ``database_url``: a PostgreSQL 16 or later of your own, as a role that may create roles; ``None`` means the
    embedded one in the data folder. ``command_threads``: commands that run at once.
    ``longest``: seconds after which a request is answered whatever the database does.
    ``trusted_documents_only``: whether desks carry out no GraphQL documents but those of ``api.desk.documents``.
    """

    data: Path = Path(".data")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    command_threads: int = 8
    public_connections: int = 8
    desk_connections: int = 8
    longest: int = 20
    sign_in: SignIn = field(default=SignIn(), repr=False)
    trusted_documents_only: bool = False

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
            database_url=environment.get("RENKEI_DATABASE_URL") or None,
            host=environment.get("RENKEI_HOST") or usual.host,
            port=_whole(environment, "PORT", usual.port, 65_535),
            command_threads=_whole(environment, "RENKEI_COMMAND_THREADS", usual.command_threads, 64),
            public_connections=_whole(environment, "RENKEI_PUBLIC_CONNECTIONS", usual.public_connections, 100),
            desk_connections=_whole(environment, "RENKEI_DESK_CONNECTIONS", usual.desk_connections, 100),
            longest=_whole(environment, "RENKEI_LONGEST_REQUEST", usual.longest, 600),
            sign_in=sign_in,
            trusted_documents_only=_yes(environment, "RENKEI_TRUSTED_DOCUMENTS_ONLY"),
        )


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
