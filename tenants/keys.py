"""The keys under which typed values are sealed, and where they are kept (鍵の保管).

Two master keys lie in a folder outside the database: ``inside.key`` for what people of the city and proposers may read,
``public.key`` for published text (the projections hold only that one). They wrap one data key per subject or file;
the wrapped data keys lie in the database. Destroying a data key makes every value under it unreadable for ever.
"""

import hashlib
import hmac
import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import KeysUnavailable, LogDiffers
from domain.values import Audience, CityCode
from tenants.database.files import write_private

SIZE: Final = 32
CHECK: Final = 8
"""A master key is followed by the first bytes of its SHA-256, so that a garbled file is not taken for another key."""
NONCE: Final = 12
CACHED: Final = 10_000
"""Data keys remembered by one process."""

PUBLIC: Final = "public"
INSIDE: Final = "inside"
Place = tuple[CityCode, UUID, str]
"""City, subject or file, ``public`` or ``inside``."""


def ring(audience: Audience) -> str:
    """Which master key guards values for this audience."""
    return PUBLIC if audience is Audience.PUBLIC else INSIDE


def associated(place: Place) -> bytes:
    """The bytes that bind a wrapped key to its place (AES-GCM associated data)."""
    city, key, kind = place
    return f"renkei/key/1\n{city}\n{key}\n{kind}".encode()


def wrapped_keys(
    city: CityCode, keys: list[UUID] | None, rings: list[str] | None, wrapped: list[bytes] | None
) -> dict[Place, bytes]:
    """The wrapped data keys of a row of three arrays, by place; no arrays, no keys."""
    told = zip(keys or (), rings or (), wrapped or (), strict=True)
    return {(city, key, kind): box for key, kind, box in told}


class MasterKey:
    """One 32-byte key in a file; looked at again at every use, so that a store that went away is noticed.

    A running process takes no other key in its place: what is sealed under that one could not be opened later.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._box: AESGCM
        self._secret = b""
        self._derived: dict[bytes, bytes] = {}

    def box(self) -> AESGCM:
        """The cipher under the key. Raises KeysUnavailable when the file is missing, unreadable or not a key."""
        self._refresh()
        return self._box

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes for another purpose (HMAC-SHA256 of it under the key). Raises KeysUnavailable."""
        self._refresh()
        if purpose not in self._derived:
            self._derived[purpose] = hmac.digest(self._secret, purpose, hashlib.sha256)
        return self._derived[purpose]

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
            now = (status.st_ino, status.st_mtime_ns, status.st_size)
            if now == self._seen:
                return
            content = self.path.read_bytes()
        except OSError as error:
            self._seen = None
            raise KeysUnavailable from error
        secret, check = content[:SIZE], content[SIZE:]
        if len(secret) != SIZE or check != _check(secret) or self._secret not in {b"", secret}:
            self._seen = None
            raise KeysUnavailable
        self._secret, self._box, self._seen = secret, AESGCM(secret), now


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"renkei/master/1\n" + secret).digest()[:CHECK]


class KeyStore:
    """Master keys of a folder and the data keys they opened. One per process, safe between threads.

    An opened data key is remembered by its wrapped form: one that was erased, and made anew, is another.
    """

    def __init__(self, folder: Path, rings: tuple[str, ...] = (INSIDE, PUBLIC)) -> None:
        self._masters = {name: MasterKey(folder / f"{name}.key") for name in rings}
        self._opened: OrderedDict[tuple[Place, bytes], AESGCM] = OrderedDict()
        self._lock = Lock()

    @staticmethod
    def create(folder: Path, *, mend: bool = False) -> None:
        """Make the folder and both master keys, unless there is one: a lost key must come back from its backup.

        ``mend``: make the one that is missing beside the other as well; only where nothing was ever sealed.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = [folder / f"{name}.key" for name in (INSIDE, PUBLIC)]
        if not mend and any(path.exists() for path in paths):
            return
        for path in paths:  # of two programs that make them at once, both have the same
            secret = os.urandom(SIZE)
            write_private(path, secret + _check(secret), replace=False)

    def digest_key(self, city: CityCode) -> bytes:
        """The key under which a city's commands are digested. Raises KeysUnavailable."""
        return self._masters[INSIDE].derive(f"renkei/command/1\n{city}".encode())

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for another purpose of the inside. Raises KeysUnavailable."""
        return self._masters[INSIDE].derive(purpose.encode())

    def create_data_key(self, place: Place) -> tuple[AESGCM, bytes]:
        """A fresh data key and its wrapped form; not remembered before it is stored. Raises KeysUnavailable."""
        secret, nonce = os.urandom(SIZE), os.urandom(NONCE)
        return AESGCM(secret), nonce + self._masters[place[2]].box().encrypt(nonce, secret, associated(place))

    def open_data_key(self, place: Place, wrapped: bytes) -> AESGCM:
        """The stored data key, unwrapped once. Raises KeysUnavailable, LogDiffers for one that does not open here."""
        with self._lock:
            known = self._opened.get((place, wrapped))
            if known is not None:
                self._opened.move_to_end((place, wrapped))
                return known
        try:
            secret = self._masters[place[2]].box().decrypt(wrapped[:NONCE], wrapped[NONCE:], associated(place))
        except (InvalidTag, ValueError) as error:  # a ValueError: too short to be one
            raise LogDiffers(city=place[0], problem="a data key does not open under this deployment's keys") from error
        return self.remember(place, wrapped, AESGCM(secret))

    def remember(self, place: Place, wrapped: bytes, box: AESGCM) -> AESGCM:
        """Keep an opened data key for later."""
        with self._lock:
            self._opened[place, wrapped] = box
            if len(self._opened) > CACHED:
                self._opened.popitem(last=False)
        return box
