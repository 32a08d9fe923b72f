"""A case's history as a file: JSON with the chains (docs/export.md), or CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select

from casetracker.accounts import queries as accounts
from casetracker.core import clock
from casetracker.core.db import Base, JsonText, db
from casetracker.core.tracking import canon
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.sentences import sentence
from casetracker.events.timeline import Entry, read_entries
from casetracker.exports.states import Export, ExportFormat

FORMAT = "casetracker.case-history/1"


def export_case(sight: Sight, wanted: ExportFormat) -> Export:
    """The history of one case as far as this reader may see it (the compartments of the sight)."""
    chains = _chains(sight)
    rows = _rows(sight, {chain.id: chain.seq for chain in chains})
    entries = read_entries([row for row, _part in rows])
    names = _names(sight, entries)
    if wanted == ExportFormat.CSV:
        return Export(_csv(sight, entries, names), "text/csv; charset=utf-8", len(entries))
    document = _document(sight, chains, rows, entries, names)
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return Export(text.encode("utf-8"), "application/json", len(entries))


def _chains(sight: Sight) -> list[Chain]:
    query = select(Chain).where(Chain.owner_id == sight.dossier_id, Chain.part.in_(sorted(sight.parts)))
    return list(db.session.scalars(query.order_by(Chain.part)))


def _rows(sight: Sight, lengths: Mapping[str, int]) -> list[tuple[EventRow, str]]:
    """Entries up to the heads that were read: what somebody adds meanwhile is not half in the file."""
    query = (
        select(EventRow, Chain.part)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == sight.dossier_id, Chain.part.in_(sorted(sight.parts)))
        .order_by(EventRow.at, EventRow.chain_id, EventRow.seq)
    )
    return [(row, part) for row, part in db.session.execute(query) if row.seq <= lengths.get(row.chain_id, 0)]


def _names(sight: Sight, entries: list[Entry]) -> dict[str, str]:
    person = Base.metadata.tables["person"]
    rows = db.session.execute(
        select(person.c.id, person.c.given_name, person.c.family_name).where(person.c.dossier_id == sight.dossier_id)
    )
    names = {row.id: " ".join(part for part in (row.given_name, row.family_name) if part) for row in rows}
    return names | accounts.names_of({entry.actor_id for entry in entries})


def _table_rows(name: str, column: str, value: str) -> list[dict[str, Any]]:
    table: Table = Base.metadata.tables[name]
    query = select(table).where(table.c[column] == value).order_by(*table.primary_key)
    return [_plain(table, dict(row._mapping)) for row in db.session.execute(query)]


def _plain(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {c.name: row[c.name] if isinstance(c.type, JsonText) else canon(row[c.name]) for c in table.columns}


def _document(
    sight: Sight,
    chains: list[Chain],
    rows: list[tuple[EventRow, str]],
    entries: list[Entry],
    names: dict[str, str],
) -> dict[str, Any]:
    bodies: dict[str, list[dict[str, Any]]] = {chain.id: [] for chain in chains}
    events = []
    for (row, part), entry in zip(rows, entries, strict=True):
        text = bytes(row.body).decode("utf-8")
        bodies[row.chain_id].append({"seq": row.seq, "hash": bytes(row.hash).hex(), "body": text})
        events.append(_event(entry, part, names))
    for kept in bodies.values():
        kept.sort(key=lambda body: int(body["seq"]))
    case = _table_rows("dossier", "id", sight.dossier_id)[0] | _table_rows("return_case", "id", sight.dossier_id)[0]
    return {
        "format": FORMAT,
        "written_at": canon(clock.now()),
        "case": case,
        "persons": _table_rows("person", "dossier_id", sight.dossier_id),
        "events": events,
        "chains": [
            {
                "id": chain.id, "owner": chain.owner_id, "part": chain.part, "length": chain.seq,
                "head": bytes(chain.hash).hex(), "entries": bodies[chain.id],
            }
            for chain in chains
        ],
        "values": _values([chain.id for chain in chains]),
    }  # fmt: skip


def _event(entry: Entry, part: str, names: Mapping[str, str]) -> dict[str, Any]:
    who = names.get(entry.actor_id, entry.actor_id)
    return {
        "chain": entry.chain_id, "part": part, "seq": entry.seq, "at": canon(entry.at),
        "day": canon(entry.day), "kind": entry.kind, "category": str(entry.category),
        "sentence": sentence(entry, names),
        "actor": {"id": entry.actor_id, "name": who, "role": entry.actor_role},
        "person": entry.person_id, "data": entry.data,
        "changes": [
            {"table": c.table, "column": c.column, "before": c.before, "after": c.after} for c in entry.changes
        ],
    }  # fmt: skip


def _values(chain_ids: list[str]) -> dict[str, dict[str, str | None]]:
    """hash -> salt and value (JSON text) of the personal values in these chains, to be checked."""
    query = select(PersonalValue).where(PersonalValue.chain_id.in_(chain_ids)).order_by(PersonalValue.hash)
    return {
        row.hash: {"salt": None if row.salt is None else bytes(row.salt).hex(), "value": row.value}
        for row in db.session.scalars(query)
    }


COLUMNS = (
    "reference", "entry", "recorded_at", "day", "kind", "category", "sentence", "actor", "role", "person",
    "table", "column", "before", "after",
)  # fmt: skip


def _csv(sight: Sight, entries: list[Entry], names: Mapping[str, str]) -> bytes:
    """One row per event, then one per value that it changed (with table, column, before, after)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        for row in _csv_rows(sight.reference, entry, names):
            writer.writerow([safe_cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _csv_rows(reference: str, entry: Entry, names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    told = sentence(entry, names)
    about = (reference, entry.key, canon(entry.at), canon(entry.day) or "", entry.kind, str(entry.category))
    who = (names.get(entry.actor_id, entry.actor_id), entry.actor_role, names.get(entry.person_id or "", ""))
    yield (*about, told, *who, "", "", "", "")
    for change in entry.changes:
        yield (*about, "", *who, change.table, change.column, change.before, change.after)


_DANGEROUS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05")


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula: a quote before what begins like one; real numbers stay.

    Spaces and invisible characters at the beginning, which a spreadsheet may skip, are seen through.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    begins = next((c for c in text if unicodedata.category(c)[0] not in "ZC"), "")
    return "'" + text if begins in _DANGEROUS or text[:1] in ("\t", "\r", "\n") else text
