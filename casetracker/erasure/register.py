"""The list of erasures beside the signed heads: what is erased stays so, whichever backup is restored."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from casetracker.audit import sealing
from casetracker.core.db import canonical_json
from casetracker.core.disk import sync_folder
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
        sync_folder(file.parent)
    except OSError as fault:
        words = N_(
            "The list of erasures cannot be written, so nothing was erased: %(why)s. Please tell whoever runs it."
        )
        raise Refused(Message(words, {"why": fault.strerror or type(fault).__name__})) from fault


def read(file: Path) -> list[Entry]:
    """The entries of a list, each erasure of a dossier once, in their order; Refused where a line is none.

    A line that a crash cut off was never followed by its erasure and counts for nothing.
    """
    return entries(file.read_bytes(), file.name)


def entries(content: bytes, name: str, *, is_strict: bool = True) -> list[Entry]:
    """The same of a list that was read already; `name` is said where a line is none, which counts for nothing where
    another list is there (not `is_strict`)."""
    found: dict[tuple[str, str], Entry] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line:
            continue
        try:
            entry = Entry(**json.loads(line))
            if not all(isinstance(value, str) for value in asdict(entry).values()):
                raise TypeError
        except (ValueError, TypeError):
            if is_strict and not _is_cut_off(line):
                words = N_("Line %(number)s of %(file)s is no entry of a list of erasures.")
                raise Refused(Message(words, {"number": number, "file": name})) from None
            continue
        found.setdefault((entry.dossier, entry.erasure), entry)
    return list(found.values())


_FORM = (b'{"at":"', b'","dossier":"', b'","erasure":"')
_VALUE = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:.-_"


def _is_cut_off(line: bytes) -> bool:
    """Whether this is the beginning of an entry and nothing else, but for zeros that a disk puts behind what it lost.

    >>> _is_cut_off(b'{"at":"2031-05-'), _is_cut_off(b'{"at":"2031-05-01T10:00","dosier":"a"'), _is_cut_off(bytes(9))
    (True, False, True)
    """
    left = line.rstrip(b"\0")
    for piece in _FORM:
        if not left.startswith(piece):
            return piece.startswith(left)
        left = left.removeprefix(piece).lstrip(_VALUE)
    return left in (b"", b'"')


def _ends_broken(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
