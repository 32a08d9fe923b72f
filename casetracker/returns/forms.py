"""The forms of the way home up to the travel papers; journey, contact and needs are in journey_forms.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from casetracker.cases.states import PersonFacts
from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.programmes.states import ReturnType
from casetracker.returns.commands import (
    AdultStatement,
    CorrectApplication,
    CorrectCounselling,
    LogApplication,
    LogCounselling,
    LogExpulsionOrder,
    LogTravel,
)  # fmt: skip
from casetracker.returns.states import Channel, Topic, TravelDocument, TravelFacts
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    HiddenField,
    LongTextField,
    ManyChoiceField,
    RowForm,
    RowsField,
    TextField,
    TickField,
    VersionField,
    YesNoField,
    language_choices,
)  # fmt: skip
from casetracker.web.labels import label_choices

REASON_HINT = _l("It stands in the history beside the earlier value.")
ORDER = _l("An expulsion order is in force")
YES_NO_OR_NOT_KNOWN = [("yes", _l("Yes")), ("no", _l("No")), ("", _l("Not known"))]
ORDER_HINT = _l("Only the sending office reads it; it is never shared.")
ORDERS_HINT = _l("Is an expulsion order in force? Only the sending office reads the answers; they are never shared.")


class StatementRow(RowForm):
    """One adult of the session; the row counts only when the adult took part."""

    person_id = HiddenField()
    took_part = TickField(_l("Took part"))
    free_choice = YesNoField(_l("Returning is this person's own free choice"), required=False)
    is_informed = YesNoField(_l("The person was informed, and understood"), required=False)

    def validate_took_part(self, field: TickField) -> None:
        """An answer of somebody who did not take part would be lost without a word."""
        if not field.data and (self.free_choice.typed or self.is_informed.typed):
            raise ValidationError(_("Tick this if the person took part; otherwise leave the answers empty."))

    def to_statement(self, forced: bool) -> AdultStatement:
        """What the adult stated; nobody is asked for a free choice in a forced return."""
        return AdultStatement(
            person_id=self.person_id.data or "",
            free_choice=None if forced else self.free_choice.data,
            is_informed=self.is_informed.data,
        )


class LogCounsellingForm(Form):
    """A counselling session, or for a forced return the information session."""

    held_on = DateField(_l("Day"))
    channel = ChoiceField(_l("How"), choices=label_choices(Channel))
    language = ChoiceField(_l("Language"))
    has_interpreter = TickField(_l("With an interpreter"))
    topics = ManyChoiceField(_l("Topics"), choices=label_choices(Topic))
    note = LongTextField(_l("Note"), required=False, hint=_l("Only the sending office reads it; it is never shared."))
    statements = RowsField(StatementRow, _l("Who took part, and what each stated"), min_entries=0)

    def offer(self, adults: Sequence[PersonFacts]) -> None:
        """The adults of the case, one row each, and the languages."""
        self.language.choices = language_choices()
        self.adults: Mapping[str, PersonFacts] = {person.id: person for person in adults}
        there = {row.person_id.shown for row in self.rows}
        for person in adults:
            if person.id not in there:
                self.statements.append_entry({"person_id": person.id})
                row = self.rows[-1]
                row.person_id.raw_data = [person.id]  # so that judging the form does not forget whose row it is

    @property
    def rows(self) -> list[StatementRow]:
        """The adults' rows."""
        return [row for row in self.statements.forms if isinstance(row, StatementRow)]

    def name_of(self, row: StatementRow) -> str:
        """The adult's name; nothing for a row that is nobody's."""
        person = self.adults.get(row.person_id.shown)
        return person.name if person else ""

    def is_forced(self, row: StatementRow) -> bool:
        """Whether the adult's return is a forced one."""
        person = self.adults.get(row.person_id.shown)
        return person is not None and person.return_type == ReturnType.FORCED

    def stated(self) -> tuple[AdultStatement, ...]:
        """The statements of those who took part."""
        return tuple(row.to_statement(self.is_forced(row)) for row in self.rows if row.took_part.data)

    def to_command(self, sight: Sight) -> LogCounselling:
        """A new session."""
        return LogCounselling(
            token=self.token,
            dossier_id=sight.dossier_id,
            held_on=self.held_on.data,
            channel=Channel(self.channel.data),
            language=self.language.data,
            has_interpreter=self.has_interpreter.data,
            topics=tuple(Topic(value) for value in self.topics.data),
            note=self.note.data,
            statements=self.stated(),
        )


class CorrectCounsellingForm(LogCounsellingForm):
    """The same, with the reason why it is corrected."""

    version = VersionField()
    reason = LongTextField(_l("Why this is corrected"), hint=REASON_HINT, max=1000, rows=2)

    def to_correction(self, sight: Sight, session_id: str) -> CorrectCounselling:
        """The corrected session."""
        return CorrectCounselling(
            **vars(super().to_command(sight)),
            session_id=session_id,
            version=self.version.data,
            reason=self.reason.data,
        )


class OrderRow(RowForm):
    """One person who can apply: whether an expulsion order is in force."""

    person_id = HiddenField()
    has_expulsion_order = YesNoField(ORDER, required=False, choices=YES_NO_OR_NOT_KNOWN)


class LogApplicationForm(Form):
    """A signed return application."""

    signed_on = DateField(_l("Signed on"), hint=_l("The ages on this day decide who counts as an adult."))
    persons = ManyChoiceField(_l("Who applies"), hint=_l("For a child the guardian signs."))
    file = FileField(_l("The signed application"))
    orders = RowsField(OrderRow, ORDER, min_entries=0, hint=ORDERS_HINT)

    def offer(self, persons: Iterable[PersonFacts]) -> None:
        """The persons who can apply, one row each."""
        self.persons.choices = [(person.id, person.name) for person in persons]
        there = {row.person_id.shown for row in self.rows}
        for person_id, _name in self.persons.choices:
            if person_id not in there:
                self.orders.append_entry({"person_id": person_id})
                self.rows[-1].person_id.raw_data = [person_id]  # so that judging does not forget whose row it is

    @property
    def rows(self) -> list[OrderRow]:
        """The persons' rows."""
        return [row for row in self.orders.forms if isinstance(row, OrderRow)]

    def name_of(self, row: OrderRow) -> str:
        """The person's name; nothing for a row that is nobody's."""
        return str(dict(self.persons.choices).get(row.person_id.shown, ""))

    def validate_orders(self, field: RowsField) -> None:
        """An answer about somebody who does not apply would be lost without a word."""
        chosen = set(self.persons.data or ())
        if any(row.has_expulsion_order.typed and row.person_id.shown not in chosen for row in self.rows):
            raise ValidationError(_("An answer is about somebody who is not chosen above: choose the person, too."))

    def to_command(self, sight: Sight) -> LogApplication:
        """A new application."""
        return LogApplication(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_ids=tuple(self.persons.data),
            signed_on=self.signed_on.data,
            upload=need_upload(self.file.data),
            expulsion_orders=tuple(
                (row.person_id.data or "", row.has_expulsion_order.data)
                for row in self.rows
                if row.has_expulsion_order.data is not None
            ),
        )


class CorrectApplicationForm(Form):
    """The right day or file of an application."""

    signed_on = DateField(_l("Signed on"))
    file = FileField(_l("The signed application"), required=False, hint=_l("Only if another file is the right one."))
    reason = LongTextField(_l("Why this is corrected"), hint=REASON_HINT, max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, application_id: str) -> CorrectApplication:
        """The corrected application."""
        return CorrectApplication(
            token=self.token,
            dossier_id=sight.dossier_id,
            application_id=application_id,
            signed_on=self.signed_on.data,
            upload=to_upload(self.file.data),
            version=self.version.data,
            reason=self.reason.data,
        )


class LogExpulsionOrderForm(Form):
    """Whether an expulsion order is in force against one person."""

    has_expulsion_order = YesNoField(ORDER, required=False, hint=ORDER_HINT, choices=YES_NO_OR_NOT_KNOWN)
    reason = LongTextField(
        _l("Why something entered before is changed"), required=False, max=1000, rows=2, hint=REASON_HINT
    )
    version = VersionField()

    def to_command(self, sight: Sight, person_id: str) -> LogExpulsionOrder:
        """What is known now."""
        return LogExpulsionOrder(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            has_expulsion_order=self.has_expulsion_order.data,
            version=self.version.data,
            reason=self.reason.data,
        )


class LogTravelForm(Form):
    """A person's travel papers, entered bit by bit."""

    travel_document = ChoiceField(_l("Travel document"), choices=label_choices(TravelDocument), required=False)
    document_number = TextField(_l("Number"), required=False, max=50)
    valid_until = DateField(_l("Valid until"), required=False)
    travel_document_upload = FileField(_l("Copy of the travel document"), required=False)
    is_fit = YesNoField(_l("Fit to travel"), required=False)
    fit_checked_on = DateField(_l("Checked on"), required=False)
    fit_upload = FileField(_l("Medical certificate"), required=False)
    travels_on = DateField(_l("Travels on"), required=False)
    route = TextField(_l("Route"), required=False, hint=_l("For example Tallinn – Warsaw – Lviv."))
    carrier = TextField(_l("Carrier"), required=False)
    booking_upload = FileField(_l("Booking"), required=False)
    reason = LongTextField(
        _l("Why something entered before is changed"), required=False, max=1000, rows=2, hint=REASON_HINT
    )
    version = VersionField()

    def to_command(self, sight: Sight, person_id: str) -> LogTravel:
        """All of it as it should stand now."""
        document = self.travel_document.data
        travel = TravelFacts(
            travel_document=TravelDocument(document) if document else None,
            document_number=self.document_number.data,
            valid_until=self.valid_until.data,
            is_fit=self.is_fit.data,
            fit_checked_on=self.fit_checked_on.data,
            travels_on=self.travels_on.data,
            route=self.route.data,
            carrier=self.carrier.data,
        )
        return LogTravel(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            version=self.version.data,
            travel=travel,
            travel_document_upload=to_upload(self.travel_document_upload.data),
            fit_upload=to_upload(self.fit_upload.data),
            booking_upload=to_upload(self.booking_upload.data),
            reason=self.reason.data,
        )
