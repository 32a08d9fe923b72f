"""Cases whose period is over, and the two steps in which one is erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import UnprocessableEntity

from casetracker.accounts.session import Act, Describe, current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.states import Sight
from casetracker.erasure import commands, page_queries, queries, request_commands
from casetracker.erasure.forms import AskErasureForm, DeclineErasureForm, ErasureForm
from casetracker.erasure.page_queries import ErasurePage
from casetracker.web.formats import day
from casetracker.web.forms import Form
from casetracker.web.pagination import SIZE, Page, bounds

bp = Blueprint("erasure", __name__)
SETUP = [request_commands.init_app]


@bp.route("/erasures")
@requires(Permission.ERASURE_READ)
def list_erasures() -> ResponseReturnValue:
    """Closed cases whose period is over, and those that were erased lately."""
    actor = current_actor()
    total = queries.count_due(actor)
    number, offset = bounds(total)
    rows = queries.list_due(actor, offset=offset, limit=SIZE)
    return render_template(
        "erasure/list_erasures.html", page=Page(items=rows, number=number, total=total),
        erased=queries.list_erased(actor), has_period=queries.has_period(),
    )  # fmt: skip


@bp.route("/<dossier:reference>/erasure")
@requires(Permission.ERASURE_READ)
def show_erasure(reference: str) -> ResponseReturnValue:
    """One case before its erasure: what goes, what stays, who has asked, and who may confirm."""
    actor = current_actor()
    page = page_queries.load_page(open_any(reference, actor), actor)
    waiting = page.waiting
    stands = {"erasure_id": waiting.id, "version": waiting.version} if waiting else {}
    return render_template(
        "erasure/show_erasure.html", page=page, reference=reference, ask=AskErasureForm(formdata=None),
        form=ErasureForm(formdata=None, data=stands), goes=goes(page), stays=stays(),
    )  # fmt: skip


def _about(title: Any) -> Describe:
    """The case, the person it is about, what goes and what stays."""

    def describe(reference: str) -> Act:
        page = page_queries.load_page(open_any(reference, current_actor()), current_actor())
        facts: list[tuple[str, Any]] = [
            (_("Project") if page.case.is_project else _("Case"), page.reference),
            (_("Title") if page.case.is_project else _("Principal applicant"), page.known_by),
            (_("Closed"), day(page.case.closed_on) if page.case.closed_on else ""),
            (_("Goes for good"), goes(page)),
            (_("Stays"), stays()),
        ]
        return Act(title=str(title), facts=facts, back=url_for("erasure.show_erasure", reference=reference))

    return describe


def goes(page: ErasurePage) -> str:
    """What an erasure takes away, in words."""
    words = _(
        "names, birth dates, contacts, nationality, health, every text, title and reason, in %(rows)s records and in "
        "their whole history; files: %(files)s", **page.facts,
    )  # fmt: skip
    return str(words)


def stays() -> str:
    """What is left, in words."""
    return str(_("the reference, offices, programme, days, states, amounts and payments, and who did what when"))


@bp.route("/<dossier:reference>/erasure/ask", methods=["POST"])
@requires(Permission.CASE_ERASE, describe=_about(_l("Ask for an erasure")))
def ask_erasure(reference: str) -> ResponseReturnValue:
    """Ask; another supervisor confirms."""
    sight = _sight(reference)
    form = AskErasureForm()
    _check(form)
    return _do(sight, commands.ask_erasure, form.to_command(sight), _("Asked. Another supervisor has to confirm it."))


@bp.route("/<dossier:reference>/erasure/confirm", methods=["POST"])
@requires(Permission.CASE_ERASE, describe=_about(_l("Erase for good")))
def confirm_erasure(reference: str) -> ResponseReturnValue:
    """Erase, as the second person."""
    sight = _sight(reference)
    form = ErasureForm()
    _check(form)
    return _do(sight, commands.confirm_erasure, form.to_confirm(sight), _("What was personal here is gone."))


@bp.route("/<dossier:reference>/erasure/withdraw", methods=["POST"])
@requires(Permission.CASE_ERASE, describe=_about(_l("Take this request back")))
def withdraw_erasure(reference: str) -> ResponseReturnValue:
    """Take the own request back."""
    sight = _sight(reference)
    form = ErasureForm()
    _check(form)
    done = _("Taken back. Everything stays as it is.")
    return _do(sight, commands.withdraw_erasure, form.to_withdraw(sight), done)


@bp.route("/<dossier:reference>/erasure/decline", methods=["GET", "POST"])
@requires(Permission.CASE_ERASE, describe=_about(_l("Decline an erasure")))
def decline_erasure(reference: str) -> ResponseReturnValue:
    """Leave everything as it is, with a reason."""
    sight = open_any(reference, current_actor())
    page = page_queries.load_page(sight, current_actor())
    waiting = page.waiting
    form = DeclineErasureForm(data={"erasure_id": waiting.id, "version": waiting.version} if waiting else {})
    if form.validate_on_submit() and attempt(
        form, commands.decline_erasure, form.to_command(sight), actor=current_actor(), sight=sight
    ):
        flash(_("Declined. Everything stays as it is."))
        return redirect(url_for("erasure.show_erasure", reference=reference))
    return render_template("erasure/decline_erasure.html", form=form, page=page, reference=reference), form.status


def _sight(reference: str) -> Sight:
    """The case for an act of its sending side; NotFound for everybody else. The command itself looks at what goes."""
    sight = open_any(reference, current_actor())
    if not sight.is_sending:
        raise NotFound("erasure")
    return sight


def _check(form: Form) -> None:
    """A button has no field beside which a sentence could stand."""
    if not form.validate_on_submit():
        raise UnprocessableEntity


def _do(sight: Sight, act: Callable[..., Any], cmd: Any, done: str) -> ResponseReturnValue:
    attempt(None, act, cmd, actor=current_actor(), sight=sight)
    flash(done)
    return redirect(url_for("erasure.show_erasure", reference=sight.reference))
