"""A history as one JSON document (docs/export.md and the schemas beside it), written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from casetracker.core.tracking import canon
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE
from casetracker.exports.case_lines import as_told
from casetracker.exports.project_queries import list_project_tables
from casetracker.exports.queries import read_bodies, read_told, read_values, table_rows
from casetracker.exports.states import CaseHistory, ToldEntry

FORMAT = "casetracker.case-history/2"
PROJECT_FORMAT = "casetracker.project-history/1"


def write_json(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the document; an entry of `events`, `chains` and `values` stands in a line of its own."""
    key = history.sight.dossier_id
    dossier = table_rows("dossier", "id", key)[0]
    if kind_of(history.sight.reference) == CASE:
        _write_head(out, history, about, FORMAT, case=dossier | table_rows("return_case", "id", key)[0])
        _write_list(out, "persons", map(_text, table_rows("person", "dossier_id", key)))
    else:
        _write_head(out, history, about, PROJECT_FORMAT, project=dossier | table_rows("project", "id", key)[0])
        _write(out, ',\n"tables": {')
        for number, name in enumerate(list_project_tables()):
            _write(out, ",\n" if number else "\n", _text(name), ": [")
            _write_items(out, map(_text, table_rows(name, "dossier_id", key)))
            _write(out, "]")
        _write(out, "}")
    _write_record(out, history)


def _write_head(out: IO[bytes], history: CaseHistory, about: str, form: str, **what: dict[str, Any]) -> None:
    head = {"format": form, "written_at": canon(history.written_at), "about": about, **what}
    for name, value in head.items():
        _write(out, "{" if name == "format" else ",\n", _text(name), ": ", _text(value))


def _write_record(out: IO[bytes], history: CaseHistory) -> None:
    _write_list(out, "events", (_text(_event(told)) for portion in read_told(history) for told in portion))
    _write(out, ',\n"chains": [')
    for number, chain in enumerate(history.chains):
        told = _text(as_told(chain))
        _write(out, ",\n" if number else "\n", told[:-1], ', "entries": [')
        bodies = ({"seq": seq, "hash": digest, "body": body} for seq, digest, body in read_bodies(chain))
        _write_items(out, map(_text, bodies))
        _write(out, "]}")
    _write(out, "\n]")
    _write(out, ',\n"values": {')
    _write_items(out, _values(history))
    _write(out, "}}\n")


def _values(history: CaseHistory) -> Iterator[str]:
    """hash -> salt and value (JSON text) of the personal values in these chains, to be checked."""
    for chain in history.chains:
        for _seq, values in read_values(chain):
            for value in values:
                yield f"{_text(value['hash'])}: {_text({'salt': value['salt'], 'value': value['value']})}"


def _event(told: ToldEntry) -> dict[str, Any]:
    entry = told.entry
    return {
        "chain": entry.chain_id, "part": told.part, "seq": entry.seq, "at": canon(entry.at),
        "day": canon(entry.day), "kind": entry.kind, "category": str(entry.category),
        "sentence": told.sentence,
        "actor": {"id": entry.actor_id, "name": told.actor, "role": entry.actor_role},
        "person": entry.person_id, "data": entry.data,
        "changes": [
            {"table": c.table, "column": c.column, "before": c.before, "after": c.after} for c in entry.changes
        ],
    }  # fmt: skip


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _write_list(out: IO[bytes], name: str, items: Iterable[str]) -> None:
    _write(out, f",\n{_text(name)}: [")
    _write_items(out, items)
    _write(out, "]")


def _write_items(out: IO[bytes], items: Iterable[str]) -> None:
    for number, item in enumerate(items):
        _write(out, ",\n" if number else "\n", item)


def _write(out: IO[bytes], *texts: str) -> None:
    out.write("".join(texts).encode("utf-8"))
