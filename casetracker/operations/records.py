"""The records inside a backup, one after the other: a line `<size> <name>`, then so many bytes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from casetracker.core.encryption import CannotDecrypt
from casetracker.core.errors import N_, Message
from casetracker.operations.encrypted_file import PIECE, EncryptedReader, EncryptedWriter

MOST = 64 * 1024 * 1024
_LINE = re.compile(rb"(\d{1,9}) ([a-z]+(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?)\n")


class RecordWriter:
    """Writes records into a file, compressed and encrypted; constant memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._encrypted = EncryptedWriter(file)
        self._plain = gzip.GzipFile(fileobj=self._encrypted, mode="wb", compresslevel=3, mtime=0)

    def write(self, name: str, content: bytes) -> None:
        """One record; `name` is a word in lower-case letters, and after a / the name of what it holds."""
        self._plain.write(b"%d %s\n" % (len(content), name.encode("ascii")))
        self._plain.write(content)

    def finish(self) -> None:
        """Only now the file is a whole one."""
        self._plain.close()
        self._encrypted.finish()


@contextmanager
def open_records(path: Path) -> Iterator[Iterator[tuple[str, bytes]]]:
    """(name, content) of every record; CannotDecrypt as soon as something is not as it was written."""
    with open(path, "rb") as file, gzip.GzipFile(fileobj=EncryptedReader(file), mode="rb") as plain:
        yield _records(plain)


def check_pieces(path: Path) -> None:
    """Open every piece of the file once; CannotDecrypt where one is not as it was written."""
    with open(path, "rb") as file, closing(EncryptedReader(file)) as reader:
        while reader.read(PIECE):
            pass


def _records(plain: gzip.GzipFile) -> Iterator[tuple[str, bytes]]:
    while line := plain.readline(1000):
        found = _LINE.fullmatch(line)
        size = int(found[1]) if found else MOST + 1
        content = plain.read(size) if found and size <= MOST else b""
        if found is None or len(content) < size:
            raise CannotDecrypt(Message(N_("The backup holds something that this program does not write.")))
        yield found[2].decode("ascii"), content
