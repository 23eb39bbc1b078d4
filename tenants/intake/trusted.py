"""Whose envelopes a city takes in: the public keys of its intake, as the operator registered them (公開鍵の登録).

One file a city in the keys folder, a key a line, as C2SP signed notes write one: name, id, ``0x01`` and the 32 bytes of
the Ed25519 key in base64. Two of them hold while one takes the other's place.
"""

import base64
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import Invalid
from domain.values import CityCode
from tenants.checkpoint import ED25519, key_id
from tenants.database.files import alone, write_private

NAME: Final = "renkei-intake"
"""Name of every intake's key."""
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


class IntakeKeysUnreadable(Invalid):
    """The file of the keys registered for a city is no such file, or cannot be read."""

    en = (
        "The keys registered for {city} cannot be read. Look at the file {file}, or register the key anew:"
        " renkei intake trust {city} KEY --replace"
    )
    ja = (
        "{city} に登録された鍵を読めません。ファイル {file} を確かめるか、改めて登録してください:"
        " renkei intake trust {city} 公開鍵 --replace"
    )


def public_key(line: str) -> tuple[str, Ed25519PublicKey]:
    """Id and key of a line. Raises IntakeKeyInvalid."""
    try:
        name, id_, encoded = line.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError as error:
        raise IntakeKeyInvalid(name=NAME) from error
    if (name, id_, raw[:1], len(raw)) != (NAME, key_id(NAME, public), ED25519, KEY_BYTES + 1):
        raise IntakeKeyInvalid(name=NAME)
    return id_, public


class TrustedIntakes:
    """The registered keys of all cities, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, city: CityCode) -> dict[str, Ed25519PublicKey]:
        """Those of one city, by their ids. Raises IntakeKeysUnreadable."""
        return {id_: key for id_, key, _ in self._registered(city)}

    def named(self, city: CityCode, key: str) -> Ed25519PublicKey:
        """One of them. Raises IntakeUnknown, IntakeKeysUnreadable."""
        found = self.of(city).get(key)
        if found is None:
            raise IntakeUnknown(city=city, key=key)
        return found

    def trust(self, city: CityCode, line: str, *, replace: bool = False) -> str:
        """Register a key beside those there are, or in their place (``replace``); gives its id.

        Raises IntakeKeyInvalid, IntakeKeysUnreadable, OSError.
        """
        id_, _ = public_key(line)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self.folder / ".lock"):
            kept = [] if replace else [each for known, _, each in self._registered(city) if known != id_]
            write_private(self._file(city), "".join(f"{each}\n" for each in [*kept, line.strip()]).encode())
        return id_

    def _registered(self, city: CityCode) -> list[tuple[str, Ed25519PublicKey, str]]:
        path = self._file(city)
        try:
            lines = path.read_text("ascii").split() if path.exists() else []
            return [(*public_key(line), line) for line in lines]
        except (OSError, ValueError, IntakeKeyInvalid) as error:
            raise IntakeKeysUnreadable(city=city, file=path.name) from error

    def _file(self, city: CityCode) -> Path:
        return self.folder / f"{city}.keys"
