"""Promise 3, the arithmetic: the tree is the one of RFC 6962, and a leaf is what tenants/README.md says."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants import tree
from tenants.tree import Growing, LogRow

LEAVES = [bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES += [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = [  # of the first n leaves: the vectors of Google's certificate-transparency, the reference of RFC 6962
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ROW = LogRow(
    city="011002",
    position=7,
    originator_id=UUID(int=10),
    originator_version=2,
    topic="proposal.received",
    state='{"札幌":1}'.encode(),
    actor=UUID(int=11),
    policy_version=3,
    command_id=UUID(int=12),
    request_id="",
    salt=bytes(range(16)),
    recorded_at=datetime(2026, 4, 1, 0, 0, 0, 1, UTC),
    leaf_hash=b"",
    node_hash=b"",
)


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 writes it: recursive, slow, plain."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle_tree_hash(leaves[:k]) + merkle_tree_hash(leaves[k:])).digest()


def grown(leaves: list[bytes]) -> tuple[Growing, list[bytes]]:
    growing = Growing()
    return growing, [growing.add(hashlib.sha256(b"\x00" + leaf).digest()) for leaf in leaves]


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_of_rfc_6962_come_out(size: int) -> None:
    growing, nodes = grown(LEAVES[:size])
    assert growing.root().hex() == ROOTS[size]
    assert tree.root(size, lambda position: nodes[position - 1]).hex() == ROOTS[size]
    assert merkle_tree_hash(LEAVES[:size]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_every_root_and_node_is_that_of_the_recursive_definition(leaves: list[bytes]) -> None:
    growing, nodes = grown(leaves)
    assert growing.root() == merkle_tree_hash(leaves)
    assert tree.root(len(leaves), lambda position: nodes[position - 1]) == merkle_tree_hash(leaves)
    for position, node in enumerate(nodes, 1):
        assert node == merkle_tree_hash(leaves[position - (position & -position) : position])


def test_a_root_reads_one_node_for_each_bit_of_the_size() -> None:
    assert tree.peaks(13) == [13, 12, 8]
    assert tree.peaks(0) == []


def test_a_leaf_is_the_hash_of_thirteen_lines() -> None:
    lines = [
        "renkei/1",
        "011002",
        "7",
        "1775001600000001",
        "00000000-0000-0000-0000-00000000000a",
        "2",
        "proposal.received",
        "00000000-0000-0000-0000-00000000000b",
        "3",
        "00000000-0000-0000-0000-00000000000c",
        "",
        "000102030405060708090a0b0c0d0e0f",
        hashlib.sha256(b'{"\xe6\x9c\xad\xe5\xb9\x8c":1}').hexdigest(),
    ]
    assert tree.leaf_hash(ROW) == hashlib.sha256(b"\x00" + "\n".join(lines).encode()).digest()


def test_times_keep_every_microsecond_of_a_long_life() -> None:
    assert tree.microseconds(datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)) == 253_402_300_799_999_999
