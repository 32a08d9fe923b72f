"""An instalment of the demonstration makes a step, by whoever makes it, at noon of its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from casetracker.core.db import db
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.walk import on
from casetracker.disbursements.models import Instalment
from casetracker.disbursements.states import InstalmentState
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment


def make_step(cast: Cast, day: date, instalment_id: str, step: InstalmentState, *, signer: dict[str, Any]) -> None:
    """signer: who signs for what is handed over, as the command takes it (`signed_by_id` or `signed_by`)."""
    row = db.session.get_one(Instalment, instalment_id, populate_existing=True)
    amount = row.amount
    about: dict[str, Any] = {
        "dossier_id": row.dossier_id, "instalment_id": row.id, "version": row.version, "day": day,
    }  # fmt: skip
    with on(day, 12):
        if step == InstalmentState.ORDERED:
            payments.order_instalment(payments.OrderInstalment(number=None, **about), actor=cast.finance_kyiv)
        elif step == InstalmentState.DELIVERED:
            certificate = paper(f"Handover certificate {row.id[:6]}")
            delivery = payments.DeliverInstalment(certificate=certificate, note=None, **signer, **about)
            payments.deliver_instalment(delivery, actor=cast.caseworker_kyiv)
        elif step == InstalmentState.INVOICED:
            scan = paper(f"Invoice {row.id[:6]}")
            invoice = payments.InvoiceInstalment(number=f"DEMO-{row.id[:6]}", amount=amount, paper=scan, **about)
            payments.invoice_instalment(invoice, actor=cast.caseworker_kyiv)
        elif step == InstalmentState.PAID:
            proof = paper(f"Proof of payment {row.id[:6]}")
            pay_instalment(PayInstalment(amount=amount, proof=proof, **about), actor=cast.finance_kyiv)
        elif step == InstalmentState.VERIFIED:
            look = payments.VerifyInstalment(note="There, and used as planned.", **about)
            payments.verify_instalment(look, actor=cast.caseworker_kyiv)
