"""Forms of projects and their sites."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.commands import EditProject, OpenProject
from casetracker.community.site_commands import AddPaper, AddSite, EditSite, LeaveSite, MoveSite, TakeUpSite
from casetracker.community.states import (
    DEGREE,
    DonorEntry,
    IndicatorEntry,
    SiteKind,
    SiteOutcome,
)
from casetracker.documents.forms import need_upload
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    DecimalField,
    FileField,
    Form,
    LongTextField,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    WholeNumberField,
    country_choices,
)
from casetracker.web.labels import label_choices

PAPERS = (
    DocumentKind.SITE_APPLICATION, DocumentKind.OWNERSHIP_PROOF, DocumentKind.MINUTES, DocumentKind.SITE_AGREEMENT,
    DocumentKind.WORKS_CONTRACT, DocumentKind.PHOTOGRAPH, DocumentKind.ACCEPTANCE_ACT,
    DocumentKind.HANDOVER_CERTIFICATE, DocumentKind.VISIT_REPORT, DocumentKind.OTHER,
)  # fmt: skip
"""Kinds of documents that are stored with a site."""
MOST_REGIONS = 30


class DonorRow(RowForm):
    """A donor of the project."""

    name = TextField(_l("Donor"), max=200)
    share = WholeNumberField(_l("Share in per cent"), required=False, min=1, max=100)


class IndicatorRow(RowForm):
    """What an objective is measured by."""

    objective = TextField(_l("Objective"), max=300)
    indicator = TextField(_l("Measured by"), max=300)
    target = WholeNumberField(_l("Target"), min=0, max=100_000_000)


class _ProjectForm(Form):
    title = TextField(_l("Title"), max=200)
    purpose = LongTextField(_l("What it is for"), max=4000)
    regions = LongTextField(_l("Regions"), hint=_l("One on each line."), max=2000, rows=3)
    target_sites = WholeNumberField(_l("Institutions at most"), required=False, min=1, max=10_000)
    sector = TextField(
        _l("Sector"), required=False, max=5,
        hint=_l("Five digits of the donors' list of purposes (OECD DAC), as in 16061 for culture and recreation."),
    )  # fmt: skip
    starts_on = DateField(_l("First day"))
    ends_on = DateField(_l("Last day"))
    donors = RowsField(
        DonorRow, _l("Donors"), required_rows=1, max_entries=10, add_label=_l("Another donor"), row_label=_l("Donor")
    )
    indicators = RowsField(
        IndicatorRow, _l("Objectives"), min_entries=1, max_entries=20, add_label=_l("Another objective"),
        row_label=_l("Objective"),
    )  # fmt: skip

    def _shared(self) -> dict[str, Any]:
        lines = (line.strip() for line in self.regions.data.splitlines())
        donors: list[Any] = self.donors.filled
        indicators: list[Any] = self.indicators.filled
        return {
            "token": self.token,
            "title": self.title.data,
            "purpose": self.purpose.data,
            "regions": tuple(dict.fromkeys(line for line in lines if line))[:MOST_REGIONS],
            "target_sites": self.target_sites.data,
            "sector": self.sector.data or None,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "donors": tuple(DonorEntry(name=row.name.data, share=row.share.data) for row in donors),
            "indicators": tuple(
                IndicatorEntry(objective=row.objective.data, indicator=row.indicator.data, target=row.target.data)
                for row in indicators
            ),
        }


class OpenProjectForm(_ProjectForm):
    """A new project."""

    programme_id = ChoiceField(_l("Programme"))
    country = ChoiceField(_l("Country"), choices=country_choices())

    def offer(self, programmes: Iterable[tuple[str, str]]) -> None:
        """The programmes that pay for projects as (id, name)."""
        self.programme_id.choices = list(programmes)

    def to_command(self) -> OpenProject:
        """A new project of the actor's office."""
        return OpenProject(programme_id=self.programme_id.data, country=self.country.data, **self._shared())


class EditProjectForm(_ProjectForm):
    """A project as it is to stand."""

    reason = LongTextField(_l("Why this is changed"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight) -> EditProject:
        """The changed project."""
        return EditProject(
            dossier_id=sight.dossier_id, reason=self.reason.data, version=self.version.data, **self._shared()
        )


class DegreesField(DecimalField):
    """A coordinate in degrees, north and east positive; `data` is an int of millionths."""

    def parse(self, text: str, form: Any) -> Any:
        """Degrees as typed -> whole millionths."""
        return int((super().parse(text, form) * DEGREE).to_integral_value())

    def format(self, data: Any) -> str:
        """Whole millionths -> degrees, without zeros at the end."""
        return f"{(Decimal(data) / DEGREE).normalize():f}" if isinstance(data, int) else super().format(data)


class _SiteForm(Form):
    name = TextField(_l("Name in English"), max=200)
    local_name = TextField(_l("Name as people there call it"), hint=_l("In their own letters."), max=200)
    kind = ChoiceField(_l("What it is"), choices=label_choices(SiteKind))
    settlement = TextField(_l("Settlement"), max=200)
    place_code = TextField(
        _l("Code of the settlement"), required=False, max=40, hint=_l("As in the country's own list (KATOTTH).")
    )
    oblast = TextField(_l("Oblast or region"), max=200)
    oblast_code = TextField(_l("Code of the oblast"), required=False, max=40)
    raion = TextField(_l("Raion or district"), required=False, max=200)
    raion_code = TextField(_l("Code of the raion"), required=False, max=40)
    hromada = TextField(_l("Hromada or municipality"), required=False, max=200)
    hromada_code = TextField(_l("Code of the hromada"), required=False, max=40)
    latitude = DegreesField(
        _l("Latitude"), required=False, min="-90", max="90", places=6,
        hint=_l("Degrees, as in 48.5862"),
    )  # fmt: skip
    longitude = DegreesField(_l("Longitude"), required=False, min="-180", max="180", places=6)
    owner = TextField(_l("Owner"), max=200)
    contact_name = TextField(_l("Contact person"), required=False, max=200)
    contact_phone = TextField(_l("Phone of the contact person"), required=False, max=40)
    users_before = WholeNumberField(_l("People who use it now"), required=False, min=0, max=10_000_000)

    def _shared(self, sight: Sight) -> dict[str, Any]:
        names = ("name", "local_name", "settlement", "place_code", "oblast", "oblast_code", "raion", "raion_code",
                 "hromada", "hromada_code", "owner", "contact_name", "contact_phone", "users_before")  # fmt: skip
        return {
            "token": self.token,
            "dossier_id": sight.dossier_id,
            "kind": SiteKind(self.kind.data),
            "latitude": self.latitude.data,
            "longitude": self.longitude.data,
            **{name: self[name].data for name in names},
        }


class AddSiteForm(_SiteForm):
    """An institution that answered the call."""

    def to_command(self, sight: Sight) -> AddSite:
        """A new site."""
        return AddSite(**self._shared(sight))


class EditSiteForm(_SiteForm):
    """A site as it is to stand."""

    reason = LongTextField(_l("Why this is changed"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> EditSite:
        """The changed site."""
        return EditSite(**self._shared(sight), site_id=site_id, version=self.version.data, reason=self.reason.data)


class AddPaperForm(Form):
    """A document about a site."""

    kind = ChoiceField(_l("What it is"), choices=label_choices(DocumentKind, *PAPERS))
    title = TextField(_l("Title"), hint=_l("So that a colleague finds it again."), max=200)
    day = DateField(_l("Day on the document"), required=False)
    file = FileField(_l("File"))

    def to_command(self, sight: Sight, site_id: str) -> AddPaper:
        """The document to store."""
        return AddPaper(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, kind=DocumentKind(self.kind.data),
            title=self.title.data, day=self.day.data, upload=need_upload(self.file.data),
        )  # fmt: skip


class MoveSiteForm(Form):
    """The button that moves a site on."""

    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> MoveSite:
        """To its next stage."""
        return MoveSite(token=self.token, dossier_id=sight.dossier_id, site_id=site_id, version=self.version.data)


class LeaveSiteForm(Form):
    """Why a site goes no further."""

    outcome = ChoiceField(_l("What became of it"), choices=label_choices(SiteOutcome), radio=True)
    reason = LongTextField(_l("Why"), max=1000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> LeaveSite:
        """Off the way."""
        return LeaveSite(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, outcome=SiteOutcome(self.outcome.data),
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class TakeUpSiteForm(Form):
    """Why a site goes on again."""

    reason = LongTextField(_l("Why"), max=1000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> TakeUpSite:
        """On from where it stopped."""
        return TakeUpSite(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip
