"""One purchase of a project in two requests, for two sites or on two days, is judged as the whole that it is: by its
approvals, its quotes and the limit above which there has to be a tender file."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest
from flask import Flask

from casetracker.approvals import queries as approvals
from casetracker.core import clock
from casetracker.core.errors import Refused
from casetracker.disbursements import queries
from casetracker.disbursements.models import Submission
from casetracker.disbursements.states import DisbursementState
from casetracker.payments import commands as payments
from casetracker.programmes import commands as programmes
from casetracker.programmes.states import BandFacts, QuoteStep
from tests.community.test_partner_commands import invoiced, pay
from tests.disbursements.test_tenders import save as save_tender
from tests.factories import project_money as money
from tests.factories.project_money import Funded, funded_project
from tests.factories.providers import OTHER_IBAN, paid_provider
from tests.grounds import built_once

BANDS = (BandFacts(up_to=1_000_00, receiving=1, sending=0), BandFacts(up_to=None, receiving=1, sending=1))
QUOTES = (QuoteStep(from_amount=0, number=1), QuoteStep(from_amount=1_000_01, number=3))
LIMIT = 2_000_00
WAYS = ["two sites", "two days", "two sites on two days"]


@built_once
def bought_by_rules() -> Funded:
    """The funded project under a policy of today: up to 1,000.00 one approval and one quote, above it two and three;
    above 2,000.00 a tender file."""
    project = funded_project()
    policy = programmes.SetPolicy(
        programme_id=project.programme.id, valid_from=clock.today("UTC"), bands=BANDS, quotes=QUOTES,
        own_procedure_limit=LIMIT,
    )  # fmt: skip
    programmes.set_policy(policy, actor=project.people.administrator)
    return project


@pytest.fixture
def project(app: Flask) -> Funded:
    return bought_by_rules()


def line_of_second(project: Funded, way: str) -> str:
    """What pays for the second half: the school's computers, or the club's roof again."""
    return project.computers if "sites" in way else project.roof


def when_second(way: str) -> AbstractContextManager[None]:
    """When the second half is asked for: forty days later, or at once."""
    return clock.at(clock.now() + timedelta(days=40)) if "days" in way else nullcontext()


def ask(project: Funded, line_id: str, amount: int, quotes: int, provider_id: str | None = None) -> Submission:
    """A request with so many quotes, submitted."""
    request_id = money.draft(project, (line_id, amount), provider_id=provider_id)
    money.quote(project, request_id, number=quotes, provider_id=provider_id)
    return money.submit(project, request_id)


def refused(project: Funded, line_id: str, amount: int, quotes: int) -> Refused:
    """Why it is not submitted."""
    with pytest.raises(Refused) as found:
        ask(project, line_id, amount, quotes)
    return found.value


def judged(submission: Submission) -> tuple[int, tuple[int, int], int]:
    """The total that the submission is judged by, the approvals of the receiving and the sending office, the quotes."""
    return submission.band_total, (submission.needs_receiving, submission.needs_sending), submission.quotes_needed


def state_of(project: Funded, submission: Submission) -> DisbursementState:
    """The request's state."""
    return queries.get_disbursement(project.dossier_id, submission.disbursement_id).state


def test_the_whole_at_once(project: Funded) -> None:
    whole = ask(project, project.roof, 1_000_01, quotes=3)
    assert judged(whole) == (1_000_01, (1, 1), 3)
    money.approve(whole, project.people.supervisor_kyiv)
    assert state_of(project, whole) == DisbursementState.SUBMITTED
    money.approve(whole, project.second)
    assert state_of(project, whole) == DisbursementState.APPROVED


def test_half_of_it_alone_would_need_less(project: Funded) -> None:
    half = ask(project, project.roof, 600_00, quotes=1)
    assert judged(half) == (600_00, (1, 0), 1)
    money.approve(half, project.people.supervisor_kyiv)
    assert state_of(project, half) == DisbursementState.APPROVED


@pytest.mark.parametrize("way", WAYS)
def test_the_second_half_needs_the_approvals_of_the_whole(project: Funded, way: str) -> None:
    first = ask(project, project.roof, 600_00, quotes=3)
    with when_second(way):
        second = ask(project, line_of_second(project, way), 400_01, quotes=3)
        assert judged(second) == (1_000_01, (1, 1), 3)
        for half in (first, second):
            money.approve(half, project.people.supervisor_kyiv)
            assert state_of(project, half) == DisbursementState.SUBMITTED, "of the first, too, one is not enough now"
            money.approve(half, project.second)
            assert state_of(project, half) == DisbursementState.APPROVED


@pytest.mark.parametrize("way", WAYS)
def test_both_halves_need_the_quotes_of_the_whole(project: Funded, way: str) -> None:
    first = ask(project, project.roof, 600_00, quotes=1)
    with when_second(way):
        second = line_of_second(project, way)
        assert refused(project, second, 400_01, quotes=2).message.params == {"needed": 3, "there": 2}
        assert judged(ask(project, second, 400_01, quotes=3)) == (1_000_01, (1, 1), 3)
        assert approvals.current_facts(first.id, project.second).quotes_needed == 3
        with pytest.raises(Refused, match=r"Quotes needed together .*: 3"):
            money.approve(first, project.people.supervisor_kyiv)


@pytest.mark.parametrize("way", WAYS)
def test_an_approved_half_counts_for_the_next_one(project: Funded, way: str) -> None:
    first = ask(project, project.roof, 600_00, quotes=1)
    money.approve(first, project.people.supervisor_kyiv)
    assert state_of(project, first) == DisbursementState.APPROVED
    with when_second(way):
        assert refused(project, line_of_second(project, way), 400_01, quotes=1).message.params["needed"] == 3
        assert judged(ask(project, line_of_second(project, way), 400_01, quotes=3)) == (1_000_01, (1, 1), 3)


@pytest.mark.parametrize("way", WAYS)
def test_both_halves_need_the_tender_of_the_whole(project: Funded, way: str) -> None:
    first = ask(project, project.roof, 1_500_00, quotes=3)
    with when_second(way):
        second = line_of_second(project, way)
        why = refused(project, second, 500_01, quotes=3).message
        assert "tender file" in why.id and (why.params["total"].minor, why.params["limit"].minor) == (2_000_01, LIMIT)
        request_id = money.draft(project, (second, 500_01))
        money.quote(project, request_id)
        save_tender(project, request_id)
        assert money.submit(project, request_id).band_total == 2_000_01
        with pytest.raises(Refused, match="tender file"):
            money.approve(first, project.people.supervisor_kyiv)


@pytest.mark.parametrize("way", WAYS)
def test_a_half_that_is_paid_and_closed_counts_still(project: Funded, way: str) -> None:
    request_id = invoiced(project, 1_500_00)
    pay(project, request_id)
    (part,) = queries.list_instalments(request_id)
    cmd = payments.VerifyInstalment(
        dossier_id=project.dossier_id, instalment_id=part.id, version=part.version, day=clock.today("Europe/Kyiv"),
        note=None,
    )  # fmt: skip
    payments.verify_instalment(cmd, actor=project.asker)
    assert queries.get_disbursement(project.dossier_id, request_id).state == DisbursementState.CLOSED
    with when_second(way):
        assert "tender file" in refused(project, line_of_second(project, way), 500_01, quotes=3).message.id
        assert judged(ask(project, line_of_second(project, way), 500_00, quotes=3)) == (2_000_00, (1, 1), 3)


def test_in_one_request_for_two_sites_it_is_the_whole(project: Funded) -> None:
    request_id = money.draft(project, (project.roof, 600_00), (project.computers, 400_01))
    money.quote(project, request_id, number=3)
    assert judged(money.submit(project, request_id)) == (1_000_01, (1, 1), 3)
    request_id = money.draft(project, (project.roof, 600_00), (project.computers, 400_01))
    money.quote(project, request_id)
    with pytest.raises(Refused, match="tender file"):
        money.submit(project, request_id)


def test_a_second_record_of_the_same_payee_gains_nothing_and_another_payee_stands_alone(project: Funded) -> None:
    people = project.people
    twin = paid_provider(people.caseworker_kyiv, people.finance_kyiv, "Playroom supplies, again (fictional)")
    other = paid_provider(people.caseworker_kyiv, people.finance_kyiv, "Painters (fictional)", OTHER_IBAN)
    ask(project, project.roof, 600_00, quotes=1)
    assert judged(ask(project, project.computers, 700_00, 1, other)) == (700_00, (1, 0), 1)
    assert judged(ask(project, project.computers, 400_01, 3, twin)) == (1_000_01, (1, 1), 3)
