"""The forms of cases: persons, consents, referral, requests, who works on a case and who reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from casetracker.cases import commands
from casetracker.cases.states import STATELESS, ConsentScope, PersonEntry, Sex, Vulnerability
from casetracker.core.errors import Message
from casetracker.documents.forms import need_upload
from casetracker.dossiers.commands import RestrictDossier
from casetracker.dossiers.states import Sight
from casetracker.programmes.states import ApplicantRole, ReturnType
from casetracker.web.formats import message
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    EmailField,
    FileField,
    Form,
    LongTextField,
    ManyChoiceField,
    RowForm,
    RowsField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    YesNoField,
    country_choices,
    language_choices,
    optional_choice,
)
from casetracker.web.labels import label_choices

MEMBER_ROLES = (ApplicantRole.SPOUSE, ApplicantRole.CHILD, ApplicantRole.OTHER_DEPENDANT)


def _nationalities() -> list[tuple[str, Any]]:
    return [*country_choices(), (STATELESS, _l("Stateless or not known"))]


class PersonFields:
    """What is asked about every person; birth date, estimate, or the tick that neither is known yet."""

    given_name = TextField(_l("Given name"), required=False, max=100, hint=_l("May stay empty if not known yet."))
    family_name = TextField(_l("Family name"), max=100)
    sex = ChoiceField(_l("Sex"), choices=label_choices(Sex))
    birth_date = DateField(_l("Birth date"), required=False)
    age_estimate = WholeNumberField(_l("or estimated age in years"), required=False, max=120)
    not_known = TickField(_l("Age not known yet (placeholder)"))
    nationality = ChoiceField(_l("Nationality"))
    return_type = ChoiceField(
        _l("Kind of return"), choices=label_choices(ReturnType), default=str(ReturnType.VOLUNTARY)
    )

    def validate_not_known(self, field: TickField) -> None:
        """Exactly one of the three ways to tell the age."""
        told = [name for name in ("birth_date", "age_estimate") if getattr(self, name).data is not None]
        if any(getattr(self, name).errors for name in ("birth_date", "age_estimate")):
            return
        if not told and not field.data:
            raise ValidationError(_("Give the birth date, an estimated age, or tick that it is not known yet."))
        if told and field.data:
            raise ValidationError(_("An age is given, so this must not be ticked."))


class ContactFields:
    """How a person is reached, and what to have regard to."""

    language = ChoiceField(_l("Language"), required=False)
    phone = TextField(_l("Telephone"), required=False, max=50, attributes={"type": "tel"})
    email = EmailField(_l("E-mail"), required=False)
    vulnerabilities = ManyChoiceField(
        _l("Vulnerabilities"), required=False, choices=label_choices(Vulnerability), read_abroad=True
    )
    needs = LongTextField(_l("Particular needs"), required=False, max=2000, rows=3, read_abroad=True)


def entry_of(form: Any, role: ApplicantRole) -> PersonEntry:
    """What a form with these fields says about a person."""
    has_contact = "language" in form
    return PersonEntry(
        given_name=form.given_name.data or "",
        family_name=form.family_name.data,
        role=role,
        return_type=ReturnType(form.return_type.data),
        sex=Sex(form.sex.data),
        birth_date=form.birth_date.data,
        age_estimate=form.age_estimate.data,
        nationality=form.nationality.data,
        language=form.language.data if has_contact else None,
        phone=form.phone.data if has_contact else None,
        email=form.email.data if has_contact else None,
        vulnerabilities=tuple(form.vulnerabilities.data) if "vulnerabilities" in form else (),
        needs=form.needs.data if has_contact else None,
    )


class MemberRow(PersonFields, RowForm):
    """One family member on the form of a new case."""

    role = ChoiceField(_l("Relationship to the principal applicant"), choices=label_choices(
        ApplicantRole, *MEMBER_ROLES
    ))  # fmt: skip
    vulnerabilities = ManyChoiceField(
        _l("Vulnerabilities"), required=False, choices=label_choices(Vulnerability), read_abroad=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nationality.choices = _nationalities()


class CreateCaseForm(PersonFields, ContactFields, Form):
    """A new case: the principal applicant, the family, where from and where to."""

    members = RowsField(
        MemberRow, _l("Family members"), min_entries=0, max_entries=30, row_label=_l("Family member"),
        add_label=_l("Add a family member"),
        hint=_l("The guardian of a child is the principal applicant at first."),
    )  # fmt: skip
    host_country = ChoiceField(_l("Host country"))
    return_country = ChoiceField(_l("Country of return"))
    return_place = TextField(_l("Place of return"), max=200, read_abroad=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nationality.choices = _nationalities()
        self.language.choices = language_choices()
        self.host_country.choices = self.return_country.choices = country_choices()

    def to_command(self, request_id: str | None) -> commands.CreateCase:
        """The case as it was entered."""
        return commands.CreateCase(
            token=self.token,
            principal=entry_of(self, ApplicantRole.PRINCIPAL),
            members=tuple(entry_of(row, ApplicantRole(row["role"].data)) for row in self.members.filled),
            host_country=self.host_country.data,
            return_country=self.return_country.data,
            return_place=self.return_place.data,
            request_id=request_id,
        )

    def refuse(self, sentence: Message | str, field: str | None = None) -> None:
        """A sentence about a member stands beside the row's field (`members-<number>-<field>`)."""
        name = field or (sentence.field if isinstance(sentence, Message) else None) or ""
        number, _dash, inner = name.removeprefix("members-").partition("-")
        if name.startswith("members-") and number.isdecimal() and int(number) < len(self.members.filled):
            row = self.members.filled[int(number)]
            if inner in row:
                row[inner].errors = [*row[inner].errors, message(sentence)]
                self.members.errors = [each.errors for each in self.members.forms]
                return
        super().refuse(sentence, field)


class PersonForm(PersonFields, ContactFields, Form):
    """One person: added later, corrected, or completed."""

    role = ChoiceField(_l("Relationship to the principal applicant"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nationality.choices = _nationalities()
        self.language.choices = language_choices()
        self.role.choices = label_choices(ApplicantRole, *MEMBER_ROLES)

    def to_command(self, sight: Sight) -> commands.AddPerson:
        """Another person for the case."""
        entry = entry_of(self, ApplicantRole(self.role.data))
        return commands.AddPerson(token=self.token, dossier_id=sight.dossier_id, entry=entry)


class EditPersonForm(PersonForm):
    """Facts of a person, corrected with a reason."""

    reason = TextField(
        _l("Reason of the correction"), required=False, max=500, read_abroad=True,
        hint=_l("Needed unless only what was not known yet is filled in."),
    )  # fmt: skip
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = label_choices(ApplicantRole)

    def to_edit_command(self, sight: Sight, person_id: str) -> commands.EditPerson:
        """The person as it should stand."""
        return commands.EditPerson(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            entry=entry_of(self, ApplicantRole(self.role.data)),
            reason=self.reason.data,
            version=self.version.data,
        )


class GuardianForm(Form):
    """Who consents for a child."""

    guardian_id = ChoiceField(_l("Guardian"), required=False)
    version = VersionField()

    def offer(self, adults: Iterable[tuple[str, str]]) -> None:
        """The adults of the case as (id, name)."""
        self.guardian_id.choices = optional_choice(adults, _l("Nobody of the case"))

    def to_command(self, sight: Sight, person_id: str) -> commands.ChooseGuardian:
        """The choice."""
        return commands.ChooseGuardian(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=person_id,
            guardian_id=self.guardian_id.data,
            version=self.version.data,
        )


class CorrectCaseForm(Form):
    """Where the case leads, corrected with a reason."""

    host_country = ChoiceField(_l("Host country"))
    return_country = ChoiceField(_l("Country of return"))
    return_place = TextField(_l("Place of return"), max=200, read_abroad=True)
    reason = TextField(_l("Reason of the correction"), max=500, read_abroad=True)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host_country.choices = self.return_country.choices = country_choices()

    def to_command(self, sight: Sight) -> commands.CorrectCase:
        """The case as it should stand."""
        return commands.CorrectCase(
            token=self.token,
            dossier_id=sight.dossier_id,
            host_country=self.host_country.data,
            return_country=self.return_country.data,
            return_place=self.return_place.data,
            reason=self.reason.data,
            version=self.version.data,
        )


class LogConsentForm(Form):
    """A consent with its signed file."""

    person_id = ChoiceField(_l("Person"), hint=_l("For a child, what the guardian signed."))
    scope = ChoiceField(_l("Agrees to"), choices=label_choices(ConsentScope))
    given_on = DateField(_l("Day of the signature"))
    file = FileField(_l("Signed consent"))

    def to_command(self, sight: Sight) -> commands.LogConsent:
        """The consent as it was signed."""
        return commands.LogConsent(
            token=self.token,
            dossier_id=sight.dossier_id,
            person_id=self.person_id.data,
            scope=ConsentScope(self.scope.data),
            given_on=self.given_on.data,
            upload=need_upload(self.file.data),
        )


class SendReferralForm(Form):
    """The referral's summary; ages are added by the program."""

    office_id = ChoiceField(_l("Receiving office"))
    needs = LongTextField(_l("Needs"), max=2000, read_abroad=True)
    place = TextField(_l("Place"), max=200, read_abroad=True)
    expected_on = DateField(_l("Expected arrival"), required=False)

    def to_command(self, sight: Sight) -> commands.SendReferral:
        """The referral."""
        return commands.SendReferral(
            token=self.token,
            dossier_id=sight.dossier_id,
            office_id=self.office_id.data,
            needs=self.needs.data,
            place=self.place.data,
            expected_on=self.expected_on.data,
        )


class ReasonForm(Form):
    """A reason that will stand where the other side reads it."""

    reason = LongTextField(_l("Reason"), max=1000, rows=3)

    def to_recall(self, sight: Sight, referral_id: str) -> commands.RecallReferral:
        """The recalling of a referral."""
        return commands.RecallReferral(
            token=self.token, dossier_id=sight.dossier_id, referral_id=referral_id, reason=self.reason.data
        )

    def to_return(self, referral_id: str) -> commands.ReturnReferral:
        """The returning of a referral."""
        return commands.ReturnReferral(token=self.token, referral_id=referral_id, reason=self.reason.data)

    def to_refuse(self, request_id: str) -> commands.RefuseRetroactive:
        """The refusing of a request."""
        return commands.RefuseRetroactive(token=self.token, request_id=request_id, reason=self.reason.data)

    def to_reconsider(self, request_id: str) -> commands.ReconsiderRetroactive:
        """The taking back of a refusal."""
        return commands.ReconsiderRetroactive(token=self.token, request_id=request_id, reason=self.reason.data)


class AcceptReferralForm(Form):
    """Who works on the case in the receiving office."""

    caseworker_id = ChoiceField(_l("Who works on it"))

    def to_command(self, referral_id: str) -> commands.AcceptReferral:
        """The acceptance."""
        return commands.AcceptReferral(token=self.token, referral_id=referral_id, caseworker_id=self.caseworker_id.data)


class AskRetroactiveForm(Form):
    """A request to open a case for somebody who is back already."""

    sending_office_id = ChoiceField(_l("Office that sends"))
    given_name = TextField(_l("Given name"), max=100)
    family_name = TextField(_l("Family name"), max=100)
    returned_on = DateField(_l("Day of the return"))
    circumstances = LongTextField(_l("Circumstances"), max=2000, hint=_l("The sending office reads this."))

    def to_command(self) -> commands.AskRetroactive:
        """The request."""
        return commands.AskRetroactive(
            token=self.token,
            sending_office_id=self.sending_office_id.data,
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            returned_on=self.returned_on.data,
            circumstances=self.circumstances.data,
        )


class AssignCaseworkerForm(Form):
    """Who works on the case on this side."""

    caseworker_id = ChoiceField(_l("Who works on it"))
    version = VersionField()

    def to_command(self, sight: Sight) -> commands.AssignCaseworker:
        """The assignment."""
        return commands.AssignCaseworker(
            token=self.token,
            dossier_id=sight.dossier_id,
            caseworker_id=self.caseworker_id.data,
            version=self.version.data,
        )


class HandOverCaseloadForm(Form):
    """A whole caseload from one colleague to another."""

    from_id = ChoiceField(_l("From"))
    to_id = ChoiceField(_l("To"))
    reason = TextField(_l("Reason"), max=500, read_abroad=True)

    def to_command(self) -> commands.HandOverCaseload:
        """The handover."""
        return commands.HandOverCaseload(
            token=self.token, from_id=self.from_id.data, to_id=self.to_id.data, reason=self.reason.data
        )


class RestrictDossierForm(Form):
    """Who may read the case."""

    is_restricted = YesNoField(_l("Only named people see the case"))
    reader_ids = ManyChoiceField(
        _l("Named people"), required=False, hint=_l("You stay among them. Choose people of both offices.")
    )
    reason = TextField(_l("Reason"), max=500, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight) -> RestrictDossier:
        """The restriction, or its end."""
        return RestrictDossier(
            token=self.token,
            dossier_id=sight.dossier_id,
            is_restricted=bool(self.is_restricted.data),
            reader_ids=tuple(self.reader_ids.data or ()),
            reason=self.reason.data,
            version=self.version.data,
        )
