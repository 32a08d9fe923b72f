"""The implementing partner: agreement, tranches, reports that two people look at, and what may be paid by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from casetracker.community import partner_commands as commands
from casetracker.community.partner_models import PartnerAgreement, PartnerTranche
from casetracker.community.partner_queries import find_agreement, list_tranches, load_agreements, paid_to
from casetracker.community.partner_rules import why_not_amend
from casetracker.community.payment_guard import why_not_pay
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.disbursements import queries
from casetracker.dossiers.checking import Paying
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from tests.factories import project_money as money
from tests.factories.cases import pdf
from tests.factories.project_money import Funded, funded_project
from tests.factories.providers import OTHER_IBAN, paid_provider

TODAY = clock.today("Europe/Kyiv")
LATER = TODAY + timedelta(days=200)


def agree(project: Funded, *amounts: int, whole: int | None = None) -> str:
    """An agreement with the provider whose tranches are these; its id."""
    tranches = tuple(
        commands.TrancheEntry(amount=amount, planned_on=TODAY + timedelta(days=n), report_due_on=LATER)
        for n, amount in enumerate(amounts)
    )
    cmd = commands.LogPartnerAgreement(
        dossier_id=project.dossier_id, provider_id=project.provider_id, starts_on=TODAY, ends_on=LATER,
        amount=sum(amounts) if whole is None else whole, tranches=tranches, upload=pdf(mark="agreement"),
    )  # fmt: skip
    return commands.log_partner_agreement(cmd, actor=project.people.caseworker_kyiv)


def report(project: Funded, tranche: PartnerTranche, actor: Actor) -> None:
    cmd = commands.LogPartnerReport(
        dossier_id=project.dossier_id, tranche_id=tranche.id, reported_on=TODAY, note=None,
        upload=pdf(mark=f"report {tranche.number}"), version=tranche.version,
    )  # fmt: skip
    commands.log_partner_report(cmd, actor=actor)


def accept(project: Funded, tranche: PartnerTranche, actor: Actor) -> None:
    version = db.session.get_one(PartnerTranche, tranche.id, populate_existing=True).version
    cmd = commands.AcceptPartnerReport(dossier_id=project.dossier_id, tranche_id=tranche.id, version=version)
    commands.accept_partner_report(cmd, actor=actor)


def invoiced(project: Funded, amount: int) -> str:
    """A request to the provider, approved, ordered, delivered and invoiced; its id."""
    request_id = money.draft(project, (project.roof, amount))
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    steps = (
        (payments.OrderInstalment, payments.order_instalment, project.people.finance_kyiv, {"number": None}),
        (payments.DeliverInstalment, payments.deliver_instalment, project.asker,
         {"signed_by_id": None, "signed_by": "Head", "certificate": pdf(mark=f"c {request_id}"), "note": None}),
        (payments.InvoiceInstalment, payments.invoice_instalment, project.asker,
         {"number": "1", "amount": amount, "paper": pdf(mark=f"i {request_id}")}),
    )  # fmt: skip
    for said, act, who, more in steps:
        part = queries.list_instalments(request_id)[0]
        about = {"dossier_id": project.dossier_id, "instalment_id": part.id, "version": part.version, "day": TODAY}
        act(said(**about, **more), actor=who)  # type: ignore[arg-type]
    return request_id


def pay(project: Funded, request_id: str) -> None:
    part = queries.list_instalments(request_id)[0]
    cmd = PayInstalment(
        dossier_id=project.dossier_id, instalment_id=part.id, version=part.version, day=TODAY, amount=part.amount,
        proof=pdf(mark=f"p {request_id}"),
    )  # fmt: skip
    pay_instalment(cmd, actor=project.people.finance_kyiv)


def test_a_partner_is_paid_against_its_reports(app: Flask) -> None:
    project = funded_project()
    author, supervisor = project.people.caseworker_kyiv, project.people.supervisor_kyiv
    with pytest.raises(Refused) as refused:
        agree(project, 1_000_00, 2_000_00, whole=4_000_00)
    assert refused.value.message.field == "tranches"
    agreement_id = agree(project, 1_000_00, 2_000_00)
    with pytest.raises(Refused):
        agree(project, 1_000_00)
    first, second = list_tranches(agreement_id)
    pay(project, invoiced(project, 1_000_00))
    next_one = invoiced(project, 1_500_00)
    with pytest.raises(Refused) as refused:
        pay(project, next_one)
    assert "until the report on tranche" in refused.value.message.id
    with pytest.raises(Refused):
        accept(project, first, supervisor)
    report(project, first, supervisor)
    with pytest.raises(Refused) as refused:
        accept(project, first, supervisor)
    assert "You entered this report" in refused.value.message.id
    with pytest.raises(NotFound):
        accept(project, first, author)
    accept(project, first, project.second)
    pay(project, next_one)
    assert paid_to(project.dossier_id, project.provider_id) == 2_500_00
    with pytest.raises(Refused) as refused:
        pay(project, invoiced(project, 600_00))
    assert "comes to" in refused.value.message.id
    panel = load_agreements(project.dossier_id, LATER + timedelta(days=1))[0]
    assert (panel.released, panel.paid) == (3_000_00, 2_500_00)
    assert [each.id for each in panel.overdue] == [second.id]


def test_another_record_of_the_partner_is_the_partner(app: Flask) -> None:
    """Both have one bank account: what is paid to one counts with the other, and one agreement is enough."""
    project = funded_project()
    agreement_id = agree(project, 1_000_00, 2_000_00)
    people = project.people
    pay(project, invoiced(project, 1_000_00))
    twin = paid_provider(people.caseworker_kyiv, people.finance_kyiv, "Playroom supplies, again (fictional)")
    other = paid_provider(people.caseworker_kyiv, people.finance_kyiv, "Painters (fictional)", OTHER_IBAN)
    assert paid_to(project.dossier_id, twin) == paid_to(project.dossier_id, project.provider_id) == 1_000_00
    found = find_agreement(project.dossier_id, twin)
    assert found is not None and found.id == agreement_id
    assert find_agreement(project.dossier_id, other) is None and paid_to(project.dossier_id, other) == 0
    request_id = money.draft(project, (project.roof, 1_500_00), provider_id=twin)
    refused = why_not_pay(project.dossier_id, Paying(request_id=request_id, amount=1_500_00, is_retention=False))
    assert refused is not None and "until the report on tranche" in refused.id
    with pytest.raises(Refused, match="agreement"):
        agree(replace(project, provider_id=twin), 1_000_00)


def correct(project: Funded, agreement_id: str, actor: Actor, *amounts: int) -> None:
    there = list_tranches(agreement_id)
    tranches = tuple(
        commands.TrancheEntry(amount=amount, planned_on=there[min(n, len(there) - 1)].planned_on, report_due_on=LATER)
        for n, amount in enumerate(amounts)
    )
    row = db.session.get_one(PartnerAgreement, agreement_id, populate_existing=True)
    cmd = commands.CorrectPartnerAgreement(
        dossier_id=project.dossier_id, agreement_id=agreement_id, starts_on=TODAY, ends_on=LATER, amount=sum(amounts),
        tranches=tranches, upload=None, reason="A nought was missing", version=row.version,
    )  # fmt: skip
    commands.correct_partner_agreement(cmd, actor=actor)


def test_an_agreement_is_put_right_by_somebody_else_and_never_below_what_stands(app: Flask) -> None:
    project = funded_project()
    supervisor = project.people.supervisor_kyiv
    agreement_id = agree(project, 1_000_00, 200_00)
    with pytest.raises(NotFound):
        correct(project, agreement_id, project.people.caseworker_kyiv, 1_000_00)
    correct(project, agreement_id, supervisor, 1_000_00, 2_000_00, 500_00)
    assert [each.amount for each in list_tranches(agreement_id)] == [1_000_00, 2_000_00, 500_00]
    pay(project, invoiced(project, 1_000_00))
    report(project, list_tranches(agreement_id)[0], project.people.caseworker_kyiv)
    for amounts, words in (((900_00, 2_000_00), "accounted for"), ((1_000_00,), None)):
        if words:
            with pytest.raises(Refused) as refused:
                correct(project, agreement_id, supervisor, *amounts)
            assert words in refused.value.message.id
        else:
            correct(project, agreement_id, supervisor, *amounts)
    assert [each.number for each in list_tranches(agreement_id)] == [1]
    own = db.session.get_one(PartnerAgreement, agreement_id)
    assert why_not_amend([], [], 0, "EUR", is_own=True) is not None and own.amount == 1_000_00
