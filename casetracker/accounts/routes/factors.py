"""Own second factors: setting up, removing, recovery codes; and resetting somebody else's lost ones."""

from __future__ import annotations

import json

from flask import Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import authenticator, factor_asking, factor_queries, factor_rules, passkeys
from casetracker.accounts.attempts import attempt
from casetracker.accounts.commands import factors
from casetracker.accounts.factor_forms import (
    AddAuthenticatorForm,
    AddPasskeyForm,
    FactorButtonForm,
    MakeCodesForm,
    encrypted_secret,
    opened_secret,
)  # fmt: skip
from casetracker.accounts.factor_states import Standing
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.session import (
    Act,
    SignedIn,
    current_actor,
    half_signed_in,
    is_free_of_factors,
    requires,
    sign_in_browser,
)
from casetracker.core import encryption
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission

ENROLLING = (Standing.OWES_ENROLMENT,)
CODES_PURPOSE = "recovery codes on their one page"
_KEPT, _FIRST = "recovery_codes", "first_factor"


def _about_own_factors(**_address: str) -> Act:
    return Act(title=_("Change your own second factors"), back=url_for("accounts.list_factors"))


def _about_codes(**_address: str) -> Act:
    return Act(title=_("Make new recovery codes"), back=url_for("accounts.list_factors"))


@bp.route("/account/second-factor")
@requires(Permission.OWN_ACCOUNT, admits=ENROLLING)
def list_factors() -> ResponseReturnValue:
    """What I have as a second factor, and what I can set up."""
    person = _person()
    found = factor_queries.load_factors(person.actor.id)
    facts = found.facts(is_free=is_free_of_factors())
    rows = [each for each in (found.authenticator, *found.passkeys) if each is not None]
    return render_template(
        "accounts/list_factors.html",
        found=found,
        facts=facts,
        uses=factor_queries.list_uses([row.id for row in rows]),
        why_not_remove=factor_rules.why_not_remove_factor(facts),
        why_not_add_passkey=factor_rules.why_not_add_passkey(facts),
        can_have_passkeys=factor_asking.site().can_have_passkeys,
        must=person.standing == Standing.OWES_ENROLMENT,
        button=FactorButtonForm,
        make_codes=MakeCodesForm(),
    )


@bp.route("/account/second-factor/authenticator", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, admits=ENROLLING, step_up=True, describe=_about_own_factors)
def add_authenticator() -> ResponseReturnValue:
    """Set up an authenticator app: scan the picture, type the first code."""
    person, form = _person(), AddAuthenticatorForm()
    secret = opened_secret(form, person) or authenticator.new_secret()
    if form.validate_on_submit():
        done = attempt(form, factors.add_authenticator, form.to_command(secret, person.session_id), actor=person.actor)
        if done:
            return _set_up(done.result, person)
    form.encrypted.hold(encrypted_secret(secret, person))
    return render_template(
        "accounts/add_authenticator.html",
        form=form,
        picture=authenticator.picture(secret, person.live.email, _("QR code for your authenticator app")),
        secret=authenticator.readable(secret),
        why_not=factor_rules.why_not_add_authenticator(factors.facts_of(person.actor.id)),
    ), form.status


@bp.route("/account/second-factor/passkey", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, admits=ENROLLING, step_up=True, describe=_about_own_factors)
def add_passkey() -> ResponseReturnValue:
    """Set up a passkey: the browser makes it, which needs JavaScript."""
    person, form, here = _person(), AddPasskeyForm(), factor_asking.site()
    if form.validate_on_submit():
        challenge = factor_asking.opened_challenge(str(form.asked.data or ""), person)
        cmd = form.to_command(challenge, here, person.session_id)
        if done := attempt(form, factors.add_passkey, cmd, actor=person.actor):
            return _set_up(done.result, person)
    found = factor_queries.load_factors(person.actor.id)
    challenge = factor_asking.new_challenge()
    question = passkeys.ask_to_make(
        here, user_id=person.actor.id, email=person.live.email, name=person.actor.name, challenge=challenge,
        known=[each.credential_id for each in found.passkeys],
    )  # fmt: skip
    form.asked.hold(factor_asking.encrypted_challenge(challenge, person))
    form.answer.hold("")
    why_not = factor_rules.why_not_add_passkey(found.facts(is_free=is_free_of_factors()))
    return render_template(
        "accounts/add_passkey.html", form=form, question=question, can=here.can_have_passkeys, why_not=why_not
    ), form.status


@bp.route("/account/second-factor/<factor_id>/remove", methods=["POST"])
@requires(Permission.OWN_ACCOUNT, step_up=True, describe=_about_own_factors)
def remove_factor(factor_id: str) -> ResponseReturnValue:
    """Take an own factor away."""
    form = FactorButtonForm()
    check_button(form)
    attempt(None, factors.remove_factor, form.to_command(factor_id), actor=current_actor())
    flash(_("It is removed, and opens nothing here any more."))
    return redirect(url_for("accounts.list_factors"))


@bp.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, step_up=True, describe=_about_codes)
def make_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show those just made until they are kept."""
    form, person = MakeCodesForm(), _person()
    if form.validate_on_submit():
        done = attempt(form, factors.make_recovery_codes, form.to_command(), actor=person.actor)
        if done and done.result:
            _hold(done.result, person)
        if done:
            return redirect(url_for("accounts.make_recovery_codes"))
    codes = _held(person)
    if not codes and not form.errors:
        return redirect(url_for("accounts.list_factors"))
    return render_template("accounts/recovery_codes.html", codes=codes, form=form, kept=MakeCodesForm()), form.status


@bp.route("/account/second-factor/recovery-codes.txt")
@requires(Permission.OWN_ACCOUNT)
def download_recovery_codes() -> ResponseReturnValue:
    """The codes just made as a text, to be printed or locked away."""
    codes = _held(_person())
    if not codes:
        raise NotFound("the codes are shown no more")
    headers = {"Content-Disposition": 'attachment; filename="casetracker-recovery-codes.txt"'}
    return Response("\r\n".join((*codes, "")), content_type="text/plain; charset=utf-8", headers=headers)


@bp.route("/account/second-factor/recovery-codes/kept", methods=["POST"])
@requires(Permission.OWN_ACCOUNT)
def keep_recovery_codes() -> ResponseReturnValue:
    """The codes are kept somewhere safe: they are shown no more."""
    check_button(MakeCodesForm())
    session.pop(_KEPT, None)
    return redirect(url_for("home.index" if session.pop(_FIRST, False) else "accounts.list_factors"))


def _person() -> SignedIn:
    person = half_signed_in()
    if person is None:
        raise NotFound("nobody is signed in")
    return person


def _set_up(added: factors.Added | None, person: SignedIn) -> ResponseReturnValue:
    """After a factor was set up: the session's new id, and to the recovery codes that came with the first one."""
    flash(_("Your second factor is set up."))
    if added is None:
        return redirect(url_for("accounts.list_factors"))
    sign_in_browser(added.session_id)
    session[_FIRST] = person.standing == Standing.OWES_ENROLMENT
    if not added.codes:
        return redirect(url_for("accounts.list_factors"))
    _hold(added.codes, person)
    return redirect(url_for("accounts.make_recovery_codes"))


def _hold(codes: tuple[str, ...], person: SignedIn) -> None:
    """Keep the codes in this browser's cookie, encrypted, until it says that they are kept."""
    session[_KEPT] = encryption.encrypt(json.dumps(codes).encode(), CODES_PURPOSE, person.actor.id).hex()


def _held(person: SignedIn) -> tuple[str, ...]:
    try:
        return tuple(
            json.loads(encryption.decrypt(bytes.fromhex(session.get(_KEPT, "")), CODES_PURPOSE, person.actor.id))
        )
    except (ValueError, encryption.CannotDecrypt):
        return ()
