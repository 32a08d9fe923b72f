"""Reading documents: always within the compartments that the reader's sight has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import Relation, Sight

Subjects = Callable[[str], list[tuple[str, str]]]
"""Gives (id, name) of the persons of a dossier, in their order."""
_subjects: list[Subjects] = []


def use_subjects(source: Subjects) -> None:
    """The room of cases lies above and hands in who a document of a dossier can be about."""
    _subjects[:] = [source]


def list_subjects(dossier_id: str) -> list[tuple[str, str]]:
    """(id, name) of the persons whom a document of this dossier can be about, in their order."""
    return _subjects[0](dossier_id) if _subjects else []


def list_documents(sight: Sight) -> list[Document]:
    """What this reader sees, newest first; of a document that was shared only the copy both sides see."""
    query = select(Document).where(
        Document.dossier_id == sight.dossier_id,
        Document.part.in_(sorted(sight.parts)),
        Document.shared_id.is_(None),
    )
    return list(db.session.scalars(query.order_by(Document.added_at.desc(), Document.id)))


def get_document(sight: Sight, document_id: str) -> Document:
    """The document of this dossier, in a compartment that the reader sees; NotFound otherwise."""
    query = select(Document).where(
        Document.id == document_id,
        Document.dossier_id == sight.dossier_id,
        Document.part.in_(sorted(sight.parts)),
    )
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise NotFound("document")
    return document


def find_documents(ids: Iterable[str | None]) -> dict[str, Document]:
    """id -> document of those that exist. The caller has seen to it that its reader may know of them."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = db.session.scalars(select(Document).where(Document.id.in_(sorted(wanted))))
    return {row.id: row for row in rows}


@dataclass(frozen=True, kw_only=True)
class DocumentsPanel:
    """The documents of the case page, newest first; whether this actor may add, and share."""

    documents: tuple[Document, ...]
    may_add: bool
    may_share: bool


def load_panel(sight: Sight, actor: Actor) -> DocumentsPanel:
    """What the panel of documents shows; one query."""
    acts = actor.may(Permission.DOCUMENT_ADD) and sight.relation is not None and not sight.is_closed
    rows = tuple(list_documents(sight)) if actor.may(Permission.DOCUMENT_READ) else ()
    return DocumentsPanel(documents=rows, may_add=acts, may_share=acts and sight.relation == Relation.SENDING)


def list_erased_keys(since: date) -> list[str]:
    """The keys of files of dossiers erased on or after a day: nothing should lie there any more."""
    query = select(Document.storage_key).join(Dossier, Dossier.id == Document.dossier_id)
    return list(db.session.scalars(query.where(Dossier.erased_on >= since).distinct()))


def list_stored(connection: Connection) -> Iterator[tuple[str, str]]:
    """(storage key, sha256) of every file that should lie there, by key; for backups, whatever the reader may see."""
    query = (
        select(Document.storage_key, Document.sha256)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(Dossier.erased_on.is_(None))
        .distinct()
        .order_by(Document.storage_key)
    )
    with connection.execute(query, execution_options={"yield_per": 1000}) as rows:
        yield from ((key, sha256) for key, sha256 in rows)


def list_named() -> Iterator[str]:
    """The storage keys that documents name, by key, whatever the reader may see: for what tidies the store."""
    with row_security.reading(row_security.EVERYTHING):
        try:
            yield from (key for key, _sha256 in list_stored(db.session.connection()))
        finally:  # whoever tidies need not ask to the end
            db.session.rollback()
