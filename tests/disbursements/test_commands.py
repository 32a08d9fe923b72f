"""Requests on both databases: what stands after each act, and that a refusal leaves everything as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casetracker.core.commands import command
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.disbursements import commands, queries
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, DisbursementState, PaymentTerms
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.grants.queries import list_grants
from casetracker.ledger.posting import post
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Move
from casetracker.programmes.queries import get_budget_line_account, get_programme_account
from casetracker.providers import commands as providers
from casetracker.providers.states import AccountForm
from tests.factories.disbursements import Payable, draft, payable, quote, row_of, submit, submitted
from tests.factories.providers import OTHER_IBAN, demo_provider, paid_provider

pytestmark = pytest.mark.usefixtures("app")


def figures(case: Payable) -> dict[str, tuple[int, int, int]]:
    """(reserved, committed, spent) of every grant, the budget line and the programme."""
    grants = {grant.account_id: grant.totals for grant in list_grants(case.dossier_id)}
    programme = case.planned.granted.programme
    shared = [get_budget_line_account(programme.reintegration_line_id), get_programme_account(programme.id)]
    return {id: (t.reserved, t.committed, t.spent) for id, t in {**grants, **totals_of(shared)}.items()}


def test_submitting_reserves_on_every_level() -> None:
    case = payable()
    before = figures(case)
    submission = submitted(case)
    assert row_of(case, submission.disbursement_id).state == DisbursementState.SUBMITTED
    grants = {g.person_id: g.totals.reserved for g in list_grants(case.dossier_id) if g.totals.reserved}
    family = case.planned.granted.family
    assert grants == {family.principal: 266_67, family.spouse: 133_33}
    assert sum(reserved for reserved, _c, _s in figures(case).values()) == 3 * 400_00
    assert all(reserved == 0 for reserved, _c, _s in before.values())
    assert submission.requested_by == case.requester.id
    assert (submission.needs_receiving, submission.needs_sending, submission.band_total) == (1, 0, 400_00)
    assert case.requester.id in submission.plan_authors


def test_editing_what_was_submitted_releases_it() -> None:
    case = payable()
    before = figures(case)
    submission = submitted(case)
    row = row_of(case, submission.disbursement_id)
    commands.edit_disbursement(edited(case, row.id, 300_00), actor=case.requester)
    row = row_of(case, submission.disbursement_id)
    assert (row.state, row.amount) == (DisbursementState.DRAFT, 300_00)
    assert figures(case) == before
    again = submit(case, row.id)
    assert again.number == 2 and again.content_hash != submission.content_hash


def test_a_change_of_instalments_alone_is_a_new_version() -> None:
    case = payable()
    row = row_of(case, submitted(case).disbursement_id)
    commands.edit_disbursement(edited(case, row.id, 300_00), actor=case.requester)
    first = edited(case, row.id, 300_00)
    part = InstalmentInput(amount=300_00, due_on=date(2026, 9, 1), terms=PaymentTerms.ON_DELIVERY)
    commands.edit_disbursement(replace(first, instalments=(part,)), actor=case.requester)
    with pytest.raises(Conflict):
        commands.edit_disbursement(first, actor=case.requester)


def edited(case: Payable, request_id: str, amount: int) -> commands.EditDisbursement:
    """The request with another amount."""
    row = row_of(case, request_id)
    return commands.EditDisbursement(
        dossier_id=case.dossier_id,
        disbursement_id=row.id,
        version=row.version,
        kind=row.kind,
        purpose=row.purpose,
        provider_id=row.provider_id,
        local_currency=None,
        local_amount=None,
        parts=((f"line:{case.planned.renovation}", amount),),
        instalments=(),
    )


def test_cancelling_releases_it() -> None:
    case = payable()
    before = figures(case)
    row = row_of(case, submitted(case).disbursement_id)
    cmd = commands.CancelDisbursement(
        dossier_id=case.dossier_id, disbursement_id=row.id, reason="Bought otherwise", version=row.version
    )
    commands.cancel_disbursement(cmd, actor=case.requester)
    assert row_of(case, row.id).state == DisbursementState.CANCELLED
    assert figures(case) == before


def refused(case: Payable, request_id: str, words: str) -> None:
    """Submitting is refused with these words, and nothing changes."""
    before, row = figures(case), row_of(case, request_id)
    state, version = row.state, row.version
    with pytest.raises(Refused, match=words):
        submit(case, request_id)
    row = row_of(case, request_id)
    assert (row.state, row.version, figures(case)) == (state, version, before)
    assert queries.find_submission(request_id) is None


def test_nobody_draws_before_the_own_arrival() -> None:
    case = payable(arrived=False)
    request_id = draft(case)
    quote(case, request_id)
    refused(case, request_id, "before the own arrival")


def test_one_cent_more_than_the_line_has_left() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    submitted(case, (line, 2_700_00), number=3)
    request_id = draft(case, (line, 1))
    quote(case, request_id, number=3)
    refused(case, request_id, "left on the plan line")


def test_one_cent_more_than_the_grant_has_left() -> None:
    case = payable()
    grant = case.grant_without_plan(case.planned.granted.family.principal)
    submitted(case, (f"grant:{grant}", 615_00))
    request_id = draft(case, (f"grant:{grant}", 1))
    quote(case, request_id)
    refused(case, request_id, "left of the grant")


@command
def drain(case: Payable, account_id: str, left: int) -> None:
    """Take all but `left` out of an account that the family's grants stand on, as nobody's act does."""
    amount = totals_of([account_id])[account_id].awarded - left
    post(Move.RELINQUISH, {account_id: amount}, owner_id=case.dossier_id, subject=("test", "drain"))
    event = PointRaised(owner_id=case.dossier_id, point_id="drained")
    record(event, actor=case.people.supervisor_tallinn)


@pytest.mark.parametrize("level", ["budget line", "programme"])
def test_one_cent_more_than_budget_line_or_programme_have_left(level: str) -> None:
    case = payable()
    programme = case.planned.granted.programme
    is_line = level == "budget line"
    line_account = get_budget_line_account(programme.reintegration_line_id)
    account = line_account if is_line else get_programme_account(programme.id)
    request_id = draft(case)
    quote(case, request_id)
    drain(case, account, 399_99)
    refused(case, request_id, "left on the budget line" if is_line else "left in the programme")


def test_without_quotes_nothing_is_submitted() -> None:
    case = payable()
    request_id = draft(case)
    refused(case, request_id, "quotes of different providers")
    quote(case, request_id, choose=False)
    refused(case, request_id, "which quote was chosen")


def test_no_money_to_an_account_that_nobody_confirmed() -> None:
    case = payable()
    provider_id = demo_provider(case.people.caseworker_kyiv, "New shop")
    request_id = draft(case, provider_id=provider_id)
    quote(case, request_id, provider_id=provider_id)
    refused(case, request_id, "second person")


def test_no_cash_from_what_is_given_in_kind() -> None:
    case = payable()
    request_id = draft(case, kind=DisbursementKind.CASH)
    refused(case, request_id, "in kind only")


def test_a_point_to_clear_stops_money() -> None:
    case = payable()
    request_id = draft(case)
    quote(case, request_id)
    family = case.planned.granted.family
    raise_point(case.dossier_id, family.principal, case)
    refused(case, request_id, "has to be cleared")


@command
def raise_point(dossier_id: str, person_id: str, case: Payable) -> None:
    """A birth date was corrected."""
    point = add_point(
        dossier_id, PointKind.CORRECTION, "The birth date was corrected.", {}, blocks_money=True,
        subject=("person", person_id),
    )  # fmt: skip
    record(PointRaised(owner_id=dossier_id, point_id=point.id), actor=case.people.supervisor_tallinn)


def test_splitting_gains_nothing() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    first = submitted(case, (line, 400_00))
    second = submitted(case, (line, 400_00))
    assert (first.band_total, first.needs_sending) == (400_00, 0)
    assert (second.band_total, second.needs_sending) == (800_00, 1)
    third = draft(case, (line, 200_00))
    quote(case, third)
    refused(case, third, "needed 3")


def test_without_a_plan_the_total_goes_by_provider_and_person() -> None:
    case = payable()
    family = case.planned.granted.family
    mine = f"grant:{case.grant_without_plan(family.principal)}"
    hers = f"grant:{case.grant_without_plan(family.spouse)}"
    other = paid_provider(case.people.caseworker_kyiv, case.people.finance_kyiv, "Another shop", OTHER_IBAN)
    submitted(case, (mine, 300_00))
    assert submitted(case, (mine, 300_00)).band_total == 600_00
    assert submitted(case, (hers, 300_00)).band_total == 300_00
    assert submitted(case, (mine, 15_00), provider_id=other).band_total == 15_00


def test_instalments_take_their_part_of_every_share() -> None:
    case = payable()
    submission = submitted(case, instalments=(100_01, 299_99))
    found = [
        [amount for _share, amount in queries.shares_of_instalment(part.id)]
        for part in queries.list_instalments(submission.disbursement_id)
    ]
    assert [sum(row) for row in found] == [100_01, 299_99]
    assert [sum(column) for column in zip(*found, strict=True)] == [266_67, 133_33]


def test_instalments_that_do_not_add_up_are_refused() -> None:
    case = payable()
    with pytest.raises(Refused, match="add up"):
        draft(case, instalments=(100_00, 299_99))
    with pytest.raises(Refused, match="terms of payment"):
        draft(case, instalments=(400_00,), terms=PaymentTerms.CASH)


def test_a_local_amount_is_capped_by_the_rate_of_the_day() -> None:
    case = payable()
    fits = draft(case, local=("UAH", 19_700_00))
    quote(case, fits)
    assert submit(case, fits).content["local_amount"] == 19_700_00
    over = draft(case, local=("UAH", 19_700_25))
    quote(case, over)
    refused(case, over, "is worth")


def test_ids_of_others_are_not_there() -> None:
    case = payable()
    with pytest.raises(Refused, match="not in the approved plan"):
        draft(case, ("line:nothing", 100))
    with pytest.raises(NotFound):
        draft(case, provider_id="nothing")
    cmd = commands.SubmitDisbursement(dossier_id=case.dossier_id, disbursement_id="nothing", version=1)
    with pytest.raises(NotFound):
        commands.submit_disbursement(cmd, actor=case.requester)


def test_only_the_offices_of_the_case_ask() -> None:
    case = payable()
    for actor in (case.people.finance_kyiv, case.people.auditor, case.people.administrator):
        with pytest.raises(NotFound):
            draft(case, actor=actor)


def test_a_form_sent_twice_asks_once() -> None:
    case = payable()
    request_id = draft(case)
    quote(case, request_id)
    row = row_of(case, request_id)
    cmd = commands.SubmitDisbursement(
        token="1" * 32, dossier_id=case.dossier_id, disbursement_id=row.id, version=row.version
    )
    first = commands.submit_disbursement(cmd, actor=case.requester)
    assert commands.submit_disbursement(cmd, actor=case.requester) == first
    assert len(queries.list_submissions(request_id)) == 1


def test_a_new_account_is_another_content() -> None:
    from casetracker.approvals.queries import current_facts

    case = payable()
    submission = submitted(case)
    account = providers.add_account(
        providers.AddAccount(
            provider_id=case.provider_id, form=AccountForm.IBAN, number=OTHER_IBAN, holder="The shop",
            bank="Another bank", country="UA",
        ),
        actor=case.people.caseworker_kyiv,
    )  # fmt: skip
    providers.confirm_account(providers.ConfirmAccount(account_id=account), actor=case.people.finance_kyiv)
    facts = current_facts(submission.id, case.people.supervisor_tallinn)
    assert not facts.is_current and replace(facts, is_current=True) != facts
