"""What is still open of a project before it is closed."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from casetracker.casefile.queries import count_open_requests
from casetracker.community import closing_rules as rules
from casetracker.community import queries
from casetracker.community.share_models import ShareRequest
from casetracker.core.db import db
from casetracker.core.errors import Message
from casetracker.dossiers.models import DossierPoint
from casetracker.ledger.models import LedgerAccount, LedgerBalance
from casetracker.payments.models import Reversal
from casetracker.payments.states import ReversalState


def why_not_close(dossier_id: str) -> Message | None:
    """Why the project cannot be closed now."""
    balances = (
        select(func.count())
        .select_from(LedgerAccount)
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.owner_id == dossier_id, or_(LedgerBalance.reserved > 0, LedgerBalance.committed > 0))
    )
    points = select(func.count(DossierPoint.id)).where(
        DossierPoint.dossier_id == dossier_id, DossierPoint.cleared_at.is_(None)
    )
    refunds = select(func.count(Reversal.id)).where(
        Reversal.dossier_id == dossier_id, Reversal.state == ReversalState.REQUESTED
    )
    shares = select(func.count(ShareRequest.id)).where(
        ShareRequest.dossier_id == dossier_id, ShareRequest.decided_by.is_(None)
    )
    waiting = sum(db.session.execute(query).scalar_one() for query in (balances, refunds, shares))
    return rules.why_not_close(
        list(queries.facts_of(queries.list_sites(dossier_id)).values()),
        open_money=count_open_requests(dossier_id) + waiting,
        open_points=db.session.execute(points).scalar_one(),
    )
