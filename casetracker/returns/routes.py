"""Logging and correcting counselling, application and travel papers, by the sending office.

The rest of the way home is in journey_routes.py."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.cases.queries import get_person, list_persons
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.documents.queries import use_subjects
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part
from casetracker.returns import commands, queries
from casetracker.returns.commands.travel import travel_facts
from casetracker.returns.forms import (
    CorrectApplicationForm,
    CorrectCounsellingForm,
    LogApplicationForm,
    LogCounsellingForm,
    LogExpulsionOrderForm,
    LogTravelForm,
)  # fmt: skip

bp = Blueprint("returns", __name__)


def to_send(reference: str, actor: Actor) -> Sight:
    """The case for the sending office, open; for everybody else these addresses do not exist."""
    sight = open_dossier(reference, actor)
    return require_open(actor, sight.dossier_id, relation=Relation.SENDING, part=Part.SENDING)


def to_panel(reference: str, panel: str) -> ResponseReturnValue:
    """Back to the case, where the act now shows."""
    return redirect(url_for("casefile.show_case", reference=reference, _anchor=panel))


@bp.route("/cases/<reference>/counselling/new", methods=["GET", "POST"])
@requires(Permission.COUNSELLING_LOG)
def log_counselling(reference: str) -> ResponseReturnValue:
    """A new session, with what each adult stated."""
    actor = current_actor()
    sight = to_send(reference, actor)
    form = LogCounsellingForm(data={"language": "uk"})
    form.offer([person for person in list_persons(sight.dossier_id) if person.is_adult and person.is_active])
    if form.validate_on_submit() and attempt(
        form, commands.log_counselling, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The session was logged."))
        return to_panel(reference, "counselling")
    return render_template("returns/log_counselling.html", form=form, sight=sight), form.status


@bp.route("/cases/<reference>/counselling/<session_id>/correct", methods=["GET", "POST"])
@requires(Permission.COUNSELLING_LOG)
def correct_counselling(reference: str, session_id: str) -> ResponseReturnValue:
    """A session as it should have been logged, with the reason."""
    actor = current_actor()
    sight = to_send(reference, actor)
    session = queries.get_session(sight.dossier_id, session_id)
    stated = queries.list_statements(session_id)
    there = {statement.person_id for statement in stated}
    form = CorrectCounsellingForm(
        obj=session,
        data={
            "statements": [
                {"person_id": s.person_id, "took_part": True, "free_choice": s.free_choice,
                 "is_informed": s.is_informed}
                for s in stated
            ]
        },
    )  # fmt: skip
    form.offer([person for person in list_persons(sight.dossier_id) if person.id in there])
    if form.validate_on_submit() and attempt(
        form, commands.correct_counselling, form.to_correction(sight, session_id), actor=actor, sight=sight
    ):
        flash(_("The session was corrected."))
        return to_panel(reference, "counselling")
    page = render_template("returns/log_counselling.html", form=form, sight=sight, correcting=True)
    return page, form.status


@bp.route("/cases/<reference>/application/new", methods=["GET", "POST"])
@requires(Permission.APPLICATION_LOG)
def log_application(reference: str) -> ResponseReturnValue:
    """A signed return application."""
    actor = current_actor()
    sight = to_send(reference, actor)
    facts = queries.return_facts(sight.dossier_id)
    open_ones = [
        person for person in list_persons(sight.dossier_id) if person.is_active and facts[person.id].applied_on is None
    ]
    form = LogApplicationForm(data={"persons": [person.id for person in open_ones]})
    form.offer(open_ones)
    if form.validate_on_submit() and attempt(
        form, commands.log_application, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The return application was logged."))
        return to_panel(reference, "application")
    page = render_template("returns/log_application.html", form=form, sight=sight, persons=open_ones)
    return page, form.status


@bp.route("/cases/<reference>/application/<application_id>/correct", methods=["GET", "POST"])
@requires(Permission.APPLICATION_LOG)
def correct_application(reference: str, application_id: str) -> ResponseReturnValue:
    """The right day or file of an application."""
    actor = current_actor()
    sight = to_send(reference, actor)
    form = CorrectApplicationForm(obj=queries.get_application(sight.dossier_id, application_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_application, form.to_command(sight, application_id), actor=actor, sight=sight
    ):
        flash(_("The return application was corrected."))
        return to_panel(reference, "application")
    page = render_template(
        "returns/correct.html", form=form, sight=sight, title=_("Correct the return application"),
        panel="application", note=_("Who counts as an adult stays as it was fixed."),
    )  # fmt: skip
    return page, form.status


@bp.route("/cases/<reference>/expulsion-order/<person_id>", methods=["GET", "POST"])
@requires(Permission.APPLICATION_LOG)
def log_expulsion_order(reference: str, person_id: str) -> ResponseReturnValue:
    """Whether an expulsion order is in force against a person who applied; entered or corrected."""
    actor = current_actor()
    sight = to_send(reference, actor)
    person = get_person(sight.dossier_id, person_id)
    row = queries.get_application_person(sight.dossier_id, person_id)
    known = row.has_expulsion_order is not None
    form = LogExpulsionOrderForm(data={"has_expulsion_order": row.has_expulsion_order, "version": row.version})
    if form.validate_on_submit() and attempt(
        form, commands.log_expulsion_order, form.to_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("What is known of an expulsion order against %(name)s was saved.", name=person.name))
        return to_panel(reference, "application")
    page = render_template("returns/log_expulsion_order.html", form=form, sight=sight, about=person, known=known)
    return page, form.status


@bp.route("/cases/<reference>/travel/<person_id>", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def log_travel(reference: str, person_id: str) -> ResponseReturnValue:
    """One person's travel document, fitness and booking."""
    actor = current_actor()
    sight = to_send(reference, actor)
    person = get_person(sight.dossier_id, person_id)
    row = queries.find_travel(sight.dossier_id, person_id)
    form = LogTravelForm(data={**asdict(travel_facts(row)), "version": row.version if row else 0})
    if form.validate_on_submit() and attempt(
        form, commands.log_travel, form.to_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("The travel papers of %(name)s were saved.", name=person.name))
        return to_panel(reference, "journey")
    page = render_template("returns/log_travel.html", form=form, sight=sight, traveller=person, row=row)
    return page, form.status


def _name_subjects(app: Flask) -> None:
    use_subjects(lambda dossier_id: [(person.id, person.name) for person in list_persons(dossier_id)])


SETUP = [_name_subjects]

from casetracker.returns import journey_routes  # noqa: E402, F401  # its views hang on this blueprint
