"""A link for somebody who forgot the password; whether an account has the address is told to nobody."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import commands, limits, mail
from casetracker.accounts.forms import AskLinkForm
from casetracker.accounts.limit_rules import LINK, LINKS_OF_ADDRESS
from casetracker.accounts.limits import Ask
from casetracker.accounts.routes import tries
from casetracker.accounts.routes.blueprint import bp
from casetracker.accounts.session import public
from casetracker.core.actor import SYSTEM
from casetracker.core.errors import NotFound
from casetracker.web.answered import once_answered


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
def ask_link() -> ResponseReturnValue:
    """Ask for a one-time link to the own address: the same answer, in the same time, for every address."""
    form = AskLinkForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_link.html", form=form), form.status
    email = str(form.email.data)
    taken = limits.take(
        Ask(limit=LINK, subject=email), Ask(limit=LINKS_OF_ADDRESS, subject=tries.from_address())
    )  # fmt: skip
    if taken.wait is None:
        cmd = commands.AskLink(email=email, base_address=mail.base_address())
        once_answered(lambda: _ask(cmd))
    flash(_("If an account has this address, a link is on its way to it. It works once, within 24 hours. "
            "Three links are sent in an hour at most."), "info")  # fmt: skip
    return redirect(url_for("accounts.sign_in"))


def _ask(cmd: commands.AskLink) -> None:
    try:
        commands.ask_link(cmd, actor=SYSTEM)
    except NotFound:
        return
