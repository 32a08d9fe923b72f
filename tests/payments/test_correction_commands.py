"""What was logged wrongly about an order, a delivery, an invoice or a check is corrected; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.disbursements.states import (
    InstalmentState,
)
from casetracker.dossiers.commands import ClearPoint, clear_point
from casetracker.dossiers.queries import list_points, sight_by_id
from casetracker.payments import commands, correction_commands, queries
from tests.factories.disbursements import (
    about,
    instalments,
    order,
    pay,
    payable,
)
from tests.factories.documents import pdf
from tests.payments.test_commands import ready

pytestmark = pytest.mark.usefixtures("app")


def test_a_delivery_logged_wrongly_is_corrected() -> None:
    case = payable()
    request_id = ready(case)
    (part,) = instalments(request_id)
    before = queries.steps_of([part.id])[part.id].delivery
    assert before is not None
    stood, family = correction_commands.delivery_entry(before), case.planned.granted.family
    cmd = correction_commands.CorrectDelivery(
        dossier_id=case.dossier_id, instalment_id=part.id, version=before.version, reason="The wife signed",
        entry=replace(stood, signed_by_id=family.spouse), certificate=pdf(mark="right certificate"),
    )  # fmt: skip
    with pytest.raises(Refused, match="Nothing was changed"):
        correction_commands.correct_delivery(replace(cmd, entry=stood, certificate=None), actor=case.requester)
    with pytest.raises(Refused, match="guardian"):
        wrong = replace(cmd, entry=replace(stood, signed_by_id=family.older_child))
        correction_commands.correct_delivery(wrong, actor=case.requester)
    with pytest.raises(NotFound):
        correction_commands.correct_delivery(cmd, actor=case.people.finance_kyiv)
    old_paper = before.document_id
    correction_commands.correct_delivery(cmd, actor=case.requester)
    after = queries.steps_of([part.id])[part.id].delivery
    assert after is not None and after.signed_by_id == family.spouse and after.document_id != old_paper
    assert instalments(request_id)[0].state == InstalmentState.INVOICED
    assert list_points(sight_by_id(case.requester, case.dossier_id)) == []
    with pytest.raises(Conflict):
        correction_commands.correct_delivery(replace(cmd, entry=stood), actor=case.requester)


def test_an_order_and_a_check_logged_wrongly_are_corrected() -> None:
    case = payable()
    finance = case.people.finance_kyiv
    request_id = ready(case)
    (part,) = instalments(request_id)
    order_row = queries.steps_of([part.id])[part.id].order
    assert order_row is not None
    entry = replace(correction_commands.order_entry(order_row), number="PO-7")
    cmd = correction_commands.CorrectOrder(
        dossier_id=case.dossier_id, instalment_id=part.id, version=order_row.version, reason="Misread", entry=entry,
    )  # fmt: skip
    with pytest.raises(NotFound):
        correction_commands.correct_order(cmd, actor=case.requester)
    with pytest.raises(Refused, match="not come yet"):
        late = replace(cmd, entry=replace(entry, day=entry.day + timedelta(days=2)))
        correction_commands.correct_order(late, actor=finance)
    correction_commands.correct_order(cmd, actor=finance)
    assert list_points(sight_by_id(case.requester, case.dossier_id)) == []
    with pytest.raises(Conflict):
        correction_commands.correct_order(replace(cmd, entry=replace(entry, number="PO-8")), actor=finance)
    pay(case, instalments(request_id)[0])
    again = replace(cmd, version=cmd.version + 1, entry=replace(entry, number="PO-8"))
    correction_commands.correct_order(again, actor=finance)
    (point,) = list_points(sight_by_id(case.requester, case.dossier_id))
    assert point.text == correction_commands.ORDER_CORRECTED and point.blocks_money
    look = commands.VerifyInstalment(day=entry.day, note="All there", **about(case, instalments(request_id)[0]))  # type: ignore[arg-type]
    commands.verify_instalment(look, actor=case.requester)
    check = queries.steps_of([part.id])[part.id].verification
    assert check is not None
    seen = correction_commands.CorrectVerification(
        dossier_id=case.dossier_id, instalment_id=part.id, version=check.version, reason="Another flat",
        entry=replace(correction_commands.verification_entry(check), note="One window is missing"),
    )  # fmt: skip
    with pytest.raises(NotFound):
        correction_commands.correct_verification(seen, actor=finance)
    with pytest.raises(Refused, match="Nothing was changed"):
        stood = replace(seen, entry=correction_commands.verification_entry(check))
        correction_commands.correct_verification(stood, actor=case.requester)
    correction_commands.correct_verification(seen, actor=case.requester)
    steps = queries.steps_of([part.id])[part.id]
    assert steps.order and steps.order.number == "PO-8"
    assert steps.verification and steps.verification.note == "One window is missing"
    assert instalments(request_id)[0].state == InstalmentState.VERIFIED
    assert len(list_points(sight_by_id(case.requester, case.dossier_id))) == 1


def test_an_invoice_corrected_after_the_payment_holds_the_next_money_up() -> None:
    case = payable()
    request_id = ready(case, instalments=(300_00, 100_00))
    part = instalments(request_id)[0]
    stands = queries.steps_of([part.id])[part.id].invoice
    assert stands is not None
    entry = replace(correction_commands.invoice_entry(stands), number="2026/18", amount=290_00)
    cmd = correction_commands.CorrectInvoice(
        dossier_id=case.dossier_id, instalment_id=part.id, version=stands.version, reason="Typed wrong",
        entry=entry, paper=None,
    )  # fmt: skip
    for bad, words in (({"amount": 300_01}, "new approval"), ({"day": date(2023, 12, 31)}, "eligible period")):
        with pytest.raises(Refused, match=words):
            wrong = replace(cmd, entry=replace(entry, **bad))
            correction_commands.correct_invoice(wrong, actor=case.requester)
    correction_commands.correct_invoice(cmd, actor=case.requester)
    assert list_points(sight_by_id(case.requester, case.dossier_id)) == []
    pay(case, instalments(request_id)[0], 290_00)
    cmd = replace(cmd, version=cmd.version + 1, entry=replace(entry, amount=280_00))
    correction_commands.correct_invoice(cmd, actor=case.requester)
    (point,) = list_points(sight_by_id(case.requester, case.dossier_id))
    assert point.text == correction_commands.PAID_TOO_MUCH
    assert (point.subject_kind, point.subject_id) == ("disbursement", request_id)
    with pytest.raises(Refused, match="below what was paid"):
        order(case, instalments(request_id)[1])
    clear_point(ClearPoint(point_id=point.id, reason="Asked back"), actor=case.people.supervisor_kyiv)
    order(case, instalments(request_id)[1])
