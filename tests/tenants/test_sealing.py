"""Promise 4: what a person typed is not in the log; it opens for those who hold the keys, and erasing is for ever."""
# ruff: noqa: S608 -- the names put into SQL here are our own tables and columns

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import challenge
from domain.errors import KeysUnavailable, LogDiffers
from domain.values import Audience, CityCode, Sealed, Typed
from tenants.audit import verify
from tenants.commands.challenges import Close, Publish, Raise
from tenants.keys import KeyStore
from tenants.mapper import TOPICS, EventMapper, Recorded, decode
from tenants.sealing import unseal
from tenants.tenancy import Tenancy
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House, desk_pool, tenancy_of

TITLE, DESCRIPTION = "除雪の担い手がいない町内会", "佐藤さん（青森市在住）に聞いた話。電話 017-734-1111"
TABLES = "select relname from pg_class where relnamespace = 'renkei'::regnamespace and relkind in ('r', 'p')"
FILE = UUID(int=77)


def raise_challenge(house: House, city: CityCode = SAPPORO, file: UUID = FILE, tenancy: Tenancy | None = None) -> None:
    wish = Raise(challenge=file, title=TITLE, description=DESCRIPTION)
    (tenancy or house.tenancy).desk(house.member(city)).do(wish, Entry(uuid4()))


def values_of(house: House, city: CityCode = SAPPORO, file: UUID = FILE) -> list[Sealed]:
    """Title and description as the log knows them."""
    ((topic, state),) = house.sql(
        "select topic, state from renkei.events where city = %s and originator_id = %s and originator_version = 1",
        city,
        file,
    )
    raised: challenge.Raised = decode(topic, state).event
    return [raised.title, raised.description]


def opened(house: House, sealed: Sealed, city: CityCode = SAPPORO, keys: KeyStore | None = None) -> str | None:
    """The value with what lies beside the log, by a process that remembers no key."""
    boxes = house.sql("select box from renkei.sealed where city = %s and commitment = %s", city, sealed.commitment)
    wrapped = house.sql("select key, audience, wrapped from renkei.data_keys where city = %s", city)
    return unseal(
        city,
        sealed,
        boxes[0][0] if boxes else None,
        keys or KeyStore(house.folder / "keys"),
        {(city, key, ring): box for key, ring, box in wrapped},
    )


def no_typed_text_lies_in_the_database(house: House, *texts: str) -> None:
    for (table,) in house.sql(TABLES):
        for text in texts:
            where = "strpos(t::text, %s) > 0 or strpos(t::text, encode(convert_to(%s, 'UTF8'), 'hex')) > 0"
            assert house.sql(f"select from renkei.{table} t where {where}", text, text) == [], table


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    raise_challenge(house)
    return house


def test_a_typed_text_lies_nowhere_in_the_database(city: House) -> None:
    no_typed_text_lies_in_the_database(city, TITLE, DESCRIPTION, "017-734-1111", "佐藤")


def test_a_typed_text_in_the_log_would_be_noticed(city: House) -> None:
    city.sql("update renkei.events set state = state || %s where position = 3", f"電話 {TITLE}".encode())
    with pytest.raises(AssertionError, match="events"):
        no_typed_text_lies_in_the_database(city, TITLE)


def test_a_typed_value_that_nobody_sealed_cannot_be_written() -> None:
    typed = Typed(TITLE, FILE, Audience.DESK)
    event = challenge.Closed(challenge.Result.ANSWERED, typed)
    assert type(event) in TOPICS
    circumstances: Any = None
    with pytest.raises(TypeError):
        EventMapper().to_stored_event(Recorded(FILE, 1, circumstances, event))


def test_what_was_typed_opens_again(city: House) -> None:
    assert [opened(city, sealed) for sealed in values_of(city)] == [TITLE, DESCRIPTION]


def test_equal_texts_have_different_commitments(city: House) -> None:
    raise_challenge(city, file=UUID(int=78))
    assert values_of(city)[0].commitment != values_of(city, file=UUID(int=78))[0].commitment


def test_published_text_is_under_the_public_key_and_the_rest_is_not(city: House) -> None:
    desk = city.desk(SAPPORO)
    desk.do(Publish(challenge=FILE, title="担い手を募集します", description="町内会の除雪"), Entry(uuid4()))
    assert city.sql("select audience from renkei.data_keys where key = %s order by 1", FILE) == [
        ("inside",),
        ("public",),
    ]
    public_only = KeyStore(city.folder / "keys", ("public",))
    ((topic, state),) = city.sql("select topic, state from renkei.events where position = 4")
    assert opened(city, decode(topic, state).event.title, keys=public_only) == "担い手を募集します"
    with pytest.raises(KeyError):
        opened(city, values_of(city)[0], keys=public_only)


@pytest.mark.parametrize("byte", [0, 11, 12, 40, -1], ids=["nonce", "end of nonce", "salt", "value", "tag"])
def test_a_value_with_one_byte_flipped_does_not_open(city: House, byte: int) -> None:
    sealed = values_of(city)[0]
    at = f"((length(box) + {byte}) % length(box))"
    city.sql(f"update renkei.sealed set box = set_byte(box, {at}, get_byte(box, {at}) # 1)")
    with pytest.raises(LogDiffers):
        opened(city, sealed)


def test_the_value_of_another_commitment_does_not_open_in_its_place(city: House) -> None:
    title, description = values_of(city)
    ((box,),) = city.sql("select box from renkei.sealed where commitment = %s", description.commitment)
    city.sql("update renkei.sealed set box = %s where commitment = %s", box, title.commitment)
    with pytest.raises(LogDiffers):
        opened(city, title)


def other_key(sealed: Sealed) -> Sealed:
    return Sealed(UUID(int=78), sealed.audience, sealed.commitment)


def other_audience(sealed: Sealed) -> Sealed:
    return Sealed(sealed.key, Audience.COUNCIL, sealed.commitment)


def public(sealed: Sealed) -> Sealed:
    return Sealed(sealed.key, Audience.PUBLIC, sealed.commitment)


@pytest.mark.parametrize("moved", [other_key, other_audience, public])
def test_a_value_moved_to_another_key_or_audience_does_not_open(city: House, moved: Callable[[Sealed], Sealed]) -> None:
    raise_challenge(city, file=UUID(int=78))
    city.desk(SAPPORO).do(Publish(challenge=FILE, title="題名", description="説明"), Entry(uuid4()))
    with pytest.raises(LogDiffers):
        opened(city, moved(values_of(city)[0]))


def test_a_value_moved_to_another_city_does_not_open(city: House) -> None:
    city.open_city(AOMORI)
    raise_challenge(city, AOMORI)
    sealed = values_of(city)[0]
    city.sql(
        "insert into renkei.sealed select %s, commitment, key, audience, box from renkei.sealed where commitment = %s",
        AOMORI,
        sealed.commitment,
    )
    with pytest.raises(LogDiffers):
        opened(city, sealed, AOMORI)


def test_a_data_key_moved_to_another_city_or_subject_does_not_open(city: House) -> None:
    keys = KeyStore(city.folder / "keys")
    ((wrapped,),) = city.sql("select wrapped from renkei.data_keys where key = %s and audience = 'inside'", FILE)
    keys.open_data_key((SAPPORO, FILE, "inside"), wrapped)
    for place in ((AOMORI, FILE, "inside"), (SAPPORO, uuid4(), "inside"), (SAPPORO, FILE, "public")):
        with pytest.raises(LogDiffers):
            keys.open_data_key(place, wrapped)


# --- erasing ----------------------------------------------------------------------------------------------------------


def erase(house: House, key: UUID = FILE) -> None:
    house.sql("set role renkei_owner")
    house.sql("select renkei.erase_key(%s, %s)", SAPPORO, key)
    house.sql("reset role")


def test_an_erased_value_is_gone_and_the_log_stays_whole(city: House) -> None:
    sealed, outside = values_of(city), city.tenancy.keep_checkpoint(SAPPORO)
    erase(city)
    assert [opened(city, value, keys=city.tenancy.keys) for value in sealed] == [None, None]
    assert city.sql("select from renkei.sealed where key = %s", FILE) == []
    assert city.sql("select from renkei.data_keys where key = %s", FILE) == []
    assert verify(city.tenancy.pool, SAPPORO, outside).size == 3


def test_without_its_key_an_erased_value_stays_closed_even_from_a_backup(city: House) -> None:
    sealed = values_of(city)[0]
    city.sql("create table public.backup as select * from renkei.sealed where key = %s", FILE)
    erase(city)
    city.sql("insert into renkei.sealed select * from public.backup")
    assert opened(city, sealed) is None


def test_what_is_typed_after_an_erasure_is_under_a_new_key_and_opens(city: House) -> None:
    """The process that sealed before still remembers the erased key; it must not use it."""
    erase(city)
    city.desk(SAPPORO).do(Close(challenge=FILE, result=challenge.Result.UNANSWERED, note="応募なし"), Entry(uuid4()))
    ((topic, state),) = city.sql("select topic, state from renkei.events where position = 4")
    note = decode(topic, state).event.note
    assert opened(city, note) == "応募なし"
    assert opened(city, note, keys=city.tenancy.keys) == "応募なし"


def test_erasing_one_subject_leaves_the_others(city: House) -> None:
    raise_challenge(city, file=UUID(int=78))
    erase(city)
    assert opened(city, values_of(city, file=UUID(int=78))[0]) == TITLE


# --- the key store ----------------------------------------------------------------------------------------------------


def remove(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)


def replace(path: Path) -> None:
    KeyStore.create(path.parent / "other")
    path.write_bytes((path.parent / "other" / path.name).read_bytes())


def make_a_folder_of_it(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [remove, cut_off, garble, replace, make_a_folder_of_it])
def test_without_the_master_key_nothing_is_recorded_and_it_goes_on_when_the_key_is_back(
    city: House, damage: Callable[[Path], None]
) -> None:
    key = city.folder / "keys/inside.key"
    saved = key.read_bytes()
    damage(key)
    with pytest.raises(KeysUnavailable):
        raise_challenge(city, file=UUID(int=78))
    assert city.positions(SAPPORO) == [1, 2, 3]
    if key.is_dir():
        key.rmdir()
    key.write_bytes(saved)
    raise_challenge(city, file=UUID(int=78))
    assert opened(city, values_of(city, file=UUID(int=78))[0]) == TITLE


@pytest.mark.parametrize("damage", [remove, cut_off, garble, make_a_folder_of_it])
def test_a_program_started_without_the_master_key_records_nothing(city: House, damage: Callable[[Path], None]) -> None:
    other_key = (city.folder / "keys/public.key").read_bytes()
    damage(city.folder / "keys/inside.key")
    with desk_pool(city.database) as pool:
        tenancy = tenancy_of(pool, city.folder)  # makes keys only where there are none
        with pytest.raises(KeysUnavailable):
            raise_challenge(city, file=UUID(int=78), tenancy=tenancy)
    assert city.positions(SAPPORO) == [1, 2, 3]
    assert (city.folder / "keys/public.key").read_bytes() == other_key


def test_a_program_started_with_the_keys_of_another_deployment_records_nothing(city: House) -> None:
    for name in ("inside.key", "public.key"):
        replace(city.folder / "keys" / name)
    with desk_pool(city.database) as pool, pytest.raises(LogDiffers):
        raise_challenge(city, file=UUID(int=78), tenancy=tenancy_of(pool, city.folder))
    assert city.positions(SAPPORO) == [1, 2, 3]


def test_making_the_keys_twice_keeps_the_first(tmp_path: Path) -> None:
    KeyStore.create(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    KeyStore.create(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
