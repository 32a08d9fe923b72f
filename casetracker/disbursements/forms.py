"""The forms of requests: what is asked for, quotes, submitting, cancelling."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.disbursements.commands import (
    CancelDisbursement,
    DraftDisbursement,
    EditDisbursement,
    SubmitDisbursement,
)
from casetracker.disbursements.quote_commands import AddQuote, ChooseQuote, DropQuote
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import TERMS_OF_KIND, DisbursementKind, PaymentTerms
from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    HiddenField,
    LongTextField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    optional_choice,
)
from casetracker.web.labels import label_choices


class PartRow(RowForm):
    """How much of one plan line or grant."""

    key = HiddenField()
    amount = MoneyField(_l("Amount"), required=False)


class InstalmentRow(RowForm):
    """One instalment; the terms matter for money that goes to a provider."""

    amount = MoneyField(_l("Amount"))
    due_on = DateField(_l("Due on"), required=False)
    terms = ChoiceField(
        _l("Terms"),
        choices=label_choices(PaymentTerms, *TERMS_OF_KIND[DisbursementKind.PROVIDER]),
        required=False,
        hint=_l("What is kept back needs the day until which it is."),
    )


class DisbursementForm(Form):
    """A request: what for, to whom, from which lines or grants, in which instalments."""

    kind = ChoiceField(_l("How it is paid"), choices=label_choices(DisbursementKind), radio=True)
    purpose = TextField(_l("Purpose"), hint=_l("What is bought, in a few words."), max=200, read_abroad=True)
    provider_id = ChoiceField(_l("Provider"), required=False, hint=_l("Only for money that goes to a provider."))
    parts = RowsField(PartRow, _l("Paid from"), min_entries=0, max_entries=100)
    local_currency = ChoiceField(
        _l("Local currency"), required=False, hint=_l("Where the price is in another currency.")
    )
    local_amount = MoneyField(_l("Local amount"), required=False, currency_field="local_currency")
    instalments = RowsField(
        InstalmentRow,
        _l("Instalments"),
        min_entries=1,
        max_entries=36,
        add_label=_l("Add an instalment"),
        row_label=_l("Instalment"),
        hint=_l("Leave this empty where all is paid at once."),
    )

    def offer(self, providers: Iterable[tuple[str, str]], currencies: Iterable[str], currency: str) -> None:
        """Set what can be chosen: providers as (id, name), local currencies, the currency of the amounts."""
        self.provider_id.choices = optional_choice(providers)
        self.local_currency.choices = optional_choice([(code, code) for code in currencies])
        self.set_currency(currency)

    def to_command(self, sight: Sight) -> DraftDisbursement:
        """The request as typed."""
        kind = DisbursementKind(self.kind.data)
        return DraftDisbursement(
            token=self.token,
            dossier_id=sight.dossier_id,
            kind=kind,
            purpose=self.purpose.data,
            provider_id=self.provider_id.data,
            local_currency=self.local_currency.data,
            local_amount=self.local_amount.data,
            parts=tuple(
                (row.key.data or "", row.amount.data)  # type: ignore[attr-defined]  # fields of PartRow
                for row in self.parts.filled
                if row.amount.data  # type: ignore[attr-defined]  # as above
            ),
            instalments=tuple(_instalment(row, kind) for row in self.instalments.filled),
        )


def _instalment(row: RowForm, kind: DisbursementKind) -> InstalmentInput:
    fields = row.data
    allowed = TERMS_OF_KIND[kind]
    typed = PaymentTerms(fields["terms"]) if fields["terms"] else allowed[0]
    return InstalmentInput(
        amount=fields["amount"],
        due_on=fields["due_on"],
        terms=typed if typed in allowed else allowed[0],
    )


class EditDisbursementForm(DisbursementForm):
    """The same for a request that stands."""

    version = VersionField()

    def to_edit(self, sight: Sight, disbursement_id: str) -> EditDisbursement:
        """The request as typed, on the version that the form was opened on."""
        new = self.to_command(sight)
        return EditDisbursement(
            token=new.token,
            dossier_id=new.dossier_id,
            kind=new.kind,
            purpose=new.purpose,
            provider_id=new.provider_id,
            local_currency=new.local_currency,
            local_amount=new.local_amount,
            parts=new.parts,
            instalments=new.instalments,
            disbursement_id=disbursement_id,
            version=self.version.data,
        )


class SubmitForm(Form):
    """Submitting needs no more than the version that was seen."""

    version = VersionField()

    def to_command(self, sight: Sight, disbursement_id: str) -> SubmitDisbursement:
        """Ask for approval."""
        return SubmitDisbursement(
            token=self.token,
            dossier_id=sight.dossier_id,
            disbursement_id=disbursement_id,
            version=self.version.data,
        )


class CancelForm(Form):
    """Giving a request up."""

    reason = LongTextField(_l("Reason"), max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, disbursement_id: str) -> CancelDisbursement:
        """Cancel it."""
        return CancelDisbursement(
            token=self.token,
            dossier_id=sight.dossier_id,
            disbursement_id=disbursement_id,
            reason=self.reason.data,
            version=self.version.data,
        )


class QuoteForm(Form):
    """An offer received, of a known provider or of another one."""

    provider_id = ChoiceField(_l("Provider"), required=False)
    provider_name = TextField(_l("Or the name of another one"), required=False, max=200, read_abroad=True)
    amount = MoneyField(_l("Price"), currency_field="currency")
    currency = ChoiceField(_l("Currency"))
    paper = FileField(_l("The quote"))

    def offer(self, providers: Iterable[tuple[str, str]], currencies: Iterable[str]) -> None:
        """Set what can be chosen."""
        self.provider_id.choices = optional_choice(providers, _l("Another one"))
        self.currency.choices = [(code, code) for code in currencies]

    def to_command(self, sight: Sight, disbursement_id: str) -> AddQuote:
        """The quote with its paper."""
        return AddQuote(
            token=self.token,
            dossier_id=sight.dossier_id,
            disbursement_id=disbursement_id,
            provider_id=self.provider_id.data,
            provider_name=self.provider_name.data,
            amount=self.amount.data,
            currency=self.currency.data,
            upload=need_upload(self.paper.data),
        )


class ChooseQuoteForm(Form):
    """Which quote was chosen, and why."""

    quote_id = ChoiceField(_l("Chosen quote"), radio=True)
    choice_reason = LongTextField(
        _l("Why this one"), hint=_l("The cheapest, or why not the cheapest."), max=1000, read_abroad=True
    )

    def to_command(self, sight: Sight, disbursement_id: str) -> ChooseQuote:
        """Choose it."""
        return ChooseQuote(
            token=self.token,
            dossier_id=sight.dossier_id,
            disbursement_id=disbursement_id,
            quote_id=self.quote_id.data,
            reason=self.choice_reason.data,
        )


class DropQuoteForm(Form):
    """Taking a quote out needs nothing typed."""

    def to_command(self, sight: Sight, disbursement_id: str, quote_id: str) -> DropQuote:
        """Take it out."""
        return DropQuote(
            token=self.token,
            dossier_id=sight.dossier_id,
            disbursement_id=disbursement_id,
            quote_id=quote_id,
        )
