"""What was typed is opened for the people of its city, all of a page at once, and never what was erased or changed."""

from pathlib import Path

import pytest

from domain.errors import KeysUnavailable
from projections.queries import desk
from projections.queries.desk_words import Damage
from tenants.keys import KeyStore
from tenants.mapper import sealed_of
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.asking import Counting, caught_up, inside
from tests.projections.neighbours import Recorded, receive, record, words_of
from tests.projections.running import officer


@pytest.fixture(scope="module")
def recorded(module_house: House) -> Recorded:
    return record(module_house)


def test_every_word_of_a_page_is_opened_in_one_statement(recorded: Recorded) -> None:
    keys = KeyStore(recorded.house.folder / "keys")
    for size in (1, 3):
        page = inside(recorded.house, SAPPORO, lambda c, size=size: desk.inbox(c, SAPPORO, first=size))  # type: ignore[misc]
        refs = [sealed for row in page.nodes for sealed in sealed_of(row)]
        found = inside(recorded.house, SAPPORO, lambda c, refs=refs: desk.open_words(c, keys, SAPPORO, refs))  # type: ignore[misc]

        assert Counting.statements == 1
        assert None not in found.values()
        assert set(found) == {ref.commitment for ref in refs}


def test_no_words_take_no_statement(recorded: Recorded) -> None:
    keys = KeyStore(recorded.house.folder / "keys")

    assert inside(recorded.house, SAPPORO, lambda c: desk.open_words(c, keys, SAPPORO, [])) == {}
    assert Counting.statements == 0


def test_another_citys_words_are_not_opened(recorded: Recorded) -> None:
    page = inside(recorded.house, SAPPORO, lambda c: desk.inbox(c, SAPPORO))

    assert words_of(recorded, [page.nodes[0].title], AOMORI) == [None]


def test_erased_words_are_a_tombstone(recorded: Recorded) -> None:
    house = recorded.house
    gone = receive(officer(house, AOMORI), "消される提案")
    caught_up(house)
    row = inside(house, AOMORI, lambda c: desk.proposal(c, AOMORI, gone))
    assert row is not None
    assert words_of(recorded, [row.title], AOMORI) == ["消される提案"]

    house.sql("select renkei.erase_key(%s, %s)", AOMORI, row.title.key)

    assert words_of(recorded, [row.title], AOMORI) == [None]


def test_words_that_were_changed_are_noticed(recorded: Recorded) -> None:
    house = recorded.house
    changed = receive(officer(house, AOMORI), "変えられる提案")
    caught_up(house)
    row = inside(house, AOMORI, lambda c: desk.proposal(c, AOMORI, changed))
    assert row is not None
    turned = "update renkei.sealed set box = set_byte(box, 20, get_byte(box, 20) # 1) where commitment = %s"
    house.sql(turned, row.title.commitment)

    assert words_of(recorded, [row.title], AOMORI) == [Damage.DAMAGED]


SPOILT = {
    "a box that was changed": "update renkei.sealed set box = set_byte(box, 20, get_byte(box, 20) # 1)",
    "a box shorter than its nonce": "update renkei.sealed set box = 'abc'",
    "a box that is empty": "update renkei.sealed set box = ''",
    "a key that is not ours": "update renkei.data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)",
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_one_damaged_value_keeps_no_other_from_being_read(recorded: Recorded, spoilt: str) -> None:
    house = recorded.house
    ids = [receive(officer(house, AOMORI), title) for title in ("先の提案", "損なわれる提案", "後の提案")]
    caught_up(house)
    rows = inside(house, AOMORI, lambda c: desk.proposals_by_id(c, AOMORI, ids))
    titles = [rows[id_].title for id_ in ids]
    place = "key = %s" if "data_keys" in SPOILT[spoilt] else "key = %s and commitment = %s"
    house.sql(f"{SPOILT[spoilt]} where {place}", *(titles[1].key, titles[1].commitment)[: place.count("%")])

    assert words_of(recorded, titles, AOMORI) == ["先の提案", Damage.DAMAGED, "後の提案"]


def test_without_the_key_store_nothing_is_opened(recorded: Recorded, tmp_path: Path) -> None:
    page = inside(recorded.house, SAPPORO, lambda c: desk.inbox(c, SAPPORO))
    refs = [row.title for row in page.nodes]

    with pytest.raises(KeysUnavailable):
        inside(recorded.house, SAPPORO, lambda c: desk.open_words(c, KeyStore(tmp_path), SAPPORO, refs))
