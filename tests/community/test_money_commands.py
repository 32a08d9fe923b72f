"""The money of a project, by the commands that serve a case: share, plan, request, approval, payment."""

from __future__ import annotations

import pytest
from flask import Flask

from casetracker.core import clock
from casetracker.core.errors import NotFound, Refused
from casetracker.disbursements import commands, queries
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, DisbursementState, InstalmentState, PaymentTerms
from casetracker.grants.queries import get_grant
from casetracker.ledger.queries import get_totals
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.plans.queries import approved_lines
from tests.factories import project_money as money
from tests.factories.cases import pdf
from tests.factories.project_money import Funded, funded_project

T, S = PaymentTerms, InstalmentState


def message(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.message.id


@pytest.fixture
def project(app: Flask) -> Funded:
    return funded_project()


def test_the_share_is_awarded_by_somebody_else(project: Funded) -> None:
    author, line = project.people.caseworker_kyiv, project.programme.arrival_line_id
    supervisor = project.people.supervisor_kyiv
    own = money.ask_share(project.dossier_id, line, 5_000_00, actor=supervisor)
    with pytest.raises(Refused) as refused:
        money.decide_share(own, actor=supervisor)
    assert "asked for this yourself" in message(refused)
    with pytest.raises(Refused) as refused:
        money.ask_share(project.dossier_id, line, 6_000_00, actor=author)
    assert "waits for its decision" in message(refused)
    with pytest.raises(Refused):
        money.decide_share(own, actor=project.second, is_granted=False)
    money.decide_share(own, actor=project.second, is_granted=False, reason="The amendment is not signed.")
    with pytest.raises(Refused) as refused:
        money.decide_share(own, actor=project.third)
    assert "does not wait" in message(refused)


def test_the_share_stands_under_line_and_programme(project: Funded) -> None:
    author, line = project.people.caseworker_kyiv, project.programme.arrival_line_id
    too_much = money.ask_share(project.dossier_id, line, 100_000_01, actor=author)
    with pytest.raises(Refused) as refused:
        money.decide_share(too_much, actor=project.people.supervisor_kyiv)
    assert "ceiling" in message(refused)
    grant = get_grant(project.dossier_id, project.grant_id)
    assert (grant.amount, grant.held, grant.person_or_none) == (20_000_00, 20_000_00, None)
    for amount in (21_000_00, 19_000_00):
        more = money.ask_share(project.dossier_id, project.programme.reintegration_line_id, amount, actor=author)
        money.decide_share(more, actor=project.people.supervisor_kyiv)
        assert get_grant(project.dossier_id, project.grant_id).totals.ceiling == amount
        assert get_totals(grant.account_id).used == amount


def test_a_request_goes_to_the_end_and_the_ledger_says_so(project: Funded) -> None:
    people = project.people
    parts = (
        InstalmentInput(amount=3_600_00, due_on=None, terms=PaymentTerms.ON_DELIVERY),
        InstalmentInput(amount=400_00, due_on=clock.today("Europe/Kyiv"), terms=PaymentTerms.RETENTION),
    )
    request_id = money.draft(project, (project.roof, 4_000_00), instalments=parts)
    money.quote(project, request_id)
    submission = money.submit(project, request_id)
    assert (submission.needs_receiving, submission.needs_sending, submission.band_total) == (1, 1, 4_000_00)
    with pytest.raises(NotFound):
        money.approve(submission, people.caseworker_kyiv)
    with pytest.raises(Refused) as refused:
        money.approve(submission, people.supervisor_kyiv, people.supervisor_kyiv)
    assert "another person" in message(refused)
    with pytest.raises(NotFound):
        money.approve(submission, people.supervisor_tallinn)
    money.approve(submission, project.second)
    first, kept = queries.list_instalments(request_id)
    _pay_out(project, request_id)
    line = next(each for each in approved_lines(project.dossier_id) if each.line_id == project.roof)
    assert line.totals is not None
    assert (line.totals.spent, line.totals.left) == (4_000_00, 8_000_00)
    grant = get_grant(project.dossier_id, project.grant_id)
    assert (grant.totals.spent, grant.totals.awarded) == (4_000_00, 16_000_00)
    assert queries.get_disbursement(project.dossier_id, request_id).state == DisbursementState.CLOSED
    assert first.terms == PaymentTerms.ON_DELIVERY and kept.terms == PaymentTerms.RETENTION


def _pay_out(project: Funded, request_id: str) -> None:
    today = clock.today("Europe/Kyiv")
    for number in (0, 1):
        for step in ("order", "deliver", "invoice", "pay", "verify") if number == 0 else ("invoice", "pay", "verify"):
            part = queries.list_instalments(request_id)[number]
            about = {"dossier_id": project.dossier_id, "instalment_id": part.id, "version": part.version, "day": today}
            _step(project, step, part.amount, about)
        assert queries.list_instalments(request_id)[number].state == InstalmentState.VERIFIED


def _step(project: Funded, step: str, amount: int, about: dict[str, object]) -> None:
    finance, asker, mark = project.people.finance_kyiv, project.asker, f"{step} {about}"
    if step == "order":
        payments.order_instalment(payments.OrderInstalment(number=None, **about), actor=finance)  # type: ignore[arg-type]
    elif step == "deliver":
        nobody = payments.DeliverInstalment(signed_by_id=None, certificate=pdf(mark=mark), note=None, **about)  # type: ignore[arg-type]
        with pytest.raises(Refused) as refused:
            payments.deliver_instalment(nobody, actor=asker)
        assert refused.value.message.field == "signed_by"
        signed = payments.DeliverInstalment(
            signed_by_id=None, signed_by="Head of the club", certificate=pdf(mark=mark), note=None, **about,  # type: ignore[arg-type]
        )  # fmt: skip
        payments.deliver_instalment(signed, actor=asker)
    elif step == "invoice":
        bill = payments.InvoiceInstalment(number="17", amount=amount, paper=pdf(mark=mark), **about)  # type: ignore[arg-type]
        payments.invoice_instalment(bill, actor=asker)
    elif step == "pay":
        payment = PayInstalment(amount=amount, proof=pdf(mark=mark), **about)  # type: ignore[arg-type]
        pay_instalment(payment, actor=finance)
    else:
        payments.verify_instalment(payments.VerifyInstalment(note=None, **about), actor=asker)  # type: ignore[arg-type]


def test_splitting_over_sites_gains_nothing(project: Funded) -> None:
    small = money.draft(project, (project.roof, 300_00))
    money.quote(project, small, number=1)
    assert money.submit(project, small).band_total == 300_00
    other = money.draft(project, (project.computers, 300_00))
    money.quote(project, other, number=1)
    submission = money.submit(project, other)
    assert submission.band_total == 600_00, "one provider, two sites: one total"
    assert (submission.needs_receiving, submission.needs_sending) == (1, 1)


def test_money_is_kept_back_until_its_day(project: Funded) -> None:
    later = clock.today("Europe/Kyiv").replace(year=2027)
    part = InstalmentInput(amount=3_600_00, due_on=None, terms=PaymentTerms.ON_DELIVERY)
    for kept, words in (
        (InstalmentInput(amount=400_00, due_on=None, terms=PaymentTerms.RETENTION), "until which day"),
        (None, "Only a part"),
    ):
        alone = InstalmentInput(amount=4_000_00, due_on=later, terms=PaymentTerms.RETENTION)
        with pytest.raises(Refused) as refused:
            money.draft(project, (project.roof, 4_000_00), instalments=(part, kept) if kept else (alone,))
        assert words in message(refused)
    kept = InstalmentInput(amount=400_00, due_on=later, terms=PaymentTerms.RETENTION)
    request_id = money.draft(project, (project.roof, 4_000_00), instalments=(part, kept))
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    row = queries.list_instalments(request_id)[1]
    about = {"dossier_id": project.dossier_id, "instalment_id": row.id, "day": clock.today("Europe/Kyiv")}
    _step(project, "invoice", row.amount, {**about, "version": row.version})
    row = queries.list_instalments(request_id)[1]
    with pytest.raises(Refused) as refused:
        _step(project, "pay", row.amount, {**about, "version": row.version})
    assert "kept back until" in message(refused)


@pytest.mark.parametrize("kind", [DisbursementKind.REIMBURSEMENT, DisbursementKind.CASH])
def test_a_project_pays_providers_alone(project: Funded, kind: DisbursementKind) -> None:
    cmd = commands.DraftDisbursement(
        dossier_id=project.dossier_id, kind=kind, purpose="Money back", provider_id=None, local_currency=None,
        local_amount=None, parts=((f"line:{project.roof}", 100_00),), instalments=(),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        commands.draft_disbursement(cmd, actor=project.asker)
    assert refused.value.message.field == "kind"
