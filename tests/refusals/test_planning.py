"""Plans: what a grant may pay for, agreements, what is used; every table holds what it held."""

from __future__ import annotations

import pytest

from casetracker.plans import draft_commands, funding_commands
from casetracker.plans.states import FundingSource
from tests.factories import plans
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case
from tests.factories.disbursements import payable, submitted
from tests.factories.plans import Granted, Planned
from tests.refusals.holding import refused

pytestmark = pytest.mark.usefixtures("app")


def planned() -> Planned:
    """The playroom plan as a draft."""
    return plans.playroom_plan(plans.granted_family(make_people()))


def test_a_childs_grant_does_not_pay_for_the_playroom() -> None:
    it = planned()
    family = it.granted.family
    with refused("is a child"):
        plans.fund(it.granted, it.renovation, {family.principal: 1_800_00, family.older_child: 900_00})


def test_a_childs_grant_does_not_pay_for_the_other_child() -> None:
    it = planned()
    with refused("is a child"):
        plans.fund(it.granted, it.fees, {it.granted.family.older_child: 900_00})


def test_a_child_who_shares_an_activity_pays_for_nothing_in_it() -> None:
    it = planned()
    family = it.granted.family
    both = plans.activity(it.granted, "School for both", family.older_child, family.younger_child)
    line = plans.line(it.granted, both, "Bus", 10_00)
    with refused("is a child"):
        plans.fund(it.granted, line, {family.older_child: 10_00})


def test_one_cent_more_than_a_grant_has_left_in_the_plan() -> None:
    it = planned()
    with refused("is more than the"):
        plans.fund(it.granted, it.uniform, {it.granted.family.older_child: 1_000_01})


def test_a_pooled_agreement_lapses_when_the_amount_changes() -> None:
    it = planned()
    family = it.granted.family
    plans.fund(it.granted, it.renovation, {family.principal: 1_700_00, family.spouse: 1_000_00})
    with refused("the signed agreement of"):
        plans.submit(it.granted)


def test_an_agreement_is_to_the_amount_that_is_planned() -> None:
    it = planned()
    with refused("Let the person agree to that amount"):
        plans.agree(it.granted, it.renovation, it.granted.family.spouse, 899_99)


def test_a_line_is_funded_whole_before_the_plan_is_submitted() -> None:
    it = planned()
    plans.fund(it.granted, it.rent, {}, own_cash=599_99)
    with refused("of it is funded"):
        plans.submit(it.granted)


def test_a_line_never_falls_below_what_is_used() -> None:
    case = payable()
    submitted(case)
    granted, line = case.planned.granted, case.planned.renovation
    with refused("already reserved, committed or spent"):
        plans.fund(granted, line, {}, own_cash=2_700_00)
    remove = draft_commands.RemoveLine(
        dossier_id=granted.dossier_id, line_id=line, version=plans.find_line_version(granted, line)
    )
    with refused("so it stays in the plan"):
        draft_commands.remove_line(remove, actor=granted.people.caseworker_kyiv)


def test_a_grant_without_a_plan_does_not_enter_one() -> None:
    case = payable()
    granted = case.planned.granted
    part = funding_commands.FundingPart(
        source=FundingSource.GRANT, grant_id=case.grant_without_plan(granted.family.principal), amount=1_00
    )
    with refused("is paid without a plan"):
        fund(granted, case.planned.rent, part)


def test_a_grant_of_another_case_is_refused() -> None:
    it = planned()
    part = funding_commands.FundingPart(source=FundingSource.GRANT, grant_id="nothing", amount=1_00)
    with refused("is not one of those here"):
        fund(it.granted, it.rent, part)


def fund(granted: Granted, line_id: str, part: funding_commands.FundingPart) -> None:
    """Let this source pay for the line."""
    cmd = funding_commands.FundLine(
        dossier_id=granted.dossier_id, line_id=line_id, version=plans.find_line_version(granted, line_id),
        parts=(part,),
    )  # fmt: skip
    funding_commands.fund_line(cmd, actor=granted.people.caseworker_kyiv)


def test_nobody_of_another_case_benefits() -> None:
    it = planned()
    stranger = playroom_case(it.granted.people).spouse
    with refused("Choose somebody of this case"):
        plans.activity(it.granted, "A shop", stranger)
