"""What programmes may not look like, which rule entitles a person, which bands nobody could satisfy."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.programmes.states import (
    EEA,
    ApplicantRole,
    BandFacts,
    BasisDate,
    EntryTerms,
    OfficeStrength,
    QuoteStep,
    ReturnType,
    RuleFacts,
)


def why_not_period(first: date, last: date | None, field: str) -> Message | None:
    """Why these two days are no period; `field` is the form field of the last day."""
    if last is not None and last < first:
        return Message(
            N_("The last day, %(last)s, lies before the first, %(first)s."),
            {"first": first, "last": last},
            field,
        )
    return None


def why_not_line_ceiling(ceiling: int, other_lines: int, programme: int, currency: str) -> Message | None:
    """Why a budget line may not have this ceiling beside the sum of the others, under the programme's."""
    if ceiling + other_lines > programme:
        return Message(
            N_("With the other lines (%(others)s) this is above the programme's ceiling of %(programme)s."),
            {"others": Money(other_lines, currency), "programme": Money(programme, currency)},
            "ceiling",
        )
    return None


def why_not_programme_ceiling(ceiling: int, lines: int, currency: str) -> Message | None:
    """Why a programme may not have this ceiling over the sum of its budget lines."""
    if ceiling < lines:
        return Message(
            N_("The ceilings of the budget lines add up to %(lines)s; the programme's cannot be lower."),
            {"lines": Money(lines, currency)},
            "ceiling",
        )
    return None


def why_not_below_used(ceiling: int, used: int, currency: str) -> Message | None:
    """Why a ceiling may not go below what is awarded, reserved, committed or spent."""
    if ceiling < used:
        return Message(
            N_("%(used)s is already awarded, reserved, committed or spent; the ceiling cannot go below that."),
            {"used": Money(used, currency)},
            "ceiling",
        )
    return None


def why_not_package(
    *, in_kind_only: bool, cash_cap: int | None, use_within_months: int | None, within_working_days: int | None
) -> Message | None:
    """Why a package cannot give this: wholly in kind leaves no cash; its use is counted in one way."""
    if use_within_months is not None and within_working_days is not None:
        return Message(
            N_("The use is counted in months or in working days. Leave one of the two empty."),
            {},
            "within_working_days",
        )
    if in_kind_only and cash_cap is not None:
        return Message(
            N_("A package that is wholly in kind has no cash cap. Leave the cap empty, or allow cash."),
            {},
            "cash_cap",
        )
    return None


def why_not_rule(rule: RuleFacts, others: Iterable[RuleFacts], period: tuple[date, date]) -> Message | None:
    """Why a rule cannot stand: its days, the programme's eligible `period`, the package's other rules."""
    reason = why_not_period(rule.valid_from, rule.valid_until, "valid_until")
    if reason is not None:
        return reason
    first, last = period
    if rule.valid_from < first or rule.valid_from > last or (rule.valid_until is not None and rule.valid_until > last):
        field = "valid_from" if not first <= rule.valid_from <= last else "valid_until"
        return Message(
            N_("The rule must lie inside the programme's eligible period, %(first)s to %(last)s."),
            {"first": first, "last": last},
            field,
        )
    if rule.nationalities_included & rule.nationalities_excluded:
        return Message(N_("A nationality cannot be both included and excluded."), {}, "nationalities_excluded")
    for other in others:
        if other.rule_id == rule.rule_id or not _same_persons(rule, other):
            continue
        if other.basis != rule.basis:
            return Message(
                N_(
                    "Another rule for the same persons counts by another date. They must count by one date, "
                    "else a person could fall under both or under none."
                ),
                {},
                "basis",
            )
        if overlap(rule, other):
            return Message(
                N_(
                    "Another rule for the same persons is valid from %(first)s to %(last)s. "
                    "Only one may be valid on a day."
                ),
                {"first": other.valid_from, "last": other.valid_until or Message(N_("further notice"))},
                "valid_from",
            )
    return None


def overlap(one: RuleFacts, two: RuleFacts) -> bool:
    """Whether the two rules are both valid on some day."""
    starts = max(one.valid_from, two.valid_from)
    return all(rule.valid_until is None or starts <= rule.valid_until for rule in (one, two))


def _same_persons(one: RuleFacts, two: RuleFacts) -> bool:
    """Whether some person could fall under both rules on one day."""
    if (one.package_id, one.applicant_role, one.return_type) != (
        two.package_id,
        two.applicant_role,
        two.return_type,
    ):
        return False
    if one.nationalities_included and two.nationalities_included:
        both = one.nationalities_included & two.nationalities_included
    else:
        both = one.nationalities_included or two.nationalities_included
        if not both:
            return True  # each takes everybody but a few: somebody is left
    return bool(both - one.nationalities_excluded - two.nationalities_excluded)


def choose_rule(
    rules: Iterable[RuleFacts],
    role: ApplicantRole,
    return_type: ReturnType,
    nationality: str | None,
    days: Mapping[BasisDate, date | None],
) -> RuleFacts | None:
    """The rule that entitles such a person: valid on the day of its own basis; None where none does."""
    fitting = [
        rule
        for rule in rules
        if rule.applicant_role == role
        and rule.return_type == return_type
        and _takes(rule, nationality)
        and _valid_on(rule, days.get(rule.basis))
    ]
    return max(fitting, key=lambda rule: (rule.valid_from, rule.rule_id)) if fitting else None


def waits_for_departure(
    rules: Iterable[RuleFacts],
    role: ApplicantRole,
    return_type: ReturnType,
    nationality: str | None,
    days: Mapping[BasisDate, date | None],
) -> bool:
    """Whether a rule for such a person counts by the departure, of which no day is known yet."""
    return days.get(BasisDate.DEPARTURE) is None and any(
        rule.basis == BasisDate.DEPARTURE
        and (rule.applicant_role, rule.return_type) == (role, return_type)
        and _takes(rule, nationality)
        for rule in rules
    )


def _takes(rule: RuleFacts, nationality: str | None) -> bool:
    if rule.nationalities_included and nationality not in rule.nationalities_included:
        return False
    return nationality not in rule.nationalities_excluded


def _valid_on(rule: RuleFacts, day: date | None) -> bool:
    return day is not None and rule.valid_from <= day and (rule.valid_until is None or day <= rule.valid_until)


def why_not_taken_in(terms: EntryTerms, *, name: str, nationality: str, has_order: bool | None) -> Message | None:
    """Why the programme does not take this person in, or not before a fact is known.

    has_order: whether an expulsion order is in force against the person, None: not known. Source: domain, "Rules with
    numbers", Estonia: non-EEA nationals, no expulsion order.
    """
    who = {"name": name}
    if terms.excludes_eea and nationality in EEA:
        return Message(
            N_("%(name)s is a national of the European Economic Area; the programme is not for its nationals."), who
        )
    if terms.excludes_expulsion and has_order is None:
        return Message(
            N_("It is not known whether an expulsion order is in force against %(name)s; the programme asks for it."),
            who,
        )
    if terms.excludes_expulsion and has_order:
        return Message(N_("An expulsion order is in force against %(name)s; the programme excludes that."), who)
    return None


def why_not_bands(bands: Sequence[BandFacts]) -> Message | None:
    """Why these bands are no policy: ascending, each with an approval, the last one without an upper end."""
    if not bands:
        return Message(N_("A policy needs at least one band."), {}, "bands")
    tops = [band.up_to for band in bands]
    if tops[-1] is not None:
        return Message(N_("The last band must have no upper end, so that every amount has its approvals."), {}, "bands")
    if None in tops[:-1]:
        return Message(N_("Only the last band may have no upper end."), {}, "bands")
    ends = [top for top in tops if top is not None]
    if any(later <= earlier for earlier, later in itertools.pairwise(ends)):
        return Message(N_("The bands must rise: each upper end above the one before it."), {}, "bands")
    if any(band.receiving + band.sending < 1 for band in bands):
        return Message(N_("Each band needs at least one approval."), {}, "bands")
    return None


def why_not_quotes(steps: Sequence[QuoteStep]) -> Message | None:
    """Why these steps cannot stand: amounts rise, and more money never needs fewer quotes."""
    amounts = [step.from_amount for step in steps]
    if any(later <= earlier for earlier, later in itertools.pairwise(amounts)):
        return Message(N_("The amounts from which quotes are needed must rise."), {}, "quotes")
    numbers = [step.number for step in steps]
    if any(later < earlier for earlier, later in itertools.pairwise(numbers)):
        return Message(N_("A larger amount cannot need fewer quotes than a smaller one."), {}, "quotes")
    return None


def why_not_policy_from(valid_from: date, latest: date | None, today: date) -> Message | None:
    """Why a new policy may not begin on this day: the first may begin any day, a later one neither in the
    past nor before its predecessor."""
    if latest is None:
        return None
    if valid_from <= latest:
        return Message(
            N_("The policy before it begins on %(day)s; the new one must begin later."),
            {"day": latest},
            "valid_from",
        )
    if valid_from < today:
        return Message(
            N_("A policy cannot begin in the past: what was requested since then rests on the earlier one."),
            {},
            "valid_from",
        )
    return None


def why_not_edit_policy(valid_from: date, today: date) -> Message | None:
    """Why a policy cannot be changed in place: once in force it is followed by a new one instead."""
    if valid_from <= today:
        return Message(
            N_("This policy is in force since %(day)s. Set a new one from a later day on."),
            {"day": valid_from},
        )
    return None


def unsatisfied(bands: Sequence[BandFacts], offices: Sequence[OfficeStrength], currency: str) -> list[Message]:
    """A sentence for each band that nobody present, or that some office, could not satisfy: a warning."""
    found = []
    for band in bands:
        sides = (
            (band.receiving, [o for o in offices if o.is_receiving]),
            (band.sending, [o for o in offices if o.is_sending]),
        )
        named: Mapping[str, object] = {"band": band_name(bands, band, currency)}
        if any(needed and all(len(o.supervisors) < needed for o in side) for needed, side in sides):
            found.append(
                Message(
                    N_(
                        "%(band)s: nobody present could satisfy this band. "
                        "It needs more supervisors than any office has."
                    ),
                    named,
                )
            )
            continue
        short = sorted({o.name for needed, side in sides for o in side if len(o.supervisors) < needed})
        if short:
            found.append(
                Message(
                    N_("%(band)s: too few supervisors for this band in %(offices)s."),
                    {**named, "offices": ", ".join(short)},
                )
            )
    return found


def band_name(bands: Sequence[BandFacts], band: BandFacts, currency: str) -> Message:
    """How a band is called: by its upper end, or by the one below it."""
    if band.up_to is not None:
        return Message(N_("Up to %(amount)s"), {"amount": Money(band.up_to, currency)})
    below = [other.up_to for other in bands if other.up_to is not None]
    if not below:
        return Message(N_("Any amount"))
    return Message(N_("Above %(amount)s"), {"amount": Money(max(below), currency)})


def why_not_rate(rate: str, currency: str, base: str) -> Message | None:
    """Why this is no exchange rate: of a currency to itself, or not above zero."""
    if currency == base:
        return Message(N_("A rate needs two different currencies."), {}, "currency")
    if Fraction(rate) <= 0:
        return Message(N_("A rate must be above zero."), {}, "rate")
    return None


def why_not_second_rate(rate: str, stands: str | None, day: date) -> Message | None:
    """Why a rate cannot be stored for a day that has one (`stands`)."""
    if stands is None:
        return None
    if Fraction(stands) == Fraction(rate):
        return Message(N_("This rate of %(day)s is already stored."), {"day": day}, "day")
    return Message(
        N_("For %(day)s the rate %(stands)s is stored. Correct that one instead."),
        {"day": day, "stands": stands},
        "day",
    )


def why_not_leave_rule_outside(rule: RuleFacts, period: tuple[date, date]) -> Message | None:
    """Why an eligible period cannot be changed so that an entitlement rule lies outside it."""
    first, last = period
    if rule.valid_from < first or rule.valid_from > last or (rule.valid_until is not None and rule.valid_until > last):
        return Message(
            N_(
                "An entitlement rule is valid from %(first)s to %(last)s, which would lie outside. "
                "Change the rule first."
            ),
            {"first": rule.valid_from, "last": rule.valid_until or Message(N_("further notice"))},
            "eligible_until",
        )
    return None
