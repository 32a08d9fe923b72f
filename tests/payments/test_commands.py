"""Instalments on both databases: from order to check, paid to the cent, given back by an approved entry."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from casetracker.approvals import reversal_commands as deciding
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import add, command
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.disbursements.states import (
    DisbursementKind,
    DisbursementState,
    InstalmentState,
    PaymentTerms,
)
from casetracker.dossiers.queries import sight_by_id
from casetracker.grants.queries import list_grants
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Totals
from casetracker.payments import commands, queries, reversal_commands
from casetracker.payments.models import Payment, PaymentApproval
from casetracker.payments.states import ReversalState
from casetracker.plans.commands import write_grants_gone
from casetracker.plans.queries import approved_lines
from casetracker.programmes.queries import get_programme_account
from casetracker.providers import commands as providers
from casetracker.providers.states import AccountForm
from tests.factories.disbursements import (
    Payable,
    about,
    approved,
    deliver,
    instalments,
    invoice,
    order,
    pay,
    payable,
    row_of,
    submitted,
)
from tests.factories.documents import pdf
from tests.factories.providers import OTHER_IBAN

S = InstalmentState
pytestmark = pytest.mark.usefixtures("app")


def line_totals(case: Payable) -> Totals:
    """The figures of the renovation's line."""
    line = next(x for x in approved_lines(case.dossier_id) if x.line_id == case.planned.renovation)
    assert line.totals is not None
    return line.totals


def ready(case: Payable, **options: Any) -> str:
    """A request whose first instalment is delivered and invoiced; returns the request's id."""
    request_id = approved(case, **options)
    order(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    invoice(case, instalments(request_id)[0])
    return request_id


def test_from_order_to_check() -> None:
    case = payable()
    request_id = ready(case)
    pay(case, instalments(request_id)[0])
    (part,) = instalments(request_id)
    assert part.state == InstalmentState.PAID
    totals = line_totals(case)
    assert (totals.spent, totals.committed, totals.awarded) == (400_00, 0, 2_300_00)
    spent = {g.person_id: g.totals.spent for g in list_grants(case.dossier_id) if g.totals.spent}
    family = case.planned.granted.family
    assert spent == {family.principal: 266_67, family.spouse: 133_33}
    cmd = commands.VerifyInstalment(day=clock.today("Europe/Kyiv"), note="All there", **about(case, part))  # type: ignore[arg-type]
    commands.verify_instalment(cmd, actor=case.requester)
    assert instalments(request_id)[0].state == InstalmentState.VERIFIED
    assert row_of(case, request_id).state == DisbursementState.CLOSED


def test_less_than_approved_releases_the_rest() -> None:
    case = payable()
    request_id = approved(case)
    (part,) = instalments(request_id)
    order(case, part)
    deliver(case, instalments(request_id)[0])
    invoice(case, instalments(request_id)[0], 300_01)
    with pytest.raises(Refused, match="more than the invoice"):
        pay(case, instalments(request_id)[0], 300_02)
    assert line_totals(case).committed == 400_00
    pay(case, instalments(request_id)[0], 300_01)
    totals = line_totals(case)
    assert (totals.spent, totals.committed, totals.awarded) == (300_01, 0, 2_399_99)


def test_paid_at_the_stored_rate_and_never_above_the_cap() -> None:
    case = payable()
    request_id = ready(case, local=("UAH", 19_700_00))
    payment_id = pay(case, instalments(request_id)[0], 19_000_00)
    payment = queries.get_payment(case.dossier_id, payment_id)
    assert (payment.amount, payment.rate, payment.paid_currency) == (385_79, "49.25", "UAH")
    assert line_totals(case).spent == 385_79


def test_steps_keep_their_order_and_their_people() -> None:
    case = payable()
    request_id = approved(case)
    (part,) = instalments(request_id)
    with pytest.raises(Refused, match="ordered first"):
        pay(case, part)
    with pytest.raises(Refused, match="ordered first"):
        deliver(case, instalments(request_id)[0])
    part = instalments(request_id)[0]
    cmd = commands.OrderInstalment(day=clock.today("Europe/Kyiv"), number=None, **about(case, part))  # type: ignore[arg-type]
    for actor in (case.requester, case.people.supervisor_kyiv, case.people.auditor):
        with pytest.raises(NotFound):
            commands.order_instalment(cmd, actor=actor)
    order(case, part)
    child = case.planned.granted.family.older_child
    with pytest.raises(Refused, match="guardian"):
        deliver(case, instalments(request_id)[0], child)
    deliver(case, instalments(request_id)[0])
    with pytest.raises(Refused, match="eligible period"):
        invoice(case, instalments(request_id)[0], day=date(2023, 12, 31))
    with pytest.raises(Refused, match="new approval"):
        invoice(case, instalments(request_id)[0], 400_01)
    assert instalments(request_id)[0].state == InstalmentState.DELIVERED
    assert queries.steps_of([part.id])[part.id].invoice is None


def test_cash_is_paid_and_prepayment_comes_before_delivery() -> None:
    case = payable()
    grant = case.grant_without_plan(case.planned.granted.family.principal)
    cash = approved(case, (f"grant:{grant}", 100_00), kind=DisbursementKind.CASH)
    pay(case, instalments(cash)[0])
    assert instalments(cash)[0].state == InstalmentState.PAID
    before = approved(case, (f"grant:{grant}", 50_00), instalments=(50_00,), terms=PaymentTerms.PREPAYMENT)
    order(case, instalments(before)[0])
    invoice(case, instalments(before)[0])
    pay(case, instalments(before)[0])
    deliver(case, instalments(before)[0])
    assert instalments(before)[0].state == InstalmentState.DELIVERED


def test_a_skipped_instalment_releases_its_money() -> None:
    case = payable()
    request_id = approved(case, instalments=(100_01, 299_99))
    _first, second = instalments(request_id)
    cmd = commands.SkipInstalment(reason="Not needed", **about(case, second))  # type: ignore[arg-type]
    commands.skip_instalment(cmd, actor=case.requester)
    assert line_totals(case).committed == 100_01
    assert [part.state for part in instalments(request_id)] == ["planned", "skipped"]
    with pytest.raises(Refused, match="nothing left"):
        commands.skip_instalment(
            commands.SkipInstalment(reason="Again", **about(case, instalments(request_id)[1])),  # type: ignore[arg-type]
            actor=case.requester,
        )


def test_no_payment_to_another_account_than_the_approved_one() -> None:
    case = payable()
    request_id = ready(case)
    account = providers.AddAccount(
        provider_id=case.provider_id, form=AccountForm.IBAN, number=OTHER_IBAN, holder="Playroom supplies",
        bank="Another bank", country="UA",
    )  # fmt: skip
    account_id = providers.add_account(account, actor=case.people.caseworker_kyiv)
    confirm = providers.ConfirmAccount(account_id=account_id)
    providers.confirm_account(confirm, actor=case.people.finance_kyiv)
    with pytest.raises(Refused, match="account is not the one"):
        pay(case, instalments(request_id)[0])
    assert line_totals(case).spent == 0


@command
def forge_payment(case: Payable, request_id: str, recorder: Actor, approver_id: str | None) -> None:
    """A payment as no rule would let it through; the database stops it before an event could be recorded."""
    from casetracker.disbursements.queries import get_submission

    submission = get_submission(request_id)
    payment = add(
        Payment(
            id=ids.new_id(), dossier_id=case.dossier_id, instalment_id=instalments(request_id)[0].id,
            submission_id=submission.id, requested_by=submission.requested_by, recorded_by=recorder.id,
            recorded_at=clock.now(), paid_on=clock.today("Europe/Kyiv"), paid_amount=1, paid_currency="EUR", rate="1",
            amount=1, currency="EUR", account_id=None,
            document_id=queries.steps_of([instalments(request_id)[0].id])[instalments(request_id)[0].id].documents[0],
        )
    )  # fmt: skip
    db.session.flush()
    given = next(d for d in queries.approvals_of_submission(submission.id) if d.approver_id == approver_id)
    add(
        PaymentApproval(
            id=ids.new_id(), dossier_id=case.dossier_id, payment_id=payment.id, recorded_by=recorder.id,
            decision_id=given.id, approver_id=given.approver_id,
        )
    )  # fmt: skip
    db.session.flush()


def test_the_database_refuses_a_payment_by_its_requester_or_approver() -> None:
    case = payable()
    request_id = ready(case)
    with pytest.raises(IntegrityError):
        forge_payment(case, request_id, case.requester, None)
    supervisor = case.people.supervisor_kyiv
    with pytest.raises(IntegrityError):
        forge_payment(case, request_id, supervisor, supervisor.id)
    assert line_totals(case).spent == 0


def ask_back(case: Payable, payment_id: str, amount: int, actor: Actor | None = None) -> str:
    """Ask for money back today; returns the reversal's id."""
    cmd = reversal_commands.RequestReversal(
        dossier_id=case.dossier_id, payment_id=payment_id, amount=amount, day=clock.today("Europe/Kyiv"),
        reason="A panel was broken", proof=pdf(mark=f"refund {amount}"),
    )  # fmt: skip
    return reversal_commands.request_reversal(cmd, actor=actor or case.people.finance_kyiv)


def test_a_refund_is_a_new_entry_that_another_person_approves() -> None:
    case = payable()
    payment_id = pay(case, instalments(ready(case))[0])
    supervisor = case.people.supervisor_kyiv
    own = ask_back(case, payment_id, 50_00, supervisor)
    with pytest.raises(Refused, match="asked for this yourself"):
        deciding.approve_reversal(deciding.DecideReversal(reversal_id=own), actor=supervisor)
    with pytest.raises(Refused, match="left to give back"):
        ask_back(case, payment_id, 350_01)
    deciding.approve_reversal(deciding.DecideReversal(reversal_id=own), actor=case.people.supervisor_tallinn)
    totals = line_totals(case)
    assert (totals.spent, totals.awarded) == (350_00, 2_350_00)
    rest = ask_back(case, payment_id, 350_00)
    with pytest.raises(Refused, match="reason"):
        deciding.refuse_reversal(deciding.DecideReversal(reversal_id=rest), actor=supervisor)
    deciding.refuse_reversal(
        deciding.DecideReversal(reversal_id=rest, reason="It came for another case"), actor=supervisor
    )
    assert line_totals(case).spent == 350_00
    whole = ask_back(case, payment_id, 350_00)
    deciding.approve_reversal(deciding.DecideReversal(reversal_id=whole), actor=supervisor)
    assert line_totals(case).spent == 0
    assert [r.state for r in queries.list_reversals([payment_id])] == [
        ReversalState.APPROVED,
        ReversalState.REFUSED,
        ReversalState.APPROVED,
    ]
    with pytest.raises(Refused, match="does not wait"):
        deciding.approve_reversal(deciding.DecideReversal(reversal_id=whole), actor=supervisor)


def test_the_list_of_the_finance_officer() -> None:
    case = payable()
    request_id = approved(case)
    assert [(each.instalment.disbursement_id, each.step) for each in queries.list_to_do(case.people.finance_kyiv)] == [
        (request_id, InstalmentState.ORDERED)
    ]
    assert queries.count_mine(case.people.finance_kyiv) == 1
    order(case, instalments(request_id)[0])
    assert queries.count_mine(case.people.finance_kyiv) == 0
    assert queries.count_mine(case.people.supervisor_kyiv) == 0


gone = command(write_grants_gone)


def test_what_a_closed_grant_gets_back_returns_to_the_programme() -> None:
    case = payable()
    family = case.planned.granted.family
    request_id = ready(case, instalments=(100_00, 300_00))
    payment_id = pay(case, instalments(request_id)[0], 90_00)
    gone(case.dossier_id, family.spouse, "Separated", actor=case.people.supervisor_tallinn)
    cmd = commands.SkipInstalment(reason="Separated", **about(case, instalments(request_id)[1]))  # type: ignore[arg-type]
    commands.skip_instalment(cmd, actor=case.requester)
    reversal_id = ask_back(case, payment_id, 90_00)
    deciding.approve_reversal(deciding.DecideReversal(reversal_id=reversal_id), actor=case.people.supervisor_kyiv)
    grants = {g.person_id: g.totals for g in list_grants(case.dossier_id) if g.needs_plan}
    assert grants[family.spouse].used == 0
    assert grants[family.principal].awarded == grants[family.principal].used == 2_000_00
    programme = totals_of([get_programme_account(case.planned.granted.programme.id)])
    (total,) = programme.values()
    assert total.used == sum(grant.totals.used for grant in list_grants(case.dossier_id))


def test_the_panel_of_the_case_shows_each_instalment() -> None:
    case = payable()
    request_id = ready(case, instalments=(300_00, 100_00))
    pay(case, instalments(request_id)[0])
    sight = sight_by_id(case.requester, case.dossier_id)
    first, second = queries.load_panel(sight, case.requester).rows
    assert list(first.days) == [S.ORDERED, S.DELIVERED, S.INVOICED, S.PAID] and first.next == S.VERIFIED
    assert (first.number, first.paid, first.given_back) == (1, 300_00, 0)
    assert (second.number, second.days, second.paid, second.next) == (2, {}, None, S.ORDERED)
    submitted(case)
    assert len(queries.load_panel(sight, case.requester).rows) == 2
