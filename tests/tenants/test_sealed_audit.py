"""`renkei audit verify --sealed`: a value that was lost or changed is found; one that was erased is in order."""

import os
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain import challenge
from domain.circumstances import ApprovalSystem
from domain.errors import KeysUnavailable, Unreadable
from domain.values import Sealed
from tenants import sealed_audit
from tenants.commands.challenges import Publish, Raise
from tenants.keys import KeyStore
from tenants.mapper import decode
from tenants.sealed_audit import Fate, Looked, SealedAudit, verify_sealed
from tenants.sealing import _bound
from tenants.wish import Approval, Entry
from tests.conftest import AOMORI, SAPPORO, House

FILE, OTHER = UUID(int=77), UUID(int=78)
RAISE = Raise(challenge=FILE, title="除雪", description="担い手がいない")
PUBLISH = Publish(challenge=FILE, title="担い手を募集します", description="町内会の除雪")


@pytest.fixture
def city(house: House) -> House:
    """Two challenges, one of them published; position 3 holds two values for the desk, position 4 two for everybody."""
    house.open_city(SAPPORO)
    house.desk(SAPPORO).do(RAISE, Entry(uuid4()))
    house.desk(SAPPORO).do(PUBLISH, Entry(uuid4()))
    house.desk(SAPPORO).do(Raise(challenge=OTHER, title="公園", description="落ち葉"), Entry(uuid4()))
    return house


def look(house: House) -> SealedAudit:
    """By a process that remembers no key."""
    return verify_sealed(house.tenancy.pool, SAPPORO, KeyStore(house.folder / "keys"))


def title(house: House, position: int = 3) -> Sealed:
    ((topic, state),) = house.sql(
        "select topic, state from renkei.events where city = %s and position = %s", SAPPORO, position
    )
    event: challenge.Raised = decode(topic, state).event
    return event.title


def counts(house: House) -> dict[Fate, int]:
    return {fate: number for fate, number in look(house).counts.items() if number}


def test_every_value_of_a_whole_log_opens(city: House) -> None:
    (whole,) = city.sql("select count(*), (select max(position) from renkei.events) from renkei.sealed")
    found = look(city)
    assert found == SealedAudit(SAPPORO, whole[1], {**dict.fromkeys(Fate, 0), Fate.OPENED: whole[0]}, None)
    assert whole[0] >= 7


def test_a_value_beside_the_event_is_looked_at_as_well(city: House) -> None:
    before = counts(city)[Fate.OPENED]
    approval = Approval(ApprovalSystem.EXTERNAL, date(2026, 4, 1), number="札市政第 12 号")
    city.desk(SAPPORO).do(Raise(challenge=uuid4(), title="道路", description="補修"), Entry(uuid4(), approval=approval))
    assert counts(city)[Fate.OPENED] == before + 3


def test_what_was_erased_is_in_order(city: House) -> None:
    whole = counts(city)[Fate.OPENED]
    city.sql("select renkei.erase_key(%s, %s)", SAPPORO, FILE)
    found = look(city)
    assert (found.counts[Fate.ERASED], found.counts[Fate.OPENED], found.first) == (4, whole - 4, None)


def box(house: House, sealed: Sealed) -> bytes:
    ((content,),) = house.sql("select box from renkei.sealed where commitment = %s", sealed.commitment)
    return bytes(content)


def lose_box(house: House, sealed: Sealed) -> None:
    house.sql("delete from renkei.sealed where commitment = %s", sealed.commitment)


def lose_key(house: House, sealed: Sealed) -> None:
    house.sql("delete from renkei.data_keys where key = %s and audience = 'inside'", sealed.key)


def relabel(house: House, sealed: Sealed) -> None:
    house.sql("update renkei.sealed set audience = 'public' where commitment = %s", sealed.commitment)


def garble_box(house: House, sealed: Sealed) -> None:
    house.sql(
        "update renkei.sealed set box = set_byte(box, 20, get_byte(box, 20) # 1) where commitment = %s",
        sealed.commitment,
    )


def shorten_box(house: House, sealed: Sealed) -> None:
    house.sql("update renkei.sealed set box = 'abc' where commitment = %s", sealed.commitment)


def garble_key(house: House, sealed: Sealed) -> None:
    house.sql(
        "update renkei.data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)"
        " where key = %s and audience = 'inside'",
        sealed.key,
    )


def forge(house: House, sealed: Sealed) -> None:
    """What somebody who holds the keys could do: another text in a box that opens."""
    ((wrapped,),) = house.sql("select wrapped from renkei.data_keys where key = %s and audience = 'inside'", sealed.key)
    cipher = KeyStore(house.folder / "keys").open_data_key((SAPPORO, sealed.key, "inside"), bytes(wrapped))
    nonce = os.urandom(12)
    forged = nonce + cipher.encrypt(nonce, bytes(32) + "別の文言".encode(), _bound(SAPPORO, sealed, sealed.commitment))
    house.sql("update renkei.sealed set box = %s where commitment = %s", forged, sealed.commitment)


@pytest.mark.parametrize(
    ("damage", "fate", "number"),
    [
        (lose_box, Fate.MISSING, 1),
        (lose_key, Fate.MISSING, 2),
        (relabel, Fate.MISSING, 1),
        (garble_box, Fate.UNOPENABLE, 1),
        (shorten_box, Fate.UNOPENABLE, 1),
        (garble_key, Fate.UNOPENABLE, 2),
        (forge, Fate.DIFFERENT, 1),
    ],
)
def test_what_was_lost_or_changed_is_counted_and_the_first_is_named(
    city: House, damage: Callable[[House, Sealed], None], fate: Fate, number: int
) -> None:
    whole, later = counts(city)[Fate.OPENED], title(city, 5)
    damage(city, title(city))
    lose_box(city, later)
    found = look(city)
    assert found.first == Looked(3, title(city).commitment, fate)
    expected = {**dict.fromkeys(Fate, 0), Fate.OPENED: whole - number - 1}
    expected[Fate.MISSING] += 1
    expected[fate] += number
    assert found.counts == expected


def test_a_neighbour_with_the_same_ids_is_not_looked_at(city: House) -> None:
    city.open_city(AOMORI)
    city.desk(AOMORI).do(RAISE, Entry(uuid4()))
    before = look(city)
    city.sql("delete from renkei.sealed where city = %s", AOMORI)
    assert look(city) == before


def test_progress_is_told_batch_by_batch_and_the_counts_are_the_same(
    city: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    whole = look(city)
    monkeypatch.setattr(sealed_audit, "EVENTS_AT_A_TIME", 2)
    again = verify_sealed(city.tenancy.pool, SAPPORO, city.tenancy.keys, lambda done, of: told.append((done, of)))
    assert again == whole
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_an_event_that_cannot_be_read_is_named_with_its_position(city: House) -> None:
    city.record(SAPPORO)
    with pytest.raises(Unreadable, match="position 6"):
        look(city)


def test_a_key_store_that_is_away_is_not_taken_for_damage(city: House) -> None:
    (city.folder / "keys/inside.key").unlink()
    with pytest.raises(KeysUnavailable):
        look(city)
