"""What the panel of the plan on the page of a case or project shows."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Sight
from casetracker.plans.due_queries import load_due
from casetracker.plans.queries import lines_of, list_versions
from casetracker.plans.states import ApprovedLine, DecisionFacts, PlanDueFacts, PlanState, PlanStep, VersionFacts


@dataclass(frozen=True, kw_only=True)
class PlansPanel:
    """The plan on the case page: where it stands, why it was returned, the payable lines with their
    figures."""

    state: PlanState | None
    newest: VersionFacts | None
    approved: VersionFacts | None
    lines: tuple[ApprovedLine, ...]
    may_write: bool
    due: PlanDueFacts | None = None

    @property
    def returned(self) -> DecisionFacts | None:
        """The return that stands: the newest version was returned and not submitted anew."""
        is_returned = self.newest is not None and self.state == PlanState.RETURNED
        return self.newest.decision(PlanStep.RETURN) if is_returned and self.newest else None


def load_panel(sight: Sight, actor: Actor) -> PlansPanel:
    """What the panel of the plan shows; at most three queries."""
    acts = actor.may(Permission.PLAN_WRITE) and sight.relation is not None and not sight.is_closed
    state, due = None, None
    if actor.may(Permission.PLAN_READ):
        state, due = load_due(sight.dossier_id, clock.today(actor.zone))
    versions = list_versions(sight.dossier_id) if state is not None else []
    approved = next((v for v in versions if v.is_approved), None)
    return PlansPanel(
        state=state, newest=next((v for v in versions if not v.is_recalled), None), approved=approved,
        lines=tuple(lines_of(approved)) if approved else (), may_write=acts,
        due=None if sight.is_closed else due,
    )  # fmt: skip
