"""docs/community.md tells the stages, what each needs and who moves a site as the rules have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import CheckConstraint

from casetracker.cases.states import Sex
from casetracker.community import equipment_rules, works_rules
from casetracker.community.benefit_rules import join, why_not_count
from casetracker.community.benefit_states import Basis, CohesionState, CountEntry, Exactness, Method, PeopleGroup
from casetracker.community.case_site_rules import tell_number
from casetracker.community.cohesion_rules import why_not_hold
from casetracker.community.contribution_rules import why_not_deliver
from casetracker.community.equipment_states import (
    CheckEntry,
    CheckFacts,
    EquipmentCondition,
    EquipmentFacts,
    HandoverFacts,
)
from casetracker.community.group_rules import why_not_member
from casetracker.community.models import SelectionCriterion, SiteScore
from casetracker.community.rules import list_requirements, why_not_day, why_not_leave, why_not_move
from casetracker.community.selection_rules import weigh, why_not_criteria, why_not_judge, why_not_score
from casetracker.community.states import (
    BEFORE_SELECTION,
    NEXT_STAGE,
    AgeBand,
    CriterionEntry,
    CriterionFacts,
    GroupProfile,
    MemberEntry,
    SiteFacts,
    SiteOutcome,
    SiteStage,
)
from casetracker.community.visit_rules import list_due
from casetracker.community.visit_states import MONTHS
from casetracker.community.works_states import WARRANTY_SOON
from casetracker.core.labels import label_id
from casetracker.documents.states import DocumentKind

PAGE = (Path(__file__).parents[2] / "docs" / "community.md").read_text(encoding="utf-8")
CASEWORKER = "caseworker or supervisor"


def everything(stage: SiteStage) -> SiteFacts:
    """A site at this stage that has all that any stage needs."""
    return SiteFacts(stage=stage, outcome=None, papers=frozenset(DocumentKind), members=5, trainings=1, criteria=3,
                     scored=3, voted_for=9, voted_against=1, works=1, equipment=1, is_handed_over=True,
                     reported_visits=1)  # fmt: skip


def rows() -> Iterator[tuple[str, str, str]]:
    """(stage, needs, moved by) as the rules have them."""
    yield label_id(SiteStage.CALL), "", ""
    for before, stage in NEXT_STAGE.items():
        needs = [each.text.id.partition(":")[0] for each in list_requirements(everything(before), stage)]
        by_caseworker = why_not_move(everything(before), may_decide=False) is None
        yield label_id(stage), "; ".join(needs), CASEWORKER if by_caseworker else "supervisor"


def test_the_table_is_what_the_rules_say() -> None:
    told = re.findall(r"^\| ([^|]*?) ?\| ([^|]*?) ?\| ([^|]*?) ?\|$", PAGE, re.M)
    assert told[1:] == list(rows())


def test_leaving_the_way_is_what_the_rules_say() -> None:
    assert f"**{label_id(SiteOutcome.NOT_SELECTED)}** as long as it is not selected yet" in PAGE
    assert f"**{label_id(SiteOutcome.STOPPED)}** at any stage before it is closed" in PAGE
    for stage in SiteStage:
        not_selected = why_not_leave(everything(stage), SiteOutcome.NOT_SELECTED) is None
        assert not_selected == (stage in BEFORE_SELECTION)
        assert (why_not_leave(everything(stage), SiteOutcome.STOPPED) is None) == (stage != SiteStage.CLOSED)


def test_the_group_is_what_the_rules_say() -> None:
    today = date(2026, 5, 4)
    one = MemberEntry(
        number=1, profile=GroupProfile.LOCAL, sex=Sex.FEMALE, age_band=AgeBand.FROM_30, joined_on=today,
        is_contact=False, contact_name=None, contact_phone=None,
    )  # fmt: skip
    assert "A name and a phone are kept of a contact person only" in PAGE
    assert why_not_member(replace(one, number=3), today) is None, "several alike at once"
    assert why_not_member(replace(one, contact_name="Speaker"), today) is not None
    assert why_not_member(replace(one, is_contact=True, contact_name="Speaker"), today) is None
    assert "A gathering of tomorrow is refused." in PAGE
    assert why_not_day(today + timedelta(days=1), today, "held_on") is not None


def test_the_selection_is_what_the_rules_say() -> None:
    assert "9 and 7 at weights 60 and 40 are 82 per\ncent" in PAGE
    assert weigh({"use": 9, "open": 7}, {"use": 60, "open": 40}) == 82
    checks = {str(each.sqltext) for model in (SelectionCriterion, SiteScore)
              for each in model.__table_args__ if isinstance(each, CheckConstraint)}  # fmt: skip
    assert {"weight BETWEEN 1 AND 100", "score BETWEEN 0 AND 10"} <= checks
    assert "weight from 1 to 100" in PAGE and "score from 0 to 10" in PAGE
    now = [CriterionFacts(id="use", name="Use", weight=60, is_scored=True)]
    stays = CriterionEntry(id="use", name="Use by people", weight=60)
    heavier = replace(stays, weight=70)
    assert why_not_criteria(now, [stays], None, has_selected=False) is not None, "with a reason only"
    assert why_not_criteria(now, [heavier], "Weighed anew.", has_selected=False) is None
    assert why_not_criteria(now, [replace(stays, id=None)], "Gone.", has_selected=False) is not None
    assert why_not_criteria(now, [heavier], "Weighed anew.", has_selected=True) is not None
    assert why_not_criteria(now, [stays], "In plain words.", has_selected=True) is None
    for stage in SiteStage:
        assert (why_not_judge(everything(stage)) is None) == (stage in BEFORE_SELECTION)
    scored = replace(everything(SiteStage.TRAINED), criteria=1, scored=1)
    assert why_not_score(scored, {"use"}, {"use": 8}, None) is not None
    assert why_not_score(scored, {"use"}, {"use": 8}, "Counted again.") is None


def test_contributions_are_what_the_rules_say() -> None:
    """That they stand in no ledger, and come in parts or in more than was pledged: test_contribution_commands.py."""
    pledged, today = date(2026, 5, 4), date(2026, 6, 1)
    assert "on no day before the pledge" in PAGE
    assert why_not_deliver(pledged, pledged - timedelta(days=1), today) is not None
    assert why_not_deliver(pledged, pledged, today) is None


def test_who_benefits_is_what_the_rules_say() -> None:
    """That the latest counts and what may overlap is said: test_benefit_rules.py."""
    assert "*at least* and *at most* together are *about*" in PAGE
    assert join({Exactness.EXACT, Exactness.AT_LEAST}) == Exactness.AT_LEAST
    assert join({Exactness.AT_LEAST, Exactness.AT_MOST}) == Exactness.ABOUT
    count = CountEntry(number=28_000, exactness=Exactness.AT_LEAST, basis=Basis.ESTIMATED, method=Method.AUTHORITY,
                       source="Published", shares=())  # fmt: skip
    assert "what is estimated is never exact" in PAGE
    assert why_not_count(count) is None and why_not_count(replace(count, exactness=Exactness.EXACT)) is not None
    assert "It never adds up to more than the figure." in PAGE
    assert why_not_count(replace(count, shares=((PeopleGroup.FEMALE, 28_001),))) is not None
    assert "An event of tomorrow was not held." in PAGE
    today = date(2026, 5, 4)
    assert why_not_hold(CohesionState.PLANNED, today + timedelta(days=1), count, today) is not None


def test_visits_and_sites_of_cases_are_what_the_rules_say() -> None:
    months = list(MONTHS.values())
    assert (
        f"Three visits are due: {months[0]}, {months[1]} and {months[2]} months after the day of the handover" in PAGE
    )
    assert len(months) == 3
    today, handed = date(2026, 5, 4), date(2026, 1, 1)
    for facts in (everything(SiteStage.CLOSED), replace(everything(SiteStage.IN_USE), outcome=SiteOutcome.STOPPED)):
        assert list_due(facts, handed, (), today) == []
    assert "A site is closed with the report of a visit only." in PAGE
    assert why_not_move(replace(everything(SiteStage.IN_USE), reported_visits=0), may_decide=True) is not None
    assert "of one or two only that they are fewer than 3" in PAGE
    assert [str(tell_number(cases)) for cases in (1, 2, 3)] == ["fewer than 3", "fewer than 3", "3"]


def test_works_are_what_the_rules_say() -> None:
    """Four eyes, defects and the warranty as claims: test_works_rules.py."""
    assert "12.5 at 3.33 are\n41.63" in PAGE and works_rules.row_amount(12_500, 3_33) == 41_63
    assert "within 60 days" in PAGE and WARRANTY_SOON == 60
    for stage in SiteStage:
        refused = works_rules.why_not_enter(everything(stage)) is not None
        assert refused == (stage in BEFORE_SELECTION | {SiteStage.SELECTED, SiteStage.CLOSED}), stage


def test_the_handover_is_what_the_rules_say() -> None:
    assert "Once a site is accepted it is handed over" in PAGE and "A site is handed over once." in PAGE
    today = date(2026, 11, 20)
    for stage in SiteStage:
        facts = replace(everything(stage), is_handed_over=False)
        may = equipment_rules.why_not_hand_over(facts, today, None, today) is None
        assert may == (stage in (SiteStage.ACCEPTED, SiteStage.HANDED_OVER, SiteStage.IN_USE)), stage
    assert equipment_rules.why_not_hand_over(everything(SiteStage.ACCEPTED), today, None, today) is not None


def test_corrections_are_what_the_rules_say() -> None:
    """What else holds them up: test_correction_rules.py."""
    today = date(2026, 11, 20)
    facts = EquipmentFacts(quantity=10, left=10, received_on=today - timedelta(days=9))
    check = CheckFacts(day=today, expected=10, found=8)
    found = CheckEntry(day=today, found=9, missing=(), condition=EquipmentCondition.GOOD, note=None)
    assert "That fewer were missing, a supervisor alone says" in PAGE
    for may_decide in (True, False):
        refused = equipment_rules.why_not_correct_check(facts, check, (), found, today, may_decide=may_decide)
        assert (refused is None) == may_decide
    assert "is corrected by a supervisor who did not enter it" in PAGE
    assert "A supervisor who did not enter it corrects day, owner" in PAGE
    site, handover = everything(SiteStage.IN_USE), HandoverFacts(handed_on=today, ready_on=None, used_on=None)
    for is_own in (True, False):
        receipt = equipment_rules.why_not_correct_receipt(facts, today, None, today, is_own=is_own)
        handed = equipment_rules.why_not_correct_handover(site, handover, today, today, is_own=is_own)
        assert (receipt is not None, handed is not None) == (is_own, is_own)
