"""Which cases and entries a sample takes, at the very limits: to the day and the cent, and what is said there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casetracker.core.actor import Mandate
from casetracker.core.errors import Message
from casetracker.sampling import finding_rules, rules
from casetracker.sampling.states import (
    LONGEST_SEED,
    MOST_BOUNDS,
    MOST_ENTRIES,
    MOST_ITEMS,
    CaseThen,
    Choice,
    Place,
    PopulationFilter,
    PopulationKind,
)
from tests.sampling.test_design_rules import places

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED, CLOSED = date(2026, 1, 10), date(2026, 3, 10)
PAYMENTS, CASES = PopulationKind.PAYMENTS, PopulationKind.CASES
ONE = Decimal(1)


def case(**changes: Any) -> CaseThen:
    """Of Tallinn and Kyiv, open for two months."""
    usual: dict[str, Any] = {
        "dossier_id": "case", "sending_office_id": "tallinn", "office_ids": frozenset({"tallinn", "kyiv"}),
        "programme_id": "eu", "opened_on": OPENED, "closed_on": CLOSED,
    }  # fmt: skip
    return CaseThen(**{**usual, **changes})


def mandate(first: date, last: date) -> Mandate:
    """For any office and programme on these days."""
    return Mandate(office_ids=frozenset(), programme_ids=frozenset(), valid_from=first, valid_until=last)


@pytest.mark.parametrize(
    ("first", "last", "closed_on", "opens"),
    [
        (OPENED - DAY, OPENED, CLOSED, True),
        (OPENED - DAY, OPENED - DAY, CLOSED, False),
        (OPENED, OPENED, CLOSED, True),
        (CLOSED, CLOSED, CLOSED, True),
        (CLOSED + DAY, CLOSED + DAY, CLOSED, False),
        (CLOSED + DAY, CLOSED + DAY, None, True),
        (OPENED + DAY, OPENED, None, False),
    ],
)
def test_a_mandate_opens_what_stood_open_on_any_of_its_days(
    first: date, last: date, closed_on: date | None, opens: bool
) -> None:
    assert rules.is_in_scope(case(closed_on=closed_on), [mandate(first, last)], date(2099, 1, 1)) is opens


def test_each_part_of_a_filter_may_be_left_out() -> None:
    assert rules.fits(case(), PopulationFilter())
    assert rules.fits(case(), PopulationFilter(office_id="tallinn")) and rules.fits(
        case(), PopulationFilter(programme_id="eu")
    )
    assert not rules.fits(case(), PopulationFilter(office_id="kyiv", programme_id="nl"))
    least, most = PopulationFilter(least=ONE), PopulationFilter(most=ONE)
    assert [rules.is_between(amount, "EUR", least) for amount in (99, 100, 10**9)] == [False, True, True]
    assert [rules.is_between(amount, "EUR", most) for amount in (0, 100, 101)] == [True, True, False]


def test_the_first_unit_is_one_to_the_interval() -> None:
    digest = int(hashlib.sha256(b"seed|start").hexdigest(), 16)
    assert [rules.start_of("seed", interval) for interval in (1, 7, 1000)] == [1, digest % 7 + 1, digest % 1000 + 1]
    assert rules.amount_of(places(None, 5, None)) == 5 and rules.amount_of([]) == 0


FULL = [Place("case", "chain", 1, 1)] * MOST_ENTRIES
SAID: list[tuple[Callable[[], Message | None], str | None, str | None]] = [
    (lambda: rules.why_not_seed("x" * LONGEST_SEED), None, None),
    (
        lambda: rules.why_not_seed("x" * (LONGEST_SEED + 1)), "seed",
        "A seed has 1 to 40 letters, digits and signs, and no blank at its ends.",
    ),
    (lambda: rules.why_not_seed("a b"), None, None),
    (
        lambda: rules.why_not_until(NOW + timedelta(microseconds=1), NOW), "until",
        "That day is not over yet. Leave it empty to draw from everything up to now.",
    ),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(end=NOW)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW, end=NOW + DAY)), None, None),
    (
        lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW, end=NOW)), "last_day",
        "The last day lies before the first.",
    ),
    (lambda: rules.why_not_filter(CASES, PopulationFilter()), None, None),
    (
        lambda: rules.why_not_filter(CASES, PopulationFilter(most=ONE)), "least", "Cases have no amount to filter by.",
    ),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(least=ONE)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(most=ONE)), None, None),
    (
        lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(least=ONE + ONE, most=ONE)), "most",
        "The highest amount is below the lowest.",
    ),
    (lambda: rules.why_not_population(FULL, ["EUR"]), None, None),
    (lambda: rules.why_not_population(FULL, []), None, None),
    (
        lambda: rules.why_not_population([*FULL, FULL[0]], ["EUR"]), None,
        "Too many entries fit for one sample: at most 200000 can. Narrow the days or the filter.",
    ),
    (
        lambda: rules.why_not_items([Choice(FULL[0])] * (MOST_ITEMS + 1)), None,
        "That is too many for one sample: 501, and at most 500 can be drawn. Narrow the filter, accept more in error, "
        "or take less confidence.",
    ),
    (lambda: rules.why_not_items([Choice(FULL[0])]), None, None),
    (lambda: rules.why_not_bounds([1]), None, None),
    (lambda: rules.why_not_bounds(range(1, MOST_BOUNDS + 1)), None, None),
    (
        lambda: rules.why_not_bounds(range(1, MOST_BOUNDS + 2)), "bound_1",
        "Name 1 to 5 amounts at which a new stratum begins.",
    ),
    (lambda: rules.why_not_bounds([]), "bound_1", "Name 1 to 5 amounts at which a new stratum begins."),
    *(
        (
            lambda bounds=bounds: rules.why_not_bounds(bounds), f"bound_{len(bounds)}",
            "Each amount must be higher than the one before it.",
        )
        for bounds in ([3, 3], [1, 4, 2])
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SAID)))
def test_what_is_refused_is_said_beside_its_field(number: int) -> None:
    judge, field, words = SAID[number]
    why = judge()
    assert (str(why) if why else None, why.field if why else None) == (words, field)


def test_an_office_has_a_month_and_two_weeks_once_its_answer_was_sent_back() -> None:
    assert (finding_rules.USUAL_DAYS, finding_rules.SENT_BACK_DAYS) == (30, 14)
