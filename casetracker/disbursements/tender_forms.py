"""The form of a tender file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from casetracker.disbursements.states import PanelEntry, TenderProcedure
from casetracker.disbursements.tender_commands import SaveTender
from casetracker.documents.forms import to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    optional_choice,
)
from casetracker.web.labels import label_choices


class PanelRow(RowForm):
    """Somebody who sat on the panel."""

    user_id = ChoiceField(_l("Somebody of the office"), required=False)
    name = TextField(_l("Or the name of somebody else"), required=False, max=120, read_abroad=True)
    function = TextField(_l("Function"), required=False, max=120, read_abroad=True)


class SaveTenderForm(Form):
    """How offers were asked for, and who chose."""

    procedure = ChoiceField(_l("Procedure"), choices=label_choices(TenderProcedure))
    published_on = DateField(_l("Published on"))
    opened_on = DateField(_l("Bids opened on"))
    notice = FileField(_l("Notice of the tender"))
    minutes = FileField(_l("Signed minutes of the panel"))
    panel = RowsField(PanelRow, _l("Who sat on the panel"), min_entries=3, max_entries=12)

    def offer(self, staff: Iterable[tuple[str, str]]) -> None:
        """Set who can be chosen."""
        choices = optional_choice(list(staff), _l("Nobody of the office"))
        for row in self.panel.forms:
            row["user_id"].choices = choices  # type: ignore[attr-defined]  # a choice

    def to_command(self, sight: Sight, disbursement_id: str) -> SaveTender:
        """What was filled in, in types; empty rows are none."""
        return SaveTender(
            token=self.token, dossier_id=sight.dossier_id, disbursement_id=disbursement_id,
            procedure=TenderProcedure(self.procedure.data), published_on=self.published_on.data,
            opened_on=self.opened_on.data,
            panel=tuple(
                PanelEntry(
                    user_id=row["user_id"].data or None, name=row["name"].data or None,
                    function=row["function"].data or "",
                )
                for row in self.panel.forms
                if row["user_id"].data or row["name"].data or row["function"].data
            ),
            notice=to_upload(self.notice.data), minutes=to_upload(self.minutes.data), version=None,
        )  # fmt: skip


class EditTenderForm(SaveTenderForm):
    """A tender file that stands; a file stays where none is chosen."""

    notice = FileField(_l("Another notice"), required=False, hint=_l("Leave empty to keep the file."))
    minutes = FileField(_l("Other minutes"), required=False, hint=_l("Leave empty to keep the file."))
    version = VersionField()

    def to_command(self, sight: Sight, disbursement_id: str) -> SaveTender:
        """The same for a file that stands."""
        return replace(super().to_command(sight, disbursement_id), version=self.version.data)
