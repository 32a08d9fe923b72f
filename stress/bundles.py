"""A bundle of one case with very many entries: how much memory making it takes above an idle process."""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from flask import Flask

from casetracker import create_app
from casetracker.audit import sealing
from casetracker.core.db import canonical_json, db
from casetracker.events import schema
from tests.schema import build_schema

MOST_MEMORY = 50
"""MiB above the idle process, whatever the number of entries."""
ENTRIES = 100_000
FORMATS = ((), ("json",), ("csv",), ("xlsx",), ("pdf",))


def run(options: argparse.Namespace) -> bool:
    """True if a bundle in each streaming format needs no more memory than it may."""
    if options.dialect == "postgresql":
        print("  the synthetic case is SQLite's alone")
        return True
    with tempfile.TemporaryDirectory(prefix="casetracker-stress-") as name:
        entries = min(options.events, ENTRIES)
        with _program(name).app_context():
            build_schema(db.engine)
            auditor = _fill(Path(name) / "casetracker.sqlite3", entries)
            sealing.seal_now()
            db.session.remove()
            db.engine.dispose()
        held = True
        for formats in FORMATS:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                idle, most, seconds, size = pool.apply(_make, (name, auditor, formats))
            told = ", ".join(("jsonl", *formats))
            print(
                f"  {entries} entries as {told}: {most - idle} MiB above {idle} MiB idle, {seconds:.0f} s, "
                f"a file of {size >> 20} MiB"
            )
            held = held and most - idle <= MOST_MEMORY
            checked = subprocess.run(
                [sys.executable, "-I", str(Path(name) / "verify.py"), str(Path(name) / "bundle.zip")],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            print(f"  {(checked.stdout or checked.stderr).splitlines()[0]}", flush=True)
            held = held and checked.returncode == 0
        return held


def _program(folder: str) -> Flask:
    return create_app({"SEAL_AFTER_COMMIT": False}, {"CASETRACKER_DATA": folder, "SECRET_KEY": "for stress"})


def _fill(file: Path, entries: int) -> str:
    """Two families by the commands, and notes in the second one's chain past them; answers with the auditor's id."""
    from tests.factories.accounts import make_people
    from tests.factories.cases import playroom_case

    people = make_people()
    playroom_case(people)
    big = playroom_case(people, actor=people.caseworker_tallinn)
    db.session.rollback()
    with closing(sqlite3.connect(file, isolation_level=None)) as base:
        base.execute("BEGIN IMMEDIATE")
        query = "SELECT id, seq, hash FROM chain WHERE owner_id = ? AND part = 'shared'"
        chain, seq, prev = base.execute(query, (big.dossier_id,)).fetchone()
        [at] = base.execute("SELECT max(at) FROM event").fetchone()
        for number in range(seq + 1, seq + entries + 1):
            salt, value = os.urandom(16), json.dumps(f"Note {number}: came to the office and asked for the school.")
            digest = hashlib.sha256(salt + value.encode()).hexdigest()
            body = canonical_json({
                "chain": chain, "owner": big.dossier_id, "part": "shared", "seq": number, "prev": bytes(prev).hex(),
                "at": "2026-03-01T09:00:00.000000Z", "day": None, "kind": "note.written", "category": "casework",
                "actor": {"id": people.caseworker_tallinn.id, "role": "caseworker", "office": people.tallinn},
                "person": None, "data": {"text": digest}, "schema": schema.ordinal(), "rows": [],
            }).encode()  # fmt: skip
            prev = hashlib.sha256(body).digest()
            base.execute(
                "INSERT INTO event (chain_id, seq, at, kind, category, actor_id, body, hash) VALUES (?,?,?,?,?,?,?,?)",
                (chain, number, at, "note.written", "casework", people.caseworker_tallinn.id, body, prev),
            )
            base.execute(
                "INSERT INTO personal_value VALUES (?,?,?,?,?,?,?,?,?)",
                (digest, "event", f"{chain}|{number}", "text", 0, chain, number, salt, value),
            )
            base.execute(
                "INSERT INTO unsealed_event (chain_id, seq, at, at_once) VALUES (?,?,?,0)", (chain, number, at)
            )
        base.execute("UPDATE chain SET seq = ?, hash = ? WHERE id = ?", (number, prev, chain))
        base.execute("COMMIT")
    return people.auditor.id


def _make(folder: str, auditor: str, formats: tuple[str, ...]) -> tuple[int, int, float, int]:
    """In a process of its own: MiB idle (a small bundle was made before), MiB at most, seconds, the file's bytes."""
    from casetracker.accounts.queries import get_actor
    from casetracker.exports import bundle_commands as commands
    from casetracker.exports import making, pieces, verify
    from casetracker.exports.bundle_queries import choose, get_bundle
    from casetracker.exports.bundle_states import Wanted

    with _program(folder).app_context():
        actor = get_actor(auditor)
        small, big = sorted(choose(actor, Wanted()), key=lambda case: case.entries)
        for case in (small, big):
            gc.collect()
            Path("/proc/self/clear_refs").write_text("5")  # from here on the peak is counted anew
            idle, started = _memory("VmRSS"), time.monotonic()
            wanted = Wanted(references=(case.reference,), formats=formats)
            bundle_id = commands.ask_bundle(commands.AskBundle(wanted=wanted), actor=actor)
            making.make(bundle_id, patience=60, seals=True)
            seconds = time.monotonic() - started
        bundle = get_bundle(bundle_id, actor)
        with open(Path(folder) / "bundle.zip", "wb") as file:
            for piece in pieces.read_pieces(bundle.id, bundle.attempt, bundle.pieces):
                file.write(piece)
        (Path(folder) / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
        return idle, _memory("VmHWM"), seconds, bundle.size


def _memory(name: str) -> int:
    """MiB that the process holds now (VmRSS), or held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith(name))
