"""What waits for whom: submissions with the facts to judge them by, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from casetracker.approvals import rules
from casetracker.approvals.office_queries import (
    RECEIVER,
    Offices,
    approver_from,
    approver_of,
    office_facts,
    stands_today,
    supervisors_by_dossier,
)
from casetracker.approvals.states import Needs, SubmissionFacts
from casetracker.cases.models import Case
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements import request_queries, set_queries, tender_queries
from casetracker.disbursements.models import Decision, Disbursement, Submission, TenderFile
from casetracker.disbursements.rules import count_sources, why_not_own_procedure
from casetracker.disbursements.set_queries import CaseRows, RequestRows
from casetracker.disbursements.states import (
    DecisionStep,
    DisbursementKind,
    DisbursementState,
    LevelFacts,
)
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import Seen, visible
from casetracker.dossiers.states import Relation
from casetracker.programmes.states import PolicyFacts


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A submission as it stands: its request, dossier and offices, who works on the case, the approvals given (who,
    by which relation; oldest first), the total with the other requests that count, who sat on its tender's panel at any
    submission, and whether it is the newest."""

    submission: Submission
    disbursement: Disbursement
    offices: Offices
    caseworkers: frozenset[str]
    given: tuple[tuple[str, Relation], ...]
    total: int
    sat_before: frozenset[str]
    is_newest: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A submission that waits for approval, with what it is judged by and what this actor is to it."""

    standing: Standing
    facts: SubmissionFacts
    why_not: Message | None

    @property
    def submission(self) -> Submission:
        """What was submitted."""
        return self.standing.submission

    @property
    def disbursement(self) -> Disbursement:
        """The request."""
        return self.standing.disbursement

    @property
    def reference(self) -> str:
        """Of the case."""
        return self.standing.offices.reference

    @property
    def offices(self) -> Offices:
        """Of the case."""
        return self.standing.offices


def list_waiting(actor: Actor) -> list[Waiting]:
    """The submissions of dossiers the actor sees that wait for approval, oldest first; one query.

    The facts are those of the submission; what may have changed since is looked at by `load_requests` alone.
    """
    if not actor.may(Permission.DISBURSEMENT_APPROVE):
        return []
    waiting = []
    for each in _gathered(_WAITING.ask(actor)):
        if each.is_newest:
            facts = submission_facts(each)
            why_not = rules.why_not_approve(facts, approver_of(actor, each.offices))
            waiting.append(Waiting(standing=each, facts=facts, why_not=why_not))
    return waiting


def _standing(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The submissions of which this is true, oldest first, each once for every approval given."""
    newest = select(func.max(_LATER.number)).where(_LATER.disbursement_id == Disbursement.id)
    approval = and_(Decision.submission_id == Submission.id, Decision.step == DecisionStep.APPROVE)
    return (
        select(
            Submission, Disbursement, Dossier, RECEIVER.office_id,
            Case.caseworker_id, Case.receiving_caseworker_id,
            Decision.approver_id, Decision.relation,
            request_queries.total_with_others_of(Disbursement),
            TenderFile.sat_before, newest.correlate(Disbursement).scalar_subquery(),
        )
        .join(Disbursement, Disbursement.id == Submission.disbursement_id)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .outerjoin(RECEIVER, stands_today())
        .outerjoin(Case, Case.id == Dossier.id)
        .outerjoin(TenderFile, TenderFile.disbursement_id == Disbursement.id)
        .outerjoin(Decision, approval)
        .where(*where)
        .order_by(Submission.submitted_at, Submission.id, Decision.at, Decision.id)
    )  # fmt: skip


_LATER = aliased(Submission)
"""The other submissions of a request, among which its newest is."""
_WAITING = Seen(lambda seen: _standing(Disbursement.state == DisbursementState.SUBMITTED, seen))
_SEEN = Seen(lambda seen: _standing(Submission.id == bindparam("submission_id"), seen))


def _gathered(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Standing]:
    """What `_standing` found, each submission once with its approvals."""
    found: dict[str, Standing] = {}
    for submission, row, dossier, receiving, worker, receiver, approver, relation, total, sat, last in rows:
        given = ((approver, Relation(relation)),) if approver else ()
        if submission.id in found:
            before = found[submission.id]
            found[submission.id] = replace(before, given=before.given + given)
            continue
        found[submission.id] = Standing(
            submission=submission,
            disbursement=row,
            offices=office_facts(dossier, receiving),
            caseworkers=frozenset(person for person in (worker, receiver) if person),
            given=given,
            total=int(total),
            sat_before=frozenset(sat or ()),
            is_newest=submission.number == last,
        )
    return list(found.values())


def submission_facts(standing: Standing) -> SubmissionFacts:
    """What the submission itself says; everything that may have changed since is taken as unchanged."""
    submission = standing.submission
    return SubmissionFacts(
        state=standing.disbursement.state,
        is_newest=standing.is_newest,
        requested_by=submission.requested_by,
        writers=frozenset(submission.writers),
        plan_authors=frozenset(submission.plan_authors),
        caseworkers=standing.caseworkers,
        given=standing.given,
        needs=needs_now(submission, max(submission.band_total, standing.total), standing.offices),
        is_current=True,
        panel=submission.panel_ids | standing.sat_before,
        quotes_there=submission.quotes_needed,
        quotes_needed=submission.quotes_needed,
    )


@dataclass(frozen=True, kw_only=True)
class Now:
    """What stands now of one submission: the facts it is judged by, its request's rows, what its case offers."""

    facts: SubmissionFacts
    rows: RequestRows
    case: CaseRows


def _now(found: Sequence[Standing], actor: Actor) -> dict[str, Now]:
    """submission id -> what stands now: content, total with other requests, quotes, points to clear; ten queries, and
    one about panels where there is a tender."""
    rows = set_queries.rows_of(each.disbursement for each in found)
    cases = set_queries.cases_of(each.disbursement.dossier_id for each in found)
    asked = ((each.disbursement, rows[each.disbursement.id].shares) for each in found)
    waits = set_queries.money_waits_of(asked, actor)
    panels = tender_queries.panels_of(each.disbursement.id for each in found if "tender" in each.submission.content)
    with_panels = [replace(each, sat_before=each.sat_before | panels[each.disbursement.id]) for each in found]
    return {
        each.submission.id: _judged_now(
            each, rows[each.disbursement.id], cases[each.disbursement.dossier_id], waits[each.disbursement.id]
        )
        for each in with_panels
    }


def _judged_now(standing: Standing, rows: RequestRows, case: CaseRows, money_block: Message | None) -> Now:
    submission, row = standing.submission, standing.disbursement
    content = request_queries.frozen_content(row, submission.content.get("nonce", ""), rows)
    total = max(submission.band_total, standing.total)
    is_cash = row.kind == DisbursementKind.CASH
    facts = replace(
        submission_facts(standing),
        is_current=request_queries.hash_of(content) == submission.content_hash,
        quotes_there=count_sources(requests.quote_facts(rows.quotes, rows.payees)),
        quotes_needed=0 if is_cash else PolicyFacts.from_json(submission.policy).quotes_for(total),
        money_block=money_block,
        given_back=set_queries.given_back_of(rows.shares, case),
        over_limit=over_limit(submission, row, total),
    )
    return Now(facts=facts, rows=rows, case=case)


def current_facts(submission_id: str, actor: Actor) -> SubmissionFacts:
    """What this actor's deciding on this submission is judged by, as everything stands now."""
    found = _gathered(db.session.execute(_standing(Submission.id == submission_id)))
    return _now(found, actor)[submission_id].facts


def needs_now(submission: Submission, total: int, offices: Offices) -> Needs:
    """The approvals needed by the copied policy, at submission or for the total of now: the stricter."""
    has_receiving = offices.receiving is not None
    frozen = rules.needs_of(submission.needs_receiving, submission.needs_sending, has_receiving=has_receiving)
    band = PolicyFacts.from_json(submission.policy).band_for(total)
    return rules.at_least(frozen, rules.needs_of(band.receiving, band.sending, has_receiving=has_receiving))


def over_limit(submission: Submission, row: Disbursement, total: int) -> Message | None:
    """Why the total of now is above what the copied policy lets be bought by the own procedure."""
    if "tender" in submission.content:
        return None
    limit = PolicyFacts.from_json(submission.policy).own_procedure_limit
    return why_not_own_procedure(total, limit, row.kind, row.currency)


def who_can(waiting: Iterable[Waiting]) -> dict[str, tuple[str, ...]]:
    """submission id -> the names of those who could give its next approval, by name; at most two queries."""
    wanted = list(waiting)
    supervisors = supervisors_by_dossier({each.disbursement.dossier_id: each.offices for each in wanted})
    return {
        each.submission.id: tuple(
            user.name
            for user in supervisors[each.disbursement.dossier_id]
            if rules.why_not_approve(each.facts, approver_from(user, each.offices)) is None
        )
        for each in wanted
    }


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request as it is decided on: everything that stands, and whether and why not this actor may."""

    submission: Submission
    disbursement: Disbursement
    reference: str
    facts: SubmissionFacts
    levels: tuple[LevelFacts, ...]
    evidence: tuple[Document, ...]
    decisions: tuple[Decision, ...]
    why_not: Message | None
    why_not_decline: Message | None
    who_can: tuple[str, ...]


def load_request(actor: Actor, submission_id: str) -> RequestPage:
    """The submission with all that deciding needs; NotFound where the actor does not see its dossier."""
    found = _gathered(_SEEN.ask(actor, {"submission_id": submission_id}))
    if not found:
        raise NotFound("submission")
    return load_requests(actor, found)[0]


def load_requests(actor: Actor, found: Sequence[Standing]) -> list[RequestPage]:
    """The same of each, in the order given; as many queries for fifty as for one."""
    if not found:
        return []
    now = _now(found, actor)
    levels = set_queries.levels_of({id: (each.case, each.rows.shares) for id, each in now.items()})
    decisions: dict[str, list[Decision]] = defaultdict(list)
    for decision in requests.list_decisions(now):
        decisions[decision.submission_id].append(decision)
    judged = []
    for each in found:
        facts = now[each.submission.id].facts
        why_not = rules.why_not_approve(facts, approver_of(actor, each.offices))
        judged.append(Waiting(standing=each, facts=facts, why_not=why_not))
    can = who_can(judged)
    return [
        RequestPage(
            submission=each.submission,
            disbursement=each.disbursement,
            reference=each.reference,
            facts=each.facts,
            levels=tuple(levels[each.submission.id]),
            evidence=tuple(now[each.submission.id].rows.papers.values()),
            decisions=tuple(decisions[each.submission.id]),
            why_not=each.why_not,
            why_not_decline=rules.why_not_decline(each.facts, approver_of(actor, each.offices)),
            who_can=can[each.submission.id],
        )
        for each in judged
    ]


def reference_of(actor: Actor, submission_id: str) -> str:
    """The reference of the submission's dossier; NotFound where the actor does not see it."""
    query = (
        select(Dossier.reference)
        .join(Submission, Submission.dossier_id == Dossier.id)
        .where(Submission.id == submission_id, visible(actor))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("submission")
    return found
