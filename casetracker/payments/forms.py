"""The forms of an instalment's steps and of refunds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.payments.commands import (
    DeliverInstalment,
    InvoiceInstalment,
    OrderInstalment,
    SkipInstalment,
    VerifyInstalment,
)
from casetracker.payments.correction_commands import CorrectDelivery, CorrectInvoice, CorrectOrder, CorrectVerification
from casetracker.payments.payment_commands import PayInstalment
from casetracker.payments.reversal_commands import RequestReversal
from casetracker.payments.states import DeliveryEntry, InvoiceEntry, OrderEntry, VerificationEntry
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    MoneyField,
    TextField,
    VersionField,
)


class StepForm(Form):
    """A form about one instalment; `version` is that of the instalment, or of the step that is corrected."""

    version = VersionField()

    def about(self, sight: Sight, instalment_id: str) -> dict[str, Any]:
        """What every command of an instalment says."""
        return {
            "token": self.token,
            "dossier_id": sight.dossier_id,
            "instalment_id": instalment_id,
            "version": self.version.data,
        }


class OrderForm(StepForm):
    """Ordered from the provider."""

    day = DateField(_l("Ordered on"))
    number = TextField(_l("Order number"), required=False, max=60)

    def to_command(self, sight: Sight, instalment_id: str) -> OrderInstalment:
        """The order."""
        return OrderInstalment(
            **self.about(sight, instalment_id),
            day=self.day.data,
            number=self.number.data,
        )


class DeliveryForm(StepForm):
    """Handed over, with the signed certificate."""

    day = DateField(_l("Handed over on"))
    signed_by_id = ChoiceField(_l("Certificate signed by"), hint=_l("The beneficiary; for a child the guardian."))
    signed_by = TextField(
        _l("Certificate signed by"),
        max=160,
        read_abroad=True,
        hint=_l("Name and function, e.g. the head of the school."),
    )
    certificate = FileField(_l("Handover certificate"))
    note = LongTextField(_l("Note"), required=False, max=1000, read_abroad=True)

    def offer(self, persons: Iterable[tuple[str, str]], *, for_place: bool) -> None:
        """Those who may have signed, as (id, name); of what is for a place who signed is written."""
        if for_place:
            del self.signed_by_id
        else:
            del self.signed_by
            self.signed_by_id.choices = list(persons)

    @property
    def signer(self) -> dict[str, Any]:
        """Who signed, as the commands take it."""
        return {
            "signed_by_id": self.signed_by_id.data if self.signed_by_id else None,
            "signed_by": self.signed_by.data if self.signed_by else None,
        }

    def to_command(self, sight: Sight, instalment_id: str) -> DeliverInstalment:
        """The delivery."""
        return DeliverInstalment(
            **self.about(sight, instalment_id),
            day=self.day.data,
            **self.signer,
            certificate=need_upload(self.certificate.data),
            note=self.note.data,
        )


class InvoiceForm(StepForm):
    """The invoice or receipt."""

    number = TextField(_l("Number of the invoice"), max=60)
    day = DateField(_l("Dated"))
    amount = MoneyField(_l("Amount"))
    paper = FileField(_l("The invoice"))

    def to_command(self, sight: Sight, instalment_id: str) -> InvoiceInstalment:
        """The invoice."""
        return InvoiceInstalment(
            **self.about(sight, instalment_id),
            day=self.day.data,
            number=self.number.data,
            amount=self.amount.data,
            paper=need_upload(self.paper.data),
        )


class CorrectOrderForm(OrderForm):
    """How it was really ordered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)

    def to_correction(self, sight: Sight, instalment_id: str) -> CorrectOrder:
        """The correction."""
        return CorrectOrder(
            **self.about(sight, instalment_id),
            entry=OrderEntry(day=self.day.data, number=self.number.data),
            reason=self.reason.data,
        )


class CorrectDeliveryForm(DeliveryForm):
    """How the delivery really was; the paper stays where none is chosen."""

    certificate = FileField(
        _l("Another handover certificate"), required=False, hint=_l("Leave empty to keep the file.")
    )
    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)

    def to_correction(self, sight: Sight, instalment_id: str) -> CorrectDelivery:
        """The correction."""
        return CorrectDelivery(
            **self.about(sight, instalment_id),
            entry=DeliveryEntry(day=self.day.data, note=self.note.data, **self.signer),
            certificate=to_upload(self.certificate.data),
            reason=self.reason.data,
        )


class CorrectInvoiceForm(InvoiceForm):
    """What the invoice really says; the file stays where none is chosen."""

    paper = FileField(_l("Another file of the invoice"), required=False, hint=_l("Leave empty to keep the file."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)

    def to_correction(self, sight: Sight, instalment_id: str) -> CorrectInvoice:
        """The correction."""
        return CorrectInvoice(
            **self.about(sight, instalment_id),
            entry=InvoiceEntry(number=self.number.data, day=self.day.data, amount=self.amount.data),
            paper=to_upload(self.paper.data),
            reason=self.reason.data,
        )


class PaymentForm(StepForm):
    """Paid, with its proof."""

    day = DateField(_l("Paid on"), hint=_l("The stored rate of this day counts."))
    amount = MoneyField(_l("Amount paid"))
    proof = FileField(_l("Proof of payment"))

    def to_command(self, sight: Sight, instalment_id: str) -> PayInstalment:
        """The payment."""
        return PayInstalment(
            **self.about(sight, instalment_id),
            day=self.day.data,
            amount=self.amount.data,
            proof=need_upload(self.proof.data),
        )


class VerifyForm(StepForm):
    """Looked at."""

    day = DateField(_l("Looked at on"))
    note = LongTextField(_l("What was seen"), required=False, max=1000, read_abroad=True)

    def to_command(self, sight: Sight, instalment_id: str) -> VerifyInstalment:
        """The check."""
        return VerifyInstalment(
            **self.about(sight, instalment_id),
            day=self.day.data,
            note=self.note.data,
        )


class CorrectVerificationForm(VerifyForm):
    """When somebody really looked, and what was seen."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)

    def to_correction(self, sight: Sight, instalment_id: str) -> CorrectVerification:
        """The correction."""
        return CorrectVerification(
            **self.about(sight, instalment_id),
            entry=VerificationEntry(day=self.day.data, note=self.note.data),
            reason=self.reason.data,
        )


class SkipForm(StepForm):
    """Not needed any more."""

    reason = LongTextField(_l("Reason"), max=1000, read_abroad=True)

    def to_command(self, sight: Sight, instalment_id: str) -> SkipInstalment:
        """The skipping."""
        return SkipInstalment(
            **self.about(sight, instalment_id),
            reason=self.reason.data,
        )


class ReversalForm(Form):
    """Money that came back."""

    amount = MoneyField(_l("Amount that came back"))
    day = DateField(_l("Came back on"))
    reason = LongTextField(_l("Reason"), max=1000, read_abroad=True)
    proof = FileField(_l("Proof of the refund"))

    def to_command(self, sight: Sight, payment_id: str) -> RequestReversal:
        """The request."""
        return RequestReversal(
            token=self.token,
            dossier_id=sight.dossier_id,
            payment_id=payment_id,
            amount=self.amount.data,
            day=self.day.data,
            reason=self.reason.data,
            proof=need_upload(self.proof.data),
        )
