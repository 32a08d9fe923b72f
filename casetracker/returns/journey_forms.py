"""The forms of arrival, contact, needs and of a journey's correction. Both offices read what they hold."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.cases.states import PersonFacts
from casetracker.documents.forms import to_upload
from casetracker.dossiers.states import Sight
from casetracker.returns.commands import (
    CorrectContact,
    CorrectJourney,
    CorrectNeedsAssessment,
    LogArrival,
    LogContact,
    LogNeedsAssessment,
)  # fmt: skip
from casetracker.returns.states import Channel, Need
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    ManyChoiceField,
    TextField,
    VersionField,
)  # fmt: skip
from casetracker.web.labels import label_choices


def _choices(persons: Iterable[PersonFacts]) -> list[tuple[str, str]]:
    return [(person.id, person.name) for person in persons]


class LogArrivalForm(Form):
    """Who arrived, when and where."""

    persons = ManyChoiceField(_l("Who arrived"))
    arrived_on = DateField(_l("Arrived on"), hint=_l("The clocks of the grants start on this day."))
    place = TextField(_l("Place"), required=False, read_abroad=True)
    file = FileField(_l("Proof of arrival"), required=False, hint=_l("Both offices see it."))

    def offer(self, persons: Iterable[PersonFacts]) -> None:
        """The persons who can have arrived."""
        self.persons.choices = _choices(persons)

    def to_command(self, sight: Sight) -> LogArrival:
        """The arrival of all who were chosen."""
        return LogArrival(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_ids=tuple(self.persons.data),
            arrived_on=self.arrived_on.data,
            place=self.place.data,
            upload=to_upload(self.file.data),
        )


class CorrectJourneyForm(Form):
    """The journey as it should have been logged."""

    departed_on = DateField(_l("Departed on"), required=False)
    transit = TextField(_l("Transit"), required=False, read_abroad=True)
    arrived_on = DateField(_l("Arrived on"), required=False)
    place = TextField(_l("Place"), required=False, read_abroad=True)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, person_id: str) -> CorrectJourney:
        """The corrected journey."""
        return CorrectJourney(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            departed_on=self.departed_on.data,
            transit=self.transit.data,
            arrived_on=self.arrived_on.data,
            place=self.place.data,
            version=self.version.data,
            reason=self.reason.data,
        )


class LogContactForm(Form):
    """Contact of returned persons with the receiving office."""

    persons = ManyChoiceField(_l("Who was in contact"))
    contact_on = DateField(_l("Day"))
    channel = ChoiceField(_l("How"), choices=label_choices(Channel))
    note = LongTextField(_l("Note"), required=False, max=2000, read_abroad=True)

    def offer(self, persons: Iterable[PersonFacts]) -> None:
        """The persons who have returned."""
        self.persons.choices = _choices(persons)

    def to_command(self, sight: Sight) -> LogContact:
        """A new contact of each."""
        return LogContact(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_ids=tuple(self.persons.data),
            contact_on=self.contact_on.data,
            channel=Channel(self.channel.data),
            note=self.note.data,
        )


class CorrectContactForm(Form):
    """A contact as it should have been logged."""

    contact_on = DateField(_l("Day"))
    channel = ChoiceField(_l("How"), choices=label_choices(Channel))
    note = LongTextField(_l("Note"), required=False, max=2000, read_abroad=True)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, contact_id: str) -> CorrectContact:
        """The corrected contact."""
        return CorrectContact(
            token=self.token,
            dossier_id=sight.dossier_id,
            contact_id=contact_id,
            contact_on=self.contact_on.data,
            channel=Channel(self.channel.data),
            note=self.note.data,
            version=self.version.data,
            reason=self.reason.data,
        )


class LogNeedsAssessmentForm(Form):
    """What returned persons need."""

    persons = ManyChoiceField(_l("Whose needs"))
    assessed_on = DateField(_l("Day"))
    needs = ManyChoiceField(_l("Needs"), choices=label_choices(Need))
    summary = LongTextField(_l("Summary"), read_abroad=True)
    file = FileField(_l("Signed assessment"), required=False, hint=_l("Both offices see it."))

    def offer(self, persons: Iterable[PersonFacts]) -> None:
        """The persons who have returned."""
        self.persons.choices = _choices(persons)

    def to_command(self, sight: Sight) -> LogNeedsAssessment:
        """A new assessment of each."""
        return LogNeedsAssessment(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_ids=tuple(self.persons.data),
            assessed_on=self.assessed_on.data,
            needs=tuple(Need(value) for value in self.needs.data),
            summary=self.summary.data,
            upload=to_upload(self.file.data),
        )


class CorrectNeedsAssessmentForm(Form):
    """An assessment as it should have been logged."""

    assessed_on = DateField(_l("Day"))
    needs = ManyChoiceField(_l("Needs"), choices=label_choices(Need))
    summary = LongTextField(_l("Summary"), read_abroad=True)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, assessment_id: str) -> CorrectNeedsAssessment:
        """The corrected assessment."""
        return CorrectNeedsAssessment(
            token=self.token,
            dossier_id=sight.dossier_id,
            assessment_id=assessment_id,
            assessed_on=self.assessed_on.data,
            needs=tuple(Need(value) for value in self.needs.data),
            summary=self.summary.data,
            version=self.version.data,
            reason=self.reason.data,
        )
