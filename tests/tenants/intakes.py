"""An intake apart from the desk, as a city's other side has one: its key, and what it hands over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from domain.policy import Policy
from domain.values import CityCode
from tenants.checkpoint import Signer
from tenants.intake.envelope import Envelope, canonical, sealed
from tenants.intake.taking_in import TakenIn, take_in
from tenants.intake.trusted import NAME, TrustedIntakes
from tenants.lookups import policy_in_force
from tests.conftest import House

TITLE: Final = "雪の冷熱で食品を保管する"
SECRETS: Final = ("鈴木", "suzuki@example.jp", TITLE, "見本株式会社")
"""What a proposer typed."""


def offered(policy: Policy, **told: Any) -> dict[str, Any]:
    """What a company hands in, as the input of `receiveProposal` has it."""
    accepted = [{"condition": each.code, "version": each.version} for each in policy.conditions]
    fixed = {
        "kind": "free",
        "organisationKind": "COMPANY",
        "organisation": "見本株式会社",
        "title": TITLE,
        "summary": "冬の雪を夏に使う。",
        "contactName": "鈴木 一郎",
        "contact": "suzuki@example.jp",
        "accepted": accepted,
        "purpose": 1,
    }
    return {**fixed, **told}


@dataclass
class Intake:
    """The other side of one city, with a key of its own."""

    city: CityCode
    policy: Policy
    signer: Signer
    came_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def envelope(self, id_: UUID | None = None, record: UUID | None = None, **told: Any) -> Envelope:
        """What somebody handed in just now."""
        fixed: dict[str, Any] = {
            "city": self.city,
            "id": id_ or uuid4(),
            "command": "receiveProposal",
            "record": record or uuid4(),
            "party": uuid4(),
            "came_at": self.came_at,
        }
        content = told.pop("content", None)
        beside: dict[str, Any] = {
            name: told.pop(name) for name in ("command", "city", "party", "came_at") if name in told
        }
        fixed |= {"content": offered(self.policy, **told) if content is None else content}
        return Envelope(**{**fixed, **beside})

    def hands_over(self, **told: Any) -> bytes:
        """The same, signed."""
        return sealed(self.envelope(**told), self.signer)

    def signs(self, document: bytes, **changed: Any) -> bytes:
        """A document with some parts changed before it was signed, as this side's own program would not write it."""
        told = {**msgspec.json.decode(document), **changed}
        del told["signature"]
        signature = self.signer.signature(canonical(told))
        return msgspec.json.encode({**told, "signature": msgspec.to_builtins(signature)})


def intake_of(house: House, city: CityCode, name: str = "intake") -> Intake:
    """A city's intake that the desk's side does not know yet."""
    path = house.folder / f"{name}-{city}.key"
    Signer.create(path)
    return Intake(city, policy_in_force(house.tenancy, city), Signer(path, NAME))


def trusted_of(folder: Path) -> TrustedIntakes:
    """Whose envelopes a deployment takes in."""
    return TrustedIntakes(folder / "keys" / "intake")


def taken_in(house: House, document: bytes) -> TakenIn:
    """What becomes of a document."""
    return take_in(house.tenancy, trusted_of(house.folder), document)
