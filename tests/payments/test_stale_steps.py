"""Who pays or checks an instalment by a page that shows what was corrected since is told, also in the same moment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from casetracker.core import clock
from casetracker.core.errors import Conflict
from casetracker.disbursements.states import InstalmentState
from casetracker.dossiers.queries import list_points, sight_by_id
from casetracker.payments import correction_commands, queries
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from tests.access.test_at_once import at_once
from tests.factories.disbursements import Payable, instalments, pay, payable
from tests.factories.documents import pdf
from tests.payments.test_commands import ready


def corrected(case: Payable, instalment_id: str) -> correction_commands.CorrectInvoice:
    """The invoice had another number."""
    stands = queries.steps_of([instalment_id])[instalment_id].invoice
    assert stands is not None
    entry = replace(correction_commands.invoice_entry(stands), number="2026/99")
    return correction_commands.CorrectInvoice(
        dossier_id=case.dossier_id, instalment_id=instalment_id, version=stands.version, reason="Typed wrong",
        entry=entry, paper=None,
    )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_a_page_from_before_a_correction_pays_nothing() -> None:
    case = payable()
    request_id = ready(case)
    (seen,) = instalments(request_id)
    version = seen.version
    correction_commands.correct_invoice(corrected(case, seen.id), actor=case.requester)
    (part,) = instalments(request_id)
    assert (part.version, part.state) == (version + 1, InstalmentState.INVOICED)
    opened_before = PayInstalment(
        dossier_id=case.dossier_id, instalment_id=part.id, version=version, day=clock.today("Europe/Kyiv"),
        amount=part.amount, proof=pdf(mark="proof"),
    )  # fmt: skip
    with pytest.raises(Conflict):
        pay_instalment(opened_before, actor=case.people.finance_kyiv)
    pay(case, part)


def test_paying_and_correcting_in_one_moment(fresh_app: Flask) -> None:
    case = payable()
    (part,) = instalments(ready(case))
    paying = PayInstalment(
        dossier_id=case.dossier_id, instalment_id=part.id, version=part.version, day=clock.today("Europe/Kyiv"),
        amount=part.amount, proof=pdf(mark="proof"),
    )  # fmt: skip
    cmd = corrected(case, part.id)
    said = at_once(
        fresh_app,
        lambda: pay_instalment(paying, actor=case.people.finance_kyiv),
        lambda: correction_commands.correct_invoice(cmd, actor=case.requester),
    )
    points = list_points(sight_by_id(case.requester, case.dossier_id))
    assert said in (["conflict", "done"], ["done", "done"])
    assert [point.text for point in points] == ([] if "conflict" in said else [correction_commands.INVOICE_CORRECTED])
