"""What is entered around a command is checked like the command itself, and nothing is recorded when it will not do."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.circumstances import ApprovalSystem
from domain.errors import DigestInvalid, PartMissing, TextForbidden, TextRequired, TextTooLong
from tenants.commands.challenges import Raise
from tenants.members import Role
from tenants.wish import Approval, Entry
from tests.conftest import SAPPORO, House

GOOD = Approval(ApprovalSystem.EXTERNAL, date(2026, 11, 20), number="札政推第123号", digest=b"\x01" * 32)


def raise_with(house: House, approval: Approval, title: str = "歩道の段差") -> int:
    """Record one challenge under an approval; gives the log's size."""
    desk = house.desk(SAPPORO, Role.DESK_OFFICER)
    desk.do(Raise(challenge=uuid4(), title=title, description="段差が多い"), Entry(uuid4(), approval=approval))
    return house.tenancy.size(SAPPORO)


def test_an_approval_with_number_and_digest_is_recorded(house: House) -> None:
    house.open_city(SAPPORO)
    assert raise_with(house, GOOD) == 3
    ((state,),) = house.sql("select state from renkei.events where position = 3")
    assert "札政推" not in bytes(state).decode()


@pytest.mark.parametrize(
    ("number", "refusal"),
    [("", TextRequired), ("第\x00号", TextForbidden), ("第\ud800号", TextForbidden), ("号" * 201, TextTooLong)],
)
def test_an_approval_number_that_cannot_be_kept_is_refused(house: House, number: str, refusal: type[Exception]) -> None:
    house.open_city(SAPPORO)
    with pytest.raises(refusal):
        raise_with(house, Approval(ApprovalSystem.EXTERNAL, date(2026, 11, 20), number=number))
    assert house.tenancy.size(SAPPORO) == 2


@pytest.mark.parametrize("digest", [b"", b"typed text", b"\x01" * 33])
def test_a_digest_that_is_none_is_refused(house: House, digest: bytes) -> None:
    house.open_city(SAPPORO)
    with pytest.raises(DigestInvalid):
        raise_with(house, replace(GOOD, digest=digest))
    assert house.tenancy.size(SAPPORO) == 2


def test_an_approval_elsewhere_without_its_number_is_refused_also_where_no_rule_asks_for_one(house: House) -> None:
    house.open_city(SAPPORO)
    with pytest.raises(PartMissing) as refused:
        raise_with(house, replace(GOOD, number=None))
    assert refused.value.details["field"] == "approval.number"
    assert raise_with(house, replace(GOOD, digest=None)) == 3


def test_half_a_character_in_a_text_is_refused_before_anything_else(house: House) -> None:
    house.open_city(SAPPORO)
    with pytest.raises(TextForbidden) as refused:
        raise_with(house, GOOD, title="歩道\ud800")
    assert refused.value.details["character"] == "U+D800"
