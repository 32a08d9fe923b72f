"""An encrypted file opens piece by piece, and no piece can change, move, go, come twice or be added."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from casetracker.core.encryption import CannotDecrypt
from casetracker.operations import encrypted_file, records
from casetracker.operations.encrypted_file import EncryptedReader, EncryptedWriter

HEADER, FRAME, PIECE = 28, 5, 10
CONTENT = b"a canary sits in every piece of the cage"


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """No database; pieces of ten bytes."""
    monkeypatch.setattr(encrypted_file, "PIECE", PIECE)
    bare = Flask("bare")
    bare.config["ENCRYPTION_KEYS"] = (b"\x01" * 32,)
    with bare.app_context():
        yield bare


def encrypted(content: bytes = CONTENT) -> bytes:
    """The content as it lies in an encrypted file."""
    file = io.BytesIO()
    writer = EncryptedWriter(file)
    for place in range(0, len(content), 7):
        writer.write(content[place : place + 7])
    writer.finish()
    return file.getvalue()


def opened(content: bytes) -> bytes:
    """What an encrypted file holds."""
    return EncryptedReader(io.BytesIO(content)).readall() or b""


def pieces(content: bytes) -> tuple[bytes, list[bytes]]:
    """The header, and each frame with its piece."""
    length = FRAME + PIECE + 16
    body = content[HEADER:]
    return content[:HEADER], [body[place : place + length] for place in range(0, len(body), length)]


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 40])
def test_whatever_the_length_it_comes_back(size: int) -> None:
    content = (CONTENT * 2)[:size]
    assert opened(encrypted(content)) == content
    assert b"canary" not in encrypted(content) and encrypted(content) != encrypted(content)


def test_no_byte_can_change_and_none_be_cut_off() -> None:
    whole = encrypted()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        for spoiled in (bytes(changed), whole[:place]):
            with pytest.raises(CannotDecrypt):
                opened(spoiled)


def test_pieces_stay_where_they_were() -> None:
    header, kept = pieces(encrypted())
    assert len(kept) == 4 and opened(header + b"".join(kept)) == CONTENT
    one, two, three, last = kept
    other = pieces(encrypted())[1][1]
    for spoiled in ([two, one, three, last], [one, one, two, three, last], [one, three, last], [one, two, three],
                    [one, other, three, last], [one, two, three, last, last], [last]):  # fmt: skip
        with pytest.raises(CannotDecrypt):
            opened(header + b"".join(spoiled))


def test_another_key_is_named_and_an_older_one_still_opens(program: Flask) -> None:
    whole = encrypted()
    program.config["ENCRYPTION_KEYS"] = (b"\x02" * 32,)
    with pytest.raises(CannotDecrypt, match="not among the encryption keys"):
        opened(whole)
    program.config["ENCRYPTION_KEYS"] = (b"\x02" * 32, b"\x01" * 32)
    assert opened(whole) == CONTENT


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    writer = records.RecordWriter(file)
    writer.write("head", b"{}")
    writer.write("table/office", b"[1]\n[2]")
    writer.finish()
    path = tmp_path / "backup"
    path.write_bytes(file.getvalue())
    with records.open_records(path) as found:
        assert list(found) == [("head", b"{}"), ("table/office", b"[1]\n[2]")]
    for line in (b"3 head\n{}", b"x head\n", b"2 ../up\n{}", b"2 file/../../up\n{}", b"99999999999 head\n"):
        file = io.BytesIO()
        writer = records.RecordWriter(file)
        writer._plain.write(line)
        writer.finish()
        path.write_bytes(file.getvalue())
        with records.open_records(path) as found, pytest.raises(CannotDecrypt, match="does not write"):
            list(found)
