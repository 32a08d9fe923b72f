"""Forms of providers and their accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.providers import commands
from casetracker.providers.states import AccountForm
from casetracker.web.forms import (
    ChoiceField,
    EmailField,
    Form,
    LongTextField,
    TextField,
    TickField,
    VersionField,
    country_choices,
)
from casetracker.web.labels import label_choices


class ProviderForm(Form):
    """A new provider; `office_id` is set by the view for administrators alone."""

    office_id = ChoiceField(_("Office"), hint=_("The provider is paid for cases of this office."))
    name = TextField(_("Name"), max=160)
    registration = TextField(_("Registration number"), max=60, required=False)
    contact = TextField(_("Contact person"), max=160, required=False)
    phone = TextField(_("Phone"), max=40, required=False, inputmode="tel")
    email = EmailField(_("E-mail"), required=False)

    def to_command(self) -> commands.AddProvider:
        """What is asked for, in types."""
        return commands.AddProvider(
            token=self.token,
            office_id=self.office_id.data if "office_id" in self else None,
            name=self.name.data,
            registration=self.registration.data,
            contact=self.contact.data,
            phone=self.phone.data,
            email=self.email.data,
        )


class EditProviderForm(Form):
    """A provider's facts."""

    version = VersionField()
    name = TextField(_("Name"), max=160)
    registration = TextField(_("Registration number"), max=60, required=False)
    contact = TextField(_("Contact person"), max=160, required=False)
    phone = TextField(_("Phone"), max=40, required=False, inputmode="tel")
    email = EmailField(_("E-mail"), required=False)
    is_active = TickField(_("In use: can be chosen for plans and disbursements"))

    def to_command(self, provider_id: str) -> commands.EditProvider:
        """What is asked for, in types."""
        return commands.EditProvider(
            token=self.token,
            provider_id=provider_id,
            version=self.version.data,
            name=self.name.data,
            registration=self.registration.data,
            contact=self.contact.data,
            phone=self.phone.data,
            email=self.email.data,
            is_active=self.is_active.data,
        )


class NewAccountForm(Form):
    """A new account of a provider; the view sets the countries."""

    form = ChoiceField(_("Form of the account"), choices=label_choices(AccountForm), radio=True)
    number = TextField(
        _("Account number"), max=60, hint=_("An IBAN with or without spaces; its check digits are checked.")
    )
    holder = TextField(_("Account holder"), max=160, hint=_("As the bank knows it."))
    bank = TextField(_("Bank"), max=160)
    country = ChoiceField(_("Country of the bank"))

    def set_countries(self) -> None:
        """Offer every country, by name."""
        self.country.choices = country_choices()

    def to_command(self, provider_id: str) -> commands.AddAccount:
        """What is asked for, in types."""
        return commands.AddAccount(
            token=self.token,
            provider_id=provider_id,
            form=AccountForm(self.form.data),
            number=self.number.data,
            holder=self.holder.data,
            bank=self.bank.data,
            country=self.country.data,
        )


class ConfirmAccountForm(Form):
    """A button: the account is the provider's."""

    def to_command(self, account_id: str) -> commands.ConfirmAccount:
        """What is asked for, in types."""
        return commands.ConfirmAccount(token=self.token, account_id=account_id)


class WithdrawAccountForm(Form):
    """Why an account is taken out of use."""

    reason = LongTextField(_("Reason"), max=500)

    def to_command(self, account_id: str) -> commands.WithdrawAccount:
        """What is asked for, in types."""
        return commands.WithdrawAccount(token=self.token, account_id=account_id, reason=self.reason.data)
