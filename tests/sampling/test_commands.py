"""Drawing: what is kept of it, and that the same is drawn in any year, whatever became of the cases."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from casetracker.accounts.queries import get_actor
from casetracker.casefile import commands as casefile
from casetracker.cases.states import Outcome
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor, Mandate
from casetracker.core.commands import bookkeeping
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier
from casetracker.events.models import Chain, EventRow, SignedHead
from casetracker.events.states import Part
from casetracker.sampling import commands, population_queries, queries, rules
from casetracker.sampling.again_queries import draw_again
from casetracker.sampling.models import Sample, SampleItem
from casetracker.sampling.states import (
    Asked,
    Method,
    PopulationFilter,
    PopulationKind,
    SampleState,
    SharedBy,
    SizedBy,
    design_from,
    scope_from,
)
from tests.factories.accounts import make_user
from tests.factories.asylum import log_asylum
from tests.factories.cases import refer
from tests.factories.erasure import DueCase, end_mandates, erase, later, set_retention
from tests.factories.programmes import demo_programme
from tests.factories.samples import AMOUNTS, SEED, Sampled, draw, drawing, pay_plainly, row_of
from tests.statements import counted

TOTAL = 400_00 + sum(AMOUNTS)


def items(sample_id: str) -> list[tuple[Any, ...]]:
    """The items as they are kept."""
    query = select(SampleItem).where(SampleItem.sample_id == sample_id).order_by(SampleItem.number)
    return [(i.number, i.chain_id, i.seq, i.amount, i.stratum, i.hits) for i in db.session.scalars(query)]


def refused(actor: Actor, **changes: Any) -> tuple[str | None, str]:
    """Beside which field, and the sentence."""
    with pytest.raises(Refused) as why:
        commands.draw_sample(drawing(**changes), actor=actor)
    return why.value.message.field, str(why.value.message)


def test_drawn_is_kept_with_what_it_was_drawn_from(world: Sampled) -> None:
    wanted = PopulationFilter(office_id=world.case.people.tallinn, least=Decimal(10))
    sample = queries.get_sample(draw(world.auditor, wanted=wanted), world.auditor)
    assert (sample.population_count, sample.population_amount, sample.currency) == (8, TOTAL - 9_99, "EUR")
    assert (sample.until, sample.state, sample.closed_at) == (sample.drawn_at, SampleState.OPEN, None)
    assert scope_from(sample.scope) == world.auditor.mandates
    assert sample.filters == wanted.plain()
    assert design_from(sample.parameters).size == 3
    rows = queries.list_items(sample, world.auditor)
    assert [row.number for row in rows] == [1, 2, 3]
    assert all(row.reference and row.entry and row.entry.kind == "instalment.paid" for row in rows)
    body = json.loads(db.session.scalars(select(EventRow.body).where(EventRow.kind == "sample.drawn")).one())
    assert body["part"] == "system"
    told = {"method": "simple_random", "seed": SEED, "count": 8, "items": 3, "population_hash": sample.population_hash}
    assert told.items() <= body["data"].items()
    assert len(body["rows"]) == 4
    assert draw_again(sample).is_same


@pytest.mark.parametrize(
    ("kind", "count", "amount"),
    [
        (PopulationKind.PAYMENTS, 9, TOTAL), (PopulationKind.APPROVALS, 2, 900_00),
        (PopulationKind.DELIVERIES, 3, 900_00), (PopulationKind.REVERSALS, 1, 500_00), (PopulationKind.CASES, 2, 0),
    ],
)  # fmt: skip
def test_populations(world: Sampled, kind: PopulationKind, count: int, amount: int) -> None:
    sample = row_of(commands.draw_sample(drawing(population=kind), actor=world.auditor))
    assert (sample.population_count, sample.population_amount) == (count, amount)
    assert sample.currency == (None if kind == PopulationKind.CASES else "EUR")
    assert all(row.entry for row in queries.list_items(sample, world.auditor))


def test_methods_keep_what_another_program_needs(world: Sampled) -> None:
    by_unit = row_of(draw(world.auditor, method=Method.MONETARY_UNIT, asked=Asked(size=4)))
    design = design_from(by_unit.parameters)
    assert design.interval == TOTAL // 4
    assert sum(item[5] for item in items(by_unit.id)) >= 4
    asked = Asked(size=4, bounds=(Decimal(100), Decimal(1000)), shared_by=SharedBy.COUNT)
    stratified = row_of(commands.draw_sample(drawing(method=Method.STRATIFIED, asked=asked), actor=world.auditor))
    assert {item[4] for item in items(stratified.id)} == {"1", "2", "3"}
    above = drawing(method=Method.ALL_ABOVE, asked=Asked(from_amount=Decimal(300)))
    chosen = items(commands.draw_sample(above, actor=world.auditor))
    assert sorted(item[3] for item in chosen) == [300_00, 310_00, 640_00, 1200_00]
    sure = Asked(sized_by=SizedBy.CONFIDENCE, tolerable_rate=Decimal(20), confidence=80)
    by_rate = row_of(commands.draw_sample(drawing(asked=sure), actor=world.auditor))
    assert design_from(by_rate.parameters).size == len(items(by_rate.id)) == 5
    assert all(draw_again(sample).is_same for sample in (by_unit, stratified, by_rate))


def test_another_program_draws_the_same(world: Sampled) -> None:
    """Thirty lines after docs/sampling.md, of nothing but the entries' bodies, SHA-256 and whole numbers."""
    simple = row_of(draw(world.auditor))
    by_unit = row_of(
        commands.draw_sample(drawing(method=Method.MONETARY_UNIT, asked=Asked(size=4)), actor=world.auditor)
    )
    bodies = [json.loads(body) for body in db.session.scalars(select(EventRow.body)).all()]
    found = [
        (b["chain"], b["seq"], b["data"]["amount"])
        for b in bodies
        if b["kind"] == "instalment.paid" and b["part"] == "shared"
    ]
    lines = "".join(f"{chain}-{seq} {amount}\n" for chain, seq, amount in sorted(found))
    assert simple.population_hash == hashlib.sha256(lines.encode()).hexdigest()
    ranked = sorted(found, key=lambda e: hashlib.sha256(f"{SEED}|{e[0]}-{e[1]}".encode()).hexdigest())
    assert [item[1:4] for item in items(simple.id)] == ranked[:3]
    interval = sum(entry[2] for entry in found) // 4
    unit = int(hashlib.sha256(f"{SEED}|start".encode()).hexdigest(), 16) % interval + 1
    units, reached, hits = set(range(unit, sum(e[2] for e in found) + 1, interval)), 0, []
    for chain, seq, amount in ranked:
        held = sum(reached < each <= reached + amount for each in units)
        reached += amount
        hits += [(chain, seq, amount, None, held)] if held else []
    assert [item[1:] for item in items(by_unit.id)] == hits


def test_the_same_in_any_year(world: Sampled) -> None:
    """Paid on, referred, another programme, closed, opened again, closed, mandates ended, erased, five years gone."""
    people, second = world.case.people, world.second
    first = world.case.planned.granted.programme.id
    narrow = replace(world.auditor, mandates=(
        Mandate(office_ids=frozenset(), programme_ids=frozenset({first}), valid_from=clock.today() - timedelta(days=1),
                valid_until=date(2099, 12, 31)),
    ))  # fmt: skip
    samples = [
        draw(world.auditor),
        draw(narrow, asked=Asked(size=4)),
        commands.draw_sample(drawing(wanted=PopulationFilter(programme_id=first)), actor=world.auditor),
        commands.draw_sample(drawing(wanted=PopulationFilter(office_id=people.kyiv)), actor=world.auditor),
        commands.draw_sample(drawing(population=PopulationKind.CASES), actor=narrow),
    ]
    assert [row_of(each).population_count for each in samples] == [9, 7, 7, 2, 1]
    before = [items(each) for each in samples]

    pay_plainly(second.dossier_id, (77_00, 88_00), actor=people.finance_kyiv)
    refer(second, people)
    other = demo_programme(people.administrator, "NL-2017").id
    choose = casefile.ChooseProgramme(dossier_id=second.dossier_id, programme_id=other)
    casefile.choose_programme(choose, actor=people.caseworker_tallinn)
    closing = casefile.CloseCase(dossier_id=second.dossier_id, outcome=Outcome.DUPLICATE, reason="Opened twice")
    casefile.close_case(closing, actor=people.supervisor_tallinn)
    opening = casefile.ReopenCase(dossier_id=second.dossier_id, reason="It was not")
    casefile.reopen_case(opening, actor=people.supervisor_tallinn)
    casefile.close_case(closing, actor=people.supervisor_tallinn)
    end_mandates()
    set_retention(other, people.administrator, 60)
    second_person = make_user("supervisor2.tallinn@example.org", Role.SUPERVISOR, people.tallinn)
    with later():
        erase(DueCase(
            people=people, second=second_person, dossier_id=second.dossier_id, reference=second.reference,
            programme_id=other, document_id="",
        ))  # fmt: skip
        assert db.session.get_one(Dossier, second.dossier_id).erased_on is not None
        auditor = get_actor(people.auditor.id)
        assert auditor.mandates == ()
        with row_security.reading(row_security.reader_of(auditor)):  # as a page of theirs reads
            for sample_id, kept in zip(samples, before, strict=True):
                sample = row_of(sample_id)
                again = draw_again(sample)
                assert again.is_same, (sample.filters, again)
                assert items(sample_id) == kept
            shown = queries.list_items(row_of(samples[0]), auditor)
    assert [(row.reference, row.entry, row.at) for row in shown] == [(None, None, None)] * 3
    assert all(row.amount for row in shown)


def test_what_differs_is_told(world: Sampled) -> None:
    """Another seed, an earlier moment: as if somebody had changed the row behind the program."""
    sample = row_of(draw(world.auditor))
    found = population_queries.load_population(
        sample.population, PopulationFilter(), world.auditor.mandates, sample.until
    ).places
    drawn = set(rules.in_order(SEED, found)[:3])
    another = next(seed for seed in "abcdefghijklm" if set(rules.in_order(seed, found)[:3]) != drawn)
    with db.session.no_autoflush:
        sample.seed = another
        again = draw_again(sample)
        assert again.is_same_population
        assert (again.is_same, len(again.changed) >= again.added > 0) == (False, True)
        sample.seed, sample.until = SEED, sample.until - timedelta(days=1)
        again = draw_again(sample)
        assert (again.is_same_population, again.count, again.changed) == (False, 0, (1, 2, 3))
    db.session.rollback()


def test_a_past_moment_has_no_later_entries(world: Sampled) -> None:
    moment = clock.now()
    with clock.at(moment + timedelta(minutes=5)):
        pay_plainly(world.second.dossier_id, (77_00,), actor=world.case.people.finance_kyiv)
    with clock.at(moment + timedelta(minutes=10)):
        then = row_of(commands.draw_sample(drawing(until=moment), actor=world.auditor))
        now = row_of(commands.draw_sample(drawing(), actor=world.auditor))
        assert (then.population_count, now.population_count) == (9, 10)
        assert refused(world.auditor, until=clock.now() + timedelta(seconds=1))[0] == "until"
        days = PopulationFilter(first=moment)
        assert row_of(commands.draw_sample(drawing(wanted=days), actor=world.auditor)).population_count == 1
        assert refused(world.auditor, wanted=days, until=moment)[1].startswith("No entry fits")


def test_a_later_mandate_draws_nothing_of_a_case_that_was_closed_before_it(world: Sampled) -> None:
    """As the record stood on a day before the mandate the case was open still: its seven payments are not counted."""
    moment, people = clock.now(), world.case.people
    begins = Mandate(
        office_ids=frozenset(), programme_ids=frozenset(), valid_from=clock.today() + timedelta(days=10),
        valid_until=date(2099, 12, 31),
    )  # fmt: skip
    late = replace(world.auditor, mandates=(begins,))
    closing = casefile.CloseCase(dossier_id=world.second.dossier_id, outcome=Outcome.DUPLICATE, reason="Opened twice")
    with clock.at(moment + timedelta(days=3)):
        casefile.close_case(closing, actor=people.supervisor_tallinn)
    with clock.at(moment + timedelta(days=40)):
        field, sentence = refused(late, until=moment + timedelta(days=1))
        assert (field, sentence[:32]) == ("until", "Your mandate begins after that d")
        both = replace(late, mandates=(begins, replace(begins, programme_ids=frozenset({"other"}),
                                                       valid_from=date(2020, 1, 1))))  # fmt: skip
        assert refused(both, until=moment + timedelta(days=1))[1].startswith("No entry fits")
        for until in (None, moment + timedelta(days=20)):
            sample = row_of(commands.draw_sample(drawing(until=until), actor=late))
            assert (sample.population_count, draw_again(sample).is_same) == (2, True)


def test_currencies_are_not_added_up(world: Sampled) -> None:
    pay_plainly(world.second.dossier_id, (1_000,), actor=world.case.people.finance_kyiv, currency="UAH")
    field, sentence = refused(world.auditor)
    assert field == "currency"
    assert "EUR, UAH" in sentence
    euros = row_of(commands.draw_sample(drawing(wanted=PopulationFilter(currency="EUR")), actor=world.auditor))
    assert (euros.population_count, euros.currency) == (9, "EUR")


def test_nothing_is_kept_of_what_was_refused(world: Sampled) -> None:
    assert refused(world.auditor, seed=" x")[0] == "seed"
    assert refused(world.auditor, population=PopulationKind.CASES, method=Method.ALL_ABOVE)[0] == "method"
    assert refused(world.auditor, asked=Asked(size=None))[0] == "size"
    assert refused(world.auditor, wanted=PopulationFilter(least=Decimal(2), most=Decimal(1)))[0] == "most"
    assert refused(world.auditor, method=Method.ALL_ABOVE, asked=Asked(from_amount=Decimal(5000)))[0] == "from_amount"
    strata = Asked(size=1, bounds=(Decimal(100),))
    assert refused(world.auditor, method=Method.STRATIFIED, asked=strata)[0] == "size"
    with pytest.raises(NotFound):
        commands.draw_sample(drawing(), actor=world.case.people.supervisor_tallinn)
    assert db.session.scalar(select(func.count()).select_from(Sample)) == 0


def test_a_sample_is_its_drawers(world: Sampled) -> None:
    sample_id = draw(world.auditor)
    other = make_user("other.auditor@example.org", Role.AUDITOR)
    for stranger in (other, world.case.people.supervisor_tallinn):
        with pytest.raises(NotFound):
            queries.get_sample(sample_id, stranger)
        with pytest.raises(NotFound):
            commands.close_sample(commands.CloseSample(sample_id=sample_id), actor=stranger)
    assert (queries.count_samples(other), queries.list_samples(other, offset=0, limit=25)) == (0, [])


def test_closed_and_opened_again(world: Sampled) -> None:
    sample_id = draw(world.auditor)
    close, reopen = commands.CloseSample(sample_id=sample_id), commands.ReopenSample(sample_id=sample_id)
    commands.close_sample(close, actor=world.auditor)
    assert row_of(sample_id).closed_at is not None
    with pytest.raises(Refused):
        commands.close_sample(close, actor=world.auditor)
    commands.reopen_sample(reopen, actor=world.auditor)
    assert (row_of(sample_id).state, row_of(sample_id).closed_at) == (SampleState.OPEN, None)
    with pytest.raises(Refused):
        commands.reopen_sample(reopen, actor=world.auditor)


def test_a_head_is_told_only_where_the_sending_sides_are_open(world: Sampled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size counts entries of both sides of the wall."""

    class Head:
        size, root = 7, b"\x01"

    monkeypatch.setattr(population_queries, "find_head", lambda until: Head())
    kyiv = Mandate(
        office_ids=frozenset({world.case.people.kyiv}), programme_ids=frozenset(), valid_from=date(2020, 1, 1),
        valid_until=date(2099, 12, 31),
    )  # fmt: skip
    receiving = row_of(commands.draw_sample(drawing(), actor=replace(world.auditor, mandates=(kyiv,))))
    assert (receiving.population_count, receiving.head_size, receiving.head_root) == (2, None, None)
    sending = row_of(commands.draw_sample(drawing(), actor=world.auditor))
    assert (sending.head_size, sending.head_root) == (7, "01")


def test_the_head_of_a_sample_is_the_newest_that_was_signed_by_its_moment(world: Sampled) -> None:
    moment = clock.now()
    for size, at in ((3, moment - timedelta(days=2)), (5, moment - timedelta(days=1)), (8, moment + timedelta(days=1))):
        put_head(size, at)
    sample = row_of(commands.draw_sample(drawing(until=moment), actor=world.auditor))
    assert (sample.head_size, sample.head_root) == (5, "05" * 32)
    assert population_queries.find_head(moment - timedelta(days=3)) is None


@bookkeeping("a head as if it had been signed")
def put_head(size: int, at: datetime) -> None:
    """Over so many leaves, at this moment."""
    row = {"size": size, "root": bytes([size]) * 32, "at": at, "key_id": "key", "signature": b"-" * 64}
    db.session.execute(insert(SignedHead).values(row))


def told(sample_id: str) -> tuple[Any, ...]:
    """Hash and number of the population, and the items."""
    sample = row_of(sample_id)
    return sample.population_hash, sample.population_count, items(sample_id)


def test_an_asylum_application_is_in_no_population(world: Sampled) -> None:
    """Whoever may read asylum draws the same as before it was logged."""
    assert world.auditor.asylum_clearance
    kinds = list(PopulationKind)
    before = [told(draw(world.auditor, population=each)) for each in kinds]
    log_asylum(world.second, world.case.people.caseworker_tallinn)
    after = [told(commands.draw_sample(drawing(population=each), actor=world.auditor)) for each in kinds]
    assert db.session.scalar(select(func.count()).select_from(Chain).where(Chain.part == Part.ASYLUM)) == 1
    assert before == after


def test_who_appends_is_waited_for_before_the_moment_is_taken(world: Sampled, dialect: str) -> None:
    """The heads of the cases' chains; of cases first the rows that numbers come from. SQLite has one writer anyway."""
    for kind, tables in ((PopulationKind.PAYMENTS, ["chain"]), (PopulationKind.CASES, ["reference_number", "chain"])):
        with counted() as sent:
            commands.draw_sample(drawing(population=kind), actor=world.auditor)
        first = [each for each in sent if " set_config" not in each][: len(tables)]
        assert [f"FROM {table}" in each for table, each in zip(tables, first, strict=True)] == [True] * len(tables)
        assert all("FOR SHARE" in each for each in first) is (dialect == "postgresql")


def test_the_number_of_statements_does_not_depend_on_the_population(world: Sampled) -> None:
    with counted() as few:
        commands.draw_sample(drawing(), actor=world.auditor)
    pay_plainly(world.second.dossier_id, [10_00] * 60, actor=world.case.people.finance_kyiv)
    with counted() as many:
        sample_id = commands.draw_sample(drawing(), actor=world.auditor)
    assert row_of(sample_id).population_count == 69
    assert len(many) <= len(few)
    with counted() as again:
        draw_again(row_of(sample_id))
    assert len(again) <= 8
