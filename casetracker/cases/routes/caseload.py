"""Who works on a case, and who may read it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.accounts.attempts import attempt as attempt_without_case
from casetracker.accounts.queries import list_colleagues
from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, form_queries, queries
from casetracker.cases.forms import AssignCaseworkerForm, HandOverCaseloadForm, RestrictDossierForm
from casetracker.cases.routes.blueprint import bp
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers import commands as dossier_commands
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation


@bp.route("/cases/<reference>/assign", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def assign_caseworker(reference: str) -> ResponseReturnValue:
    """Put a colleague in charge on this side of the case."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id)
    if sight.relation is None:
        raise NotFound("not this office's case")
    case = queries.get_case(sight.dossier_id)
    is_sending = sight.relation == Relation.SENDING
    worker = case.caseworker_id if is_sending else case.receiving_caseworker_id
    form = AssignCaseworkerForm(data={"caseworker_id": worker, "version": case.version})
    form.caseworker_id.choices = _colleagues(actor)
    if form.validate_on_submit() and attempt(
        form, commands.assign_caseworker, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The case is assigned."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="persons"))
    return render_template("cases/assign_caseworker.html", form=form, reference=reference), form.status


@bp.route("/caseload/hand-over", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def hand_over_caseload() -> ResponseReturnValue:
    """All open cases of one colleague to another."""
    actor = current_actor()
    form = HandOverCaseloadForm()
    form.from_id.choices = form_queries.list_workers(actor)
    form.to_id.choices = _colleagues(actor)
    if form.validate_on_submit() and (
        done := attempt_without_case(form, commands.hand_over_caseload, form.to_command(), actor=actor)
    ):
        count = int(done.result)
        flash(ngettext("One case was handed over.", "%(num)d cases were handed over.", count))
        return redirect(url_for("casefile.list_cases"))
    return render_template("cases/hand_over_caseload.html", form=form), form.status


@bp.route("/cases/<reference>/restrict", methods=["GET", "POST"])
@requires(Permission.CASE_RESTRICT)
def restrict_dossier(reference: str) -> ResponseReturnValue:
    """Named people only, or open to its offices again."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    stands, people = form_queries.load_readers(sight)
    form = RestrictDossierForm(data=stands)
    form.reader_ids.choices = people
    if form.validate_on_submit() and attempt(
        form, dossier_commands.restrict_dossier, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("Who reads the case is recorded."))
        return redirect(url_for("casefile.show_case", reference=reference))
    return render_template("cases/restrict_dossier.html", form=form, reference=reference), form.status


def _colleagues(actor: Actor) -> list[tuple[str, str]]:
    people = list_colleagues(actor.office_id or "", Role.CASEWORKER, Role.SUPERVISOR)
    return [(person.id, person.name) for person in people]
