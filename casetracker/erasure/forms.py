"""Forms of an erasure: buttons that act on what the page showed, and why one is declined."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.dossiers.states import Sight
from casetracker.erasure import commands
from casetracker.web.forms import Form, HiddenField, LongTextField, VersionField


class AskErasureForm(Form):
    """One button."""

    def to_command(self, sight: Sight) -> commands.AskErasure:
        """For this case."""
        return commands.AskErasure(token=self.token, dossier_id=sight.dossier_id)


class ErasureForm(Form):
    """A button on the erasure that the page showed."""

    erasure_id = HiddenField()
    version = VersionField()

    def to_confirm(self, sight: Sight) -> commands.ConfirmErasure:
        """Erase."""
        return commands.ConfirmErasure(
            token=self.token, dossier_id=sight.dossier_id, erasure_id=str(self.erasure_id.data),
            version=int(self.version.data),
        )  # fmt: skip

    def to_withdraw(self, sight: Sight) -> commands.WithdrawErasure:
        """Take it back."""
        return commands.WithdrawErasure(
            token=self.token, dossier_id=sight.dossier_id, erasure_id=str(self.erasure_id.data),
            version=int(self.version.data),
        )  # fmt: skip


class DeclineErasureForm(Form):
    """Why the case is not erased."""

    erasure_id = HiddenField()
    version = VersionField()
    reason = LongTextField(_("Reason"), max=1000, rows=3, hint=_("The person who asked reads this."))

    def to_command(self, sight: Sight) -> commands.DeclineErasure:
        """Leave everything as it is."""
        return commands.DeclineErasure(
            token=self.token, dossier_id=sight.dossier_id, erasure_id=str(self.erasure_id.data),
            version=int(self.version.data), reason=str(self.reason.data),
        )  # fmt: skip
