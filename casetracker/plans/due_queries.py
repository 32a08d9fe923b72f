"""Until when the plan of a case is ideally ready."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, func, select

from casetracker.cases.models import Case
from casetracker.core.db import db
from casetracker.dossiers.models import Dossier
from casetracker.grants.models import Grant
from casetracker.grants.states import GrantState
from casetracker.plans import rules
from casetracker.plans.models import Plan
from casetracker.plans.states import PlanDueFacts, PlanState
from casetracker.programmes.models import Programme
from casetracker.returns.models import Journey


def load_due(dossier_id: str, today: date) -> tuple[PlanState | None, PlanDueFacts | None]:
    """(where the plan stands, until when it is ideally ready); one query."""
    arrived = select(func.min(Journey.arrived_on)).where(Journey.dossier_id == dossier_id).scalar_subquery()
    needs = exists().where(Grant.dossier_id == dossier_id, Grant.needs_plan, Grant.state == GrantState.OPEN)
    query = (
        select(Plan.state, Plan.approved_number, Programme.plan_within_months, Case.suspended_on, arrived, needs)
        .select_from(Dossier)
        .outerjoin(Case, Case.id == Dossier.id)
        .outerjoin(Plan, Plan.dossier_id == Dossier.id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .where(Dossier.id == dossier_id)
    )
    state, approved, months, suspended, first, needs_plan = db.session.execute(query).one()
    due = rules.find_due(
        first, months, today, needs_plan=needs_plan, is_approved=approved is not None,
        is_suspended=suspended is not None,
    )  # fmt: skip
    return state, due
