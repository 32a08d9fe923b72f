"""Taking away: the history of one case as a file."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import pace
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.audit import room
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE
from casetracker.exports import bundle_routes, commands, making, operator, publication_routes
from casetracker.exports.file_routes import hand_out
from casetracker.exports.queries import open_history
from casetracker.exports.states import ABOUT_ASYLUM, USES, ExportFormat, is_made_at_once
from casetracker.web.labels import label

bp = Blueprint("exports", __name__)
SETUP = [operator.init_app, making.init_app, publication_routes.set_up]
for _routes in (bundle_routes, publication_routes):
    _routes.add_to(bp)
room.add_page(
    room.RoomPage(
        label=_l("Bundles"), endpoint="exports.list_bundles", order=50, icon="package",
        also=("exports.ask_bundle", "exports.show_bundle", "exports.choose_format"),
        about=_l("Many cases as one file that proves itself without the program; and what was taken away before."),
    )
)  # fmt: skip


@bp.route("/audit/<reference>/export")
@requires(Permission.AUDIT_EXPORT)
def choose_format(reference: str) -> ResponseReturnValue:
    """What the history of this case or project can be taken away as, a button for each."""
    kind = kind_of(reference)
    sight = sight_of(current_actor(), reference, kind)
    entries = open_history(sight).entries
    uses = [(each, _(USES[each]), is_made_at_once(each, entries)) for each in ExportFormat]
    return render_template(
        "exports/choose_format.html", reference=sight.reference, uses=uses, about=_(ABOUT_ASYLUM), entries=entries,
    )  # fmt: skip


def _about_export(reference: str, format: str) -> Act:
    kind = kind_of(reference)
    sight = sight_of(current_actor(), reference, kind)
    facts = [
        (_("Case") if kind == CASE else _("Project"), sight.reference),
        (_("Format"), label(ExportFormat(format)) if format in list(ExportFormat) else ""),
    ]
    return Act(title=_("Take away the history"), facts=facts, back=url_for("audit.index"))


@bp.route("/audit/<reference>/export/<format>", methods=["POST"])
@requires(Permission.AUDIT_EXPORT, describe=_about_export, limit=EXPORTS)
def export_case(reference: str, format: str) -> ResponseReturnValue:
    """The history of one case or project as a file."""
    kind = kind_of(reference)
    if format not in list(ExportFormat):
        raise NotFound(format)
    actor, wanted = current_actor(), ExportFormat(format)
    entries = open_history(sight_of(actor, reference, kind)).entries
    if not is_made_at_once(wanted, entries):
        flash(
            _(
                "This history is too long to wait for. Ask for a bundle of this one: %(reference)s",
                reference=reference,
            ),
            "info",
        )
        return redirect(url_for("exports.ask_bundle", references=reference))
    with pace.alone(EXPORTS, actor):
        export = commands.export_case(commands.ExportCase(reference=reference, format=wanted), actor=actor)
    return hand_out(export, f"{reference}.{wanted}")
