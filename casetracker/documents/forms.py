"""The forms of documents, and the way from a form's file to what a command takes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from casetracker.documents.commands import AddDocument, CorrectDocument, ShareDocument
from casetracker.documents.states import ASYLUM_KINDS, COMMUNITY_KINDS, DocumentKind, Upload
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    TextField,
    VersionField,
)
from casetracker.web.labels import label_choices

OFFERED_KINDS = tuple(kind for kind in DocumentKind if kind not in ASYLUM_KINDS | COMMUNITY_KINDS)


def to_upload(file: FileStorage | None) -> Upload | None:
    """What a FileField read, as a command takes it; None where no file was sent."""
    if file is None:
        return None
    file.stream.seek(0)
    return Upload(file.filename or "", file.stream.read(), file.mimetype or "")


def need_upload(file: FileStorage | None) -> Upload:
    """The same for a field that is required."""
    return to_upload(file) or Upload("", b"", "")


class AddDocumentForm(Form):
    """A document with what it proves."""

    kind = ChoiceField(_l("What it is"), choices=label_choices(DocumentKind, *OFFERED_KINDS))
    title = TextField(_l("Title"), hint=_l("So that a colleague finds it again."), max=200)
    person = ChoiceField(_l("About"), required=False)
    day = DateField(_l("Day on the document"), required=False)
    file = FileField(_l("File"))

    def offer(self, persons: Iterable[tuple[str, str]]) -> None:
        """The persons of the case as (id, name); without a choice the document is about the whole family."""
        self.person.choices = [("", _l("The whole family")), *persons]

    def to_command(self, sight: Sight) -> AddDocument:
        """The sending side adds to its own part, the receiving side to the shared one."""
        part = Part.SENDING if sight.relation == Relation.SENDING else Part.SHARED
        return AddDocument(
            token=self.token,
            dossier_id=sight.dossier_id,
            part=part,
            kind=DocumentKind(self.kind.data),
            title=self.title.data,
            upload=need_upload(self.file.data),
            person_id=self.person.data,
            day=self.day.data,
        )


class CorrectDocumentForm(Form):
    """What was entered about a document, as it should have been."""

    title = TextField(_l("Title"), max=200)
    person = ChoiceField(_l("About"), required=False)
    day = DateField(_l("Day on the document"), required=False)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def offer(self, persons: Iterable[tuple[str, str]]) -> None:
        """The persons of the case as (id, name)."""
        self.person.choices = [("", _l("The whole family")), *persons]

    def to_command(self, sight: Sight, document_id: str) -> CorrectDocument:
        """The corrected document."""
        return CorrectDocument(
            token=self.token,
            dossier_id=sight.dossier_id,
            document_id=document_id,
            title=self.title.data,
            person_id=self.person.data,
            day=self.day.data,
            version=self.version.data,
            reason=self.reason.data,
        )


class ShareDocumentForm(Form):
    """Sharing needs no more than the document as it was seen."""

    version = VersionField()

    def to_command(self, sight: Sight, document_id: str) -> ShareDocument:
        """Share this document."""
        return ShareDocument(
            token=self.token, dossier_id=sight.dossier_id, document_id=document_id, version=self.version.data
        )
