"""The money of the world's projects: a row of each of its tables, made by the commands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from casetracker.community import partner_commands
from casetracker.community.partner_queries import list_tranches
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.disbursements import queries, tender_commands
from casetracker.disbursements.states import PanelEntry, TenderProcedure
from casetracker.grants.queries import list_grants
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.plans.states import ActivityKind
from casetracker.providers import commands as providers
from casetracker.providers.states import AccountForm
from tests.factories import community
from tests.factories import project_money as money
from tests.factories.accounts import make_user
from tests.factories.cases import pdf


def spent(dossier_id: str, site_id: str, line_id: str, word: str, caseworker: Actor, supervisor: Actor) -> None:
    """A share awarded and one refused, a plan, a request with its tender that was delivered, a partner's report."""
    second = make_user(f"second.{dossier_id}@example.org", Role.SUPERVISOR, supervisor.office_id)
    refused = money.ask_share(dossier_id, line_id, 1_000_00, actor=caseworker)
    money.decide_share(refused, actor=supervisor, is_granted=False, reason=word)
    money.decide_share(money.ask_share(dossier_id, line_id, 5_000_00, actor=caseworker), actor=second)
    grant_id = list_grants(dossier_id)[0].id
    works = money.activity(dossier_id, word, ActivityKind.WORKS, site_id, actor=caseworker)
    roof = money.line(dossier_id, works, word, 2_000_00, grant_id, actor=caseworker)
    money.approve_plan(dossier_id, author=caseworker, deciders=(supervisor, second))
    provider_id = _provider(word, caseworker, second)
    about = SimpleNamespace(dossier_id=dossier_id, provider_id=provider_id, asker=caseworker)
    project = cast(money.Funded, about)
    request_id = money.draft(project, (roof, 400_00))
    money.quote(project, request_id, number=1)
    _tender(dossier_id, request_id, word, caseworker)
    money.approve(money.submit(project, request_id), supervisor)
    pay_out(dossier_id, request_id, word, caseworker)
    _report(dossier_id, provider_id, word, caseworker)


def _provider(word: str, adds: Actor, confirms: Actor) -> str:
    provider_id = providers.add_provider(
        providers.AddProvider(name=f"Builders {len(word)}", contact="The yard", phone="+380 44 000 00 01"), actor=adds
    )
    account = providers.AddAccount(
        provider_id=provider_id, form=AccountForm.OTHER, number=f"P{provider_id}", holder="Builders", bank="A bank",
        country="UA",
    )  # fmt: skip
    account_id = providers.add_account(account, actor=adds)
    providers.confirm_account(providers.ConfirmAccount(account_id=account_id), actor=confirms)
    return provider_id


def _tender(dossier_id: str, request_id: str, word: str, actor: Actor) -> None:
    day = community.yesterday(actor)
    panel = tuple(PanelEntry(user_id=None, name=f"{word} {n}", function=word) for n in range(3))
    cmd = tender_commands.SaveTender(
        dossier_id=dossier_id, disbursement_id=request_id, procedure=TenderProcedure.OPEN, published_on=day,
        opened_on=day, panel=panel, notice=pdf(mark=f"notice {request_id}"), minutes=pdf(mark=f"minutes {request_id}"),
        version=None,
    )  # fmt: skip
    tender_commands.save_tender(cmd, actor=actor)


def pay_out(dossier_id: str, request_id: str, word: str, actor: Actor) -> str:
    """Ordered, handed over with somebody of the place signing, invoiced and paid, 400.00; the payment's id."""
    finance = make_user(f"finance.{dossier_id}@example.org", Role.FINANCE_OFFICER, actor.office_id)

    def about() -> dict[str, Any]:
        part = queries.list_instalments(request_id)[0]
        today = clock.today(actor.zone)
        return {"dossier_id": dossier_id, "instalment_id": part.id, "version": part.version, "day": today}

    payments.order_instalment(payments.OrderInstalment(number=None, **about()), actor=finance)
    certificate = pdf(mark=f"certificate {request_id}")
    signed = payments.DeliverInstalment(
        signed_by_id=None, signed_by=word, certificate=certificate, note=word, **about()
    )
    payments.deliver_instalment(signed, actor=actor)
    bill = payments.InvoiceInstalment(number=word, amount=400_00, paper=pdf(mark=f"bill {request_id}"), **about())
    payments.invoice_instalment(bill, actor=actor)
    return pay_instalment(PayInstalment(amount=400_00, proof=pdf(mark=f"proof {request_id}"), **about()), actor=finance)


def _report(dossier_id: str, provider_id: str, word: str, actor: Actor) -> None:
    today = clock.today(actor.zone)
    agreement = partner_commands.LogPartnerAgreement(
        dossier_id=dossier_id, provider_id=provider_id, starts_on=today, ends_on=today, amount=400_00,
        tranches=(partner_commands.TrancheEntry(amount=400_00, planned_on=today, report_due_on=today),),
        upload=pdf(mark=f"partner {dossier_id}"),
    )  # fmt: skip
    agreement_id = partner_commands.log_partner_agreement(agreement, actor=actor)
    tranche = list_tranches(agreement_id)[0]
    report = partner_commands.LogPartnerReport(
        dossier_id=dossier_id, tranche_id=tranche.id, reported_on=today, note=word, upload=pdf(mark=f"r {tranche.id}"),
        version=tranche.version,
    )  # fmt: skip
    partner_commands.log_partner_report(report, actor=actor)
