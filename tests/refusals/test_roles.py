"""What a role never does is not there for it (404), by the command too; every table holds what it held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts import confirmations
from casetracker.accounts.models import PendingChange
from casetracker.accounts.queries import get_user
from casetracker.approvals import commands as approvals
from casetracker.casefile import commands as casefile
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases.queries import get_case
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import GRANTED, Permission, Role
from casetracker.dossiers.queries import sight_by_id
from casetracker.grants import commands as grants
from casetracker.grants.states import Clock
from casetracker.payments.commands import OrderInstalment, order_instalment
from casetracker.programmes import commands as programmes
from tests.factories import plans
from tests.factories.accounts import make_people
from tests.factories.cases import person_entry
from tests.factories.disbursements import (
    Payable,
    about,
    approved,
    decision,
    draft,
    instalments,
    pay,
    payable,
    submitted,
)
from tests.factories.programmes import demo_programme
from tests.refusals.holding import not_there, refused

OFFICE = ("caseworker_kyiv", "supervisor_kyiv")


@dataclass(frozen=True)
class Scene:
    """A case with a request that waits and one that is approved."""

    case: Payable
    waiting: approvals.DecideDisbursement
    approved: str


@pytest.fixture
def scene(app: object) -> Scene:
    case = payable()
    done = approved(case, (f"line:{case.planned.renovation}", 100_00))
    return Scene(case, decision(submitted(case, (f"line:{case.planned.renovation}", 100_00))), done)


def _note(it: Scene, actor: Actor) -> None:
    cmd = casefile.WriteNote(
        dossier_id=it.case.dossier_id, side=NoteSide.SHARED, text="A call", day=clock.today(), person_id=None
    )
    casefile.write_note(cmd, actor=actor)


def _person(it: Scene, actor: Actor) -> None:
    cases.add_person(cases.AddPerson(dossier_id=it.case.dossier_id, entry=person_entry("Ivan")), actor=actor)


def _assign(it: Scene, actor: Actor) -> None:
    cmd = cases.AssignCaseworker(
        dossier_id=it.case.dossier_id, caseworker_id=actor.id, version=get_case(it.case.dossier_id).version
    )
    cases.assign_caseworker(cmd, actor=actor)


def _plan(it: Scene, actor: Actor) -> None:
    people = replace(it.case.people, caseworker_kyiv=actor)
    plans.activity(replace(it.case.planned.granted, people=people), "A shop")


def _order(it: Scene, actor: Actor) -> None:
    cmd = OrderInstalment(day=clock.today(), number=None, **about(it.case, instalments(it.approved)[0]))  # type: ignore[arg-type]
    order_instalment(cmd, actor=actor)


def _extend(it: Scene, actor: Actor) -> None:
    grant_id = next(iter(it.case.planned.granted.grants.values()))
    cmd = grants.ExtendClock(
        dossier_id=it.case.dossier_id, grant_id=grant_id, clock=Clock.USE, until=clock.today(), reason="x",
        version=1,
    )  # fmt: skip
    grants.extend_clock(cmd, actor=actor)


def _invite(it: Scene, actor: Actor) -> None:
    cmd = accounts.InviteUser(email="new@example.org", name="New", role=Role.CASEWORKER, office_id=it.case.people.kyiv)
    accounts.invite_user(cmd, actor=actor)


ACTS: dict[str, Callable[[Scene, Actor], object]] = {
    "read": lambda it, actor: sight_by_id(actor, it.case.dossier_id),
    "note": _note,
    "person": _person,
    "assign": _assign,
    "plan": _plan,
    "request": lambda it, actor: draft(it.case, actor=actor),
    "approve": lambda it, actor: approvals.approve_disbursement(it.waiting, actor=actor),
    "order": _order,
    "pay": lambda it, actor: pay(it.case, instalments(it.approved)[0], actor=actor),
    "extend": _extend,
    "invite": _invite,
    "programme": lambda it, actor: demo_programme(actor, "NEW"),
}

NEVER = [
    *(("caseworker_kyiv", act) for act in ("assign", "approve", "order", "pay", "extend", "invite", "programme")),
    *(("supervisor_kyiv", act) for act in ("order", "pay", "invite", "programme")),
    *(("finance_kyiv", act) for act in ("note", "person", "plan", "request", "approve", "extend", "programme")),
    *(("auditor", act) for act in ACTS if act != "read"),
    *(("administrator", act) for act in ACTS if act not in ("invite", "programme")),
]


@pytest.mark.parametrize(("who", "act"), NEVER, ids=[f"{who}-{act}" for who, act in NEVER])
def test_what_a_role_never_does(scene: Scene, who: str, act: str) -> None:
    with not_there():
        ACTS[act](scene, getattr(scene.case.people, who))


def test_nobody_is_above_the_table() -> None:
    P = Permission
    never = {
        Role.CASEWORKER: {P.DISBURSEMENT_APPROVE, P.PLAN_APPROVE, P.PAYMENT_RECORD, P.ELIGIBILITY_DECIDE},
        Role.SUPERVISOR: {P.PAYMENT_RECORD, P.USER_MANAGE, P.PROGRAMME_MANAGE},
        Role.FINANCE_OFFICER: {P.DISBURSEMENT_REQUEST, P.DISBURSEMENT_APPROVE, P.PLAN_APPROVE, P.CASE_READ},
        Role.ADMINISTRATOR: {P.CASE_READ, P.DISBURSEMENT_APPROVE, P.PLAN_APPROVE, P.AUDIT_READ},
    }
    for role, permissions in never.items():
        assert not GRANTED[role] & permissions, role
    reads = {"read", "list", "export", "publish", "own"}
    asks = {P.SAMPLE_DRAW, P.AUDIT_FINDING_RAISE}
    assert all(str(each).partition(":")[2] in reads for each in GRANTED[Role.AUDITOR] - asks)


@pytest.mark.usefixtures("app")
def test_a_deciding_role_is_not_given_alone() -> None:
    people = make_people()
    user = get_user(people.caseworker_kyiv.id)
    cmd = accounts.ChangeRole(user_id=user.id, version=user.version, role=Role.SUPERVISOR, office_id=people.kyiv)
    assert accounts.change_role(cmd, actor=people.administrator) == accounts.WAITS
    own = accounts.ChangeRole(user_id=people.administrator.id, version=1, role=Role.AUDITOR, office_id=None)
    with refused("Nobody may change the own role"):
        accounts.change_role(own, actor=people.administrator)
    assert get_user(user.id).role == Role.CASEWORKER


@pytest.mark.usefixtures("app")
def test_a_policy_is_not_changed_alone() -> None:
    people = make_people()
    made = demo_programme(people.administrator)
    edit = programmes.EditBudgetLine(budget_line_id=made.reintegration_line_id, version=1, name="R", ceiling=300_000_00)
    programmes.propose(edit, actor=people.administrator)
    change = db.session.scalars(select(PendingChange)).one()
    cmd = confirmations.ConfirmChange(change_id=change.id, version=change.version)
    with refused("A second person has to confirm it"):
        confirmations.confirm_change(cmd, actor=people.administrator)
