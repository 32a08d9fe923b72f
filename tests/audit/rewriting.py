"""What somebody with the whole database in hand could rewrite: chains, the tree, a dossier; never what lies outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casetracker.audit.checkpoints import Head
from casetracker.audit.keys import Signer, key_statement
from casetracker.audit.tree import Edge
from casetracker.core.db import canonical_json
from casetracker.core.tracking import tracked_tables
from casetracker.events.recording import genesis
from casetracker.ledger.states import MOVES, Phase
from tests.audit.tampering import Bare

Change = Callable[[int, dict[str, Any]], None]


def rewrite_chain(bare: Bare, chain: str, change: Change) -> None:
    """Let `change` alter the bodies (seq, body) of a chain, and make hashes, links, head and leaves fit again."""
    owner, part = bare.one("SELECT owner_id, part FROM chain WHERE id = ?", chain)
    prev = genesis(owner, part)
    for seq, text in bare.rows("SELECT seq, body FROM event WHERE chain_id = ? ORDER BY seq", chain):
        body = json.loads(bytes(text))
        change(seq, body)
        body["prev"] = prev.hex()
        content = canonical_json(body).encode()
        prev = hashlib.sha256(content).digest()
        bare.run("UPDATE event SET body = ?, hash = ? WHERE chain_id = ? AND seq = ?", content, prev, chain, seq)
        bare.run("UPDATE tree_leaf SET hash = ? WHERE chain_id = ? AND seq = ?", prev, chain, seq)
    bare.run("UPDATE chain SET hash = ? WHERE id = ?", prev, chain)


def rebuild_tree(bare: Bare) -> Edge:
    """Number the leaves that are left anew and make the subtrees' hashes fit; answers the new tree's edge."""
    leaves = bare.rows("SELECT chain_id, seq, hash FROM tree_leaf ORDER BY position")
    bare.run("DELETE FROM tree_leaf")
    edge = Edge()
    for position, (chain, seq, digest) in enumerate(leaves):
        nodes = edge.append(bytes(digest))
        bare.run("INSERT INTO tree_leaf VALUES (?, ?, ?, ?, ?)", position, chain, seq, digest, nodes)
    return edge


def forget_heads(bare: Bare) -> None:
    """As if nothing had ever been signed: no tree, no heads, no keys in it, nothing that waits."""
    for table in ("signed_head", "tree_leaf", "unsealed_event"):
        bare.run(f"DELETE FROM {table}")


def sign_anew(bare: Bare) -> None:
    """One head over everything by the attacker's own key, named in the record in the place of the real one."""
    signer = Signer(Ed25519PrivateKey.generate())
    chain, number = bare.one("SELECT chain_id, seq FROM event WHERE kind = 'signing_key.made'")
    statement = key_statement(signer.key_id, signer.public, None)

    def replace_key(seq: int, body: dict[str, Any]) -> None:
        if seq == number:
            signature = signer.sign(statement).hex()
            body["data"] |= {"key_id": signer.key_id, "public_key": signer.public, "signature": signature}

    rewrite_chain(bare, chain, replace_key)
    edge = rebuild_tree(bare)
    bare.run("DELETE FROM signed_head")
    head = Head(edge.size, edge.root().hex(), "2026-03-01T00:00:00.000000Z", signer.key_id, "")
    at = "2026-03-01 00:00:00.000000" + ("" if bare.is_sqlite else "+00")
    bare.run(
        "INSERT INTO signed_head (size, root, at, key_id, signature) VALUES (?, ?, ?, ?, ?)",
        edge.size, edge.root(), at, signer.key_id, signer.sign(head.statement()),
    )  # fmt: skip


def drop_dossier(bare: Bare, dossier_id: str) -> None:
    """Take a dossier out without a trace: its chains, values and rows, and what its money did to the sums."""
    chains = [chain for (chain,) in bare.rows("SELECT id FROM chain WHERE owner_id = ?", dossier_id)]
    gone: set[tuple[str, str]] = set()
    for chain in chains:
        for (text,) in bare.rows("SELECT body FROM event WHERE chain_id = ?", chain):
            gone |= {(table, pk) for _op, table, pk, _cells in json.loads(bytes(text))["rows"]}
        for table in ("personal_value", "tree_leaf", "unsealed_event", "event"):
            bare.run(f"DELETE FROM {table} WHERE chain_id = ?", chain)
        bare.run("DELETE FROM chain WHERE id = ?", chain)
    for table, pk in sorted(gone):
        if table in tracked_tables():
            bare.run(f'DELETE FROM "{table}" WHERE id = ?', pk)
            if table == "ledger_account":
                bare.run("DELETE FROM ledger_balance WHERE account_id = ?", pk)
    for (account,) in bare.rows("SELECT account_id FROM ledger_balance"):
        _sum_again(bare, account)


def _sum_again(bare: Bare, account: str) -> None:
    sums = dict.fromkeys(map(str, Phase), 0)
    query = "SELECT p.move, e.amount FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id"
    for move, amount in bare.rows(f"{query} WHERE e.account_id = ?", account):
        source, target = MOVES[move]
        if source:
            sums[str(source)] -= amount
        if target:
            sums[str(target)] += amount
    listed = ", ".join(f"{phase} = ?" for phase in sums)
    bare.run(f"UPDATE ledger_balance SET {listed} WHERE account_id = ?", *sums.values(), account)


def cut_back(bare: Bare, size: int) -> None:
    """The tree and its heads as they were at `size` entries; later events wait again, as if none had been signed."""
    later = bare.rows("SELECT chain_id, seq FROM tree_leaf WHERE position >= ?", size)
    bare.run("DELETE FROM signed_head WHERE size > ?", size)
    bare.run("DELETE FROM tree_leaf WHERE position >= ?", size)
    for chain, seq in later:
        bare.run(
            "INSERT INTO unsealed_event (chain_id, seq, at, at_once)"
            " SELECT chain_id, seq, at, ? FROM event WHERE chain_id = ? AND seq = ?",
            0 if bare.is_sqlite else False, chain, seq,
        )  # fmt: skip
