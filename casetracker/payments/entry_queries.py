"""What postings for instalments, payments and refunds are called, where an account's entries are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.ledger.entry_queries import Subject
from casetracker.payments.models import Payment, Reversal

INSTALMENT = N_("%(purpose)s, instalment %(number)s")
REFUND = N_("Refund: %(purpose)s, instalment %(number)s")


def name_instalments(ids: list[str]) -> dict[str, Subject]:
    """By the ids of instalments; one query."""
    return _subjects(Instalment.id, select(Instalment.id), ids)


def name_payments(ids: list[str]) -> dict[str, Subject]:
    """By the ids of payments: the instalment that was paid; one query."""
    return _subjects(Payment.id, select(Payment.id).join(Instalment, Instalment.id == Payment.instalment_id), ids)


def name_reversals(ids: list[str]) -> dict[str, Subject]:
    """By the ids of refunds: the instalment that was paid back; one query."""
    query = (
        select(Reversal.id)
        .join(Payment, Payment.id == Reversal.payment_id)
        .join(Instalment, Instalment.id == Payment.instalment_id)
    )
    return _subjects(Reversal.id, query, ids, REFUND)


def _subjects(key: Any, query: Any, ids: list[str], words: str = INSTALMENT) -> dict[str, Subject]:
    rows = query.join(Disbursement, Disbursement.id == Instalment.disbursement_id).add_columns(
        Instalment.id, Instalment.number, Disbursement.purpose
    )
    return {
        id: Subject(
            words=Message(words, {"purpose": purpose, "number": number}), endpoint="payments.show_instalment",
            args={"instalment_id": instalment_id},
        )
        for id, instalment_id, number, purpose in db.session.execute(rows.where(key.in_(ids)))
    }  # fmt: skip
