"""The form of a consent's correction, for whoever may log one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.cases import commands
from casetracker.documents.forms import to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import DateField, FileField, Form, LongTextField, VersionField


class CorrectConsentForm(Form):
    """The right day or file of a consent; who agreed to what stays."""

    given_on = DateField(_l("Day of the signature"))
    file = FileField(_l("Signed consent"), required=False, hint=_l("Only if another file is the right one."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, consent_id: str) -> commands.CorrectConsent:
        """The corrected consent."""
        return commands.CorrectConsent(
            token=self.token,
            dossier_id=sight.dossier_id,
            consent_id=consent_id,
            given_on=self.given_on.data,
            upload=to_upload(self.file.data),
            reason=self.reason.data,
            version=self.version.data,
        )
