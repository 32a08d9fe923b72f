"""The second factor asked for again, at the door of what decides, pays, exports or gives roles.

What was posted stays in the page as hidden fields and goes on to the same address together with the code, so the act
itself, its one-time token too, is what it would have been. Passwords never do: their form is asked for before it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import factor_asking
from casetracker.accounts.commands.factors import STEP_UP
from casetracker.accounts.factor_asking import PREFIX, FactorForm
from casetracker.accounts.session import Act, SignedIn
from casetracker.web.fields import printable
from casetracker.web.kept import SECRETS


def ask(person: SignedIn, describe: Callable[[], Act] | None) -> ResponseReturnValue | None:
    """The page that asks for the second factor, or None once it was given with this request.

    The page of a form that carries a file is asked for before it opens: it comes back by itself.
    """
    if not person.live.has_factor:
        return redirect(url_for("accounts.list_factors"))
    act = describe() if describe else Act(title=_("Please show that it is you"))
    if request.method != "POST":
        return _to_factor()
    form = FactorForm(prefix=PREFIX)
    headers: dict[str, str] = {}
    if form.was_sent:
        wait = factor_asking.try_given(form, person, STEP_UP)
        if wait is None and not form.errors:
            return None
        headers = factor_asking.retry_after(wait)
    page = render_template(
        "accounts/step_up.html",
        form=form,
        act=act,
        kept=kept_fields(),
        files=kept_files(),
        passkey=factor_asking.ask_passkey(person),
    )
    return page, 429 if headers else form.status, headers


def ask_before(person: SignedIn, describe: Callable[[], Act] | None) -> ResponseReturnValue:
    """To the page of the second factor, and from there to the empty form: nothing that was typed is kept."""
    if not person.live.has_factor:
        return redirect(url_for("accounts.list_factors"))
    if describe is not None:
        describe()
    if request.method == "POST":
        flash(
            _("Nothing has happened yet. Give your second factor, then type it again: passwords are not kept."), "info"
        )
    return _to_factor()


def _to_factor() -> ResponseReturnValue:
    return redirect(url_for("accounts.give_factor", next=request.full_path.rstrip("?")))


def kept_fields() -> list[tuple[str, str]]:
    """(name, value) of everything that was posted but passwords and the second factor itself, in its order."""
    return [
        (printable(name), printable(value))
        for name, value in request.form.items(multi=True)
        if not name.startswith(SECRETS)
    ]


def kept_files() -> list[tuple[str, Any]]:
    """(field's name, file's name) of each file that came: the browser has to be shown it again."""
    return [(name, printable(file.filename)) for name, file in request.files.items(multi=True) if file.filename]
