"""What the database itself refuses, by SQL past the program: four eyes, other content, forged requesters, ceilings."""

from __future__ import annotations

import re
import sqlite3

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.community.partner_models import PartnerTranche
from casetracker.community.partner_queries import list_tranches
from casetracker.community.share_models import ShareRequest
from casetracker.core import clock, ids
from casetracker.core.db import Base, as_owner, db
from casetracker.disbursements.models import Decision, Submission
from casetracker.disbursements.queries import list_instalments
from casetracker.grants.models import Grant
from casetracker.ledger.models import LedgerBalance, LedgerEntry
from casetracker.payments.models import Payment, PaymentApproval, Reversal
from casetracker.payments.reversal_commands import RequestReversal, request_reversal
from casetracker.plans.models import PlanDecision, PlanLine
from casetracker.programmes.models import BudgetLine, Programme
from tests.community import test_partner_commands as partner
from tests.factories import project_money as money
from tests.factories.disbursements import Payable, approved, deliver, invoice, order, pay, payable
from tests.factories.documents import pdf
from tests.factories.project_money import Funded, funded_project
from tests.grounds import built_once

FOREIGN, GROWS = "foreign key", "only grows"
TWICE = "unique|only grows"
"""A second row under one key; of a table that only grows SQLite's trigger says it first."""


@pytest.fixture
def case(app: Flask) -> Payable:
    """A request of two instalments with all its approvals, the first of them paid, and its money asked back."""
    return asked_back()


@built_once
def asked_back() -> Payable:
    """The case of that fixture, built by commands."""
    made = payable()
    request_id = approved(made, (f"line:{made.planned.renovation}", 600_00), instalments=(400_00, 200_00), number=3)
    for step in (order, deliver, invoice):
        step(made, list_instalments(request_id)[0])
    payment_id = pay(made, list_instalments(request_id)[0])
    cmd = RequestReversal(
        dossier_id=made.dossier_id, payment_id=payment_id, amount=100_00, day=clock.today("Europe/Kyiv"),
        reason="Too dear", proof=pdf(mark="refund"),
    )  # fmt: skip
    request_reversal(cmd, actor=made.requester)
    return made


def behind(statement: str) -> str | None:
    """What the database says to this statement, which nothing of the program sees; None if it took it. Undone."""
    connection = db.session.connection()
    as_owner(connection)
    driver = connection.connection.dbapi_connection
    assert driver is not None
    cursor = driver.cursor()
    cursor.execute("SAVEPOINT behind")
    try:
        cursor.execute(statement)
    except (sqlite3.Error, psycopg.Error) as error:
        return str(error)
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT behind")
    return None


def copied(model: type[Base], source: str, **changes: str) -> str:
    """A row like the one with this id under an id of its own, but for the changes (SQL)."""
    changes = {"id": f"'{ids.new_id()}'"} | changes
    table = model.__table__.name  # type: ignore[attr-defined]  # always a Table
    names = [column.name for column in model.__table__.columns]
    values = ", ".join(changes.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" WHERE id = \'{source}\''


def one(model: type[Base]) -> str:
    """The id of a row that stands, the same at every run of the query."""
    return str(db.session.scalars(select(model.id).order_by(model.id)).first())  # type: ignore[attr-defined]  # has one


def refused(statement: str, words: str) -> None:
    """The database refuses it, for that reason."""
    said = behind(statement)
    assert said is not None, f"taken: {statement}"
    assert re.search(words, said, re.IGNORECASE), said


def test_decisions_are_another_persons_on_what_was_submitted(case: Payable) -> None:
    decision, stranger = one(Decision), f"'{case.people.finance_kyiv.id}'"
    assert behind(copied(Decision, decision, approver_id=stranger)) is None  # a copy as such would be taken
    refused(copied(Decision, decision, approver_id="requested_by"), "four_eyes")
    refused(copied(Decision, decision, approver_id=stranger, requested_by=f"'{case.people.auditor.id}'"), FOREIGN)
    refused(copied(Decision, decision, approver_id=stranger, content_hash=f"'{'0' * 64}'"), FOREIGN)
    refused(copied(Decision, decision), TWICE)
    refused(
        copied(Decision, decision, approver_id=stranger, step="'return'", reason="NULL"), "disbursement_decision_reason"
    )
    plan = one(PlanDecision)
    other = {"decided_by": stranger, "step": "'return'", "reason": "'x'"}
    assert behind(copied(PlanDecision, plan, **other)) is None
    refused(copied(PlanDecision, plan, **other | {"decided_by": "submitted_by"}), "four_eyes")
    refused(copied(PlanDecision, plan, **other, submitted_by=f"'{case.people.auditor.id}'"), FOREIGN)
    refused(copied(PlanDecision, plan, **other, content_hash=f"'{'0' * 64}'"), FOREIGN)
    refused(copied(PlanDecision, plan, decided_by=stranger), TWICE)


def test_what_was_submitted_and_decided_stands(case: Payable, dialect: str) -> None:
    refused("UPDATE submission SET band_total = band_total + 1", GROWS)
    for model in (Submission, Decision, PlanDecision, Payment, PaymentApproval, LedgerEntry):
        table = model.__tablename__
        refused(f'DELETE FROM "{table}"', GROWS)
        refused(f'UPDATE "{table}" SET version = version + 1', GROWS)
        if dialect == "postgresql":
            refused(f'TRUNCATE "{table}" CASCADE', GROWS)
        else:
            refused(copied(model, one(model), id="id").replace("INSERT", "INSERT OR REPLACE", 1), GROWS)


def test_payments_are_a_third_persons_once(case: Payable) -> None:
    payment = one(Payment)
    later = {"instalment_id": "(SELECT id FROM instalment WHERE number = 2)"}
    assert behind(copied(Payment, payment, **later)) is None
    refused(copied(Payment, payment, **later, recorded_by="requested_by"), "four_eyes")
    refused(copied(Payment, payment, **later, requested_by=f"'{case.people.auditor.id}'"), FOREIGN)
    refused(copied(Payment, payment), TWICE)
    refused(copied(Payment, payment, **later, amount="0"), "positive")
    approval, stranger = one(PaymentApproval), f"'{case.people.auditor.id}'"
    other = {"decision_id": f"'{ids.new_id()}'"}
    refused(copied(PaymentApproval, approval, **other, approver_id="recorded_by"), "four_eyes")
    refused(copied(PaymentApproval, approval), TWICE)
    refused(copied(PaymentApproval, approval, **other, approver_id=stranger), FOREIGN)
    refused(copied(PaymentApproval, approval, recorded_by=stranger), f"{FOREIGN}|{TWICE}")


def test_money_is_given_back_by_another_persons_word(case: Payable) -> None:
    assert one(Reversal)
    decided = "UPDATE reversal SET state = 'approved', decided_at = requested_at, decided_by = "
    assert behind(f"{decided} '{case.people.supervisor_kyiv.id}'") is None
    refused(f"{decided} requested_by", "four_eyes")
    refused(f"{decided} NULL", "reversal_decided")


def test_ceilings_at_all_four_levels(case: Payable) -> None:
    accounts = {
        "plan line": select(PlanLine.account_id).where(PlanLine.id == case.planned.renovation),
        "grant": select(Grant.account_id).where(Grant.person_id == case.planned.granted.family.principal),
        "budget line": select(BudgetLine.account_id), "programme": select(Programme.account_id),
    }  # fmt: skip
    for level, query in accounts.items():
        account = db.session.scalars(query.order_by("account_id")).first()
        row = db.session.get_one(LedgerBalance, account)
        left = row.ceiling - row.awarded - row.reserved - row.committed - row.spent
        for place in ("awarded", "reserved", "committed", "spent"):
            update = f"UPDATE ledger_balance SET {place} = {place}"
            assert behind(f"{update} + {left} WHERE account_id = '{account}'") is None, level
            refused(f"{update} + {left + 1} WHERE account_id = '{account}'", "under_ceiling")
            refused(f"UPDATE ledger_balance SET {place} = -1 WHERE account_id = '{account}'", "not_negative")
        refused(f"UPDATE ledger_balance SET ceiling = {row.ceiling - left - 1} WHERE account_id = '{account}'", "under")


def test_an_entry_moves_something_once(case: Payable) -> None:
    entry = one(LedgerEntry)
    refused(copied(LedgerEntry, entry), TWICE)
    account = db.session.scalars(
        select(LedgerBalance.account_id).where(
            LedgerBalance.account_id.not_in(
                select(LedgerEntry.account_id).where(
                    LedgerEntry.posting_id
                    == select(LedgerEntry.posting_id).where(LedgerEntry.id == entry).scalar_subquery()
                )
            )
        )
    ).first()
    assert behind(copied(LedgerEntry, entry, account_id=f"'{account}'")) is None
    for amount in ("0", "-1"):
        refused(copied(LedgerEntry, entry, account_id=f"'{account}'", amount=amount), "positive")
    refused(copied(Grant, one(Grant)), TWICE)
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry))


@built_once
def project_that_waits() -> tuple[Funded, str, str]:
    """A project whose supervisor asked for a share that nobody decided yet, and entered the report on a partner's paid
    tranche that nobody accepted yet; the ids of both."""
    project = funded_project()
    supervisor = project.people.supervisor_kyiv
    request_id = money.ask_share(project.dossier_id, project.programme.arrival_line_id, 5_000_00, actor=supervisor)
    agreement_id = partner.agree(project, 1_000_00, 2_000_00)
    partner.pay(project, partner.invoiced(project, 1_000_00))
    tranche = list_tranches(agreement_id)[0]
    partner.report(project, tranche, supervisor)
    return project, request_id, tranche.id


def test_a_projects_share_is_decided_by_another_person_than_asked(app: Flask) -> None:
    project, request_id, _tranche_id = project_that_waits()
    assert db.session.get_one(ShareRequest, request_id).decided_by is None
    by, where = f"decided_by = '{project.second.id}'", f"WHERE id = '{request_id}'"
    decide = "UPDATE share_request SET decided_at = asked_at, is_granted = true"
    assert behind(f"{decide}, {by} {where}") is None
    refused(f"{decide}, decided_by = asked_by {where}", "four_eyes")
    refused(f"UPDATE share_request SET {by}, decided_at = asked_at {where}", "share_request_decision")
    refused(f"UPDATE share_request SET {by}, is_granted = true {where}", "share_request_decided")
    refuse = f"UPDATE share_request SET decided_at = asked_at, is_granted = false, {by}"
    refused(f"{refuse} {where}", "refusal_has_reason")
    assert behind(f"{refuse}, refusal_reason = 'Not signed' {where}") is None
    own = "decided_by = asked_by, refusal_reason = 'Not signed'"
    refused(f"UPDATE share_request SET decided_at = asked_at, is_granted = false, {own} {where}", "four_eyes")
    refused(copied(ShareRequest, request_id), "unique")


def test_who_asked_cannot_be_put_in_the_place_of_who_decided(app: Flask) -> None:
    project, request_id, _tranche_id = project_that_waits()
    money.decide_share(request_id, actor=project.second)
    where = f"WHERE id = '{request_id}'"
    refused(f"UPDATE share_request SET decided_by = asked_by {where}", "four_eyes")
    refused(f"UPDATE share_request SET asked_by = decided_by {where}", "four_eyes")


def test_a_partners_report_is_accepted_by_another_person_than_entered_it(app: Flask) -> None:
    project, _request_id, tranche_id = project_that_waits()
    tranche = db.session.get_one(PartnerTranche, tranche_id)
    assert (tranche.report_by, tranche.accepted_by) == (project.people.supervisor_kyiv.id, None)
    by, where = f"accepted_by = '{project.second.id}'", f"WHERE id = '{tranche_id}'"
    accept = "UPDATE partner_tranche SET accepted_on = reported_on"
    assert behind(f"{accept}, {by} {where}") is None
    refused(f"{accept}, accepted_by = report_by {where}", "four_eyes")
    refused(f"{accept} {where}", "partner_tranche_accepted")
    refused(f"UPDATE partner_tranche SET {by} {where}", "partner_tranche_accepted")
    unreported = "reported_on = NULL, report_id = NULL, report_by = NULL"
    refused(f"UPDATE partner_tranche SET accepted_on = reported_on, {by}, {unreported} {where}", "accepted_report")
    partner.accept(project, tranche, project.second)
    refused(f"UPDATE partner_tranche SET accepted_by = report_by {where}", "four_eyes")
    refused(f"UPDATE partner_tranche SET report_by = accepted_by {where}", "four_eyes")
