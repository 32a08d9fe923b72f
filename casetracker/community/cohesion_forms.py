"""Forms of events: planned, held with who took part, cancelled, corrected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.benefit_forms import MOST_PEOPLE, CountForm
from casetracker.community.benefit_states import CohesionKind, EventEntry
from casetracker.community.cohesion_commands import (
    CancelCohesionEvent,
    CorrectCohesionEvent,
    HoldCohesionEvent,
    LogCohesionEvent,
    PlanCohesionEvent,
)
from casetracker.dossiers.states import Sight
from casetracker.web.forms import ChoiceField, DateField, Form, LongTextField, TextField, VersionField, WholeNumberField
from casetracker.web.labels import label_choices


def _kind() -> ChoiceField:
    return ChoiceField(_l("What it is"), choices=label_choices(CohesionKind))


def _topic() -> TextField:
    return TextField(_l("Topic"), max=200)


def _place() -> TextField:
    return TextField(_l("Where it takes place"), max=200, hint=_l("As in: the hall, or the park of the town."))


def _site() -> ChoiceField:
    return ChoiceField(_l("Site"), required=False)


def _note() -> LongTextField:
    return LongTextField(
        _l("Double counting"), required=False, max=1000, rows=2,
        hint=_l("Who of them took part in other events, too, as far as it is known."),
    )  # fmt: skip


def _entry(form: Any) -> EventEntry:
    return EventEntry(
        kind=CohesionKind(form.kind_of_event.data), topic=form.topic.data, place=form.place.data, day=form.day.data
    )


class PlanCohesionEventForm(Form):
    """What is to take place."""

    kind_of_event = _kind()
    topic = _topic()
    site_id = _site()
    place = _place()
    day = DateField(_l("Day"))
    expected = WholeNumberField(_l("People expected"), required=False, min=1, max=MOST_PEOPLE)

    def offer_sites(self, sites: Iterable[tuple[str, str]]) -> None:
        """The project's sites as (id, name)."""
        self.site_id.choices = [("", _l("At none of the sites")), *sites]

    def to_command(self, sight: Sight) -> PlanCohesionEvent:
        """A planned event."""
        return PlanCohesionEvent(
            token=self.token, dossier_id=sight.dossier_id, site_id=self.site_id.data or None, entry=_entry(self),
            expected=self.expected.data,
        )  # fmt: skip


class LogCohesionEventForm(CountForm):
    """What took place, and who took part."""

    kind_of_event = _kind()
    topic = _topic()
    site_id = _site()
    place = _place()
    day = DateField(_l("Day"))
    note = _note()

    def offer_sites(self, sites: Iterable[tuple[str, str]]) -> None:
        """The project's sites as (id, name)."""
        self.site_id.choices = [("", _l("At none of the sites")), *sites]

    def to_command(self, sight: Sight) -> LogCohesionEvent:
        """An event that was held."""
        return LogCohesionEvent(
            token=self.token, dossier_id=sight.dossier_id, site_id=self.site_id.data or None, entry=_entry(self),
            count=self.to_count(), note=self.note.data,
        )  # fmt: skip


class HoldCohesionEventForm(CountForm):
    """The day on which a planned event took place, and who took part."""

    day = DateField(_l("Day"))
    note = _note()
    version = VersionField()

    def to_command(self, sight: Sight, event_id: str) -> HoldCohesionEvent:
        """It was held."""
        return HoldCohesionEvent(
            token=self.token, dossier_id=sight.dossier_id, event_id=event_id, day=self.day.data, count=self.to_count(),
            note=self.note.data, version=self.version.data,
        )  # fmt: skip


class CancelCohesionEventForm(Form):
    """Why a planned event does not take place."""

    reason = LongTextField(_l("Why"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, event_id: str) -> CancelCohesionEvent:
        """It was cancelled."""
        return CancelCohesionEvent(
            token=self.token, dossier_id=sight.dossier_id, event_id=event_id, reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip


class CorrectCohesionEventForm(CountForm):
    """An event that was held as it should have been entered."""

    kind_of_event = _kind()
    topic = _topic()
    place = _place()
    day = DateField(_l("Day"))
    note = _note()
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, event_id: str) -> CorrectCohesionEvent:
        """The corrected event."""
        return CorrectCohesionEvent(
            token=self.token, dossier_id=sight.dossier_id, event_id=event_id, entry=_entry(self),
            count=self.to_count(), note=self.note.data, reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
