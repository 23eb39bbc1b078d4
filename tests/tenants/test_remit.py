"""What a department does about a proposal, another department's officer does not."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.errors import OutsideRemit
from domain.proposal import CityMoney
from tenants.commands import WISHES, proposals
from tenants.commands.proposals.wish import DepartmentWish
from tests.conftest import SAPPORO, House
from tests.tenants.test_work import Work

TOLD: Final[Mapping[type[DepartmentWish], Mapping[str, Any]]] = {
    proposals.Assess: {"city_money": CityMoney.NONE},
    proposals.Suspend: {"reason": "雪解けを待つ"},
    proposals.Resume: {},
    proposals.AttachFile: {"file": uuid4()},
    proposals.DetachFile: {"file": uuid4(), "reason": "誤り"},
    proposals.RecordDialogue: {"minutes": "話した"},
    proposals.Escalate: {"reason": "決めがたい"},
    proposals.TellReasons: {},
}


def test_every_such_command_stands_here() -> None:
    assert set(TOLD) == {wish for wish in WISHES if issubclass(wish, DepartmentWish)}


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.name)
def test_an_officer_of_another_department_does_none_of_it(sapporo: Work, kind: type[DepartmentWish]) -> None:
    sapporo.refused(kind(proposal=sapporo.received(), **TOLD[kind]), OutsideRemit, sapporo.stranger)
