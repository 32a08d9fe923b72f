"""Adding, correcting and completing persons, and choosing a child's guardian."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, queries
from casetracker.cases.contact_forms import ChangeContactForm
from casetracker.cases.forms import EditPersonForm, GuardianForm, PersonForm
from casetracker.cases.routes.blueprint import bp
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation


@bp.route("/cases/<reference>/persons/new", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT)
def add_person(reference: str) -> ResponseReturnValue:
    """Another person for the case."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    form = PersonForm()
    if form.validate_on_submit() and attempt(
        form, commands.add_person, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The person is on the case."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="persons"))
    return render_template("cases/add_person.html", form=form, reference=reference), form.status


@bp.route("/cases/<reference>/persons/<person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT)
def edit_person(reference: str, person_id: str) -> ResponseReturnValue:
    """Correct or complete a person's facts."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    person = queries.get_person_row(sight.dossier_id, person_id)
    facts = queries.facts_of(person)
    stands = {
        **vars(commands.standing_entry(person)),
        "version": person.version,
        "not_known": facts.is_placeholder,
    }
    form = EditPersonForm(data=stands)
    if form.validate_on_submit() and attempt(
        form, commands.edit_person, form.to_edit_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("The correction is recorded."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="persons"))
    return render_template("cases/edit_person.html", form=form, reference=reference, subject=facts), form.status


@bp.route("/cases/<reference>/persons/<person_id>/guardian", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT)
def choose_guardian(reference: str, person_id: str) -> ResponseReturnValue:
    """Who consents for a child."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    child = queries.get_person(sight.dossier_id, person_id)
    form = GuardianForm(data={"guardian_id": child.guardian_id, "version": child.version})
    form.offer((p.id, p.name) for p in queries.list_persons(sight.dossier_id) if p.is_adult and p.id != child.id)
    if form.validate_on_submit() and attempt(
        form, commands.choose_guardian, form.to_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("The guardian is recorded."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="persons"))
    return render_template("cases/choose_guardian.html", form=form, reference=reference, subject=child), form.status


@bp.route("/cases/<reference>/persons/<person_id>/contact", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT)
def change_contact(reference: str, person_id: str) -> ResponseReturnValue:
    """How a person is reached, entered by either office."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    if require_open(actor, sight.dossier_id).relation is None:
        raise NotFound("not an office of this case")
    person = queries.get_person_row(sight.dossier_id, person_id)
    form = ChangeContactForm(data={**vars(commands.standing_contact(person)), "version": person.version})
    subject = queries.facts_of(person)
    if form.validate_on_submit() and attempt(
        form, commands.change_contact, form.to_command(sight, person_id), actor=actor, sight=sight
    ):
        flash(_("It is recorded how the person is reached."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="persons"))
    return render_template("cases/change_contact.html", form=form, reference=reference, subject=subject), form.status
