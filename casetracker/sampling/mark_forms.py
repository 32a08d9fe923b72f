"""Forms of examining: tick marks, the result of a visit, a button that takes a file away."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.core.money import Money
from casetracker.sampling.mark_commands import EnterVisit, ExamineItem
from casetracker.sampling.mark_states import FoundThere, Tick
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    Form,
    LongTextField,
    MoneyField,
    TickField,
    VersionField,
)
from casetracker.web.labels import label_choices


class ExamineItemForm(Form):
    """Three tick marks, how much is wrong, a note."""

    document_seen = ChoiceField(
        _l("Document seen"), choices=label_choices(Tick), radio=True,
        hint=_l("The paper that proves it, opened and read: certificate, invoice, proof of payment."),
    )  # fmt: skip
    agrees = ChoiceField(
        _l("Agrees"), choices=label_choices(Tick), radio=True,
        hint=_l("Amount, day, payee and purpose are the same in the record and on the paper."),
    )  # fmt: skip
    is_exception = TickField(_l("Exception: something is wrong"))
    wrong_amount = MoneyField(
        _l("How much of it is wrong"), required=False, zero=True,
        hint=_l("Empty: the whole amount counts as wrong. 0: the amount is right."),
    )  # fmt: skip
    note = LongTextField(
        _l("Note"), required=False, max=4000, rows=3,
        hint=_l("Stands in your workpaper; no office reads it. It goes when the case is erased."),
    )  # fmt: skip
    version = VersionField()

    def offer(self, amount: Money | None) -> None:
        """What the item's amount allows; one without an amount has no wrong one."""
        if amount is None:
            del self.wrong_amount
        else:
            self.wrong_amount.currency = amount.currency

    def to_command(self, sample_id: str, number: int) -> ExamineItem:
        """Mark this item."""
        return ExamineItem(
            token=self.token, sample_id=sample_id, number=number, document_seen=Tick(str(self.document_seen.data)),
            agrees=Tick(str(self.agrees.data)), is_exception=bool(self.is_exception.data),
            wrong_amount=self.wrong_amount.data if "wrong_amount" in self else None, note=self.note.data,
            version=self.version.data,
        )  # fmt: skip


class EnterVisitForm(Form):
    """What a visit found, as the form on paper asks it."""

    visited_on = DateField(_l("Day of the visit"))
    found = ChoiceField(_l("What was handed over is"), choices=label_choices(FoundThere), radio=True)
    is_used = ChoiceField(_l("Used as planned"), choices=label_choices(Tick), radio=True)
    signature_agrees = ChoiceField(
        _l("The beneficiary's signature agrees with the certificate's"), choices=label_choices(Tick), radio=True
    )
    note = LongTextField(
        _l("Remarks"), required=False, max=4000, rows=3,
        hint=_l("Stands in your workpaper; no office reads it. It goes when the case is erased."),
    )  # fmt: skip
    version = VersionField()

    def to_command(self, sample_id: str, number: int) -> EnterVisit:
        """The result for this item."""
        return EnterVisit(
            token=self.token, sample_id=sample_id, number=number, visited_on=self.visited_on.data,
            found=FoundThere(str(self.found.data)), is_used=Tick(str(self.is_used.data)),
            signature_agrees=Tick(str(self.signature_agrees.data)), note=self.note.data, version=self.version.data,
        )  # fmt: skip
