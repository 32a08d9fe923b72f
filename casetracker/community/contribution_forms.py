"""Forms of co-contributions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.community.contribution_commands import (
    CorrectCoContribution,
    DeliverCoContribution,
    PledgeCoContribution,
)
from casetracker.community.states import ContributionForm, ContributionSource, PledgeEntry
from casetracker.documents.forms import need_upload
from casetracker.dossiers.states import Sight
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
from casetracker.web.labels import label_choices


class _PledgeForm(Form):
    source = ChoiceField(_l("Who gives"), choices=label_choices(ContributionSource))
    giver = TextField(_l("Name"), hint=_l("Of the council, company or group; of nobody in private."), max=200)
    form = ChoiceField(_l("How"), choices=label_choices(ContributionForm), radio=True)
    what = TextField(_l("What is given"), hint=_l("As in: windows of the hall, or work of ten days."), max=200)
    amount = MoneyField(_l("Worth"))
    pledged_on = DateField(_l("Pledged on"))

    def _entry(self) -> PledgeEntry:
        return PledgeEntry(
            source=ContributionSource(self.source.data), giver=self.giver.data,
            form=ContributionForm(self["form"].data), what=self.what.data, amount=self.amount.data,
            pledged_on=self.pledged_on.data,
        )  # fmt: skip


class PledgeCoContributionForm(_PledgeForm):
    """What somebody pledges."""

    def to_command(self, sight: Sight, site_id: str) -> PledgeCoContribution:
        """A new pledge."""
        return PledgeCoContribution(token=self.token, dossier_id=sight.dossier_id, site_id=site_id, entry=self._entry())


class CorrectCoContributionForm(_PledgeForm):
    """A pledge as it should have been entered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, contribution_id: str) -> CorrectCoContribution:
        """The corrected pledge."""
        return CorrectCoContribution(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, contribution_id=contribution_id,
            entry=self._entry(), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class DeliverCoContributionForm(Form):
    """What came of a pledge."""

    delivered_on = DateField(_l("Delivered on"))
    amount = MoneyField(_l("Worth"))
    file = FileField(_l("What proves it"), hint=_l("A receipt, a transfer, a signed list of work."))

    def to_command(self, sight: Sight, site_id: str, contribution_id: str) -> DeliverCoContribution:
        """What came."""
        return DeliverCoContribution(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, contribution_id=contribution_id,
            delivered_on=self.delivered_on.data, amount=self.amount.data, upload=need_upload(self.file.data),
        )  # fmt: skip
