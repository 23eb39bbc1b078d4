"""Whose envelopes a city takes in: the public keys of its intake, as the operator registered them (公開鍵の登録).

One file a city in the keys folder, a key a line, as C2SP signed notes write one: name, id, ``0x01`` and the 32 bytes of
the Ed25519 key in base64. Two of them hold while one takes the other's place.
"""

import base64
import hashlib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import Invalid, KeysUnavailable
from domain.values import CityCode
from tenants.database.files import write_private

NAME: Final = "renkei-intake"
"""Name of every intake's key."""
ED25519: Final = b"\x01"
KEY_BYTES: Final = 32


class IntakeKeyInvalid(Invalid):
    """That is no public key of an intake."""

    en = "That is not a public key of an intake. Copy the whole line that `renkei intake key` printed: {name}+…+…"
    ja = "受付側の公開鍵ではありません。`renkei intake key` が表示した行（{name}+…+…）をそのまま指定してください。"


class IntakeUnknown(Invalid):
    """No such key of an intake is registered for the city."""

    en = (
        "It was signed with the key {key}, which is not registered for {city}. If it is the city's intake, register its"
        " public key: renkei intake trust {city} KEY"
    )
    ja = (
        "署名した鍵 {key} は {city} に登録されていません。この自治体の受付側の鍵なら、公開鍵を登録してください:"
        " renkei intake trust {city} 公開鍵"
    )


def key_id(public: Ed25519PublicKey) -> str:
    """The short name of a key, eight hexadecimal digits (C2SP signed-note)."""
    return hashlib.sha256(NAME.encode() + b"\n" + ED25519 + public.public_bytes_raw()).hexdigest()[:8]


def public_key(line: str) -> tuple[str, Ed25519PublicKey]:
    """Id and key of a line. Raises IntakeKeyInvalid."""
    try:
        name, id_, encoded = line.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError as error:
        raise IntakeKeyInvalid(name=NAME) from error
    if (name, id_, raw[:1], len(raw)) != (NAME, key_id(public), ED25519, KEY_BYTES + 1):
        raise IntakeKeyInvalid(name=NAME)
    return id_, public


class TrustedIntakes:
    """The registered keys of all cities, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, city: CityCode) -> dict[str, Ed25519PublicKey]:
        """Those of one city, by their ids. Raises KeysUnavailable."""
        try:
            return dict(public_key(line) for line in self._lines(city))
        except (OSError, ValueError, IntakeKeyInvalid) as error:
            raise KeysUnavailable from error

    def named(self, city: CityCode, key: str) -> Ed25519PublicKey:
        """One of them. Raises IntakeUnknown, KeysUnavailable."""
        found = self.of(city).get(key)
        if found is None:
            raise IntakeUnknown(city=city, key=key)
        return found

    def trust(self, city: CityCode, line: str, *, alone: bool = False) -> str:
        """Register a key beside those there are, or ``alone`` in their place; gives its id.

        Raises IntakeKeyInvalid, OSError.
        """
        id_, _ = public_key(line)
        kept = [] if alone else [each for each in self._lines(city) if public_key(each)[0] != id_]
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._file(city), "".join(f"{each}\n" for each in [*kept, line.strip()]).encode())
        return id_

    def _lines(self, city: CityCode) -> list[str]:
        path = self._file(city)
        return path.read_text("ascii").split() if path.exists() else []

    def _file(self, city: CityCode) -> Path:
        return self.folder / f"{city}.keys"
