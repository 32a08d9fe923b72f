"""Who may decide on what: each reason why somebody may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from casetracker.approvals import rules
from casetracker.approvals.states import Approver, Needs, ReversalFacts, SubmissionFacts
from casetracker.core.errors import Message
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.states import Relation

KYIV = Approver(id="me", relation=Relation.RECEIVING, may=True)
TALLINN = Approver(id="she", relation=Relation.SENDING, may=True)
FACTS = SubmissionFacts(
    state=DisbursementState.SUBMITTED, is_newest=True, requested_by="requester",
    writers=frozenset({"requester", "writer"}), plan_authors=frozenset({"author"}),
    caseworkers=frozenset({"caseworker"}), panel=frozenset({"member"}), given=(),
    needs=Needs(receiving=1, sending=1), is_current=True,
    quotes_there=1, quotes_needed=1,
)  # fmt: skip


def test_both_offices_approve_in_any_order() -> None:
    assert rules.why_not_approve(FACTS, KYIV) is None
    assert rules.why_not_approve(FACTS, TALLINN) is None
    half = replace(FACTS, given=(("me", Relation.RECEIVING),))
    assert rules.why_not_approve(half, TALLINN) is None
    assert (half.missing(Relation.RECEIVING), half.missing(Relation.SENDING)) == (0, 1)
    assert not replace(half, given=(*half.given, ("she", Relation.SENDING))).missing(Relation.SENDING)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("requester", "asked for this yourself"),
        ("writer", "wrote in this disbursement"),
        ("author", "wrote in the plan"),
        ("member", "sat on the panel"),
        ("caseworker", "caseworker of this case"),
    ],
)
def test_nobody_approves_the_own_work(who: str, words: str) -> None:
    reason = rules.why_not_approve(FACTS, replace(KYIV, id=who))
    assert reason is not None and words in str(reason)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": DisbursementState.APPROVED}, "does not wait"),
        ({"state": DisbursementState.DRAFT}, "does not wait"),
        ({"is_newest": False}, "submitted anew"),
        ({"given": (("me", Relation.RECEIVING),), "needs": Needs(receiving=2, sending=0)}, "already"),
        ({"given": (("other", Relation.RECEIVING),)}, "the sending office has to approve"),
        ({"is_current": False}, "has changed since"),
        ({"quotes_needed": 3}, "same provider: 3."),
        ({"over_limit": Message("Above the limit")}, "Above the limit"),
        ({"given_back": ("Oksana Koval", "Post-return package")}, "given back since"),
        ({"money_block": Message("A point")}, "A point"),
    ],
)
def test_each_reason_not_to_approve(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_approve(replace(FACTS, **changes), KYIV)
    assert reason is not None and words in str(reason)


def test_an_office_without_part_or_right_does_not_approve() -> None:
    assert "no part" in str(rules.why_not_approve(FACTS, replace(KYIV, relation=None)))
    assert "supervisor" in str(rules.why_not_approve(FACTS, replace(KYIV, may=False)))
    done = replace(FACTS, needs=Needs(receiving=1, sending=0))
    assert "receiving office has to approve" in str(rules.why_not_approve(done, TALLINN))


def test_whoever_wrote_it_does_not_return_it_either() -> None:
    assert rules.why_not_decline(FACTS, KYIV) is None
    assert rules.why_not_decline(FACTS, replace(KYIV, id="author")) is None
    for who in ("requester", "writer"):
        assert "You wrote this disbursement" in str(rules.why_not_decline(FACTS, replace(KYIV, id=who)))
    given = replace(FACTS, given=(("me", Relation.RECEIVING),))
    assert "already" in str(rules.why_not_decline(given, KYIV))
    assert "no part" in str(rules.why_not_decline(FACTS, replace(KYIV, relation=None)))
    assert "supervisor" in str(rules.why_not_decline(FACTS, replace(KYIV, may=False)))
    assert "does not wait" in str(rules.why_not_decline(replace(FACTS, state=DisbursementState.REFUSED), KYIV))


def test_without_a_receiving_office_the_sending_one_gives_all() -> None:
    assert rules.needs_of(2, 1, has_receiving=True) == Needs(receiving=2, sending=1)
    assert rules.needs_of(2, 1, has_receiving=False) == Needs(receiving=0, sending=3)
    assert rules.needs_of(0, 0, has_receiving=True) == Needs(receiving=0, sending=1)
    assert rules.needs_of(1, 0, has_receiving=True) == Needs(receiving=1, sending=0)


def test_the_stricter_band_counts() -> None:
    small, large = Needs(receiving=1, sending=0), Needs(receiving=0, sending=2)
    assert rules.at_least(small, large) == Needs(receiving=1, sending=2)


@pytest.mark.parametrize(
    ("approver", "waiting", "words"),
    [
        (KYIV, False, "does not wait"),
        (replace(KYIV, may=False), True, "supervisor"),
        (replace(KYIV, relation=None), True, "no part"),
        (replace(KYIV, id="requester"), True, "asked for this yourself"),
        (replace(KYIV, id="payer"), True, "recorded the payment"),
    ],
)
def test_each_reason_not_to_decide_on_a_refund(approver: Approver, waiting: bool, words: str) -> None:
    facts = ReversalFacts(is_waiting=waiting, requested_by="requester", paid_by="payer")
    reason = rules.why_not_decide_reversal(facts, approver)
    assert reason is not None and words in str(reason)
    assert rules.why_not_decide_reversal(replace(facts, is_waiting=True), TALLINN) is None
