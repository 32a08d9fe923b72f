"""Forms of a project's money: the donor's share, the partner's agreement and reports."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.partner_commands import (
    AcceptPartnerReport,
    CorrectPartnerAgreement,
    LogPartnerAgreement,
    LogPartnerReport,
    TrancheEntry,
)
from casetracker.community.share_commands import AskShare, DecideShare
from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    MoneyField,
    RowForm,
    RowsField,
    VersionField,
)

GRANT, REFUSE = "grant", "refuse"


class AskShareForm(Form):
    """What the donor gives of a budget line."""

    budget_line_id = ChoiceField(_l("Budget line"))
    amount = MoneyField(_l("The whole share"), hint=_l("All that may be spent of this line, not what is added."))
    signed_on = DateField(_l("Agreement signed on"))
    file = FileField(_l("Agreement with the donor"))

    def to_command(self, sight: Sight) -> AskShare:
        """What was filled in, in types."""
        return AskShare(
            token=self.token, dossier_id=sight.dossier_id, budget_line_id=self.budget_line_id.data,
            amount=self.amount.data, signed_on=self.signed_on.data, upload=need_upload(self.file.data),
        )  # fmt: skip


class DecideShareForm(Form):
    """Award a share or refuse it."""

    decision = ChoiceField(
        _l("Decision"), radio=True, choices=[(GRANT, _l("Award the share")), (REFUSE, _l("Refuse it"))]
    )
    reason = LongTextField(_l("Reason"), required=False, hint=_l("Needed to refuse."), max=1000)
    version = VersionField()

    def to_command(self, sight: Sight, request_id: str) -> DecideShare:
        """The decision."""
        return DecideShare(
            token=self.token, dossier_id=sight.dossier_id, request_id=request_id,
            is_granted=self.decision.data == GRANT, reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class TrancheRow(RowForm):
    """A tranche of the agreement."""

    amount = MoneyField(_l("Amount"), required=False)
    planned_on = DateField(_l("Planned on"), required=False)
    report_due_on = DateField(_l("Report due by"), required=False)


class _AgreementForm(Form):
    starts_on = DateField(_l("From"))
    ends_on = DateField(_l("Until"))
    amount = MoneyField(_l("Amount"))
    tranches = RowsField(TrancheRow, _l("Tranches"), min_entries=2, max_entries=20)

    def validate(self, extra_validators: Any = None) -> bool:
        """A tranche has an amount and both days."""
        good = bool(super().validate(extra_validators))
        for row in self.tranches.forms:
            values = [row[name].data for name in ("amount", "planned_on", "report_due_on")]
            if any(value is not None for value in values) and None in values and not any(f.errors for f in row):
                sentence = _l("Give the amount and both days, or leave the row empty.")
                row["amount"].errors = [*row["amount"].errors, sentence]
                good = False
        return good

    def _tranches(self) -> tuple[TrancheEntry, ...]:
        """The rows that were filled in."""
        return tuple(
            TrancheEntry(
                amount=row["amount"].data, planned_on=row["planned_on"].data, report_due_on=row["report_due_on"].data
            )
            for row in self.tranches.forms
            if row["amount"].data is not None
        )


class PartnerAgreementForm(_AgreementForm):
    """What was signed with the partner that carries the project out."""

    provider_id = ChoiceField(_l("Partner"), hint=_l("Enter the partner under Providers first."))
    file = FileField(_l("Signed agreement"))

    def to_command(self, sight: Sight) -> LogPartnerAgreement:
        """What was filled in, in types."""
        return LogPartnerAgreement(
            token=self.token, dossier_id=sight.dossier_id, provider_id=self.provider_id.data,
            starts_on=self.starts_on.data, ends_on=self.ends_on.data, amount=self.amount.data,
            tranches=self._tranches(), upload=need_upload(self.file.data),
        )  # fmt: skip


class CorrectAgreementForm(_AgreementForm):
    """The agreement as it should have been entered, or as it was amended."""

    file = FileField(_l("Amendment"), required=False, hint=_l("Leave empty to keep the file."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, agreement_id: str) -> CorrectPartnerAgreement:
        """What was filled in, in types."""
        return CorrectPartnerAgreement(
            token=self.token, dossier_id=sight.dossier_id, agreement_id=agreement_id, starts_on=self.starts_on.data,
            ends_on=self.ends_on.data, amount=self.amount.data, tranches=self._tranches(),
            upload=to_upload(self.file.data), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class PartnerReportForm(Form):
    """The report on a tranche."""

    reported_on = DateField(_l("Received on"))
    file = FileField(_l("The report"))
    note = LongTextField(_l("Note"), required=False, max=1000)
    version = VersionField()

    def to_command(self, sight: Sight, tranche_id: str) -> LogPartnerReport:
        """The report."""
        return LogPartnerReport(
            token=self.token, dossier_id=sight.dossier_id, tranche_id=tranche_id, reported_on=self.reported_on.data,
            note=self.note.data, upload=need_upload(self.file.data), version=self.version.data,
        )  # fmt: skip


class AcceptReportForm(Form):
    """The button that accepts a report."""

    version = VersionField()

    def to_command(self, sight: Sight, tranche_id: str) -> AcceptPartnerReport:
        """Accept it."""
        return AcceptPartnerReport(
            token=self.token, dossier_id=sight.dossier_id, tranche_id=tranche_id, version=self.version.data
        )
