"""Seals what a person typed and opens it again (封緘と開封).

The event carries HMAC-SHA256(salt, value); salt (32 bytes) and value lie beside the log, encrypted with AES-256-GCM
under the data key of their subject or file, bound to their place. Without the key nobody can even guess the value.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import LogDiffers
from domain.values import CityCode, Sealed, Typed
from tenants.keys import NONCE, KeyStore, Place, ring

SALT: Final = 32

Wrapped = Callable[[Place], bytes | None]
"""Reads the wrapped data key of a place from the database; ``None`` when there is none."""


def _place_of(city: CityCode, sealed: Sealed) -> Place:
    return (city, sealed.key, ring(sealed.audience))


def _bound(city: CityCode, sealed: Sealed, commitment: bytes) -> bytes:
    return f"renkei/value/1\n{city}\n{sealed.key}\n{sealed.audience.value}\n".encode() + commitment


class Sealer:
    """Seals the values of one command and gathers what must be stored with its events.

    ``boxes``: reference, ciphertext and the wrapped data key it was encrypted under, which must still be the stored one
    when it is recorded; ``new_keys``: place to wrapped data key.
    """

    def __init__(self, city: CityCode, keys: KeyStore, wrapped: Wrapped) -> None:
        self._city, self._keys, self._wrapped = city, keys, wrapped
        self._fresh: dict[Place, AESGCM] = {}
        self.boxes: list[tuple[Sealed, bytes, bytes]] = []
        self.new_keys: dict[Place, bytes] = {}

    def seal(self, typed: Typed) -> Sealed:
        """Commit to the value and encrypt it. Raises KeysUnavailable."""
        salt, nonce, value = os.urandom(SALT), os.urandom(NONCE), typed.text.encode()
        commitment = hmac.digest(salt, value, hashlib.sha256)
        sealed = Sealed(typed.key, typed.audience, commitment, typed.marks)
        cipher, wrapped = self._cipher(_place_of(self._city, sealed))
        box = nonce + cipher.encrypt(nonce, salt + value, _bound(self._city, sealed, commitment))
        self.boxes.append((sealed, box, wrapped))
        return sealed

    def stored(self) -> None:
        """The new keys are in the database now: remember them."""
        for place, cipher in self._fresh.items():
            self._keys.remember(place, self.new_keys[place], cipher)

    def _cipher(self, place: Place) -> tuple[AESGCM, bytes]:
        if place in self._fresh:
            return self._fresh[place], self.new_keys[place]
        wrapped = self._wrapped(place)  # asked each time: a key that this process remembers may be erased by now
        if wrapped is not None:
            return self._keys.open_data_key(place, wrapped), wrapped
        self._fresh[place], self.new_keys[place] = self._keys.create_data_key(place)
        return self._fresh[place], self.new_keys[place]


def unseal(
    city: CityCode, sealed: Sealed, box: bytes | None, keys: KeyStore, wrapped: Mapping[Place, bytes]
) -> str | None:
    """The value as typed, or ``None`` when it was erased. Raises KeysUnavailable, LogDiffers when it was changed."""
    place = _place_of(city, sealed)
    if box is None or place not in wrapped:
        return None
    cipher = keys.open_data_key(place, wrapped[place])
    try:
        plain = cipher.decrypt(box[:NONCE], box[NONCE:], _bound(city, sealed, sealed.commitment))
    except (InvalidTag, ValueError) as error:  # a ValueError: too short to be one
        raise LogDiffers(city=city, problem="a sealed value does not open under its key") from error
    if not hmac.compare_digest(hmac.digest(plain[:SALT], plain[SALT:], hashlib.sha256), sealed.commitment):
        raise LogDiffers(city=city, problem="a sealed value is not the one that was committed to")
    return plain[SALT:].decode()
