"""Promise 8: a city moves to another deployment with its positions, times and leaves, whole or not at all."""
# ruff: noqa: S608 -- the names put into SQL here are our own tables and columns

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.errors import CityCodeInvalid, CityUnknown, KeysUnavailable
from domain.values import CityCode
from tenants.audit import Fault, LogAltered, verify
from tenants.checkpoint import Checkpoint, Signer
from tenants.commands.challenges import Publish, Raise
from tenants.database.access import Role
from tenants.export_file import TABLES, ExportRefused
from tenants.keys import KeyStore
from tenants.moving import CheckpointForeign, CityThere, export_city, import_city
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House

TODAY = date(2026, 4, 1)
ID = UUID(int=900)
RAISE = Raise(challenge=ID, title="除雪", description="担い手がいない")
PUBLISH = Publish(challenge=ID, title="除雪の担い手", description="募集")


@pytest.fixture
def old(new_house: Callable[..., House]) -> House:
    """Where the city comes from; a neighbour has the same ids."""
    house = new_house()
    for city in (house.open_city(SAPPORO), house.open_city(AOMORI)):
        house.desk(city).do(RAISE, Entry(UUID(int=901)))
        house.tenancy.take_serial(city, 2026, "free", UUID(int=902), uuid4())
        house.tenancy.explain_number(city, UUID(int=902), "WRONG_STAGE")
        house.record(city, events=7)
    return house


@pytest.fixture
def new(new_house: Callable[..., House], old: House) -> House:
    """Where it goes: the same master keys, another database, no checkpoints of it yet."""
    house = new_house(old.folder)
    (old.folder / "checkpoints").rename(old.folder / "checkpoints of before")
    return house


def take_in(house: House, lines: list[bytes], against: Checkpoint | None = None) -> Checkpoint:
    with house.connect(Role.OWNER) as owner:
        return import_city(owner, lines, house.tenancy.keys, house.tenancy.checkpoints, TODAY, against)


def exported(house: House) -> list[bytes]:
    return list(export_city(house.tenancy, SAPPORO))


def sealed_again(lines: list[bytes]) -> list[bytes]:
    """With a last line that fits, as somebody would who changes more than one thing."""
    end = {"type": "end", "sha256": base64.b64encode(hashlib.sha256(b"".join(lines[:-1])).digest()).decode()}
    return [*lines[:-1], json.dumps(end).encode() + b"\n"]


def changed(lines: list[bytes], number: int, /, **values: Any) -> list[bytes]:
    line = {**json.loads(lines[number]), **values}
    return sealed_again([*lines[:number], json.dumps(line).encode() + b"\n", *lines[number + 1 :]])


def nothing_was_imported(house: House) -> None:
    for table in ("cities", *TABLES.values()):
        assert house.sql(f"select from renkei.{table}") == [], table
    assert house.tenancy.checkpoints.latest(SAPPORO) is None


def test_a_moved_city_is_equal_row_by_row(old: House, new: House) -> None:
    checkpoint = take_in(new, exported(old), old.tenancy.checkpoint_at(SAPPORO, 10))
    for table in ("cities", *TABLES.values()):
        query = f"select t::text from renkei.{table} t where city = %s order by 1"
        assert new.sql(query, SAPPORO) == old.sql(query, SAPPORO) != [], table
        assert new.sql(f"select from renkei.{table} where city <> %s", SAPPORO) == []
    assert new.tenancy.checkpoints.latest(SAPPORO) == checkpoint == old.tenancy.checkpoint_at(SAPPORO, 10)
    assert verify(new.tenancy.pool, SAPPORO, checkpoint).size == 10


def test_a_moved_city_goes_on_where_it_was(old: House, new: House) -> None:
    member = old.member(SAPPORO)
    old.tenancy.desk(member).do(PUBLISH, Entry(UUID(int=903)))
    take_in(new, exported(old))
    assert new.tenancy.desk(member).do(PUBLISH, Entry(UUID(int=903))).repeated
    assert new.desk(SAPPORO).do(Raise(challenge=uuid4(), title="次", description="次"), Entry(uuid4())).last == 12
    assert new.tenancy.take_serial(SAPPORO, 2026, "free", uuid4(), uuid4())[0] == 2
    assert verify(new.tenancy.pool, SAPPORO).size == 12


def test_a_city_comes_only_where_it_is_not(old: House, new: House) -> None:
    lines = exported(old)
    take_in(new, lines)
    with pytest.raises(CityThere):
        take_in(new, lines)
    assert new.positions(SAPPORO) == list(range(1, 11))


def test_a_short_name_is_not_given_twice(old: House, new: House) -> None:
    new.sql("insert into renkei.cities (city, slug) values ('131121', 'sapporo')")
    with pytest.raises(CityThere):
        take_in(new, exported(old))
    assert new.positions(SAPPORO) == []


@pytest.mark.parametrize("position", [1, 4, 10])
@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("state", base64.b64encode(b"{}x").decode(), Fault.LEAF),
        ("actor", str(UUID(int=3)), Fault.LEAF),
        ("recorded_at", "2026-01-01T00:00:00Z", Fault.LEAF),
        ("leaf_hash", base64.b64encode(bytes(32)).decode(), Fault.LEAF),
        ("node_hash", base64.b64encode(bytes(32)).decode(), Fault.NODE),
        ("position", 11, Fault.POSITION),
    ],
)
def test_a_changed_event_is_found_at_its_position(
    old_lines: list[bytes], empty: House, column: str, value: object, position: int, fault: Fault
) -> None:
    with pytest.raises(LogAltered) as altered:
        take_in(empty, changed(old_lines, position, **{column: value}))
    assert (altered.value.position, altered.value.fault) == (position, fault)
    nothing_was_imported(empty)


@pytest.fixture(scope="module")
def empty(module_house: House) -> House:
    """Takes in nothing, if all goes well."""
    return module_house


@pytest.fixture(scope="module")
def old_lines(module_house: House) -> list[bytes]:
    """The export of a small city that was then taken out again."""
    module_house.open_city(SAPPORO)
    module_house.desk(SAPPORO).do(RAISE, Entry(UUID(int=901)))
    module_house.tenancy.take_serial(SAPPORO, 2026, "free", UUID(int=902), uuid4())
    module_house.record(SAPPORO, events=7)
    lines = exported(module_house)
    module_house.sql("truncate renkei.cities, renkei.events, renkei.commands, renkei.data_keys, renkei.sealed")
    module_house.sql("truncate renkei.receipt_numbers, renkei.log_checks")
    for path in (module_house.folder / "checkpoints" / SAPPORO).iterdir():
        path.unlink()
    return lines


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _lines: [], id="empty"),
        pytest.param(lambda _lines: [b"PK\x03\x04"], id="another file"),
        pytest.param(lambda lines: changed(lines, 0, format="renkei/city/2"), id="another format"),
        pytest.param(lambda lines: changed(lines, 0, lines={}), id="header without numbers"),
        pytest.param(lambda lines: lines[1:], id="no header"),
        pytest.param(lambda lines: lines[:8], id="cut off among the events"),
        pytest.param(lambda lines: lines[:-1], id="cut off before the end"),
        pytest.param(lambda lines: [*lines[:-1], lines[-1][:-9] + b"\n"], id="end cut off"),
        pytest.param(lambda lines: [*lines[:-1], sealed_again(lines[:-1])[-1]], id="an end that fits other lines"),
        pytest.param(lambda lines: [*lines[:-2], lines[-1]], id="a receipt number left out"),
        pytest.param(lambda lines: sealed_again([*lines[:-2], lines[-1]]), id="the same with a fitting end"),
        pytest.param(
            lambda lines: [*lines[:11], changed(lines, 11, actor=str(ID))[11], *lines[12:]], id="a command changed"
        ),
        pytest.param(lambda lines: sealed_again([*lines[:12], lines[11], *lines[13:]]), id="a command twice"),
        pytest.param(lambda lines: changed(lines, 5, salt="AAAA"), id="a short salt"),
        pytest.param(lambda lines: changed(lines, 5, topic="a\x00b"), id="a zero character"),
        pytest.param(lambda lines: changed(lines, 5, more=1), id="an unknown column"),
        pytest.param(lambda lines: changed(lines, 0, slug="../.."), id="a bad short name"),
        pytest.param(lambda lines: [line.replace(b'"', b"\xff") for line in lines], id="not UTF-8"),
        pytest.param(lambda lines: changed(lines, 0, root=base64.b64encode(bytes(32)).decode()), id="another root"),
        pytest.param(lambda lines: changed(lines, 0, size=9), id="another size"),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_of_it_is_kept(
    old_lines: list[bytes], empty: House, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    with pytest.raises((ExportRefused, LogAltered)):
        take_in(empty, damage(old_lines))
    nothing_was_imported(empty)


def test_a_code_with_a_wrong_check_digit_is_refused(old_lines: list[bytes], empty: House) -> None:
    with pytest.raises(CityCodeInvalid):
        take_in(empty, changed(old_lines, 0, city="011003"))
    nothing_was_imported(empty)


def test_the_log_of_one_city_is_not_taken_in_as_that_of_another(old_lines: list[bytes], empty: House) -> None:
    with pytest.raises(LogAltered):
        take_in(empty, changed(old_lines, 0, city=AOMORI))
    nothing_was_imported(empty)


def test_a_consistent_forgery_is_found_against_a_checkpoint_from_outside(old: House, new: House) -> None:
    outside = old.tenancy.checkpoint_at(SAPPORO, 10)
    forged = new.open_city(SAPPORO)
    new.record(forged, events=9)
    lines = exported(new)
    new.sql(
        "truncate renkei.cities, renkei.events, renkei.commands, renkei.data_keys, renkei.sealed, renkei.log_checks"
    )
    for path in (new.folder / "checkpoints" / SAPPORO).iterdir():
        path.unlink()
    with pytest.raises(LogAltered) as altered:
        take_in(new, lines, outside)
    assert (altered.value.position, altered.value.fault) == (10, Fault.ROOT)
    nothing_was_imported(new)


def test_what_is_wrong_is_said_with_its_line_in_both_languages(old_lines: list[bytes], empty: House) -> None:
    with pytest.raises(ExportRefused) as refused:
        take_in(empty, old_lines[:8])
    assert refused.value.message("en") == (
        "Line 9 of the export cannot be taken: the file ends too early. Nothing was imported."
    )
    assert refused.value.message("ja").startswith("書き出しファイルの 9 行目を取り込めません")


def test_only_the_owner_imports(old_lines: list[bytes], empty: House) -> None:
    for role in (Role.DESK, Role.RUNNER, Role.PUBLIC):
        with empty.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            import_city(connection, old_lines, empty.tenancy.keys, empty.tenancy.checkpoints, TODAY)
    nothing_was_imported(empty)


def test_an_unknown_city_is_not_exported(empty: House) -> None:
    with pytest.raises(CityUnknown):
        list(export_city(empty.tenancy, CityCode("131121")))


def test_an_export_holds_one_city_and_no_member_and_no_text(old: House) -> None:
    old.sql(
        "insert into renkei.members (city, member, login, name) values (%s, gen_random_uuid(), 'sato', '佐藤')",
        SAPPORO,
    )
    told: list[tuple[int, int]] = []
    whole = b"".join(export_city(old.tenancy, SAPPORO, lambda done, of: told.append((done, of))))
    for absent in (AOMORI, "佐藤", "sato", "除雪", RAISE.description):
        assert absent.encode() not in whole
    assert len(whole.splitlines()) == told[-1][0] + 2
    assert told[-1][0] == told[-1][1]


def test_what_is_recorded_during_an_export_stays_out_of_it(old: House) -> None:
    lines = export_city(old.tenancy, SAPPORO)
    header = next(lines)
    old.record(SAPPORO, 5)
    events = [line for line in lines if b'"type":"event"' in line]
    assert json.loads(header)["size"] == len(events) == 10


# --- keys ------------------------------------------------------------------------------------------------------------


def key_lines(lines: list[bytes]) -> list[int]:
    """The places of the data keys in a file."""
    return [number for number, line in enumerate(lines) if b'"type":"key"' in line]


def test_a_city_with_other_master_keys_is_refused_with_the_line_and_what_to_do(
    old: House, new_house: Callable[..., House]
) -> None:
    lines, stranger = exported(old), new_house()
    with pytest.raises(ExportRefused) as refused:
        take_in(stranger, lines)
    said = refused.value.message("en")
    assert said.startswith(f"Line {key_lines(lines)[0] + 1} of the export cannot be taken: this data key needs other")
    assert "copy the keys folder of the old deployment" in said
    assert "鍵フォルダ" in refused.value.message("ja")
    nothing_was_imported(stranger)


@pytest.mark.parametrize("name", ["inside.key", "public.key"])
def test_one_other_master_key_is_enough_to_refuse(
    old: House, new_house: Callable[..., House], tmp_path: Path, name: str
) -> None:
    lines = exported(old)
    audience = name.removesuffix(".key")
    first = next(n for n in key_lines(lines) if json.loads(lines[n])["audience"] == audience)
    mixed, here = tmp_path / "mixed", new_house()
    shutil.copytree(old.folder / "keys", mixed)
    shutil.copy(here.folder / "keys" / name, mixed / name)
    with here.connect(Role.OWNER) as owner, pytest.raises(ExportRefused) as refused:
        import_city(owner, lines, KeyStore(mixed), here.tenancy.checkpoints, TODAY)
    assert refused.value.details["line"] == first + 1
    nothing_was_imported(here)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"wrapped": base64.b64encode(bytes(60)).decode()}, id="garbled"),
        pytest.param({"wrapped": ""}, id="empty"),
        pytest.param({"wrapped": "AAAA"}, id="short"),
        pytest.param({"audience": "somebody"}, id="of no ring"),
        pytest.param({"key": str(UUID(int=5))}, id="of another place"),
    ],
)
def test_a_wrapped_key_that_does_not_open_is_refused_at_its_line(
    old_lines: list[bytes], empty: House, change: dict[str, str]
) -> None:
    last = key_lines(old_lines)[-1]
    with pytest.raises(ExportRefused) as refused:
        take_in(empty, changed(old_lines, last, **change))
    assert refused.value.details["line"] == last + 1
    nothing_was_imported(empty)


def test_a_key_store_that_is_away_is_not_taken_for_other_keys(old: House, new: House) -> None:
    lines = exported(old)
    (new.folder / "keys/public.key").rename(new.folder / "keys/away")
    with pytest.raises(KeysUnavailable):
        take_in(new, lines)
    nothing_was_imported(new)


# --- the checkpoint --------------------------------------------------------------------------------------------------


def test_a_foreign_checkpoint_in_the_way_is_named_and_nothing_is_imported(old: House, new: House) -> None:
    Signer.create(new.folder / "other.key")
    left = new.tenancy.checkpoints.folder / SAPPORO / "latest"
    left.parent.mkdir(parents=True)
    left.write_text(Signer(new.folder / "other.key").sign(old.tenancy.checkpoint_at(SAPPORO, 10)), "utf-8")
    with pytest.raises(CheckpointForeign) as refused:
        take_in(new, exported(old))
    assert str(left) in refused.value.message("en")
    assert str(left) in refused.value.message("ja")
    left.unlink()
    nothing_was_imported(new)
    assert take_in(new, exported(old)).size == 10


@pytest.mark.parametrize(
    ("size", "root", "place"),
    [(10, bytes(32), (10, Fault.ROOT)), (4, bytes(32), (4, Fault.ROOT)), (12, bytes(32), (11, Fault.SHORTER))],
)
def test_a_checkpoint_that_is_here_must_agree(
    old: House, new: House, size: int, root: bytes, place: tuple[int, Fault]
) -> None:
    here, outside = new.tenancy.checkpoints, old.tenancy.checkpoint_at(SAPPORO, 10)
    here.keep(Checkpoint(SAPPORO, size, root), TODAY)
    with pytest.raises(LogAltered) as altered:
        take_in(new, exported(old), outside)  # which agrees
    assert (altered.value.position, altered.value.fault) == place
    assert new.sql("select from renkei.cities") == []


def test_a_city_that_comes_back_goes_on_from_the_checkpoint_that_is_here(old: House, new: House) -> None:
    new.tenancy.checkpoints.keep(old.tenancy.checkpoint_at(SAPPORO, 4), TODAY)
    assert take_in(new, exported(old)) == new.tenancy.checkpoints.latest(SAPPORO)


def test_when_the_checkpoint_cannot_be_kept_nothing_is_imported(old: House, new: House) -> None:
    new.tenancy.checkpoints.folder.write_text("in the way")
    with pytest.raises((OSError, CheckpointForeign)):
        take_in(new, exported(old))
    assert new.sql("select from renkei.cities") == new.sql("select from renkei.events") == []


def test_a_checkpoint_that_finds_no_place_keeps_the_city_out(old: House, new: House) -> None:
    """Reading finds nothing there, writing finds no room."""
    (new.tenancy.checkpoints.folder / SAPPORO / f".{TODAY.isoformat()}.new").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        take_in(new, exported(old))
    nothing_was_imported(new)
