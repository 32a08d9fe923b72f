"""The forms of an instalment's steps and of refunds."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
from casetracker.payments.commands import (
    DeliverInstalment,
    InvoiceInstalment,
    OrderInstalment,
    SkipInstalment,
    VerifyInstalment,
)
from casetracker.payments.payment_commands import PayInstalment
from casetracker.payments.reversal_commands import RequestReversal
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


class OrderForm(Form):
    """Ordered from the provider."""

    day = DateField(_l("Ordered on"))
    number = TextField(_l("Order number"), required=False, max=60)
    version = VersionField()

    def to_command(self, sight: Sight, instalment_id: str) -> OrderInstalment:
        """The order."""
        return OrderInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
            day=self.day.data,
            number=self.number.data,
        )


class DeliveryForm(Form):
    """Handed over, with the signed certificate."""

    day = DateField(_l("Handed over on"))
    signed_by_id = ChoiceField(_l("Certificate signed by"), hint=_l("The beneficiary; for a child the guardian."))
    certificate = FileField(_l("Handover certificate"))
    note = LongTextField(_l("Note"), required=False, max=1000, read_abroad=True)
    version = VersionField()

    def offer(self, persons: Iterable[tuple[str, str]]) -> None:
        """The persons of the case as (id, name)."""
        self.signed_by_id.choices = list(persons)

    def to_command(self, sight: Sight, instalment_id: str) -> DeliverInstalment:
        """The delivery."""
        return DeliverInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
            day=self.day.data,
            signed_by_id=self.signed_by_id.data,
            certificate=need_upload(self.certificate.data),
            note=self.note.data,
        )


class InvoiceForm(Form):
    """The invoice or receipt."""

    number = TextField(_l("Number of the invoice"), max=60)
    day = DateField(_l("Dated"))
    amount = MoneyField(_l("Amount"))
    paper = FileField(_l("The invoice"))
    version = VersionField()

    def to_command(self, sight: Sight, instalment_id: str) -> InvoiceInstalment:
        """The invoice."""
        return InvoiceInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
            day=self.day.data,
            number=self.number.data,
            amount=self.amount.data,
            paper=need_upload(self.paper.data),
        )


class PaymentForm(Form):
    """Paid, with its proof."""

    day = DateField(_l("Paid on"), hint=_l("The stored rate of this day counts."))
    amount = MoneyField(_l("Amount paid"))
    proof = FileField(_l("Proof of payment"))
    version = VersionField()

    def to_command(self, sight: Sight, instalment_id: str) -> PayInstalment:
        """The payment."""
        return PayInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
            day=self.day.data,
            amount=self.amount.data,
            proof=need_upload(self.proof.data),
        )


class VerifyForm(Form):
    """Looked at."""

    day = DateField(_l("Looked at on"))
    note = LongTextField(_l("What was seen"), required=False, max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, instalment_id: str) -> VerifyInstalment:
        """The check."""
        return VerifyInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
            day=self.day.data,
            note=self.note.data,
        )


class SkipForm(Form):
    """Not needed any more."""

    reason = LongTextField(_l("Reason"), max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, instalment_id: str) -> SkipInstalment:
        """The skipping."""
        return SkipInstalment(
            token=self.token,
            dossier_id=sight.dossier_id,
            instalment_id=instalment_id,
            version=self.version.data,
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
