"""Forms of bundles: which cases, in which formats; and buttons."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _

from casetracker.exports import bundle_commands as commands
from casetracker.exports.bundle_states import Wanted
from casetracker.exports.states import ExportFormat
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    Form,
    LongTextField,
    ManyChoiceField,
    TickField,
    optional_choice,
)
from casetracker.web.labels import label_choices

READ_FORMATS = [ExportFormat.PDF, ExportFormat.XLSX, ExportFormat.CSV, ExportFormat.JSON]


class AskBundleForm(Form):
    """Cases of the mandate by filter, or by their references."""

    office = ChoiceField(
        _("Office"), required=False, hint=_("Cases that this office sends or receives, and its projects.")
    )
    programme = ChoiceField(_("Programme"), required=False)
    first_day = DateField(_("Open on or after"), required=False)
    last_day = DateField(_("Open on or before"), required=False)
    references = LongTextField(
        _("References"), required=False, max=10_000, rows=3,
        hint=_("Only these cases or projects, as of a sample: one or many, with blanks, commas or lines between."),
    )  # fmt: skip
    formats = ManyChoiceField(
        _("To read"), required=False, hint=_("Each case as JSON Lines with its chains is always in it.")
    )
    documents = TickField(_("With the stored documents"))

    def offer(self, offices: list[tuple[str, str]], programmes: list[tuple[str, str]]) -> None:
        """What the mandate opens."""
        self.office.choices = optional_choice(offices, _("All of the mandate"))
        self.programme.choices = optional_choice(programmes, _("All of the mandate"))
        self.formats.choices = [each for each in label_choices(ExportFormat) if each[0] in READ_FORMATS]

    def to_command(self) -> commands.AskBundle:
        """Ask for it."""
        found = re.split(r"[\s,;]+", str(self.references.data or "").upper())
        wanted = Wanted(
            office_id=_or_none(self.office.data), programme_id=_or_none(self.programme.data),
            first_day=self.first_day.data, last_day=self.last_day.data,
            references=tuple(sorted({each for each in found if each})),
            formats=tuple(self.formats.data or ()), documents=bool(self.documents.data),
        )  # fmt: skip
        return commands.AskBundle(token=self.token, wanted=wanted)


class BundleForm(Form):
    """A button."""

    def to_cancel(self, bundle_id: str) -> commands.CancelBundle:
        """Call it off."""
        return commands.CancelBundle(token=self.token, bundle_id=bundle_id)

    def to_take(self, bundle_id: str) -> commands.TakeBundle:
        """Take it away; each download is one, so without the form's token."""
        return commands.TakeBundle(bundle_id=bundle_id)


def _or_none(value: Any) -> str | None:
    return str(value) if value else None
