"""The money in a project's IATI file is the money in its ledger: summed by type, whatever was done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from casetracker.approvals.reversal_commands import DecideReversal, approve_reversal
from casetracker.core import clock
from casetracker.core.money import Money
from casetracker.disbursements import commands, queries
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import PaymentTerms
from casetracker.exports import publication_rules
from casetracker.exports.publication_commands import PublishProject, publish_project
from casetracker.exports.publication_states import PublicationFormat, Transaction, TransactionType
from casetracker.grants.queries import list_grants
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Move
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.payments.reversal_commands import RequestReversal, request_reversal
from tests.exports.test_iati import check
from tests.factories import project_money as money
from tests.factories.cases import pdf
from tests.factories.project_money import Funded, funded_project
from tests.grounds import built_once

T = TransactionType
ZONE = "Europe/Kyiv"
PUBLISHED = (Move.AWARD, Move.COMMIT, Move.SPEND, Move.RELEASE_COMMITTED, Move.REVERSE, Move.RELINQUISH)
"""Every move of money that a file tells of; a reservation is nothing yet."""


def approved(project: Funded, line_id: str, *amounts: int) -> str:
    """A request with these instalments and all its approvals; its id."""
    parts = tuple(InstalmentInput(amount=each, due_on=None, terms=PaymentTerms.ON_DELIVERY) for each in amounts)
    request_id = money.draft(project, (line_id, sum(amounts)), instalments=parts)
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    return request_id


def pay(project: Funded, request_id: str, amount: int) -> str:
    """Order, delivery, bill and payment of so much of the first instalment; the payment's id."""

    def about() -> dict[str, object]:
        part = queries.list_instalments(request_id)[0]
        today = clock.today(ZONE)
        return {"dossier_id": project.dossier_id, "instalment_id": part.id, "version": part.version, "day": today}

    finance, asker = project.people.finance_kyiv, project.asker
    payments.order_instalment(payments.OrderInstalment(number=None, **about()), actor=finance)  # type: ignore[arg-type]
    delivery = payments.DeliverInstalment(
        signed_by_id=None, signed_by="Head", certificate=pdf(mark="certificate"), note=None, **about()  # type: ignore[arg-type]
    )  # fmt: skip
    payments.deliver_instalment(delivery, actor=asker)
    bill = payments.InvoiceInstalment(number="1", amount=amount, paper=pdf(mark="bill"), **about())  # type: ignore[arg-type]
    payments.invoice_instalment(bill, actor=asker)
    return pay_instalment(PayInstalment(amount=amount, proof=pdf(mark="proof"), **about()), actor=finance)  # type: ignore[arg-type]


def give_back(project: Funded, payment_id: str, amount: int) -> None:
    """The provider gave so much of a payment back; a supervisor approved it."""
    cmd = RequestReversal(
        dossier_id=project.dossier_id, payment_id=payment_id, amount=amount, day=clock.today(ZONE),
        reason="Fewer tiles", proof=pdf(mark="refund"),
    )  # fmt: skip
    reversal_id = request_reversal(cmd, actor=project.asker)
    approve_reversal(DecideReversal(reversal_id=reversal_id), actor=project.second)


@built_once
def project_with_all_moves() -> Funded:
    """A share awarded and made smaller, a second one; a request asked for and one withdrawn; one approved and one given
    up after that; one paid with less than was approved, and some of it given back."""
    project = funded_project()
    author, programme = project.people.caseworker_kyiv, project.programme
    for line_id, amount in ((programme.reintegration_line_id, 19_000_03), (programme.arrival_line_id, 2_500_01)):
        asked = money.ask_share(project.dossier_id, line_id, amount, actor=author)
        money.decide_share(asked, actor=project.people.supervisor_kyiv)
    paid = approved(project, project.roof, 3_000_05, 1_000_07)
    give_back(project, pay(project, paid, 2_900_11), 700_13)
    given_up = approved(project, project.computers, 800_17)
    waits, withdrawn = (money.draft(project, (project.computers, amount)) for amount in (500_19, 300_23))
    for request_id in (waits, withdrawn):
        money.quote(project, request_id)
        money.submit(project, request_id)
    for request_id in (given_up, withdrawn):
        cmd = commands.CancelDisbursement(
            dossier_id=project.dossier_id, disbursement_id=request_id, reason="The school has some",
            version=money.version_of(project, request_id),
        )  # fmt: skip
        commands.cancel_disbursement(cmd, actor=project.asker)
    return project


def written(project: Funded) -> dict[T, int]:
    """What the transactions of the written file add up to, type -> minor units."""
    cmd = PublishProject(reference=project.reference, format=PublicationFormat.IATI)
    with publish_project(cmd, actor=project.people.supervisor_kyiv).file as file:
        activity = check(file.read())
    sums: dict[T, int] = defaultdict(int)
    for each in activity.findall("transaction"):
        kind, value = each.find("transaction-type"), each.find("value")
        assert kind is not None and value is not None and value.text and value.get("currency") == "EUR"
        sums[T(int(kind.get("code", "")))] += int(Decimal(value.text) * 100)
    return dict(sums)


def in_the_ledger(project: Funded) -> dict[T, int]:
    """What the ledger's balances of the project's shares say of the same."""
    totals = totals_of(grant.account_id for grant in list_grants(project.dossier_id)).values()
    return {
        T.INCOMING_COMMITMENT: sum(each.used for each in totals),
        T.OUTGOING_COMMITMENT: sum(each.committed + each.spent for each in totals),
        T.EXPENDITURE: sum(each.spent for each in totals),
    }


@pytest.fixture
def project(app: Flask) -> Funded:
    return project_with_all_moves()


def test_a_file_adds_up_to_the_ledger(project: Funded) -> None:
    assert written(project) == in_the_ledger(project) == {
        T.INCOMING_COMMITMENT: 21_500_04,
        T.OUTGOING_COMMITMENT: 2_900_11 - 700_13 + 1_000_07,
        T.EXPENDITURE: 2_900_11 - 700_13,
    }  # fmt: skip


def test_a_project_without_payments_tells_of_its_share_alone(app: Flask) -> None:
    project = funded_project()
    assert written(project) == {T.INCOMING_COMMITMENT: 20_000_00}
    assert in_the_ledger(project)[T.INCOMING_COMMITMENT] == 20_000_00


@pytest.mark.parametrize("left_out", PUBLISHED)
def test_it_would_not_if_a_move_was_left_out(project: Funded, left_out: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = publication_rules.transactions_of

    def all_but_one(move: Move, day: date, amount: Money) -> Iterator[Transaction]:
        return iter(()) if move == left_out else tell(move, day, amount)

    monkeypatch.setattr(publication_rules, "transactions_of", all_but_one)
    assert written(project) != in_the_ledger(project)
