"""The forms of the asylum part."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.asylum import commands
from casetracker.asylum.states import DECISIONS, AsylumOutcome
from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    ManyChoiceField,
    TextField,
    VersionField,
)
from casetracker.web.labels import label_choices


class LogAsylumForm(Form):
    """An application for asylum."""

    authority = TextField(_l("Authority"), max=200)
    number = TextField(_l("Number of the application"), required=False, max=100)
    filed_on = DateField(_l("Filed on"))
    person_ids = ManyChoiceField(_l("Persons covered"))

    def to_command(self, sight: Sight) -> commands.LogAsylum:
        """The application."""
        return commands.LogAsylum(
            token=self.token,
            dossier_id=sight.dossier_id,
            authority=self.authority.data,
            number=self.number.data,
            filed_on=self.filed_on.data,
            person_ids=tuple(self.person_ids.data),
        )


class RecordNoAsylumForm(Form):
    """Nobody applied."""

    def to_command(self, sight: Sight) -> commands.RecordNoAsylum:
        """The entry."""
        return commands.RecordNoAsylum(token=self.token, dossier_id=sight.dossier_id)


class DecideOutcomeForm(Form):
    """The authority's decision."""

    outcome = ChoiceField(_l("Outcome"), choices=label_choices(AsylumOutcome, *DECISIONS), radio=True)
    decided_on = DateField(_l("Decided on"))
    version = VersionField()

    def to_command(self, sight: Sight, application_id: str) -> commands.DecideOutcome:
        """The decision."""
        return commands.DecideOutcome(
            token=self.token,
            dossier_id=sight.dossier_id,
            application_id=application_id,
            outcome=AsylumOutcome(self.outcome.data),
            decided_on=self.decided_on.data,
            version=self.version.data,
        )


class LogAppealForm(Form):
    """An appeal against a refusal."""

    appealed_on = DateField(_l("Appealed on"))
    version = VersionField()

    def to_command(self, sight: Sight, application_id: str) -> commands.LogAppeal:
        """The appeal."""
        return commands.LogAppeal(
            token=self.token,
            dossier_id=sight.dossier_id,
            application_id=application_id,
            appealed_on=self.appealed_on.data,
            version=self.version.data,
        )


class WithdrawClaimForm(Form):
    """The withdrawal on return, with its document."""

    withdrawn_on = DateField(_l("Withdrawn on"))
    upload = FileField(_l("Signed withdrawal"), hint=_l("It stays in the asylum part."))
    version = VersionField()

    def to_command(self, sight: Sight, application_id: str) -> commands.WithdrawClaim:
        """The withdrawal."""
        return commands.WithdrawClaim(
            token=self.token,
            dossier_id=sight.dossier_id,
            application_id=application_id,
            withdrawn_on=self.withdrawn_on.data,
            upload=need_upload(self.upload.data),
            version=self.version.data,
        )


class CorrectAsylumForm(LogAsylumForm):
    """An application, corrected with a reason."""

    reason = TextField(_l("Reason of the correction"), max=500)
    version = VersionField()

    def to_correction(self, sight: Sight, application_id: str) -> commands.CorrectAsylum:
        """The application as it should stand."""
        return commands.CorrectAsylum(
            token=self.token,
            dossier_id=sight.dossier_id,
            application_id=application_id,
            authority=self.authority.data,
            number=self.number.data,
            filed_on=self.filed_on.data,
            person_ids=tuple(self.person_ids.data),
            reason=self.reason.data,
            version=self.version.data,
        )
