"""Four eyes: who decides on money and plans, and who may not; every table holds what it held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts.queries import get_actor
from casetracker.approvals import commands, plan_commands
from casetracker.casefile.person_commands import WithdrawConsent, withdraw_consent
from casetracker.cases import commands as cases
from casetracker.cases.models import Consent
from casetracker.cases.queries import get_case
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.disbursements import commands as requests
from casetracker.disbursements.models import Decision
from casetracker.disbursements.states import DisbursementState
from casetracker.plans.commands import write_grants_gone
from casetracker.plans.models import PlanVersion
from tests.factories import plans
from tests.factories.accounts import make_office, make_people, make_user
from tests.factories.disbursements import (
    Payable,
    approved,
    decision,
    draft,
    instalments,
    order,
    payable,
    quote,
    row_of,
    submit,
    submitted,
)
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def second_supervisor(case: Payable) -> Actor:
    """Another supervisor in Kyiv."""
    return make_user("second.kyiv@example.org", Role.SUPERVISOR, case.people.kyiv)


def edited(case: Payable, request_id: str, amount: int) -> requests.EditDisbursement:
    """The request with another amount."""
    row = row_of(case, request_id)
    return requests.EditDisbursement(
        dossier_id=case.dossier_id, disbursement_id=row.id, version=row.version, kind=row.kind,
        purpose=row.purpose, provider_id=row.provider_id, local_currency=None, local_amount=None,
        parts=((f"line:{case.planned.renovation}", amount),), instalments=(),
    )  # fmt: skip


def test_nobody_approves_the_own_request() -> None:
    case = payable()
    supervisor = case.people.supervisor_kyiv
    request_id = draft(case, actor=supervisor)
    quote(case, request_id)
    cmd = decision(submit(case, request_id, actor=supervisor))
    with refused("asked for this yourself"):
        commands.approve_disbursement(cmd, actor=supervisor)
    with refused("You wrote this disbursement"):
        commands.refuse_disbursement(replace(cmd, reason="No"), actor=supervisor)


def test_nobody_approves_what_the_own_plan_pays() -> None:
    case = payable()
    author = replace(case.people.caseworker_kyiv, role=Role.SUPERVISOR)
    other = make_user("other.kyiv@example.org", Role.CASEWORKER, case.people.kyiv)
    request_id = draft(case, actor=other)
    quote(replace(case, people=replace(case.people, caseworker_kyiv=other)), request_id)
    cmd = decision(submit(case, request_id, actor=other))
    with refused("You wrote in the plan that this is paid from"):
        commands.approve_disbursement(cmd, actor=author)


def test_two_approvals_are_of_two_people() -> None:
    case = payable()
    submission = submitted(case, (f"line:{case.planned.renovation}", 600_00))
    cmd = decision(submission)
    second = second_supervisor(case)
    commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    with refused("gave your approval already"):
        commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    with refused("receiving office's part is done"):
        commands.approve_disbursement(cmd, actor=second)


def test_the_cases_caseworker_does_not_approve() -> None:
    case = payable()
    second = second_supervisor(case)
    cmd = cases.AssignCaseworker(
        dossier_id=case.dossier_id, caseworker_id=second.id, version=get_case(case.dossier_id).version
    )
    cases.assign_caseworker(cmd, actor=case.people.supervisor_kyiv)
    waiting = decision(submitted(case))
    with refused("caseworker of this case"):
        commands.approve_disbursement(waiting, actor=second)


def test_the_band_names_the_office() -> None:
    case = payable()
    cmd = decision(submitted(case))
    with refused("receiving office has to approve"):
        commands.approve_disbursement(cmd, actor=case.people.supervisor_tallinn)
    stranger = make_user("riga@example.org", Role.SUPERVISOR, make_office("Riga", "LV"))
    with not_there():
        commands.approve_disbursement(cmd, actor=stranger)


def test_a_purchase_split_in_two_stays_in_the_band_of_the_whole() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    submitted(case, (line, 400_00))
    second = submitted(case, (line, 400_00))
    cmd, request_id, colleague = decision(second), second.disbursement_id, second_supervisor(case)
    commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    assert row_of(case, request_id).state == DisbursementState.SUBMITTED
    with refused("receiving office's part is done"):
        commands.approve_disbursement(cmd, actor=colleague)


def test_an_approval_is_bound_to_what_was_seen() -> None:
    case = payable()
    submission = submitted(case)
    cmd, request_id = decision(submission), submission.disbursement_id
    requests.edit_disbursement(edited(case, request_id, 401_00), actor=case.requester)
    with refused("does not wait for approval"):
        commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    submit(case, request_id)
    with refused("submitted anew"):
        commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)


def test_what_a_person_who_left_would_pay_is_not_approved() -> None:
    case = payable()
    cmd, actor = decision(submitted(case)), case.people.supervisor_tallinn
    command(write_grants_gone)(case.dossier_id, case.planned.granted.family.spouse, "Separated", actor=actor)
    with refused("was given back since"):
        commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)


def test_what_is_returned_or_refused_says_why() -> None:
    case = payable()
    cmd = decision(submitted(case))
    with refused("give the reason"):
        commands.return_disbursement(cmd, actor=case.people.supervisor_kyiv)
    with refused("give the reason"):
        commands.refuse_disbursement(cmd, actor=case.people.supervisor_kyiv)


def test_what_has_begun_is_neither_changed_nor_cancelled() -> None:
    case = payable()
    request_id = approved(case)
    order(case, instalments(request_id)[0])
    row = row_of(case, request_id)
    cancel = requests.CancelDisbursement(
        dossier_id=case.dossier_id, disbursement_id=row.id, reason="No", version=row.version
    )
    with refused("ordered or paid already"):
        requests.cancel_disbursement(cancel, actor=case.requester)
    with refused("ordered or paid already"):
        requests.edit_disbursement(edited(case, request_id, 1_00), actor=case.requester)


def test_the_author_of_a_plan_takes_no_decision_on_it() -> None:
    planned = plans.playroom_plan(plans.granted_family(make_people()))
    version_id = plans.submit(planned.granted)
    author = replace(planned.granted.people.caseworker_kyiv, role=Role.SUPERVISOR)
    with refused("You wrote a part of this plan"):
        plans.validate(version_id, actor=author)
    with not_there():
        plans.validate(version_id, actor=planned.granted.people.caseworker_kyiv)


def test_a_plan_is_validated_and_approved_by_two_people_of_two_offices() -> None:
    planned = plans.playroom_plan(plans.granted_family(make_people()))
    people, version_id = planned.granted.people, plans.submit(planned.granted)
    with refused("receiving office decides"):
        plans.validate(version_id, actor=people.supervisor_tallinn)
    with refused("does not wait for that decision"):
        plans.approve(version_id, actor=people.supervisor_tallinn)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    with refused("sending office decides"):
        plans.approve(version_id, actor=people.supervisor_kyiv)
    moved = replace(people.supervisor_kyiv, office_id=people.tallinn)
    with refused("decided on this version already"):
        plans.approve(version_id, actor=moved)


def test_once_a_consent_is_gone_two_people_of_the_sending_office_decide_on_the_plan() -> None:
    planned = plans.playroom_plan(plans.granted_family(make_people()))
    people, version_id = planned.granted.people, plans.submit(planned.granted)
    sharing = select(Consent.id).where(Consent.person_id == planned.granted.family.spouse)
    take_back = WithdrawConsent(
        dossier_id=planned.granted.dossier_id,
        consent_id=db.session.scalars(sharing).one(),
        day=clock.today("Europe/Tallinn"),
    )
    withdraw_consent(take_back, actor=people.caseworker_tallinn)
    with not_there():
        plans.validate(version_id, actor=people.supervisor_kyiv)
    plans.validate(version_id, actor=people.supervisor_tallinn)
    with refused("decided on this version already"):
        plans.approve(version_id, actor=people.supervisor_tallinn)
    second = make_user("second.tallinn@example.org", Role.SUPERVISOR, people.tallinn)
    plans.approve(version_id, actor=second)


def test_a_plan_edited_after_submission_is_not_the_one_that_is_approved() -> None:
    planned = plans.playroom_plan(plans.granted_family(make_people()))
    people, version_id = planned.granted.people, plans.submit(planned.granted)
    with refused("waits for a decision"):
        plans.line(planned.granted, planned.playroom, "A slide", 1_00)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    plans.send_back(version_id, "A slide is missing.", actor=people.supervisor_tallinn)
    plans.line(planned.granted, planned.playroom, "A slide", 1_00)
    with refused("does not wait for that decision"):
        plans.approve(version_id, actor=people.supervisor_tallinn)


def test_a_plan_edited_after_approval_pays_nothing_new_until_it_is_approved() -> None:
    case = payable()
    granted = case.planned.granted
    line = plans.line(granted, case.planned.playroom, "A slide", 1_00)
    with refused("not in the approved plan"):
        draft(case, (f"line:{line}", 1_00))
    request_id = draft(case)
    quote(case, request_id)
    assert submit(case, request_id).number == 1


def test_a_plan_is_returned_with_a_reason() -> None:
    planned = plans.playroom_plan(plans.granted_family(make_people()))
    version_id = plans.submit(planned.granted)
    content_hash = db.session.get_one(PlanVersion, version_id).content_hash
    cmd = plan_commands.DecidePlan(version_id=version_id, content_hash=content_hash)
    with refused("give the reason"):
        plan_commands.return_plan(cmd, actor=planned.granted.people.supervisor_kyiv)
    with refused("submitted anew since you opened it"):
        plan_commands.validate_plan(replace(cmd, content_hash="0" * 64), actor=planned.granted.people.supervisor_kyiv)


def test_a_substitute_is_a_supervisor_of_the_office_for_days_to_come() -> None:
    people = make_people()
    second = make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    today = clock.today("Europe/Kyiv")
    cmd = accounts.NameSubstitute(substitute_id=second.id, valid_from=today, valid_until=today + timedelta(days=3))
    for who in (people.caseworker_kyiv, people.supervisor_tallinn, people.finance_kyiv):
        with refused("active supervisor of your own office"):
            accounts.name_substitute(replace(cmd, substitute_id=who.id), actor=people.supervisor_kyiv)
    with refused("own substitute"):
        accounts.name_substitute(replace(cmd, substitute_id=people.supervisor_kyiv.id), actor=people.supervisor_kyiv)
    with refused("begin in the past"):
        accounts.name_substitute(replace(cmd, valid_from=today - timedelta(days=1)), actor=people.supervisor_kyiv)
    with not_there():
        accounts.name_substitute(cmd, actor=people.caseworker_kyiv)


def test_outside_the_days_a_substitute_decides_for_nobody() -> None:
    case = payable()
    second, today = second_supervisor(case), clock.today("Europe/Kyiv")
    cmd = accounts.NameSubstitute(
        substitute_id=second.id, valid_from=today + timedelta(days=2), valid_until=today + timedelta(days=3)
    )
    accounts.name_substitute(cmd, actor=case.people.supervisor_kyiv)
    submission = submitted(case)
    commands.approve_disbursement(decision(submission), actor=get_actor(second.id))
    given = select(Decision.acts_for).where(Decision.approver_id == second.id)
    assert db.session.scalars(given).one() is None
