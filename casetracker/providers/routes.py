"""Pages of providers: list, facts, accounts and their confirmation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from casetracker.accounts.attempts import attempt
from casetracker.accounts.queries import list_offices
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission, Role
from casetracker.providers import commands, payee_queries, queries
from casetracker.providers.forms import (
    ConfirmAccountForm,
    EditProviderForm,
    NewAccountForm,
    ProviderForm,
    WithdrawAccountForm,
)
from casetracker.providers.states import AccountFacts, AccountForm, AccountState
from casetracker.web.filters import Filter, read_filters
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import slice_page

bp = Blueprint("providers", __name__)
FACTS = ("version", "name", "registration", "contact", "phone", "email", "is_active")


def _to_provider(provider_id: str) -> ResponseReturnValue:
    return redirect(url_for("providers.show_provider", provider_id=provider_id))


def _account(provider_id: str, account_id: str, actor: Actor) -> AccountFacts:
    """The provider's account, if the provider exists for the actor."""
    queries.get_provider(actor, provider_id)
    account = queries.get_account(account_id)
    if account.provider_id != provider_id:
        raise NotFound("account of another provider")
    return account


NAVIGATION = [
    NavEntry(
        label=lazy_gettext("Providers"),
        endpoint="providers.list_providers",
        permission=Permission.PROVIDER_READ,
        order=50,
        prefix="/providers/",
        count=queries.count_waiting_accounts,
    ),
]


@bp.route("/providers/")
@requires(Permission.PROVIDER_READ)
def list_providers() -> ResponseReturnValue:
    """The providers that the reader may see, by name."""
    actor = current_actor()
    filters = read_filters(
        Filter(name="search", label=lazy_gettext("Name, registration or contact"), kind="search"),
        Filter(name="all", label=lazy_gettext("Also those out of use"), kind="tick"),
    )
    rows = queries.list_provider_rows(actor, filters["search"], active_only=not filters["all"])
    return render_template("providers/list_providers.html", page=slice_page(rows), filters=filters, states=AccountState)


@bp.route("/providers/new", methods=["GET", "POST"])
@requires(Permission.PROVIDER_EDIT)
def add_provider() -> ResponseReturnValue:
    """A new provider of the own office, or of the one that an administrator chooses."""
    actor, form = current_actor(), ProviderForm()
    if actor.role == Role.ADMINISTRATOR:
        form.office_id.choices = [(office.id, office.name) for office in list_offices()]
    else:
        del form.office_id
    if form.validate_on_submit():
        entered = attempt(form, commands.add_provider, form.to_command(), actor=actor)
        if entered is not None:
            flash(_("The provider is entered. Money can go there once an account is confirmed."))
            return _to_provider(entered.result)
    return render_template("providers/add_provider.html", form=form), form.status


@bp.route("/providers/<provider_id>")
@requires(Permission.PROVIDER_READ)
def show_provider(provider_id: str) -> ResponseReturnValue:
    """One provider with its accounts."""
    actor = current_actor()
    provider = queries.get_provider(actor, provider_id)
    return render_template(
        "providers/show_provider.html",
        provider=provider,
        accounts=queries.list_account_rows(provider, actor),
        sharing=payee_queries.list_sharing(provider, actor),
        states=AccountState,
        confirm_form=ConfirmAccountForm(),
        may_edit=actor.may(Permission.PROVIDER_EDIT),
        may_withdraw=actor.may(Permission.PROVIDER_EDIT) or actor.may(Permission.ACCOUNT_CONFIRM),
    )


@bp.route("/providers/<provider_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROVIDER_EDIT)
def edit_provider(provider_id: str) -> ResponseReturnValue:
    """A provider's facts."""
    actor = current_actor()
    provider = queries.get_provider(actor, provider_id)
    form = EditProviderForm(data={name: getattr(provider, name) for name in FACTS})
    if form.validate_on_submit() and attempt(form, commands.edit_provider, form.to_command(provider_id), actor=actor):
        return _to_provider(provider_id)
    provider = queries.get_provider(actor, provider_id)
    return render_template("providers/edit_provider.html", form=form, provider=provider), form.status


@bp.route("/providers/<provider_id>/accounts/new", methods=["GET", "POST"])
@requires(Permission.PROVIDER_EDIT)
def add_account(provider_id: str) -> ResponseReturnValue:
    """A new account, to be confirmed by somebody else."""
    actor = current_actor()
    provider = queries.get_provider(actor, provider_id)
    form = NewAccountForm(data={"form": AccountForm.IBAN, "holder": provider.name})
    form.set_countries()
    if form.validate_on_submit() and attempt(form, commands.add_account, form.to_command(provider_id), actor=actor):
        flash(_("The account is entered. Money goes there once somebody else has confirmed it."), "info")
        return _to_provider(provider_id)
    provider = queries.get_provider(actor, provider_id)
    return render_template("providers/add_account.html", form=form, provider=provider), form.status


def _about_account(provider_id: str, account_id: str) -> Act:
    actor = current_actor()
    account, provider = _account(provider_id, account_id, actor), queries.get_provider(actor, provider_id)
    return Act(
        title=_("Confirm this account: money can go there then"),
        facts=[
            (_("Provider"), provider.name),
            (_("Account holder"), account.holder),
            (_("Account"), account.shown_number),
        ],
        back=url_for("providers.show_provider", provider_id=provider_id),
    )


@bp.route("/providers/<provider_id>/accounts/<account_id>/confirm", methods=["POST"])
@requires(Permission.ACCOUNT_CONFIRM, describe=_about_account)
def confirm_account(provider_id: str, account_id: str) -> ResponseReturnValue:
    """Confirm an account that somebody else added."""
    actor, form = current_actor(), ConfirmAccountForm()
    _account(provider_id, account_id, actor)
    if form.validate_on_submit():
        attempt(None, commands.confirm_account, form.to_command(account_id), actor=actor)
        flash(_("The account is confirmed: money can go there."))
    return _to_provider(provider_id)


@bp.route("/providers/<provider_id>/accounts/<account_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PROVIDER_READ)
def withdraw_account(provider_id: str, account_id: str) -> ResponseReturnValue:
    """Take an account out of use, or refuse one that waits."""
    actor, form = current_actor(), WithdrawAccountForm()
    if not (actor.may(Permission.PROVIDER_EDIT) or actor.may(Permission.ACCOUNT_CONFIRM)):
        raise NotFound("withdrawing an account")
    account = _account(provider_id, account_id, actor)
    if form.validate_on_submit() and attempt(form, commands.withdraw_account, form.to_command(account_id), actor=actor):
        flash(_("The account is withdrawn: no money goes there any more."))
        return _to_provider(provider_id)
    provider = queries.get_provider(actor, provider_id)
    return render_template(
        "providers/withdraw_account.html", form=form, provider=provider, account=account
    ), form.status
