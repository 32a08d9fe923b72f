"""Programmes on both databases: what is entered stands, what cannot stand leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from casetracker.accounts.confirmations import (
    ConfirmChange,
    RefuseChange,
    confirm_change,
    list_waiting,
    refuse_change,
)
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, command
from casetracker.core.db import Base, db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.dossiers.events import DossierRead
from casetracker.events.recording import record
from casetracker.ledger.posting import post
from casetracker.ledger.queries import get_totals
from casetracker.ledger.states import Move
from casetracker.programmes import commands, queries
from casetracker.programmes.commands.changes import plain, restored
from casetracker.programmes.models import (
    ApprovalBand,
    ApprovalPolicy,
    BudgetLine,
    EntitlementRule,
    ExchangeRate,
    Package,
    Programme,
    QuoteRule,
)
from casetracker.programmes.states import ApplicantRole, BandFacts, BasisDate, EntryTerms, QuoteStep, ReturnType
from tests.factories.accounts import People, make_people
from tests.factories.programmes import BANDS, FIRST, QUOTES, DemoProgramme, demo_programme

pytestmark = pytest.mark.usefixtures("app")

TABLES: tuple[type[Base], ...] = (
    Programme, BudgetLine, Package, EntitlementRule, ApprovalPolicy, ApprovalBand, QuoteRule, ExchangeRate,
)  # fmt: skip


@pytest.fixture
def people(app: object) -> People:
    return make_people()


@pytest.fixture
def programme(people: People) -> DemoProgramme:
    return demo_programme(people.administrator)


def held() -> list[tuple[Any, ...]]:
    """Every row of the programmes' tables."""
    db.session.rollback()
    return [
        tuple(row)
        for model in TABLES
        for row in db.session.execute(select(model.__table__).order_by(*model.__table__.primary_key))
    ]


def refused(act: Callable[..., str], cmd: Command, actor: Actor, sentence: str) -> None:
    """The act is refused with the sentence, and the database holds what it held."""
    before = held()
    with pytest.raises(Refused, match=sentence):
        act(cmd, actor=actor)
    assert held() == before


def test_demo_programme_stands(programme: DemoProgramme) -> None:
    assert [p.code for p in queries.list_packages(programme.id)] == ["post-arrival", "post-return"]
    applied = {BasisDate.APPLICATION: date(2026, 10, 1)}
    rule = queries.find_rule(programme.post_return_id, ApplicantRole.CHILD, ReturnType.VOLUNTARY, "UA", applied)
    assert rule is not None and (rule.amount, rule.is_maximum) == (1_000_00, False)
    forced = queries.find_rule(programme.post_return_id, ApplicantRole.CHILD, ReturnType.FORCED, "UA", applied)
    assert forced is not None and forced.is_maximum
    policy = queries.get_policy(programme.id, date(2026, 11, 1))
    assert policy is not None and policy.band_for(500_01).sending == 1 and policy.quotes_for(1_000_00) == 3
    assert queries.get_policy(programme.id, FIRST - timedelta(days=1)) is None


def test_rate_of_a_day_is_the_newest_before_it(programme: DemoProgramme) -> None:
    assert queries.find_rate("UAH", "EUR", date(2026, 8, 31)) == Fraction("48.5")
    assert queries.find_rate("UAH", "EUR", date(2026, 9, 1)) == Fraction("49.25")
    assert queries.find_rate("UAH", "EUR", date(2023, 12, 31)) is None
    assert queries.find_rate("EUR", "EUR", date(2020, 1, 1)) == 1
    assert queries.find_rate("USD", "EUR", date(2026, 1, 1)) is None


def test_only_administrators_keep_programmes(programme: DemoProgramme, people: People) -> None:
    line = commands.AddBudgetLine(programme_id=programme.id, code="X", name="X", ceiling=1)
    everybody = (people.caseworker_kyiv, people.supervisor_kyiv, people.finance_kyiv, people.auditor)
    before = held()
    for actor in everybody:
        for act in (commands.add_budget_line, commands.propose):
            with pytest.raises(NotFound):
                act(line, actor=actor)
        rate = commands.AddRate(currency="UAH", base="EUR", day=date(2026, 11, 1), rate="50")
        with pytest.raises(NotFound):
            commands.add_rate(rate, actor=actor)
    assert held() == before


def test_lines_stay_under_the_programme(programme: DemoProgramme, people: People) -> None:
    line = commands.AddBudgetLine(programme_id=programme.id, code="X", name="X", ceiling=1)
    refused(commands.add_budget_line, line, people.administrator, "above the programme's ceiling")
    refused(commands.propose, line, people.administrator, "above the programme's ceiling")
    stands = queries.get_budget_line(programme.arrival_line_id)
    more = commands.EditBudgetLine(budget_line_id=stands.id, version=stands.version, name="A", ceiling=100_000_01)
    refused(commands.edit_budget_line, more, people.administrator, "above the programme's ceiling")


@command
def award(accounts: list[str], amount: int, *, actor: Actor) -> None:
    """Put an award on the accounts, as grants do."""
    post(Move.AWARD, dict.fromkeys(accounts, amount), owner_id="dossier", subject=("grant", "grant"))
    record(DossierRead(owner_id="dossier", part="shared"), actor=actor)


def test_ceiling_does_not_go_below_what_is_used(programme: DemoProgramme, people: People) -> None:
    line = queries.get_budget_line(programme.arrival_line_id)
    award([line.account_id, queries.get_programme_account(programme.id)], 615_00, actor=people.administrator)
    line = queries.get_budget_line(programme.arrival_line_id)
    cmd = commands.EditBudgetLine(budget_line_id=line.id, version=line.version, name="A", ceiling=614_99)
    refused(commands.edit_budget_line, cmd, people.administrator, "cannot go below")
    commands.edit_budget_line(replace(cmd, ceiling=615_00), actor=people.administrator)
    assert get_totals(queries.get_budget_line_account(line.id)).unallotted == 0


def test_codes_are_not_given_twice(programme: DemoProgramme, people: People) -> None:
    again = commands.CreateProgramme(
        code="EU-RRP", name="N", donor="D", currency="EUR", eligible_from=FIRST, eligible_until=FIRST,
        ceiling=1,
    )  # fmt: skip
    refused(commands.create_programme, again, people.administrator, "already here")
    line = commands.AddBudgetLine(programme_id=programme.id, code="A", name="X", ceiling=1)
    refused(commands.add_budget_line, line, people.administrator, "already has a budget line")
    package = commands.AddPackage(
        programme_id=programme.id, budget_line_id=programme.arrival_line_id, code="post-return", name="X",
        needs_plan=False, in_kind_only=False,
    )  # fmt: skip
    refused(commands.add_package, package, people.administrator, "already has a package")


def test_period_keeps_the_rules_inside(programme: DemoProgramme, people: People) -> None:
    stands = queries.get_programme(programme.id)
    cmd = commands.EditProgramme(
        programme_id=stands.id, version=stands.version, name="N", donor="D",
        eligible_from=FIRST + timedelta(days=1), eligible_until=stands.eligible_until, ceiling=500_000_00,
        plan_within_months=None, is_active=True,
    )  # fmt: skip
    refused(commands.edit_programme, cmd, people.administrator, "Change the rule first")
    reversed_days = replace(cmd, eligible_from=date(2030, 1, 1))
    refused(commands.edit_programme, reversed_days, people.administrator, "lies before the first")


def test_package_of_another_programmes_line_does_not_exist(programme: DemoProgramme, people: People) -> None:
    other = demo_programme(people.administrator, "OTHER")
    cmd = commands.AddPackage(
        programme_id=other.id, budget_line_id=programme.arrival_line_id, code="X", name="X", needs_plan=False,
        in_kind_only=False,
    )  # fmt: skip
    with pytest.raises(NotFound):
        commands.add_package(cmd, actor=people.administrator)


def next_policy(programme: DemoProgramme, **changes: Any) -> commands.SetPolicy:
    """A policy from tomorrow on."""
    cmd = commands.SetPolicy(
        programme_id=programme.id, valid_from=clock.today() + timedelta(days=1), bands=BANDS, quotes=QUOTES
    )
    return replace(cmd, **changes)


def test_new_policy_ends_the_one_before(programme: DemoProgramme, people: People) -> None:
    cmd = next_policy(programme, bands=(BandFacts(up_to=None, receiving=0, sending=1),), quotes=())
    policy_id = commands.set_policy(cmd, actor=people.administrator)
    today = queries.get_policy(programme.id, clock.today())
    tomorrow = queries.get_policy(programme.id, cmd.valid_from)
    assert today is not None and today.policy_id == programme.policy_id
    assert tomorrow is not None and tomorrow.policy_id == policy_id and tomorrow.quotes_for(10**9) == 0
    refused(commands.set_policy, cmd, people.administrator, "must begin later")


def test_policy_to_come_is_edited_one_in_force_is_not(programme: DemoProgramme, people: People) -> None:
    policy_id = commands.set_policy(next_policy(programme), actor=people.administrator)
    bands = (BandFacts(up_to=1, receiving=1, sending=0), BandFacts(up_to=None, receiving=0, sending=2))
    cmd = commands.EditPolicy(policy_id=policy_id, version=1, bands=bands, quotes=(QuoteStep(from_amount=5, number=2),))
    commands.edit_policy(cmd, actor=people.administrator)
    stands = queries.get_policy(programme.id, clock.today() + timedelta(days=2))
    assert stands is not None and stands.bands == bands and stands.quotes_for(5) == 2
    in_force = queries.get_policy_row(programme.policy_id)
    late = replace(cmd, policy_id=in_force.id, version=in_force.version)
    refused(commands.edit_policy, late, people.administrator, "is in force since")


def test_policy_in_the_past_is_refused(programme: DemoProgramme, people: People) -> None:
    cmd = next_policy(programme, valid_from=clock.today() - timedelta(days=1))
    refused(commands.set_policy, cmd, people.administrator, "cannot begin in the past")


def test_change_is_written_by_the_second_person(programme: DemoProgramme, people: People) -> None:
    before = held()
    cmd = next_policy(programme, bands=(BandFacts(up_to=None, receiving=1, sending=1),))
    commands.propose(cmd, actor=people.administrator)
    assert held() == before
    (waiting,) = list_waiting(people.administrator2)
    assert "1 of the receiving office" in str(waiting.sentence) and waiting.why_not is None
    confirm = ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
    with pytest.raises(Refused):
        confirm_change(confirm, actor=people.administrator)
    assert held() == before
    confirm_change(confirm, actor=people.supervisor_kyiv)
    policy = queries.get_policy(programme.id, cmd.valid_from)
    assert policy is not None and policy.bands == cmd.bands and policy.quotes == cmd.quotes


def every_change(programme: DemoProgramme) -> list[Command]:
    """One change of each kind that waits for a second person."""
    stands = queries.get_programme(programme.id)
    line = queries.get_budget_line(programme.arrival_line_id)
    package = queries.get_package_row(programme.post_return_id)
    rule = queries.get_rule_row(queries.list_rules(package.id)[0].rule_id)
    terms: dict[str, Any] = {"needs_plan": True, "in_kind_only": False, "cash_cap": 300_00}
    clocks: dict[str, Any] = {"contact_within_months": None, "use_within_months": 6}
    who: dict[str, Any] = {
        "applicant_role": rule.applicant_role, "return_type": rule.return_type, "amount": 900_00,
        "is_maximum": True, "basis": rule.basis,
    }  # fmt: skip
    return [
        commands.EditProgramme(
            programme_id=stands.id, version=stands.version, name="N", donor="D", eligible_from=FIRST,
            eligible_until=stands.eligible_until, ceiling=600_000_00, plan_within_months=2, is_active=False,
            excludes_eea=True, excludes_expulsion=True,
        ),
        commands.EditBudgetLine(budget_line_id=line.id, version=line.version, name="L", ceiling=90_000_00),
        commands.AddBudgetLine(programme_id=stands.id, code="X", name="X", ceiling=1_00),
        commands.AddPackage(
            programme_id=stands.id, budget_line_id=line.id, code="X", name="X", within_working_days=14, **terms
        ),
        commands.EditPackage(
            package_id=package.id, version=package.version, name="P", is_active=False, **terms, **clocks
        ),
        commands.EditRule(
            rule_id=rule.id, version=rule.version, package_id=package.id, valid_from=FIRST,
            valid_until=date(2027, 12, 31), nationalities_excluded=("MD", "UA"), **who,
        ),
        commands.AddRule(package_id=package.id, valid_from=date(2028, 1, 1), **who),
        replace(next_policy(programme), own_procedure_limit=60_000_00),
    ]  # fmt: skip


def test_every_kind_of_change_says_what_it_does_and_does_it(programme: DemoProgramme, people: People) -> None:
    for cmd in every_change(programme):
        commands.propose(cmd, actor=people.administrator)
        (waiting,) = list_waiting(people.administrator2)
        assert "%" not in str(waiting.sentence) and "EU-RRP" in str(waiting.sentence)
        before = held()
        confirm = ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
        confirm_change(confirm, actor=people.administrator2)
        assert held() != before
    assert not queries.list_programmes() and queries.get_programme(programme.id).plan_within_months == 2
    assert queries.get_package(programme.post_return_id).cash_cap == 300_00
    added = next(row for row in queries.list_package_rows(programme.id) if row.code == "X")
    assert (added.within_working_days, added.use_within_months) == (14, None)
    assert queries.entry_terms(programme.id) == EntryTerms(excludes_eea=True, excludes_expulsion=True)
    newest = queries.policy_facts(queries.list_policies(programme.id)[0], "EUR")
    assert newest.own_procedure_limit == 60_000_00


def test_a_change_asked_for_before_there_were_limits_is_still_confirmed(
    programme: DemoProgramme, people: People
) -> None:
    asked = plain(next_policy(programme))
    del asked["own_procedure_limit"]
    assert restored(commands.SetPolicy, asked) == next_policy(programme)


def test_change_of_what_was_changed_meanwhile_is_refused(programme: DemoProgramme, people: People) -> None:
    line = queries.get_budget_line(programme.arrival_line_id)
    cmd = commands.EditBudgetLine(budget_line_id=line.id, version=line.version, name="Late", ceiling=90_000_00)
    commands.propose(cmd, actor=people.administrator)
    commands.edit_budget_line(replace(cmd, name="Early"), actor=people.administrator)
    (waiting,) = list_waiting(people.administrator2)
    confirm = ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
    refused(confirm_change, confirm, people.administrator2, "changed meanwhile")
    refuse = RefuseChange(change_id=waiting.change.id, version=waiting.change.version, reason="Too late")
    refuse_change(refuse, actor=people.administrator2)
    assert list_waiting(people.administrator2) == []


def test_stale_forms_conflict(programme: DemoProgramme, people: People) -> None:
    package = queries.get_package_row(programme.post_arrival_id)
    cmd = commands.EditPackage(
        package_id=package.id, version=package.version, name="New", needs_plan=False, in_kind_only=False,
        cash_cap=None, contact_within_months=None, use_within_months=None, is_active=True,
    )  # fmt: skip
    commands.edit_package(cmd, actor=people.administrator)
    with pytest.raises(Conflict):
        commands.edit_package(cmd, actor=people.administrator)


def test_same_form_twice_acts_once(people: People) -> None:
    rate = commands.AddRate(token="0" * 32, currency="GEL", base="EUR", day=date(2026, 11, 1), rate="3.1")
    first = commands.add_rate(rate, actor=people.administrator)
    assert commands.add_rate(rate, actor=people.administrator) == first
    assert len(queries.list_rates("GEL")) == 1


def test_file_of_rates_is_all_or_nothing(programme: DemoProgramme, people: People) -> None:
    good = commands.AddRate(currency="UAH", base="EUR", day=date(2026, 11, 1), rate="50")
    known = commands.AddRate(currency="UAH", base="EUR", day=date(2026, 1, 1), rate="1")
    cmd = commands.ImportRates(rates=(good, known))
    refused(commands.import_rates, cmd, people.administrator, "Correct that one")
