"""Files are shown to a scanner for malware before they are accepted: to a real clamd, and to one that misbehaves.

The real one runs on this machine under a signature of our own for the EICAR test string; it needs nothing from the net.
"""

import os
import shutil
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
import structlog

from api.settings import SettingInvalid, Settings, scanner_of
from tenants.files import scanning
from tenants.files.scanning import Scanner
from tenants.files.segments import SEGMENT
from tests.api.file_examples import END_OF_PDF
from tests.api.files_world import FilesWorld, eventually, files_world
from tests.conftest import AOMORI, SAPPORO, House

EICAR: Final = b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST", b"-FILE!$H+H*"))
"""What every scanner knows and nobody is harmed by (eicar.org); in pieces here, lest a scanner removes this file."""
INFECTED: Final = b"%PDF-1.7\n" + EICAR + END_OF_PDF
CLAMD: Final = shutil.which("clamd") or "/usr/sbin/clamd"
needs_clamd = pytest.mark.skipif(not Path(CLAMD).is_file(), reason="clamd is not installed (Debian: clamav-daemon)")


@pytest.fixture(scope="module")
def city_hall(module_house: House) -> House:
    """Both cities, opened."""
    module_house.open_city(SAPPORO)
    module_house.open_city(AOMORI)
    return module_house


@contextmanager
def clamd(folder: Path, *more: str) -> Iterator[Scanner]:
    """A real clamd that knows the test string alone."""
    place = folder / "clamd.ctl"
    (folder / "signatures").mkdir()
    (folder / "signatures" / "renkei.ndb").write_text(f"Renkei.Test.EICAR:0:*:{EICAR.hex()}\n")
    told = (f"LocalSocket {place}", f"DatabaseDirectory {folder / 'signatures'}", "Foreground yes", "User root", *more)
    lines = [line for line in told if os.geteuid() == 0 or not line.startswith("User ")]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    with (folder / "clamd.log").open("wb") as said:
        running = subprocess.Popen([CLAMD, f"--config-file={folder / 'clamd.conf'}"], stdout=said, stderr=said)
        try:
            assert eventually(lambda: place.exists() or running.poll() is not None, 60)
            assert running.poll() is None, (folder / "clamd.log").read_text()
            yield Scanner(path=str(place))
        finally:
            running.terminate()
            running.wait(30)


@needs_clamd
def test_a_file_that_the_scanner_knows_is_refused_and_nothing_of_it_is_kept(city_hall: House, tmp_path: Path) -> None:
    with clamd(tmp_path) as scanner, files_world(city_hall, scanner=scanner) as world:
        officer = world.person()
        before = world.stored()
        with structlog.testing.capture_logs() as logged:
            answer = officer.send(INFECTED)
            noted = {"code": "FILE_INFECTED", "log_level": "warning"}
            assert eventually(lambda: any(noted.items() <= line.items() for line in logged)), logged
        assert (answer.status_code, answer.json()["code"]) == (422, "FILE_INFECTED")
        assert "Renkei.Test.EICAR" in answer.json()["message"]
        assert "Renkei.Test.EICAR" in officer.send(INFECTED, Accept_Language="ja").json()["message"]
        far = b"%PDF-1.7\n" + bytes(3 * SEGMENT - len(EICAR) // 2 - 9) + EICAR + bytes(SEGMENT) + END_OF_PDF
        assert officer.send(far).json()["code"] == "FILE_INFECTED"  # it stands across two segments
        assert world.stored() == before
        assert world.house.sql("select count(*) from renkei.uploads") == [(0,)]
        clean = b"%PDF-1.7\n" + bytes(3 * SEGMENT) + END_OF_PDF
        assert officer.read(officer.attached(world.proposal(), clean)).content == clean


@needs_clamd
def test_a_file_beyond_the_scanners_own_limit_is_not_accepted(city_hall: House, tmp_path: Path) -> None:
    with clamd(tmp_path, "StreamMaxLength 1M") as scanner, files_world(city_hall, scanner=scanner) as world:
        officer, before = world.person(), world.stored()
        answer = officer.send(b"%PDF-1.7\n" + bytes(9 * 2**20) + END_OF_PDF)
        assert (answer.status_code, answer.json()["code"]) == (503, "SCANNER_UNAVAILABLE")
        assert world.stored() == before
        assert officer.sent()


# --- one that was written from the documentation, and one that misbehaves ---------------------------------------------


class Said(socketserver.StreamRequestHandler):
    """One connection to such a scanner: reads a whole stream as clamd(8) describes it."""

    server: "Speaking"

    def handle(self) -> None:
        """Read, remember, answer."""
        told = self.rfile.read(10)
        if told[:6] == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        whole, pieces = b"", 0
        while length := int.from_bytes(self.rfile.read(4)):
            whole, pieces = whole + self.rfile.read(length), pieces + 1
            if pieces == self.server.patience:
                break
        self.server.seen.append((told, whole))
        self.server.answer(self)


class Speaking(socketserver.ThreadingTCPServer):
    """A scanner on a port that gives one kind of answer; ``patience``: pieces after which it stops listening."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answer: Callable[[Said], None], patience: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Said)
        self.answer, self.patience = answer, patience
        self.seen: list[tuple[bytes, bytes]] = []


def saying(text: bytes) -> Callable[[Said], None]:
    def answer(line: Said) -> None:
        line.wfile.write(text)

    return answer


@contextmanager
def speaking(house: House, answer: Callable[[Said], None], patience: int = 0) -> Iterator[tuple[FilesWorld, Speaking]]:
    """A deployment whose scanner answers so."""
    with Speaking(answer, patience) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with files_world(house, scanner=Scanner("127.0.0.1", server.server_address[1])) as world:
            yield world, server
        server.shutdown()


def test_the_scanner_sees_the_whole_file_once_as_it_was_sent(city_hall: House) -> None:
    sent = b"%PDF-1.7\n" + bytes(range(256)) * 4000 + END_OF_PDF
    with speaking(city_hall, saying(b"stream: OK\0")) as (world, server):
        officer = world.person()
        assert officer.sent(sent)
        assert server.seen == [(b"zINSTREAM\0", sent)]
        assert officer.send(b"<html>", "a.pdf").status_code == 415
        assert len(server.seen) == 1  # what is refused anyway is not shown to it


def test_what_the_scanner_found_is_told_in_signs_that_can_be_shown(city_hall: House) -> None:
    with speaking(city_hall, saying(b"stream: Bad\x1b[2J.\xff FOUND\0")) as (world, _):
        answer = world.person().send()
        assert (answer.status_code, answer.json()["code"]) == (422, "FILE_INFECTED")
        assert "Bad?[2J.?" in answer.json()["message"] or "Bad?[2J.\ufffd" in answer.json()["message"]


def hanging(line: Said) -> None:
    time.sleep(3)
    with suppress(OSError):
        line.wfile.write(b"stream: OK\0")


NO_VERDICT: Final[dict[str, tuple[Callable[[Said], None], int]]] = {
    "size limit": (saying(b"INSTREAM size limit exceeded. ERROR\0"), 1),
    "other error": (saying(b"stream: Can\x27t allocate memory ERROR\0"), 0),
    "of something else": (saying(b"OK\0"), 0),
    "nothing": (saying(b""), 0),
    "without its end": (saying(b"stream: OK"), 0),
    "gone in the middle": (saying(b""), 1),
    "no answer in time": (hanging, 0),
    "endless": (saying(b"stream: OK" * 100_000), 0),
}


@pytest.mark.parametrize("name", NO_VERDICT)
def test_without_a_verdict_nothing_is_accepted(city_hall: House, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "VERDICT", 0.5)
    with speaking(city_hall, *NO_VERDICT[name]) as (world, _):
        before = world.stored()
        answer = world.person().send(b"%PDF-1.7\n" + bytes(20 * SEGMENT) + END_OF_PDF)
        assert (answer.status_code, answer.json()["code"]) == (503, "SCANNER_UNAVAILABLE"), answer.text
        assert answer.headers["Retry-After"]
        assert world.stored() == before


@pytest.mark.parametrize(
    "scanner", [Scanner("127.0.0.1", 1), Scanner("scanner.invalid", 3310), Scanner(path="/nowhere")]
)
def test_without_a_scanner_that_answers_nothing_is_accepted(city_hall: House, scanner: Scanner) -> None:
    with files_world(city_hall, scanner=scanner, without_tls=frozenset({"scanner"})) as world:
        before = world.stored()
        answer = world.person().send(Accept_Language="ja")
        assert (answer.status_code, answer.json()["code"]) == (503, "SCANNER_UNAVAILABLE")
        assert not answer.json()["message"].isascii()
        assert answer.headers["Retry-After"]
        assert world.stored() == before


# --- how it is named -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "scanner"),
    [
        ("", None),
        ("127.0.0.1:3310", Scanner("127.0.0.1", 3310)),
        ("[::1]:3310", Scanner("::1", 3310)),
        ("/run/clamav/clamd.ctl", Scanner(path="/run/clamav/clamd.ctl")),
    ],
)
def test_a_scanner_is_named_by_its_place(told: str, scanner: Scanner | None) -> None:
    assert scanner_of(Settings.read({"RENKEI_SCANNER": told})) == scanner


@pytest.mark.parametrize("told", ["clamd", "clamd:", "clamd:0", "clamd:65536", "http://clamd:3310", "a b:1", ":3310"])
def test_what_names_no_place_is_refused(told: str) -> None:
    with pytest.raises(SettingInvalid, match="RENKEI_SCANNER"):
        Settings.read({"RENKEI_SCANNER": told})


def test_a_scanner_elsewhere_is_asked_only_where_nobody_can_read_along() -> None:
    there = {"RENKEI_SCANNER": "clamd.example.jp:3310"}
    with pytest.raises(SettingInvalid, match="RENKEI_WITHOUT_TLS=scanner"):
        scanner_of(Settings.read(there))
    assert scanner_of(Settings.read({**there, "RENKEI_WITHOUT_TLS": "scanner"})) == Scanner("clamd.example.jp", 3310)
