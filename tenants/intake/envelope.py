"""An envelope: one thing that somebody handed in, as JSON under an Ed25519 signature (封書).

What is signed is the document without its signature, as canonical JSON: keys in the order of their code points, no
white space, UTF-8, nothing escaped that need not be, whole numbers alone (RFC 8785 for such documents).
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature

from domain.errors import Invalid
from domain.values import CityCode, city_code
from tenants.checkpoint import Signer
from tenants.intake.trusted import TrustedIntakes

FORMAT: Final = "renkei/envelope"
VERSION: Final = 1
LARGEST: Final = 1_000_000
"""Most bytes of an envelope: every text of a proposal at its longest, each of its characters escaped, has room."""
MANY_VERSIONS: Final = 1000
KEY: Final = re.compile(r"[0-9a-f]{8}")
SIGNATURE: Final = re.compile(r"[A-Za-z0-9+/]{86}==")
"""64 bytes in base64."""
RANDOM: Final = (4, 7)
"""Versions of UUIDs whose ends are random, as arrival numbers need them."""


class EnvelopeInvalid(Invalid):
    """That is no envelope of the form that this program reads."""

    en = "This is not an envelope that can be read: {problem}."
    ja = "読み取れる封書ではありません（{problem_ja}）。"


class EnvelopeVersionUnknown(EnvelopeInvalid):
    """It is an envelope of another version of the form."""

    en = (
        "The envelope is of version {version} of the form; this program reads version {known}. Bring the program up to"
        " date, or let the intake write that version."
    )
    ja = (
        "封書の形式は第 {version} 版です。この環境が読めるのは第 {known} 版です。この環境を更新するか、受付側の版を"
        "合わせてください。"
    )


class EnvelopeForged(Invalid):
    """The signature does not fit the text: something was changed on the way."""

    en = (
        "The signature of the envelope does not fit what stands in it: it was changed after it was signed. Let the"
        " intake hand it over again."
    )
    ja = "封書の署名が内容と一致しません。署名後に変わっています。受付側からもう一度引き渡してもらってください。"


class Envelope(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """What was handed in, by whom and when; ``content`` as the input of the desk's ``command`` has it.

    ``record`` is the id of what begins with it, ``party`` that of who handed it in, ``id`` the envelope's own.
    """

    format: Literal["renkei/envelope"] = FORMAT
    version: Literal[1] = VERSION
    city: str
    id: UUID
    command: Literal["receiveProposal", "receiveConsultation"]
    record: UUID
    party: UUID
    came_at: Annotated[datetime, msgspec.Meta(tz=True)]
    channel: Literal["PORTAL"] = "PORTAL"
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it was parsed, before anything in it is believed."""

    told: dict[str, Any]
    body: bytes
    """What was signed."""
    city: CityCode
    key: str
    signature: bytes


def sealed(envelope: Envelope, signer: Signer) -> bytes:
    """The document that hands it over, signed."""
    told = {**msgspec.to_builtins(envelope), "signedBy": signer.id}
    return msgspec.json.format(msgspec.json.encode({**told, "signature": _base64(signer.signature(canonical(told)))}))


def opened(document: bytes, trusted: TrustedIntakes) -> Envelope:
    """What a document says, if a registered intake of that city signed it.

    Raises EnvelopeInvalid, EnvelopeVersionUnknown, CityCodeInvalid, IntakeUnknown, EnvelopeForged,
    IntakeKeysUnreadable.
    """
    sent = _parsed(document)
    try:
        trusted.named(sent.city, sent.key).verify(sent.signature, sent.body)
    except InvalidSignature as error:
        raise EnvelopeForged from error
    try:
        envelope = msgspec.convert(sent.told, Envelope)
    except msgspec.ValidationError as error:
        raise _unreadable("its parts are not those of the form", "項目が形式に合いません") from error
    for name, id_ in (("record", envelope.record), ("id", envelope.id)):
        if id_.version not in RANDOM:
            raise _unreadable(
                f"{name} is not a UUID of version 4 or 7", f"{name} が UUID 第 4 版・第 7 版ではありません"
            )
    return envelope


def canonical(told: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.encode(told, order="deterministic")


def _parsed(document: bytes) -> Sent:
    """Raises EnvelopeInvalid, EnvelopeVersionUnknown, CityCodeInvalid."""
    if len(document) > LARGEST:
        raise _unreadable(f"it has more than {LARGEST:,} bytes", f"{LARGEST:,} バイトを超えています")
    try:
        told = msgspec.json.decode(document)
        whole = told if isinstance(told, dict) else {}
        body = canonical({name: value for name, value in whole.items() if name != "signature"})
    except (ValueError, RecursionError) as error:
        raise _unreadable("it is not JSON", "JSON ではありません") from error
    if whole.get("format") != FORMAT:
        raise _unreadable(f"its format is not {FORMAT}", f"format が {FORMAT} ではありません")
    version = whole.get("version")
    if type(version) is not int or version != VERSION:
        named = version if type(version) is int and 0 <= version < MANY_VERSIONS else "?"
        raise EnvelopeVersionUnknown(version=named, known=VERSION)
    city, key, signature = (_word(whole.pop(name, "")) for name in ("city", "signedBy", "signature"))
    if KEY.fullmatch(key) is None or SIGNATURE.fullmatch(signature) is None:
        raise _unreadable("its key or its signature is missing", "signedBy または signature がありません")
    code = city_code(city)
    return Sent({**whole, "city": code}, body, code, key, base64.b64decode(signature))


def _unreadable(problem: str, problem_ja: str) -> EnvelopeInvalid:
    return EnvelopeInvalid(problem=problem, problem_ja=problem_ja)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
