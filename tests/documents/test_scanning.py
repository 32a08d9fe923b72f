"""A PDF that acts by itself is not taken, and one that the scanner holds to be harmful neither."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from casetracker.core.errors import Refused, Unavailable
from casetracker.documents import scanning, storage
from casetracker.documents.states import Upload
from tests.factories.documents import pdf_bytes


def action(kind: str) -> DictionaryObject:
    """An action of this kind."""
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("calc.exe")})


def writer() -> PdfWriter:
    """A PDF of one page, still to be written."""
    made = PdfWriter()
    made.add_blank_page(200, 200)
    return made


def with_script() -> PdfWriter:
    made = writer()
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("x"), made._add_object(script)])})
    made._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})
    return made


def with_file() -> PdfWriter:
    made = writer()
    made.add_attachment("evil.exe", b"MZ")
    return made


def opening(kind: str) -> PdfWriter:
    made = writer()
    made._root_object[NameObject("/OpenAction")] = action(kind)
    return made


def on_a_page() -> PdfWriter:
    """A program started by a click, two dictionaries and a list deep."""
    made = writer()
    click = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action("/Launch")})
    made.pages[0][NameObject("/Annots")] = ArrayObject([click])
    return made


def by_reference() -> PdfWriter:
    """A program started at opening, whose kind stands in an object of its own."""
    made = writer()
    start = action("/Launch")
    start[NameObject("/S")] = made._add_object(NameObject("/Launch"))
    made._root_object[NameObject("/OpenAction")] = start
    return made


def with_program_form() -> PdfWriter:
    made = writer()
    made._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})
    return made


def written(made: PdfWriter) -> bytes:
    """The PDF's bytes."""
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


ACTIVE = {
    "script": with_script, "file": with_file, "program form": with_program_form, "click": on_a_page,
    "kind by reference": by_reference,
    "launch": lambda: opening("/Launch"), "script at opening": lambda: opening("/JavaScript"),
    "form sent": lambda: opening("/SubmitForm"), "file elsewhere": lambda: opening("/GoToR"),
}  # fmt: skip


@pytest.mark.parametrize("which", ACTIVE)
def test_what_acts_is_found(which: str) -> None:
    assert scanning.is_active(PdfReader(io.BytesIO(written(ACTIVE[which]()))))


def test_what_only_leads_somewhere_is_taken() -> None:
    plain = writer()
    plain.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org"))
    plain._root_object[NameObject("/OpenAction")] = ArrayObject([NumberObject(0), NameObject("/Fit")])
    for content in (written(plain), pdf_bytes("plain")):
        assert not scanning.is_active(PdfReader(io.BytesIO(content)))


def test_too_many_parts_and_too_deep_ones_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = ArrayObject()
    for _number in range(300):
        deep = ArrayObject([deep])
    made = writer()
    made._root_object[NameObject("/Deep")] = deep
    assert scanning._acts(made._root_object)
    monkeypatch.setattr(scanning, "MOST_OBJECTS", 2)
    assert scanning.is_active(PdfReader(io.BytesIO(pdf_bytes("plain"))))


@contextmanager
def scanner(answer: bytes) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """Something that speaks as clamd does (INSTREAM), on this machine: (where it listens, what it was shown)."""
    shown: list[bytes] = []

    def serve() -> None:
        peer, _address = listening.accept()
        with peer, peer.makefile("rb") as read:
            command = read.read(len(b"zINSTREAM\0"))
            content = b""
            while size := int.from_bytes(read.read(4), "big"):
                content += read.read(size)
            shown.append(content if command == b"zINSTREAM\0" else command)
            peer.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname(), shown
        thread.join(5)


@pytest.fixture
def bare() -> Iterator[Flask]:
    """A program with settings alone."""
    program = Flask("scanning")
    with program.app_context():
        yield program


def test_the_scanner_sees_every_pdf_whole(bare: Flask) -> None:
    upload = Upload("a.pdf", pdf_bytes("canary") + b"%" * 600_000, "application/pdf")
    for answer, refused in ((b"stream: OK\0", False), (b"stream: Eicar-Test-Signature FOUND\0", True)):
        with scanner(answer) as (bare.config["CLAMD"], shown):
            if refused:
                with pytest.raises(Refused, match="holds this file to be harmful"):
                    storage.opened(upload)
            else:
                assert storage.opened(upload)[1] == upload.content
        assert shown == [upload.content]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_without_an_answer_nothing_is_taken(bare: Flask, answer: bytes) -> None:
    with scanner(answer) as (bare.config["CLAMD"], _shown), pytest.raises(Unavailable, match="does not answer"):
        storage.opened(Upload("a.pdf", pdf_bytes(), "application/pdf"))
    bare.config["CLAMD"] = "/nowhere/clamd.ctl"
    with pytest.raises(Unavailable):
        storage.opened(Upload("a.pdf", pdf_bytes(), "application/pdf"))


def test_an_active_pdf_is_refused_beside_its_field(bare: Flask) -> None:
    with pytest.raises(Refused) as refused:
        storage.opened(Upload("a.pdf", written(with_script()), "application/pdf"), "proof")
    assert "Print it into a new PDF" in str(refused.value) and refused.value.message.field == "proof"
