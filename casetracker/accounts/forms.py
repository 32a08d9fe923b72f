"""Forms of signing in, the own account, users, offices, mandates and confirmations."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext

from casetracker.accounts.commands import (
    AcceptInvitation,
    ChangePassword,
    ChangeRole,
    EditOffice,
    EndClearance,
    EndSessions,
    GiveMandate,
    InviteUser,
    NameSubstitute,
    OpenOffice,
    RenameSelf,
    RevokeMandate,
    RevokeSubstitute,
    SendLink,
    SwitchOffice,
    SwitchUser,
)  # fmt: skip
from casetracker.accounts.confirmations import ConfirmChange, RefuseChange, WithdrawChange
from casetracker.accounts.states import ACCOUNT_ROLES, LONGEST_PASSWORD, SHORTEST_PASSWORD
from casetracker.core.permissions import Role
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    EmailField,
    Form,
    HiddenField,
    LongTextField,
    ManyChoiceField,
    PasswordField,
    TextField,
    TickField,
    VersionField,
    country_choices,
    optional_choice,
)  # fmt: skip
from casetracker.web.labels import label_choices

_PASSWORD_HINT = lazy_ngettext(
    "%(least)d to %(num)d character. A sentence of your own is good.",
    "%(least)d to %(num)d characters. A sentence of your own is good.",
    LONGEST_PASSWORD, least=SHORTEST_PASSWORD,
)  # fmt: skip


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(_("E-mail"), autocomplete="username")
    password = PasswordField(_("Password"), autocomplete="current-password")


class AskLinkForm(Form):
    """The address to which a link to set a new password goes."""

    email = EmailField(_("E-mail"), autocomplete="username")


class NewPasswordForm(Form):
    """A new password, typed twice; the base of the two forms that set one."""

    password = PasswordField(_("New password"), autocomplete="new-password", hint=_PASSWORD_HINT)
    repeated = PasswordField(_("The same password again"), autocomplete="new-password")

    def agrees(self) -> bool:
        """Whether both are the same; says so beside the second where they are not."""
        if self.password.data == self.repeated.data:
            return True
        self.refuse(str(_("The two passwords are not the same. Please type both again.")), "repeated")
        return False


class AcceptInvitationForm(NewPasswordForm):
    """The invited person's own password."""

    def to_command(self, secret: str) -> AcceptInvitation:
        return AcceptInvitation(token=self.token, secret=secret, password=str(self.password.data))


class ChangePasswordForm(NewPasswordForm):
    """The current password, and the new one twice."""

    current = PasswordField(_("Current password"), autocomplete="current-password")

    def to_command(self, session_id: str) -> ChangePassword:
        return ChangePassword(
            token=self.token,
            current=str(self.current.data),
            password=str(self.password.data),
            session_id=session_id,
        )


class RenameSelfForm(Form):
    """The own name."""

    version = VersionField()
    name = TextField(_("Name"), max=120, autocomplete="name")

    def to_command(self) -> RenameSelf:
        return RenameSelf(token=self.token, name=str(self.name.data), version=int(self.version.data))


class EndSessionForm(Form):
    """One own session, by its hash."""

    session = HiddenField(required=True)

    def to_command(self) -> EndSessions:
        return EndSessions(token=self.token, id_hashes=(str(self.session.data),))


class EndOtherSessionsForm(Form):
    """A button: every own session but this one."""

    def to_command(self, id_hashes: list[str]) -> EndSessions:
        return EndSessions(token=self.token, id_hashes=tuple(id_hashes))


class NameSubstituteForm(Form):
    """Another supervisor of the office, and the days."""

    substitute = ChoiceField(_("Substitute"))
    valid_from = DateField(_("First day"))
    valid_until = DateField(_("Last day"))

    def to_command(self) -> NameSubstitute:
        return NameSubstitute(
            token=self.token,
            substitute_id=str(self.substitute.data),
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
        )


class VersionedForm(Form):
    """A button that acts on one version of a thing; the view says which act."""

    version = VersionField()

    def switch_office(self, office_id: str) -> SwitchOffice:
        """Deactivate or reactivate an office."""
        return SwitchOffice(token=self.token, office_id=office_id, version=int(self.version.data))

    def switch_user(self, user_id: str) -> SwitchUser:
        """Deactivate or reactivate a person."""
        return SwitchUser(token=self.token, user_id=user_id, version=int(self.version.data))

    def revoke_mandate(self, mandate_id: str) -> RevokeMandate:
        """Take a mandate back."""
        return RevokeMandate(token=self.token, mandate_id=mandate_id, version=int(self.version.data))

    def end_clearance(self, user_id: str) -> EndClearance:
        """End the clearance for asylum data."""
        return EndClearance(token=self.token, user_id=user_id, version=int(self.version.data))

    def revoke_substitute(self, substitution_id: str) -> RevokeSubstitute:
        """End a substitution."""
        return RevokeSubstitute(token=self.token, substitution_id=substitution_id, version=int(self.version.data))

    def confirm_change(self, change_id: str) -> ConfirmChange:
        """Let a waiting change take effect."""
        return ConfirmChange(token=self.token, change_id=change_id, version=int(self.version.data))

    def withdraw_change(self, change_id: str) -> WithdrawChange:
        """Take back an own request."""
        return WithdrawChange(token=self.token, change_id=change_id, version=int(self.version.data))


class SendLinkForm(Form):
    """A button: a new one-time link for somebody."""

    def to_command(self, user_id: str) -> SendLink:
        return SendLink(token=self.token, user_id=user_id)


class RefuseChangeForm(Form):
    """Why a waiting change is refused."""

    version = VersionField()
    reason = LongTextField(_("Reason"), max=1000, rows=3, hint=_("The person who asked reads this."))

    def to_command(self, change_id: str) -> RefuseChange:
        return RefuseChange(
            token=self.token,
            change_id=change_id,
            version=int(self.version.data),
            reason=str(self.reason.data),
        )


class OfficeForm(Form):
    """What is known of an office."""

    name = TextField(_("Name"), max=80, hint=_("The town, as people say it."))
    zone = ChoiceField(_("Time zone"))
    is_sending = TickField(_("Sends: families apply for return here"))
    is_receiving = TickField(_("Receives: families are supported here after return"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]


class OpenOfficeForm(OfficeForm):
    """A new office; its country cannot be changed later."""

    country = ChoiceField(
        _("Country"),
        hint=_("References of the office's cases begin with its letters; it cannot be changed later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices()

    def to_command(self) -> OpenOffice:
        return OpenOffice(
            token=self.token,
            name=str(self.name.data),
            country=str(self.country.data),
            zone=str(self.zone.data),
            is_sending=bool(self.is_sending.data),
            is_receiving=bool(self.is_receiving.data),
        )


class EditOfficeForm(OfficeForm):
    """An office's name, zone and relations."""

    version = VersionField()

    def to_command(self, office_id: str) -> EditOffice:
        return EditOffice(
            token=self.token,
            office_id=office_id,
            version=int(self.version.data),
            name=str(self.name.data),
            zone=str(self.zone.data),
            is_sending=bool(self.is_sending.data),
            is_receiving=bool(self.is_receiving.data),
        )


class RoleForm(Form):
    """A role and the office it is held in; the base of inviting and changing."""

    role = ChoiceField(_("Role"), choices=label_choices(Role, *ACCOUNT_ROLES))
    office = ChoiceField(
        _("Office"),
        required=False,
        hint=_("Empty for auditors and administrators: they belong to no office."),
    )

    def set_offices(self, offices: list[tuple[str, str]]) -> None:
        """(id, name) of the offices to choose from."""
        self.office.choices = optional_choice(offices, _("No office"))

    def office_id(self) -> str | None:
        """The office chosen, or None."""
        return str(self.office.data) if self.office.data else None


class InviteUserForm(RoleForm):
    """Somebody new."""

    email = EmailField(_("E-mail"), hint=_("The link to set a password goes there, and nowhere else."))
    name = TextField(_("Name"), max=120)

    def to_command(self) -> InviteUser:
        return InviteUser(
            token=self.token,
            email=str(self.email.data),
            name=str(self.name.data),
            role=Role(self.role.data),
            office_id=self.office_id(),
        )


class ChangeRoleForm(RoleForm):
    """Another role or office for somebody."""

    version = VersionField()

    def to_command(self, user_id: str) -> ChangeRole:
        return ChangeRole(
            token=self.token,
            user_id=user_id,
            version=int(self.version.data),
            role=Role(self.role.data),
            office_id=self.office_id(),
        )


class GiveMandateForm(Form):
    """What an auditor may read."""

    offices = ManyChoiceField(_("Offices"), required=False, hint=_("None ticked means all offices."))
    programmes = ManyChoiceField(_("Programmes"), required=False, hint=_("None ticked means all programmes."))
    valid_from = DateField(_("First day"))
    valid_until = DateField(_("Last day"))
    asylum_clearance = TickField(
        _("Clearance for asylum data"),
        hint=_("Only for cases of the sending offices that are ticked above, and only where the task needs it."),
    )

    def to_command(self, user_id: str) -> GiveMandate:
        return GiveMandate(
            token=self.token,
            user_id=user_id,
            office_ids=tuple(self.offices.data or ()),
            programme_ids=tuple(self.programmes.data or ()),
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            asylum_clearance=bool(self.asylum_clearance.data),
        )
