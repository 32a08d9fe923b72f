"""What waits for whom: submissions with the facts to judge them by, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import and_, or_, select

from casetracker.accounts.models import User
from casetracker.approvals import rules
from casetracker.approvals.states import Approver, Needs, SubmissionFacts
from casetracker.cases.models import Case
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission, Role, has
from casetracker.disbursements import queries as requests
from casetracker.disbursements import request_queries
from casetracker.disbursements.commands import why_money_waits
from casetracker.disbursements.models import Decision, Disbursement, Submission
from casetracker.disbursements.states import (
    DecisionStep,
    DisbursementKind,
    DisbursementState,
    LevelFacts,
)
from casetracker.documents.models import Document
from casetracker.documents.queries import find_documents
from casetracker.dossiers.models import Dossier, DossierAccess, DossierReader
from casetracker.dossiers.queries import visible_dossiers
from casetracker.dossiers.states import Relation
from casetracker.programmes.states import PolicyFacts


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The offices of a dossier today: id by relation, its reference, whether only named people see it."""

    reference: str
    sending: str | None
    receiving: str | None
    is_restricted: bool

    def relation_of(self, office_id: str | None) -> Relation | None:
        """What this office is to the dossier."""
        if office_id is None:
            return None
        if office_id == self.sending:
            return Relation.SENDING
        return Relation.RECEIVING if office_id == self.receiving else None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A submission that waits for approval, with what it is judged by and what this actor is to it."""

    submission: Submission
    disbursement: Disbursement
    reference: str
    offices: Offices
    facts: SubmissionFacts
    why_not: Message | None


def list_waiting(actor: Actor) -> list[Waiting]:
    """The submissions of dossiers the actor sees that wait for approval, oldest first; five queries.

    The facts are those of the submission; what may have changed since is looked at by `load_request` alone.
    """
    if not actor.may(Permission.DISBURSEMENT_APPROVE):
        return []
    query = (
        select(Submission, Disbursement, Dossier.reference)
        .join(Disbursement, Disbursement.id == Submission.disbursement_id)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(Disbursement.state == DisbursementState.SUBMITTED)
        .where(Disbursement.dossier_id.in_(visible_dossiers(actor)))
        .order_by(Submission.submitted_at, Submission.id)
    )
    newest: dict[str, tuple[Submission, Disbursement, str]] = {}
    for submission, row, reference in db.session.execute(query):
        other = newest.get(row.id)
        if other is None or other[0].number < submission.number:
            newest[row.id] = (submission, row, reference)
    found = sorted(newest.values(), key=lambda three: (three[0].submitted_at, three[0].id))
    return _waiting(found, actor)


def _waiting(found: list[tuple[Submission, Disbursement, str]], actor: Actor) -> list[Waiting]:
    offices = offices_of(row.dossier_id for _submission, row, _reference in found)
    workers = caseworkers_of(row.dossier_id for _submission, row, _reference in found)
    given = approvals_of(submission.id for submission, _row, _reference in found)
    totals = request_queries.totals_with_others([row for _submission, row, _reference in found])
    waiting = []
    for submission, row, reference in found:
        place = offices[row.dossier_id]
        facts = submission_facts(
            submission, row, place, workers.get(row.dossier_id, frozenset()), given.get(submission.id, ())
        )
        facts = replace(facts, needs=needs_now(submission, totals[row.id], place))
        why_not = rules.why_not_approve(facts, approver_of(actor, place))
        waiting.append(
            Waiting(
                submission=submission,
                disbursement=row,
                reference=reference,
                offices=place,
                facts=facts,
                why_not=why_not,
            )
        )
    return waiting


def approver_of(actor: Actor, offices: Offices) -> Approver:
    """The actor as rules judge an approver of this dossier."""
    return Approver(
        id=actor.id,
        relation=offices.relation_of(actor.office_id),
        may=actor.may(Permission.DISBURSEMENT_APPROVE),
    )


def submission_facts(
    submission: Submission,
    row: Disbursement,
    offices: Offices,
    caseworkers: frozenset[str],
    given: tuple[tuple[str, Relation], ...],
) -> SubmissionFacts:
    """What the submission itself says; everything that may have changed since is taken as unchanged."""
    return SubmissionFacts(
        state=row.state,
        is_newest=True,
        requested_by=submission.requested_by,
        writers=frozenset(submission.writers),
        plan_authors=frozenset(submission.plan_authors),
        caseworkers=caseworkers,
        given=given,
        needs=rules.needs_of(
            submission.needs_receiving, submission.needs_sending, has_receiving=offices.receiving is not None
        ),
        is_current=True,
        quotes_there=submission.quotes_needed,
        quotes_needed=submission.quotes_needed,
    )


def current_facts(submission: Submission, row: Disbursement, offices: Offices) -> SubmissionFacts:
    """The same with what stands now: content, total with other requests, quotes, points to clear."""
    base = submission_facts(
        submission,
        row,
        offices,
        caseworkers_of([row.dossier_id]).get(row.dossier_id, frozenset()),
        approvals_of([submission.id]).get(submission.id, ()),
    )
    newest = requests.find_submission(row.id)
    now = request_queries.frozen_content(row, submission.content["nonce"])
    total = max(submission.band_total, request_queries.total_with_others(row))
    quotes = [quote for quote in requests.list_quotes(row.id) if quote.document_id]
    is_cash = row.kind == DisbursementKind.CASH
    return replace(
        base,
        is_newest=newest is not None and newest.id == submission.id,
        is_current=request_queries.hash_of(now) == submission.content_hash,
        needs=needs_now(submission, total, offices),
        quotes_there=len({quote.provider_id or quote.provider_name.casefold() for quote in quotes}),
        quotes_needed=0 if is_cash else PolicyFacts.from_json(submission.policy).quotes_for(total),
        money_block=why_money_waits(row),
        given_back=request_queries.find_given_back(row),
    )


def needs_now(submission: Submission, total: int, offices: Offices) -> Needs:
    """The approvals needed by the copied policy, at submission or for the total of now: the stricter."""
    has_receiving = offices.receiving is not None
    frozen = rules.needs_of(submission.needs_receiving, submission.needs_sending, has_receiving=has_receiving)
    band = PolicyFacts.from_json(submission.policy).band_for(total)
    return rules.at_least(frozen, rules.needs_of(band.receiving, band.sending, has_receiving=has_receiving))


def offices_of(dossier_ids: Iterable[str]) -> dict[str, Offices]:
    """dossier id -> its offices today; one query."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    today = clock.today()
    stands = and_(
        DossierAccess.dossier_id == Dossier.id,
        DossierAccess.relation == Relation.RECEIVING,
        or_(DossierAccess.valid_until.is_(None), DossierAccess.valid_until >= today),
    )
    query = select(Dossier, DossierAccess.office_id).outerjoin(DossierAccess, stands)
    return {
        dossier.id: Offices(
            reference=dossier.reference,
            sending=dossier.sending_office_id,
            receiving=receiving,
            is_restricted=dossier.is_restricted,
        )
        for dossier, receiving in db.session.execute(query.where(Dossier.id.in_(wanted)))
    }


def caseworkers_of(dossier_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """dossier id -> who works on the case, in either office; one query."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    query = select(Case.id, Case.caseworker_id, Case.receiving_caseworker_id).where(Case.id.in_(wanted))
    return {id: frozenset(p for p in people if p) for id, *people in db.session.execute(query)}


def approvals_of(submission_ids: Iterable[str]) -> dict[str, tuple[tuple[str, Relation], ...]]:
    """submission id -> (who, by which relation) of its approvals, oldest first; one query."""
    wanted = sorted(set(submission_ids))
    found: dict[str, list[tuple[str, Relation]]] = defaultdict(list)
    if wanted:
        query = select(Decision).where(Decision.submission_id.in_(wanted), Decision.step == DecisionStep.APPROVE)
        for row in db.session.scalars(query.order_by(Decision.at, Decision.id)):
            found[row.submission_id].append((row.approver_id, Relation(row.relation)))
    return {id: tuple(given) for id, given in found.items()}


def who_can(facts: SubmissionFacts, offices: Offices, dossier_id: str) -> list[str]:
    """The names of those who could give the next approval, by name."""
    return [
        user.name
        for user in supervisors_of(offices, dossier_id)
        if rules.why_not_approve(facts, approver_from(user, offices)) is None
    ]


def approver_from(user: User, offices: Offices) -> Approver:
    """A user as rules judge an approver of this dossier."""
    return Approver(
        id=user.id,
        relation=offices.relation_of(user.office_id),
        may=has(user.role, Permission.DISBURSEMENT_APPROVE),
    )


def supervisors_of(offices: Offices, dossier_id: str) -> list[User]:
    """The active supervisors of a dossier's offices who see it, by name."""
    places = [office for office in (offices.sending, offices.receiving) if office]
    query = select(User).where(User.office_id.in_(places), User.is_active, User.role == Role.SUPERVISOR)
    if offices.is_restricted:
        named = select(DossierReader.user_id).where(DossierReader.dossier_id == dossier_id, ~DossierReader.is_revoked)
        query = query.where(User.id.in_(named))
    return list(db.session.scalars(query.order_by(User.name, User.id)))


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
    query = (
        select(Submission, Disbursement, Dossier.reference)
        .join(Disbursement, Disbursement.id == Submission.disbursement_id)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(Submission.id == submission_id, Submission.dossier_id.in_(visible_dossiers(actor)))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("submission")
    submission, row, reference = found
    offices = offices_of([row.dossier_id])[row.dossier_id]
    facts = current_facts(submission, row, offices)
    approver = approver_of(actor, offices)
    papers = find_documents(quote.document_id for quote in requests.list_quotes(row.id))
    return RequestPage(
        submission=submission,
        disbursement=row,
        reference=reference,
        facts=facts,
        levels=tuple(request_queries.levels_of(row.dossier_id, requests.shares_of(row.id))),
        evidence=tuple(papers.values()),
        decisions=tuple(requests.list_decisions([submission.id])),
        why_not=rules.why_not_approve(facts, approver),
        why_not_decline=rules.why_not_decline(facts, approver),
        who_can=tuple(who_can(facts, offices, row.dossier_id)),
    )


def reference_of(actor: Actor, submission_id: str) -> str:
    """The reference of the submission's dossier; NotFound where the actor does not see it."""
    query = (
        select(Dossier.reference)
        .join(Submission, Submission.dossier_id == Dossier.id)
        .where(Submission.id == submission_id, Dossier.id.in_(visible_dossiers(actor)))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("submission")
    return found
