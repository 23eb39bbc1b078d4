"""A data folder on disk: how it is made, whom it belongs to, and what its server says.

    home/                 ours, closed to others
      owner.lock          locked by the one process that owns the folder
      admin.password      of the database account `renkei_admin`
      start.log           what PostgreSQL said before it opened its own log
      socket.folder       names the socket's folder when the usual path would be too long
      server/             belongs to the user who runs PostgreSQL
        data/ socket/ log/

Below a closed folder such as /root, the user who runs PostgreSQL cannot walk from the top of the disk down to the data.
Nor need they: they are put into it, and reach everything from there (`/proc/self/cwd`, `../socket`, `../log`).
"""

import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tenants.database.errors import DataFolderDamaged, DataFolderForeign, DataFolderVersion
from tenants.database.files import flush_folder, refused_by_disk, refused_by_server, write_private
from tenants.database.programs import Account, Programs, ourselves_or_nobody

ADMIN = "renkei_admin"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 107  # the kernel's limit for the path of a socket, without the closing zero
CLIENT_TOO_EARLY = "the database system is"  # ... starting up: told to a client, no reason to end
PRIVATE_FOLDER = stat.S_IFDIR | 0o700
PID_FILE_LINES = 8  # the last says "starting", "ready" or "stopping"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data folder at `home`."""

    home: Path

    @property
    def server(self) -> Path:
        """What belongs to the user who runs PostgreSQL."""
        return self.home / "server"

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory (PGDATA)."""
        return self.server / "data"

    @property
    def password_file(self) -> Path:
        """Holds the password of `renkei_admin`."""
        return self.home / "admin.password"

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's note of its process and state."""
        return self.data / "postmaster.pid"

    @property
    def data_as_seen_by_server(self) -> str:
        """The path that the server is given; see the head of this file."""
        return "/proc/self/cwd" if os.geteuid() == 0 else str(self.data)

    def account(self) -> Account:
        """Who runs the server: the owner of the existing data, else whom we choose.

        Raises DataFolderForeign, ProgramsUnusable.
        """
        if not self.server.exists():
            return ourselves_or_nobody()
        found = self.server.stat()
        if found.st_uid == 0:
            raise DataFolderForeign(
                f"{self.server} belongs to root, and PostgreSQL refuses to run as root. Give it back to the user it "
                f"was copied from, or: chown -R {ourselves_or_nobody().name} {self.server}"
            )
        if os.geteuid() not in {0, found.st_uid}:
            raise DataFolderForeign(
                f"{self.server} belongs to another user ({Account(found.st_uid, found.st_gid).name}). Run renkei as "
                "that user or as root, or choose another data folder with RENKEI_DATA."
            )
        return Account(found.st_uid, found.st_gid)

    def create(self, programs: Programs, account: Account) -> None:
        """Make the data; after a fault or a kill nothing half-made is left in its place.

        Raises DiskFull, DataFolderForeign, ServerDidNotStart.
        """
        staging = self.home / "server.new"
        shutil.rmtree(staging, ignore_errors=True)  # of a start that was killed
        try:
            self._initialise(staging, programs, account)
            staging.rename(self.server)
            flush_folder(self.home)
        except OSError as error:
            raise refused_by_disk(self.home, error) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _initialise(self, staging: Path, programs: Programs, account: Account) -> None:
        password = secrets.token_urlsafe(32).encode()
        write_private(self.password_file, password)
        staging.mkdir(mode=0o700)
        for name in ("data", "socket", "log"):
            (staging / name).mkdir(mode=0o700)
        write_private(staging / "password", password)
        if account.other:
            for path in (*staging.iterdir(), staging):
                os.chown(path, account.uid, account.gid)
        data = "/proc/self/cwd" if account.other else str(staging / "data")
        arguments = [programs.path("initdb"), f"--pgdata={data}", f"--username={ADMIN}", "--pwfile=../password"]
        # No locale of the system and no ICU: an upgrade of either would silently break every index on text.
        arguments += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        arguments += ["--auth=scram-sha-256", "--data-checksums"]
        code, said = account.run(arguments, folder=staging / "data")
        if code != 0:
            raise refused_by_server(self.home, "PostgreSQL could not make its data folder", said)
        (staging / "password").unlink()

    def check(self, programs: Programs) -> None:
        """See that these programs can read the data. Raises DataFolderDamaged, DataFolderVersion."""
        try:
            major = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise DataFolderDamaged(
                f"{self.data} holds no readable PG_VERSION, so it is no complete PostgreSQL data folder. Restore it "
                "from a backup, or move it away to start anew."
            ) from error
        if major != programs.major:
            raise DataFolderVersion(
                f"{self.data} was made by PostgreSQL {major}; this program brings PostgreSQL {programs.major}, which "
                f"cannot read it. Start the earlier version of renkei, save everything with pg_dump, move {self.home} "
                "away, start this version and load the dump with pg_restore. Nothing was changed."
            )
        if not self.password_file.is_file():
            raise DataFolderDamaged(f"{self.password_file} is missing. Restore it from the backup of the data folder.")

    def password(self) -> str:
        """The password of `renkei_admin`. Raises DataFolderForeign."""
        try:
            return self.password_file.read_text().strip()
        except OSError as error:
            raise refused_by_disk(self.password_file, error) from error

    def socket_folder(self, account: Account) -> Path:
        """Where clients find the socket; a short folder of its own when the usual path would be too long."""
        usual = self.server / "socket"
        if _fits(usual):
            return usual
        note = self.home / "socket.folder"
        try:
            remembered = Path(os.fsdecode(note.read_bytes()))
            found = remembered.lstat()
            if found.st_uid == account.uid and found.st_mode == PRIVATE_FOLDER and _fits(remembered):
                return remembered
        except OSError:
            pass  # never made, or swept away with the temporary folder
        # Only /tmp is sure to be short and, for the other user, open; what is made in it is private.
        folder = Path(tempfile.mkdtemp(prefix="renkei-", dir="/tmp"))
        if account.other:
            os.chown(folder, account.uid, account.gid)
        write_private(note, os.fsencode(folder))
        return folder

    def is_ready(self, process: int) -> bool:
        """Whether the server that runs as this process accepts connections, by PostgreSQL's own note."""
        try:
            lines = self.pid_file.read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= PID_FILE_LINES and lines[0] == str(process) and lines[7].strip() == "ready"

    def open_start_log(self) -> BinaryIO:
        """An empty file for what the server says before it opens its own log. Raises DataFolderForeign, DiskFull."""
        path = self.home / "start.log"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            return os.fdopen(os.open(path, flags, 0o600), "wb")
        except OSError as error:
            raise refused_by_disk(path, error) from error

    def last_words(self, since: datetime) -> str:
        """Why the server that was started at this time ended, in PostgreSQL's words; empty if it did not say."""
        logs = sorted((self.server / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        began = f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}"  # as the lines of the log begin
        said = [
            line
            for log in (self.home / "start.log", *logs[-1:])
            for line in log.read_text(errors="replace").splitlines()
            if line >= began and ("FATAL:" in line or "PANIC:" in line) and CLIENT_TOO_EARLY not in line
        ]
        return said[-1] if said else ""


def _fits(folder: Path) -> bool:
    """Whether a socket can lie here: the path short enough, and without the comma that parts two hosts."""
    path = os.fsencode(folder / SOCKET)
    return len(path) <= SOCKET_PATH_BYTES and b"," not in path
