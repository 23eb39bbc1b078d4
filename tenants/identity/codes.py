"""Codes that a person copies by hand: 128 random bits in groups of four letters and digits (手で写すコード)."""

import base64
import secrets
import unicodedata
from typing import Final

CODE_BYTES: Final = 16
GROUP: Final = 4
ALIKE: Final = str.maketrans({"0": "o", "1": "l"})
"""Base32 has neither; who types one means the other."""


def new_code() -> str:
    """A code as it is shown: base32 in small letters, ``abcd-efgh-…``."""
    plain = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=").lower()
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


def plain_code(typed: str) -> str:
    """What was meant by what somebody typed: without groups, spaces, large or full-width letters."""
    given = unicodedata.normalize("NFKC", typed).lower().translate(ALIKE)
    return "".join(sign for sign in given if not sign.isspace() and sign != "-")
