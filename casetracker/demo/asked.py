"""What an auditor would ask about: one case in which much went as the rules allow, and still wants a word.

Each fault is one that the commands let through. What they refuse is looked for all the same, for data that came
another way; the tests of the rules hold that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from casetracker.cases import commands as cases
from casetracker.cases.models import Consent, Person
from casetracker.cases.states import ContactEntry
from casetracker.checks import commands as checks
from casetracker.checks.states import Declared
from casetracker.core.db import db
from casetracker.demo.papers import paper
from casetracker.demo.spending import Activity, Line, Spending
from casetracker.demo.walk import on, version_of
from casetracker.disbursements.models import Instalment
from casetracker.disbursements.states import InstalmentState, PaymentTerms
from casetracker.payments import correction_commands as corrections
from casetracker.payments.models import Invoice
from casetracker.payments.states import InvoiceEntry
from casetracker.plans.states import ActivityKind
from casetracker.providers import commands as providers
from casetracker.providers.states import AccountForm
from casetracker.returns import commands as returns
from casetracker.returns.models import ApplicationPerson

Day = Callable[[int], date]
"""The day so many days before today."""
OWN_NUMBER = "DEMO-ELECTRICIAN-01"
"""The electrician's account, which a caseworker declared as the own."""


def plan() -> tuple[Activity, ...]:
    """A workshop bought in two halves from one company."""
    tools = Line(key="tools", what="Tools", provider="builder", unit_price=600_00, shares=((0, 600_00),))
    machine = Line(
        key="machine", what="Second-hand machine", provider="furniture", unit_price=700_00, shares=((0, 700_00),)
    )
    works = Line(key="works", what="Works at the shed", provider="builder", unit_price=600_00, shares=((0, 600_00),))
    wires = Line(key="wires", what="Wires and sockets", provider="", unit_price=100_00, shares=((0, 100_00),))
    return (
        Activity(
            kind=ActivityKind.BUSINESS, title="Repair workshop", feasibility="Two workshops closed nearby.",
            whom=(0,), lines=(tools, machine),
        ),
        Activity(
            kind=ActivityKind.HOUSING, title="Shed for the workshop", feasibility="The shed stands; the roof is new.",
            whom=(0,), lines=(works, wires),
        ),
    )  # fmt: skip


def spend(spending: Spending, day: Day) -> None:
    """Money that moved as it may, and leaves questions."""
    _buy_in_two_halves(spending, day)
    _pay_the_electrician(spending, day)
    _correct_what_was_said(spending, day)


def _buy_in_two_halves(spending: Spending, day: Day) -> None:
    """Tools, delivered and corrected after the payment; works, paid in advance and never delivered."""
    tools = spending.draft(day(190), "Tools for the workshop", "builder", [("tools", 600_00)])
    works = spending.draft(day(180), "Works at the shed", "builder", [("works", 600_00)], terms=PaymentTerms.PREPAYMENT)
    for ago, request in ((190, tools), (180, works)):
        spending.submit(day(ago), request)
        spending.approve(day(ago - 1), request)
    spending.carry_out(day(188), tools)
    spending.carry_out(day(178), works, up_to=InstalmentState.PAID)
    instalment = db.session.scalars(select(Instalment.id).where(Instalment.disbursement_id == tools)).one()
    invoice = db.session.scalars(select(Invoice).where(Invoice.instalment_id == instalment)).one()
    entry = InvoiceEntry(number=f"{invoice.number}-2", day=invoice.dated_on, amount=invoice.amount)
    command = corrections.CorrectInvoice(
        dossier_id=spending.walk.id, instalment_id=instalment, version=invoice.version, entry=entry, paper=None,
        reason="The number was mistyped.",
    )  # fmt: skip
    with on(day(150), 9):
        corrections.correct_invoice(command, actor=spending.walk.cast.caseworker_kyiv)


def _pay_the_electrician(spending: Spending, day: Day) -> None:
    """One person confirmed the account and paid; the applicant holds it; a caseworker's own; then it is changed."""
    walk, cast = spending.walk, spending.walk.cast
    with on(day(176), 9):
        command = providers.AddProvider(
            name="Electrician (fictional)", registration="DEMO-0091", contact="Owner", phone="+380 00 000 00 91"
        )
        cast.providers["electrician"] = providers.add_provider(command, actor=cast.caseworker_kyiv)
    _account(spending, day(176), OWN_NUMBER, walk.persons[0].name)
    wires = spending.draft(
        day(175), "Wires and sockets", "electrician", [("wires", 100_00)], instalments=(50_00, 50_00)
    )
    spending.submit(day(175), wires)
    spending.approve(day(174), wires)
    spending.carry_out(day(173), wires, instalments=1)
    _account(spending, day(30), "DEMO-ELECTRICIAN-02", "Electrician (fictional)")
    with on(day(28), 9):
        own = checks.DeclareNumber(kind=Declared.ACCOUNT, name="Savings account", number=OWN_NUMBER)
        checks.declare_number(own, actor=cast.caseworker_kyiv)


def _account(spending: Spending, day: date, number: str, holder: str) -> None:
    """An account of the electrician's, confirmed by who pays."""
    cast = spending.walk.cast
    account = providers.AddAccount(
        provider_id=cast.providers["electrician"], form=AccountForm.OTHER, number=number, holder=holder,
        bank="Example bank", country="UA",
    )  # fmt: skip
    with on(day, 10):
        account_id = providers.add_account(account, actor=cast.caseworker_kyiv)
    with on(day, 11):
        providers.confirm_account(providers.ConfirmAccount(account_id=account_id), actor=cast.finance_kyiv)


def _correct_what_was_said(spending: Spending, day: Day) -> None:
    """The telephone is the builder's; the consent came after the referral; an expulsion order was overlooked."""
    walk, cast = spending.walk, spending.walk.cast
    person = walk.persons[0].id
    with on(day(140), 9):
        contact = cases.ChangeContact(
            dossier_id=walk.id, person_id=person, version=version_of(Person, person), reason=None,
            entry=ContactEntry(phone="00380 00 000 00 01", email=None, return_address=None),
        )  # fmt: skip
        cases.change_contact(contact, actor=cast.caseworker_kyiv)
    with on(day(40), 9):
        consent = db.session.scalars(select(Consent).where(Consent.dossier_id == walk.id)).one()
        late = cases.CorrectConsent(
            dossier_id=walk.id, consent_id=consent.id, given_on=day(200), upload=paper("Consent to sharing"),
            reason="The paper bears a later day.", version=consent.version,
        )  # fmt: skip
        cases.correct_consent(late, actor=cast.caseworker_tallinn)
    with on(day(39), 9):
        row = db.session.scalars(select(ApplicationPerson).where(ApplicationPerson.person_id == person)).one()
        order = returns.LogExpulsionOrder(
            dossier_id=walk.id, person_id=person, has_expulsion_order=True, version=row.version,
            reason="Found in the file of the border guard.",
        )  # fmt: skip
        returns.log_expulsion_order(order, actor=cast.caseworker_tallinn)
