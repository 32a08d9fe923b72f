"""The folder outside the database that keeps every signed head with the leaves it added; docs/checkpoints.md."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from casetracker.audit.keys import PublicKey, SealingFault
from casetracker.core.db import canonical_json
from casetracker.core.disk import sync_folder, write_whole

FORMAT = "casetracker.signed-head/1"
PER_FILE = 100_000
"""Leaves after which another file begins."""
Leaf = tuple[str, int, str]
"""(chain, seq, hash in hexadecimal) of an event."""


@dataclass(frozen=True)
class Head:
    """A root over the first `size` leaves; `at` in canonical form, root and signature in hexadecimal."""

    size: int
    root: str
    at: str
    key_id: str
    signature: str

    def statement(self) -> bytes:
        """What the signature is over."""
        return canonical_json(self._signed()).encode()

    def _signed(self) -> dict[str, Any]:
        return {"at": self.at, "format": FORMAT, "key": self.key_id, "root": self.root, "size": self.size}

    def line(self, leaves: list[Leaf]) -> bytes:
        """The head with what it added, as one line of the folder."""
        content = {"head": self._signed(), "leaves": [list(leaf) for leaf in leaves], "signature": self.signature}
        return canonical_json(content).encode() + b"\n"


@dataclass(frozen=True)
class Checkpoint:
    """A head as it lies outside, with the leaves it added to the head before."""

    head: Head
    leaves: list[Leaf]
    place: str


@dataclass(frozen=True)
class Extent:
    """How far the folder reached at one moment: bytes of each file that belong to it, and its keys."""

    files: Mapping[Path, int]
    keys: tuple[PublicKey, ...]


class CheckpointFolder:
    """Files that only grow: `keys.jsonl`, `heads-NNNNN.jsonl` by size; `newest.json` repeats the newest head."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def newest(self) -> Head | None:
        """The last head that lies here whole; what a broken write left behind it is taken away."""
        for file in reversed(self._files()):
            length = _whole_lines(file)
            if length < file.stat().st_size:
                os.truncate(file, length)
            if length:
                return read_line(_last_line(file, length), file.name).head
        return None

    def add(self, head: Head, leaves: list[Leaf]) -> None:
        """Put a head behind the others; it is on the disk when this returns."""
        self._append(self.path / f"heads-{(head.size - 1) // PER_FILE:05}.jsonl", head.line(leaves))

    def show_newest(self, head: Head) -> None:
        """Write the head alone, for whoever copies it elsewhere."""
        draft = self.path / f".newest-{token_hex(8)}"
        write_whole(draft, head.line([]), 0o644)
        os.replace(draft, self.path / "newest.json")

    def keys(self) -> tuple[PublicKey, ...]:
        """The public keys, oldest first. SealingFault where a line is none."""
        file = self.path / "keys.jsonl"
        if not file.exists():
            return ()
        try:
            return tuple(PublicKey(**json.loads(line)) for line in file.read_bytes().splitlines())
        except (OSError, TypeError, ValueError) as error:
            raise SealingFault(f"{file.name} cannot be read: {error}") from error

    def add_key(self, key: PublicKey) -> None:
        """Put a public key behind the others."""
        self._append(self.path / "keys.jsonl", canonical_json(asdict(key)).encode() + b"\n")

    def extent(self) -> Extent:
        """What lies here now; the reader of a snapshot taken afterwards reads no further."""
        return Extent({file: file.stat().st_size for file in self._files()}, self.keys())

    def read(self, extent: Extent) -> Iterator[Checkpoint | str]:
        """Every head in order; a text for a line that is none."""
        for file, length in extent.files.items():
            is_last = file == list(extent.files)[-1]
            read = 0
            with open(file, "rb") as lines:
                for number, line in enumerate(lines, 1):
                    read += len(line)
                    if read > length or (is_last and not line.endswith(b"\n")):
                        break
                    place = f"{file.name}:{number}"
                    try:
                        yield read_line(line, place)
                    except SealingFault:
                        yield place

    def _files(self) -> list[Path]:
        return sorted(self.path.glob("heads-*.jsonl"))

    def _append(self, file: Path, line: bytes) -> None:
        is_new = not file.exists()
        self.path.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            written = os.write(descriptor, line)
            if written != len(line):
                raise SealingFault(f"{file.name}: only {written} of {len(line)} bytes could be written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(self.path)


def read_line(line: bytes, place: str) -> Checkpoint:
    """A line of the folder; SealingFault where it is none."""
    try:
        content = json.loads(line)
        told = content["head"]
        head = Head(told["size"], told["root"], told["at"], told["key"], content["signature"])
        leaves = list(map(tuple, content["leaves"]))
        if told["format"] != FORMAT or not _is_size(head.size) or not set(map(len, leaves)) <= {3}:
            raise ValueError("another format")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SealingFault(f"{place} is no signed head: {error}") from error
    return Checkpoint(head, leaves, place)


def _is_size(value: Any) -> bool:
    return type(value) is int and value > 0


def _whole_lines(file: Path) -> int:
    """The length up to and with the last end of a line."""
    with open(file, "rb") as content:
        end = content.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - 65536)
            content.seek(start)
            found = content.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _last_line(file: Path, length: int) -> bytes:
    """The last line of the first `length` bytes, which end with the end of a line."""
    with open(file, "rb") as content:
        start, block = length, b""
        while start and b"\n" not in block[:-1]:
            step = min(start, 1 << 20)
            start -= step
            content.seek(start)
            block = content.read(step) + block
    return block[:-1].rpartition(b"\n")[2]
