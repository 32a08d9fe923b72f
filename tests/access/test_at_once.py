"""Several people in the same moment, with real commits, on both databases: each thing happens once, no cent twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.approvals import commands as approvals
from casetracker.casefile import commands as casefile
from casetracker.casefile.models import Note
from casetracker.casefile.person_commands import relinquish_open_grants
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases.states import Outcome, Sex
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.core.permissions import Role
from casetracker.disbursements import commands as requests
from casetracker.disbursements.models import Submission
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.dossiers.models import Dossier
from casetracker.grants.queries import list_grants
from casetracker.ledger.models import LedgerBalance
from casetracker.programmes import commands as programmes
from casetracker.programmes.models import BudgetLine, Programme
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType
from tests.disbursements.test_routes import token
from tests.factories import plans
from tests.factories.accounts import make_people, make_user, sign_in
from tests.factories.cases import person_entry, playroom_case, refer
from tests.factories.disbursements import Payable, decision, draft, payable, quote, row_of, submitted
from tests.factories.programmes import FIRST, LAST, demo_rates


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """All acts in one moment, each on a connection of its own: "done", or the sentence of the refusal."""
    db.session.remove()
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            barrier.wait()
            try:
                act()
                return "done"
            except Refused as refused:
                return str(refused.message)
            except Conflict:
                return "conflict"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_form_sent_eight_times(fresh_app: Flask) -> None:
    case = payable()
    browser = sign_in(fresh_app.test_client(), case.people.caseworker_kyiv)
    cookie = browser.get_cookie("casetracker")
    assert cookie is not None
    sent = {"form_token": token(), "side": "shared", "text": "Once only", "day": clock.today("Europe/Kyiv").isoformat()}
    answers: list[int] = []

    def send() -> None:
        client = fresh_app.test_client()
        client.set_cookie("casetracker", cookie.value)
        answers.append(client.post(f"/cases/{case.reference}/notes/new", data=sent).status_code)

    assert set(at_once(fresh_app, *[send] * 8)) == {"done"}
    assert answers == [302] * 8
    assert db.session.scalar(select(func.count()).select_from(Note).where(Note.text == "Once only")) == 1


def test_two_supervisors_on_one_request(fresh_app: Flask) -> None:
    case = payable()
    second = make_user("supervisor2.kyiv@example.org", Role.SUPERVISOR, case.people.kyiv)
    submission = submitted(case)

    def approve(actor: Actor) -> Callable[[], object]:
        return lambda: approvals.approve_disbursement(decision(submission), actor=actor)

    said = at_once(fresh_app, approve(case.people.supervisor_kyiv), approve(second))
    assert said.count("done") == 1 and "approval" in said[0]


def submitting(case: Payable, request_id: str) -> Callable[[], object]:
    """The act of submitting a draft."""
    row = row_of(case, request_id)
    cmd = requests.SubmitDisbursement(dossier_id=case.dossier_id, disbursement_id=row.id, version=row.version)
    return lambda: requests.submit_disbursement(cmd, actor=case.requester)


def test_the_last_cent_of_a_line_and_of_a_grant(fresh_app: Flask) -> None:
    """Two requests together one cent too much: one is reserved, the other refused; no account is overdrawn."""
    case = payable()
    line = f"line:{case.planned.uniform}"
    halves = [draft(case, (line, 100_01), purpose=purpose) for purpose in ("One", "Two")]
    for request_id in halves:
        quote(case, request_id)
    said = at_once(fresh_app, *(submitting(case, request_id) for request_id in halves))
    assert said.count("done") == 1, said
    grant = case.grant_without_plan(case.planned.granted.family.principal)
    cash = [
        draft(case, (f"grant:{grant}", 307_51), kind=DisbursementKind.CASH, terms=PaymentTerms.CASH, purpose=purpose)
        for purpose in ("One", "Two")
    ]
    said = at_once(fresh_app, *(submitting(case, request_id) for request_id in cash))
    assert said.count("done") == 1, said
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 2
    for known in list_grants(case.dossier_id):
        assert known.totals.reserved <= known.amount


def test_references_without_a_gap(fresh_app: Flask) -> None:
    people = make_people()
    second = make_user("caseworker2.tallinn@example.org", Role.CASEWORKER, people.tallinn)
    cmd = cases.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, Sex.MALE), members=(), host_country="EE",
        return_country="UA", return_place="Kramatorsk", programme_id=None,
    )  # fmt: skip
    opened: list[str] = []

    def open_case(actor: Actor) -> Callable[[], object]:
        return lambda: opened.append(cases.create_case(cmd, actor=actor))

    acts = [open_case(actor) for actor in (people.caseworker_tallinn, second, people.supervisor_tallinn) * 2]
    assert at_once(fresh_app, *acts) == ["done"] * 6
    assert [reference[-5:] for reference in sorted(opened)] == [f"{n:05d}" for n in range(1, 7)]
    assert db.session.scalar(select(func.count()).select_from(Dossier)) == 6


def test_closing_while_approving(fresh_app: Flask) -> None:
    """A request is open: whoever comes first, the case is not closed over it."""
    case = payable()
    submission = submitted(case)
    close = casefile.CloseCase(dossier_id=case.dossier_id, outcome=Outcome.MOVED, reason="Moved away")
    said = at_once(
        fresh_app,
        lambda: approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_kyiv),
        lambda: casefile.close_case(close, actor=case.people.supervisor_tallinn),
    )
    assert said == ["A disbursement is still open. Finish, skip or cancel it first.", "done"]
    assert db.session.scalars(select(Dossier.closed_on).where(Dossier.id == case.dossier_id)).one() is None


def test_nothing_is_written_into_a_case_that_closes_meanwhile(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the case while it is closed finds it closed."""
    case = payable()
    people, closing, go_on = case.people, Event(), Event()

    def slowly(*args: Any, **kwargs: Any) -> None:
        closing.set()
        go_on.wait(0.7)
        relinquish_open_grants(*args, **kwargs)

    monkeypatch.setattr(casefile, "relinquish_open_grants", slowly)
    close = casefile.CloseCase(dossier_id=case.dossier_id, outcome=Outcome.MOVED, reason="Moved away")
    note = casefile.WriteNote(
        dossier_id=case.dossier_id, side=NoteSide.SHARED, text="Too late", day=clock.today("Europe/Kyiv"),
        person_id=None,
    )  # fmt: skip

    def write() -> None:
        closing.wait(5)
        casefile.write_note(note, actor=people.caseworker_kyiv)

    def ask() -> None:
        closing.wait(5)
        draft(case, purpose="Too late")

    said = at_once(fresh_app, lambda: casefile.close_case(close, actor=people.supervisor_tallinn), write, ask)
    assert said.count("done") == 1, said
    assert db.session.scalar(select(func.count()).select_from(Note).where(Note.text == "Too late")) == 0


def test_the_last_cent_of_budget_line_and_programme(fresh_app: Flask) -> None:
    """What two families are awarded in the same moment is under both ceilings, or one of them gets nothing."""
    people = make_people()
    programme_id = programmes.create_programme(
        programmes.CreateProgramme(
            code="TIGHT", name="Tight", donor="EU", currency="EUR", eligible_from=FIRST, eligible_until=LAST,
            ceiling=1_599_99, plan_within_months=1,
        ), actor=people.administrator,
    )  # fmt: skip
    line_id = programmes.add_budget_line(
        programmes.AddBudgetLine(programme_id=programme_id, code="L", name="Line", ceiling=1_599_99),
        actor=people.administrator,
    )
    package_id = programmes.add_package(
        programmes.AddPackage(
            programme_id=programme_id, budget_line_id=line_id, code="p", name="Package", needs_plan=False,
            in_kind_only=False,
        ), actor=people.administrator,
    )  # fmt: skip
    rule = programmes.AddRule(
        package_id=package_id, applicant_role=ApplicantRole.PRINCIPAL, return_type=ReturnType.VOLUNTARY,
        amount=800_00, is_maximum=False, basis=BasisDate.APPLICATION, valid_from=FIRST,
    )  # fmt: skip
    programmes.add_rule(rule, actor=people.administrator)
    demo_rates(people.administrator)
    families = [playroom_case(people) for _n in range(2)]
    for family in families:
        refer(family, people)
    today = clock.today("Europe/Tallinn")

    def award(number: int) -> Callable[[], object]:
        family = families[number]
        return lambda: plans.award(
            family.dossier_id, (family.principal,), programme_id, today, actor=people.supervisor_tallinn
        )

    said = at_once(fresh_app, award(0), award(1))
    assert said.count("done") == 1, said
    query = select(LedgerBalance.account_id, LedgerBalance.awarded)
    awarded = {row.account_id: row.awarded for row in db.session.execute(query)}
    line = db.session.get(BudgetLine, line_id)
    programme = db.session.get(Programme, programme_id)
    assert line is not None and programme is not None
    assert awarded[line.account_id] == awarded[programme.account_id] == 800_00
