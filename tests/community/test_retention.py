"""What is kept back of a payment stays kept back while a defect of that provider's works is not mended."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from casetracker.community import progress_commands
from casetracker.community.works_states import DefectEntry, DefectSeverity
from casetracker.core import clock
from casetracker.core.errors import Refused
from casetracker.disbursements import queries
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import InstalmentState, PaymentTerms
from casetracker.grants.queries import get_grant
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from tests.community.test_plan_lines import building_project
from tests.factories import project_money as money
from tests.factories import works
from tests.factories.cases import pdf
from tests.factories.project_money import Funded
from tests.factories.providers import OTHER_IBAN, paid_provider
from tests.grounds import built_once

ZONE = "Europe/Kyiv"
KEPT, REST = 400_00, 3_600_00


def about(project: Funded, request_id: str, number: int) -> dict[str, Any]:
    """What a command on an instalment of the request says, today."""
    part = queries.list_instalments(request_id)[number]
    return {
        "dossier_id": project.dossier_id, "instalment_id": part.id, "version": part.version, "day": clock.today(ZONE),
    }  # fmt: skip


def invoice(project: Funded, request_id: str, number: int, amount: int) -> None:
    """The instalment's bill came."""
    cmd = payments.InvoiceInstalment(
        number="17", amount=amount, paper=pdf(mark=f"bill {request_id} {number}"), **about(project, request_id, number)
    )
    payments.invoice_instalment(cmd, actor=project.asker)


def pay(project: Funded, request_id: str, number: int) -> None:
    """The instalment is paid wholly."""
    part = queries.list_instalments(request_id)[number]
    cmd = PayInstalment(
        amount=part.amount, proof=pdf(mark=f"proof {part.id}"), **about(project, request_id, number)
    )  # fmt: skip
    pay_instalment(cmd, actor=project.people.finance_kyiv)


@built_once
def with_money_kept_back() -> tuple[Funded, str]:
    """A request for the roof: all but a tenth is delivered and paid, the tenth has its bill and waits; its id."""
    project = building_project()
    parts = (
        InstalmentInput(amount=REST, due_on=None, terms=PaymentTerms.ON_DELIVERY),
        InstalmentInput(amount=KEPT, due_on=clock.today(ZONE), terms=PaymentTerms.RETENTION),
    )
    request_id = money.draft(project, (project.roof, REST + KEPT), instalments=parts)
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    order = payments.OrderInstalment(number=None, **about(project, request_id, 0))
    payments.order_instalment(order, actor=project.people.finance_kyiv)
    delivery = payments.DeliverInstalment(
        signed_by_id=None, signed_by="Head of the club", certificate=pdf(mark="certificate"), note=None,
        **about(project, request_id, 0),
    )  # fmt: skip
    payments.deliver_instalment(delivery, actor=project.asker)
    invoice(project, request_id, 0, REST)
    pay(project, request_id, 0)
    invoice(project, request_id, 1, KEPT)
    return project, request_id


def works_of(project: Funded, provider_id: str | None, line_id: str | None = None) -> str:
    """Works at the club by this provider, begun; their id."""
    author = project.people.caseworker_kyiv
    works_id = works.add(project.club, author, provider_id=provider_id, plan_line_id=line_id)
    works.start(works_id, author)
    return works_id


def spent(project: Funded) -> int:
    """What the ledger says was paid of the project's share."""
    return get_grant(project.dossier_id, project.grant_id).totals.spent


def is_held(project: Funded, request_id: str) -> bool:
    """Whether paying what was kept back is refused for a defect; then nothing was paid."""
    before = spent(project)
    try:
        pay(project, request_id, 1)
    except Refused as refused:
        assert "not mended yet" in refused.message.id and refused.message.params["works"] == "Roof of the hall"
        assert spent(project) == before
        assert queries.list_instalments(request_id)[1].state == InstalmentState.INVOICED
        return True
    assert spent(project) == before + KEPT
    return False


@pytest.fixture
def kept(app: Flask) -> tuple[Funded, str]:
    return with_money_kept_back()


@pytest.mark.parametrize("severity", list(DefectSeverity))
def test_a_defect_of_the_providers_works_holds_it_until_it_is_mended(
    kept: tuple[Funded, str], severity: DefectSeverity
) -> None:
    project, request_id = kept
    author = project.people.caseworker_kyiv
    roof = works_of(project, project.provider_id)
    first, second = (works.find_defect(roof, author, severity, days=days) for days in (5, 3))
    assert is_held(project, request_id)
    works.mend(roof, second, author)
    assert is_held(project, request_id), "one of two is mended"
    works.mend(roof, first, author)
    assert not is_held(project, request_id)


def test_a_defect_of_the_warranty_holds_it_too(kept: tuple[Funded, str]) -> None:
    project, request_id = kept
    author = project.people.caseworker_kyiv
    roof = works_of(project, project.provider_id)
    works.log(roof, author, 100)
    works.accept(roof, project.people.supervisor_kyiv, accepted_on=works.ago(1))
    entry = DefectEntry(found_on=works.ago(0), what="It drips", severity=DefectSeverity.MINOR, due_on=works.ago(-30))
    claim = progress_commands.log_defect(progress_commands.LogDefect(**works.place(roof), entry=entry), actor=author)
    assert is_held(project, request_id)
    works.mend(roof, claim, author, days=0)
    assert not is_held(project, request_id)


def test_a_defect_of_another_providers_works_does_not_hold_it(kept: tuple[Funded, str]) -> None:
    project, request_id = kept
    people = project.people
    other = paid_provider(people.caseworker_kyiv, people.finance_kyiv, "Painters (fictional)", OTHER_IBAN)
    works_of(project, project.provider_id)
    walls = works_of(project, other)
    works.find_defect(walls, people.caseworker_kyiv)
    assert not is_held(project, request_id)


def test_works_that_name_no_provider_hold_what_is_paid_from_their_line(kept: tuple[Funded, str]) -> None:
    project, request_id = kept
    author = project.people.caseworker_kyiv
    elsewhere = works_of(project, None)
    works.find_defect(elsewhere, author)
    roof = works_of(project, None, project.roof)
    leak = works.find_defect(roof, author)
    assert is_held(project, request_id)
    works.mend(roof, leak, author)
    assert not is_held(project, request_id)


def test_a_defect_holds_nothing_but_what_was_kept_back(app: Flask) -> None:
    project = building_project()
    roof = works_of(project, project.provider_id)
    works.find_defect(roof, project.people.caseworker_kyiv)
    request_id = money.draft(project, (project.roof, REST))
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    payments.order_instalment(
        payments.OrderInstalment(number=None, **about(project, request_id, 0)), actor=project.people.finance_kyiv
    )
    delivery = payments.DeliverInstalment(
        signed_by_id=None, signed_by="Head of the club", certificate=pdf(mark="certificate"), note=None,
        **about(project, request_id, 0),
    )  # fmt: skip
    payments.deliver_instalment(delivery, actor=project.asker)
    invoice(project, request_id, 0, REST)
    pay(project, request_id, 0)
    assert spent(project) == REST
