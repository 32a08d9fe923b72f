"""Findings of auditors: raised on a case or an item of a sample, answered by its office, closed or sent back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import queries as accounts
from casetracker.accounts.session import current_actor, requires
from casetracker.audit.room import RoomPage, add_page
from casetracker.casefile.panels import add_panel
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import Message
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.states import Sight
from casetracker.programmes import queries as programmes
from casetracker.sampling import finding_commands as commands
from casetracker.sampling import finding_queries as queries
from casetracker.sampling import finding_rules as rules
from casetracker.sampling.finding_forms import (
    AnswerAuditFindingForm,
    CloseAuditFindingForm,
    FindingForm,
    RaiseAuditFindingForm,
    SendBackAuditFindingForm,
)
from casetracker.sampling.finding_queries import FindingFilter, FindingPage
from casetracker.sampling.finding_states import AskedOffice, FindingFacts, FindingState
from casetracker.web.filters import Filter, read_filters
from casetracker.web.labels import label, label_choices
from casetracker.web.pagination import SIZE, Page, bounds

OF_A_CASE = "/cases/<reference>/audit-findings"
ONE = f"{OF_A_CASE}/<finding_id>"
_BOTH = ["GET", "POST"]


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint; the list stands in the auditor's room."""
    bp.add_url_rule("/audit/findings", view_func=list_audit_findings)
    bp.add_url_rule(OF_A_CASE, view_func=list_case_audit_findings)
    bp.add_url_rule(f"{OF_A_CASE}/new", view_func=raise_audit_finding, methods=_BOTH)
    bp.add_url_rule(ONE, view_func=show_audit_finding)
    bp.add_url_rule(f"{ONE}/answer", view_func=answer_audit_finding, methods=_BOTH)
    bp.add_url_rule(f"{ONE}/send-back", view_func=send_back_audit_finding, methods=_BOTH)
    bp.add_url_rule(f"{ONE}/close", view_func=close_audit_finding, methods=_BOTH)
    add_panel("audit_findings", "sampling/findings_panel.html", queries.load_panel)
    add_page(RoomPage(
        label=_l("Findings"), endpoint=f"{bp.name}.list_audit_findings", order=70, icon="file-search",
        about=_l("What you hold against cases, what their offices answered, and what is overdue."),
    ))  # fmt: skip


@requires(Permission.AUDIT_FINDING_READ)
def list_audit_findings() -> ResponseReturnValue:
    """The findings that the reader may see, an auditor's own unless others are asked for, the most pressing first."""
    actor = current_actor()
    is_auditor = actor.role == Role.AUDITOR
    offered = [
        Filter(name="state", label=_("State"), choices=label_choices(FindingState)),
        Filter(name="office", label=_("Office asked"), choices=[(o.id, o.name) for o in accounts.list_offices()]),
        Filter(name="overdue", label=_("Only what is overdue"), kind="tick"),
    ]
    if is_auditor:
        offered.append(Filter(name="others", label=_("Those of other auditors, too"), kind="tick"))
    if actor.may(Permission.AUDIT_FINDING_ANSWER):
        offered.append(Filter(name="mine", label=_("Only what my office answers"), kind="tick"))
    filters = read_filters(*offered)
    wanted = FindingFilter(
        state=FindingState(filters["state"]) if filters["state"] else None, office_id=filters["office"],
        overdue=bool(filters["overdue"]), own=is_auditor and not filters["others"],
        to_answer=bool(filters["mine"]),
    )  # fmt: skip
    total = queries.count_findings(actor, wanted)
    number, offset = bounds(total)
    rows = queries.list_findings(actor, wanted, offset=offset, limit=SIZE)
    page = Page(items=rows, number=number, total=total)
    return render_template("sampling/list_audit_findings.html", page=page, filters=filters, is_auditor=is_auditor)


@requires(Permission.AUDIT_FINDING_READ)
def list_case_audit_findings(reference: str) -> ResponseReturnValue:
    """Every finding on one case that the reader may see."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    return render_template(
        "sampling/list_case_audit_findings.html", reference=reference, panel=queries.load_panel(sight, actor)
    )


@requires(Permission.AUDIT_FINDING_RAISE)
def raise_audit_finding(reference: str) -> ResponseReturnValue:
    """Raise a finding on a case; with ?item= about an item of an own sample."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    item_id = request.args.get("item") or None
    item = queries.get_own_item(item_id, sight.dossier_id, actor) if item_id else None
    form = RaiseAuditFindingForm(data={"due_on": clock.today(actor.zone) + timedelta(days=rules.USUAL_DAYS)})
    currency = programmes.get_programme(sight.programme_id).currency if sight.programme_id else None
    if currency:
        form.set_currency(currency)
    offices = queries.offices_of(sight, actor)
    asked = rules.choices(sight.parts, offices)
    form.asked.choices = _told(asked, queries.office_names(offices))
    form.say_who_reads(asked)
    done = form.validate_on_submit() and attempt(
        form, commands.raise_audit_finding, form.to_command(sight, item_id), actor=actor, sight=sight
    )
    if done:
        flash(_("Raised. The office sees it on the case and in its work, and answers there."))
        return redirect(_address("show_audit_finding", reference, str(done.result)))
    return render_template(
        "sampling/raise_audit_finding.html", form=form, reference=reference, sight=sight, item=item, currency=currency,
        why_not=rules.why_not_about(item.state) if item else None,
    ), form.status  # fmt: skip


def _told(asked: list[AskedOffice], names: dict[AskedOffice, str]) -> list[tuple[str, Any]]:
    """(value, words) of whom an auditor may ask: the office by its name, and who reads."""
    return [(str(each), f"{names[each]}: {label(each)}") for each in asked]


def _address(view: str, reference: str, finding_id: str) -> str:
    return url_for(f"sampling.{view}", reference=reference, finding_id=finding_id)


@requires(Permission.AUDIT_FINDING_READ)
def show_audit_finding(reference: str, finding_id: str) -> ResponseReturnValue:
    """A finding with everything that was said on it, and the forms that this reader may send."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    return _page(queries.load_finding(sight, finding_id, actor), sight, actor)


@requires(Permission.AUDIT_FINDING_ANSWER)
def answer_audit_finding(reference: str, finding_id: str) -> ResponseReturnValue:
    """Answer for the own office."""
    said = _("Answered. The auditor looks at it and closes the finding, or says what is missing.")
    return _act(reference, finding_id, AnswerAuditFindingForm, commands.answer_audit_finding, said)


@requires(Permission.AUDIT_FINDING_RAISE)
def send_back_audit_finding(reference: str, finding_id: str) -> ResponseReturnValue:
    """Say why the answer is not enough."""
    said = _("Sent back. The office answers again.")
    return _act(reference, finding_id, SendBackAuditFindingForm, commands.send_back_audit_finding, said)


@requires(Permission.AUDIT_FINDING_RAISE)
def close_audit_finding(reference: str, finding_id: str) -> ResponseReturnValue:
    """Close the finding with a word."""
    said = _("Closed. What was said stays on the case.")
    return _act(reference, finding_id, CloseAuditFindingForm, commands.close_audit_finding, said)


def _act(
    reference: str, finding_id: str, kind: type[FindingForm], act: Callable[..., Any], said: str
) -> ResponseReturnValue:
    """One form of the finding's page, sent to an address of its own."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    form: Any = _form(kind, queries.load_finding(sight, finding_id, actor), sight, actor)
    if form.validate_on_submit() and attempt(form, act, form.to_command(sight, finding_id), actor=actor, sight=sight):
        flash(said)
        return redirect(_address("show_audit_finding", reference, finding_id))
    return _page(queries.load_finding(sight, finding_id, actor), sight, actor, form)


def _form(
    kind: type[FindingForm], page: FindingPage, sight: Sight, actor: Actor, *, is_sent: bool = True
) -> FindingForm:
    soon = clock.today(actor.zone) + timedelta(days=rules.SENT_BACK_DAYS)
    data = {"version": page.finding.version, "due_on": max(page.finding.due_on, soon)}
    form = kind(data=data) if is_sent else kind(formdata=None, data=data)
    form.say_who_reads(page.finding, sight)
    return form


FORMS: dict[str, tuple[type[FindingForm], Callable[[FindingFacts, Actor], Message | None]]] = {
    "answer": (AnswerAuditFindingForm, rules.why_not_answer),
    "back": (SendBackAuditFindingForm, rules.why_not_send_back),
    "close": (CloseAuditFindingForm, rules.why_not_close),
}
"""The forms of the page, each with the rule that says why not."""


def _page(page: FindingPage, sight: Sight, actor: Actor, sent: FindingForm | None = None) -> ResponseReturnValue:
    """The finding's page with the forms that this reader may send; of a form that was refused with what was typed."""
    offered: dict[str, FindingForm] = {}
    for name, (kind, why_not) in FORMS.items():
        may = why_not(page.facts, actor) is None
        if isinstance(sent, kind) and (may or sent.errors):
            offered[name] = sent
        elif may and sent is None:
            offered[name] = _form(kind, page, sight, actor, is_sent=False)
    return render_template(
        "sampling/show_audit_finding.html", shown=page, reference=sight.reference, sight=sight, offered=offered,
        why_not_answer=rules.why_not_answer(page.facts, actor), why_not_close=rules.why_not_close(page.facts, actor),
    ), sent.status if sent else 200  # fmt: skip
