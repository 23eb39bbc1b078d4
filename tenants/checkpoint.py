"""Signed checkpoints: what a city's log was, kept outside the database (C2SP tlog-checkpoint and signed-note).

Who owns the database could recompute everything inside it. So the size and root of every log are signed with an Ed25519
key that is not in the database and written to the data folder; the newest, and the last of each day, are kept.
"""

import base64
import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import Invalid, KeysUnavailable, Refusal
from domain.values import CityCode
from tenants.database.files import alone, write_private

NAME: Final = "renkei"
"""Name of the signing key in the signature line."""
ED25519: Final = b"\x01"
"""What stands before the bytes of such a key (C2SP signed-note)."""
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Name of the file that holds the last checkpoint of a day."""


class CheckpointInvalid(Invalid):
    """A file that is not a checkpoint of this deployment."""

    en = "{file} is not a checkpoint signed by this deployment: {problem}"
    ja = "{file} はこの環境が署名したチェックポイントではありません（{problem}）。"


class CheckpointThere(Refusal):
    """The city has its newest checkpoint, so nothing is to be accepted in its place."""

    en = "{city} has its newest checkpoint, which covers {size} events. Run `renkei audit verify {city}`."
    ja = "{city} の最新チェックポイント（{size} 件）はあります。`renkei audit verify {city}` で検査してください。"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root (32 bytes) of a city's log at some moment."""

    city: CityCode
    size: int
    root: bytes

    def body(self) -> str:
        """The signed text: origin, size, root in base64, one a line."""
        return f"renkei/log/{self.city}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public: Ed25519PublicKey) -> str:
    """The short name of a key, eight hexadecimal digits (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public.public_bytes_raw()).hexdigest()[:8]


class Signer:
    """Signs and checks checkpoints with one Ed25519 key in a file; under another ``name``, what else is signed."""

    def __init__(self, path: Path, name: str = NAME) -> None:
        try:
            self._private = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        except (OSError, ValueError) as error:
            raise KeysUnavailable from error
        self._public = self._private.public_key()
        self.id = key_id(name, self._public)
        self._id = bytes.fromhex(self.id)
        encoded = base64.b64encode(ED25519 + self._public.public_bytes_raw()).decode()
        self.verifier = f"{name}+{self.id}+{encoded}"

    @staticmethod
    def create(path: Path) -> None:
        """Make the key when there is none; of two programs that make it at once, both have the same."""
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, Ed25519PrivateKey.generate().private_bytes_raw(), replace=False)

    def sign(self, checkpoint: Checkpoint) -> str:
        """The checkpoint as a signed note."""
        signature = self.signature(checkpoint.body().encode())
        return f"{checkpoint.body()}\n— {NAME} {base64.b64encode(self._id + signature).decode()}\n"

    def signature(self, body: bytes) -> bytes:
        """The signature of something, 64 bytes."""
        return self._private.sign(body)

    def open(self, note: str, file: str) -> Checkpoint:
        """Read a signed note. Raises CheckpointInvalid."""
        try:
            body, signatures = note.split("\n\n", 1)
            origin, size, root = body.split("\n")
            place, city = origin.rsplit("/", 1)
            _dash, name, encoded = signatures.strip().split(" ")
            checkpoint = Checkpoint(CityCode(city), int(size), base64.b64decode(root, validate=True))
            signed = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise CheckpointInvalid(file=file, problem="it is not a signed note") from error
        if (place, name, signed[:4]) != ("renkei/log", NAME, self._id):
            raise CheckpointInvalid(file=file, problem="another key signed it")
        try:
            self._public.verify(signed[4:], f"{body}\n".encode())
        except InvalidSignature as error:
            raise CheckpointInvalid(file=file, problem="the signature does not fit the text") from error
        return checkpoint


class CheckpointFolder:
    """The checkpoints of all cities: ``<city>/latest`` and ``<city>/YYYY-MM-DD``, the last of each day."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder, self.signer = folder, signer

    def latest(self, city: CityCode) -> Checkpoint | None:
        """The newest checkpoint of a city. Raises CheckpointInvalid."""
        return self.read(self.folder / city / "latest")

    def read(self, path: Path) -> Checkpoint | None:
        """A checkpoint file, or ``None`` when there is none. Raises CheckpointInvalid."""
        try:
            note = path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise CheckpointInvalid(file=path.name, problem="it cannot be read") from error
        return self.signer.open(note, path.name)

    def keep(self, checkpoint: Checkpoint, today: date) -> None:
        """Write a checkpoint unless a newer one is there; never goes back."""
        place = self.folder / checkpoint.city
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(place / ".lock"):
            before = self.latest(checkpoint.city)
            if before is not None and before.size >= checkpoint.size:
                return
            self._write(checkpoint, today)

    def days(self, city: CityCode) -> tuple[list[Checkpoint], list[str]]:
        """The signed checkpoints of a city by day, oldest first, and the names of the day files that are none."""
        signed, unusable = [], []
        place = self.folder / city
        for path in sorted(place.iterdir() if place.is_dir() else ()):
            if DAY.fullmatch(path.name) is None:
                continue
            with suppress(CheckpointInvalid):
                checkpoint = self.read(path)
                if checkpoint is not None and checkpoint.city == city:
                    signed.append(checkpoint)
                    continue
            unusable.append(path.name)
        return signed, unusable

    def refuse_second(self, city: CityCode) -> None:
        """Raises CheckpointThere when the newest checkpoint of a city is there and signed by this deployment."""
        with suppress(CheckpointInvalid):
            there = self.latest(city)
            if there is not None and there.city == city:
                raise CheckpointThere(city=city, size=there.size)

    def begin_anew(self, checkpoint: Checkpoint, today: date) -> None:
        """Write the newest checkpoint where it was lost; what lies in its place is kept as ``latest.unusable``.

        Raises CheckpointThere.
        """
        place = self.folder / checkpoint.city
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(place / ".lock"):
            self.refuse_second(checkpoint.city)
            with suppress(FileNotFoundError):
                (place / "latest").rename(place / "latest.unusable")
            self._write(checkpoint, today)

    def _write(self, checkpoint: Checkpoint, today: date) -> None:
        note = self.signer.sign(checkpoint).encode()
        _write(self.folder / checkpoint.city / today.isoformat(), note, 0o600)
        _write(self.folder / checkpoint.city / "latest", note, 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    """All or nothing, on disk when it returns."""
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(path)
