"""Forms of audit findings: raising one, answering it, sending the answer back, closing it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part
from casetracker.sampling import finding_commands as commands
from casetracker.sampling.finding_states import AskedOffice
from casetracker.sampling.models import AuditFinding
from casetracker.web.forms import ChoiceField, DateField, Form, LongTextField, MoneyField, TextField, VersionField


class RaiseAuditFindingForm(Form):
    """What an auditor holds against a case, and who answers; the view sets whom this auditor may ask."""

    asked = ChoiceField(_l("Who answers"), radio=True)
    title = TextField(
        _l("In a few words"), max=120, hint=_l("What the office reads first, for example: no proof of payment.")
    )
    text = LongTextField(
        _l("What you found"), max=4000, rows=8,
        hint=_l("What you looked at, what you expected, and what the office is to show or put right."),
    )  # fmt: skip
    questioned_amount = MoneyField(
        _l("Questioned amount"), required=False, hint=_l("Cost that may not be eligible, in the programme's currency.")
    )
    due_on = DateField(_l("Answer until"))

    def say_who_reads(self, asked: list[AskedOffice]) -> None:
        """Beside the texts: whether they are read abroad, for certain or only if the receiving office is asked."""
        if AskedOffice.SENDING not in asked:
            self.title.read_abroad = self.text.read_abroad = True
        elif AskedOffice.RECEIVING in asked:
            self.asked.description = _l(
                "If the receiving office answers, it reads everything here: then write nothing that only the sending "
                "side knows."
            )

    def to_command(self, sight: Sight, item_id: str | None) -> commands.RaiseAuditFinding:
        """On this case, about the item if one is named."""
        return commands.RaiseAuditFinding(
            token=self.token, dossier_id=sight.dossier_id, item_id=item_id, asked=AskedOffice(str(self.asked.data)),
            title=str(self.title.data), text=str(self.text.data), questioned_amount=self.questioned_amount.data,
            due_on=self.due_on.data,
        )  # fmt: skip


class FindingForm(Form):
    """A word on a finding; shared ones are read by both offices."""

    version = VersionField()
    reason: LongTextField

    def say_who_reads(self, finding: AuditFinding, sight: Sight) -> None:
        """Beside the text, for who is not of the receiving office."""
        self.reason.read_abroad = finding.part == Part.SHARED and sight.relation != Relation.RECEIVING


class AnswerAuditFindingForm(FindingForm):
    """The answer of the office."""

    reason = LongTextField(
        _l("Answer of your office"), max=4000, rows=6,
        hint=_l("What happened, what shows it, and what was put right. Add documents on the case and name them here."),
    )  # fmt: skip

    def to_command(self, sight: Sight, finding_id: str) -> commands.AnswerAuditFinding:
        """To the finding as it was read."""
        return commands.AnswerAuditFinding(
            token=self.token, dossier_id=sight.dossier_id, finding_id=finding_id, version=int(self.version.data),
            reason=str(self.reason.data),
        )  # fmt: skip


class SendBackAuditFindingForm(FindingForm):
    """The answer is not enough."""

    reason = LongTextField(_l("What is missing"), max=4000, rows=4, id="back-reason")
    due_on = DateField(_l("Answer until"))

    def to_command(self, sight: Sight, finding_id: str) -> commands.SendBackAuditFinding:
        """The finding as it was read."""
        return commands.SendBackAuditFinding(
            token=self.token, dossier_id=sight.dossier_id, finding_id=finding_id, version=int(self.version.data),
            reason=str(self.reason.data), due_on=self.due_on.data,
        )  # fmt: skip


class CloseAuditFindingForm(FindingForm):
    """The auditor is done with it."""

    reason = LongTextField(
        _l("What you conclude"), max=4000, rows=4, id="close-reason",
        hint=_l("Whether it was put right, and what you saw of that."),
    )  # fmt: skip

    def to_command(self, sight: Sight, finding_id: str) -> commands.CloseAuditFinding:
        """The finding as it was read."""
        return commands.CloseAuditFinding(
            token=self.token, dossier_id=sight.dossier_id, finding_id=finding_id, version=int(self.version.data),
            reason=str(self.reason.data),
        )  # fmt: skip
