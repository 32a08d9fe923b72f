"""Split purchases, quotes, and providers who are somebody else: each limit to the day and cent, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casetracker.checks import rules
from casetracker.checks.fact_states import CaseFacts, QuoteSeen
from casetracker.checks.states import RuleName
from casetracker.disbursements.states import DisbursementKind
from tests.checks.clean_case import (
    ASKED,
    CLEAN,
    FATHER,
    OWN,
    PAYMENT,
    REQUEST,
    SHOP,
    SUBMISSION,
    UNPAID,
    Said,
    account,
    asks,
    case,
    person,
    quotes,
    request,
    said,
    second,
)

R = RuleName
DRIVER = frozenset({"driver"})
DRIVERS_PHONE = {"shop": replace(SHOP, staff=DRIVER)}
TWO_SHOPS = {"shop": SHOP, "branch": replace(SHOP, id="branch", name="The shop's branch")}

PLANTED: list[tuple[RuleName, CaseFacts, CaseFacts]] = [
    (R.SPLIT_PURCHASE, case(REQUEST, second(20)), case(REQUEST, second(200))),
    (R.MISSING_QUOTES, case(request(quotes_needed=2)), case(request(quotes_needed=2, kind=DisbursementKind.CASH))),
    (R.MISSING_QUOTES, case(request(quotes=(QuoteSeen(id="q", source="a", paper_id=None),))), CLEAN),
    (
        R.ONE_SOURCE,
        case(request(quotes_needed=2, quotes=quotes("a", "a"))),
        case(request(quotes_needed=2, quotes=quotes("a", "b"))),
    ),
    (R.SHARED_ACCOUNT, account(staff=OWN), account(staff=OWN, stands=False, id="old")),
    (
        R.SHARED_PHONE,
        case(providers={"shop": replace(SHOP, staff=OWN)}),
        case(request(submission=None), providers={"shop": replace(SHOP, staff=OWN)}),
    ),
    (R.SHARED_PHONE, person(phone=SHOP.phone), person(phone=None)),
    (R.HOLDER_IS_BENEFICIARY, account(holder="Kovalenko Oleh M."), account(holder="Kovalenko and sons")),
]  # fmt: skip


def bought_by_steps(*steps: tuple[int, int]) -> CaseFacts:
    """Two requests of 300 within a week, without any quote, under a policy of these steps."""
    policy = replace(SUBMISSION, quote_steps=steps)
    one = replace(REQUEST, amount=300_00, quotes=(), submission=policy)
    return case(one, replace(second(7), amount=300_00, quotes=(), submission=policy))


def called(name: str, holder: str) -> CaseFacts:
    """The father has this name, and the provider's account that holder."""
    return replace(account(holder=holder), persons=(replace(FATHER, name=name),))


LIMITS: list[tuple[str, RuleName, CaseFacts, bool]] = [
    ("ninety days apart", R.SPLIT_PURCHASE, case(REQUEST, second(90)), True),
    ("a day more", R.SPLIT_PURCHASE, case(REQUEST, second(91)), False),
    ("together the amount that needs three quotes", R.SPLIT_PURCHASE, case(REQUEST, second(9, amount=100_00)), True),
    ("a cent less", R.SPLIT_PURCHASE, case(REQUEST, second(9, amount=99_99)), False),
    ("one of them needs the three quotes itself", R.SPLIT_PURCHASE,
     case(replace(REQUEST, amount=1_000_00), second(9)), False),
    ("one of them stays a cent below", R.SPLIT_PURCHASE, case(replace(REQUEST, amount=999_99), second(9)), True),
    ("one of them has the three quotes", R.SPLIT_PURCHASE,
     case(replace(REQUEST, quotes=quotes("a", "b", "c")), second(9)), False),
    ("one of them has two", R.SPLIT_PURCHASE, case(replace(REQUEST, quotes=quotes("a", "b")), second(9)), True),
    ("one of them has three of two payees", R.SPLIT_PURCHASE,
     case(replace(REQUEST, quotes=quotes("a", "b", "a")), second(9)), True),
    ("each below the first amount that needs a quote", R.SPLIT_PURCHASE, bought_by_steps((500_00, 1)), True),
    ("together below it, too", R.SPLIT_PURCHASE, bought_by_steps((600_01, 1)), False),
    ("from different payees", R.SPLIT_PURCHASE, case(REQUEST, second(9, source="other")), False),
    ("in cash", R.SPLIT_PURCHASE,
     case(replace(REQUEST, kind=DisbursementKind.CASH), second(9, kind=DisbursementKind.CASH)), False),
    ("from nobody who is known", R.SPLIT_PURCHASE, case(replace(REQUEST, source=None), second(9, source=None)), False),
    ("never submitted", R.SPLIT_PURCHASE, case(REQUEST, replace(second(9), submission=None)), False),
    ("to be paid to it", R.SHARED_ACCOUNT, replace(account(staff=OWN), requests=(request(parts=(UNPAID,)),)), True),
    ("paid to it before it was replaced", R.SHARED_ACCOUNT, account(staff=OWN, stands=False), True),
    ("replaced before anything was paid", R.SHARED_ACCOUNT,
     replace(account(staff=OWN, stands=False), requests=(request(parts=(UNPAID,)),)), False),
    ("of a provider to whom no request goes", R.SHARED_PHONE,
     case(providers={"shop": SHOP, "other": replace(SHOP, id="other", staff=DRIVER)}), False),
    ("two words, and nothing else", R.HOLDER_IS_BENEFICIARY, called("Oleh Kovalenko", "kovalenko OLEH"), True),
    ("two letters are a word", R.HOLDER_IS_BENEFICIARY, called("Li Wang", "Li Wang"), True),
    ("an initial is none", R.HOLDER_IS_BENEFICIARY, called("Oleh M Kovalenko", "Oleh Kovalenko"), True),
    ("a name and an initial are one word", R.HOLDER_IS_BENEFICIARY, called("Oleh K", "Oleh K"), False),
    ("one word is nobody's name", R.HOLDER_IS_BENEFICIARY, called("Oleh", "Oleh Petrenko"), False),
]  # fmt: skip
"""(what of it, rule, a case, whether the rule asks)."""


@pytest.mark.parametrize(("rule", "facts", "asked"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_each_limit_is_where_it_should_be(rule: RuleName, facts: CaseFacts, asked: bool) -> None:
    assert asks(rule, facts) is asked


TOOLS, MORE_TOOLS = "request request: Tools, 900.00 EUR", "request second: More tools, 900.00 EUR"
ALL = "asker finance supervisor"
SPLIT = (
    "%s was asked several times in a short while (times: 2), together for 1800.00 EUR. "
    "Quotes needed for one purchase of that size: 3. Why was it not bought at once?"
)
SPLIT_ON = ASKED + timedelta(days=20)
SAID: list[tuple[RuleName, CaseFacts, Said]] = [
    (R.SPLIT_PURCHASE, case(second(20), REQUEST),
     ("shop", SPLIT % "Tool shop", SPLIT_ON, [TOOLS, MORE_TOOLS], "request second", ALL)),
    (R.SPLIT_PURCHASE, case(REQUEST, second(20, provider_id="branch"), providers=TWO_SHOPS),
     ("shop", SPLIT % "The shop's branch", SPLIT_ON, [TOOLS, MORE_TOOLS], "request second", ALL)),
    (R.SPLIT_PURCHASE, case(REQUEST, second(20), providers={}),
     ("shop", SPLIT % "–", SPLIT_ON, [TOOLS, MORE_TOOLS], "request second", ALL)),
    (R.MISSING_QUOTES, case(request(quotes_needed=3)),
     ("request", "Quotes for “Tools”: needed 3, here 1. Where are the others?", ASKED, [TOOLS], "request", ALL)),
    (R.ONE_SOURCE, case(request(quotes_needed=2, quotes=quotes("a", "a", "a"))),
     ("request", "Quotes for “Tools”: 3, but from different payees only: 1. Who competed?", ASKED, [TOOLS],
      "request", ALL)),
    (R.SHARED_ACCOUNT, account(staff=DRIVER),
     ("account", "Tool shop is paid to a bank account that a member of staff declared as the own. Who is paid there, "
      "and who chose this provider?", ASKED,
      ["provider shop: Tool shop", "provider shop: declared by driver", TOOLS], "request",
      "asker driver finance supervisor")),
    (R.SHARED_PHONE, case(providers=DRIVERS_PHONE),
     ("shop", "Tool shop has a telephone number that a member of staff declared as the own. Who answers there?", ASKED,
      ["provider shop: Tool shop", "provider shop: declared by driver", TOOLS], "request",
      "asker driver finance supervisor")),
    (R.SHARED_PHONE, person(phone=SHOP.phone),
     ("shop.father", "Tool shop has the telephone number of Oleh Kovalenko. Is the family paying itself?", ASKED,
      ["provider shop: Tool shop", TOOLS], "request", ALL)),
    (R.HOLDER_IS_BENEFICIARY, account(holder="Kovalenko Oleh"),
     ("shop.father", "The bank account of Tool shop is held by somebody called Oleh Kovalenko. Is it the same person?",
      ASKED, ["provider shop: Tool shop", TOOLS], "request", ALL)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "told"), SAID)
def test_what_is_asked_names_the_facts_the_papers_and_the_people(rule: RuleName, facts: CaseFacts, told: Said) -> None:
    assert said(rule, facts) == [told]


def test_which_member_of_staff_it_is_stands_for_auditors_alone() -> None:
    finding = next(each for each in rules.findings_of(case(providers=DRIVERS_PHONE)) if each.rule == R.SHARED_PHONE)
    assert [each.for_auditors for each in finding.evidence] == [False, True, False]


def test_a_provider_is_paid_at_the_newest_account_that_stands_confirmed() -> None:
    first, second, third = (replace(SHOP.accounts[0], id=id) for id in ("first", "second", "third"))
    waits, withdrawn = replace(third, confirmed_by=None), replace(third, stands=False)
    for accounts, paid_at in (
        ((first, second), "second"),
        ((first, second, waits), "second"),
        ((first, second, withdrawn), "second"),
        ((waits,), None),
        ((), None),
    ):
        assert replace(SHOP, accounts=accounts).account_id == paid_at


def test_an_account_that_was_replaced_is_asked_about_where_it_was_paid_alone() -> None:
    old = replace(SHOP.accounts[0], id="old", staff=DRIVER, stands=False)
    shops = {"shop": replace(SHOP, accounts=(SHOP.accounts[0], old))}
    assert not asks(R.SHARED_ACCOUNT, case(providers=shops))
    paid_there = request(payment=replace(PAYMENT, account_id="old"))
    assert [told[0] for told in said(R.SHARED_ACCOUNT, case(paid_there, providers=shops))] == ["old"]
