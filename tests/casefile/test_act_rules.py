"""Which acts stand on a case's page for whom, in which order, and why one of them is not possible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casetracker.casefile.act_rules import offers
from casetracker.casefile.states import StageFacts
from casetracker.cases.states import PersonStatus, Stage
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.dossiers.states import Relation
from casetracker.returns.states import EligibilityOutcome
from tests.casefile.test_rules import ARRIVED, DAY, READY, facts, person

SUPERVISOR = Actor(id="s", name="S", role=Role.SUPERVISOR)
CASEWORKER = Actor(id="c", name="C", role=Role.CASEWORKER)
SENDING = ["choose_programme", "decide_eligibility", "depart", "not_depart"]
BOTH = ["leave_person", "withdraw_consent", "suspend_case", "close_case"]
WHOLE = facts(Stage.PRE_DEPARTURE, has_grants=False)
GONE = person("q", status=PersonStatus.LEFT_OUT)
REFUSED = replace(READY, eligibility=EligibilityOutcome.REFUSED)


def why_not(whole: StageFacts, actor: Actor = SUPERVISOR) -> dict[str, str]:
    """act -> why it is not possible, of those that are not."""
    return {each.name: str(each.why_not) for each in offers(whole, actor, Relation.SENDING) if each.why_not}


@pytest.mark.parametrize(
    ("whole", "relation", "names"),
    [
        (WHOLE, Relation.SENDING, [*SENDING, *BOTH]),
        (WHOLE, Relation.RECEIVING, BOTH),
        (WHOLE, None, BOTH),
        (replace(WHOLE, is_suspended=True), None, ["leave_person", "withdraw_consent", "close_case"]),
        (replace(WHOLE, persons=(person(), GONE)), None,
         ["leave_person", "rejoin_person", "withdraw_consent", "suspend_case", "close_case"]),
    ],
)  # fmt: skip
def test_each_office_finds_its_own_acts(whole: StageFacts, relation: Relation | None, names: list[str]) -> None:
    assert [each.name for each in offers(whole, SUPERVISOR, relation)] == names


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (WHOLE, {}),
        (replace(WHOLE, has_grants=True), {"choose_programme": "so it stays"}),
        (facts(Stage.RETURN, ARRIVED, has_grants=False),
         {"depart": "Everybody who takes part has departed", "not_depart": "nobody whom"}),
        (facts(Stage.RETURN, replace(READY, arrived_on=DAY), has_grants=False),
         {"depart": "Everybody who takes part has departed", "not_depart": "nobody whom"}),
        (facts(Stage.RETURN, REFUSED, has_grants=False), {"depart": "Nobody is eligible and ready"}),
        (facts(Stage.RETURN, replace(READY, is_fit=False), has_grants=False), {"depart": "Nobody is eligible and"}),
        (replace(WHOLE, persons=(GONE,)),
         {"depart": "Everybody who takes part", "not_depart": "nobody whom", "leave_person": "nobody whom"}),
        (replace(WHOLE, open_disbursements=1), {"close_case": "still open"}),
    ],
)  # fmt: skip
def test_what_is_not_possible_says_why(whole: StageFacts, expected: dict[str, str]) -> None:
    found = why_not(whole)
    assert set(found) == set(expected) and all(words in found[name] for name, words in expected.items())


def test_only_a_supervisor_decides_on_eligibility() -> None:
    assert why_not(WHOLE, CASEWORKER) == {"decide_eligibility": "A supervisor of this office decides."}
