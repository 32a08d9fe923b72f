"""The forms of visits, complaints and feedback, and the final report. Both offices read what they hold."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.documents.forms import need_upload, to_upload
from casetracker.documents.states import Upload
from casetracker.dossiers.states import Sight
from casetracker.monitoring.commands import (
    AnswerComplaint,
    CorrectComplaint,
    CorrectFinalReport,
    CorrectVisit,
    LogComplaint,
    LogVisit,
    WriteFinalReport,
)  # fmt: skip
from casetracker.monitoring.states import ComplaintChannel, ComplaintKind, Use
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    FilesField,
    Form,
    LongTextField,
    TextField,
    VersionField,
)  # fmt: skip
from casetracker.web.labels import label_choices


class LogVisitForm(Form):
    """A monitoring visit."""

    visited_on = DateField(_l("Day"))
    place = TextField(_l("Place"), read_abroad=True)
    visitors = TextField(_l("Who visited"), read_abroad=True)
    use = ChoiceField(_l("How the grant is used"), choices=label_choices(Use), radio=True)
    findings = LongTextField(_l("What was found"), read_abroad=True)
    files = FilesField(_l("Photographs and reports"), required=False, max_files=6)

    def to_command(self, sight: Sight) -> LogVisit:
        """A new visit."""
        uploads: list[Upload] = [need_upload(file) for file in self.files.data]
        return LogVisit(
            token=self.token,
            dossier_id=sight.dossier_id,
            visited_on=self.visited_on.data,
            place=self.place.data,
            visitors=self.visitors.data,
            findings=self.findings.data,
            use=Use(self.use.data),
            uploads=tuple(uploads),
        )


class CorrectVisitForm(Form):
    """A visit as it should have been logged."""

    visited_on = DateField(_l("Day"))
    place = TextField(_l("Place"), read_abroad=True)
    visitors = TextField(_l("Who visited"), read_abroad=True)
    use = ChoiceField(_l("How the grant is used"), choices=label_choices(Use), radio=True)
    findings = LongTextField(_l("What was found"), read_abroad=True)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, visit_id: str) -> CorrectVisit:
        """The corrected visit."""
        return CorrectVisit(
            token=self.token,
            dossier_id=sight.dossier_id,
            visit_id=visit_id,
            visited_on=self.visited_on.data,
            place=self.place.data,
            visitors=self.visitors.data,
            findings=self.findings.data,
            use=Use(self.use.data),
            version=self.version.data,
            reason=self.reason.data,
        )


class LogComplaintForm(Form):
    """A complaint or feedback."""

    kind = ChoiceField(_l("What it is"), choices=label_choices(ComplaintKind), radio=True)
    channel = ChoiceField(_l("How it came"), choices=label_choices(ComplaintChannel))
    received_on = DateField(_l("Received on"))
    person = ChoiceField(_l("Who said it"), required=False)
    text = LongTextField(_l("What was said"), read_abroad=True)

    def offer(self, persons: Iterable[tuple[str, str]]) -> None:
        """The persons of the case as (id, name)."""
        self.person.choices = [("", _l("Somebody else, or not said")), *persons]

    def to_command(self, sight: Sight) -> LogComplaint:
        """A new complaint or feedback."""
        return LogComplaint(
            token=self.token,
            dossier_id=sight.dossier_id,
            kind=ComplaintKind(self.kind.data),
            channel=ComplaintChannel(self.channel.data),
            received_on=self.received_on.data,
            person_id=self.person.data,
            text=self.text.data,
        )


class AnswerComplaintForm(Form):
    """The answer to a complaint or feedback."""

    answered_on = DateField(_l("Answered on"))
    answer = LongTextField(_l("Answer"), read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, complaint_id: str) -> AnswerComplaint:
        """The answer."""
        return AnswerComplaint(
            token=self.token,
            dossier_id=sight.dossier_id,
            complaint_id=complaint_id,
            answered_on=self.answered_on.data,
            answer=self.answer.data,
            version=self.version.data,
        )


class CorrectComplaintForm(Form):
    """A complaint or feedback, and its answer, as they should have been logged."""

    channel = ChoiceField(_l("How it came"), choices=label_choices(ComplaintChannel))
    received_on = DateField(_l("Received on"))
    text = LongTextField(_l("What was said"), read_abroad=True)
    answer = LongTextField(_l("Answer"), required=False, read_abroad=True)
    answered_on = DateField(_l("Answered on"), required=False)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, complaint_id: str) -> CorrectComplaint:
        """The corrected complaint."""
        return CorrectComplaint(
            token=self.token,
            dossier_id=sight.dossier_id,
            complaint_id=complaint_id,
            channel=ComplaintChannel(self.channel.data),
            received_on=self.received_on.data,
            text=self.text.data,
            answer=self.answer.data,
            answered_on=self.answered_on.data,
            version=self.version.data,
            reason=self.reason.data,
        )


class WriteFinalReportForm(Form):
    """The final report."""

    reported_on = DateField(_l("Day"))
    summary = LongTextField(_l("Summary"), max=8000, rows=8, read_abroad=True)
    file = FileField(_l("The signed report"), hint=_l("Both offices see it."))

    def to_command(self, sight: Sight) -> WriteFinalReport:
        """The report."""
        return WriteFinalReport(
            token=self.token,
            dossier_id=sight.dossier_id,
            reported_on=self.reported_on.data,
            summary=self.summary.data,
            upload=need_upload(self.file.data),
        )


class CorrectFinalReportForm(Form):
    """The final report as it should have been."""

    reported_on = DateField(_l("Day"))
    summary = LongTextField(_l("Summary"), max=8000, rows=8, read_abroad=True)
    file = FileField(_l("The signed report"), required=False, hint=_l("Only if another file is the right one."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight) -> CorrectFinalReport:
        """The corrected report."""
        return CorrectFinalReport(
            token=self.token,
            dossier_id=sight.dossier_id,
            reported_on=self.reported_on.data,
            summary=self.summary.data,
            upload=to_upload(self.file.data),
            version=self.version.data,
            reason=self.reason.data,
        )
