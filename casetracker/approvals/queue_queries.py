"""The queue: what waits for this person, what waits for others and why, oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts.queries import names_of
from casetracker.approvals import plan_queries, queries, reversal_queries
from casetracker.approvals.plan_queries import PlanWaiting
from casetracker.approvals.queries import RequestPage, Waiting
from casetracker.approvals.reversal_queries import ReversalWaiting
from casetracker.core.actor import Actor
from casetracker.dossiers.checking import Question, questions_about
from casetracker.web.pagination import Page, slice_page

SIZE = 20
"""So many requests stand in full on one page of the queue."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """requests: those this person decides, in full; others: what waits for others; names: of requesters; questions:
    what an auditor would ask, by the request's id."""

    requests: Page[RequestPage]
    others: Page[tuple[Waiting, tuple[str, ...]]]
    plans: tuple[PlanWaiting, ...]
    reversals: tuple[ReversalWaiting, ...]
    names: dict[str, str]
    questions: dict[str, list[Question]]

    @property
    def mine(self) -> int:
        """How much waits for this person's decision, as `count_mine` says it."""
        decided = [plan.why_not for plan in self.plans] + [each.why_not for each in self.reversals]
        return self.requests.total + decided.count(None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for anybody."""
        return not (self.requests.total or self.others.total or self.plans or self.reversals)


def load_queue(actor: Actor) -> Queue:
    """What waits in the dossiers that the actor sees, oldest first; as many queries whatever waits."""
    waiting = queries.list_waiting(actor)
    mine = slice_page([each for each in waiting if each.why_not is None], size=SIZE)
    others = slice_page([each for each in waiting if each.why_not is not None], size=SIZE, name="others")
    can = queries.who_can(others.items)
    plans = plan_queries.list_plans(actor)
    reversals = reversal_queries.list_reversals(actor)
    asked: dict[str, list[str]] = {}
    for each in mine.items:
        asked.setdefault(each.disbursement.dossier_id, []).append(each.disbursement.id)
    people = {each.submission.requested_by for each in (*mine.items, *others.items)}
    people |= {plan.version.submitted_by for plan in plans} | {r.reversal.requested_by for r in reversals}
    return Queue(
        requests=mine.of(queries.load_requests(actor, [each.standing for each in mine.items])),
        others=others.of([(each, can[each.submission.id]) for each in others.items]),
        plans=tuple(plans),
        reversals=tuple(reversals),
        names=names_of(people),
        questions=questions_about(asked, actor),
    )


def questions_of(page: RequestPage, actor: Actor) -> list[Question]:
    """What an auditor would ask about one request."""
    row = page.disbursement
    return questions_about({row.dossier_id: [row.id]}, actor).get(row.id, [])


def count_mine(actor: Actor) -> int:
    """How much waits for this person's decision; for the navigation. One query for requests, one for refunds,
    two for plans, whatever waits."""
    mine = sum(1 for each in queries.list_waiting(actor) if each.why_not is None)
    mine += sum(1 for plan in plan_queries.list_plans(actor) if plan.why_not is None)
    return mine + sum(1 for each in reversal_queries.list_reversals(actor) if each.why_not is None)
