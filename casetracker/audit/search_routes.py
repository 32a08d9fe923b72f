"""Finding entries of the record, who read a case, and searches that an auditor keeps."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import queries as accounts
from casetracker.accounts.attempts import attempt
from casetracker.accounts.session import current_actor, requires
from casetracker.audit import kind_states, reach_queries, search_commands, search_queries
from casetracker.audit.field_queries import field_groups
from casetracker.audit.search_forms import SaveSearchForm
from casetracker.audit.search_states import MOST_WORDS, Place, RecordFilter, read_place
from casetracker.casefile.page import teller
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission
from casetracker.events.states import Part
from casetracker.web.filters import SEARCHED, Filter, Filters, read_filters

ADDRESS = "/audit/record"
_REFERENCE = re.compile("[A-Za-z]{2}-[0-9]{4}-[Cc]?[0-9]{1,9}")


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
    bp.add_url_rule(ADDRESS, view_func=search_record, methods=["GET", "POST"])
    bp.add_url_rule(f"{ADDRESS}/saved/<saved_id>/delete", view_func=delete_search, methods=["POST"])


def init_app(app: Flask) -> None:
    """The words that the sentences of searches need."""
    app.jinja_env.filters["told_filters"] = told_filters


@requires(Permission.AUDIT_READ)
def search_record() -> ResponseReturnValue:
    """The entries that fit the filters, newest first; the question is recorded. Posted: keep the question by a name."""
    actor = current_actor()
    filters = offered(actor)
    form = SaveSearchForm()
    if form.validate_on_submit():
        query = kept_query(filters)
        if not query:
            form.refuse(Message(N_("Filter by something first. Words alone cannot be kept.")), "name")
        elif attempt(form, search_commands.save_search, form.to_command(query), actor=actor):
            flash(_("Kept: you find it beside the filters."), "ok")
            return redirect(url_for("audit.search_record") + "?" + query)
    before, after = read_place(request.args.get("before", "")), read_place(request.args.get("after", ""))
    if filters.active and not (before or after):
        search_commands.record_search("record", asked_for(filters), has_words=bool(filters[SEARCHED]), actor=actor)
    return _page(actor, filters, form, before, after)


def _page(
    actor: Actor, filters: Filters, form: SaveSearchForm, before: Place | None, after: Place | None
) -> ResponseReturnValue:
    found = search_queries.search(actor, asked_of(filters, actor), before=before, after=after)
    reads = []
    if filters["case"] and filters["act"] == "reads":
        reads = search_queries.sum_reads(actor, filters["case"].upper())
    readers = accounts.names_of({each.actor_id for each in reads}) | {SYSTEM.id: str(_("System"))}
    names = dict(found.names) | {SYSTEM.id: str(_("System"))}
    page = render_template(
        "audit/search_record.html", found=found, filters=filters, form=form, names=names, tell=teller(names),
        reads=reads, readers=readers, saved=search_queries.list_saved(actor), can_keep=bool(kept_query(filters)),
        examples=_examples(),
    )  # fmt: skip
    return page, form.status


def offered(actor: Actor) -> Filters:
    """The filters of the search, read from the address; what the auditor's clearance does not open is not offered."""
    people = [(each, _("System") if each == SYSTEM.id else name) for each, name in search_queries.list_people(actor)]
    hidden = () if actor.asylum_clearance else (f"{Part.ASYLUM}.",)
    kinds = [
        (_(words), [(kind, _(kind_states.word_of(kind))) for kind in kinds])
        for words, kinds in kind_states.kinds_by_category(without=hidden)
    ]
    return read_filters(
        Filter(name=SEARCHED, label=_("Words in the entry"), kind="search"),
        Filter(name="who", label=_("Who"), choices=people),
        Filter(
            name="act", label=_("Act"), groups=kinds,
            choices=[(name, _(words)) for name, words in kind_states.GROUPS.items()],
        ),
        Filter(name="case", label=_("Case or project"), kind="text"),
        Filter(name="office", label=_("Office"), choices=reach_queries.list_offices(actor)),
        Filter(name="from", label=_("From"), kind="day"),
        Filter(name="to", label=_("To"), kind="day"),
        Filter(name="least", label=_("Amount from"), kind="amount"),
        Filter(name="most", label=_("Amount to"), kind="amount"),
        Filter(name="field", label=_("Changed field"), groups=field_groups(with_asylum=actor.asylum_clearance)),
    )  # fmt: skip


def asked_of(filters: Filters, actor: Actor) -> RecordFilter:
    """What the filters ask, in the types of the query."""
    table, _dot, column = (filters["field"] or "").partition(".")
    first, last = filters["from"], filters["to"]
    return RecordFilter(
        words=tuple((filters[SEARCHED] or "").split()[:MOST_WORDS]),
        actor_id=filters["who"],
        kinds=kind_states.kinds_of(filters["act"]) if filters["act"] else (),
        reference=filters["case"].upper() if filters["case"] else None,
        office_id=filters["office"],
        first=reach_queries.midnight(first, actor.zone) if first else None,
        end=reach_queries.midnight(last + timedelta(days=1), actor.zone) if last else None,
        least=filters["least"], most=filters["most"],
        field=(table, column) if column else None,
    )  # fmt: skip


def asked_for(filters: Filters) -> tuple[str, ...]:
    """name=value of everything but words, for the record."""
    shown = {each.name: filters.shown(each.name) for each in filters.offered if each.name != SEARCHED}
    if shown["case"] and not _REFERENCE.fullmatch(shown["case"]):
        shown["case"] = "–"  # a name typed into the wrong box would stay in the record for good
    return tuple(f"{name}={value}" for name, value in shown.items() if value)


def kept_query(filters: Filters) -> str:
    """The filters as an address holds them, without words; empty where nothing else is asked."""
    return urlencode(dict(each.split("=", 1) for each in asked_for(filters)))


def _examples() -> list[tuple[str, str]]:
    """(words, address) of what auditors ask first."""
    here = url_for("audit.search_record")
    return [
        (_("Who read cases"), f"{here}?act=reads"),
        (_("Approvals"), f"{here}?act=approvals"),
        (_("Payments of 1,000 and more"), f"{here}?act=instalment.paid&least=1000"),
        (_("Changed arrival dates"), f"{here}?field=journey.arrived_on"),
        (_("Corrections"), f"{here}?act=corrections"),
    ]


@requires(Permission.AUDIT_READ)
def delete_search(saved_id: str) -> ResponseReturnValue:
    """Forget one of the own searches."""
    done = attempt(None, search_commands.delete_search, saved_id, actor=current_actor())
    if done:
        flash(_("Forgotten: %(name)s.", name=done.result), "ok")
    return redirect(url_for("audit.search_record"))


FILTER_WORDS = {
    "who": _l("person"), "act": _l("act"), "case": _l("case"), "office": _l("office"), "from": _l("first day"),
    "to": _l("last day"), "least": _l("lowest amount"), "most": _l("highest amount"), "field": _l("changed field"),
    "programme": _l("programme"), "group": _l("kind of change"),
}  # fmt: skip
"""The names of filters in the sentence that tells of a search."""


def told_filters(asked: list[str]) -> str:
    """What was filtered by, in words: "case EE-2026-00001, first day 2026-01-01"; ids and codes stay unsaid."""
    said = ("case", "from", "to", "least", "most")
    pairs = [each.partition("=") for each in asked]
    words = [f"{FILTER_WORDS.get(name, name)}" + (f" {value}" if name in said else "") for name, _is, value in pairs]
    return ", ".join(words)
