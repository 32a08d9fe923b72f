"""A sample in words: what it was drawn from, how, and what follows from what was seen of its items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.accounts import queries as accounts
from casetracker.core.actor import Mandate
from casetracker.core.money import Money
from casetracker.programmes import queries as programmes
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.models import Sample, SampleMark
from casetracker.sampling.projection_rules import Projection, Result, project, wrong_in
from casetracker.sampling.states import Design, Method, Stratum, design_from, filter_from, scope_from
from casetracker.sampling.workpaper_states import Pairs, Value
from casetracker.web.formats import day, money, number
from casetracker.web.labels import label


def tell_population(sample: Sample) -> Pairs:
    """What the sample was drawn from: filter, mandates, moment, signed head, hash, sums."""
    return (*tell_filter(sample), *tell_sums(sample), *tell_record(sample))


def tell_filter(sample: Sample) -> Pairs:
    """Which entries of which cases; what the filter left open is not told."""
    wanted, codes = filter_from(sample.filters), _programme_codes()
    offices = {office.id: office.name for office in accounts.list_all_offices()}
    found: list[tuple[str, Value]] = [
        (_("Drawn from"), label(sample.population)),
        (_("Office"), _named(wanted.office_id, offices)), (_("Programme"), _named(wanted.programme_id, codes)),
        (_("Recorded from"), wanted.first), (_("Recorded before"), wanted.end),
        (_("Amount from"), _amount(wanted.least, sample.currency)),
        (_("Amount to"), _amount(wanted.most, sample.currency)), (_("Currency, no other counts"), wanted.currency),
        *((_("Mandate"), _mandate(each, offices, codes)) for each in scope_from(sample.scope)),
        (_("Moment of history: everything recorded before"), sample.until),
        (_("Drawn at"), sample.drawn_at), (_("State"), label(sample.state)), (_("Closed at"), sample.closed_at),
    ]  # fmt: skip
    return _shown(found)


def tell_sums(sample: Sample) -> Pairs:
    """How many entries it was drawn from, and how much they are together."""
    has_amount = sample.currency is not None
    return _shown([
        (_("Entries in the population"), sample.population_count),
        (_("Their amount"), Money(sample.population_amount, sample.currency or "") if has_amount else None),
    ])  # fmt: skip


def tell_record(sample: Sample) -> Pairs:
    """Which record it was drawn from, for another program: hash of the population, signed head of its moment."""
    return _shown([
        (_("SHA-256 of the population"), sample.population_hash),
        (_("Entries under the signed head of that moment"), sample.head_size),
        (_("Root of that head"), sample.head_root or _("none is told for this mandate, or nobody signed then")),
    ])  # fmt: skip


def _named(key: str | None, names: Mapping[str, str]) -> str:
    """A filter's office or programme by its name, by its id where there is none."""
    return names.get(key, key) if key else str(_("All of the mandate"))


def _amount(value: Decimal | None, currency: str | None) -> str | None:
    return f"{value:f} {currency or ''}".strip() if value is not None else None


def _programme_codes() -> dict[str, str]:
    return {each.id: f"{each.code} {each.name}" for each in programmes.list_programmes(active_only=False)}


def _mandate(mandate: Mandate, offices: Mapping[str, str], codes: Mapping[str, str]) -> str:
    which = ", ".join(sorted(offices.get(each, each) for each in mandate.office_ids)) or _("all offices")
    what = ", ".join(sorted(codes.get(each, each) for each in mandate.programme_ids)) or _("all programmes")
    days = f"{day(mandate.valid_from)} – {day(mandate.valid_until)}"
    return f"{which}; {what}; {days}"


def tell_method(sample: Sample) -> tuple[str, Pairs]:
    """(the size explained in a sentence, facts) of how it was drawn."""
    design = design_from(sample.parameters)

    def amount(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, sample.currency or "")

    found: list[tuple[str, Value]] = [
        (_("Method"), label(sample.method)), (_("Seed"), sample.seed), (_("Size"), design.size),
        (_("Confidence"), _percent(design.confidence)), (_("Tolerable rate"), _percent(design.tolerable_rate)),
        (_("Tolerable amount"), amount(design.tolerable_amount)), (_("Exceptions allowed for"), design.expected),
        (_("Interval"), amount(design.interval)), (_("Starts at the unit"), design.start),
        (_("All from this amount on"), amount(design.from_amount)),
        (_("Shared between strata"), label(design.shared_by) if design.shared_by else None),
        *((_("Stratum %(name)s", name=each.name), _stratum(each, sample.currency or "")) for each in design.strata),
    ]  # fmt: skip
    return tell_size(sample), _shown(found)


def _percent(value: int | str | None) -> str | None:
    return None if value is None else f"{value} %"


def _stratum(stratum: Stratum, currency: str) -> str:
    whole = Money(stratum.amount, currency)
    least = money(stratum.least, currency) if stratum.least is not None else _("the smallest")
    below = _("below %(amount)s", amount=money(stratum.below, currency)) if stratum.below is not None else _("the rest")
    words = _(
        "from %(least)s, %(below)s: %(size)s drawn of %(count)s, together %(whole)s", least=least, below=below,
        size=number(stratum.size), count=number(stratum.count), whole=money(whole),
    )  # fmt: skip
    return str(words)


def tell_size(sample: Sample) -> str:
    """One sentence: why the sample has so many items."""
    design, currency = design_from(sample.parameters), sample.currency or ""
    if sample.method == Method.ALL_ABOVE:
        return str(_("Every entry of %(amount)s or more.", amount=money(design.from_amount, currency)))
    if design.confidence is None:
        if sample.method == Method.MONETARY_UNIT:
            return str(
                _(
                    "As many monetary units as were asked for, %(units)s: every %(interval)s, one is drawn. A large"
                    " entry holds several.",
                    units=number(design.size),
                    interval=money(design.interval, currency),
                )
            )
        return str(_("As many as were asked for."))
    return _for_confidence(sample.method, design, currency)


def _for_confidence(method: Method, design: Design, currency: str) -> str:
    if method == Method.MONETARY_UNIT:
        return str(ngettext(
            "So that, with %(num)d wholly wrong unit at most, one is %(confidence)d %% sure that less than"
            " %(amount)s is wrong: every %(interval)s, one unit is drawn.",
            "So that, with %(num)d wholly wrong units at most, one is %(confidence)d %% sure that less than"
            " %(amount)s is wrong: every %(interval)s, one unit is drawn.",
            design.expected, confidence=design.confidence, amount=money(design.tolerable_amount, currency),
            interval=money(design.interval, currency),
        ))  # fmt: skip
    rate: dict[str, Any] = {"confidence": design.confidence, "rate": design.tolerable_rate}
    if method == Method.STRATIFIED:
        return str(ngettext(
            "As many as a simple random sample needs so that, with %(num)d exception at most, one is %(confidence)d %%"
            " sure that fewer than %(rate)s %% of the entries are wrong. Shared between strata it shows no rate.",
            "As many as a simple random sample needs so that, with %(num)d exceptions at most, one is %(confidence)d %%"
            " sure that fewer than %(rate)s %% of the entries are wrong. Shared between strata it shows no rate.",
            design.expected, **rate,
        ))  # fmt: skip
    return str(ngettext(
        "So that, with %(num)d exception at most, one is %(confidence)d %% sure that fewer than %(rate)s %% of the"
        " entries are wrong.",
        "So that, with %(num)d exceptions at most, one is %(confidence)d %% sure that fewer than %(rate)s %% of the"
        " entries are wrong.",
        design.expected, **rate,
    ))  # fmt: skip


def tell_results(sample: Sample, rows: Sequence[ItemRow], marks: Mapping[str, SampleMark]) -> tuple[str, Pairs]:
    """(a sentence, facts) of what was seen; what follows for the whole once every item was looked at."""
    seen = _results([row for row in rows if row.item_id in marks], marks)
    exceptions, wrong = sum(each.is_exception for each in seen), sum(each.wrong for each in seen)
    found: list[tuple[str, Value]] = [
        (_("Items"), len(rows)), (_("Looked at"), len(seen)), (_("Exceptions"), exceptions),
        (_("Wrong in the items"), Money(wrong, sample.currency) if sample.currency else None),
    ]  # fmt: skip
    whole = _whole(rows, marks)
    left = len(rows) - len(seen)
    if left:
        sentence = ngettext(
            "%(num)d item was not looked at yet, so nothing is concluded about the population.",
            "%(num)d items were not looked at yet, so nothing is concluded about the population.", left,
        )  # fmt: skip
        return f"{sentence} {whole}".strip(), _shown(found)
    outcome = project(sample.method, design_from(sample.parameters), sample.population_count, seen)
    concluded = f"{_conclusion(sample, outcome)} {whole}".strip()
    return concluded, _shown([*found, *_projected(sample, outcome)])


def _whole(rows: Iterable[ItemRow], marks: Mapping[str, SampleMark]) -> str:
    """That exceptions without a wrong amount count with their whole one, where there are such."""
    marked = [(row, marks[row.item_id]) for row in rows if row.amount is not None and row.item_id in marks]
    number_of = sum(mark.is_exception and mark.wrong_amount is None for _row, mark in marked)
    if not number_of:
        return ""
    words: str = ngettext(
        "Of %(num)d exception no wrong amount is named: it counts with its whole amount.",
        "Of %(num)d exceptions no wrong amount is named: each counts with its whole amount.", number_of,
    )  # fmt: skip
    return words


def _shown(found: Iterable[tuple[str, Value]]) -> Pairs:
    return tuple(pair for pair in found if pair[1] is not None)


def _results(rows: Iterable[ItemRow], marks: Mapping[str, SampleMark]) -> list[Result]:
    return [
        Result(
            amount=row.amount.minor if row.amount else None, is_exception=mark.is_exception, stratum=row.stratum,
            wrong=wrong_in(
                row.amount.minor if row.amount else None, mark.wrong_amount, is_exception=mark.is_exception
            ),
        )
        for row, mark in ((row, marks[row.item_id]) for row in rows)
    ]  # fmt: skip


def _projected(sample: Sample, outcome: Projection) -> list[tuple[str, Value]]:
    currency = sample.currency or ""
    sure = {"confidence": outcome.confidence}
    projected = Money(outcome.projected, currency) if outcome.projected is not None else None
    upper = Money(outcome.upper_amount, currency) if outcome.upper_amount is not None else None
    rate = f"{outcome.upper_rate:f} %" if outcome.upper_rate is not None else None
    return [
        (_("Projected to the population: most likely wrong"), projected),
        (_("Wrong at most, at a confidence of %(confidence)s %%", **sure), upper),
        (_("Entries that are wrong at most, at a confidence of %(confidence)s %%", **sure), outcome.upper_number),
        (_("Rate of the population at most, at a confidence of %(confidence)s %%", **sure), rate),
    ]  # fmt: skip


def _conclusion(sample: Sample, outcome: Projection) -> str:
    """What the figures may be taken for."""
    if sample.method == Method.ALL_ABOVE:
        return str(_("Every entry from the amount on was looked at. Nothing is projected to those below it."))
    if sample.method == Method.STRATIFIED:
        return str(
            _("Projected by difference within each stratum. No upper limit is told: the strata are too small for one.")
        )
    if outcome.upper_amount is not None:
        return str(_(
            "Projected by tainting, as usual for monetary units; the upper limit is Stringer's. It tells of amounts "
            "that are too high, not of what is missing from the record."
        ))  # fmt: skip
    return str(
        _("The upper limit is exact (hypergeometric). It tells of this population at its moment, of nothing else.")
    )
