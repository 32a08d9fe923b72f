"""Logging and correcting arrivals, contact with the receiving office, and needs."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.cases.queries import get_person, list_persons
from casetracker.cases.states import PersonFacts
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Sight
from casetracker.returns import commands, queries
from casetracker.returns.journey_forms import (
    CorrectContactForm,
    CorrectJourneyForm,
    CorrectNeedsAssessmentForm,
    LogArrivalForm,
    LogContactForm,
    LogNeedsAssessmentForm,
)  # fmt: skip
from casetracker.returns.routes import bp, to_panel


def _to_journey(reference: str, actor: Actor) -> Sight:
    """The case for either office, open."""
    sight = require_open(actor, open_dossier(reference, actor).dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


def _to_receive(reference: str, actor: Actor) -> Sight:
    """The case for who does what the receiving office does."""
    sight = _to_journey(reference, actor)
    if not queries.receiving_acts(sight):
        raise NotFound("not this office's act")
    return sight


def _returned(dossier_id: str) -> list[PersonFacts]:
    facts = queries.journey_facts(dossier_id)
    return [person for person in list_persons(dossier_id) if facts[person.id].arrived_on is not None]


@bp.route("/cases/<reference>/arrival/new", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def log_arrival(reference: str) -> ResponseReturnValue:
    """Who arrived on one day."""
    actor = current_actor()
    sight = _to_journey(reference, actor)
    facts = queries.journey_facts(sight.dossier_id)
    persons = [person for person in list_persons(sight.dossier_id) if person.is_active]
    waited = [person for person in persons if facts[person.id].arrived_on is None]
    gone = [person.id for person in waited if facts[person.id].departed_on is not None]
    form = LogArrivalForm(data={"persons": gone})
    form.offer(waited)
    if form.validate_on_submit() and attempt(
        form, commands.log_arrival, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The arrival was logged."))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/log_persons.html", form=form, sight=sight, persons=waited, title=_("Log an arrival"),
        save=_("Log the arrival"), panel="journey", nobody=_("Everybody who takes part has arrived."),
    )  # fmt: skip
    return page, form.status


@bp.route("/cases/<reference>/journey/<person_id>/correct", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def correct_journey(reference: str, person_id: str) -> ResponseReturnValue:
    """A person's journey as it should have been logged."""
    actor = current_actor()
    sight = _to_journey(reference, actor)
    person = get_person(sight.dossier_id, person_id)
    journey = queries.find_journey(sight.dossier_id, person_id)
    if journey is None:
        raise NotFound("journey")
    form = CorrectJourneyForm(obj=journey, data={"place": journey.arrival_place})
    if form.validate_on_submit() and attempt(
        form, commands.correct_journey, form.to_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("The journey of %(name)s was corrected.", name=person.name))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/correct.html", form=form, sight=sight, panel="journey",
        title=_("Correct the journey of %(name)s", name=person.name),
        note=_(
            "A changed day moves the clocks of the grants, and puts a point on the case that is cleared before money"
            " moves again. A day that was logged by mistake is emptied."
        ),
    )  # fmt: skip
    return page, form.status


@bp.route("/cases/<reference>/contact/new", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def log_contact(reference: str) -> ResponseReturnValue:
    """Contact of returned persons with the receiving office."""
    actor = current_actor()
    sight = _to_receive(reference, actor)
    returned = _returned(sight.dossier_id)
    form = LogContactForm(data={"persons": [person.id for person in returned]})
    form.offer(returned)
    if form.validate_on_submit() and attempt(
        form, commands.log_contact, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The contact was logged."))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/log_persons.html", form=form, sight=sight, persons=returned, panel="journey",
        title=_("Log contact with the receiving office"), save=_("Log the contact"),
        nobody=_("Nobody of this case has arrived yet."),
    )  # fmt: skip
    return page, form.status


@bp.route("/cases/<reference>/contact/<contact_id>/correct", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def correct_contact(reference: str, contact_id: str) -> ResponseReturnValue:
    """A contact as it should have been logged."""
    actor = current_actor()
    sight = _to_receive(reference, actor)
    form = CorrectContactForm(obj=queries.get_contact(sight.dossier_id, contact_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_contact, form.to_command(sight, contact_id), actor=actor, sight=sight
    ):
        flash(_("The contact was corrected."))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/correct.html",
        form=form,
        sight=sight,
        title=_("Correct the contact"),
        panel="journey",
        note="",
    )
    return page, form.status


@bp.route("/cases/<reference>/needs/new", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def log_needs_assessment(reference: str) -> ResponseReturnValue:
    """What returned persons need."""
    actor = current_actor()
    sight = _to_receive(reference, actor)
    returned = _returned(sight.dossier_id)
    form = LogNeedsAssessmentForm(data={"persons": [person.id for person in returned]})
    form.offer(returned)
    if form.validate_on_submit() and attempt(
        form, commands.log_needs_assessment, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The needs assessment was logged."))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/log_persons.html", form=form, sight=sight, persons=returned, panel="journey",
        title=_("Log a needs assessment"), save=_("Log the assessment"),
        nobody=_("Nobody of this case has arrived yet."),
    )  # fmt: skip
    return page, form.status


@bp.route("/cases/<reference>/needs/<assessment_id>/correct", methods=["GET", "POST"])
@requires(Permission.JOURNEY_LOG)
def correct_needs_assessment(reference: str, assessment_id: str) -> ResponseReturnValue:
    """An assessment as it should have been logged."""
    actor = current_actor()
    sight = _to_receive(reference, actor)
    form = CorrectNeedsAssessmentForm(obj=queries.get_assessment(sight.dossier_id, assessment_id))
    if form.validate_on_submit() and attempt(
        form,
        commands.correct_needs_assessment,
        form.to_command(sight, assessment_id),
        actor=actor,
        sight=sight,
    ):
        flash(_("The needs assessment was corrected."))
        return to_panel(reference, "journey")
    page = render_template(
        "returns/correct.html", form=form, sight=sight, title=_("Correct the needs assessment"),
        panel="journey", note="",
    )  # fmt: skip
    return page, form.status
