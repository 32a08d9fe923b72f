"""Plans that wait for validation or final approval: whose turn it is, and whether this person may."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.approvals.office_queries import Offices, offices_of, supervisors_of
from casetracker.core.actor import Actor
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import sight_by_id
from casetracker.plans import rules as plan_rules
from casetracker.plans.queries import get_version_by_id, lines_of, list_versions, list_waiting_versions
from casetracker.plans.states import ApprovedLine, FundingSource, PlanState, PlanStep, VersionFacts


@dataclass(frozen=True, kw_only=True)
class PlanWaiting:
    """A frozen version that waits, the step it waits for, and why this person may not take it (None: may)."""

    version: VersionFacts
    reference: str
    offices: Offices
    step: PlanStep
    why_not: Message | None

    @property
    def amount(self) -> int:
        """What grants pay in it, minor units of its currency."""
        return sum(
            part["amount"]
            for activity in self.version.content.get("activities", ())
            for line in activity["lines"]
            for part in line["funding"]
            if part["source"] == FundingSource.GRANT
        )

    @property
    def titles(self) -> list[str]:
        """The titles of its activities."""
        return [activity["title"] for activity in self.version.content.get("activities", ())]


def list_plans(actor: Actor) -> list[PlanWaiting]:
    """The versions of dossiers the actor sees that wait for a decision, oldest first."""
    if not actor.may(Permission.PLAN_APPROVE):
        return []
    versions = list_waiting_versions(actor)
    if not versions:
        return []
    offices = offices_of(version.dossier_id for version in versions)
    return [_waiting(version, offices[version.dossier_id], actor) for version in versions]


def _waiting(version: VersionFacts, offices: Offices, actor: Actor) -> PlanWaiting:
    step = PlanStep.APPROVE if version.state == PlanState.VALIDATED else PlanStep.VALIDATE
    return PlanWaiting(
        version=version,
        reference=offices.reference,
        offices=offices,
        step=step,
        why_not=plan_rules.why_not_decide(
            version,
            step,
            user_id=actor.id,
            relation=offices.relation_of(actor.office_id),
            state=version.state,
            has_receiving=offices.receiving is not None,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """One version as it is decided on, with the version that is payable until then."""

    waiting: PlanWaiting
    lines: tuple[ApprovedLine, ...]
    before: VersionFacts | None
    why_not_return: Message | None
    who_can: tuple[str, ...]


def load_plan(actor: Actor, version_id: str) -> PlanPage:
    """The version with all that deciding needs; NotFound where the actor does not see its dossier."""
    if not actor.may(Permission.PLAN_READ):
        raise NotFound("plan version")
    version = get_version_by_id(version_id)
    sight_by_id(actor, version.dossier_id)
    offices = offices_of([version.dossier_id])[version.dossier_id]
    waiting = _waiting(version, offices, actor)
    can = [
        user.name
        for user in supervisors_of(offices, version.dossier_id)
        if plan_rules.why_not_decide(
            version,
            waiting.step,
            user_id=user.id,
            relation=offices.relation_of(user.office_id),
            state=version.state,
            has_receiving=offices.receiving is not None,
        )
        is None
    ]
    earlier = [v for v in list_versions(version.dossier_id) if v.is_approved and v.number < version.number]
    return PlanPage(
        waiting=waiting,
        lines=tuple(lines_of(version)),
        before=earlier[0] if earlier else None,
        why_not_return=plan_rules.why_not_decide(
            version,
            PlanStep.RETURN,
            user_id=actor.id,
            relation=offices.relation_of(actor.office_id),
            state=version.state,
            has_receiving=offices.receiving is not None,
        ),
        who_can=tuple(can),
    )
