"""What somebody tried who meant harm, or was only careless, and what must come of it."""

from uuid import UUID, uuid4

import pytest

from domain.circumstances import ApprovalSystem
from domain.errors import LogDiffers, OtherKind, TextTooLong
from domain.policy import OrganisationKind
from domain.values import Code
from tenants import tree
from tenants.audit import Fault, LogAltered, verify
from tenants.commands import cases, challenges, consultations, proposals
from tenants.desk import Desk
from tenants.members import Role
from tenants.tree import LogRow
from tenants.wish import Approval, Entry, city_id
from tests.conftest import SAPPORO, House


@pytest.fixture
def desk(house: House) -> Desk:
    """A desk in Sapporo, whose log has three events and a checkpoint of them."""
    house.open_city(SAPPORO)
    desk = house.desk(SAPPORO, Role.DESK_OFFICER)
    raised(desk)
    house.tenancy.keep_checkpoint(SAPPORO)
    return desk


def raised(desk: Desk, challenge: UUID | None = None) -> UUID:
    """A challenge of a department."""
    challenge = challenge or uuid4()
    desk.do(challenges.Raise(challenge=challenge, title="歩道の段差", description="段差が多い"), Entry(uuid4()))
    return challenge


def receive(kind: str, desk: Desk, **told: object) -> proposals.Receive:
    """A proposal of a company."""
    conditions = desk.tenancy.policy(SAPPORO, 2).conditions
    return proposals.Receive(
        kind=kind,
        organisation_kind=OrganisationKind.COMPANY,
        organisation="見本株式会社",
        contact_name="鈴木 一郎",
        contact="suzuki@example.jp",
        title="段差を測る",
        summary="歩道を測ります。",
        accepted=tuple(proposals.Accepted(condition=one.code, version=one.version) for one in conditions),
        purpose=1,
        **{"proposal": uuid4(), "proposer": uuid4(), **told},  # type: ignore[arg-type]
    )


def forge(house: House) -> None:
    """Change who recorded the third event and recompute the whole log, as its superuser can."""
    house.sql("update renkei.events set actor = %s where position = 3", uuid4())
    house.sql("update renkei.commands c set actor = e.actor from renkei.events e where e.command_id = c.command_id")
    growing = tree.Growing()
    for values in house.sql(f"select {tree.COLUMNS} from renkei.events order by position"):  # noqa: S608 - names of ours
        row = LogRow(*values)
        leaf = tree.leaf_hash(row)
        house.sql(
            "update renkei.events set leaf_hash = %s, node_hash = %s where position = %s",
            leaf,
            growing.add(leaf),
            row.position,
        )


def test_a_forged_history_is_never_signed_and_closes_the_log(house: House, desk: Desk) -> None:
    signed = house.tenancy.checkpoints.latest(SAPPORO)
    forge(house)
    raised(desk)
    with pytest.raises(LogDiffers):
        house.tenancy.keep_checkpoints()
    assert house.tenancy.checkpoints.latest(SAPPORO) == signed
    with pytest.raises(LogDiffers):
        raised(desk)
    assert house.tenancy.size(SAPPORO) == 4


def test_a_log_that_lost_its_end_is_never_signed_again(house: House, desk: Desk) -> None:
    signed = house.tenancy.checkpoints.latest(SAPPORO)
    house.sql("delete from renkei.commands where first = 3; delete from renkei.events where position = 3")
    raised(desk)
    raised(desk)
    with pytest.raises(LogDiffers):
        house.tenancy.keep_checkpoints()
    assert house.tenancy.checkpoints.latest(SAPPORO) == signed


def test_a_command_on_a_record_of_another_kind_is_refused_and_spoils_nothing(house: House, desk: Desk) -> None:
    challenge = raised(desk)
    for target in (challenge, city_id(SAPPORO)):
        with pytest.raises(OtherKind):
            desk.do(cases.Close(case=target, note="終わり"), Entry(uuid4()))
        with pytest.raises(OtherKind):
            desk.do(proposals.Screen(proposal=target, reason="有用"), Entry(uuid4()))
        with pytest.raises(OtherKind):
            desk.do(receive(Code("free"), desk, proposal=target), Entry(uuid4()))
    assert house.tenancy.size(SAPPORO) == 4
    content = challenges.Publish(challenge=challenge, title="歩道の段差", description="段差が多い")
    assert desk.do(content, Entry(uuid4())).version == 2


def test_the_log_itself_takes_no_event_of_another_kind(house: House, desk: Desk) -> None:
    challenge = raised(desk)
    house.tenancy.recollections.take(SAPPORO, "challenge", challenge)
    with pytest.raises(Exception, match="of another kind"):
        house.record(SAPPORO, originator=challenge, after=1)


def test_a_refused_command_that_comes_again_as_another_kind_takes_a_number_of_that_kind(
    house: House, desk: Desk
) -> None:
    command, challenge = uuid4(), raised(desk)
    desk.do(challenges.Publish(challenge=challenge, title="歩道の段差", description="段差が多い"), Entry(uuid4()))
    approval = Approval(ApprovalSystem.EXTERNAL, desk.tenancy.today(), number="号" * 300)
    with pytest.raises(TextTooLong):
        desk.do(receive(Code("free"), desk), Entry(command, approval=approval))
    assert house.sql("select from renkei.receipt_numbers") == []
    house.tenancy.take_serial(SAPPORO, 2026, "free", command, uuid4())
    desk.do(receive(Code("themed"), desk, challenge=challenge), Entry(command, fiscal_year=2026))
    for _ in range(2):
        desk.do(receive(Code("themed"), desk, challenge=challenge), Entry(uuid4(), fiscal_year=2026))
    assert house.sql("select kind, serial from renkei.receipt_numbers order by 1, 2") == [
        ("free", 1),
        ("themed", 1),
        ("themed", 2),
        ("themed", 3),
    ]


def test_nothing_is_sealed_under_a_remembered_key_once_another_took_its_place(house: House, desk: Desk) -> None:
    proposer = uuid4()
    first = receive(Code("free"), desk, proposer=proposer)
    desk.do(first, Entry(uuid4()))
    desk.do(proposals.ReturnForCompletion(proposal=first.proposal, reason="内訳"), Entry(uuid4()))
    house.sql("select renkei.erase_key(%s, %s)", SAPPORO, proposer)
    desk.do(receive(Code("free"), desk, proposer=proposer), Entry(uuid4()))
    desk.do(proposals.Complete(proposal=first.proposal, note="足した"), Entry(uuid4()))
    desk.do(proposals.Screen(proposal=first.proposal, reason="有用"), Entry(uuid4()))
    ((state,),) = house.sql("select state from renkei.events where topic = 'proposal.completed'")
    from tenants.database.walls import read  # noqa: PLC0415
    from tenants.mapper import decode  # noqa: PLC0415
    from tenants.sealing import unseal  # noqa: PLC0415

    note = decode("proposal.completed", bytes(state)).event.note
    tenancy = house.tenancy
    ((box,),) = house.sql("select box from renkei.sealed where commitment = %s", note.commitment)
    (rows,) = read(
        tenancy.pool,
        SAPPORO,
        (
            "select wrapped from renkei.data_keys where city = %s and key = %s and audience = 'inside'",
            (SAPPORO, proposer),
        ),
    )
    wrapped = {(SAPPORO, proposer, "inside"): rows[0][0]}
    assert unseal(SAPPORO, note, box, tenancy.keys, wrapped) == "足した"


@pytest.mark.parametrize("asks", [False, True], ids=["proposals", "consultations"])
def test_a_receipt_number_that_somebody_made_free_again_is_found(house: House, desk: Desk, *, asks: bool) -> None:
    """Two receipts must never bear one number unseen: the log still says whose it is, before it is given again too."""

    def comes() -> int:
        if asks:
            asked = consultations.Receive(consultation=uuid4(), asker=uuid4(), title="相談", question="？", purpose=1)
            return desk.do(asked, Entry(uuid4())).first
        return desk.do(receive("free", desk), Entry(uuid4())).first

    def place() -> tuple[int, Fault]:
        with pytest.raises(LogAltered) as altered:
            verify(house.tenancy.pool, SAPPORO)
        return altered.value.position, altered.value.fault

    comes()
    second = comes()
    assert verify(house.tenancy.pool, SAPPORO).size == second
    house.sql("delete from renkei.receipt_numbers where serial = 2")
    assert place() == (second, Fault.NUMBER)
    assert comes() == second + 1
    assert place() == (second, Fault.NUMBER)  # both say number 2, which the later one took
    house.sql("update renkei.receipt_numbers set command_id = gen_random_uuid() where serial = 1")
    assert place() == (second - 1, Fault.NUMBER)
