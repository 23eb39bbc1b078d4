"""Promise 3, the outside: checkpoints are signed, tell when they were touched, and never go back."""

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import KeysUnavailable
from domain.values import CityCode
from tenants.checkpoint import Checkpoint, CheckpointFolder, CheckpointInvalid, CheckpointThere, Signer
from tests.conftest import AOMORI, SAPPORO

TODAY = date(2026, 4, 1)
CHECKPOINT = Checkpoint(SAPPORO, 3, hashlib.sha256(b"three").digest())


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    Signer.create(tmp_path / "keys/checkpoint.key")
    return Signer(tmp_path / "keys/checkpoint.key")


@pytest.fixture
def folder(tmp_path: Path, signer: Signer) -> CheckpointFolder:
    return CheckpointFolder(tmp_path / "checkpoints", signer)


def test_a_signed_checkpoint_is_read_as_it_was(signer: Signer) -> None:
    assert signer.open(signer.sign(CHECKPOINT), "latest") == CHECKPOINT


def test_a_stranger_checks_the_note_with_the_verifier_key_alone(signer: Signer) -> None:
    """C2SP signed-note and tlog-checkpoint, from their text."""
    name, key_id, encoded = signer.verifier.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == 1
    assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
    text, _, signatures = signer.sign(CHECKPOINT).partition("\n\n")
    assert text.splitlines() == ["renkei/log/011002", "3", base64.b64encode(CHECKPOINT.root).decode()]
    signature = base64.b64decode(signatures.removeprefix(f"— {name} "))
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{text}\n".encode())


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda note: note.replace("011002", "022012"), id="city"),
        pytest.param(lambda note: note.replace("\n3\n", "\n2\n"), id="size"),
        pytest.param(lambda note: note.replace(base64.b64encode(CHECKPOINT.root).decode(), "A" * 43 + "="), id="root"),
        pytest.param(lambda note: note[:-5] + "AAA=\n", id="signature"),
        pytest.param(lambda note: note.replace("— renkei", "— somebody"), id="name"),
        pytest.param(lambda note: note[:40], id="cut off"),
        pytest.param(lambda _note: "", id="empty"),
    ],
)
def test_a_touched_checkpoint_is_refused(signer: Signer, touch: Callable[[str], str]) -> None:
    with pytest.raises(CheckpointInvalid):
        signer.open(touch(signer.sign(CHECKPOINT)), "latest")


def test_a_checkpoint_of_another_deployment_is_refused(signer: Signer, tmp_path: Path) -> None:
    Signer.create(tmp_path / "other.key")
    with pytest.raises(CheckpointInvalid):
        Signer(tmp_path / "other.key").open(signer.sign(CHECKPOINT), "latest")


def test_the_newest_and_the_last_of_each_day_are_kept(folder: CheckpointFolder) -> None:
    later = Checkpoint(SAPPORO, 5, CHECKPOINT.root)
    folder.keep(CHECKPOINT, TODAY)
    folder.keep(later, date(2026, 4, 2))
    assert folder.latest(SAPPORO) == later
    assert folder.read(folder.folder / SAPPORO / "2026-04-01") == CHECKPOINT
    assert folder.read(folder.folder / SAPPORO / "2026-04-02") == later
    assert folder.latest(AOMORI) is None


def test_a_checkpoint_never_goes_back(folder: CheckpointFolder) -> None:
    folder.keep(CHECKPOINT, TODAY)
    folder.keep(Checkpoint(SAPPORO, 2, CHECKPOINT.root), TODAY)
    folder.keep(Checkpoint(SAPPORO, 3, hashlib.sha256(b"other").digest()), TODAY)
    assert folder.latest(SAPPORO) == CHECKPOINT


def test_of_many_kept_at_once_the_largest_stays(folder: CheckpointFolder) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: folder.keep(Checkpoint(SAPPORO, n, CHECKPOINT.root), TODAY), [*range(1, 33)] * 2))
    assert folder.latest(SAPPORO) == Checkpoint(SAPPORO, 32, CHECKPOINT.root)


def test_a_checkpoint_file_of_noise_is_refused(folder: CheckpointFolder) -> None:
    folder.keep(CHECKPOINT, TODAY)
    (folder.folder / SAPPORO / "latest").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CheckpointInvalid):
        folder.latest(SAPPORO)


@pytest.mark.parametrize("content", [None, b"", b"short"], ids=["missing", "empty", "short"])
def test_without_a_readable_signing_key_there_is_no_signer(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "checkpoint.key").write_bytes(content)
    with pytest.raises(KeysUnavailable):
        Signer(tmp_path / "checkpoint.key")


def test_making_the_signing_key_twice_keeps_the_first(signer: Signer, tmp_path: Path) -> None:
    Signer.create(tmp_path / "keys/checkpoint.key")
    assert Signer(tmp_path / "keys/checkpoint.key").verifier == signer.verifier
    assert (tmp_path / "keys/checkpoint.key").stat().st_mode & 0o777 == 0o600


def test_of_many_programs_that_make_the_signing_key_at_once_all_have_the_same(tmp_path: Path) -> None:
    path = tmp_path / "keys/checkpoint.key"

    def made(_: int) -> str:
        Signer.create(path)
        return Signer(path).verifier

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(made, range(8)))) == 1
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_the_days_are_told_apart_from_what_nobody_signed(folder: CheckpointFolder) -> None:
    later, place = Checkpoint(SAPPORO, 5, CHECKPOINT.root), folder.folder / SAPPORO
    folder.keep(CHECKPOINT, TODAY)
    folder.keep(later, date(2026, 4, 3))
    folder.keep(Checkpoint(AOMORI, 9, CHECKPOINT.root), TODAY)
    (place / "2026-04-02").write_bytes(b"\xff")
    (place / "2026-04-04").write_bytes((folder.folder / AOMORI / "latest").read_bytes())
    (place / "notes").write_text("none of ours")
    assert folder.days(SAPPORO) == ([CHECKPOINT, later], ["2026-04-02", "2026-04-04"])
    assert folder.days(CityCode("131121")) == ([], [])


def test_a_new_beginning_takes_the_place_of_a_lost_checkpoint_only(folder: CheckpointFolder) -> None:
    less, place = Checkpoint(SAPPORO, 2, CHECKPOINT.root), folder.folder / SAPPORO
    folder.keep(CHECKPOINT, TODAY)
    with pytest.raises(CheckpointThere):
        folder.begin_anew(less, TODAY)
    assert folder.latest(SAPPORO) == CHECKPOINT
    (place / "latest").write_bytes(b"\xff")
    folder.begin_anew(less, TODAY)
    assert folder.latest(SAPPORO) == less
    assert (place / "latest.unusable").read_bytes() == b"\xff"
