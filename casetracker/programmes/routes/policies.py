"""Approval policies of a programme."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from casetracker.accounts.session import current_actor, requires
from casetracker.core import clock
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.programmes import page_queries, queries, rules
from casetracker.programmes.forms import EditPolicyForm, PolicyForm
from casetracker.programmes.routes.blueprint import bp, propose, to_programme, warn
from casetracker.programmes.states import PolicyFacts
from casetracker.web.formats import message


def _offered(facts: PolicyFacts) -> dict[str, Any]:
    """What to begin with; bands and quotes only when the form is opened, for the rows sent stand for themselves."""
    if request.method == "POST":
        return {"own_procedure_limit": facts.own_procedure_limit}
    return {
        "bands": [asdict(band) for band in facts.bands],
        "quotes": [asdict(step) for step in facts.quotes],
        "own_procedure_limit": facts.own_procedure_limit,
    }


@bp.route("/admin/programmes/<programme_id>/policies/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def set_policy(programme_id: str) -> ResponseReturnValue:
    """A new approval policy from a day on; it begins as a copy of the latest."""
    actor, programme = current_actor(), queries.get_programme(programme_id)
    latest = next(iter(queries.list_policies(programme_id)), None)
    offered = _offered(queries.policy_facts(latest, programme.currency)) if latest else {}
    form, currency = PolicyForm(data=offered), programme.currency
    form.set_currency(currency)
    if form.validate_on_submit() and propose(form, form.to_command(programme_id), actor=actor):
        warn(page_queries.warnings_of(form.band_facts(), currency))
        return to_programme(programme_id, "policies")
    programme, strengths = queries.get_programme(programme_id), queries.list_strengths()
    return render_template(
        "programmes/set_policy.html", form=form, programme=programme, strengths=strengths
    ), form.status


@bp.route("/admin/programmes/<programme_id>/policies/<policy_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def edit_policy(programme_id: str, policy_id: str) -> ResponseReturnValue:
    """Bands and quotes of a policy that is not yet in force."""
    actor, policy = current_actor(), queries.get_policy_row(policy_id)
    if policy.programme_id != programme_id:
        raise NotFound("policy of another programme")
    reason = rules.why_not_edit_policy(policy.valid_from, clock.today(actor.zone))
    if reason is not None:
        flash(message(reason), "warn")
        return to_programme(programme_id, "policies")
    currency = queries.get_programme(programme_id).currency
    form = EditPolicyForm(data={"version": policy.version, **_offered(queries.policy_facts(policy, currency))})
    form.set_currency(currency)
    if form.validate_on_submit() and propose(form, form.to_command(policy_id), actor=actor):
        warn(page_queries.warnings_of(form.band_facts(), currency))
        return to_programme(programme_id, "policies")
    more = {"programme": queries.get_programme(programme_id), "policy": queries.get_policy_row(policy_id)}
    strengths = queries.list_strengths()
    return render_template("programmes/edit_policy.html", form=form, strengths=strengths, **more), form.status
