"""Taking the workpaper of a sample away, and the forms for its visits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import pace
from casetracker.accounts.attempts import try_act
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Permission
from casetracker.exports import bundle_routes
from casetracker.exports.file_routes import hand_out
from casetracker.exports.states import Export
from casetracker.sampling import queries
from casetracker.sampling import workpaper_commands as commands
from casetracker.sampling.workpaper_states import WorkpaperFormat
from casetracker.web.formats import message, number
from casetracker.web.labels import label

ADDRESS = "/audit/samples/<sample_id>"


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
    bp.add_url_rule(f"{ADDRESS}/workpaper/<format>", view_func=export_workpaper, methods=["POST"])
    bp.add_url_rule(f"{ADDRESS}/visit", view_func=print_visits, methods=["POST"])
    bp.add_url_rule(f"{ADDRESS}/cases", view_func=take_cases)


def _about(title: str, sample_id: str, wanted: WorkpaperFormat) -> Act:
    sample = queries.get_sample(sample_id, current_actor())
    facts = [
        (_("Sample"), sample.name), (_("Items"), number(queries.count_items([sample]).get(sample.id, 0))),
        (_("Format"), label(wanted)),
    ]  # fmt: skip
    return Act(title=title, facts=facts, back=url_for("sampling.show_sample", sample_id=sample_id))


def _about_workpaper(sample_id: str, format: str) -> Act:
    return _about(_("Take the workpaper of this sample away"), sample_id, _format(format))


def _about_visits(sample_id: str) -> Act:
    if not queries.get_sample(sample_id, current_actor()).population.is_visited:
        raise NotFound("visit of what is no delivery")
    return _about(_("Print the forms for the visits"), sample_id, WorkpaperFormat.PDF)


def _format(name: str) -> WorkpaperFormat:
    if name not in list(WorkpaperFormat):
        raise NotFound(name)
    return WorkpaperFormat(name)


@requires(Permission.AUDIT_EXPORT, describe=_about_workpaper, limit=EXPORTS)
def export_workpaper(sample_id: str, format: str) -> ResponseReturnValue:
    """Purpose, population, method, items with what was seen, findings, what follows: as one file."""
    wanted = _format(format)
    cmd = commands.ExportWorkpaper(sample_id=sample_id, format=wanted)
    return _file(commands.export_workpaper, cmd, sample_id, f"workpaper-{sample_id}.{wanted}")


@requires(Permission.AUDIT_EXPORT, describe=_about_visits, limit=EXPORTS)
def print_visits(sample_id: str) -> ResponseReturnValue:
    """A list of the deliveries to visit, and a form for each."""
    cmd = commands.PrintVisits(sample_id=sample_id)
    return _file(commands.print_visits, cmd, sample_id, f"visits-{sample_id}.pdf")


@requires(Permission.AUDIT_EXPORT)
def take_cases(sample_id: str) -> ResponseReturnValue:
    """The form that asks for a bundle, filled with the cases of the sample's items."""
    actor = current_actor()
    sample = queries.get_sample(sample_id, actor)
    references = {row.reference for row in queries.list_items(sample, actor) if row.reference}
    return bundle_routes.filled_form(references)


def _file(act: Callable[..., Export], cmd: Any, sample_id: str, name: str) -> ResponseReturnValue:
    """The file as an attachment; a refusal leads back to the sample with its sentence."""
    actor = current_actor()
    with pace.alone(EXPORTS, actor):
        done = try_act(act, cmd, actor=actor)
    if isinstance(done, Refused):
        flash(message(done.message), "bad")
        return redirect(url_for("sampling.show_sample", sample_id=sample_id))
    return hand_out(done.result, name)
