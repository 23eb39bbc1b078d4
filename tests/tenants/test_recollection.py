"""What one process remembers never decides against what another has recorded meanwhile."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from domain.errors import WrongStage
from domain.policy import OrganisationKind, RuleStatus
from domain.proposal import Ground, Stage
from domain.values import Code
from tenants.commands import proposals
from tenants.commands.city import AdoptPolicy
from tenants.desk import Desk
from tenants.mapper import decode
from tenants.members import operator
from tenants.register import as_text
from tenants.wish import Entry
from tests.conftest import SAPPORO, House, city_file, desk_pool, tenancy_of


@pytest.fixture
def desks(house: House) -> Iterator[tuple[Desk, Desk]]:
    """The same desk in two processes, as it were: two tenancies that share nothing but database and keys."""
    house.open_city(SAPPORO)
    member = house.member(SAPPORO)
    with desk_pool(house.database) as pool:
        yield house.tenancy.desk(member), tenancy_of(pool, house.folder).desk(member)


def receive(desk: Desk) -> UUID:
    """A proposal that this desk remembers."""
    proposal = uuid4()
    conditions = desk.tenancy.policy(SAPPORO, 2).conditions
    wish = proposals.Receive(
        proposal=proposal,
        kind=Code("free"),
        organisation_kind=OrganisationKind.COMPANY,
        proposer=uuid4(),
        organisation="見本株式会社",
        contact_name="鈴木 一郎",
        contact="suzuki@example.jp",
        title="除雪の見える化",
        summary="作業の進み具合を地図で知らせます。",
        accepted=tuple(proposals.Accepted(condition=one.code, version=one.version) for one in conditions),
        purpose=1,
    )
    desk.do(wish, Entry(uuid4()))
    return proposal


def test_a_command_on_what_is_remembered_reads_nothing(desks: tuple[Desk, Desk]) -> None:
    here, _ = desks
    proposal = receive(here)
    assert here.tenancy.recollections.take(SAPPORO, "proposal", proposal) is not None
    assert here.tenancy.recollections.take(SAPPORO, "proposal", proposal) is None


def test_nobody_is_refused_for_what_is_only_remembered(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    proposal = receive(here)
    there.do(proposals.ReturnForCompletion(proposal=proposal, reason="費用の内訳がない"), Entry(uuid4()))
    answer = here.do(proposals.Complete(proposal=proposal, note="内訳を足した"), Entry(uuid4()))
    assert (answer.state.stage, answer.version) == (Stage.RECEIVED, 3)


def test_nothing_is_granted_for_what_is_only_remembered(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    proposal = receive(here)
    there.do(proposals.Refuse(proposal=proposal, ground=Ground.MERE_SALES, reason="営業である"), Entry(uuid4()))
    with pytest.raises(WrongStage):
        here.do(proposals.Screen(proposal=proposal, reason="有用である"), Entry(uuid4()))
    assert here.tenancy.size(SAPPORO) == 4


def test_a_wish_is_not_taken_for_granted_already_for_what_is_only_remembered(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    proposal = receive(here)
    here.do(proposals.ReturnForCompletion(proposal=proposal, reason="費用の内訳がない"), Entry(uuid4()))
    there.do(proposals.Complete(proposal=proposal, note="内訳を足した"), Entry(uuid4()))
    answer = here.do(proposals.ReturnForCompletion(proposal=proposal, reason="まだ足りない"), Entry(uuid4()))
    assert (answer.state.stage, answer.version) == (Stage.RETURNED, 4)


def test_two_processes_in_turn_keep_one_history(desks: tuple[Desk, Desk], house: House) -> None:
    here, there = desks
    proposal = receive(here)
    for number in range(6):
        desk = (here, there)[number // 2 % 2]
        wish = (
            proposals.ReturnForCompletion(proposal=proposal, reason=f"{number} 回目の補正依頼")
            if number % 2 == 0
            else proposals.Complete(proposal=proposal, note=f"{number} 回目の補正")
        )
        assert desk.do(wish, Entry(uuid4())).version == number + 2
    assert house.positions(SAPPORO) == list(range(1, 10))


def test_a_policy_adopted_elsewhere_is_the_one_that_is_cited(desks: tuple[Desk, Desk], house: House) -> None:
    here, there = desks
    proposal = receive(here)
    file = city_file(SAPPORO)
    wish = AdoptPolicy(content=as_text(file), status=RuleStatus.DRAFT, valid_from=file.provenance.valid_from)
    there.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))
    here.do(proposals.Screen(proposal=proposal, reason="有用である"), Entry(uuid4()))
    assert house.sql("select policy_version from renkei.events where position = 5") == [(2,)]


def test_nothing_is_sealed_under_a_key_that_was_erased_since(desks: tuple[Desk, Desk], house: House) -> None:
    here, _ = desks
    proposal = receive(here)
    here.do(proposals.ReturnForCompletion(proposal=proposal, reason="費用の内訳がない"), Entry(uuid4()))
    ((erased,),) = house.sql("select wrapped from renkei.data_keys where key = %s", proposal)
    house.sql("select renkei.erase_key(%s, %s)", SAPPORO, proposal)
    here.do(proposals.Complete(proposal=proposal, note="足した"), Entry(uuid4()))
    here.do(proposals.Screen(proposal=proposal, reason="有用である"), Entry(uuid4()))
    ((anew,),) = house.sql("select wrapped from renkei.data_keys where key = %s", proposal)
    assert anew != erased
    ((state,),) = house.sql("select state from renkei.events where position = 6")
    reason = decode("proposal.screened", bytes(state)).event.reason
    assert house.sql("select from renkei.sealed where commitment = %s", reason.commitment)
