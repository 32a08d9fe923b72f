"""Paying: who, to which account, how much, on which proof; and giving back. Every table holds what it held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.approvals import reversal_commands as deciding
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.documents.states import Upload
from casetracker.payments import commands, reversal_commands
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.programmes import commands as programmes
from casetracker.providers import commands as providers
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
    submitted,
)
from tests.factories.documents import pdf
from tests.factories.providers import OTHER_IBAN, demo_account, demo_provider
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def ready(case: Payable, **options: Any) -> str:
    """A request whose first instalment only has to be paid; returns the request's id."""
    request_id = approved(case, **options)
    order(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    invoice(case, instalments(request_id)[0])
    return request_id


def as_finance(actor: Actor) -> Actor:
    """The same person after a change of role."""
    return replace(actor, role=Role.FINANCE_OFFICER)


def test_a_payment_is_not_recorded_by_who_approved() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    with refused("You approved this"):
        pay(case, part, actor=as_finance(case.people.supervisor_kyiv))


def test_a_payment_is_not_recorded_by_who_requested() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    with refused("asked for this yourself"):
        pay(case, part, actor=as_finance(case.requester))


def test_only_a_finance_officer_pays() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    people = case.people
    for actor in (people.caseworker_kyiv, people.supervisor_kyiv, people.auditor, people.administrator):
        with not_there():
            pay(case, part, actor=actor)


def test_nothing_is_ordered_or_paid_before_the_approval() -> None:
    case = payable()
    part = instalments(submitted(case).disbursement_id)[0]
    with refused("has not been approved"):
        order(case, part)
    with refused("has not been approved"):
        pay(case, part)


def test_the_steps_keep_their_order() -> None:
    case = payable()
    request_id = approved(case)
    for step in (deliver, invoice, pay):
        with refused("ordered first"):
            step(case, instalments(request_id)[0])
    order(case, instalments(request_id)[0])
    with refused("handed over first"):
        pay(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    with refused("invoice is missing"):
        pay(case, instalments(request_id)[0])


def test_a_child_does_not_sign_the_certificate() -> None:
    case = payable()
    request_id = approved(case)
    order(case, instalments(request_id)[0])
    with refused("guardian signs"):
        deliver(case, instalments(request_id)[0], case.planned.granted.family.older_child)


def test_the_certificate_is_signed_by_who_benefits_or_the_guardian() -> None:
    case = payable()
    family = case.planned.granted.family
    for_a_child = approved(case, (f"line:{case.planned.uniform}", 100_00))
    order(case, instalments(for_a_child)[0])
    with refused("or the guardian of that child"):
        deliver(case, instalments(for_a_child)[0], family.spouse)
    deliver(case, instalments(for_a_child)[0], family.principal)


def test_an_invoice_outside_the_eligible_period() -> None:
    case = payable()
    request_id = approved(case)
    order(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    with refused("outside the programme's eligible period"):
        invoice(case, instalments(request_id)[0], day=date(2023, 12, 31))


def test_one_cent_above_what_was_approved() -> None:
    case = payable()
    request_id = approved(case)
    order(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    with refused("needs a new approval"):
        invoice(case, instalments(request_id)[0], 400_01)
    invoice(case, instalments(request_id)[0], 300_00)
    with refused("more than the invoice"):
        pay(case, instalments(request_id)[0], 300_01)


def test_above_the_cap_at_the_rate_of_the_day() -> None:
    case = payable()
    part = instalments(ready(case, local=("UAH", 19_700_00)))[0]
    dearer = programmes.AddRate(currency="UAH", base="EUR", day=clock.today(), rate="49.20")
    programmes.add_rate(dearer, actor=case.people.administrator)
    with refused("above the cap of 400.00 EUR"):
        pay(case, part)


def test_no_day_to_come_and_none_before_its_step() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    cmd = PayInstalment(day=clock.today() + timedelta(days=1), amount=400_00, proof=pdf(), **about(case, part))  # type: ignore[arg-type]
    with refused("has not come yet"):
        pay_instalment(cmd, actor=case.people.finance_kyiv)
    with refused("before the step it rests on"):
        pay_instalment(replace(cmd, day=clock.today() - timedelta(days=9)), actor=case.people.finance_kyiv)


def test_no_payment_without_a_proof_that_opens() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    proof = Upload("proof.pdf", b"not a document", "application/pdf")
    cmd = PayInstalment(day=clock.today(), amount=400_00, proof=proof, **about(case, part))  # type: ignore[arg-type]
    with refused("not a PDF, PNG or JPEG"):
        pay_instalment(cmd, actor=case.people.finance_kyiv)


def test_no_payment_to_another_account_than_the_approved_one() -> None:
    case = payable()
    part = instalments(ready(case))[0]
    account_id = demo_account(case.provider_id, case.people.caseworker_kyiv, OTHER_IBAN)
    confirm = providers.ConfirmAccount(account_id=account_id)
    providers.confirm_account(confirm, actor=case.people.finance_kyiv)
    with refused("not the one that was approved"):
        pay(case, part)


def test_an_account_is_confirmed_by_a_second_person_of_the_office() -> None:
    case = payable()
    supervisor = case.people.supervisor_kyiv
    provider_id = demo_provider(supervisor, "New shop")
    account_id = demo_account(provider_id, supervisor, OTHER_IBAN)
    cmd = providers.ConfirmAccount(account_id=account_id)
    with refused("somebody else has to confirm it"):
        providers.confirm_account(cmd, actor=supervisor)
    for actor in (case.people.caseworker_kyiv, case.people.supervisor_tallinn):
        with not_there():
            providers.confirm_account(cmd, actor=actor)


def test_what_is_paid_is_not_skipped_nor_paid_twice() -> None:
    case = payable()
    request_id = ready(case)
    pay(case, instalments(request_id)[0])
    part = instalments(request_id)[0]
    cmd = commands.SkipInstalment(reason="Not needed", **about(case, part))  # type: ignore[arg-type]
    with refused("ask for the money back instead"):
        commands.skip_instalment(cmd, actor=case.requester)
    with refused("Only the check of this instalment is left to do"):
        pay(case, part)


def asked_back(case: Payable, payment_id: str, amount: int, actor: Actor) -> str:
    """Money asked back today; returns the reversal's id."""
    cmd = reversal_commands.RequestReversal(
        dossier_id=case.dossier_id, payment_id=payment_id, amount=amount, day=clock.today(),
        reason="A panel was broken", proof=pdf(mark=f"refund {amount}"),
    )  # fmt: skip
    return reversal_commands.request_reversal(cmd, actor=actor)


def test_a_reversal_is_not_approved_by_who_asked_or_paid() -> None:
    case = payable()
    payment_id = pay(case, instalments(ready(case))[0])
    supervisor = case.people.supervisor_kyiv
    own = deciding.DecideReversal(reversal_id=asked_back(case, payment_id, 50_00, supervisor))
    with refused("asked for this yourself"):
        deciding.approve_reversal(own, actor=supervisor)
    with refused("You recorded the payment"):
        deciding.approve_reversal(own, actor=replace(case.people.finance_kyiv, role=Role.SUPERVISOR))
    with not_there():
        deciding.approve_reversal(own, actor=case.people.finance_kyiv)


def test_no_more_is_given_back_than_was_paid() -> None:
    case = payable()
    payment_id = pay(case, instalments(ready(case))[0])
    with refused("left to give back"):
        asked_back(case, payment_id, 400_01, case.people.finance_kyiv)
