"""Forms of equipment and its checks."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.community.equipment_commands import (
    AddEquipment,
    CancelEquipment,
    ChangeCustody,
    CorrectReceipt,
    EditEquipment,
    ReceiveEquipment,
)
from casetracker.community.equipment_states import (
    CheckEntry,
    CustodyEntry,
    EquipmentCondition,
    EquipmentEntry,
    EquipmentKind,
    MissingSettlement,
)
from casetracker.community.inventory_commands import CheckInventory, CorrectCheck, SettleMissing
from casetracker.community.photo_forms import PICTURES
from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    FilesField,
    Form,
    LongTextField,
    ManyChoiceField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    optional_choice,
)
from casetracker.web.labels import label_choices

MOST_PIECES = 10_000


def to_lines(text: str | None) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _serials_field() -> LongTextField:
    return LongTextField(
        _l("Serial numbers"), required=False, max=20_000, rows=4,
        hint=_l("One on each line; at most one for each piece."),
    )  # fmt: skip


class _EquipmentForm(Form):
    kind = ChoiceField(_l("What kind it is"), choices=label_choices(EquipmentKind))
    title = TextField(_l("What it is"), hint=_l("As in: loudspeakers for the hall."), max=200)
    quantity = WholeNumberField(_l("How many"), min=1, max=MOST_PIECES)
    unit = TextField(_l("Unit"), hint=_l("As in: pieces, sets."), max=30)
    provider_id = ChoiceField(_l("Supplier"), required=False, hint=_l("May stay open until the tender is over."))
    plan_line_id = ChoiceField(
        _l("Paid from"), required=False, hint=_l("A line of the approved plan that is for this site.")
    )
    serials = _serials_field()

    def offer(self, providers: Iterable[tuple[str, str]], lines: Iterable[tuple[str, str]]) -> None:
        """Suppliers and lines of the plan as (id, name)."""
        self.plan_line_id.choices = optional_choice(list(lines), _l("No line of the plan"))
        self.provider_id.choices = optional_choice(list(providers), _l("Not known yet"))

    def _entry(self) -> EquipmentEntry:
        return EquipmentEntry(
            kind=EquipmentKind(self.kind.data), title=self.title.data, quantity=self.quantity.data,
            unit=self.unit.data, serials=to_lines(self.serials.data), provider_id=self.provider_id.data,
            plan_line_id=self.plan_line_id.data or None,
        )  # fmt: skip


class AddEquipmentForm(_EquipmentForm):
    """Equipment for a site."""

    def to_command(self, sight: Sight, site_id: str) -> AddEquipment:
        """New equipment."""
        return AddEquipment(token=self.token, dossier_id=sight.dossier_id, site_id=site_id, entry=self._entry())


class EditEquipmentForm(_EquipmentForm):
    """Equipment as it is to stand."""

    reason = LongTextField(_l("Why this is changed"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> EditEquipment:
        """The changed equipment."""
        return EditEquipment(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            entry=self._entry(), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class _CustodyForm(Form):
    custodian = TextField(_l("Who has it"), hint=_l("A function or an organisation, as in: head of the club."), max=200)
    contact_name = TextField(_l("Person to be reached there"), required=False, max=200)
    place = TextField(_l("Where it stands"), hint=_l("As in: the hall, room 4."), max=200)

    def _custody(self) -> CustodyEntry:
        return CustodyEntry(custodian=self.custodian.data, contact_name=self.contact_name.data, place=self.place.data)


class ReceiveEquipmentForm(_CustodyForm):
    """The receipt of equipment."""

    received_on = DateField(_l("Received on"))
    file = FileField(_l("Receipt"), hint=_l("Signed by supplier and custodian."))
    serials = _serials_field()
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> ReceiveEquipment:
        """The receipt."""
        return ReceiveEquipment(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            received_on=self.received_on.data, custody=self._custody(), serials=to_lines(self.serials.data),
            upload=need_upload(self.file.data), version=self.version.data,
        )  # fmt: skip


class CorrectReceiptForm(Form):
    """The receipt as it should have been entered."""

    received_on = DateField(_l("Received on"))
    file = FileField(
        _l("Receipt"), required=False, hint=_l("Only where the paper is another one; the earlier stays stored.")
    )
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> CorrectReceipt:
        """The corrected receipt."""
        return CorrectReceipt(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            received_on=self.received_on.data, upload=to_upload(self.file.data), reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip


class ChangeCustodyForm(_CustodyForm):
    """Who has the equipment now."""

    reason = LongTextField(_l("Why this is changed"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> ChangeCustody:
        """The change of custody."""
        return ChangeCustody(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            custody=self._custody(), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class CancelEquipmentForm(Form):
    """Why equipment is not bought."""

    reason = LongTextField(_l("Why it is not bought"), max=1000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> CancelEquipment:
        """Off the list."""
        return CancelEquipment(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class _CheckForm(Form):
    day = DateField(_l("Checked on"))
    found = WholeNumberField(_l("How many were found"), min=0, max=MOST_PIECES)
    missing = ManyChoiceField(_l("Serial numbers that were not there"), required=False)
    condition = ChoiceField(_l("In what condition"), choices=label_choices(EquipmentCondition), radio=True)
    note = LongTextField(_l("Note"), required=False, max=2000, rows=3)
    photographs = FilesField(
        _l("Photographs of that day"), required=False, max_files=6, types=PICTURES,
        hint=_l("What the camera wrote into them is taken out."),
    )  # fmt: skip
    keeps_place = TickField(_l("Keep where they were taken"))

    def offer(self, serials: Iterable[str]) -> None:
        """The equipment's serial numbers; without any, none is asked for."""
        numbers = list(serials)
        self.missing.choices = [(number, number) for number in numbers]
        if not numbers:
            del self.missing

    def _entry(self) -> CheckEntry:
        return CheckEntry(
            day=self.day.data, found=self.found.data, condition=EquipmentCondition(self.condition.data),
            missing=tuple(self.missing.data) if "missing" in self else (), note=self.note.data,
        )  # fmt: skip


class CheckInventoryForm(_CheckForm):
    """What a check found."""

    def to_command(self, sight: Sight, site_id: str, equipment_id: str) -> CheckInventory:
        """The check."""
        return CheckInventory(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            entry=self._entry(), uploads=tuple(need_upload(file) for file in self.photographs.data),
            keeps_place=self.keeps_place.data,
        )  # fmt: skip


class CorrectCheckForm(_CheckForm):
    """A check as it should have been entered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str, check_id: str) -> CorrectCheck:
        """The corrected check."""
        return CorrectCheck(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            check_id=check_id, entry=self._entry(), uploads=tuple(need_upload(file) for file in self.photographs.data),
            keeps_place=self.keeps_place.data, reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class SettleMissingForm(Form):
    """What became of pieces that were not found."""

    settlement = ChoiceField(_l("What became of it"), choices=label_choices(MissingSettlement), radio=True)
    reason = LongTextField(_l("Why"), max=1000, rows=3)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, equipment_id: str, check_id: str) -> SettleMissing:
        """Settled."""
        return SettleMissing(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, equipment_id=equipment_id,
            check_id=check_id, settlement=MissingSettlement(self.settlement.data), reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip
