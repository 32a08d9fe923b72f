"""What postings for requests are called, where an account's entries are shown."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements.models import Disbursement, Submission
from casetracker.ledger.entry_queries import Subject


def name_requests(ids: list[str]) -> dict[str, Subject]:
    """By the ids of requests; one query."""
    rows = db.session.execute(select(Disbursement.id, Disbursement.purpose).where(Disbursement.id.in_(ids)))
    return {id: _subject(id, purpose) for id, purpose in rows}


def name_submissions(ids: list[str]) -> dict[str, Subject]:
    """By the ids of submissions: the request that was submitted; one query."""
    query = select(Submission.id, Disbursement.id, Disbursement.purpose).join(
        Disbursement, Disbursement.id == Submission.disbursement_id
    )
    rows = db.session.execute(query.where(Submission.id.in_(ids)))
    return {id: _subject(request_id, purpose) for id, request_id, purpose in rows}


def _subject(id: str, purpose: str) -> Subject:
    words = Message(N_("%(name)s"), {"name": purpose})
    return Subject(words=words, endpoint="disbursements.show_disbursement", args={"disbursement_id": id})
