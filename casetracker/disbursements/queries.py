"""Reading requests for money: rows of one, the requester's list, the panel of the case page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements.models import (
    Decision,
    Disbursement,
    DisbursementShare,
    Instalment,
    InstalmentShare,
    Quote,
    Submission,
)
from casetracker.disbursements.states import DisbursementState, InstalmentState, QuoteFacts, ShareFacts
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible
from casetracker.dossiers.states import Sight


def get_disbursement(dossier_id: str, disbursement_id: str) -> Disbursement:
    """The request of this dossier; NotFound if it is of another."""
    row = db.session.get(Disbursement, disbursement_id)
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("disbursement")
    return row


def get_instalment(dossier_id: str, instalment_id: str) -> Instalment:
    """The instalment of this dossier; NotFound if it is of another."""
    row = db.session.get(Instalment, instalment_id)
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("instalment")
    return row


def share_rows(disbursement_id: str) -> list[DisbursementShare]:
    """The rows of a request's shares, in order."""
    query = select(DisbursementShare).where(DisbursementShare.disbursement_id == disbursement_id)
    return list(db.session.scalars(query.order_by(DisbursementShare.position)))


def shares_of(disbursement_id: str) -> list[ShareFacts]:
    """What the request takes of which grant for which line, in the plan's order, grants in person order."""
    return [share_facts(row) for row in share_rows(disbursement_id)]


def share_facts(row: DisbursementShare) -> ShareFacts:
    """The frozen facts of a share's row."""
    return ShareFacts(
        id=row.id,
        line_id=row.line_id,
        activity_id=row.activity_id,
        grant_id=row.grant_id,
        person_id=row.person_id or row.dossier_id,
        amount=row.amount,
    )


def list_instalments(disbursement_id: str) -> list[Instalment]:
    """The instalments of a request by number."""
    query = select(Instalment).where(Instalment.disbursement_id == disbursement_id)
    return list(db.session.scalars(query.order_by(Instalment.number)))


def shares_of_instalment(instalment_id: str) -> list[tuple[ShareFacts, int]]:
    """(share, what the instalment takes of it), in the order of the shares."""
    query = (
        select(DisbursementShare, InstalmentShare.amount)
        .join(InstalmentShare, InstalmentShare.share_id == DisbursementShare.id)
        .where(InstalmentShare.instalment_id == instalment_id)
        .order_by(DisbursementShare.position)
    )
    return [(share_facts(row), amount) for row, amount in db.session.execute(query)]


def list_quotes(disbursement_id: str) -> list[Quote]:
    """The quotes of a request that stand, the cheapest first."""
    query = select(Quote).where(Quote.disbursement_id == disbursement_id, ~Quote.is_dropped)
    return list(db.session.scalars(query.order_by(Quote.amount, Quote.id)))


def get_quote(disbursement_id: str, quote_id: str) -> Quote:
    """A quote of this request, one that was taken out too; NotFound without it."""
    query = select(Quote).where(Quote.disbursement_id == disbursement_id, Quote.id == quote_id)
    quote = db.session.scalars(query).one_or_none()
    if quote is None:
        raise NotFound("quote")
    return quote


def quote_facts(rows: Iterable[Quote], payees: Mapping[str, str]) -> tuple[QuoteFacts, ...]:
    """Quotes as rules judge them; payees: provider -> the one id of all records that are one payee."""
    return tuple(
        QuoteFacts(
            quote_id=row.id,
            provider_name=row.provider_name,
            provider_id=row.provider_id,
            amount=row.amount,
            currency=row.currency,
            document_id=row.document_id,
            is_chosen=row.is_chosen,
            payee_id=payees.get(row.provider_id or ""),
        )
        for row in rows
    )


def list_submissions(disbursement_id: str) -> list[Submission]:
    """The submissions of a request, the newest first."""
    query = select(Submission).where(Submission.disbursement_id == disbursement_id)
    return list(db.session.scalars(query.order_by(Submission.number.desc())))


def find_submission(disbursement_id: str) -> Submission | None:
    """The newest submission of a request, None before the first."""
    query = select(Submission).where(Submission.disbursement_id == disbursement_id)
    return db.session.scalars(query.order_by(Submission.number.desc()).limit(1)).one_or_none()


def get_submission(disbursement_id: str) -> Submission:
    """The newest submission of a request; NotFound before the first."""
    found = find_submission(disbursement_id)
    if found is None:
        raise NotFound("submission")
    return found


def list_decisions(submission_ids: Iterable[str]) -> list[Decision]:
    """The decisions on these submissions, oldest first."""
    wanted = sorted(set(submission_ids))
    query = select(Decision).where(Decision.submission_id.in_(wanted)).order_by(Decision.at, Decision.id)
    return list(db.session.scalars(query)) if wanted else []


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request in a list: with the case it belongs to, and its newest decision's words."""

    disbursement: Disbursement
    reference: str
    requested_by: str | None
    instalments: tuple[Instalment, ...]
    shares: tuple[ShareFacts, ...] = ()

    @property
    def paid(self) -> int:
        """How many instalments are at their end or skipped."""
        done = (InstalmentState.VERIFIED, InstalmentState.SKIPPED)
        return sum(1 for i in self.instalments if i.state in done)


def list_requests(
    actor: Actor,
    state: DisbursementState | None = None,
    *,
    mine: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> tuple[list[RequestRow], int]:
    """(requests the actor may see, how many there are): returned and refused first, then the newest."""
    query = (
        select(Disbursement, Dossier.reference)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(visible(actor))
    )
    if state is not None:
        query = query.where(Disbursement.state == state)
    if mine:
        asked = select(Submission.disbursement_id).where(Submission.requested_by == actor.id)
        query = query.where((Disbursement.created_by == actor.id) | Disbursement.id.in_(asked))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    back = Disbursement.state == DisbursementState.RETURNED
    query = query.order_by(back.desc(), Disbursement.created_at.desc(), Disbursement.id)
    found = [(row, reference) for row, reference in db.session.execute(query.offset(offset).limit(limit))]
    return _request_rows(found, _requesters(row.id for row, _reference in found)), total


def _requesters(disbursement_ids: Iterable[str]) -> dict[str, str]:
    """disbursement id -> who asked for approval last."""
    asked = select(Submission.disbursement_id, Submission.requested_by).order_by(Submission.number)
    asked = asked.where(Submission.disbursement_id.in_(sorted(disbursement_ids)))
    return {row[0]: row[1] for row in db.session.execute(asked)}


def _request_rows(found: list[tuple[Disbursement, str]], requesters: dict[str, str]) -> list[RequestRow]:
    ids = [row.id for row, _reference in found]
    instalments: dict[str, list[Instalment]] = defaultdict(list)
    if ids:
        for part in db.session.scalars(
            select(Instalment).where(Instalment.disbursement_id.in_(ids)).order_by(Instalment.number)
        ):
            instalments[part.disbursement_id].append(part)
    return [
        RequestRow(
            disbursement=row,
            reference=reference,
            requested_by=requesters.get(row.id),
            instalments=tuple(instalments[row.id]),
        )
        for row, reference in found
    ]


@dataclass(frozen=True, kw_only=True)
class DisbursementsPanel:
    """The requests of a case, newest first; whether this actor may begin one."""

    requests: tuple[RequestRow, ...]
    may_request: bool


def load_panel(sight: Sight, actor: Actor) -> DisbursementsPanel:
    """What the panel of disbursements shows: two queries, however many requests there are; who asked is not in it."""
    if not actor.may(Permission.DISBURSEMENT_READ):
        return DisbursementsPanel(requests=(), may_request=False)
    query = (
        select(Disbursement)
        .where(Disbursement.dossier_id == sight.dossier_id)
        .order_by(Disbursement.created_at.desc(), Disbursement.id)
    )
    found = [(row, sight.reference) for row in db.session.scalars(query)]
    may = actor.may(Permission.DISBURSEMENT_REQUEST) and sight.relation is not None and not sight.is_closed
    return DisbursementsPanel(requests=tuple(_request_rows(found, {})), may_request=may)
