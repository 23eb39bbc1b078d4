"""Seals the few things of signing in that must be read again: second factors, mail addresses, running sign-ins (保護).

AES-256-GCM under a key derived from the master key ``inside`` for one purpose, bound to a place. What is sealed for one
purpose, city or member does not open for another.
"""

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants.keys import NONCE, KeyStore


class Vault:
    """One per process."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, purpose: str, place: str, plain: bytes) -> bytes:
        """Nonce and ciphertext. Raises KeysUnavailable."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, place.encode())

    def open(self, purpose: str, place: str, box: bytes) -> bytes | None:
        """What was sealed for this purpose and place; ``None`` for anything else. Raises KeysUnavailable."""
        cipher = self._cipher(purpose)
        try:
            return cipher.decrypt(box[:NONCE], box[NONCE:], place.encode())
        except (InvalidTag, ValueError):  # a ValueError: too short to be one
            return None

    def mark(self, purpose: str, text: str) -> str:
        """A keyed digest in hexadecimal (HMAC-SHA256), by which we know what we gave out. Raises KeysUnavailable."""
        return hmac.digest(self._keys.key_for(f"renkei/mark/{purpose}"), text.encode(), sha256).hex()

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self._keys.key_for(f"renkei/vault/{purpose}"))
