"""Money of two cases to draw samples from: one with real requests, one with entries alone; and drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casetracker.core import ids
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.disbursements.events import DisbursementApproved
from casetracker.events.recording import record
from casetracker.payments.events import InstalmentDelivered, InstalmentPaid, ReversalApproved
from casetracker.sampling import commands
from casetracker.sampling.models import Sample
from casetracker.sampling.states import Asked, Method, PopulationFilter, PopulationKind
from tests.factories.cases import Family, playroom_case
from tests.factories.disbursements import Payable, approved, deliver, instalments, invoice, order, pay, payable
from tests.grounds import built_once

AMOUNTS = (50_00, 75_50, 20_00, 1200_00, 310_00, 9_99, 640_00)
"""Payments of the second case."""
SEED = "playroom"


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """`case`: a request delivered and paid in two instalments of 100 and 300 euros; `second`: entries alone."""

    case: Payable
    second: Family

    @property
    def auditor(self) -> Actor:
        """Whose mandate holds both."""
        return self.case.people.auditor


@built_once
def sampled() -> Sampled:
    """Two payments and two deliveries of the first case, seven payments, one approval and one refund of the second."""
    case = payable()
    request_id = approved(case, instalments=(100_00, 300_00))
    for number in range(2):
        for step in (order, deliver, invoice, pay):
            step(case, instalments(request_id)[number])
    second = playroom_case(case.people, programme_id=case.planned.granted.programme.id)
    pay_plainly(second.dossier_id, AMOUNTS, actor=case.people.finance_kyiv)
    approve_plainly(second.dossier_id, 500_00, actor=case.people.supervisor_kyiv)
    return Sampled(case=case, second=second)


def paid(dossier_id: str, number: int, amount: int, currency: str = "EUR") -> InstalmentPaid:
    """The entry of a payment, as paying records it."""
    return InstalmentPaid(
        owner_id=dossier_id, instalment_id=ids.new_id(), number=number, purpose="Paint", amount=amount,
        currency=currency, payment_id=ids.new_id(), paid_amount=amount, paid_currency=currency, rate="1", released=0,
    )  # fmt: skip


@command
def pay_plainly(dossier_id: str, amounts: Sequence[int], *, actor: Actor, currency: str = "EUR") -> None:
    """Entries of payments alone: nothing of money is written."""
    for number, amount in enumerate(amounts, 1):
        record(paid(dossier_id, number, amount, currency), actor=actor)


@command
def approve_plainly(dossier_id: str, amount: int, *, actor: Actor) -> None:
    """Entries of an approval, a delivery and a refund alone."""
    told: dict[str, Any] = {"owner_id": dossier_id, "amount": amount, "currency": "EUR"}
    part: dict[str, Any] = {"instalment_id": ids.new_id(), "number": 1, "purpose": "Paint"}
    given: dict[str, Any] = {"disbursement_id": ids.new_id(), "purpose": "Paint", "submission_id": ids.new_id()}
    record(DisbursementApproved(**told, **given), actor=actor)
    record(InstalmentDelivered(**told, **part, document_id=ids.new_id()), actor=actor)
    record(ReversalApproved(**told, reversal_id=ids.new_id(), payment_id=ids.new_id()), actor=actor)


def drawing(**changes: Any) -> commands.DrawSample:
    """Three payments by simple random choice, unless changed; `asked` too."""
    usual: dict[str, Any] = {
        "name": "Payments of the playroom", "population": PopulationKind.PAYMENTS, "wanted": PopulationFilter(),
        "until": None, "method": Method.SIMPLE_RANDOM, "asked": Asked(size=3), "seed": SEED,
    }  # fmt: skip
    return commands.DrawSample(**{**usual, **changes})


@built_once
def draw(actor: Actor, **changes: Any) -> str:
    """The sample's id."""
    return commands.draw_sample(drawing(**changes), actor=actor)


def row_of(sample_id: str) -> Sample:
    """The sample as it stands."""
    return db.session.get_one(Sample, sample_id, populate_existing=True)
