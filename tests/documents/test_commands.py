"""Documents on both databases and on the disk: stored, cleaned, shared, refused."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select

from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Message, NotFound, Refused
from casetracker.documents import commands, queries, storage
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import Sight
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import jpeg_bytes, pdf, pdf_bytes


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


def adding(family: Family, part: str = "sending", upload: Upload | None = None) -> commands.AddDocument:
    """A booking to be added."""
    return commands.AddDocument(
        dossier_id=family.dossier_id,
        part=part,
        kind=DocumentKind.BOOKING,
        title="Bus tickets",
        upload=upload or pdf(),
        person_id=family.spouse,
    )


def sight(actor: Actor, family: Family) -> Sight:
    """How the actor sees the case."""
    return sight_of(actor, family.reference)


def file_of(app: Flask, document: Document) -> Path:
    """Where a document's bytes lie."""
    return Path(app.config["FILES_FOLDER"]) / document.storage_key[:2] / document.storage_key


def test_a_document_lies_under_a_random_key(app: Flask, people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    assert document.size == len(pdf_bytes()) and document.media_type == "application/pdf"
    assert storage.read(document.storage_key, document.sha256) == pdf_bytes()
    path = file_of(app, document)
    assert path.stat().st_mode & 0o077 == 0 and not list(path.parent.glob("*.part"))


def everything_in(folder: Path) -> bytes:
    """All bytes of all files of a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_folder_of_files_tells_nothing_of_them(app: Flask, people: People, family: Family) -> None:
    content = pdf_bytes("canary")
    assert b"canary" in content
    document_id = commands.add_document(adding(family, upload=pdf(mark="canary")), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    folder = Path(app.config["FILES_FOLDER"])
    assert b"canary" not in everything_in(folder)
    assert hashlib.sha256(content).hexdigest() == document.sha256, "the record speaks of the file itself"
    other = folder / "oo" / ("o" * 26)
    other.parent.mkdir(exist_ok=True)
    shutil.copyfile(file_of(app, document), other)
    with pytest.raises(Refused, match="belongs to something else"):
        storage.read("o" * 26, document.sha256)
    other.unlink()


def test_files_from_before_are_read_and_then_sealed(app: Flask, people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family, upload=pdf(mark="canary")), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    file_of(app, document).write_bytes(pdf_bytes("canary"))
    crashed = file_of(app, document).with_name("crashed.part")
    crashed.write_bytes(pdf_bytes("canary"))
    os.utime(crashed, (1, 1))
    assert storage.read(document.storage_key, document.sha256) == pdf_bytes("canary")
    done = app.test_cli_runner().invoke(args=["encrypt-documents"])
    assert done.exit_code == 0 and done.output.startswith("1 files encrypted"), done.output
    assert b"canary" not in everything_in(Path(app.config["FILES_FOLDER"]))
    assert storage.read(document.storage_key, document.sha256) == pdf_bytes("canary")
    assert storage.encrypt_plain_files() == 0


def test_what_lies_under_an_older_key_is_sealed_anew(
    app: Flask, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    older, newer = app.config["ENCRYPTION_KEYS"][0], b"n" * 32
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", (newer, older))
    assert storage.encrypt_plain_files() > 0 and storage.encrypt_plain_files() == 0
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", (newer,))
    assert storage.read(document.storage_key, document.sha256), "the older key is needed no more"
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", (older, newer))
    assert storage.encrypt_plain_files() > 0, "as it was, for the tests after this one"


def test_the_nightly_tick_takes_files_away_that_no_document_names(
    app: Flask, people: People, family: Family, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path))  # without files of tests that were rolled back
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    for key in ("0" * 26, "m" * 26, "z" * 26):
        storage.keep_as_stored(key, b"its command never ended")
    assert storage.remove_orphans(queries.list_named()) == 0, "their commands may still be on their way"
    for path in Path(app.config["FILES_FOLDER"]).glob("??/*"):
        os.utime(path, (1, 1))
    with monkeypatch.context() as patch:
        patch.setattr(storage, "_ORPHANS_AT_MOST", 2)
        done = app.test_cli_runner().invoke(args=["tick"])
    assert done.exit_code == 1 and "3 of 4 stored files are named by no document" in done.output
    assert len([*storage.list_keys()]) == 4, "this is another installation's store, or an older database"
    assert "3 stored files" in app.test_cli_runner().invoke(args=["tick"]).output
    assert [*storage.list_keys()] == [document.storage_key]


def test_a_changed_file_is_not_given_out(app: Flask, people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    path = file_of(app, document)
    encrypted = path.read_bytes()
    for other, words in ((b"another", "not the one that was added"), (encrypted[:-1] + b"\0", "damaged")):
        path.write_bytes(other)
        with pytest.raises(Refused, match=words):
            storage.read(document.storage_key, document.sha256)
    path.unlink()
    with pytest.raises(NotFound):
        storage.read(document.storage_key, document.sha256)


def test_pictures_lose_place_and_device(people: People, family: Family) -> None:
    photo = Upload("photo.jpg", jpeg_bytes(), "image/jpeg")
    document_id = commands.add_document(adding(family, upload=photo), actor=people.caseworker_tallinn)
    document = queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    content = storage.read(document.storage_key, document.sha256)
    assert b"Camera of a person" in jpeg_bytes() and b"Camera of a person" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif() and picture.size == (40, 30)


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" * 30, "This is not a PDF"),
        (b"<html><script>alert(1)</script></html>", "This is not a PDF"),
        (b"%PDF-1.7\nnothing", "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "cannot be opened"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "cannot be opened"),
        (b"%PDF" + b" " * (10 * 1024 * 1024), "too large"),
        (locked_pdf(), "password"),
    ],
    ids=["empty", "program", "page", "pdf", "png", "jpeg", "large", "locked"],
)
def test_what_is_no_document_is_refused(people: People, family: Family, content: bytes, why: str) -> None:
    upload = Upload("scan.pdf", content, "application/pdf")
    with pytest.raises(Refused, match=why) as refused:
        commands.add_document(adding(family, upload=upload), actor=people.caseworker_tallinn)
    assert refused.value.message.field == "file"
    assert not db.session.scalars(select(Document)).all()


def test_receiving_side_sees_a_document_once_it_is_shared(people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    refer(family, people)
    kyiv, tallinn = people.caseworker_kyiv, people.caseworker_tallinn
    assert not [d for d in queries.list_documents(sight(kyiv, family)) if d.title == "Bus tickets"]
    with pytest.raises(NotFound):
        queries.get_document(sight(kyiv, family), document_id)
    version = queries.get_document(sight(tallinn, family), document_id).version
    share = commands.ShareDocument(dossier_id=family.dossier_id, document_id=document_id, version=version)
    with pytest.raises(NotFound):
        commands.share_document(share, actor=kyiv)
    shared_id = commands.share_document(share, actor=tallinn)
    assert shared_id != document_id
    assert queries.get_document(sight(kyiv, family), shared_id).title == "Bus tickets"
    assert len([d for d in queries.list_documents(sight(tallinn, family)) if d.title == "Bus tickets"]) == 1
    with pytest.raises(Conflict):
        commands.share_document(share, actor=tallinn)


def test_receiving_side_adds_to_the_shared_part_only(people: People, family: Family) -> None:
    refer(family, people)
    for part in ("sending", "asylum"):
        with pytest.raises(NotFound):
            commands.add_document(adding(family, part), actor=people.caseworker_kyiv)
    commands.add_document(adding(family, "shared"), actor=people.caseworker_kyiv)
    assert "Bus tickets" in {d.title for d in queries.list_documents(sight(people.auditor, family))}


def test_finance_officer_adds_what_proves_a_payment_and_nothing_else(people: People, family: Family) -> None:
    proof = commands.AddDocument(
        dossier_id=family.dossier_id,
        part="shared",
        kind=DocumentKind.PROOF_OF_PAYMENT,
        title="Bank statement",
        upload=pdf(),
    )
    assert commands.add_document(proof, actor=people.finance_tallinn)
    with pytest.raises(NotFound):
        commands.add_document(adding(family, "shared"), actor=people.finance_tallinn)


def test_foreign_person_and_foreign_case_are_not_found(people: People, family: Family) -> None:
    other = playroom_case(people)
    foreign = commands.AddDocument(**{**vars(adding(family)), "person_id": other.spouse})
    with pytest.raises(NotFound):
        commands.add_document(foreign, actor=people.caseworker_tallinn)
    document_id = commands.add_document(adding(other), actor=people.caseworker_tallinn)
    with pytest.raises(NotFound):
        queries.get_document(sight(people.caseworker_tallinn, family), document_id)
    with pytest.raises(NotFound):
        cmd = commands.ShareDocument(dossier_id=family.dossier_id, document_id=document_id, version=1)
        commands.share_document(cmd, actor=people.caseworker_tallinn)


def test_a_file_without_its_command_harms_nobody(app: Flask, people: People, family: Family) -> None:
    @command
    def fails(*, actor: Actor) -> None:
        commands.add_document(adding(family), actor=actor)
        raise Refused(Message("Not today."))

    with pytest.raises(Refused):
        fails(actor=people.caseworker_tallinn)
    assert not db.session.scalars(select(Document)).all()
