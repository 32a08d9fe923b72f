"""A history as JSON Lines with the chains (docs/export.md): one entry in a line, its values right after it."""

from __future__ import annotations

from typing import IO, Any

from casetracker.core.db import canonical_json
from casetracker.core.tracking import canon
from casetracker.exports.queries import read_bodies, read_values
from casetracker.exports.states import CaseHistory, ChainHead

FORMAT = "casetracker.case-lines/1"


def write_lines(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the history, a line at a time."""
    head = {
        "line": "head", "format": FORMAT, "about": about, "reference": history.sight.reference,
        "case": history.sight.dossier_id, "written_at": canon(history.written_at),
        "chains": [as_told(chain) for chain in history.chains],
    }  # fmt: skip
    _line(out, head)
    entries = values = 0
    for chain in history.chains:
        beside = read_values(chain)
        waiting = next(beside, None)
        for seq, digest, body in read_bodies(chain):
            _line(out, {"line": "entry", "chain": chain.id, "seq": seq, "hash": digest, "body": body})
            entries += 1
            if waiting is not None and waiting[0] == seq:
                for value in waiting[1]:
                    _line(out, {"line": "value", "chain": chain.id, "seq": seq, **value})
                values += len(waiting[1])
                waiting = next(beside, None)
    _line(out, {"line": "end", "entries": entries, "values": values})


def as_told(chain: ChainHead) -> dict[str, Any]:
    """A chain as a file names it."""
    return {"id": chain.id, "owner": chain.owner, "part": chain.part, "length": chain.length, "head": chain.head}


def _line(out: IO[bytes], told: dict[str, Any]) -> None:
    out.write(canonical_json(told).encode("utf-8") + b"\n")
