"""The form of how a person is reached, for either office."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.cases import commands
from casetracker.cases.states import ContactEntry
from casetracker.dossiers.states import Sight
from casetracker.web.forms import EmailField, Form, LongTextField, TextField, VersionField


class ChangeContactForm(Form):
    """Telephone, e-mail, address after the return."""

    phone = TextField(_l("Telephone"), required=False, max=50, attributes={"type": "tel"}, read_abroad=True)
    email = EmailField(_l("E-mail"), required=False)
    return_address = LongTextField(_l("Address after the return"), required=False, max=500, rows=2, read_abroad=True)
    reason = TextField(
        _l("Why this is changed"), required=False, max=500, read_abroad=True,
        hint=_l("Needed where something that was entered before is replaced."),
    )  # fmt: skip
    version = VersionField()

    def to_command(self, sight: Sight, person_id: str) -> commands.ChangeContact:
        """The contact data as they should stand."""
        return commands.ChangeContact(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            entry=ContactEntry(
                phone=self.phone.data or None,
                email=self.email.data or None,
                return_address=self.return_address.data or None,
            ),
            reason=self.reason.data,
            version=self.version.data,
        )
