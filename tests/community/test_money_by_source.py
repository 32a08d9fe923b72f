"""A project's money by source and by site, to the last cent: the donor's as the ledger has it, the others' as they
pledged it and as it came."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.community.models import Site
from casetracker.community.money_queries import DONOR, SiteMoney, SourceRow, load_site, load_sources, sites_money
from casetracker.community.states import ContributionSource
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.disbursements import queries
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import PaymentTerms
from casetracker.grants.queries import get_grant, list_grants
from casetracker.ledger.queries import get_totals, totals_of
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.plans.queries import approved_lines
from casetracker.plans.states import ActivityKind
from tests.factories import community
from tests.factories import project_money as money
from tests.factories.cases import pdf
from tests.factories.project_money import Funded, funded_project
from tests.grounds import built_once

PAID, BOUND, ASKED = 2_999_99, 1_000_02, 500_03
"""Of the roof's request one instalment is paid and one is not; the computers' request waits for its approval."""


def pay_first(project: Funded, request_id: str) -> None:
    """Order, delivery, bill and payment of the first instalment."""
    finance, asker = project.people.finance_kyiv, project.asker

    def about() -> dict[str, object]:
        part = queries.list_instalments(request_id)[0]
        today = clock.today("Europe/Kyiv")
        return {"dossier_id": project.dossier_id, "instalment_id": part.id, "version": part.version, "day": today}

    payments.order_instalment(payments.OrderInstalment(number=None, **about()), actor=finance)  # type: ignore[arg-type]
    delivery = payments.DeliverInstalment(
        signed_by_id=None, signed_by="Head", certificate=pdf(mark="certificate"), note=None, **about()  # type: ignore[arg-type]
    )  # fmt: skip
    payments.deliver_instalment(delivery, actor=asker)
    bill = payments.InvoiceInstalment(number="1", amount=PAID, paper=pdf(mark="bill"), **about())  # type: ignore[arg-type]
    payments.invoice_instalment(bill, actor=asker)
    pay_instalment(PayInstalment(amount=PAID, proof=pdf(mark="proof"), **about()), actor=finance)  # type: ignore[arg-type]


@built_once
def project_with_all_sources() -> Funded:
    """The funded project with activities for both sites and for the whole of it, payments, and what the authority and
    the community pledged and brought."""
    project = funded_project()
    author, whole = project.people.caseworker_kyiv, project.dossier_id
    ramps = money.activity(whole, "Ramps", ActivityKind.WORKS, project.club, project.school, actor=author)
    money.line(whole, ramps, "Ramps of both houses", 1_000_11, project.grant_id, actor=author)
    meetings = money.activity(whole, "Meetings", ActivityKind.COORDINATION, whole, actor=author)
    money.line(whole, meetings, "Meetings of all", 250_22, project.grant_id, actor=author)
    money.approve_plan(whole, author=author, deciders=(project.people.supervisor_kyiv, project.second))
    parts = tuple(
        InstalmentInput(amount=amount, due_on=None, terms=PaymentTerms.ON_DELIVERY) for amount in (PAID, BOUND)
    )
    request_id = money.draft(project, (project.roof, PAID + BOUND), instalments=parts)
    money.quote(project, request_id)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv, project.second)
    pay_first(project, request_id)
    waits = money.draft(project, (project.computers, ASKED))
    money.quote(project, waits)
    money.submit(project, waits)
    windows = community.pledge(project.club, author, amount=12_000_01)
    community.deliver(project.club, windows, author, 4_000_02, ago=5)
    community.deliver(project.club, windows, author, 1_000_03, ago=3)
    given = {"source": ContributionSource.COMMUNITY, "giver": "Parents"}
    paint = community.pledge(project.school, author, amount=300_04, what="Paint", **given)
    community.deliver(project.school, paint, author, 120_50)
    community.pledge(project.club, author, amount=200_05, what="Their own work", **given)
    return project


def sites_of(project: Funded) -> Sequence[Site]:
    """The club and the school."""
    return db.session.scalars(
        select(Site).where(Site.dossier_id == project.dossier_id).order_by(Site.position)
    ).all()  # fmt: skip


def by_place(rows: Sequence[SiteMoney]) -> list[tuple[str | None, int, int, int, int]]:
    """(site, donor's, spent of that, others', total) of each row."""
    return [(row.site.id if row.site else None, row.donor, row.spent, row.others, row.total) for row in rows]


@pytest.fixture
def project(app: Flask) -> Funded:
    return project_with_all_sources()


def test_each_source_plans_binds_and_gives_so_much(project: Funded) -> None:
    assert load_sources(project.dossier_id) == [
        SourceRow(source=DONOR, planned=20_000_00, committed=BOUND, spent=PAID),
        SourceRow(source="authority", planned=12_000_01, committed=6_999_96, spent=5_000_05),
        SourceRow(source="community", planned=500_09, committed=379_59, spent=120_50),
    ]


def test_more_than_pledged_of_one_thing_is_not_less_to_come_of_another(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    paint = community.pledge(project.school, author, amount=100_00, what="Sand", source=ContributionSource.OWNER)
    community.pledge(project.club, author, amount=100_00, what="Gravel", source=ContributionSource.OWNER)
    community.deliver(project.school, paint, author, 200_00)
    [owner] = [row for row in load_sources(project.dossier_id) if row.source == "owner"]
    assert (owner.planned, owner.committed, owner.spent) == (200_00, 100_00, 200_00)


def test_the_donors_row_is_the_ledgers(project: Funded) -> None:
    author, programme = project.people.caseworker_kyiv, project.programme
    for line_id, amount in ((programme.reintegration_line_id, 19_000_07), (programme.arrival_line_id, 2_000_08)):
        asked = money.ask_share(project.dossier_id, line_id, amount, actor=author)
        money.decide_share(asked, actor=project.second)
    donor, *_others = load_sources(project.dossier_id)
    accounts = [grant.account_id for grant in list_grants(project.dossier_id)]
    totals = totals_of(accounts).values()
    assert len(accounts) == 2 and donor.planned == 21_000_15
    assert donor.planned == sum(each.used for each in totals)
    assert donor.committed == sum(each.committed for each in totals) == BOUND
    assert donor.spent == sum(each.spent for each in totals) == PAID
    mine = get_totals(get_grant(project.dossier_id, project.grant_id).account_id)
    assert (mine.reserved, mine.awarded) == (ASKED, 19_000_07 - PAID - BOUND - ASKED), "what waits is not bound"


def test_what_nobody_else_gives_has_no_row(app: Flask) -> None:
    project = funded_project()
    assert load_sources(project.dossier_id) == [SourceRow(source=DONOR, planned=20_000_00, committed=0, spent=0)]
    rows = sites_money(project.dossier_id, sites_of(project), approved_lines(project.dossier_id))
    assert by_place(rows) == [
        (project.club, 12_000_00, 0, 0, 12_000_00), (project.school, 3_000_00, 0, 0, 3_000_00),
    ]  # fmt: skip


def test_a_site_costs_what_donor_and_others_give_for_it(project: Funded) -> None:
    rows = sites_money(project.dossier_id, sites_of(project), approved_lines(project.dossier_id))
    assert by_place(rows) == [
        (project.club, 12_000_00, PAID, 12_200_06, 24_200_06),
        (project.school, 3_000_00, 0, 300_04, 3_300_04),
        (None, 1_250_33, 0, 0, 1_250_33),
    ], "what is for several sites, or for the whole project, stands under none of them"
    assert sum(row.others for row in rows) == sum(row.planned for row in load_sources(project.dossier_id)[1:])
    assert by_place([load_site(site) for site in sites_of(project)]) == by_place(rows[:2])
