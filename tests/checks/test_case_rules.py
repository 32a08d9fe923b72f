"""Children's grants, consents, eligibility, monitoring and the end of a case: to the day, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.checks.fact_states import CaseFacts, ShareSeen
from casetracker.checks.states import RuleName
from tests.checks.clean_case import (
    ASKED,
    CHILD,
    CLEAN,
    FATHER,
    PAID,
    REFERRAL,
    REQUEST,
    TODAY,
    UNPAID,
    Said,
    asks,
    case,
    person,
    request,
    said,
)

R = RuleName
DAY = timedelta(days=1)
REFERRED = REFERRAL.sent_on
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
SCHOOL = (ShareSeen(person_id="child", line_id="school", amount=900_00),)
CHILDS = replace(CLEAN.lines["school"], granted=900_00)
FOR_BOTH = replace(CHILDS, beneficiaries=frozenset({"child", "father"}))
ENDED = person(consents=((MAY, JUNE),))
LATE = PAID + timedelta(days=180)

PLANTED: list[tuple[RuleName, CaseFacts, CaseFacts]] = [
    (
        R.CHILDS_GRANT,
        case(request(shares=SCHOOL), lines={"school": FOR_BOTH}),
        case(request(shares=SCHOOL), lines={"school": CHILDS}),
    ),
    (R.MONITORING_LATE, case(today=LATE + DAY), case(today=LATE + DAY, last_visit_on=PAID + timedelta(days=20))),
    (R.CONSENT_MISSING, person(consents=((REFERRED + DAY, None),)), person(consents=((REFERRED, None),))),
    (R.CONSENT_MISSING, ENDED, replace(ENDED, referrals=(replace(REFERRAL, stands=False),))),
    (R.CONSENT_MISSING, person(consents=()), person(consents=(), added_on=REFERRED + DAY)),
    (R.ELIGIBILITY_EVIDENCE, person(eligibility=None), replace(person(eligibility=None), grants=())),
    (R.ELIGIBILITY_EVIDENCE, person(eligibility=False), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(has_expulsion_order=True), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(has_expulsion_order=None), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(applied_on=None, has_expulsion_order=None), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(is_eea=True), CLEAN),
    (R.NO_FINAL_REPORT, case(closed_on=TODAY), case(closed_on=TODAY, reported_on=TODAY)),
]


def paid_by(*shares: ShareSeen, **lines: frozenset[str]) -> CaseFacts:
    """Grants pay so for lines of the plan that are for these persons."""
    return case(request(shares=shares), lines={id: replace(CHILDS, id=id, beneficiaries=of)
                                               for id, of in lines.items()})  # fmt: skip


def share(person_id: str, line_id: str | None) -> ShareSeen:
    """Half of the request, of the grant of this person, for this line."""
    return ShareSeen(person_id=person_id, line_id=line_id, amount=450_00)


BOTH, HIS, HERS = frozenset({"child", "father"}), frozenset({"father"}), frozenset({"child"})
LIMITS: list[tuple[str, RuleName, CaseFacts, bool]] = [
    ("an adult's grant pays for more than him", R.CHILDS_GRANT, paid_by(share("father", "home"), home=BOTH), False),
    ("an adult's grant pays for the child", R.CHILDS_GRANT, paid_by(share("father", "home"), home=HERS), False),
    ("a child's grant pays for the father", R.CHILDS_GRANT, paid_by(share("child", "home"), home=HIS), True),
    ("each grant pays for its own person", R.CHILDS_GRANT,
     paid_by(share("father", "tools"), share("child", "school"), tools=HIS, school=HERS), False),
    ("one of the child's two lines is not the child's", R.CHILDS_GRANT,
     paid_by(share("child", "tools"), share("child", "school"), tools=HIS, school=HERS), True),
    ("a grant of somebody who is not in the case", R.CHILDS_GRANT, paid_by(share("gone", "home"), home=BOTH), False),
    ("without any line of the plan", R.CHILDS_GRANT, paid_by(share("child", None), home=BOTH), False),
    ("for a line that the plan has no more", R.CHILDS_GRANT, paid_by(share("child", "old"), home=BOTH), False),
    ("on the last day of its time", R.MONITORING_LATE, case(today=LATE), False),
    ("visited on the day of the payment", R.MONITORING_LATE, case(today=LATE + DAY, last_visit_on=PAID), False),
    ("visited the day before", R.MONITORING_LATE, case(today=LATE + DAY, last_visit_on=PAID - DAY), True),
    ("the case is closed", R.MONITORING_LATE, case(today=LATE + DAY, closed_on=LATE), False),
    ("nothing was paid", R.MONITORING_LATE, case(request(parts=(UNPAID,)), today=LATE + DAY), False),
    ("withdrawn on the day of the referral", R.CONSENT_MISSING,
     replace(person(consents=((MAY, REFERRED),)), referrals=(replace(REFERRAL, stands=False),)), False),
    ("withdrawn the day before", R.CONSENT_MISSING,
     replace(person(consents=((MAY, REFERRED - DAY),)), referrals=(replace(REFERRAL, stands=False),)), True),
    ("added on the day of the referral", R.CONSENT_MISSING, person(consents=(), added_on=REFERRED), True),
    ("left on the day of the referral", R.CONSENT_MISSING, person(consents=(), left_on=REFERRED), False),
    ("left the day after", R.CONSENT_MISSING, person(consents=(), left_on=REFERRED + DAY), True),
    ("withdrawn today", R.CONSENT_MISSING, person(consents=((MAY, TODAY),)), False),
    ("withdrawn yesterday", R.CONSENT_MISSING, person(consents=((MAY, TODAY - DAY),)), True),
    ("withdrawn, and given anew", R.CONSENT_MISSING, person(consents=((MAY, JUNE), (JUNE, None))), False),
    ("withdrawn, and the person is out of the case", R.CONSENT_MISSING,
     person(consents=((MAY, JUNE),), is_active=False), False),
    ("a child agrees to nothing", R.CONSENT_MISSING, case(persons=(FATHER, replace(CHILD, consents=()))), False),
    ("the EEA is not left out by the programme", R.ELIGIBILITY_EVIDENCE,
     replace(person(is_eea=True), excludes_eea=False), False),
    ("an expulsion order is nothing to the programme", R.ELIGIBILITY_EVIDENCE,
     replace(person(has_expulsion_order=True), excludes_expulsion=False), False),
    ("whether there is one, neither", R.ELIGIBILITY_EVIDENCE,
     replace(person(has_expulsion_order=None), excludes_expulsion=False), False),
    ("open", R.NO_FINAL_REPORT, CLEAN, False),
    ("closed without any payment", R.NO_FINAL_REPORT, case(request(parts=(UNPAID,)), closed_on=TODAY), False),
]  # fmt: skip
"""(what of it, rule, a case, whether the rule asks)."""


@pytest.mark.parametrize(("rule", "facts", "asked"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_each_limit_is_where_it_should_be(rule: RuleName, facts: CaseFacts, asked: bool) -> None:
    assert asks(rule, facts) is asked


CONSENTS, VISITS = ["case persons: consents and referral"], ["case monitoring: monitoring",
                                                             "case disbursements: disbursements"]  # fmt: skip
GRANTED = date(2026, 5, 3)
SAID: list[tuple[RuleName, CaseFacts, Said]] = [
    (R.CHILDS_GRANT, case(request(shares=SCHOOL), lines={"school": FOR_BOTH}),
     ("request.child", "The grant of Daria Kovalenko pays for “Tools”, which is not for that child alone.", ASKED,
      ["request request: Tools, 900.00 EUR", "case plan: the approved plan"], "request", "asker finance supervisor")),
    (R.MONITORING_LATE, case(today=LATE + DAY),
     ("case", "The first money was paid on 2026-08-10, and nobody has visited since. Who has seen what it became?",
      LATE, VISITS, "", "caseworker")),
    (R.CONSENT_MISSING, person(consents=()),
     ("referral.father", "The case was referred on 2026-05-10; no consent of Oleh Kovalenko to sharing stood on that "
      "day.", REFERRED, CONSENTS, "", "caseworker")),
    (R.CONSENT_MISSING, replace(person(consents=()), referrals=(replace(REFERRAL, sent_by="boss"),)),
     ("referral.father", "The case was referred on 2026-05-10; no consent of Oleh Kovalenko to sharing stood on that "
      "day.", REFERRED, CONSENTS, "", "boss caseworker")),
    (R.CONSENT_MISSING, person(consents=((MAY, JUNE), (MAY, JUNE + DAY), (TODAY + DAY, None))),
     ("referral.father", "Oleh Kovalenko does not agree to sharing any more since 2026-06-02, and the receiving office "
      "still sees the case.", JUNE + DAY, CONSENTS, "", "caseworker")),
    (R.NO_FINAL_REPORT, case(closed_on=TODAY),
     ("case", "The case was closed on 2026-10-01 after money had been paid, without a final report.", TODAY, VISITS, "",
      "caseworker")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "told"), SAID)
def test_what_is_asked_names_the_facts_the_papers_and_the_people(rule: RuleName, facts: CaseFacts, told: Said) -> None:
    assert said(rule, facts) == [told]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"eligibility": None}, "nobody decided on eligibility"),
        ({"eligibility": False}, "the latest decision on eligibility did not approve"),
        ({"applied_on": None}, "no signed return application is there"),
        ({"applied_on": None, "has_expulsion_order": None}, "no signed return application is there"),
        ({"has_expulsion_order": True}, "an expulsion order is in force"),
        ({"has_expulsion_order": None}, "it is not known whether an expulsion order is in force"),
        ({"is_eea": True}, "the nationality is of the European Economic Area"),
    ],
)
def test_what_eligibility_rests_on_is_missing_in_one_sentence(changes: dict[str, object], what: str) -> None:
    evidence = ["case journey: application and eligibility", "case grants: the grant"]
    told = ("father", f"Oleh Kovalenko has a grant since 2026-05-03, but {what}.", GRANTED, evidence, "",
            "caseworker decider")  # fmt: skip
    assert said(R.ELIGIBILITY_EVIDENCE, person(**changes)) == [told]


def test_a_grant_counts_from_the_day_of_the_first_and_without_a_decision_nobody_decided() -> None:
    grant = CLEAN.grants[0]
    days = (GRANTED, GRANTED - DAY, GRANTED + DAY)
    facts = replace(person(eligibility=None, decided_by=None), grants=tuple(replace(grant, made_on=on) for on in days))
    ((_subject, _text, since, _evidence, _requests, people),) = said(R.ELIGIBILITY_EVIDENCE, facts)
    assert (since, people) == (GRANTED - DAY, "caseworker")


def test_a_second_request_of_a_childs_grant_is_asked_about_by_itself() -> None:
    both = (request(shares=SCHOOL), replace(request(shares=SCHOOL), id="next"))
    told = said(R.CHILDS_GRANT, case(*both, lines={"school": FOR_BOTH}))
    assert [(each[0], each[4]) for each in told] == [("next.child", "next"), ("request.child", "request")]
    assert not asks(R.CHILDS_GRANT, case(replace(REQUEST, submission=None), lines={"school": FOR_BOTH}))
