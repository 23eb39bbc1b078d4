"""Promise 3: a stranger, who has the text of tenants/README.md and the rows, comes to the same tree.

Nothing here uses the program's own tree.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import AOMORI, SAPPORO, House

ROWS = """
    select city, position, recorded_at, originator_id, originator_version, topic, actor, policy_version, command_id,
        request_id, salt, state, leaf_hash, node_hash
    from renkei.events where city = %s order by position"""
DAMAGED = [
    pytest.param("q := q & (q - 1)", "q := q - 1", id="node: wrong sibling"),
    pytest.param("'\\x01'::bytea", "'\\x00'::bytea", id="node: hashed as a leaf"),
    pytest.param("'\\x00'::bytea", "''::bytea", id="leaf: without its mark"),
    pytest.param("n := size; q := size", "n := 0; q := size", id="node: always the leaf"),
    pytest.param(
        "_policy, _command, _request,\n            encode",
        "_policy, _request,\n            encode",
        id="leaf: no command",
    ),
    pytest.param("encode(salt, 'hex'), ", "", id="leaf: no salt"),
    pytest.param("* 1000000)::bigint", "* 1000)::bigint", id="leaf: milliseconds"),
]


def leaf(row: Any) -> bytes:
    """SHA-256 of 0x00 and the newline-joined fields."""
    city, position, at, originator, version, topic, actor, policy, command, request, salt, state, *_ = row
    microseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    fields = ["renkei/1", city, position, microseconds, originator, version, topic, actor, policy, command, request]
    fields += [salt.hex(), hashlib.sha256(state).hexdigest()]
    return hashlib.sha256(b"\x00" + "\n".join(str(field) for field in fields).encode()).digest()


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, of leaves hashed already."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def a_stranger_comes_to_the_same_tree(house: House) -> None:
    for events in (1, 2, 3, 5, 8, 13, 1, 1):
        house.record(SAPPORO, events)
        house.record(AOMORI)
    rows = house.sql(ROWS, SAPPORO)
    leaves = [leaf(row) for row in rows]
    assert [row[1] for row in rows] == list(range(1, 35))
    assert [row[-2] for row in rows] == leaves
    for position, row in enumerate(rows, 1):
        completed = position & -position  # leaves of the perfect subtree that ends here
        assert row[-1] == root(leaves[position - completed : position])
    assert house.tenancy.keep_checkpoint(SAPPORO).root == root(leaves)
    assert all(house.tenancy.checkpoint_at(SAPPORO, size).root == root(leaves[:size]) for size in range(35))


@pytest.fixture
def cities(house: House) -> House:
    house.add_city(SAPPORO)
    house.add_city(AOMORI)
    return house


def test_a_stranger_comes_to_the_same_leaves_nodes_and_roots(cities: House) -> None:
    a_stranger_comes_to_the_same_tree(cities)


@pytest.mark.parametrize(("part", "broken"), DAMAGED)
def test_a_log_that_hashes_otherwise_would_be_noticed(cities: House, part: str, broken: str) -> None:
    cities.break_append(part, broken)
    with pytest.raises(AssertionError):
        a_stranger_comes_to_the_same_tree(cities)


def test_equal_events_have_different_leaves(cities: House) -> None:
    """The salt sees to it: from a leaf alone nobody can guess an event."""
    cities.record(SAPPORO, 20)
    assert cities.sql("select count(distinct salt), count(distinct leaf_hash) from renkei.events") == [(20, 20)]
