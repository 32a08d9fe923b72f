"""What the plan's pages show: the draft with what is missing and left, one version with what changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casetracker.accounts.queries import names_of as user_names
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Sight
from casetracker.grants.holder_queries import list_holders
from casetracker.grants.states import Holder, are_persons
from casetracker.plans import difference_rules, queries, rules
from casetracker.plans.due_queries import load_due
from casetracker.plans.states import (
    ActivityFacts,
    ApprovedLine,
    ContributionFacts,
    FundingSource,
    GrantLimit,
    LineFacts,
    PlanDueFacts,
    PlanFacts,
    PlanState,
    PlanStep,
    Problem,
    VersionFacts,
)  # fmt: skip
from casetracker.programmes.models import ExchangeRate
from casetracker.providers.queries import names_of as provider_names


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """A grant beside the plan: what the plan takes of it, what it leaves."""

    limit: GrantLimit
    planned: int

    @property
    def left(self) -> int:
        """What the plan does not take yet; negative where it takes too much."""
        return self.limit.limit - self.planned


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """Everything on the plan's page."""

    plan: PlanFacts | None
    grants: tuple[GrantRow, ...]
    problems: tuple[Problem, ...]
    why_not_submit: Message | None
    why_not_edit: Message | None
    versions: tuple[VersionFacts, ...]
    persons: dict[str, Holder]
    names: dict[str, str]
    due: PlanDueFacts | None
    may_write: bool
    contributions: tuple[ContributionFacts, ...] = ()

    @property
    def is_of_persons(self) -> bool:
        """Whether it is a family's; a project's is for places."""
        return are_persons(self.persons.values())

    @property
    def limits(self) -> dict[str, GrantLimit]:
        """grant id -> limit."""
        return {row.limit.grant_id: row.limit for row in self.grants}

    @property
    def returned(self) -> VersionFacts | None:
        """The returned version whose reason stands."""
        newest = next((v for v in self.versions if not v.is_recalled), None)
        is_returned = self.plan is not None and self.plan.state == PlanState.RETURNED
        return newest if is_returned and newest is not None and newest.decision(PlanStep.RETURN) else None

    @property
    def sums(self) -> list[tuple[FundingSource, int]]:
        """(source, amount) over the whole plan."""
        return [(source, self.plan.by_source(source) if self.plan else 0) for source in FundingSource]

    def agreements(self, activity: ActivityFacts, line: LineFacts) -> list[tuple[str, int, bool]]:
        """(person id, amount, whether the signed agreement is there) of those who must agree."""
        needed = rules.needed_agreements(activity.beneficiary_ids, line.funding, self.limits)
        return [
            (person, amount, rules.standing_agreement(line, person, amount) is not None)
            for person, amount in needed.items()
        ]


def load_page(sight: Sight, actor: Actor) -> PlanPage:
    """The plan's page as this reader sees it."""
    today = clock.today(actor.zone)
    plan = queries.find_plan(sight.dossier_id, today)
    limits = queries.list_limits(sight.dossier_id)
    by_id = {limit.grant_id: limit for limit in limits}
    versions = queries.list_versions(sight.dossier_id)
    why_not = rules.why_not_submit(plan, by_id) if plan else rules.why_not_start(limits)
    return PlanPage(
        plan=plan,
        grants=tuple(
            GrantRow(limit=limit, planned=plan.planned(limit.grant_id) if plan else 0)
            for limit in limits if limit.needs_plan
        ),
        problems=tuple(rules.list_problems(plan, by_id)) if plan else (),
        why_not_submit=why_not,
        why_not_edit=rules.why_not_edit(plan.state) if plan else rules.why_not_start(limits),
        versions=tuple(versions),
        persons={holder.id: holder for holder in list_holders(sight.dossier_id)},
        names=_names(plan, versions),
        due=None if sight.is_closed else load_due(sight.dossier_id, today)[1],
        may_write=actor.may(Permission.PLAN_WRITE) and sight.relation is not None and not sight.is_closed,
        contributions=tuple(
            queries.list_contributions(sight.dossier_id, next((v for v in versions if v.is_approved), None))
        ),
    )  # fmt: skip


def _names(plan: PlanFacts | None, versions: list[VersionFacts]) -> dict[str, str]:
    users = {v.submitted_by for v in versions} | {d.decided_by for v in versions for d in v.decisions}
    users |= {author for v in versions for author in v.authors}
    providers = {line.provider_id for line in plan.lines if line.provider_id} if plan else set()
    return user_names(users) | provider_names(providers)


def get_activity(page: PlanPage, activity_id: str) -> ActivityFacts:
    """An activity of the draft; NotFound without it."""
    found = next((a for a in page.plan.activities if a.id == activity_id), None) if page.plan else None
    if found is None:
        raise NotFound("activity")
    return found


def get_line(page: PlanPage, line_id: str) -> tuple[ActivityFacts, LineFacts]:
    """A line of the draft with its activity; NotFound without it."""
    for activity in page.plan.activities if page.plan else ():
        for line in activity.lines:
            if line.id == line_id:
                return activity, line
    raise NotFound("line")


def list_currencies(base: str) -> list[str]:
    """Currencies in which unit prices may be written: the plan's own first, then those with a stored rate."""
    query = select(ExchangeRate.currency).where(ExchangeRate.base == base).distinct()
    return [base, *sorted(set(db.session.scalars(query)) - {base})]


@dataclass(frozen=True, kw_only=True)
class VersionPage:
    """A frozen version: its lines with figures, who decided, what changed from the one before; `gone` are the ids of
    grants that lapsed or were given back since, which the version goes on naming."""

    version: VersionFacts
    lines: tuple[ApprovedLine, ...]
    before: VersionFacts | None
    differences: tuple[Message, ...]
    persons: dict[str, Holder]
    names: dict[str, str]
    gone: frozenset[str]


def load_version(sight: Sight, number: int) -> VersionPage:
    """One version, compared with the version before it."""
    versions = queries.list_versions(sight.dossier_id)
    version = next((v for v in versions if v.number == number), None)
    if version is None:
        raise NotFound("plan version")
    before = next((v for v in versions if v.number < number), None)
    lines = queries.lines_of(version)
    persons = {holder.id: holder for holder in list_holders(sight.dossier_id)}
    names = _names(None, [version]) | {id: person.name for id, person in persons.items()}
    names |= provider_names({line.provider_id for line in lines if line.provider_id})
    found = difference_rules.list_differences(before.content, version.content, names) if before else []
    return VersionPage(
        version=version,
        lines=tuple(lines),
        before=before,
        differences=tuple(found),
        persons=persons,
        names=names,
        gone=frozenset(limit.grant_id for limit in queries.list_limits(sight.dossier_id) if not limit.is_open),
    )
