"""Pages of a project's events: planning one, what took place, cancelling and correcting it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import benefit_queries, cohesion_commands, cohesion_queries, queries
from casetracker.community.benefit_forms import count_data
from casetracker.community.cohesion_forms import (
    CancelCohesionEventForm,
    CorrectCohesionEventForm,
    HoldCohesionEventForm,
    LogCohesionEventForm,
    PlanCohesionEventForm,
)
from casetracker.community.opening import open_to_edit
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/events"
    one = f"{base}/<event_id>"
    for address, view in (
        (f"{base}/plan", plan_cohesion_event), (f"{base}/log", log_cohesion_event),
        (f"{one}/hold", hold_cohesion_event), (f"{one}/cancel", cancel_cohesion_event),
        (f"{one}/correct", correct_cohesion_event),
    ):  # fmt: skip
        bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])


def _sites(sight: Sight) -> list[tuple[str, str]]:
    return [(site.id, site.name) for site in queries.list_sites(sight.dossier_id)]


@requires(Permission.PROJECT_EDIT)
def plan_cohesion_event(reference: str) -> ResponseReturnValue:
    """An event that is to take place; ?site= names where."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    form = PlanCohesionEventForm(data={"site_id": request.args.get("site", "")})
    form.offer_sites(_sites(sight))
    if form.validate_on_submit() and attempt(
        form, cohesion_commands.plan_cohesion_event, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The event was planned."))
        return _to_events(reference)
    return _render(form, reference, _("Plan an event"), _("Plan")), form.status


@requires(Permission.PROJECT_EDIT)
def log_cohesion_event(reference: str) -> ResponseReturnValue:
    """An event that took place, with who took part; ?site= names where."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    form = LogCohesionEventForm(data={"site_id": request.args.get("site", "")})
    form.offer_sites(_sites(sight))
    if form.validate_on_submit() and attempt(
        form, cohesion_commands.log_cohesion_event, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The event was entered."))
        return _to_events(reference)
    return _render(form, reference, _("An event that took place"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def hold_cohesion_event(reference: str, event_id: str) -> ResponseReturnValue:
    """A planned event took place, with who took part."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    event = cohesion_queries.get_event(sight, event_id)
    form = HoldCohesionEventForm(data={"day": event.day, "version": event.version})
    if form.validate_on_submit() and attempt(
        form, cohesion_commands.hold_cohesion_event, form.to_command(sight, event_id), actor=actor, sight=sight
    ):
        flash(_("The event was entered as held."))
        return _to_events(reference)
    return _render(form, reference, _("It took place: %(topic)s", topic=event.topic), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def cancel_cohesion_event(reference: str, event_id: str) -> ResponseReturnValue:
    """A planned event does not take place."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    event = cohesion_queries.get_event(sight, event_id)
    form = CancelCohesionEventForm(data={"version": event.version})
    if form.validate_on_submit() and attempt(
        form, cohesion_commands.cancel_cohesion_event, form.to_command(sight, event_id), actor=actor, sight=sight
    ):
        flash(_("The event was cancelled."))
        return _to_events(reference)
    title = _("It does not take place: %(topic)s", topic=event.topic)
    return _render(form, reference, title, _("Cancel the event")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_cohesion_event(reference: str, event_id: str) -> ResponseReturnValue:
    """Correct what was entered of an event that was held, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    event = cohesion_queries.get_event(sight, event_id)
    form = CorrectCohesionEventForm(data=_shown(event_id) | {
        "kind_of_event": event.kind, "topic": event.topic, "place": event.place, "day": event.day,
        "version": event.version,
    })  # fmt: skip
    if form.validate_on_submit() and attempt(
        form, cohesion_commands.correct_cohesion_event, form.to_command(sight, event_id), actor=actor, sight=sight
    ):
        flash(_("The event was corrected."))
        return _to_events(reference)
    return _render(form, reference, _("Correct an event"), _("Save")), form.status


def _shown(event_id: str) -> dict[str, object]:
    """Who took part as it stands; nothing where the event was not held."""
    figure = benefit_queries.find_participants(event_id)
    if figure is None:
        return {}
    return count_data(figure, [(share.people, share.number) for share in benefit_queries.list_shares(figure.id)])


def _render(form: object, reference: str, title: str, save: str) -> str:
    return render_template("community/event_form.html", form=form, reference=reference, title=title, save=save)


def _to_events(reference: str) -> ResponseReturnValue:
    return redirect(url_for("community.show_benefits", reference=reference, _anchor="events"))
