"""Forms of the handover to the owner."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.community.handover_commands import CorrectHandover, HandOver
from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import DateField, FileField, Form, LongTextField, TextField, VersionField


class _HandoverForm(Form):
    handed_on = DateField(_l("Handed over on"))
    receiver = TextField(_l("Owner"), hint=_l("As the certificate names it."), max=200)
    receiver_function = TextField(_l("Function of who signed for the owner"), max=200)


class HandOverForm(_HandoverForm):
    """The handover to the owner."""

    file = FileField(_l("Handover certificate"), hint=_l("With the list of equipment."))
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> HandOver:
        """The handover."""
        return HandOver(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, handed_on=self.handed_on.data,
            receiver=self.receiver.data, receiver_function=self.receiver_function.data,
            upload=need_upload(self.file.data), version=self.version.data,
        )  # fmt: skip


class CorrectHandoverForm(_HandoverForm):
    """The handover as it should have been entered."""

    file = FileField(
        _l("Handover certificate"), required=False,
        hint=_l("Only where the paper is another one; the earlier stays stored."),
    )  # fmt: skip
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> CorrectHandover:
        """The corrected handover."""
        return CorrectHandover(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, handed_on=self.handed_on.data,
            receiver=self.receiver.data, receiver_function=self.receiver_function.data,
            upload=to_upload(self.file.data), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
