"""Forms of exchange rates: one of a day, a correction, a file of many."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.programmes import commands
from casetracker.programmes.forms import CURRENCY_CHOICES
from casetracker.programmes.rate_rules import RateLine
from casetracker.web.forms import ChoiceField, DateField, DecimalField, FileField, Form, VersionField


class RateForm(Form):
    """A rate of a day."""

    currency = ChoiceField(_("Currency"), choices=CURRENCY_CHOICES)
    base = ChoiceField(_("For one"), choices=CURRENCY_CHOICES)
    rate = DecimalField(_("Rate"), hint=_("So many units of the currency for one unit of the other."))
    day = DateField(_("Valid from"), hint=_("Until the next stored rate."))

    def to_command(self) -> commands.AddRate:
        """What is asked for, in types."""
        return commands.AddRate(
            token=self.token,
            currency=self.currency.data,
            base=self.base.data,
            day=self.day.data,
            rate=f"{self.rate.data:f}",
        )


class EditRateForm(Form):
    """A stored rate, corrected."""

    version = VersionField()
    rate = DecimalField(_("Rate"))

    def to_command(self, rate_id: str) -> commands.EditRate:
        """What is asked for, in types."""
        return commands.EditRate(
            token=self.token, rate_id=rate_id, version=self.version.data, rate=f"{self.rate.data:f}"
        )


class ImportRatesForm(Form):
    """A file of rates."""

    file = FileField(_("File"), types=("csv",), max_bytes=1024 * 1024)

    def content(self) -> bytes:
        """What the file holds."""
        return bytes(self.file.data.read())

    def to_command(self, lines: list[RateLine]) -> commands.ImportRates:
        """The rates of the lines that are not stored yet."""
        return commands.ImportRates(
            token=self.token,
            rates=tuple(
                commands.AddRate(currency=line.currency, base=line.base, day=line.day, rate=line.rate)
                for line in lines
                if not line.is_known and line.day is not None
            ),
        )
