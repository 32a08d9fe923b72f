"""The change report of some days: counts that open to their entries, and the same as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import pace
from casetracker.accounts.attempts import try_act
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.audit import change_queries, change_report, reach_queries, search_commands
from casetracker.audit.change_report import MEDIA_TYPES, ExportChanges, ReportFormat
from casetracker.audit.change_states import ABOUT, LONGEST_DAYS, USUAL_DAYS, ChangeGroup
from casetracker.audit.kind_states import word_of
from casetracker.audit.search_states import RecordFilter, read_place
from casetracker.casefile.page import teller
from casetracker.core import clock
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Permission
from casetracker.programmes import queries as programmes
from casetracker.web.filters import Filter, Filters, read_filters
from casetracker.web.formats import day, message
from casetracker.web.labels import label

ADDRESS = "/audit/changes"


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
    bp.add_url_rule(ADDRESS, view_func=report_changes)
    bp.add_url_rule(f"{ADDRESS}/export/<format>", view_func=export_changes, methods=["POST"])


@requires(Permission.AUDIT_READ)
def report_changes() -> ResponseReturnValue:
    """Each part of the report with its counts; with ?group= the entries of one part, before and after."""
    actor = current_actor()
    filters, wanted, first, last = _asked(actor)
    group = _group()
    before, after = read_place(request.args.get("before", "")), read_place(request.args.get("after", ""))
    if not (before or after):
        search_commands.record_search("changes", _told(filters, first, last, group), has_words=False, actor=actor)
    found = change_queries.list_changes(actor, wanted, group, before=before, after=after) if group else None
    names = dict(found.names) | {SYSTEM.id: str(_("System"))} if found else {}
    return render_template(
        "audit/report_changes.html", filters=filters, first=first, last=last, group=group, found=found, names=names,
        counts=change_queries.count_changes(actor, wanted), about=ABOUT, word_of=word_of, tell=teller(names),
        formats=list(ReportFormat), query=_query(filters, first, last),
    )  # fmt: skip


def _group() -> ChangeGroup | None:
    name = request.args.get("group", "")
    return ChangeGroup(name) if name in list(ChangeGroup) else None


def _asked(actor: Actor) -> tuple[Filters, RecordFilter, date, date]:
    """The filters, what they ask, and the days: the last thirty where none are named, never more than a year."""
    mandated = {each for mandate in actor.mandates for each in mandate.programme_ids}
    every = any(not mandate.programme_ids for mandate in actor.mandates)
    offered = [p for p in programmes.list_programmes(active_only=False) if every or p.id in mandated]
    filters = read_filters(
        Filter(name="from", label=_("From"), kind="day"),
        Filter(name="to", label=_("To"), kind="day"),
        Filter(name="office", label=_("Office"), choices=reach_queries.list_offices(actor)),
        Filter(name="programme", label=_("Programme"), choices=[(p.id, p.name) for p in offered]),
    )
    last = filters["to"] or max(clock.today(actor.zone), filters["from"] or date.min)
    first = filters["from"] or last - timedelta(days=USUAL_DAYS - 1)
    first = min(max(first, last - timedelta(days=LONGEST_DAYS - 1)), last)
    filters = Filters(offered=filters.offered, values={**filters.values, "from": first, "to": last})
    wanted = RecordFilter(
        office_id=filters["office"], programme_id=filters["programme"],
        first=reach_queries.midnight(first, actor.zone),
        end=reach_queries.midnight(last + timedelta(days=1), actor.zone),
    )  # fmt: skip
    return filters, wanted, first, last


def _query(filters: Filters, first: date, last: date) -> dict[str, Any]:
    """What the address of this report holds, without its part."""
    others = {name: filters[name] for name in ("office", "programme") if filters[name]}
    return {"from": first.isoformat(), "to": last.isoformat(), **others}


def _told(filters: Filters, first: date, last: date, group: ChangeGroup | None) -> tuple[str, ...]:
    """The question as the record keeps it: name=value."""
    asked = _query(filters, first, last) | ({"group": str(group)} if group else {})
    return tuple(f"{name}={value}" for name, value in asked.items())


def _about_export(format: str) -> Act:
    filters, _wanted, first, last = _asked(current_actor())
    facts = [
        (_("Days"), f"{day(first)} – {day(last)}"),
        *((words, value) for words, value in filters.told() if words in (_("Office"), _("Programme"))),
        (_("Format"), label(ReportFormat(format)) if format in list(ReportFormat) else ""),
    ]
    return Act(title=_("Take the change report away"), facts=facts, back=url_for("audit.report_changes"))


@requires(Permission.AUDIT_EXPORT, describe=_about_export, limit=EXPORTS)
def export_changes(format: str) -> ResponseReturnValue:
    """Every part of the report as one file."""
    if format not in list(ReportFormat):
        raise NotFound(format)
    actor, form = current_actor(), ReportFormat(format)
    filters, wanted, first, last = _asked(actor)
    cmd = ExportChanges(wanted=wanted, asked=_told(filters, first, last, None), format=form)
    with pace.alone(EXPORTS, actor):
        done = try_act(change_report.export_changes, cmd, actor=actor)
    if isinstance(done, Refused):
        flash(message(done.message), "bad")
        return redirect(url_for("audit.report_changes", **_query(filters, first, last)))
    name = f"changes-{first.isoformat()}-{last.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(done.result, content_type=MEDIA_TYPES[form], headers=headers)
