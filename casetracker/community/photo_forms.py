"""The form of photographs that are about nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.community.photo_commands import AddPhotographs
from casetracker.community.photo_states import PhotoEntry
from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import ChoiceField, DateField, FilesField, Form, TextField, TickField, optional_choice

PICTURES = ("jpg", "jpeg", "png")


class AddPhotographsForm(Form):
    """Photographs of a site."""

    caption = TextField(_l("What they show"), max=200)
    files = FilesField(
        _l("Photographs"), max_files=6, types=PICTURES, hint=_l("What the camera wrote into them is taken out.")
    )
    day = DateField(
        _l("Taken on"), required=False, hint=_l("Leave it empty where the camera wrote the day into the pictures.")
    )
    visit_id = ChoiceField(_l("Taken at"), required=False)
    keeps_place = TickField(_l("Keep where they were taken"))

    def offer(self, visits: Iterable[tuple[str, str]]) -> None:
        """The site's visits as (id, words)."""
        self.visit_id.choices = optional_choice(list(visits), _l("No visit"))

    def to_command(self, sight: Sight, site_id: str) -> AddPhotographs:
        """The photographs."""
        entry = PhotoEntry(
            uploads=tuple(need_upload(file) for file in self.files.data), day=self.day.data,
            caption=self.caption.data, keeps_place=self.keeps_place.data,
        )  # fmt: skip
        return AddPhotographs(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, visit_id=self.visit_id.data, entry=entry
        )
