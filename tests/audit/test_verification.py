"""Whatever is changed behind the program's back is found, and named by table, row and column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Date

from casetracker.audit.states import NOT_COVERED, NOT_TRACKED, Finding
from casetracker.core.db import Base, UTCDateTime, canonical_json
from casetracker.core.tracking import tracked_mappers
from tests.audit.conftest import Original
from tests.audit.tampering import Bare, Named, filled, insert_copy, key_of, named, other, recorded, tracked


def test_an_untouched_database_gives_nothing(original: Original) -> None:
    assert original.findings(original.copy("clean")) == []


def test_a_changed_cell_in_every_column_of_every_tracked_table(original: Original) -> None:
    expected: Named = set()

    def tamper(bare: Bare) -> None:
        for table, pk in filled(bare):
            for column in recorded(table):
                where = f'FROM "{table.name}" WHERE "{key_of(table)}" = ?'
                [held] = bare.one(f'SELECT "{column.name}" {where}', pk)
                bare.run(
                    f'UPDATE "{table.name}" SET "{column.name}" = ? WHERE "{key_of(table)}" = ?',
                    other(held, column, bare.is_sqlite), pk,
                )  # fmt: skip
                expected.add((table.name, pk, column.name))

    found = named(original.findings_after(tamper))
    assert expected - found == set()
    assert len(expected) > 100


def test_a_key_that_hides_that_two_records_have_one_account(original: Original) -> None:
    expected: Named = set()

    def tamper(bare: Bare) -> None:
        for table, pk in filled(bare):
            if table.name == "provider_account":
                bare.run("UPDATE provider_account SET number_key = ? WHERE id = ?", "another", pk)
                expected.add((table.name, pk, "number_key"))

    found = named(original.findings_after(tamper))
    assert expected and {each for each in found if each[0] == "provider_account" and each[2] != "-"} == expected


def test_every_value_taken_out(original: Original) -> None:
    expected: Named = set()

    def tamper(bare: Bare) -> None:
        for table, pk in filled(bare):
            for column in recorded(table):
                if column.nullable:
                    statement = f'UPDATE "{table.name}" SET "{column.name}" = NULL WHERE "{key_of(table)}" = ?'
                    if bare.run(f'{statement} AND "{column.name}" IS NOT NULL', pk):
                        expected.add((table.name, pk, column.name))

    found = named(original.findings_after(tamper))
    assert expected and expected - found == set()


@pytest.mark.parametrize("verb", ["inserted", "deleted", "renamed"])
def test_a_row_inserted_deleted_or_renamed_in_every_tracked_table(original: Original, verb: str) -> None:
    expected: Named = set()

    def tamper(bare: Bare) -> None:
        for table, pk in filled(bare):
            key = key_of(table)
            if verb == "deleted":
                bare.run(f'DELETE FROM "{table.name}" WHERE "{key}" = ?', pk)
            elif verb == "renamed":
                bare.run(f'UPDATE "{table.name}" SET "{key}" = ? WHERE "{key}" = ?', "renamed", pk)
                expected.add((table.name, "renamed", key))
            else:
                insert_copy(bare, table, pk)
                expected.add((table.name, "inserted", key))
            if verb != "inserted":
                expected.add((table.name, pk, key))

    assert expected - named(original.findings_after(tamper)) == set()


def test_one_cell_alone_is_found_alone(original: Original) -> None:
    person_id = original.content.person_id

    def tamper(bare: Bare) -> None:
        _do(bare, "UPDATE person SET given_name = 'Else' WHERE id = ?", person_id)
        bare.put_back_the_triggers()

    assert named(original.findings_after(tamper)) == {("person", person_id, "given_name")}


def _dossier_chain(bare: Bare, part: str = "shared") -> str:
    query = "SELECT id FROM chain WHERE part = ? ORDER BY seq DESC LIMIT 1"
    return str(bare.one(query, part)[0])


def _tamper_event(original: Original, tamper: Callable[[Bare, str], None]) -> tuple[str, list[Finding]]:
    kept: list[str] = []

    def run(bare: Bare) -> None:
        chain = _dossier_chain(bare)
        kept.append(chain)
        tamper(bare, chain)

    findings = original.findings_after(run)
    return kept[0], findings


def test_a_deleted_event_that_is_not_the_newest(original: Original) -> None:
    chain, findings = _tamper_event(
        original, lambda bare, chain: _do(bare, "DELETE FROM event WHERE chain_id = ? AND seq = 2", chain)
    )
    assert ("event", f"{chain}|3", "seq") in named(findings)
    assert "entry 2 is missing" in str(next(f for f in findings if f.column == "seq"))


def _do(bare: Bare, statement: str, *values: Any) -> None:
    assert bare.run(statement, *values) > 0, "nothing was tampered with"


def test_the_newest_event_cut_off(original: Original) -> None:
    def cut(bare: Bare, chain: str) -> None:
        newest = "SELECT max(seq) FROM event WHERE chain_id = ?"
        _do(bare, f"DELETE FROM event WHERE chain_id = ? AND seq = ({newest})", chain, chain)

    chain, findings = _tamper_event(original, cut)
    assert ("chain", chain, "seq") in named(findings)


def test_the_newest_event_cut_off_with_the_head_set_back(original: Original) -> None:
    def cut(bare: Bare) -> None:
        newest = bare.rows(
            "SELECT c.id, c.seq, e.body FROM chain c JOIN event e ON e.chain_id = c.id AND e.seq = c.seq"
            " WHERE c.seq > 1 ORDER BY c.id"
        )
        chain, seq = next((chain, seq) for chain, seq, body in newest if json.loads(bytes(body))["rows"])
        _do(bare, "DELETE FROM event WHERE chain_id = ? AND seq = ?", chain, seq)
        [before] = bare.one("SELECT hash FROM event WHERE chain_id = ? AND seq = ?", chain, seq - 1)
        _do(bare, "UPDATE chain SET seq = ?, hash = ? WHERE id = ?", seq - 1, before, chain)

    findings = original.findings_after(cut)
    inside = [f for f in findings if "in the tree" not in f.what and "trigger" not in f.what]
    assert not [f for f in inside if f.table in ("event", "chain")]
    assert len(inside) < len(findings), "the leaf that is left tells of it"
    assert [f for f in findings if f.what.startswith(("is not what the record", "the row stands in no"))]


def test_a_swapped_pair(original: Original) -> None:
    def swap_numbers(bare: Bare, chain: str) -> None:
        for old, new in ((2, 900), (3, 2), (900, 3)):
            _do(bare, "UPDATE event SET seq = ? WHERE chain_id = ? AND seq = ?", new, chain, old)

    def swap_bodies(bare: Bare, chain: str) -> None:
        two, three = bare.rows("SELECT body, hash FROM event WHERE chain_id = ? AND seq IN (2, 3) ORDER BY seq", chain)
        _do(bare, "UPDATE event SET body = ?, hash = ? WHERE chain_id = ? AND seq = 2", *three, chain)
        _do(bare, "UPDATE event SET body = ?, hash = ? WHERE chain_id = ? AND seq = 3", *two, chain)

    for swap in (swap_numbers, swap_bodies):
        chain, findings = _tamper_event(original, swap)
        assert {("event", f"{chain}|2", "seq"), ("event", f"{chain}|3", "seq")} <= named(findings)


def test_each_column_of_an_event(original: Original) -> None:
    columns = [c for c in Base.metadata.tables["event"].columns if c.name not in ("chain_id", "seq")]
    places = {column.name: 2 + 3 * number for number, column in enumerate(columns)}

    def change(bare: Bare, chain: str) -> None:
        for column in columns:
            where = (chain, places[column.name])
            [held] = bare.one(f"SELECT {column.name} FROM event WHERE chain_id = ? AND seq = ?", *where)
            value = other(held, column, bare.is_sqlite)
            _do(bare, f"UPDATE event SET {column.name} = ? WHERE chain_id = ? AND seq = ?", value, *where)

    chain, findings = _tamper_event(original, change)
    wanted = {("event", f"{chain}|{seq}", "hash" if name == "body" else name) for name, seq in places.items()}
    assert wanted - named(findings) == set()


def _forge(bare: Bare, chain: str, body: bytes) -> None:
    """Put another body into the newest entry, and make hash and head fit."""
    [seq] = bare.one("SELECT seq FROM chain WHERE id = ?", chain)
    new = hashlib.sha256(body).digest()
    _do(bare, "UPDATE event SET body = ?, hash = ? WHERE chain_id = ? AND seq = ?", body, new, chain, seq)
    _do(bare, "UPDATE chain SET hash = ? WHERE id = ?", new, chain)


UNREADABLE = (
    b"", b"no json", b"\xff\xfe", b"[]", b"null", b"{}", b'{"rows": 7}', b'{"chain": null, "prev": []}', b"[" * 9000,
)  # fmt: skip
NEW = ("nobody", "new one")
FORGED: tuple[dict[str, Any], ...] = (
    {"rows": [["update", "person", "nobody", {"version": [1, 2]}]]},
    {"rows": [["insert", "no_such_table", "new one", {"version": 1}]]},
    {"rows": [["insert", "person", "new", {"version": "one"}]]},
    {"rows": [["insert", "person", {"a": 1}, {"version": 1}]]},
    {"rows": "all"},
    {"kind": "no.such_kind"},
    {"data": []},
    {"actor": None},
    {"prev": 1},
)


def _forge_each(original: Original, forged: tuple[Any, ...], new: Callable[[Any, bytes], bytes]) -> list[Any]:
    """Each forged body as the newest entry of another chain: (what was forged, what is found of it or of new rows)."""
    told, left = [], list(forged)
    while left:
        placed: dict[str, Any] = {}

        def forge(bare: Bare, placed: dict[str, Any] = placed) -> None:
            query = (
                "SELECT c.id, e.body FROM chain c JOIN event e ON c.id = e.chain_id AND c.seq = e.seq WHERE c.seq > 1"
            )
            for chain, body in bare.rows(f"{query} ORDER BY c.id"):
                if left:
                    placed[chain] = left.pop()
                    _forge(bare, chain, new(placed[chain], bytes(body)))

        findings = original.findings_after(forge)
        for chain, what in placed.items():
            told.append((what, [f for f in findings if f.row.startswith((chain, *NEW)) or chain in f.what]))
    return told


def test_a_body_that_nobody_can_read_is_named(original: Original) -> None:
    told = _forge_each(original, UNREADABLE, lambda forged, body: forged)
    assert len(told) == len(UNREADABLE)
    for body, findings in told:
        assert ("event", "body") in {(f.table, f.column) for f in findings}, body


def test_a_forged_body_is_named(original: Original) -> None:
    told = _forge_each(original, FORGED, lambda forged, body: canonical_json(json.loads(body) | forged).encode())
    assert len(told) == len(FORGED)
    assert {row for row in NEW for _part, findings in told if row in {f.row for f in findings}} == set(NEW)
    for part, findings in told:
        assert [f for f in findings if f.table in ("event", "tree_leaf")], part


def test_each_column_of_a_personal_value(original: Original) -> None:
    columns = list(Base.metadata.tables["personal_value"].columns)

    def change(bare: Bare) -> None:
        keys = [key for (key,) in bare.rows("SELECT hash FROM personal_value WHERE salt IS NOT NULL ORDER BY hash")]
        for key, column in zip(keys, columns, strict=False):
            [held] = bare.one(f"SELECT {column.name} FROM personal_value WHERE hash = ?", key)
            value = other(held, column, bare.is_sqlite)
            _do(bare, f"UPDATE personal_value SET {column.name} = ? WHERE hash = ?", value, key)
            changed[column.name] = str(value if column.name == "hash" else key)

    changed: dict[str, str] = {}
    findings = original.findings_after(change)
    assert len(changed) == len(columns)
    for name, key in changed.items():
        wanted = "value" if name == "salt" else name
        found = {(f.row, f.column) for f in findings if f.table == "personal_value"}
        assert (key, wanted) in found, (name, found)


def test_personal_values_deleted_or_erased_while_the_cells_stay(original: Original) -> None:
    findings = original.findings_after(lambda bare: _do(bare, "DELETE FROM personal_value"))
    assert any(f.table == "personal_value" and "is gone" in f.what for f in findings)
    findings = original.findings_after(lambda bare: _do(bare, "UPDATE personal_value SET salt = NULL, value = NULL"))
    assert ("person", original.content.person_id, "given_name") in named(findings)

    def erase(bare: Bare) -> None:
        keys = bare.rows("SELECT hash FROM personal_value WHERE salt IS NOT NULL ORDER BY hash LIMIT 2")
        for half, (key,) in zip(("salt", "value"), keys, strict=True):
            _do(bare, f"UPDATE personal_value SET {half} = NULL WHERE hash = ?", key)

    findings = original.findings_after(erase)
    assert len([f for f in findings if f.column == "salt" and "together" in f.what]) == 2


def test_chains_changed_made_or_taken_away(original: Original) -> None:
    columns: dict[str, Any] = {"id": "changed", "owner_id": "changed", "part": "changed", "seq": 1, "hash": b"changed"}
    held: dict[str, str] = {}

    def change(bare: Bare) -> None:
        chains = bare.rows("SELECT id FROM chain WHERE seq > 1 ORDER BY seq DESC")
        for (chain,), (column, value) in zip(chains, columns.items(), strict=False):
            _do(bare, f"UPDATE chain SET {column} = ? WHERE id = ?", value, chain)
            held[column] = chain
        _do(bare, "INSERT INTO chain (id, owner_id, part, seq, hash) VALUES ('x', 'y', 'shared', 0, ?)", b"")

    findings = [f for f in original.findings_after(change) if "in the tree" not in f.what]
    assert set(held) == set(columns)
    for column, chain in held.items():
        assert [f for f in findings if f.table in ("chain", "event") and f.row.startswith(chain)], column
    assert ("chain", "x", "seq") in named(findings)

    def remove(bare: Bare, chain: str) -> None:
        _do(bare, "DELETE FROM event WHERE chain_id = ?", chain)
        _do(bare, "DELETE FROM chain WHERE id = ?", chain)

    _chain, findings = _tamper_event(original, remove)
    assert any("no entry of the record" in f.what for f in findings)


def test_values_of_a_wrong_kind_are_named(original: Original) -> None:
    """SQLite takes anything into any column; PostgreSQL knows days and moments that Python does not."""
    expected: Named = set()

    def tamper(bare: Bare) -> None:
        for table, pk in filled(bare):
            for column in recorded(table):
                if bare.is_sqlite:
                    value: Any = "CAST(x'ff00' AS TEXT)"
                elif isinstance(column.type, UTCDateTime | Date):
                    value = "'infinity'"
                else:
                    continue
                _do(
                    bare,
                    f'UPDATE "{table.name}" SET "{column.name}" = {value} WHERE "{key_of(table)}" = ?',
                    pk,
                )
                expected.add((table.name, pk, column.name))

    assert expected - named(original.findings_after(tamper)) == set() != expected


def test_blobs_and_fractions_in_every_column_are_named(original: Original) -> None:
    if original.dialect != "sqlite":
        return
    for value in ("x'00ff'", "0.5"):
        expected: Named = set()

        def tamper(bare: Bare, value: str = value, expected: Named = expected) -> None:
            for table, pk in filled(bare):
                for column in recorded(table):
                    where = f'WHERE "{key_of(table)}" = ?'
                    _do(bare, f'UPDATE "{table.name}" SET "{column.name}" = {value} {where}', pk)
                    expected.add((table.name, pk, column.name))
            bare.run(f"UPDATE event SET seq = seq, body = {value}, at = {value}, day = {value}")
            bare.run(f"UPDATE chain SET hash = {value}")

        found = named(original.findings_after(tamper))
        assert expected, value
        assert [f for f in found if f[0] == "event"], value


def test_sums_that_are_not_the_entries(original: Original) -> None:
    columns, accounts = ("ceiling", "awarded", "reserved", "committed", "spent"), list[str]()

    def tamper(bare: Bare) -> None:
        accounts.extend(a for (a,) in bare.rows("SELECT account_id FROM ledger_balance ORDER BY account_id LIMIT 3"))
        for column in columns:
            _do(bare, f"UPDATE ledger_balance SET {column} = {column} + 1 WHERE account_id = ?", accounts[0])
        _do(bare, "DELETE FROM ledger_balance WHERE account_id = ?", accounts[1])
        _do(bare, "UPDATE ledger_balance SET account_id = 'stray' WHERE account_id = ?", accounts[2])

    found = named(original.findings_after(tamper))
    wanted = {("ledger_balance", accounts[0], column) for column in columns}
    wanted |= {("ledger_balance", account, "account_id") for account in (accounts[1], accounts[2], "stray")}
    assert wanted - found == set()


def test_lost_structure_is_named(original: Original) -> None:
    url = original.copy("tampered")
    bare = Bare(url)
    bare.run("DROP TRIGGER event_no_loss" + ("" if bare.is_sqlite else " ON event"))
    bare.close()
    [finding] = original.findings(url)
    assert finding.table == "event" and "event_no_loss" in finding.what

    def drop_table(bare: Bare) -> None:
        bare.run("DROP TABLE note" + ("" if bare.is_sqlite else " CASCADE"))

    def drop_column(bare: Bare) -> None:
        bare.run("ALTER TABLE office DROP COLUMN zone")

    assert ("note", "-", "-") in named(original.findings_after(drop_table))
    assert ("office", "-", "zone") in named(original.findings_after(drop_column))


def test_every_tracked_table_has_a_row_to_tamper_with(original: Original) -> None:
    bare = Bare(original.copy("looked"))
    with_rows = {table.name for table, _pk in filled(bare)}
    bare.close()
    assert {table.name for table in tracked()} - with_rows == set()


def test_what_is_not_covered_is_said_with_its_reason() -> None:
    tables = {m.local_table.name for m in tracked_mappers()}  # type: ignore[attr-defined]  # always a Table
    assert set(Base.metadata.tables) - tables <= set(NOT_TRACKED)
    assert not tables & set(NOT_TRACKED)
    assert all(len(reason) > 20 for reason in (*NOT_TRACKED.values(), *NOT_COVERED))
