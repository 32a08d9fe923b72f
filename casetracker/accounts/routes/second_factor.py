"""The second factor after the password, and before a form that carries a file."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from casetracker.accounts import factor_asking
from casetracker.accounts.commands.factors import SIGN_IN, STEP_UP
from casetracker.accounts.factor_asking import FactorForm
from casetracker.accounts.factor_states import Standing
from casetracker.accounts.routes.blueprint import bp
from casetracker.accounts.routes.sign_in import safe_next
from casetracker.accounts.session import half_signed_in, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, admits=(Standing.OWES_FACTOR,))
def give_factor() -> ResponseReturnValue:
    """Give the second factor; afterwards to the page that was wanted."""
    person, wanted = half_signed_in(), safe_next(request.args.get("next"))
    if person is None:
        raise NotFound("nobody is signed in")
    is_half = person.standing != Standing.FULL
    if request.method == "GET" and not is_half and person.is_fresh:
        return redirect(wanted)
    form, headers = FactorForm(prefix=factor_asking.PREFIX), {}
    if request.method == "POST":
        wait = factor_asking.try_given(form, person, SIGN_IN if is_half else STEP_UP)
        if wait is None and not form.errors:
            return redirect(wanted)
        headers = factor_asking.retry_after(wait)
    page = render_template(
        "accounts/give_factor.html", form=form, passkey=factor_asking.ask_passkey(person), is_half=is_half,
        email=person.live.email,
    )  # fmt: skip
    return page, 429 if headers else form.status, headers
