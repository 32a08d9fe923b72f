"""Who is asked by a finding, who answers, who closes it: each sentence, and where it gives way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.events.states import Part
from casetracker.sampling import finding_rules as rules
from casetracker.sampling.finding_states import AskedOffice, FindingFacts, FindingState, Offices
from casetracker.sampling.states import SampleState

TODAY = date(2026, 10, 1)
BOTH = Offices(sending="tallinn", receiving="kyiv")
ALONE = Offices(sending="tallinn", receiving=None)
OPEN = FindingFacts(
    state=FindingState.OPEN, answers_id="kyiv", answers="Kyiv", raised_by="auditor", raiser="Ann", raiser_can=True
)
ANSWERED, CLOSED = replace(OPEN, state=FindingState.ANSWERED), replace(OPEN, state=FindingState.CLOSED)
AUDITOR, OTHER = (Actor(id=name, name=name, role=Role.AUDITOR) for name in ("auditor", "other"))
SUPERVISOR = Actor(id="boss", name="boss", role=Role.SUPERVISOR, office_id="kyiv")


@pytest.mark.parametrize(
    ("parts", "offices", "asked"),
    [
        ({Part.SHARED, Part.SENDING}, BOTH, [AskedOffice.SENDING, AskedOffice.RECEIVING]),
        ({Part.SHARED, Part.SENDING}, ALONE, [AskedOffice.SENDING]),
        ({Part.SHARED}, BOTH, [AskedOffice.RECEIVING, AskedOffice.SENDING_OPENLY]),
        ({Part.SHARED}, ALONE, [AskedOffice.SENDING_OPENLY]),
    ],
)
def test_whom_an_auditor_asks_follows_from_what_is_read(
    parts: set[Part], offices: Offices, asked: list[AskedOffice]
) -> None:
    assert rules.choices(parts, offices) == asked
    assert all(rules.part_of(each) in parts for each in asked)
    assert [each for each in AskedOffice if rules.why_not_ask(each, parts, offices) is None] == sorted(
        asked, key=list(AskedOffice).index
    )


def test_a_closed_sample_takes_no_finding_about_its_items() -> None:
    assert rules.why_not_about(SampleState.OPEN) is None
    assert "sample is closed" in str(rules.why_not_about(SampleState.CLOSED))


def test_only_what_the_sending_side_alone_reads_is_kept_from_the_other() -> None:
    assert {each for each in AskedOffice if rules.part_of(each) == Part.SENDING} == {AskedOffice.SENDING}


@pytest.mark.parametrize(("ago", "receiving"), [(None, "kyiv"), (90, "kyiv"), (91, None)])
def test_ninety_days_after_the_closing_the_receiving_office_is_not_asked(
    ago: int | None, receiving: str | None
) -> None:
    closed_on = None if ago is None else TODAY - timedelta(days=ago)
    assert rules.offices_of("tallinn", "kyiv", closed_on, TODAY) == Offices(sending="tallinn", receiving=receiving)


def test_what_an_office_cannot_open_any_more_passes_to_the_sending_one() -> None:
    assert rules.who_answers("kyiv", BOTH) == "kyiv" and rules.who_answers("tallinn", ALONE) == "tallinn"
    assert rules.who_answers("kyiv", ALONE) == "tallinn"
    assert rules.who_answers("kyiv", Offices(sending="tallinn", receiving="lviv")) == "tallinn"


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (TODAY, None), (TODAY + timedelta(days=366), None), (TODAY - timedelta(days=1), "a day to come"),
        (TODAY + timedelta(days=367), "more than a year"),
    ],
)  # fmt: skip
def test_an_office_gets_its_time(due_on: date, words: str | None) -> None:
    refusal = rules.why_not_raise(None, due_on, TODAY)
    assert (refusal is None) == (words is None) and (words or "") in str(refusal)
    assert "was erased" in str(rules.why_not_raise(TODAY, TODAY, TODAY))


def test_an_amount_needs_the_programmes_currency() -> None:
    assert rules.why_not_question(None, None) is None and rules.why_not_question(100, "EUR") is None
    assert "no programme yet" in str(rules.why_not_question(100, None))


def test_any_supervisor_of_the_office_answers_while_it_is_open() -> None:
    assert rules.why_not_answer(OPEN, SUPERVISOR) is None
    for nobody in (replace(SUPERVISOR, role=Role.CASEWORKER), replace(SUPERVISOR, office_id="tallinn"), AUDITOR):
        assert str(rules.why_not_answer(OPEN, nobody)) == "A supervisor of Kyiv answers this."
    assert "was answered" in str(rules.why_not_answer(ANSWERED, SUPERVISOR))
    assert "has closed" in str(rules.why_not_answer(CLOSED, SUPERVISOR))
    assert "was erased" in str(rules.why_not_answer(replace(OPEN, erased_on=TODAY), SUPERVISOR))


def test_who_raised_it_closes_it_and_another_auditor_only_in_that_ones_place() -> None:
    for state in (OPEN, ANSWERED):
        assert rules.why_not_close(state, AUDITOR) is None
        assert str(rules.why_not_close(state, OTHER)) == "Ann raised this, and closes it."
        assert rules.why_not_close(replace(state, raiser_can=False), OTHER) is None
        assert rules.why_not_close(replace(state, raiser_can=False), SUPERVISOR) is not None
    assert "is closed" in str(rules.why_not_close(CLOSED, AUDITOR))
    assert "was erased" in str(rules.why_not_close(replace(ANSWERED, erased_on=TODAY), AUDITOR))


def test_only_an_answer_is_sent_back() -> None:
    assert rules.why_not_send_back(ANSWERED, AUDITOR) is None
    assert "not answered yet" in str(rules.why_not_send_back(OPEN, AUDITOR))
    assert "raised this" in str(rules.why_not_send_back(ANSWERED, OTHER))
