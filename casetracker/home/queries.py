"""What waits for the person who signed in, by role; how many queries does not depend on how much waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select

from casetracker.accounts import confirmations
from casetracker.approvals import queue_queries
from casetracker.casefile import listing
from casetracker.casefile.listing import CaseRow, ListFilter
from casetracker.cases import referral_queries
from casetracker.cases.models import Case
from casetracker.community import visit_queries, waiting_queries
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission, Role
from casetracker.disbursements.models import Disbursement
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import visible
from casetracker.erasure import queries as erasure
from casetracker.events.states import Part
from casetracker.payments import queries as payments
from casetracker.plans.models import Plan, PlanDecision, PlanVersion
from casetracker.plans.states import PlanState, PlanStep
from casetracker.sampling import finding_queries
from casetracker.sampling.finding_queries import FindingFilter, FindingRow
from casetracker.sampling.finding_states import FindingState

SHOWN = 12
"""So many of the own cases stand on the page, and of the findings that the office answers."""
MOST = 500
"""So many things to settle or to take up again are read at most; the page folds all but the first away."""

TO_ANSWER = FindingFilter(to_answer=True)
"""What of the findings of auditors the office answers."""


@dataclass(frozen=True, kw_only=True)
class Pile:
    """Something that waits: how much of it, and the view (with its arguments) where it is done."""

    title: str
    hint: str
    count: int
    endpoint: str
    icon: str
    args: Mapping[str, Any] = field(default_factory=dict)
    of: str = "waiting"
    """What its rows are called there."""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A plan or request that came back to whom wrote it, with the reason."""

    what: Message
    reference: str
    reason: str | None
    endpoint: str
    args: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OpenPoint:
    """Something to settle on a case."""

    reference: str
    text: str
    params: Mapping[str, Any]
    blocks_money: bool


@dataclass(frozen=True, kw_only=True)
class Work:
    """Everything that waits for one person. `cases` are the first of the own open cases, `more` the others."""

    piles: tuple[Pile, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    more: int = 0
    returned: tuple[Returned, ...] = ()
    points: tuple[OpenPoint, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    visits: tuple[visit_queries.DueRow, ...] = ()
    decisions: tuple[waiting_queries.WaitingRow, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits at all."""
        lists = (self.cases, self.returned, self.points, self.findings, self.visits, self.decisions)
        return not (any(pile.count for pile in self.piles) or any(lists))


def load_work(actor: Actor) -> Work:
    """What waits for the actor."""
    if actor.role not in (Role.CASEWORKER, Role.SUPERVISOR):
        return Work(piles=tuple(_piles(actor)))
    cases, total = _own_cases(actor)
    return Work(
        piles=tuple(_piles(actor)),
        cases=tuple(cases),
        more=max(0, total - len(cases)),
        returned=(*_returned_plans(actor), *_returned_requests(actor)),
        points=tuple(_points(actor)),
        findings=_findings(actor),
        visits=tuple(visit_queries.list_overdue(actor)[:MOST]),
        decisions=tuple(waiting_queries.list_waiting(actor)[:MOST]),
    )


@dataclass(frozen=True, kw_only=True)
class _PileKind:
    """A pile as a role has it: counted for whom may do the work; `if_any`: shown where something lies on it alone."""

    permission: Permission
    title: str
    hint: str
    count: Callable[[Actor], int]
    endpoint: str
    icon: str
    args: Mapping[str, Any] = field(default_factory=dict)
    if_any: bool = False
    of: str = "waiting"


_PILES = (
    _PileKind(
        permission=Permission.DISBURSEMENT_APPROVE, title=N_("Approvals"), icon="stamp",
        hint=N_("Plans, disbursements and refunds that you can decide"),
        count=lambda actor: queue_queries.count_mine(actor), endpoint="approvals.list_approvals",
    ),
    _PileKind(
        permission=Permission.PAYMENT_RECORD, title=N_("Payments"), icon="banknote",
        hint=N_("Orders and payments of approved disbursements"),
        count=lambda actor: payments.count_mine(actor), endpoint="payments.list_payments",
    ),
    _PileKind(
        permission=Permission.REFERRAL_ANSWER, title=N_("Referrals"), icon="send",
        hint=N_("Cases that another office asks this one to take on"),
        count=lambda actor: referral_queries.count_waiting(actor), endpoint="cases.list_referrals",
    ),
    _PileKind(
        permission=Permission.REFERRAL_ANSWER, title=N_("Overdue"), icon="clock-alert",
        hint=N_("Cases with a deadline that has passed"),
        count=lambda actor: listing.count_cases(actor, ListFilter(overdue=True, open_only=True)),
        endpoint="casefile.list_cases", args={"overdue": 1}, of="case",
    ),
    _PileKind(
        permission=Permission.CHANGE_CONFIRM, title=N_("Confirmations"), icon="user-check",
        hint=N_("Roles, policies and budgets that need a second person"),
        count=lambda actor: confirmations.count_waiting(actor), endpoint="accounts.list_confirmations",
    ),
    _PileKind(
        permission=Permission.ERASURE_READ, title=N_("Erasures"), icon="eraser", if_any=True,
        hint=N_("Closed cases that have been kept long enough"),
        count=lambda actor: erasure.count_due(actor), endpoint="erasure.list_erasures", of="due",
    ),
    _PileKind(
        permission=Permission.AUDIT_READ, title=N_("To audit"), icon="search-check",
        hint=N_("Cases within your mandate"),
        count=lambda actor: listing.count_cases(actor, ListFilter()), endpoint="audit.index", of="case",
    ),
    _PileKind(
        permission=Permission.AUDIT_FINDING_ANSWER, title=N_("Findings of auditors"), icon="file-search", if_any=True,
        hint=N_("What your office has to answer"),
        count=lambda actor: finding_queries.count_findings(actor, TO_ANSWER),
        endpoint="sampling.list_audit_findings", args={"mine": 1}, of="row",
    ),
    _PileKind(
        permission=Permission.AUDIT_FINDING_RAISE, title=N_("Answers to findings"), icon="message-square-reply",
        hint=N_("What offices answered, to be looked at"), if_any=True,
        count=lambda actor: finding_queries.count_findings(
            actor, FindingFilter(state=FindingState.ANSWERED, own=True)
        ),
        endpoint="sampling.list_audit_findings", args={"state": FindingState.ANSWERED.value}, of="row",
    ),
)  # fmt: skip


def _piles(actor: Actor) -> list[Pile]:
    """Numbers with the way to where the work is done."""
    piles = [
        (kind, Pile(title=kind.title, hint=kind.hint, count=kind.count(actor), endpoint=kind.endpoint, icon=kind.icon,
                    args=kind.args, of=kind.of))
        for kind in _PILES
        if actor.may(kind.permission)
    ]  # fmt: skip
    return [pile for kind, pile in piles if pile.count or not kind.if_any]


def _findings(actor: Actor) -> tuple[FindingRow, ...]:
    """Findings that the actor answers for the office, those first whose day comes first."""
    if not actor.may(Permission.AUDIT_FINDING_ANSWER):
        return ()
    return tuple(finding_queries.list_findings(actor, TO_ANSWER, offset=0, limit=SHOWN))


def _own_cases(actor: Actor) -> tuple[list[CaseRow], int]:
    """The open cases that the actor works on, overdue ones before the others, longest open first; and how many."""
    wanted = ListFilter(caseworker_id=actor.id, open_only=True, overdue_first=True, descending=False)
    total = listing.count_cases(actor, wanted)
    return listing.list_cases(actor, wanted, offset=0, limit=SHOWN), total


def _returned_requests(actor: Actor) -> list[Returned]:
    query = (
        select(Disbursement, Dossier.reference)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(Disbursement.state.in_((DisbursementState.RETURNED, DisbursementState.REFUSED)))
        .where(visible(actor), Dossier.closed_on.is_(None), Disbursement.created_by == actor.id)
        .order_by(Disbursement.created_at.desc(), Disbursement.id)
        .limit(MOST)
    )
    return [
        Returned(
            what=Message(
                N_("Disbursement “%(purpose)s”: %(state)s"),
                {"purpose": row.purpose, "state": Message(label_id(row.state))},
            ),
            reference=reference,
            reason=row.state_reason,
            endpoint="disbursements.show_disbursement",
            args={"reference": reference, "disbursement_id": row.id},
        )
        for row, reference in db.session.execute(query)
    ]


def _returned_plans(actor: Actor) -> list[Returned]:
    query = (
        select(Dossier.reference, PlanVersion.number, PlanDecision.reason)
        .join(Plan, Plan.dossier_id == Dossier.id)
        .outerjoin(Case, Case.id == Dossier.id)
        .join(PlanVersion, PlanVersion.dossier_id == Dossier.id)
        .join(PlanDecision, PlanDecision.version_id == PlanVersion.id)
        .where(visible(actor), Dossier.closed_on.is_(None), Plan.state == PlanState.RETURNED)
        .where(PlanDecision.step == PlanStep.RETURN)
        .where(or_(Case.receiving_caseworker_id == actor.id, PlanVersion.submitted_by == actor.id))
        .order_by(Dossier.reference, PlanVersion.number)
    )
    newest = {reference: (number, reason) for reference, number, reason in db.session.execute(query)}
    return [
        Returned(
            what=Message(N_("Plan, version %(number)s: returned"), {"number": number}),
            reference=reference,
            reason=reason,
            endpoint="plans.show_plan",
            args={"reference": reference},
        )
        for reference, (number, reason) in newest.items()
    ]


def _points(actor: Actor) -> list[OpenPoint]:
    """Points on the own cases and the office's projects (a supervisor: where money waits too), oldest first."""
    seen = or_(
        DossierPoint.part == str(Part.SHARED),
        and_(DossierPoint.part == str(Part.SENDING), Dossier.sending_office_id == actor.office_id),
    )
    mine = or_(Case.caseworker_id == actor.id, Case.receiving_caseworker_id == actor.id, Case.id.is_(None))
    if actor.may(Permission.DISBURSEMENT_APPROVE):
        mine = or_(mine, DossierPoint.blocks_money)
    query = (
        select(Dossier.reference, DossierPoint)
        .join(DossierPoint, DossierPoint.dossier_id == Dossier.id)
        .outerjoin(Case, Case.id == Dossier.id)
        .where(visible(actor), Dossier.closed_on.is_(None), DossierPoint.cleared_at.is_(None), seen, mine)
        .order_by(DossierPoint.raised_at, DossierPoint.id)
        .limit(MOST)
    )
    return [
        OpenPoint(reference=reference, text=point.text, params=point.params or {}, blocks_money=point.blocks_money)
        for reference, point in db.session.execute(query)
    ]
