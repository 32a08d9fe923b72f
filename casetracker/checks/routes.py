"""What an auditor would ask: about one case, about everything; answers, and what staff declare as their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import attempts
from casetracker.accounts import queries as accounts
from casetracker.accounts.routes.blueprint import check_button
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.checks import commands, queries, rules
from casetracker.checks.forms import AnswerFindingForm, CheckAgainForm, DeclareNumberForm, WithdrawNumberForm
from casetracker.checks.queries import FindingFilter
from casetracker.checks.show_queries import shown_for
from casetracker.checks.states import Asked, Declared, RuleName, Severity
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.states import Sight
from casetracker.events.states import Part
from casetracker.web.filters import Filter, Filters, read_filters
from casetracker.web.formats import message
from casetracker.web.labels import label, label_choices
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import SIZE, Page, bounds

bp = Blueprint("checks", __name__)
NAVIGATION = [NavEntry(_l("Checks"), "checks.list_findings", Permission.CHECK_LIST, 55, "/checks/")]


def _set_up(app: Flask) -> None:
    """Words that the events' templates need."""
    for name, kind in (("rule_label", RuleName), ("declared_label", Declared)):
        app.jinja_env.filters[name] = lambda value, kind=kind: label(kind(value)) if value in list(kind) else value


SETUP = [_set_up]
FRESH_FOR = timedelta(minutes=1)
"""What was looked at so lately is not looked at again by the button."""


@bp.route("/checks/")
@requires(Permission.CHECK_LIST)
def list_findings() -> ResponseReturnValue:
    """What the last look found in the cases that the reader may see, by rule, with the rows behind each number."""
    actor, filters = current_actor(), _filters()
    wanted = FindingFilter(
        rule=RuleName(filters["rule"]) if filters["rule"] else None,
        severity=Severity(filters["severity"]) if filters["severity"] else None,
        office_id=filters["office"], answered=bool(filters["answered"]),
    )  # fmt: skip
    counts = queries.count_by_rule(actor, wanted)
    total = sum(each.number for each in counts if wanted.rule in (None, each.rule))
    number, offset = bounds(total)
    rows = queries.list_findings(actor, wanted, offset=offset, limit=SIZE)
    standing = queries.standing(actor)
    return render_template(
        "checks/list_findings.html", page=Page(items=rows, number=number, total=total), filters=filters,
        counts=counts, standing=standing, never=queries.list_never(actor) if standing.never else [],
        form=CheckAgainForm(formdata=None),
        lost=queries.list_lost_declarations(), again=_address("checks.check_again", filters),
    )  # fmt: skip


def _filters() -> Filters:
    return read_filters(
        Filter(name="rule", label=_("What is asked"), choices=label_choices(RuleName)),
        Filter(name="severity", label=_("How serious"), choices=label_choices(Severity)),
        Filter(name="office", label=_("Sending office"), choices=[(o.id, o.name) for o in accounts.list_offices()]),
        Filter(name="answered", label=_("Only what was answered"), kind="tick"),
    )


def _address(endpoint: str, filters: Filters) -> str:
    """The page with what was filtered by, and with nothing else that somebody wrote into the address."""
    kept: dict[str, Any] = {each.name: filters.shown(each.name) for each in filters.offered}
    return url_for(endpoint, **{name: text for name, text in kept.items() if text})


@bp.route("/checks/again", methods=["POST"])
@requires(Permission.CHECK_LIST)
def check_again() -> ResponseReturnValue:
    """Look at the reader's cases now, a portion at a time, those first that were not looked at the longest."""
    actor = current_actor()
    check_button(CheckAgainForm())
    before = clock.now() - FRESH_FOR
    done = commands.check_due(before, reader=actor)
    left = queries.count_due(before, actor)
    if left:
        flash(_("Looked at: %(done)d. Left: %(left)d, look again.", done=done, left=left), "info")
    else:
        flash(_("Looked at: %(done)d. Everything here is as of now.", done=done))
    return redirect(_address("checks.list_findings", _filters()))


@bp.route("/<dossier:reference>/findings")
@requires(Permission.CHECK_READ)
def show_findings(reference: str) -> ResponseReturnValue:
    """Everything an auditor would ask about one case, as the facts stand now, with what it rests on."""
    actor = current_actor()
    sight = open_any(reference, actor)
    found = queries.asked_for(sight)
    return render_template(
        "checks/show_findings.html", reference=reference, sight=sight, shown=shown_for(found, sight, actor),
    )  # fmt: skip


def _about_answer(reference: str) -> Act:
    """The question, and that money or closing may then go on."""
    sight, asked = _asked(reference, current_actor())
    facts: list[tuple[str, Any]] = [
        (_("Case"), sight.reference),
        (_("Question"), message(asked.finding.text)),
        (_("How serious"), label(asked.finding.severity)),
    ]
    back = url_for("checks.show_findings", reference=reference)
    return Act(title=str(_("Answer what an auditor would ask")), facts=facts, back=back)


def _asked(reference: str, actor: Actor) -> tuple[Sight, Asked]:
    """The case and the finding that the address names; NotFound where it is not this actor's to answer."""
    sight = open_any(reference, actor)
    key = request.args.get("finding", "")
    asked = next((each for each in queries.asked_for(sight) if each.finding.key == key), None)
    if asked is None or sight.relation is None:
        raise NotFound("finding")
    return sight, asked


@bp.route("/<dossier:reference>/findings/answer", methods=["GET", "POST"])
@requires(Permission.FINDING_ANSWER, describe=_about_answer)
def answer_finding(reference: str) -> ResponseReturnValue:
    """Say why a finding is no fault; it stays answered until its facts change."""
    actor = current_actor()
    sight, asked = _asked(reference, actor)
    form = AnswerFindingForm(data={"facts_hash": asked.finding.facts_hash})
    form.reason.read_abroad = asked.finding.part == Part.SHARED
    why_not = rules.why_not_answer(asked.finding, actor)
    if (
        why_not is None
        and form.validate_on_submit()
        and attempt(form, commands.answer_finding, form.to_command(sight, asked.finding.key), actor=actor, sight=sight)
    ):
        flash(_("The answer stands. It is asked again only when the facts change."))
        return redirect(url_for("checks.show_findings", reference=reference))
    shown = shown_for([asked], sight, actor)[0]
    return render_template(
        "checks/answer_finding.html", form=form, shown=shown, reference=reference, why_not=why_not
    ), form.status


@bp.route("/account/declared", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def declare_number() -> ResponseReturnValue:
    """What I declared as my own, and a form to declare more."""
    actor = current_actor()
    form = DeclareNumberForm()
    if form.validate_on_submit() and attempts.attempt(form, commands.declare_number, form.to_command(), actor=actor):
        flash(_("Declared. Of the number only a print is kept."))
        return redirect(url_for("checks.declare_number"))
    rows = [
        (row, queries.is_comparable(row),
         WithdrawNumberForm(formdata=None, data={"declaration_id": row.id, "version": row.version}))
        for row in queries.list_declared(actor.id)
    ]  # fmt: skip
    return render_template("checks/declare_number.html", form=form, rows=rows), form.status


@bp.route("/account/declared/withdraw", methods=["POST"])
@requires(Permission.OWN_ACCOUNT)
def withdraw_number() -> ResponseReturnValue:
    """Something is not mine any more."""
    form = WithdrawNumberForm()
    check_button(form)
    attempts.attempt(None, commands.withdraw_number, form.to_command(), actor=current_actor())
    flash(_("Withdrawn. That it was declared stays in the record."))
    return redirect(url_for("checks.declare_number"))
