"""The Merkle tree is RFC 6962's, and its proofs prove just what they say."""

from __future__ import annotations

import hashlib

import pytest

from casetracker.audit.tree import (
    EMPTY_ROOT,
    HASH,
    Edge,
    consistency_proof,
    includes,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    peaks,
)

LEAVES = [bytes([number]) for number in range(33)]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(root_by_definition(leaves[:split]), root_by_definition(leaves[split:]))


ROOTS = [root_by_definition(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def grown() -> dict[tuple[int, int], bytes]:
    """Every whole subtree's hash, as an edge hands them out."""
    edge, nodes = Edge(), {}
    for position, data in enumerate(LEAVES):
        completed = edge.append(data)
        nodes[0, position] = leaf_hash(data)
        for level in range(len(completed) // HASH):
            nodes[level + 1, position >> level + 1] = completed[level * HASH : (level + 1) * HASH]
    return nodes


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


NODES = grown()


def test_the_published_roots() -> None:
    """The test vectors of certificate transparency's own implementation."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    edge = Edge()
    for leaf in data:
        edge.append(bytes.fromhex(leaf))
    assert edge.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_an_edge_knows_the_root_of_every_size() -> None:
    edge = Edge()
    for size, data in enumerate(LEAVES, 1):
        edge.append(data)
        assert edge.root() == ROOTS[size]
        taken_up = Edge(size, [node(*place) for place in peaks(size)])
        assert taken_up.root() == ROOTS[size] and taken_up.hashes == edge.hashes


def test_every_leaf_is_proven_and_no_other() -> None:
    for size in range(1, len(LEAVES) + 1):
        for position in range(size):
            proof = inclusion_proof(position, size, node)
            assert includes(ROOTS[size], size, position, LEAVES[position], proof)
            assert not includes(ROOTS[size], size, position, b"another", proof)
            assert not includes(ROOTS[size], size, position, LEAVES[position], [*proof, EMPTY_ROOT])
            assert size == 1 or not includes(ROOTS[size], size, position, LEAVES[position], proof[:-1])
            assert size == 1 or not includes(ROOTS[size], size, (position + 1) % size, LEAVES[position], proof)


def test_every_longer_tree_is_proven_to_go_on_from_the_shorter() -> None:
    for new in range(1, len(LEAVES) + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, node)
            assert is_consistent(old, ROOTS[old], new, ROOTS[new], proof)
            assert not is_consistent(old, EMPTY_ROOT, new, ROOTS[new], proof)
            assert not is_consistent(old, ROOTS[old], new, EMPTY_ROOT, proof)
            assert not is_consistent(old, ROOTS[old], new, ROOTS[new], [*proof, EMPTY_ROOT])


def test_what_cannot_be_proven() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(3, 3, node)
    with pytest.raises(ValueError, match="not longer"):
        consistency_proof(4, 3, node)
    assert not includes(ROOTS[3], 3, 3, LEAVES[2], [])
    assert not is_consistent(0, EMPTY_ROOT, 3, ROOTS[3], [])
