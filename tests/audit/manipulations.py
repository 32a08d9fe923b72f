"""Manipulations by SQL behind the program's back, generated from the tables: each says what must be found of it.

The tests take some of each kind; `python -m stress manipulations` takes all of them.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Table

from casetracker.audit.states import Finding
from casetracker.core.db import Base
from tests.audit import rewriting
from tests.audit.tampering import Bare, insert_copy, key_of, other, recorded, tracked

ROWS = 3
"""Rows of each table that are tampered with, one at a time."""
Name = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Manipulation:
    """What is done, and the findings of which one must come: (table, row, column), None for any."""

    kind: str
    what: str
    do: Callable[[Bare], None]
    named: tuple[Name, ...]

    def is_done(self, bare: Bare) -> bool:
        """Do it; False where the database refuses it even without its walls (some keys of SQLite stay)."""
        try:
            self.do(bare)
        except (sqlite3.IntegrityError, psycopg.IntegrityError):
            return False
        return True

    def is_found(self, findings: list[Finding]) -> bool:
        """Whether verification named it."""
        return any(
            table == f.table and row in (None, f.row) and column in (None, f.column)
            for f in findings
            for table, row, column in self.named
        )


def manipulations(bare: Bare, seed: int) -> Iterator[Manipulation]:
    """All of them, in a fixed order for a seed and a database."""
    chance = random.Random(seed)
    for table in tracked():
        keys = [pk for (pk,) in bare.rows(f'SELECT "{key_of(table)}" FROM "{table.name}" ORDER BY 1')]
        for pk in chance.sample(keys, min(ROWS, len(keys))):
            yield from _of_a_row(bare, table, pk, keys)
    yield from _of_events(bare, chance)
    yield from _of_values(bare, chance)
    yield from _of_chains(bare, chance)
    yield from _of_the_tree(bare, chance)
    yield from _of_sums(bare, chance)
    yield from _rewritten(bare, chance)


def do(bare: Bare, statement: str, *values: Any) -> None:
    """Run a statement that must touch something."""
    assert bare.run(statement, *values) > 0, f"nothing was tampered with: {statement}"


def _of_a_row(bare: Bare, table: Table, pk: Any, keys: list[Any]) -> Iterator[Manipulation]:
    key, name = key_of(table), table.name
    for column in recorded(table):
        [held] = bare.one(f'SELECT "{column.name}" FROM "{name}" WHERE "{key}" = ?', pk)
        place = ((name, str(pk), column.name),)
        statement = f'UPDATE "{name}" SET "{column.name}" = ? WHERE "{key}" = ?'
        changed = partial(do, statement=statement)
        value = other(held, column, bare.is_sqlite)
        yield Manipulation("cell changed", f"{name}.{column.name}", _call(changed, value, pk), place)
        if held is not None and column.nullable:
            yield Manipulation("cell emptied", f"{name}.{column.name}", _call(changed, None, pk), place)
        for twin in keys[:1]:
            [there] = bare.one(f'SELECT "{column.name}" FROM "{name}" WHERE "{key}" = ?', twin)
            if twin != pk and there != held:
                swap = partial(_swap_cells, name=name, key=key, column=column.name, one=(pk, held), two=(twin, there))
                yield Manipulation("cells swapped", f"{name}.{column.name}", swap, place)
    gone = ((name, str(pk), key),)
    yield Manipulation(
        "row deleted", name, _call(partial(do, statement=f'DELETE FROM "{name}" WHERE "{key}" = ?'), pk), gone
    )
    rename = partial(do, statement=f'UPDATE "{name}" SET "{key}" = ? WHERE "{key}" = ?')
    yield Manipulation("row moved to another key", name, _call(rename, "renamed", pk), ((name, "renamed", key),))
    copied = partial(_insert, table=table, pk=pk)
    yield Manipulation("row copied", name, copied, ((name, "inserted", key),))


def _call(act: Callable[..., None], *values: Any) -> Callable[[Bare], None]:
    statement = act.keywords["statement"]  # type: ignore[attr-defined]  # always a partial
    return lambda bare: do(bare, statement, *values)


def _insert(bare: Bare, *, table: Table, pk: Any) -> None:
    insert_copy(bare, table, pk)


def _swap_cells(bare: Bare, *, name: str, key: str, column: str, one: Any, two: Any) -> None:
    for (pk, _held), (_twin, value) in ((one, two), (two, one)):
        do(bare, f'UPDATE "{name}" SET "{column}" = ? WHERE "{key}" = ?', value, pk)


def _run(kind: str, what: str, named: tuple[Name, ...], *statements: tuple[Any, ...]) -> Manipulation:
    def tamper(bare: Bare) -> None:
        for statement, *values in statements:
            do(bare, statement, *values)

    return Manipulation(kind, what, tamper, named)


def _of_events(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    events = bare.rows("SELECT chain_id, seq FROM event ORDER BY chain_id, seq")
    heads = dict(bare.rows("SELECT id, seq FROM chain"))
    where = "WHERE chain_id = ? AND seq = ?"
    for chain, seq in chance.sample(events, min(24, len(events))):
        name = f"{chain}|{seq}"
        for column in Base.metadata.tables["event"].columns:
            [held] = bare.one(f"SELECT {column.name} FROM event {where}", chain, seq)
            value = other(held, column, bare.is_sqlite)
            wanted: tuple[Name, ...] = (("event", name, {"body": "hash"}.get(column.name, column.name)),)
            if column.name in ("chain_id", "seq"):
                wanted = (("event", None, "seq"), ("event", None, "chain_id"), ("chain", chain, None))
            change = (f"UPDATE event SET {column.name} = ? {where}", value, chain, seq)
            yield _run("event's column changed", column.name, wanted, change)
        lost: tuple[Name, ...] = (
            ("event", f"{chain}|{seq + 1}", "seq"),
            ("chain", chain, "seq"),
            ("event", name, "seq"),
        )
        yield _run("event deleted", name, lost, (f"DELETE FROM event {where}", chain, seq))
        if seq < heads[chain]:
            numbers = ((seq, 9000), (seq + 1, seq), (9000, seq + 1))
            swap = [(f"UPDATE event SET seq = ? {where}", new, chain, old) for old, new in numbers]
            yield _run("events swapped", name, (("event", name, "seq"),), *swap)
        target = chance.choice([c for c in heads if c != chain])
        moved = (f"UPDATE event SET chain_id = ?, seq = ? {where}", target, heads[target] + 1, chain, seq)
        yield _run("event moved to another chain", name, (("event", f"{target}|{heads[target] + 1}", None),), moved)
        yield _run("event copied", name, (("event", f"{chain}|9000", None),), (
            "INSERT INTO event (chain_id, seq, at, day, kind, category, actor_id, person_id, body, hash)"
            f" SELECT chain_id, 9000, at, day, kind, category, actor_id, person_id, body, hash FROM event {where}",
            chain, seq,
        ))  # fmt: skip


def _of_values(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    keys = [key for (key,) in bare.rows("SELECT hash FROM personal_value WHERE value IS NOT NULL ORDER BY hash")]
    for key in chance.sample(keys, min(12, len(keys))):
        for column in Base.metadata.tables["personal_value"].columns:
            [held] = bare.one(f"SELECT {column.name} FROM personal_value WHERE hash = ?", key)
            named = (("personal_value", None, {"salt": "value"}.get(column.name, column.name)),)
            change = (f"UPDATE personal_value SET {column.name} = ? WHERE hash = ?",)
            value = other(held, column, bare.is_sqlite)
            yield _run("personal value's column changed", column.name, named, (*change, value, key))
        yield _run("personal value deleted", key, (("personal_value", key, "hash"),),
                   ("DELETE FROM personal_value WHERE hash = ?", key))  # fmt: skip
        for half in ("salt", "value"):
            yield _run("personal value half erased", half, (("personal_value", key, "salt"),),
                       (f"UPDATE personal_value SET {half} = NULL WHERE hash = ?", key))  # fmt: skip


def _of_chains(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    chains = bare.rows("SELECT id, seq, owner_id FROM chain WHERE seq > 1 ORDER BY id")
    newest = "DELETE FROM event WHERE chain_id = ? AND seq = ?"
    for chain, seq, _owner in chance.sample(chains, min(10, len(chains))):
        for column in Base.metadata.tables["chain"].columns:
            [held] = bare.one(f"SELECT {column.name} FROM chain WHERE id = ?", chain)
            named: tuple[Name, ...] = (("event", f"{chain}|1", None), ("chain", None, None))
            change = (f"UPDATE chain SET {column.name} = ? WHERE id = ?", other(held, column, bare.is_sqlite), chain)
            yield _run("chain's column changed", column.name, named, change)
        yield _run("newest event cut off", chain, (("chain", chain, "seq"),), (newest, chain, seq))
        [before] = bare.one("SELECT hash FROM event WHERE chain_id = ? AND seq = ?", chain, seq - 1)
        back = ("UPDATE chain SET seq = ?, hash = ? WHERE id = ?", seq - 1, before, chain)
        leaf = ("DELETE FROM tree_leaf WHERE chain_id = ? AND seq = ?", chain, seq)
        name = (("event", f"{chain}|{seq}", "seq"),)
        yield _run("newest event cut off, head set back", chain, name, (newest, chain, seq), back)
        yield _run("newest event, head and leaf cut off", chain, (*name, ("tree_leaf", None, "position")),
                   (newest, chain, seq), back, leaf)  # fmt: skip
        emptied = ("DELETE FROM event WHERE chain_id = ?", chain)
        dropped = ("DELETE FROM chain WHERE id = ?", chain)
        yield _run("chain emptied", chain, (("chain", chain, "seq"),), emptied)
        yield _run("chain dropped", chain, (("event", None, "seq"),), emptied, dropped)
        yield _run("chain dropped, events left", chain, (("event", f"{chain}|1", "chain_id"),), dropped)


def _of_the_tree(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    size = bare.one("SELECT count(*) FROM tree_leaf")[0]
    for position in chance.sample(range(size), min(20, size)):
        for column in Base.metadata.tables["tree_leaf"].columns:
            [held] = bare.one(f"SELECT {column.name} FROM tree_leaf WHERE position = ?", position)
            value = 10**6 if column.name == "position" else other(held, column, bare.is_sqlite)
            named: tuple[Name, ...] = (("tree_leaf", None, None), ("event", None, "seq"))
            change = (f"UPDATE tree_leaf SET {column.name} = ? WHERE position = ?", value, position)
            yield _run("leaf's column changed", column.name, named, change)
        yield _run("leaf deleted", str(position), (("tree_leaf", None, "position"), ("event", None, "seq")),
                   ("DELETE FROM tree_leaf WHERE position = ?", position))  # fmt: skip
        if position + 1 < size:
            swap = [("UPDATE tree_leaf SET position = ? WHERE position = ?", new, old)
                    for old, new in ((position, -1), (position + 1, position), (-1, position + 1))]  # fmt: skip
            yield _run("leaves swapped", str(position), (("tree_leaf", None, None),), *swap)
    heads = [head for (head,) in bare.rows("SELECT size FROM signed_head ORDER BY size")]
    for head in heads:
        for column in Base.metadata.tables["signed_head"].columns:
            [held] = bare.one(f"SELECT {column.name} FROM signed_head WHERE size = ?", head)
            edit = f"UPDATE signed_head SET {column.name} = ? WHERE size = ?"
            value = other(held, column, bare.is_sqlite)
            yield _run("head's column changed", column.name, (("signed_head", None, None),), (edit, value, head))
        yield _run("head deleted", str(head), (("signed_head", str(head), "size"),),
                   ("DELETE FROM signed_head WHERE size = ?", head))  # fmt: skip
        if head != heads[-1]:
            cut = partial(rewriting.cut_back, size=head)
            yield Manipulation("heads and leaves cut back", str(head), cut, (("tree_leaf", str(head), "seq"),))
    for chain, seq in bare.rows("SELECT chain_id, seq FROM tree_leaf ORDER BY position LIMIT 5"):
        again = ("INSERT INTO unsealed_event (chain_id, seq, at, at_once)"
                 " SELECT chain_id, seq, at, ? FROM event WHERE chain_id = ? AND seq = ?")  # fmt: skip
        yield _run("sealed event made to wait", chain, (("unsealed_event", f"{chain}|{seq}", "seq"),),
                   (again, 0 if bare.is_sqlite else False, chain, seq))  # fmt: skip
    yield Manipulation("all heads forgotten", "-", rewriting.forget_heads, (("tree_leaf", "0", "seq"),))


def _of_sums(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    accounts = [account for (account,) in bare.rows("SELECT account_id FROM ledger_balance ORDER BY 1")]
    for account in chance.sample(accounts, min(5, len(accounts))):
        for column in ("ceiling", "awarded", "reserved", "committed", "spent"):
            edit = f"UPDATE ledger_balance SET {column} = {column} + 1 WHERE account_id = ?"
            yield _run("kept sum changed", column, (("ledger_balance", account, column),), (edit, account))
        yield _run("kept sums deleted", account, (("ledger_balance", account, "account_id"),),
                   ("DELETE FROM ledger_balance WHERE account_id = ?", account))  # fmt: skip


def _rewritten(bare: Bare, chance: random.Random) -> Iterator[Manipulation]:
    """Consistent rewrites: only the signed heads, inside or outside, can tell."""
    events = bare.rows("SELECT chain_id, seq, body FROM event ORDER BY chain_id, seq")
    outside: tuple[Name, ...] = (("event", None, "hash"), ("event", None, "seq"), ("tree_leaf", None, "seq"))
    for chain, seq, text in chance.sample(events, min(12, len(events))):
        role = json.loads(bytes(text))["actor"]["role"]
        change = partial(_blame, seq=seq, role="auditor" if role != "auditor" else "caseworker")
        for after in ("chain", "tree", "heads", "key"):
            yield Manipulation(f"chain rewritten with its {after}", f"{chain}|{seq}",
                               partial(rewrite, chain=chain, change=change, after=after), outside)  # fmt: skip
    for (dossier,) in bare.rows("SELECT id FROM dossier ORDER BY id"):
        for after in ("tree", "heads", "key"):
            yield Manipulation(f"dossier dropped, rebuilt with its {after}", dossier,
                               partial(drop, dossier=dossier, after=after), outside)  # fmt: skip


def _blame(number: int, body: dict[str, Any], *, seq: int, role: str) -> None:
    """Somebody in another role did it."""
    if number == seq:
        body["actor"]["role"] = role


def rewrite(bare: Bare, *, chain: str, change: rewriting.Change, after: str) -> None:
    """Rewrite a chain's bodies consistently, and then as much of what was signed as an attacker can reach."""
    rewriting.rewrite_chain(bare, chain, change)
    _hide(bare, after)


def drop(bare: Bare, *, dossier: str, after: str) -> None:
    """Take a dossier out consistently, and then as much of what was signed as an attacker can reach."""
    rewriting.drop_dossier(bare, dossier)
    _hide(bare, after)


def _hide(bare: Bare, after: str) -> None:
    if after == "tree":
        rewriting.rebuild_tree(bare)
    elif after == "heads":
        rewriting.forget_heads(bare)
    elif after == "key":
        rewriting.sign_anew(bare)
