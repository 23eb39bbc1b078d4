"""Signed envelopes of an intake apart from the desk: recorded once, or refused with nothing kept."""

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid1, uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.circumstances import Channel
from domain.consultation import CONSULTATION
from domain.errors import (
    AlreadyThere,
    CityCodeInvalid,
    CodeUnknown,
    CorporateNumberInvalid,
    DateInvalid,
    NotEligible,
    PartMissing,
    PartUnfitting,
    Refusal,
    TextTooLong,
)
from domain.policy import RuleStatus
from domain.proposal import PROPOSAL, Received, Stage
from domain.values import Code
from tenants.commands import proposals
from tenants.commands.city import AdoptPolicy
from tenants.commands.rights import EnterMember
from tenants.entering import enter_member
from tenants.intake.arrival import arrival_number
from tenants.intake.content import ContentInvalid
from tenants.intake.envelope import (
    LARGEST,
    EnvelopeForged,
    EnvelopeInvalid,
    EnvelopeVersionUnknown,
)
from tenants.intake.taking_in import EnvelopeDiffers, command_of
from tenants.intake.trusted import IntakeKeyInvalid, IntakeKeysUnreadable, IntakeUnknown
from tenants.mapper import decode
from tenants.members import OPERATOR, Role, operator
from tenants.parties import has_come
from tenants.register import as_text
from tenants.wish import Entry, city_id, rights_id
from tests.conftest import AOMORI, SAPPORO, House, city_file, tenancy_of
from tests.tenants.intakes import SECRETS, TITLE, Intake, intake_of, taken_in, trusted_of
from tests.tenants.test_proposals import DRAFT

ALL = "select position, topic, state, actor, request_id, command_id from renkei.events where city = %s order by 1"


@pytest.fixture
def intake(house: House) -> Intake:
    """Sapporo's intake, whose key is registered."""
    found = intake_of(house, house.open_city(SAPPORO))
    trusted_of(house.folder).trust(SAPPORO, found.signer.verifier)
    return found


def kept(house: House) -> tuple[int, ...]:
    """Rows of everything that a refused envelope must leave as it was."""
    tables = ("events", "commands", "sealed", "data_keys", "receipt_numbers")
    return tuple(house.sql(f"select count(*) from renkei.{table}")[0][0] for table in tables)  # noqa: S608 - ours


def elsewhere(house: House) -> House:
    """Another process on the same deployment."""
    return House(house.database, house.folder, tenancy_of(house.tenancy.pool, house.folder), house.superuser)


# --- taken in ----------------------------------------------------------------------------------------------------


def test_a_proposal_stands_as_it_was_handed_in_under_the_next_number_of_the_city(house: House, intake: Intake) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    envelope = intake.envelope(came_at=yesterday, corporateNumber="３０００-０２０１-４１００３", cityMoney="ASKED")
    told = taken_in(house, intake.signs(intake.hands_over(), **msgspec.to_builtins(envelope)))
    assert (told.city, told.record, told.repeated) == (SAPPORO, envelope.record, False)
    assert (told.receipt and told.receipt.serial, told.arrival) == (1, arrival_number(envelope.record))
    state = house.tenancy.state_of(SAPPORO, PROPOSAL, envelope.record)
    assert (state.stage, state.proposer) == (Stage.RECEIVED, envelope.party)
    _, topic, stored, actor, request, command = house.sql(ALL, SAPPORO)[-1]
    assert (topic, actor) == ("proposal.received", OPERATOR)
    assert (request, command) == (f"envelope {envelope.id}", command_of(SAPPORO, envelope.id))
    recorded = decode(topic, bytes(stored))
    beside, event = recorded.circumstances, recorded.event
    assert (beside.channel, beside.on_behalf_of) == (Channel.PORTAL, envelope.party)
    assert beside.occurred_on.on == house.tenancy.day_of(yesterday)
    assert isinstance(event, Received)
    assert event.city_money == "asked"
    assert event.corporate_number is not None
    assert house.tenancy.opened(SAPPORO, event.corporate_number) == "3000020141003"
    assert house.tenancy.opened(SAPPORO, event.title) == TITLE
    assert not any(secret.encode() in bytes(stored) for secret in SECRETS)


def test_a_question_is_taken_in_too(house: House, intake: Intake) -> None:
    content = {"title": "除雪", "question": "除雪に使えますか。", "purpose": 1}
    envelope = intake.envelope(command="receiveConsultation", content=content)
    told = taken_in(house, intake.signs(intake.hands_over(), **msgspec.to_builtins(envelope)))
    assert (told.receipt, told.repeated) == (None, False)
    assert house.tenancy.state_of(SAPPORO, CONSULTATION, envelope.record).stage == "received"


def test_the_day_is_that_in_japan(house: House, intake: Intake) -> None:
    taken_in(house, intake.hands_over(came_at=datetime(2026, 6, 30, 15, 30, tzinfo=UTC)))
    _, topic, stored, *_ = house.sql(ALL, SAPPORO)[-1]
    assert decode(topic, bytes(stored)).circumstances.occurred_on.on.isoformat() == "2026-07-01"


def test_what_came_on_the_last_day_of_a_fiscal_year_has_a_number_of_that_year(house: House, intake: Intake) -> None:
    numbers = [
        taken_in(house, intake.hands_over(came_at=at)).receipt
        for at in (datetime(2026, 3, 31, 14, 59, tzinfo=UTC), datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    ]
    assert [(each.fiscal_year, each.serial) for each in numbers if each] == [(2025, 1), (2026, 1)]


# --- once --------------------------------------------------------------------------------------------------------


def test_an_envelope_that_comes_twice_is_recorded_once_also_by_another_process(house: House, intake: Intake) -> None:
    document = intake.hands_over()
    first, before = taken_in(house, document), kept(house)
    for each in (house, elsewhere(house)):
        again = taken_in(each, document)
        assert (again.repeated, again.receipt, again.arrival) == (True, first.receipt, first.arrival)
    assert kept(house) == before


def test_two_who_import_at_once_record_once(house: House, intake: Intake) -> None:
    documents = [intake.hands_over() for _ in range(4)]
    together = threading.Barrier(6)

    def all_of_them(_: int) -> list[bool]:
        own = elsewhere(house)
        together.wait()
        return [taken_in(own, document).repeated for document in documents]

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(all_of_them, range(6)))
    assert [sum(not each[place] for each in found) for place in range(4)] == [1, 1, 1, 1]
    assert [row[0] for row in house.sql("select serial from renkei.receipt_numbers order by 1")] == [1, 2, 3, 4]
    assert [row[1] for row in house.sql(ALL, SAPPORO)].count("proposal.received") == 4


def test_another_envelope_with_a_known_id_is_refused(house: House, intake: Intake) -> None:
    id_, record = uuid4(), uuid4()
    taken_in(house, intake.hands_over(id_=id_, record=record))
    before = kept(house)
    with pytest.raises(EnvelopeDiffers):
        taken_in(house, intake.hands_over(id_=id_, record=record, title="別の題名"))
    with pytest.raises(AlreadyThere):
        taken_in(house, intake.hands_over(record=record))
    assert kept(house) == before


def test_a_draft_of_the_desk_is_not_received_by_an_envelope(house: House, intake: Intake) -> None:
    draft = proposals.Draft(proposal=uuid4(), proposer=uuid4(), **DRAFT)
    house.desk(SAPPORO).do(draft, Entry(uuid4()))
    before = kept(house)
    with pytest.raises(AlreadyThere):
        taken_in(house, intake.hands_over(record=draft.proposal))
    assert kept(house) == before
    assert house.tenancy.state_of(SAPPORO, PROPOSAL, draft.proposal).stage is Stage.DRAFT


# --- whose ---------------------------------------------------------------------------------------------------------


def test_the_key_of_another_city_or_of_nobody_counts_for_nothing(house: House, intake: Intake) -> None:
    house.open_city(AOMORI)
    stranger, aomori = intake_of(house, SAPPORO, "stranger"), intake_of(house, AOMORI)
    trusted_of(house.folder).trust(AOMORI, aomori.signer.verifier)
    before = kept(house)
    for signer, city in ((stranger, SAPPORO), (aomori, SAPPORO), (intake, AOMORI)):
        with pytest.raises(IntakeUnknown) as refused:
            taken_in(house, signer.hands_over(city=city))
        assert refused.value.shared() == {"city": city, "key": signer.signer.id}
    assert kept(house) == before
    assert taken_in(house, aomori.hands_over()).city == AOMORI


def test_an_envelope_of_one_city_is_not_turned_to_another_that_trusts_the_same_key(
    house: House, intake: Intake
) -> None:
    house.open_city(AOMORI)
    trusted_of(house.folder).trust(AOMORI, intake.signer.verifier)
    told = msgspec.json.decode(intake.hands_over())
    with pytest.raises(EnvelopeForged):
        taken_in(house, msgspec.json.encode({**told, "city": AOMORI}))


def test_who_names_a_registered_key_and_signs_with_another_is_found_out(house: House, intake: Intake) -> None:
    stranger = intake_of(house, SAPPORO, "stranger")
    document = stranger.signs(stranger.hands_over(), signedBy=intake.signer.id)
    with pytest.raises(EnvelopeForged):
        taken_in(house, document)


def test_no_byte_of_what_was_signed_may_change(house: House, intake: Intake) -> None:
    document, before = intake.hands_over(), kept(house)
    for place in range(0, len(document), 7):
        changed = bytearray(document)
        changed[place] ^= 1
        try:
            same = msgspec.json.decode(changed) == msgspec.json.decode(document)
        except msgspec.DecodeError:
            same = False
        if same:  # white space between the parts
            continue
        with pytest.raises(Refusal):
            taken_in(house, bytes(changed))
    assert kept(house) == before
    told = msgspec.json.decode(document)
    for name in ("id", "record", "party"):
        with pytest.raises(EnvelopeForged):
            taken_in(house, msgspec.json.encode({**told, name: str(uuid4())}))


def test_another_order_and_more_white_space_is_the_same_envelope(house: House, intake: Intake) -> None:
    told = msgspec.json.decode(intake.hands_over())
    turned = msgspec.json.format(msgspec.json.encode(dict(reversed(told.items()))), indent=7)
    assert taken_in(house, turned).repeated is False


def test_a_key_is_replaced_at_once_or_with_both_for_a_while(house: House, intake: Intake) -> None:
    trusted, newer = trusted_of(house.folder), intake_of(house, SAPPORO, "newer")
    trusted.trust(SAPPORO, newer.signer.verifier)
    assert list(trusted.of(SAPPORO)) == [intake.signer.id, newer.signer.id]
    assert [taken_in(house, each.hands_over()).repeated for each in (intake, newer)] == [False, False]
    trusted.trust(SAPPORO, newer.signer.verifier)
    assert list(trusted.of(SAPPORO)) == [intake.signer.id, newer.signer.id]
    trusted.trust(SAPPORO, newer.signer.verifier, replace=True)
    with pytest.raises(IntakeUnknown):
        taken_in(house, intake.hands_over())
    assert taken_in(house, newer.hands_over()).repeated is False


def test_what_is_no_public_key_is_not_registered_and_a_damaged_file_trusts_nobody(house: House, intake: Intake) -> None:
    trusted, line = trusted_of(house.folder), intake.signer.verifier
    short = base64.b64encode(b"\x01short").decode()
    name, id_, key = line.split("+", 2)
    other = f"{name}+00000000+{key}"
    for wrong in ("", "sapporo", line[:-2], other, f"renkei+{id_}+{key}", f"{name}+{id_}+{short}", f"{name}+{id_}+?"):
        with pytest.raises(IntakeKeyInvalid):
            trusted.trust(SAPPORO, wrong)
    assert isinstance(trusted.of(SAPPORO)[intake.signer.id], Ed25519PublicKey)
    assert trusted.of(AOMORI) == {}
    (trusted.folder / f"{SAPPORO}.keys").write_text("damaged\n", "utf-8")
    with pytest.raises(IntakeKeysUnreadable):
        taken_in(house, intake.hands_over())


def test_keys_registered_at_once_are_all_kept(house: House) -> None:
    house.open_city(SAPPORO)
    intakes = [intake_of(house, SAPPORO, f"intake {number}") for number in range(8)]
    trusted = trusted_of(house.folder)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: trusted.trust(SAPPORO, each.signer.verifier), intakes))
    assert trusted.of(SAPPORO).keys() == {each.signer.id for each in intakes}


# --- ids -----------------------------------------------------------------------------------------------------------


def test_no_record_takes_the_id_of_a_party_and_no_party_that_of_anything_else(house: House, intake: Intake) -> None:
    party, record = uuid4(), uuid4()
    member = enter_member(house.tenancy, SAPPORO, "sato", "佐藤", {Role.DESK_OFFICER})
    taken_in(house, intake.hands_over(party=party, record=record))
    assert enter_member(house.tenancy, SAPPORO, "suzuki", "鈴木", (), parties=(party,)).parties == {party}
    for wrong in (party, member.id):
        with pytest.raises(AlreadyThere):
            taken_in(house, intake.hands_over(record=wrong))
    department = house.department(SAPPORO)
    for wrong in (record, member.id, department, city_id(SAPPORO), rights_id(SAPPORO), OPERATOR):
        with pytest.raises(PartUnfitting, match="proposer"):
            taken_in(house, intake.hands_over(party=wrong))
    same, after = uuid4(), house.positions(SAPPORO)
    with pytest.raises(PartUnfitting):
        taken_in(house, intake.hands_over(party=same, record=same))
    desk, today = house.desk(SAPPORO, Role.CITY_ADMINISTRATOR), house.tenancy.today()
    with pytest.raises(AlreadyThere):
        desk.do(EnterMember(member=party, title="鈴木", valid_from=today), Entry(uuid4()))
    assert house.positions(SAPPORO) == after
    assert has_come(house.tenancy.pool, SAPPORO, party)
    assert taken_in(house, intake.hands_over(party=party)).repeated is False


# --- the form ------------------------------------------------------------------------------------------------------


def test_another_version_of_the_form_is_told_before_its_signature_is_looked_at(house: House, intake: Intake) -> None:
    for version, named in ((2, "2"), (0, "0"), (10**30, "?"), ("1", "?"), (1.0, "?"), (None, "?")):
        told = {**msgspec.json.decode(intake.hands_over()), "version": version, "signature": "another scheme"}
        with pytest.raises(EnvelopeVersionUnknown) as refused:
            taken_in(house, msgspec.json.encode(told))
        assert f"version {named} of the form" in refused.value.message("en")


FORMS: dict[str, Callable[[Intake], bytes]] = {
    "nothing": lambda _: b"",
    "no JSON": lambda _: b"{",
    "a list": lambda _: b"[]",
    "deep": lambda _: b"[" * 100_000,
    "not UTF-8": lambda intake: intake.hands_over().replace("雪".encode(), b"\xff"),
    "half a character": lambda intake: intake.hands_over().replace("雪".encode(), b"\\ud800"),
    "too large": lambda intake: intake.hands_over() + b" " * LARGEST,
    "another format": lambda intake: intake.signs(intake.hands_over(), format="renkei/other"),
    "one part more": lambda intake: intake.signs(intake.hands_over(), note="more"),
    "another channel": lambda intake: intake.signs(intake.hands_over(), channel="MAIL"),
    "another command": lambda intake: intake.signs(intake.hands_over(), command="decideProposal"),
    "a time without a zone": lambda intake: intake.signs(intake.hands_over(), cameAt="2026-10-01T10:00:00"),
    "an id whose end is a machine's": lambda intake: intake.hands_over(record=uuid1()),
    "an id that is nobody's": lambda intake: intake.hands_over(id_=UUID(int=0)),
    "no signature": lambda intake: intake.hands_over().replace(b'"signature"', b'"signatur"'),
    "no content": lambda intake: intake.signs(intake.hands_over(), content=None),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_envelope_is_refused_with_a_sentence(house: House, intake: Intake, form: str) -> None:
    before = kept(house)
    with pytest.raises(EnvelopeInvalid) as refused:
        taken_in(house, FORMS[form](intake))
    assert type(refused.value) is EnvelopeInvalid
    for language in ("ja", "en"):
        assert not any(secret in refused.value.message(language) for secret in SECRETS)
    assert kept(house) == before


def test_a_city_whose_code_is_none_is_told_so(house: House, intake: Intake) -> None:
    with pytest.raises(CityCodeInvalid):
        taken_in(house, intake.hands_over(city="011003"))


# --- what the city refuses -----------------------------------------------------------------------------------------


def test_an_individual_in_aomori_is_refused_nothing_is_kept_and_no_number_taken(house: House) -> None:
    intake = intake_of(house, house.open_city(AOMORI))
    trusted_of(house.folder).trust(AOMORI, intake.signer.verifier)
    before = kept(house)
    with pytest.raises(NotEligible) as refused:
        taken_in(house, intake.hands_over(organisationKind="INDIVIDUAL"))
    assert refused.value.shared() == {"kind": "individual"}
    assert kept(house) == before
    receipt = taken_in(house, intake.hands_over(organisationKind="SOLE_PROPRIETOR")).receipt
    assert receipt is not None
    assert receipt.serial == 1


REFUSED: dict[str, tuple[dict[str, Any], type[Refusal], str]] = {
    "another kind": ({"kind": "鈴木"}, CodeUnknown, "kind"),
    "no conditions": ({"accepted": []}, PartMissing, "accepted"),
    "no purpose": ({"purpose": None}, PartMissing, "purpose"),
    "too long a title": ({"title": "雪" * 201}, TextTooLong, "title"),
    "no corporate number": ({"corporateNumber": "鈴木"}, CorporateNumberInvalid, "corporateNumber"),
    "another choice": ({"organisationKind": "鈴木"}, ContentInvalid, "organisationKind"),
    "a choice as it is stored": ({"organisationKind": "company"}, ContentInvalid, "organisationKind"),
    "a number for a text": ({"title": 1}, ContentInvalid, "title"),
    "nothing for a text": ({"title": None}, ContentInvalid, "title"),
    "a fraction": ({"purpose": 1.0}, ContentInvalid, "purpose"),
    "a text for a list": ({"accepted": "鈴木"}, ContentInvalid, "accepted"),
    "a text for an object": ({"accepted": ["鈴木"]}, ContentInvalid, "accepted"),
    "half an object": ({"accepted": [{"condition": "鈴木"}]}, ContentInvalid, "accepted.version"),
    "a field more": ({"鈴木": 1}, ContentInvalid, "content"),
    "its own id": ({"proposal": str(uuid4())}, ContentInvalid, "content"),
    "a field more in an object": (
        {"accepted": [{"condition": "lawful_business", "version": 1, "鈴木": 1}]},
        ContentInvalid,
        "accepted",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_content_that_the_city_would_refuse_at_the_desk_is_refused_here(
    house: House, intake: Intake, what: str
) -> None:
    told, error, field = REFUSED[what]
    before = kept(house)
    with pytest.raises(error) as refused:
        taken_in(house, intake.hands_over(**told))
    assert (type(refused.value), refused.value.details["field"]) == (error, field)
    if error is ContentInvalid:
        assert "「" in refused.value.message("ja")
        assert not any(secret in refused.value.message(each) for each in ("ja", "en") for secret in SECRETS)
    assert kept(house) == before


def test_a_text_left_out_is_told(house: House, intake: Intake) -> None:
    content = {"kind": "free"}
    with pytest.raises(ContentInvalid) as refused:
        taken_in(house, intake.hands_over(content=content))
    assert refused.value.details["field"] == "organisationKind"


def test_a_city_that_opens_no_portal_takes_none_in(house: House, intake: Intake) -> None:
    file = city_file(SAPPORO)
    assert file.policy.intake is not None
    by_hand = replace(file.policy.intake, channels=(Code("telephone"), Code("counter")))
    content = as_text(replace(file, policy=replace(file.policy, intake=by_hand)))
    wish = AdoptPolicy(content=content, status=RuleStatus.DRAFT, valid_from=date(2026, 4, 1))
    house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))
    later, before = elsewhere(house), kept(house)
    with pytest.raises(CodeUnknown) as refused:
        taken_in(later, intake.hands_over())
    assert refused.value.details["field"] == "entry.channel"
    assert kept(house) == before


def test_what_came_tomorrow_is_refused(house: House, intake: Intake) -> None:
    first, last = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(9999, 12, 31, 23, tzinfo=UTC)
    for moment in (datetime.now(UTC) + timedelta(days=1), datetime(1867, 1, 1, tzinfo=UTC), first, last):
        with pytest.raises(DateInvalid) as refused:
            taken_in(house, intake.hands_over(came_at=moment))
        assert refused.value.details["field"] == "cameAt"
