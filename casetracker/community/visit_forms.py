"""Forms of visits to a site after its handover."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.community.photo_forms import PICTURES
from casetracker.community.visit_commands import CorrectSiteVisit, LogSiteVisit
from casetracker.community.visit_states import HOURS_OF_A_WEEK, UsersPer, VisitEntry, VisitRound
from casetracker.documents.forms import need_upload, to_upload
from casetracker.documents.states import Upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    FilesField,
    Form,
    LongTextField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    optional_choice,
)
from casetracker.web.labels import label_choices


class _VisitForm(Form):
    round = ChoiceField(_l("Which visit"), choices=label_choices(VisitRound), radio=True)
    visited_on = DateField(_l("Day of the visit"))
    visitors = TextField(_l("Who visited"), max=200, hint=_l("Of the office or the partner."))
    open_hours = WholeNumberField(_l("Open hours a week"), required=False, min=0, max=HOURS_OF_A_WEEK)
    users = WholeNumberField(_l("Users"), required=False, min=0, max=10_000_000)
    users_per = ChoiceField(
        _l("Counted for"), required=False, choices=optional_choice(label_choices(UsersPer)),
        hint=_l("Needed where users were counted."),
    )  # fmt: skip
    equipment = LongTextField(
        _l("Equipment found"),
        required=False,
        max=2000,
        rows=3,
        hint=_l("What is there, what is used, what is missing."),
    )
    problems = LongTextField(_l("Problems"), required=False, max=2000, rows=3)
    file = FileField(_l("Report"), required=False, hint=_l("A site is closed with the report of a visit only."))

    photographs = FilesField(
        _l("Photographs of that day"), required=False, max_files=6, types=PICTURES,
        hint=_l("What the camera wrote into them is taken out."),
    )  # fmt: skip
    keeps_place = TickField(_l("Keep where they were taken"))

    def _photographs(self) -> tuple[Upload, ...]:
        return tuple(need_upload(file) for file in self.photographs.data)

    def _entry(self) -> VisitEntry:
        per = self.users_per.data
        return VisitEntry(
            round=VisitRound(self.round.data), visited_on=self.visited_on.data, visitors=self.visitors.data,
            open_hours=self.open_hours.data, users=self.users.data, users_per=UsersPer(per) if per else None,
            equipment=self.equipment.data, problems=self.problems.data,
        )  # fmt: skip


class LogSiteVisitForm(_VisitForm):
    """What a visit found."""

    def to_command(self, sight: Sight, site_id: str) -> LogSiteVisit:
        """A visit."""
        return LogSiteVisit(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, entry=self._entry(),
            upload=to_upload(self.file.data), photographs=self._photographs(), keeps_place=self.keeps_place.data,
        )  # fmt: skip


class CorrectSiteVisitForm(_VisitForm):
    """A visit as it should have been entered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, visit_id: str) -> CorrectSiteVisit:
        """The corrected visit."""
        return CorrectSiteVisit(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, visit_id=visit_id, entry=self._entry(),
            upload=to_upload(self.file.data), photographs=self._photographs(), keeps_place=self.keeps_place.data,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
