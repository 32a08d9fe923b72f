"""Adding documents and sharing them with the receiving office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents import events, queries, rules, storage
from casetracker.documents.models import Document
from casetracker.documents.states import FINANCE_KINDS, DocumentKind, SharingFacts, Upload
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open, require_sight
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class AddDocument(Command):
    """A file with what it proves, into one compartment; a sentence about the file stands beside `field`."""

    dossier_id: str
    part: str
    kind: DocumentKind
    title: str
    upload: Upload
    person_id: str | None = None
    day: date | None = None
    field: str = "file"


@command
def add_document(cmd: AddDocument, *, actor: Actor) -> str:
    """Store the file and enter the document; returns its id. Others call it inside their own commands.

    The receiving side adds to the shared part only; somebody who records payments adds what proves them.
    """
    recorder = cmd.kind in FINANCE_KINDS and actor.may(Permission.PAYMENT_RECORD)
    if not recorder:
        require(actor, Permission.DOCUMENT_ADD)
    require_open(actor, cmd.dossier_id, part=Part(cmd.part))
    refuse_if(rules.why_not_add(kind=cmd.kind, part=cmd.part, day=cmd.day, today=clock.today(actor.zone)))
    if cmd.person_id is not None and cmd.person_id not in dict(queries.list_subjects(cmd.dossier_id)):
        raise NotFound("person of this case")
    file = storage.store(cmd.upload, cmd.field)
    document = add(Document(
        id=ids.new_id(), dossier_id=cmd.dossier_id, part=str(Part(cmd.part)), kind=cmd.kind, title=cmd.title,
        person_id=cmd.person_id, day=cmd.day, file_name=cmd.upload.file_name, media_type=file.media_type,
        size=file.size, sha256=file.sha256, storage_key=file.key, shared_id=None, added_by=actor.id,
        added_at=clock.now(),
    ))  # fmt: skip
    _record_added(document, actor)
    return document.id


@dataclass(frozen=True, kw_only=True)
class ShareDocument(Command):
    """Let the receiving office see a document of the sending side."""

    dossier_id: str
    document_id: str
    version: int


@command
def share_document(cmd: ShareDocument, *, actor: Actor) -> str:
    """Copy the document into the shared part under a new id; returns that id."""
    require(actor, Permission.DOCUMENT_ADD)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    document = lock(Document, cmd.document_id, cmd.version)
    if document.dossier_id != cmd.dossier_id:
        raise NotFound("document of another case")
    refuse_if(rules.why_not_share(sharing_facts(document)))
    copy = add(Document(
        id=ids.new_id(), dossier_id=document.dossier_id, part=str(Part.SHARED), kind=document.kind,
        title=document.title, person_id=document.person_id, day=document.day, file_name=document.file_name,
        media_type=document.media_type, size=document.size, sha256=document.sha256,
        storage_key=document.storage_key, shared_id=None, added_by=actor.id, added_at=clock.now(),
    ))  # fmt: skip
    _record_added(copy, actor)
    document.shared_id = copy.id
    record(
        events.DocumentShared(
            owner_id=document.dossier_id, part=Part.SENDING, person_id=document.person_id,
            document_id=document.id, title=document.title,
        ),
        actor=actor,
    )  # fmt: skip
    return copy.id


@dataclass(frozen=True, kw_only=True)
class CorrectDocument(Command):
    """What a document is called, whom it is about, which day it bears; what it proves and its file stay."""

    dossier_id: str
    document_id: str
    title: str
    person_id: str | None
    day: date | None
    version: int
    reason: str


@command
def correct_document(cmd: CorrectDocument, *, actor: Actor) -> str:
    """Correct what was entered about a document; the earlier values stay in the history. Returns its id."""
    require(actor, Permission.DOCUMENT_ADD)
    sight = require_open(actor, cmd.dossier_id)
    document = lock(Document, cmd.document_id, cmd.version)
    if document.dossier_id != cmd.dossier_id or Part(document.part) not in sight.parts:
        raise NotFound("document")
    today = clock.today(actor.zone)
    refuse_if(rules.why_not_add(kind=document.kind, part=document.part, day=cmd.day, today=today))
    if cmd.person_id is not None and cmd.person_id not in dict(queries.list_subjects(cmd.dossier_id)):
        raise NotFound("person of this case")
    document.title, document.person_id, document.day = cmd.title, cmd.person_id, cmd.day
    record(
        events.DocumentCorrected(
            owner_id=document.dossier_id, part=document.part, day=document.day, person_id=document.person_id,
            document_id=document.id, title=document.title, reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return document.id


def sharing_facts(document: Document) -> SharingFacts:
    """What the rule of sharing judges."""
    return SharingFacts(part=document.part, kind=document.kind, is_shared=document.shared_id is not None)


def _record_added(document: Document, actor: Actor) -> None:
    record(
        events.DocumentAdded(
            owner_id=document.dossier_id, part=document.part, day=document.day, person_id=document.person_id,
            document_id=document.id, document_kind=str(document.kind), sha256=document.sha256,
            title=document.title,
        ),
        actor=actor,
    )  # fmt: skip


def record_opened(document: Document, *, actor: Actor) -> None:
    """Record that the actor opened a document, where the read of its dossier does not say it: in the asylum part."""
    if document.part == Part.ASYLUM:
        _record_opened(document.dossier_id, document.id, actor=actor)


@command
def _record_opened(dossier_id: str, document_id: str, *, actor: Actor) -> None:
    sight = require_sight(actor, dossier_id, part=Part.ASYLUM)
    lock(Dossier, dossier_id)  # its title is told as it stands: nobody erases the case in between
    document = queries.get_document(sight, document_id)
    record(events.DocumentOpened(owner_id=dossier_id, document_id=document.id, title=document.title), actor=actor)
