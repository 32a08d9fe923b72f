"""The case as it was at a moment, and two moments side by side."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from casetracker.accounts.session import current_actor, requires
from casetracker.audit.as_it_was_differences import compare, load_told
from casetracker.audit.as_it_was_page import PAGES_BELOW, load_page_below, load_past_page
from casetracker.audit.as_it_was_states import address_of, last_moment, moment_of, time_of, without_ways
from casetracker.casefile.page import teller
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import open_dossier
from casetracker.ledger.entry_queries import read_place
from casetracker.web.fields import read_day
from casetracker.web.forms import Form
from casetracker.web.pagination import page_number, slice_page


@requires(Permission.CASE_READ)
def show_as_it_was(reference: str, moment: str) -> ResponseReturnValue:
    """The page of the case as it stood at a moment, for whoever may see the case; nothing can be done there."""
    actor, at = current_actor(), _moment(moment)
    sight = open_dossier(reference, actor)
    then = load_past_page(sight, actor, at)
    shown = {"reference": reference, "then": then, "moment": at, "now": clock.now()}
    if then.case is None:
        return render_template("audit/show_before_opening.html", **shown)
    with clock.looking_back(at):
        return render_template(
            "audit/show_as_it_was.html", sight=then.sight, actor=then.actor, case=then.case,
            persons=then.case.persons, **shown,
        )  # fmt: skip


@requires(Permission.CASE_READ)
def show_plan_as_it_was(reference: str, moment: str) -> ResponseReturnValue:
    """The plan as it stood at a moment."""
    return _page_below("plan", "", reference, moment)


@requires(Permission.CASE_READ)
def show_grant_as_it_was(reference: str, moment: str, grant_id: str) -> ResponseReturnValue:
    """A grant as it stood at a moment, with the entries of its account up to then."""
    return _page_below("grant", grant_id, reference, moment)


@requires(Permission.CASE_READ)
def show_line_as_it_was(reference: str, moment: str, line_id: str) -> ResponseReturnValue:
    """The account of a plan line as it stood at a moment, with its entries up to then."""
    return _page_below("line", line_id, reference, moment)


@requires(Permission.CASE_READ)
def show_disbursement_as_it_was(reference: str, moment: str, disbursement_id: str) -> ResponseReturnValue:
    """A request for money as it stood at a moment."""
    return _page_below("disbursement", disbursement_id, reference, moment)


@requires(Permission.CASE_READ)
def show_instalment_as_it_was(reference: str, moment: str, instalment_id: str) -> ResponseReturnValue:
    """An instalment as it stood at a moment."""
    return _page_below("instalment", instalment_id, reference, moment)


def _page_below(name: str, id: str, reference: str, moment: str) -> ResponseReturnValue:
    actor, at = current_actor(), _moment(moment)
    sight = open_dossier(reference, actor)
    asked = (read_place(request.args.get("place")), page_number())
    page, then, onlooker = load_page_below(name, id, sight, actor, at, asked)
    with clock.looking_back(at):
        return render_template(
            "audit/show_page_as_it_was.html", template=PAGES_BELOW[name].template, page=page, sight=then,
            actor=onlooker, reference=reference, moment=at, form=Form(formdata=None),
        )  # fmt: skip


@requires(Permission.CASE_READ)
def compare_moments(reference: str, moment: str, other: str) -> ResponseReturnValue:
    """What stands otherwise at the later of two moments than at the earlier one, and which entries made it so."""
    actor, (before, after) = current_actor(), sorted((_moment(moment), _moment(other)))
    sight = open_dossier(reference, actor)
    compared = compare(sight, before, after)
    rows = slice_page(compared.rows)
    entries, names = load_told(sight, [key for row in rows.items for key in row.entries])
    return render_template(
        "audit/compare_moments.html", sight=sight, reference=reference, before=before, after=after,
        compared=compared, page=rows, entries=entries, names=names, tell=teller(names),
    )  # fmt: skip


@requires(Permission.CASE_READ)
def choose_moment(reference: str) -> ResponseReturnValue:
    """Asks for a day and a time, and for a second one where two moments are to be compared."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    why_not: Message | None = None
    if request.args.get("day") is not None:
        first, why_not = _asked("day", "time", actor)
        other, why_not_other = (
            _asked("other_day", "other_time", actor) if request.args.get("other_day") else (None, None)
        )
        why_not = why_not or why_not_other
        if first and not why_not:
            return redirect(_address(reference, first, other))
    return render_template("audit/choose_moment.html", sight=sight, reference=reference, why_not=why_not)


def _asked(day: str, time: str, actor: Actor) -> tuple[datetime | None, Message | None]:
    """The moment that was typed, or the sentence that says why it is none."""
    typed, at = request.args.get(day, "").strip(), request.args.get(time, "").strip()
    found, clocked = read_day(typed), time_of(at)
    if found is None or not date(1900, 1, 1) <= found <= date(2200, 1, 1):
        return None, Message(N_("Say which day, for example 2026-10-02."))
    if at and clocked is None:
        return None, Message(N_("Say the time as hours and minutes, for example 14:30, or leave it empty."))
    if found > clock.today(actor.zone):
        return None, Message(N_("That day has not come yet."))
    return min(last_moment(found, clocked, actor.zone), clock.now()), None


def _address(reference: str, first: datetime, other: datetime | None) -> str:
    if other is None:
        return url_for("audit.show_as_it_was", reference=reference, moment=address_of(first))
    before, after = sorted((first, other))
    return url_for("audit.compare_moments", reference=reference, moment=address_of(before), other=address_of(after))


def _moment(text: str) -> datetime:
    """The moment of an address; NotFound where it is none or has not come."""
    moment = moment_of(text)
    if moment is None or moment > clock.now():
        raise NotFound("moment")
    return moment


def add_to(bp: Blueprint) -> None:
    """The addresses, below the case."""
    at = "/cases/<reference>/at/"
    bp.add_url_rule(at, "choose_moment", choose_moment)
    bp.add_url_rule(f"{at}<moment>", "show_as_it_was", show_as_it_was)
    bp.add_url_rule(f"{at}<moment>/plan", "show_plan_as_it_was", show_plan_as_it_was)
    bp.add_url_rule(f"{at}<moment>/plan/lines/<line_id>/entries", "show_line_as_it_was", show_line_as_it_was)
    bp.add_url_rule(f"{at}<moment>/grants/<grant_id>", "show_grant_as_it_was", show_grant_as_it_was)
    bp.add_url_rule(
        f"{at}<moment>/disbursements/<disbursement_id>", "show_disbursement_as_it_was", show_disbursement_as_it_was
    )
    bp.add_url_rule(f"{at}<moment>/instalments/<instalment_id>", "show_instalment_as_it_was", show_instalment_as_it_was)
    bp.add_url_rule(f"{at}<moment>/beside/<other>", "compare_moments", compare_moments)


def _without_ways(html: Any, moment: datetime) -> Markup:
    return Markup(without_ways(str(html), moment))  # noqa: S704  # what was rendered is escaped


def init_app(app: Flask) -> None:
    """Filters of the templates: a moment as an address, the one just before it, a page without its ways out."""
    app.jinja_env.filters["moment_address"] = address_of
    app.jinja_env.filters["just_before"] = lambda moment: moment - timedelta(microseconds=1)
    app.jinja_env.filters["without_ways"] = _without_ways
