"""Entitlement, bands, ceilings and files of rates, judged without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from casetracker.programmes import rate_rules, rules
from casetracker.programmes.states import (
    EEA,
    ApplicantRole,
    BandFacts,
    BasisDate,
    EntryTerms,
    OfficeStrength,
    PolicyFacts,
    QuoteStep,
    ReturnType,
    RuleFacts,
)

PERIOD = (date(2015, 1, 1), date(2020, 12, 31))
CHANGE = date(2017, 7, 12)
"""Ukrainians were excluded from the Dutch programme from this day."""


def rule(rule_id: str = "a", **changes: object) -> RuleFacts:
    """A rule for principal applicants who return voluntarily, by the day of application."""
    facts = RuleFacts(
        rule_id=rule_id,
        package_id="package",
        amount=1_800_00,
        currency="EUR",
        is_maximum=False,
        applicant_role=ApplicantRole.PRINCIPAL,
        return_type=ReturnType.VOLUNTARY,
        basis=BasisDate.APPLICATION,
        valid_from=PERIOD[0],
        valid_until=None,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]  # fields of the facts, named by the tests


BEFORE = rule("before", valid_until=CHANGE - timedelta(days=1))
AFTER = rule("after", valid_from=CHANGE, nationalities_excluded=frozenset({"UA"}))


def chosen(nationality: str | None, applied: date | None, departed: date | None = None) -> str | None:
    """The id of the rule that entitles a principal applicant."""
    days = {BasisDate.APPLICATION: applied, BasisDate.DEPARTURE: departed}
    found = rules.choose_rule([BEFORE, AFTER], ApplicantRole.PRINCIPAL, ReturnType.VOLUNTARY, nationality, days)
    return found.rule_id if found else None


@pytest.mark.parametrize(
    ("nationality", "applied", "expected"),
    [
        ("UA", CHANGE - timedelta(days=1), "before"),
        ("UA", CHANGE, None),
        ("MD", CHANGE, "after"),
        (None, CHANGE, "after"),
        ("MD", date(2014, 12, 31), None),
        ("MD", None, None),
    ],
)
def test_rule_is_chosen_by_the_basis_date(nationality: str, applied: date, expected: str | None) -> None:
    # The day of departure does not matter to a rule that counts by the application.
    assert chosen(nationality, applied, date(2018, 1, 1)) == expected


def test_rule_by_departure_waits_for_the_departure() -> None:
    by_departure = rule(basis=BasisDate.DEPARTURE)
    days = {BasisDate.APPLICATION: CHANGE, BasisDate.DEPARTURE: None}
    wanted = (ApplicantRole.PRINCIPAL, ReturnType.VOLUNTARY, "UA")
    assert rules.choose_rule([by_departure], *wanted, days) is None
    assert rules.waits_for_departure([by_departure], *wanted, days)
    assert not rules.waits_for_departure([by_departure], ApplicantRole.CHILD, *wanted[1:], days)
    assert not rules.waits_for_departure([rule()], *wanted, days)
    days[BasisDate.DEPARTURE] = CHANGE
    assert rules.choose_rule([by_departure], *wanted, days) == by_departure
    assert not rules.waits_for_departure([by_departure], *wanted, days)


def test_rule_is_of_the_role_and_the_return() -> None:
    days = {BasisDate.APPLICATION: CHANGE}
    for role, kind in [
        (ApplicantRole.CHILD, ReturnType.VOLUNTARY),
        (ApplicantRole.PRINCIPAL, ReturnType.FORCED),
    ]:
        assert rules.choose_rule([AFTER], role, kind, "MD", days) is None


def test_only_included_nationalities() -> None:
    only = rule(nationalities_included=frozenset({"UA"}))
    days = {BasisDate.APPLICATION: CHANGE}
    principal = (ApplicantRole.PRINCIPAL, ReturnType.VOLUNTARY)
    assert rules.choose_rule([only], *principal, "UA", days) == only
    assert rules.choose_rule([only], *principal, "MD", days) is None
    assert rules.choose_rule([only], *principal, None, days) is None


def test_rules_that_follow_each_other_stand() -> None:
    assert rules.why_not_rule(AFTER, [BEFORE], PERIOD) is None
    assert rules.why_not_rule(AFTER, [BEFORE, AFTER], PERIOD) is None, "a rule is not in its own way"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "valid_from"),
        ({"valid_from": CHANGE, "valid_until": CHANGE}, "valid_from"),
        ({"nationalities_excluded": frozenset({"UA", "MD"})}, "valid_from"),
        ({"nationalities_included": frozenset({"MD"})}, "valid_from"),
        ({"basis": BasisDate.DEPARTURE}, "basis"),
        ({"valid_from": date(2014, 12, 31)}, "valid_from"),
        ({"valid_until": date(2021, 1, 1)}, "valid_until"),
        ({"valid_from": CHANGE, "valid_until": CHANGE - timedelta(days=1)}, "valid_until"),
        (
            {"nationalities_included": frozenset({"GE"}), "nationalities_excluded": frozenset({"GE"})},
            "nationalities_excluded",
        ),
    ],
)
def test_wrong_rules_are_told_beside_their_field(changes: dict[str, object], field: str) -> None:
    reason = rules.why_not_rule(rule("new", **changes), [AFTER], PERIOD)
    assert reason is not None and reason.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"nationalities_included": frozenset({"UA"})},
        {"applicant_role": ApplicantRole.CHILD},
        {"return_type": ReturnType.FORCED},
        {"package_id": "another"},
        {"valid_until": CHANGE - timedelta(days=1)},
    ],
)
def test_rules_for_other_persons_or_days_stand_beside_it(changes: dict[str, object]) -> None:
    assert rules.why_not_rule(rule("new", **changes), [AFTER], PERIOD) is None


days = st.dates(min_value=PERIOD[0], max_value=PERIOD[1])
countries = st.frozensets(st.sampled_from(["UA", "MD", "GE"]), max_size=2)


@st.composite
def rules_of(draw: st.DrawFn, rule_id: str) -> RuleFacts:
    first, last = draw(days), draw(st.none() | days)
    return rule(
        rule_id,
        valid_from=first,
        valid_until=None if last is None else max(first, last),
        nationalities_included=draw(countries),
        nationalities_excluded=draw(countries),
    )


@given(rules_of("one"), rules_of("two"), days, st.sampled_from(["UA", "MD", "GE", "AM"]))
def test_nobody_falls_under_two_rules_that_stand(one: RuleFacts, two: RuleFacts, day: date, who: str) -> None:
    if rules.why_not_rule(two, [one], PERIOD) is not None:
        return
    on = {BasisDate.APPLICATION: day}
    both = [rules.choose_rule([each], ApplicantRole.PRINCIPAL, ReturnType.VOLUNTARY, who, on) for each in (one, two)]
    assert None in both


def band(up_to: int | None, receiving: int = 1, sending: int = 0) -> BandFacts:
    return BandFacts(up_to=up_to, receiving=receiving, sending=sending)


POLICY = PolicyFacts(
    policy_id="policy",
    currency="EUR",
    bands=(band(500_00), band(5_000_00, 1, 1), band(None, 2, 1)),
    quotes=(QuoteStep(from_amount=0, number=1), QuoteStep(from_amount=1_000_00, number=3)),
)


def test_a_copy_reads_as_it_was_written_also_the_oldest_that_names_no_limit() -> None:
    limited = replace(POLICY, own_procedure_limit=60_000_00)
    assert PolicyFacts.from_json(limited.to_json()) == limited
    oldest = {key: value for key, value in POLICY.to_json().items() if key != "own_procedure_limit"}
    assert PolicyFacts.from_json(oldest) == POLICY


@pytest.mark.parametrize(
    ("terms", "nationality", "has_order", "words"),
    [
        (EntryTerms(), "EE", True, None),
        (EntryTerms(excludes_eea=True), "UA", None, None),
        (EntryTerms(excludes_eea=True), "GB", None, None),
        (EntryTerms(excludes_eea=True), "EE", None, "national of the European Economic Area"),
        (EntryTerms(excludes_eea=True), "NO", None, "national of the European Economic Area"),
        (EntryTerms(excludes_expulsion=True), "EE", False, None),
        (EntryTerms(excludes_expulsion=True), "UA", None, "not known whether an expulsion order"),
        (EntryTerms(excludes_expulsion=True), "UA", True, "An expulsion order is in force against Oksana"),
    ],
)
def test_whom_a_programme_takes_in(
    terms: EntryTerms, nationality: str, has_order: bool | None, words: str | None
) -> None:
    reason = rules.why_not_taken_in(terms, name="Oksana", nationality=nationality, has_order=has_order)
    assert (reason is None) if words is None else (words in str(reason))


def test_the_economic_area_is_thirty_countries() -> None:
    assert len(EEA) == 30 and {"IS", "LI", "NO"} < EEA and not EEA & {"CH", "GB", "UA"}
    assert set(Locale("en").territories) >= EEA


def test_the_use_is_counted_in_one_way() -> None:
    def judge(months: int | None, days: int | None) -> object:
        return rules.why_not_package(
            in_kind_only=False, cash_cap=None, use_within_months=months, within_working_days=days
        )

    assert judge(12, None) is None and judge(None, 14) is None and judge(None, None) is None
    assert "in months or in working days" in str(judge(12, 14))


@pytest.mark.parametrize(
    ("total", "approvals"),
    [(1, (1, 0)), (500_00, (1, 0)), (500_01, (1, 1)), (5_000_00, (1, 1)), (5_000_01, (2, 1))],
)
def test_band_of_a_total(total: int, approvals: tuple[int, int]) -> None:
    found = POLICY.band_for(total)
    assert (found.receiving, found.sending) == approvals


@pytest.mark.parametrize(("total", "number"), [(999_99, 1), (1_000_00, 3), (60_000_00, 3)])
def test_quotes_of_a_total(total: int, number: int) -> None:
    assert POLICY.quotes_for(total) == number


def test_splitting_a_purchase_gains_nothing_when_totals_are_judged() -> None:
    halves = [500_00, 500_00]
    assert [POLICY.band_for(half).sending for half in halves] == [0, 0]
    assert POLICY.band_for(sum(halves)).sending == 1 and POLICY.quotes_for(sum(halves)) == 3


def test_policy_survives_its_copy() -> None:
    assert PolicyFacts.from_json(POLICY.to_json()) == POLICY


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (band(500_00),),
        (band(None), band(None)),
        (band(500_00), band(500_00), band(None)),
        (band(500_00), band(400_00), band(None)),
        (band(500_00), band(None, 0, 0)),
    ],
)
def test_bands_that_leave_an_amount_without_approval_are_refused(bands: tuple[BandFacts, ...]) -> None:
    assert rules.why_not_bands(bands) is not None


def test_bands_that_rise_to_an_open_top_stand() -> None:
    assert rules.why_not_bands(POLICY.bands) is None
    assert rules.why_not_quotes(POLICY.quotes) is None
    falling = (QuoteStep(from_amount=0, number=3), QuoteStep(from_amount=1, number=1))
    assert rules.why_not_quotes(falling) is not None
    assert rules.why_not_quotes(tuple(reversed(POLICY.quotes))) is not None


def office(name: str, *supervisors: str, sending: bool = False) -> OfficeStrength:
    return OfficeStrength(
        office_id=name, name=name, is_sending=sending, is_receiving=not sending, supervisors=supervisors
    )


def test_band_that_nobody_present_could_satisfy_warns() -> None:
    present = [office("Tallinn", "A", sending=True), office("Kyiv", "B")]
    (warning,) = rules.unsatisfied(POLICY.bands, present, "EUR")
    assert str(warning).startswith("Above 5000.00 EUR: nobody present")
    stronger = [office("Tallinn", "A", sending=True), office("Kyiv", "B", "C")]
    assert rules.unsatisfied(POLICY.bands, stronger, "EUR") == []
    with_weaker = [*stronger, office("Lviv", "D")]
    (warning,) = rules.unsatisfied(POLICY.bands, with_weaker, "EUR")
    assert "too few supervisors" in str(warning) and "Lviv" in str(warning)


def test_ceilings() -> None:
    assert rules.why_not_line_ceiling(60, 40, 100, "EUR") is None
    assert rules.why_not_line_ceiling(61, 40, 100, "EUR") is not None
    assert rules.why_not_programme_ceiling(99, 100, "EUR") is not None
    assert rules.why_not_below_used(99, 100, "EUR") is not None
    assert rules.why_not_below_used(100, 100, "EUR") is None


def test_policies_follow_each_other_and_never_begin_in_the_past() -> None:
    today = date(2026, 11, 21)
    assert rules.why_not_policy_from(date(2020, 1, 1), None, today) is None
    assert rules.why_not_policy_from(today, date(2026, 1, 1), today) is None
    assert rules.why_not_policy_from(today - timedelta(days=1), date(2026, 1, 1), today) is not None
    assert rules.why_not_policy_from(date(2026, 12, 1), date(2026, 12, 1), today) is not None
    assert rules.why_not_edit_policy(today, today) is not None
    assert rules.why_not_edit_policy(today + timedelta(days=1), today) is None


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reading_of_rates(content: bytes) -> None:
    for file in (content, b"day,currency,base,rate\n" + content):
        if rules_of_file := rate_rules.why_not_file(file):
            assert rules_of_file.field == "file"
        else:
            assert all(line.problem or line.day for line in rate_rules.read_rates(file))


def test_rates_are_read_in_the_spellings_that_tables_are_saved_in() -> None:
    text = '\ufeff"rate";"day";"base";"currency"\r\n"48,5";"01.10.2026";"eur";"uah"\r\n\r\n'
    (line,) = rate_rules.read_rates(text.encode())
    assert (line.day, line.currency, line.base, line.rate) == (date(2026, 10, 1), "UAH", "EUR", "48.5")
    assert line.problem is None and line.number == 2
