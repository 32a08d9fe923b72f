"""Reversals that wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from casetracker.approvals import rules
from casetracker.approvals.office_queries import (
    RECEIVER,
    Offices,
    approver_from,
    approver_of,
    office_facts,
    stands_today,
    supervisors_of,
)
from casetracker.approvals.reversal_commands import facts_of
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import Seen, visible
from casetracker.payments.models import Payment, Reversal
from casetracker.payments.states import ReversalState


@dataclass(frozen=True, kw_only=True)
class ReversalWaiting:
    """A reversal with its payment, and why this person may not decide on it (None: may)."""

    reversal: Reversal
    payment: Payment
    reference: str
    offices: Offices
    why_not: Message | None

    @property
    def who_can(self) -> list[str]:
        """The names of those who can decide."""
        facts = facts_of(self.reversal, self.payment)
        return [
            user.name
            for user in supervisors_of(self.offices, self.reversal.dossier_id)
            if rules.why_not_decide_reversal(facts, approver_from(user, self.offices)) is None
        ]


def list_reversals(actor: Actor) -> list[ReversalWaiting]:
    """The reversals of dossiers the actor sees that wait, oldest first; one query."""
    if not actor.may(Permission.DISBURSEMENT_APPROVE):
        return []
    return [
        _waiting(reversal, payment, office_facts(dossier, receiving), actor)
        for reversal, payment, dossier, receiving in _REQUESTED.ask(actor)
    ]


def get_reversal(actor: Actor, reversal_id: str) -> ReversalWaiting:
    """One reversal; NotFound where the actor does not see its dossier."""
    query = _base().where(Reversal.id == reversal_id, visible(actor))
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("reversal")
    reversal, payment, dossier, receiving = found
    return _waiting(reversal, payment, office_facts(dossier, receiving), actor)


def _base() -> Select[Reversal, Payment, Dossier, str]:
    return (
        select(Reversal, Payment, Dossier, RECEIVER.office_id)
        .join(Payment, Payment.id == Reversal.payment_id)
        .join(Dossier, Dossier.id == Reversal.dossier_id)
        .outerjoin(RECEIVER, stands_today())
    )


_REQUESTED = Seen(
    lambda seen: (
        _base().where(Reversal.state == ReversalState.REQUESTED, seen).order_by(Reversal.requested_at, Reversal.id)
    )
)


def _waiting(reversal: Reversal, payment: Payment, offices: Offices, actor: Actor) -> ReversalWaiting:
    return ReversalWaiting(
        reversal=reversal,
        payment=payment,
        reference=offices.reference,
        offices=offices,
        why_not=rules.why_not_decide_reversal(facts_of(reversal, payment), approver_of(actor, offices)),
    )
