"""How much the queue asks of the database: the same for two requests and for twelve; few for every badge."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from casetracker.accounts import confirmations
from casetracker.approvals import queries, queue_queries
from casetracker.cases import referral_queries
from casetracker.disbursements import request_queries
from casetracker.disbursements.states import DisbursementKind
from casetracker.payments import queries as payments
from casetracker.providers import queries as providers
from casetracker.web.pagination import Page
from tests.factories.disbursements import payable, row_of, submitted
from tests.statements import ask, counted

MOST = 44


def test_the_queue_asks_the_same_for_two_requests_and_for_twelve(client: FlaskClient) -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    waiting = [submitted(case, (line, 10_00), purpose=f"Paint {number}") for number in range(2)]
    kyiv, tallinn = case.people.supervisor_kyiv, case.people.supervisor_tallinn
    few, few_others = ask(client, kyiv, "/approvals/"), ask(client, tallinn, "/approvals/")
    waiting += [submitted(case, (line, 10_00), purpose=f"Paint {number}") for number in range(2, 12)]
    many, many_others = ask(client, kyiv, "/approvals/"), ask(client, tallinn, "/approvals/")
    assert len(many) == len(few) <= MOST, "\n\n".join(sorted(set(many) - set(few)))
    assert len(many_others) == len(few_others) <= MOST
    assert client.get("/approvals/").text.count("the receiving office has to approve") == len(waiting) == 12
    assert (queue_queries.count_mine(kyiv), queue_queries.count_mine(tallinn)) == (12, 0)


def test_the_bar_shows_what_the_page_has_counted() -> None:
    """What this person decides: requests, and those plans and refunds that nothing speaks against."""
    plans: Any = tuple(SimpleNamespace(why_not=why_not) for why_not in (None, "not your turn", None))
    refunds: Any = (SimpleNamespace(why_not=None), SimpleNamespace(why_not="your own"))
    mine, others = Page[Any](items=(), number=1, total=4), Page[Any](items=(), number=1, total=9)
    queue = queue_queries.Queue(
        requests=mine, others=others, plans=plans, reversals=refunds, names={}, questions={}
    )  # fmt: skip
    assert queue.mine == 4 + 2 + 1


@pytest.mark.usefixtures("app")
def test_each_of_a_set_is_judged_as_it_is_alone() -> None:
    case = payable()
    line, cash = f"line:{case.planned.renovation}", case.grant_without_plan(case.planned.granted.family.principal)
    kyiv = case.people.supervisor_kyiv
    submitted(case, (line, 100_00))
    submitted(case, (f"grant:{cash}", 50_00), kind=DisbursementKind.CASH)
    waiting = queries.list_waiting(kyiv)
    together = queries.load_requests(kyiv, [each.standing for each in waiting])
    assert len(together) == 2
    for page in together:
        alone = queries.load_request(kyiv, page.submission.id)
        assert (page.facts, page.levels, page.who_can) == (alone.facts, alone.levels, alone.who_can)
        assert (page.why_not, page.why_not_decline) == (None, None)
        assert [paper.id for paper in page.evidence] == [paper.id for paper in alone.evidence]


@pytest.mark.usefixtures("app")
def test_the_total_counts_what_has_the_same_provider_and_purpose() -> None:
    case = payable()
    line, other_line = f"line:{case.planned.renovation}", f"line:{case.planned.uniform}"
    first, second = submitted(case, (line, 100_00)), submitted(case, (line, 30_00), purpose="More")
    third = submitted(case, (other_line, 7_00), purpose="School things")
    rows = [row_of(case, each.disbursement_id) for each in (first, second, third)]
    assert request_queries.totals_with_others(rows) == {
        first.disbursement_id: 130_00, second.disbursement_id: 130_00, third.disbursement_id: 7_00,
    }  # fmt: skip


@pytest.mark.usefixtures("app")
def test_every_badge_is_one_question_and_that_of_deciding_one_for_each_thing_decided_on() -> None:
    case = payable()
    submitted(case, (f"line:{case.planned.renovation}", 10_00))
    people = case.people
    for actor in (people.supervisor_kyiv, people.finance_kyiv, people.caseworker_kyiv):
        for count in (
            payments.count_mine, providers.count_waiting_accounts, confirmations.count_waiting,
            referral_queries.count_waiting, queue_queries.count_mine,
        ):  # fmt: skip
            with counted() as sent:
                count(actor)
            assert len(sent) <= (4 if count == queue_queries.count_mine else 1), (count, sent)
