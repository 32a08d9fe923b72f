"""A small world to search: the playroom family with a plan, asylum, a corrected arrival, another amount, a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from casetracker.accounts import commands as accounts
from casetracker.accounts.queries import get_actor
from casetracker.asylum import commands as asylum
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import Message
from casetracker.core.permissions import Role
from casetracker.disbursements import commands as disbursements
from casetracker.dossiers.commands import record_refusal
from casetracker.returns import queries as returns
from casetracker.returns.commands.journey import CorrectJourney, correct_journey
from tests.disbursements.test_commands import edited
from tests.factories.accounts import OPERATOR, make_user
from tests.factories.disbursements import Payable, draft, payable
from tests.factories.returns import days_ago
from tests.grounds import built_once

AUTHORITY = "Police and Border Guard Board"
PURPOSE = 'Wall panels, "Õunaaed" 100% and Фарба'


@built_once
def searched_world() -> Payable:
    """Everything that a search or a report can find; the amount of one request went from 400 to 300 EUR."""
    case = payable()
    family, people = case.planned.granted.family, case.people
    log = asylum.LogAsylum(
        dossier_id=case.dossier_id, authority=AUTHORITY, number="A-1", filed_on=days_ago(200),
        person_ids=(family.principal,),
    )  # fmt: skip
    asylum.log_asylum(log, actor=people.caseworker_tallinn)
    request_id = draft(case, purpose=PURPOSE)
    disbursements.edit_disbursement(replace(edited(case, request_id, 300_00), purpose=PURPOSE), actor=case.requester)
    correct_arrival(case)
    record_refusal(case.dossier_id, "approve_disbursement", Message("Nobody approves the own request."),
                   actor=people.supervisor_kyiv)  # fmt: skip
    return case


def correct_arrival(case: Payable) -> None:
    """The principal arrived a day later than it was logged first."""
    family = case.planned.granted.family
    row = returns.find_journey(case.dossier_id, family.principal)
    assert row and row.arrived_on
    cmd = CorrectJourney(
        dossier_id=case.dossier_id, person_id=family.principal, departed_on=row.departed_on, transit=row.transit,
        arrived_on=row.arrived_on + timedelta(days=1), place=row.arrival_place, version=row.version,
        reason="The stamp says the day after",
    )  # fmt: skip
    correct_journey(cmd, actor=case.people.caseworker_kyiv)


def auditor_over(*office_ids: str, clearance: bool = False, **mandate: Any) -> Actor:
    """Another auditor with a mandate over these offices (all where none is named)."""
    made = make_user(f"auditor{len(office_ids)}{int(clearance)}{clock.now():%f}@example.org", Role.AUDITOR,
                     clearance=clearance)  # fmt: skip
    values: dict[str, Any] = {"programme_ids": (), "valid_from": date(2020, 1, 1), "valid_until": date(2099, 12, 31)}
    accounts.give_mandate(
        accounts.GiveMandate(user_id=made.id, office_ids=office_ids, **(values | mandate)), actor=OPERATOR
    )
    return get_actor(made.id)
