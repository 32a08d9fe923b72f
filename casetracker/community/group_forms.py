"""Forms of a site's initiative group."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.cases.states import Sex
from casetracker.community.group_commands import AddMember, CorrectGathering, EndMembership, LogGathering
from casetracker.community.states import AgeBand, GatheringKind, GroupProfile, MemberEntry
from casetracker.documents.forms import to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
)
from casetracker.web.labels import label_choices


class AddMemberForm(Form):
    """Members of the group, alike in what the roster knows of them."""

    number = WholeNumberField(_l("How many"), hint=_l("Members who are alike can be entered at once."), min=1, max=100)
    profile = ChoiceField(_l("Whom they stand for"), choices=label_choices(GroupProfile), radio=True)
    sex = ChoiceField(_l("Sex"), choices=label_choices(Sex), radio=True)
    age_band = ChoiceField(_l("Age"), choices=label_choices(AgeBand), radio=True)
    joined_on = DateField(_l("Member since"))
    is_contact = TickField(_l("This is a contact person of the group"))
    contact_name = TextField(
        _l("Name"), required=False, max=200, hint=_l("Of a contact person only; of others no name is kept.")
    )
    contact_phone = TextField(_l("Phone"), required=False, max=40, hint=_l("Of a contact person only."))

    def to_command(self, sight: Sight, site_id: str) -> AddMember:
        """New members."""
        entry = MemberEntry(
            number=self.number.data, profile=GroupProfile(self.profile.data), sex=Sex(self.sex.data),
            age_band=AgeBand(self.age_band.data), joined_on=self.joined_on.data, is_contact=self.is_contact.data,
            contact_name=self.contact_name.data, contact_phone=self.contact_phone.data,
        )  # fmt: skip
        return AddMember(token=self.token, dossier_id=sight.dossier_id, site_id=site_id, entry=entry)


class EndMembershipForm(Form):
    """When a member left, and why."""

    left_on = DateField(_l("Last day in the group"))
    reason = LongTextField(_l("Why"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, member_id: str) -> EndMembership:
        """No longer a member."""
        return EndMembership(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, member_id=member_id,
            left_on=self.left_on.data, reason=self.reason.data, version=self.version.data,
        )  # fmt: skip


class _GatheringForm(Form):
    kind = ChoiceField(_l("What it was"), choices=label_choices(GatheringKind), radio=True)
    held_on = DateField(_l("Day"))
    topic = TextField(_l("Topic"), max=200)
    attended = WholeNumberField(_l("How many took part"), min=1, max=100_000)

    def _shared(self, sight: Sight, site_id: str) -> dict[str, Any]:
        return {
            "token": self.token,
            "dossier_id": sight.dossier_id,
            "site_id": site_id,
            "kind": GatheringKind(self.kind.data),
            "held_on": self.held_on.data,
            "topic": self.topic.data,
            "attended": self.attended.data,
        }


class LogGatheringForm(_GatheringForm):
    """A training session or a meeting."""

    file = FileField(_l("Minutes"), hint=_l("They can be added later."), required=False)

    def to_command(self, sight: Sight, site_id: str) -> LogGathering:
        """The gathering."""
        return LogGathering(**self._shared(sight, site_id), upload=to_upload(self.file.data))


class CorrectGatheringForm(_GatheringForm):
    """A gathering as it should have been logged."""

    file = FileField(_l("Minutes"), hint=_l("Without a file those stored before stay."), required=False)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str, gathering_id: str) -> CorrectGathering:
        """The corrected gathering."""
        return CorrectGathering(
            **self._shared(sight, site_id), gathering_id=gathering_id, upload=to_upload(self.file.data),
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
