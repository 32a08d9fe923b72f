"""The list of erasures beside the signed heads: what is erased stays so, whichever backup is restored."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from casetracker.audit import sealing
from casetracker.core.db import canonical_json
from casetracker.core.errors import N_, Message, Refused

NAME = "erasures.jsonl"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One erasure: `at` in canonical form (UTC), the dossier's id, the erasure's id as its events name it."""

    at: str
    dossier: str
    erasure: str


def path() -> Path:
    """Where the list lies: in the folder of signed heads, outside the database."""
    return sealing.folder().path / NAME


def append(entries: Iterable[Entry]) -> None:
    """Put entries behind the others, forced to the disk; Refused where that cannot be, for then nothing is erased."""
    lines = b"".join(canonical_json(asdict(entry)).encode() + b"\n" for entry in entries)
    file = path()
    try:
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as there:
            if _ends_broken(there.fileno()):
                lines = b"\n" + lines
            there.write(lines)
            there.flush()
            os.fsync(there.fileno())
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        words = N_(
            "The list of erasures cannot be written, so nothing was erased: %(why)s. Please tell whoever runs it."
        )
        raise Refused(Message(words, {"why": fault.strerror or type(fault).__name__})) from fault


def read(file: Path) -> list[Entry]:
    """The entries of a list, each dossier once, in their order; Refused where a line is none.

    A line that a crash cut off, the last one, was never followed by its erasure and counts for nothing.
    """
    return entries(file.read_bytes(), file.name)


def entries(content: bytes, name: str) -> list[Entry]:
    """The same of a list that was read already; `name` is said where a line is none."""
    found: dict[str, Entry] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line:
            continue
        try:
            entry = Entry(**json.loads(line))
            if not all(isinstance(value, str) for value in asdict(entry).values()):
                raise TypeError
        except (ValueError, TypeError):
            if line.endswith(b"}"):
                words = N_("Line %(number)s of %(file)s is no entry of a list of erasures.")
                raise Refused(Message(words, {"number": number, "file": name})) from None
            continue
        found.setdefault(entry.dossier, entry)
    return list(found.values())


def _ends_broken(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
