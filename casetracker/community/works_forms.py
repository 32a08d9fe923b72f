"""Forms of works at a site."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.progress_commands import AcceptWorks, CorrectDefect, LogDefect, LogProgress, MendDefect
from casetracker.community.works_commands import AddWorks, CancelWorks, EditWorks, MeasureWorks, StartWorks
from casetracker.community.works_models import WorksBillRow
from casetracker.community.works_states import (
    THOUSANDTHS,
    AcceptanceEntry,
    ActualEntry,
    BillEntry,
    DefectEntry,
    DefectSeverity,
    ProgressEntry,
    WorksEntry,
    WorksKind,
)
from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    DecimalField,
    FileField,
    FilesField,
    Form,
    HiddenField,
    LongTextField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    optional_choice,
)
from casetracker.web.labels import label_choices

PICTURES = ("jpg", "jpeg", "png")
MOST_ROWS = 40
LONGEST_WARRANTY = 240


def to_thousandths(quantity: Decimal) -> int:
    """A quantity as typed -> whole thousandths."""
    return int(quantity * THOUSANDTHS)


def to_quantity(thousandths: int | None) -> Decimal | None:
    """Whole thousandths -> a quantity, without zeros at the end."""
    return None if thousandths is None else Decimal(f"{(Decimal(thousandths) / THOUSANDTHS).normalize():f}")


class BillRow(RowForm):
    """A row of the bill of quantities."""

    id = HiddenField()
    what = TextField(_l("What"), max=200)
    unit = TextField(_l("Unit"), hint=_l("As in: m², piece, hour."), max=30)
    quantity = DecimalField(_l("Quantity"), min="0.001", max="1000000", places=3)
    unit_price = MoneyField(_l("Price of one"), zero=True)

    @property
    def known(self) -> bool:
        """A row can be taken away; the command judges which stay."""
        return False

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it; what was stored is not nothing."""
        return not any(field.typed.strip() for field in (self.what, self.unit, self.quantity, self.unit_price))


class _WorksForm(Form):
    kind = ChoiceField(_l("What is renovated"), choices=label_choices(WorksKind))
    title = TextField(_l("Title"), hint=_l("As in: roof of the hall."), max=200)
    description = LongTextField(_l("What is done"), required=False, max=4000)
    provider_id = ChoiceField(_l("Contractor"), required=False, hint=_l("May stay open until the tender is over."))
    contract_id = ChoiceField(_l("Contract"), required=False, hint=_l("One of the site's contracts for works."))
    plan_line_id = ChoiceField(
        _l("Paid from"), required=False, hint=_l("A line of the approved plan that is for this site.")
    )
    planned_start = DateField(_l("Planned start"))
    planned_end = DateField(_l("Planned end"))
    bill = RowsField(
        BillRow, _l("Bill of quantities"), required_rows=1, max_entries=MOST_ROWS, add_label=_l("Another row"),
        row_label=_l("Row"),
    )  # fmt: skip

    def offer(
        self, providers: Iterable[tuple[str, str]], contracts: Iterable[tuple[str, str]],
        lines: Iterable[tuple[str, str]],
    ) -> None:  # fmt: skip
        """Contractors, contracts and lines of the plan as (id, name)."""
        self.plan_line_id.choices = optional_choice(list(lines), _l("No line of the plan"))
        self.provider_id.choices = optional_choice(list(providers), _l("Not known yet"))
        self.contract_id.choices = optional_choice(list(contracts), _l("None yet"))

    def _entry(self) -> WorksEntry:
        rows: list[Any] = self.bill.filled
        return WorksEntry(
            kind=WorksKind(self.kind.data), title=self.title.data, description=self.description.data,
            provider_id=self.provider_id.data, contract_id=self.contract_id.data,
            planned_start=self.planned_start.data, planned_end=self.planned_end.data,
            plan_line_id=self.plan_line_id.data or None,
            bill=tuple(
                BillEntry(
                    id=row.id.data or None, what=row.what.data, unit=row.unit.data,
                    quantity=to_thousandths(row.quantity.data), unit_price=row.unit_price.data,
                )
                for row in rows
            ),
        )  # fmt: skip


class AddWorksForm(_WorksForm):
    """Works as planned."""

    def to_command(self, sight: Sight, site_id: str) -> AddWorks:
        """New works."""
        return AddWorks(token=self.token, dossier_id=sight.dossier_id, site_id=site_id, entry=self._entry())


class EditWorksForm(_WorksForm):
    """Works as they are to stand."""

    started_on = DateField(_l("Started on"), required=False)
    reason = LongTextField(_l("Why this is changed"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> EditWorks:
        """The works planned otherwise."""
        return EditWorks(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, entry=self._entry(),
            started_on=self.started_on.data, reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


def bill_data(rows: Iterable[WorksBillRow]) -> list[dict[str, Any]]:
    """The rows of a bill as the form shows them."""
    return [
        {"id": row.id, "what": row.what, "unit": row.unit, "quantity": to_quantity(row.planned_quantity),
         "unit_price": row.unit_price}
        for row in rows
    ]  # fmt: skip


class StartWorksForm(Form):
    """When works started."""

    started_on = DateField(_l("Started on"))
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> StartWorks:
        """The start."""
        return StartWorks(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id,
            started_on=self.started_on.data, version=self.version.data,
        )  # fmt: skip


class MeasuredRow(RowForm):
    """What was built of a row of the bill."""

    id = HiddenField()
    quantity = DecimalField(_l("Built"), min="0", max="1000000", places=3)
    amount = MoneyField(_l("Cost of it"), zero=True)

    @property
    def known(self) -> bool:
        """Every row counts."""
        return True


class MeasureWorksForm(Form):
    """What was really built."""

    rows = RowsField(MeasuredRow, _l("What was built"), min_entries=0, max_entries=MOST_ROWS)
    reason = LongTextField(_l("Why this is changed"), required=False, max=1000, rows=2)
    version = VersionField()

    def need_reason(self) -> None:
        """It stood there already."""
        self.reason.required = True

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> MeasureWorks:
        """What was built of each row."""
        rows: list[Any] = self.rows.filled
        entries = tuple(
            ActualEntry(id=row.id.data or "", quantity=to_thousandths(row.quantity.data), amount=row.amount.data)
            for row in rows
        )
        return MeasureWorks(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, entries=entries,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class LogProgressForm(Form):
    """How far works have come."""

    day = DateField(_l("Day"))
    percent = WholeNumberField(_l("Done, in per cent"), min=0, max=100)
    note = LongTextField(_l("Note"), required=False, max=2000, rows=3)
    reason = LongTextField(
        _l("Why it is less than before"), required=False, max=1000, rows=2, hint=_l("Only where it is less.")
    )
    photographs = FilesField(
        _l("Photographs of that day"), required=False, max_files=6, types=PICTURES,
        hint=_l("What the camera wrote into them is taken out."),
    )  # fmt: skip
    keeps_place = TickField(_l("Keep where they were taken"))

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> LogProgress:
        """The progress."""
        entry = ProgressEntry(
            day=self.day.data, percent=self.percent.data, note=self.note.data, reason=self.reason.data
        )
        return LogProgress(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, entry=entry,
            uploads=tuple(need_upload(file) for file in self.photographs.data), keeps_place=self.keeps_place.data,
        )  # fmt: skip


class _DefectForm(Form):
    found_on = DateField(_l("Found on"))
    what = LongTextField(_l("What is wrong"), max=2000, rows=3)
    severity = ChoiceField(
        _l("How bad it is"), choices=label_choices(DefectSeverity), radio=True,
        hint=_l("Works with a serious defect are not accepted."),
    )  # fmt: skip
    due_on = DateField(_l("To be mended by"))

    def _entry(self) -> DefectEntry:
        return DefectEntry(
            found_on=self.found_on.data, what=self.what.data, severity=DefectSeverity(self.severity.data),
            due_on=self.due_on.data,
        )  # fmt: skip


class LogDefectForm(_DefectForm):
    """What is wrong with works."""

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> LogDefect:
        """The defect."""
        return LogDefect(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, entry=self._entry()
        )


class CorrectDefectForm(_DefectForm):
    """A defect as it should have been entered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str, defect_id: str) -> CorrectDefect:
        """The corrected defect."""
        return CorrectDefect(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, defect_id=defect_id,
            entry=self._entry(), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class MendDefectForm(Form):
    """When a defect was mended, and how."""

    mended_on = DateField(_l("Mended on"))
    note = LongTextField(_l("How it was mended"), max=2000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str, defect_id: str) -> MendDefect:
        """The mending."""
        return MendDefect(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, defect_id=defect_id,
            mended_on=self.mended_on.data, note=self.note.data, version=self.version.data,
        )  # fmt: skip


class AcceptWorksForm(Form):
    """The acceptance with its act."""

    accepted_on = DateField(_l("Accepted on"))
    file = FileField(_l("Acceptance act"), hint=_l("Signed by contractor and owner."))
    warranty_months = WholeNumberField(
        _l("Warranty in months"), required=False, min=1, max=LONGEST_WARRANTY, hint=_l("Counted from the acceptance.")
    )
    warranty_until = DateField(_l("Or: warranty until"), required=False)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> AcceptWorks:
        """The acceptance."""
        entry = AcceptanceEntry(
            accepted_on=self.accepted_on.data, warranty_months=self.warranty_months.data,
            warranty_until=self.warranty_until.data,
        )  # fmt: skip
        return AcceptWorks(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id, entry=entry,
            upload=need_upload(self.file.data), version=self.version.data,
        )  # fmt: skip


class CancelWorksForm(Form):
    """Why works are not done."""

    reason = LongTextField(_l("Why they are not done"), max=1000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, works_id: str) -> CancelWorks:
        """Off the list."""
        return CancelWorks(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, works_id=works_id,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
