"""Forms of checks: answering a finding, declaring an own number, looking again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.checks import commands
from casetracker.checks.states import Declared
from casetracker.dossiers.states import Sight
from casetracker.web.forms import ChoiceField, Form, HiddenField, LongTextField, TextField, VersionField
from casetracker.web.labels import label_choices


class AnswerFindingForm(Form):
    """Why what was found is no fault."""

    facts_hash = HiddenField()
    reason = LongTextField(
        _("Answer"), max=2000, rows=4,
        hint=_("What happened, and what shows it. An auditor reads this instead of asking."),
    )  # fmt: skip

    def to_command(self, sight: Sight, key: str) -> commands.AnswerFinding:
        """For this finding of this case."""
        return commands.AnswerFinding(
            token=self.token, dossier_id=sight.dossier_id, key=key, facts_hash=str(self.facts_hash.data),
            reason=str(self.reason.data),
        )  # fmt: skip


class DeclareNumberForm(Form):
    """An account or telephone of one's own."""

    kind = ChoiceField(_("What it is"), choices=label_choices(Declared))
    name = TextField(_("What you call it"), max=60, hint=_("To know it again, for example: salary account."))
    number = TextField(
        _("Number"), max=60,
        hint=_("It is not kept: only a print of it, which shows whether a provider has the same one."),
    )  # fmt: skip

    def to_command(self) -> commands.DeclareNumber:
        """For the person who is signed in."""
        return commands.DeclareNumber(
            token=self.token, kind=Declared(str(self.kind.data)), name=str(self.name.data),
            number=str(self.number.data),
        )  # fmt: skip


class WithdrawNumberForm(Form):
    """A button beside a declared number."""

    declaration_id = HiddenField()
    version = VersionField()

    def to_command(self) -> commands.WithdrawNumber:
        """Of the declaration that the page showed."""
        return commands.WithdrawNumber(
            token=self.token, declaration_id=str(self.declaration_id.data), version=int(self.version.data)
        )


class CheckAgainForm(Form):
    """One button."""
