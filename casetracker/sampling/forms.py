"""The form that draws a sample, and buttons."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.audit.reach_queries import midnight
from casetracker.sampling import commands
from casetracker.sampling.states import (
    CONFIDENCES,
    LONGEST_SEED,
    MOST_EXPECTED,
    MOST_ITEMS,
    USUAL_CONFIDENCE,
    Asked,
    Method,
    PopulationFilter,
    PopulationKind,
    SharedBy,
    SizedBy,
)
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    DecimalField,
    Form,
    TextField,
    WholeNumberField,
    optional_choice,
)
from casetracker.web.labels import label_choices

LARGEST = "10000000000"
"""Whole units of a currency that an amount in this form may have at most."""


def _amount(label: Any, hint: Any = None) -> DecimalField:
    """An amount in whole units of the population's currency."""
    return DecimalField(label, places=3, max=LARGEST, required=False, hint=hint)


class DrawSampleForm(Form):
    """From what, how many and how. What a method does not need may stay empty."""

    name = TextField(
        _l("Name of this sample"), max=80,
        hint=_l("For yourself, without names of people, for it stays. For example: Payments Kyiv, spring 2026."),
    )  # fmt: skip
    population = ChoiceField(
        _l("Draw from"), choices=label_choices(PopulationKind),
        hint=_l("A payment that was refunded later stays in with its whole amount; refunds are drawn by themselves."),
    )  # fmt: skip
    office = ChoiceField(_l("Office"), required=False, hint=_l("Cases that this office sends or receives."))
    programme = ChoiceField(_l("Programme"), required=False)
    first_day = DateField(_l("Recorded from"), required=False)
    last_day = DateField(_l("Recorded until"), required=False)
    least = _amount(_l("Amount from"))
    most = _amount(_l("Amount to"))
    currency = ChoiceField(
        _l("Currency"), required=False, hint=_l("Needed only where the entries are in several currencies.")
    )
    until = DateField(
        _l("As the record stood at the end of"), required=False,
        hint=_l("A day that is over. Empty: everything up to now. What is recorded later is never in the sample."),
    )  # fmt: skip
    method = ChoiceField(_l("Method"), choices=label_choices(Method))
    sized_by = ChoiceField(_l("Where the number comes from"), choices=label_choices(SizedBy))
    size = WholeNumberField(_l("Number of items"), min=1, max=MOST_ITEMS, required=False)
    confidence = ChoiceField(_l("Confidence"), choices=[(str(each), f"{each} %") for each in CONFIDENCES])
    tolerable_rate = DecimalField(
        _l("Tolerable share of wrong entries, in percent"), places=2, max="100", required=False,
        hint=_l("Simple random: the sample shows that fewer are wrong. Stratified: for the number of items alone."),
    )  # fmt: skip
    tolerable_amount = _amount(
        _l("Tolerable wrong amount"), _l("Monetary unit: the sample shows that less than this is wrong in all entries.")
    )
    expected = ChoiceField(
        _l("Exceptions to allow for"), choices=[(str(each), str(each)) for each in range(MOST_EXPECTED + 1)],
        hint=_l("More exceptions than this, and the sample does not show it any more."),
    )  # fmt: skip
    bound_1 = _amount(_l("Second stratum from"))
    bound_2 = _amount(_l("Third from"))
    bound_3 = _amount(_l("Fourth from"))
    bound_4 = _amount(_l("Fifth from"))
    bound_5 = _amount(_l("Sixth from"))
    shared_by = ChoiceField(_l("Strata share the items"), choices=label_choices(SharedBy))
    from_amount = _amount(_l("All entries from this amount on"))
    seed = TextField(
        _l("Seed"), max=LONGEST_SEED,
        hint=_l("Made at random. Take another where one was agreed on: it decides what is drawn."),
    )  # fmt: skip

    def offer(self, offices: list[tuple[str, str]], programmes: list[tuple[str, str]], currencies: list[str]) -> None:
        """What the mandate opens."""
        self.office.choices = optional_choice(offices, _l("All of the mandate"))
        self.programme.choices = optional_choice(programmes, _l("All of the mandate"))
        self.currency.choices = optional_choice([(each, each) for each in currencies], _l("Whatever it is"))

    @property
    def bounds(self) -> list[DecimalField]:
        """The boxes of the amounts at which strata begin."""
        return [self.bound_1, self.bound_2, self.bound_3, self.bound_4, self.bound_5]

    def to_command(self, zone: str) -> commands.DrawSample:
        """`zone`: in which days begin."""
        wanted = PopulationFilter(
            office_id=self.office.data or None, programme_id=self.programme.data or None,
            first=midnight(self.first_day.data, zone) if self.first_day.data else None,
            end=_after(self.last_day.data, zone), least=self.least.data, most=self.most.data,
            currency=self.currency.data or None,
        )  # fmt: skip
        asked = Asked(
            sized_by=SizedBy(self.sized_by.data), size=self.size.data, confidence=int(self.confidence.data),
            tolerable_rate=self.tolerable_rate.data, tolerable_amount=self.tolerable_amount.data,
            expected=int(self.expected.data), bounds=_given(self.bounds), shared_by=SharedBy(self.shared_by.data),
            from_amount=self.from_amount.data,
        )  # fmt: skip
        until = _after(self.until.data, zone)
        return commands.DrawSample(
            token=self.token, name=self.name.data, population=PopulationKind(self.population.data), wanted=wanted,
            until=until, method=Method(self.method.data), asked=asked, seed=self.seed.data,
        )  # fmt: skip


def _after(day: date | None, zone: str) -> datetime | None:
    """The moment at which the day is over."""
    return midnight(day + timedelta(days=1), zone) if day else None


def _given(boxes: list[DecimalField]) -> tuple[Decimal, ...]:
    return tuple(box.data for box in boxes if box.data is not None)


USUAL = {
    "population": PopulationKind.PAYMENTS, "method": Method.SIMPLE_RANDOM, "sized_by": SizedBy.NUMBER, "size": 25,
    "confidence": str(USUAL_CONFIDENCE), "expected": "0", "shared_by": SharedBy.AMOUNT,
}  # fmt: skip
"""What the form begins with."""


class SampleForm(Form):
    """A button."""

    def to_close(self, sample_id: str) -> commands.CloseSample:
        """End the work on it."""
        return commands.CloseSample(token=self.token, sample_id=sample_id)

    def to_reopen(self, sample_id: str) -> commands.ReopenSample:
        """Take it up again."""
        return commands.ReopenSample(token=self.token, sample_id=sample_id)
