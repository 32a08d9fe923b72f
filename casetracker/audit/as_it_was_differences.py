"""Two moments of a case side by side: what stands otherwise, row by row, and the entries that made it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casetracker.accounts import queries as accounts
from casetracker.audit import as_it_was_queries as queries
from casetracker.audit.as_it_was import Standing, rows_at
from casetracker.audit.as_it_was_queries import Recorded
from casetracker.casefile.timeline import ROW_TITLES, RowChanges, change_rows
from casetracker.core.db import ERASED
from casetracker.dossiers.states import Sight
from casetracker.events.recording import history_kind
from casetracker.events.states import Category
from casetracker.events.timeline import Change, Entry, read_entries
from casetracker.ledger.states import MOVES, Phase

Key = tuple[str, str]
"""Table and key of a row."""
Rows = Mapping[Key, Standing]
UNSAID = frozenset({"id", "version", "dossier_id", "owner_id", "office_id", "part"})
"""Columns that say nothing to a person (as in the timeline)."""
LAST = 5
"""So many of a row's entries stand beside it, the newest; how many more there are is said."""


@dataclass(frozen=True)
class Difference:
    """One row that stands otherwise: what it is and its cells in words, whether it came or went, its newest entries
    (keys, oldest first) and how many earlier ones touched it between the two moments."""

    changes: RowChanges
    came: bool
    went: bool
    entries: tuple[str, ...]
    earlier: int


@dataclass(frozen=True)
class MoneyDifference:
    """Where the money of one grant or plan line stood: (place, before, after) in minor units, those that differ."""

    name: str
    currency: str
    places: tuple[tuple[Phase, int, int], ...]


@dataclass(frozen=True)
class Compared:
    """Everything that differs, in the order in which it was first touched; `recorded` entries lie between."""

    recorded: int
    rows: list[Difference]
    money: list[MoneyDifference]


def compare(sight: Sight, before: datetime, after: datetime) -> Compared:
    """What the reader may see of the case at both moments, compared; five queries, however much there is."""
    cut = queries.cut_at(sight, after)
    entries, values = queries.load_entries(cut), queries.load_values(cut)
    then = {(row.table, row.pk): row for row in rows_at(entries, values, before)}
    later = {(row.table, row.pk): row for row in rows_at(entries, values, after)}
    between = sorted(
        (entry for entry in entries if before < entry.at <= after), key=lambda each: (each.at, each.chain_id, each.seq)
    )
    touched = _touched(between)
    names = _names(then, later, (change for key in touched for change in _changes(key, then.get(key), later.get(key))))
    return Compared(len(between), _differences(touched, after, then, later, names), list(_money(then, later, names)))


def load_told(sight: Sight, keys: Iterable[str]) -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries of the case by key, and names for their sentences; four queries."""
    entries = read_entries(queries.load_rows(sight, keys))
    names = queries.load_person_names(sight)
    names |= accounts.names_of({entry.actor_id for entry in entries})
    return {entry.key: entry for entry in entries}, names


def _touched(between: Iterable[Recorded]) -> dict[Key, list[str]]:
    """Row -> keys of the entries that changed it, oldest first, in the order in which the rows were first touched."""
    found: dict[Key, list[str]] = {}
    for entry in between:
        for _op, table, pk, _cells in entry.body["rows"]:
            keys = found.setdefault((table, pk), [])
            if not keys or keys[-1] != entry.key:
                keys.append(entry.key)
    return found


def _changes(key: Key, then: Standing | None, later: Standing | None) -> Iterator[Change]:
    """The cells of a row that differ; of what is secret nothing is told, keys of others only where they changed."""
    old, new = (_shown(row) for row in (then, later))
    row = new or old
    for column in sorted(old.keys() | new.keys()):
        if column in UNSAID or (column.endswith("_id") and not (old and new)):
            continue
        if old.get(column) != new.get(column):
            yield Change(key[0], column, old.get(column), new.get(column), key[1], row)


def _shown(row: Standing | None) -> dict[str, Any]:
    if row is None:
        return {}
    plain = {c: v for c, v in row.cells.items() if history_kind(row.table, c) != "secret"}
    return plain | dict.fromkeys(row.erased, ERASED)


def _differences(
    touched: Mapping[Key, list[str]], at: datetime, then: Rows, later: Rows, names: Mapping[str, str]
) -> list[Difference]:
    money = {str(row.cells["currency"]) for row in (*later.values(), *then.values()) if row.table == "person_grant"}
    found = []
    for key, keys in touched.items():
        changes = tuple(_changes(key, then.get(key), later.get(key)))
        for words in change_rows(_as_entry(changes, at, min(money, default="")), names):
            entries, earlier = tuple(keys[-LAST:]), max(0, len(keys) - LAST)
            found.append(Difference(words, key not in then, key not in later, entries, earlier))
    return found


def _as_entry(changes: tuple[Change, ...], at: datetime, currency: str) -> Entry:
    """What differs in a row as if one entry had made it: what puts an entry's changes into words takes that."""
    return Entry(
        chain_id="", seq=0, at=at, day=None, kind="", category=Category.CASEWORK, icon="", actor_id="", actor_role="",
        person_id=None, data={"currency": currency}, changes=changes,
    )  # fmt: skip


def _names(then: Rows, later: Rows, changes: Iterable[Change]) -> dict[str, str]:
    """Words for keys: people of the case and rows as the record has them, people who sign in as today; one query."""
    people = {
        value
        for change in changes
        if change.column.endswith(("_id", "_by"))
        for value in (change.before, change.after)
        if isinstance(value, str)
    }
    names = accounts.names_of(people)
    names = {key: name for key, name in names.items() if key != name or not queries.is_id(key)}
    rows = {**then, **later}
    for (table, pk), row in rows.items():
        if table == "person":
            parts = (_shown(row).get(column) for column in ("given_name", "family_name"))
            names[pk] = " ".join(dict.fromkeys(str(part) for part in parts if part))
    for (table, pk), row in rows.items():
        if table in ROW_TITLES:
            own = (names.get(str(row.cells.get("person_id") or "")), _shown(row).get(ROW_TITLES[table]))
            if words := " · ".join(str(part) for part in own if part):
                names[pk] = words
    return names


def _money(then: Rows, later: Rows, names: Mapping[str, str]) -> Iterator[MoneyDifference]:
    """Where the money of each grant and plan line stood, of those where it stood otherwise."""
    old, new = _balances(then), _balances(later)
    for (table, pk), row in {**then, **later}.items():
        account = row.cells.get("account_id")
        if table not in ("person_grant", "plan_line") or not isinstance(account, str):
            continue
        before, after = old.get(account, {}), new.get(account, {})
        places = tuple((phase, before.get(phase, 0), after.get(phase, 0)) for phase in Phase)
        if differing := tuple(each for each in places if each[1] != each[2]):
            ledger = later.get(("ledger_account", account)) or then.get(("ledger_account", account))
            yield MoneyDifference(names.get(pk, ""), str(ledger.cells["currency"]) if ledger else "", differing)


def _balances(rows: Rows) -> dict[str, dict[Phase, int]]:
    """Ledger account -> what stands in each place, out of the entries."""
    moves = {pk: MOVES[row.cells["move"]] for (table, pk), row in rows.items() if table == "ledger_posting"}
    found: dict[str, dict[Phase, int]] = {}
    for (table, _pk), row in rows.items():
        if table != "ledger_entry":
            continue
        source, target = moves[row.cells["posting_id"]]
        places = found.setdefault(row.cells["account_id"], {})
        for place, sign in ((source, -1), (target, 1)):
            if place is not None:
                places[place] = places.get(place, 0) + sign * int(row.cells["amount"])
    return found
