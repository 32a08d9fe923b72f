"""What the change report of the last month tells: amounts, days and accounts that became others, a case reopened, and
what was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from casetracker.accounts import confirmations
from casetracker.accounts.models import PendingChange
from casetracker.casefile import commands as casefile
from casetracker.cases.models import Case
from casetracker.cases.states import Outcome, Stage
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.demo.people import Cast
from casetracker.demo.spending import Spending
from casetracker.demo.walk import Walk, on, version_of
from casetracker.disbursements import commands as disbursements
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.dossiers import attempts
from casetracker.dossiers.commands import record_access_refused
from casetracker.dossiers.queries import sight_by_id
from casetracker.grants.commands import ExtendClock, extend_clock
from casetracker.grants.queries import list_grants
from casetracker.grants.states import Clock
from casetracker.payments import commands as payments
from casetracker.payments import correction_commands as corrections
from casetracker.payments.models import Invoice
from casetracker.payments.states import InvoiceEntry
from casetracker.programmes.commands import changes
from casetracker.programmes.commands.programmes import EditBudgetLine
from casetracker.programmes.models import BudgetLine
from casetracker.providers import commands as providers
from casetracker.providers.models import ProviderAccount
from casetracker.providers.states import AccountForm
from casetracker.returns import commands as returns
from casetracker.returns.models import ContactMade

Day = Callable[[int], date]
"""The day so many days before today."""


def lower_a_ceiling(cast: Cast, day: Day) -> None:
    """The post-arrival budget line, asked for by one administrator, confirmed by the other."""
    line = db.session.scalars(select(BudgetLine).where(BudgetLine.code == "PA")).one()
    command = EditBudgetLine(budget_line_id=line.id, version=line.version, name=line.name, ceiling=78_000_00)
    with on(day(14), 9):
        change_id = changes.propose(command, actor=cast.administrator)
    version = version_of(PendingChange, change_id)
    with on(day(13), 9):
        confirmations.confirm_change(
            confirmations.ConfirmChange(change_id=change_id, version=version), actor=cast.administrator2
        )


def mistype_an_amount(spending: Spending, day: date, grant_id: str, *, typed: int, meant: int) -> str:
    """A request for the first days, written with one amount and put right an hour later; returns its id."""
    request = spending.draft(
        day, "First days after arrival", None, [(f"grant:{grant_id}", typed)], kind=DisbursementKind.CASH,
        terms=PaymentTerms.CASH,
    )  # fmt: skip
    edit = disbursements.EditDisbursement(
        dossier_id=spending.walk.id, disbursement_id=request, version=version_of(Disbursement, request),
        kind=DisbursementKind.CASH, purpose="First days after arrival", provider_id=None, local_currency=None,
        local_amount=None, parts=((f"grant:{grant_id}", meant),),
        instalments=(InstalmentInput(amount=meant, due_on=day, terms=PaymentTerms.CASH),),
    )  # fmt: skip
    with on(day, 10):
        disbursements.edit_disbursement(edit, actor=spending.walk.cast.caseworker_kyiv)
    return request


def correct_an_invoice(spending: Spending, day: Day, request: str) -> None:
    """Before it is paid: the seller's own copy shows a discount and another day."""
    instalment = db.session.scalars(select(Instalment.id).where(Instalment.disbursement_id == request)).one()
    invoice = db.session.scalars(select(Invoice).where(Invoice.instalment_id == instalment)).one()
    entry = InvoiceEntry(number=invoice.number, day=invoice.dated_on - timedelta(days=1), amount=invoice.amount - 12_00)
    command = corrections.CorrectInvoice(
        dossier_id=spending.walk.id, instalment_id=instalment, version=invoice.version, entry=entry, paper=None,
        reason="The seller's own copy shows a discount of 12 euros and the day before.",
    )  # fmt: skip
    with on(day(20), 9):
        corrections.correct_invoice(command, actor=spending.walk.cast.caseworker_kyiv)


def correct_a_contact(walk: Walk, day: Day) -> None:
    """The first contact was a day later than logged; and there is more time to use the grant."""
    cast = walk.cast
    contact = db.session.scalars(select(ContactMade).where(ContactMade.dossier_id == walk.id).limit(1)).one()
    command = returns.CorrectContact(
        dossier_id=walk.id, contact_id=contact.id, contact_on=contact.contact_on + timedelta(days=1),
        channel=contact.channel, note=None, version=contact.version, reason="The diary says the day after.",
    )  # fmt: skip
    with on(day(19), 9):
        returns.correct_contact(command, actor=cast.caseworker_kyiv)
    grant, due = next((g, g.use_due_on) for g in list_grants(walk.id) if g.use_due_on is not None and g.is_open)
    more = ExtendClock(
        dossier_id=walk.id, grant_id=grant.id, clock=Clock.USE, until=due + timedelta(days=30),
        reason="The flat is ready a month later than promised.", version=grant.version,
    )  # fmt: skip
    with on(day(16), 9):
        extend_clock(more, actor=cast.supervisor_kyiv)


def change_an_account(cast: Cast, day: Day) -> None:
    """The school outfitter changed its bank: a new account, confirmed by a second person, and the old one ended."""
    outfitter = cast.providers["outfitter"]
    old = db.session.scalars(select(ProviderAccount.id).where(ProviderAccount.provider_id == outfitter)).one()
    account = providers.AddAccount(
        provider_id=outfitter, form=AccountForm.OTHER, number="DEMO-OUTFITTER-02",
        holder="School outfitter (fictional)", bank="Other example bank", country="UA",
    )  # fmt: skip
    with on(day(11), 9):
        account_id = providers.add_account(account, actor=cast.caseworker_kyiv)
    with on(day(11), 14):
        providers.confirm_account(providers.ConfirmAccount(account_id=account_id), actor=cast.supervisor_kyiv)
    with on(day(10), 9):
        ended = providers.WithdrawAccount(account_id=old, reason="The outfitter wrote that this account is closed.")
        providers.withdraw_account(ended, actor=cast.caseworker_kyiv)


def reopen_a_case(walk: Walk, day: Day) -> None:
    """A refused family's case, opened again for a court's paper that was about somebody else."""
    cast = walk.cast
    with on(day(12), 9):
        again = casefile.ReopenCase(dossier_id=walk.id, reason="A court is said to have lifted the expulsion order.")
        casefile.reopen_case(again, actor=cast.supervisor_tallinn)
    with on(day(9), 15):
        close = casefile.CloseCase(
            dossier_id=walk.id, outcome=Outcome.INELIGIBLE, reason="The court's paper is about another person."
        )
        casefile.close_case(close, actor=cast.supervisor_tallinn)


def try_what_is_refused(spending: Spending, day: Day, request: str) -> None:
    """An order before anybody approved; closing while money is asked for; a case that was never referred."""
    walk, cast = spending.walk, spending.walk.cast
    part = db.session.scalars(select(Instalment).where(Instalment.disbursement_id == request)).one()
    order = payments.OrderInstalment(
        dossier_id=walk.id, instalment_id=part.id, version=part.version, day=day(7), number=None
    )
    with on(day(7), 11):
        _refused(walk, payments.order_instalment, order, cast.finance_kyiv)
    close = casefile.CloseCase(dossier_id=walk.id, outcome=Outcome.COMPLETED, reason="Everything is delivered.")
    with on(day(6), 11):
        _refused(walk, casefile.close_case, close, cast.supervisor_kyiv)
    intake = db.session.scalars(select(Case.id).where(Case.stage == Stage.INTAKE).order_by(Case.id).limit(1)).one()
    with on(day(3), 10):
        record_access_refused(intake, "casefile.show_case", "GET", actor=cast.caseworker_kyiv)


def _refused(walk: Walk, act: Callable[..., Any], cmd: Any, actor: Actor) -> None:
    """Tried as a page tries it: the rule's sentence is recorded with the case."""
    if not isinstance(attempts.try_act(act, cmd, actor=actor, sight=sight_by_id(actor, walk.id)), Refused):
        raise LookupError("no rule refuses this any more")
