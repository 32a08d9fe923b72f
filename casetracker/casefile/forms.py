"""Forms of the acts on a whole case and on a person's part in it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from casetracker.casefile import commands, person_commands
from casetracker.casefile.states import NoteSide
from casetracker.cases.states import Outcome, Stage
from casetracker.core.errors import NotFound
from casetracker.dossiers.commands import ClearPoint
from casetracker.dossiers.states import Sight
from casetracker.returns.states import EligibilityOutcome
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    Form,
    HiddenField,
    LongTextField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    optional_choice,
)
from casetracker.web.labels import label_choices


class WriteNoteForm(Form):
    """A note by hand."""

    text = LongTextField(_("Note"))
    side = ChoiceField(_("Who reads it"), choices=label_choices(NoteSide))
    day = DateField(_("Day it is about"))
    person_id = ChoiceField(_("Person"), choices=optional_choice([]), required=False)

    def to_command(self, sight: Sight) -> commands.WriteNote:
        """The note as the command wants it."""
        return commands.WriteNote(
            token=self.token,
            dossier_id=sight.dossier_id,
            side=NoteSide(str(self.side.data)),
            text=str(self.text.data),
            day=self.day.data,
            person_id=self.person_id.data or None,
        )


class MoveOnForm(Form):
    """One button; carries the stage that the page showed."""

    stage = HiddenField()

    def to_command(self, sight: Sight) -> commands.MoveOn:
        """From the stage that the reader saw; NotFound for a stage that does not exist."""
        shown = str(self.stage.data)
        if shown not in list(Stage):
            raise NotFound("stage")
        return commands.MoveOn(token=self.token, dossier_id=sight.dossier_id, stage=Stage(shown))


class ChooseProgrammeForm(Form):
    """The programme of the case."""

    programme_id = ChoiceField(_("Programme"))

    def to_command(self, sight: Sight) -> commands.ChooseProgramme:
        """The programme chosen."""
        return commands.ChooseProgramme(
            token=self.token, dossier_id=sight.dossier_id, programme_id=str(self.programme_id.data)
        )


class SuspendCaseForm(Form):
    """Why the case stands still."""

    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> commands.SuspendCase:
        """The suspension."""
        return commands.SuspendCase(token=self.token, dossier_id=sight.dossier_id, reason=str(self.reason.data))


class ResumeCaseForm(Form):
    """One button."""

    def to_command(self, sight: Sight) -> commands.ResumeCase:
        """The resumption."""
        return commands.ResumeCase(token=self.token, dossier_id=sight.dossier_id)


class CloseCaseForm(Form):
    """Outcome and reason."""

    outcome = ChoiceField(_("Outcome"), choices=label_choices(Outcome))
    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> commands.CloseCase:
        """The closing."""
        return commands.CloseCase(
            token=self.token,
            dossier_id=sight.dossier_id,
            outcome=Outcome(str(self.outcome.data)),
            reason=str(self.reason.data),
        )


class ReopenCaseForm(Form):
    """Why a closed case is opened again."""

    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> commands.ReopenCase:
        """The reopening."""
        return commands.ReopenCase(token=self.token, dossier_id=sight.dossier_id, reason=str(self.reason.data))


class AmountRow(RowForm):
    """What is awarded of a package whose rule names a maximum."""

    package_id = HiddenField()
    amount = MoneyField(_("Amount"), required=False)


class DecideEligibilityForm(Form):
    """A supervisor's decision on one person."""

    person_id = ChoiceField(_("Person"))
    outcome = ChoiceField(_("Decision"), choices=label_choices(EligibilityOutcome))
    reason = LongTextField(_("Reason"), hint=_("Read by the sending office only."))
    amounts = RowsField(
        AmountRow,
        _("Where the rule names a maximum"),
        min_entries=0,
        max_entries=50,
        hint=_("Left empty, the whole of the maximum is awarded."),
    )

    def offer(self, packages: Mapping[str, str], currency: str) -> None:
        """package id -> name, of the packages with a maximum; amounts are in the programme's currency."""
        if not self.amounts.forms:
            for package_id in packages:
                self.amounts.append_entry({"package_id": package_id})
        for row in self._rows():
            row.amount.currency = currency
            row.amount.label.text = packages.get(row.package_id.shown, "")

    def _rows(self) -> list[AmountRow]:
        return [row for row in self.amounts.forms if isinstance(row, AmountRow)]

    def to_command(self, sight: Sight) -> person_commands.DecideEligibility:
        """The decision."""
        return person_commands.DecideEligibility(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=str(self.person_id.data),
            outcome=EligibilityOutcome(str(self.outcome.data)),
            reason=str(self.reason.data),
            amounts=tuple(
                (str(row.package_id.data), row.amount.data) for row in self._rows() if row.amount.data is not None
            ),
        )


class DepartForm(Form):
    """Who left, and when."""

    person_id = ChoiceField(_("Person"))
    departed_on = DateField(_("Day of departure"))
    transit = TextField(_("By way of"), required=False, read_abroad=True)

    def to_command(self, sight: Sight) -> person_commands.Depart:
        """The departure."""
        return person_commands.Depart(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=str(self.person_id.data),
            departed_on=self.departed_on.data,
            transit=self.transit.data or None,
        )


class NotDepartForm(Form):
    """Who did not leave, since when that is certain, and why."""

    person_id = ChoiceField(_("Person"))
    day = DateField(_("Day"))
    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> person_commands.NotDepart:
        """The failed departure."""
        return person_commands.NotDepart(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=str(self.person_id.data),
            day=self.day.data,
            reason=str(self.reason.data),
        )


class LeaveForm(Form):
    """Why a person takes part no longer."""

    person_id = ChoiceField(_("Person"))
    way = ChoiceField(_("What happened"), choices=label_choices(person_commands.LeaveWay))
    day = DateField(_("Day"))
    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> person_commands.LeavePerson:
        """The end of a person's part."""
        return person_commands.LeavePerson(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=str(self.person_id.data),
            way=person_commands.LeaveWay(str(self.way.data)),
            day=self.day.data,
            reason=str(self.reason.data),
        )


class RejoinForm(Form):
    """Who takes part again, and why."""

    person_id = ChoiceField(_("Person"))
    reason = LongTextField(_("Reason"), read_abroad=True)

    def to_command(self, sight: Sight) -> person_commands.RejoinPerson:
        """The return into the case."""
        return person_commands.RejoinPerson(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=str(self.person_id.data),
            reason=str(self.reason.data),
        )


class WithdrawConsentForm(Form):
    """Which consent is taken back, and when."""

    consent_id = ChoiceField(_("Consent"))
    day = DateField(_("Day"))

    def to_command(self, sight: Sight) -> person_commands.WithdrawConsent:
        """The withdrawal."""
        return person_commands.WithdrawConsent(
            token=self.token,
            dossier_id=sight.dossier_id,
            consent_id=str(self.consent_id.data),
            day=self.day.data,
        )


class ClearPointForm(Form):
    """How a point was settled."""

    reason = LongTextField(_("How it was settled"))

    def to_command(self, sight: Sight, point_id: str) -> ClearPoint:
        """The clearing."""
        return ClearPoint(token=self.token, point_id=point_id, reason=str(self.reason.data))
