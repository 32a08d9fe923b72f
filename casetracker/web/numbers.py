"""Form fields for numbers and money: whole numbers, exact decimals, and amounts in minor units."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from wtforms.validators import ValidationError

from casetracker.core.money import exponent
from casetracker.web.fields import BoxField, printable

LARGEST_WHOLE = 2**31 - 1
LARGEST_AMOUNT = 10**12
_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f'’]")
_NUMBER = re.compile(r"-?[0-9][0-9.,\u00a0]{0,40}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\u00a0[0-9]{3})+(?:[.,][0-9]+)?")


def read_decimal(text: str) -> Decimal | None:
    """The number a person wrote: 1234.50, 1234,50, 1 234,50 and 1,234.50 alike; None if it is none.

    What the page's language reads strictly wins ("1,234" is a thousand in English); then other signs.
    """
    text = _SPACES.sub("\u00a0", text.strip().replace("−", "-"))
    if not _NUMBER.fullmatch(text):
        return None
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if "\u00a0" in digits:
        if not _GROUPED.fullmatch(digits):
            return None
        digits = digits.replace("\u00a0", "").replace(",", ".")
        return sign * Decimal(digits)
    for locale in (get_locale() or "en", "en", "de"):
        try:
            return sign * Decimal(parse_decimal(digits, locale=locale, strict=True))
        except (NumberFormatError, ValueError):
            continue
    return None


class WholeNumberField(BoxField):
    """A whole number from `min` to `max`."""

    def __init__(self, label: Any = None, *args: Any, min: int = 0, max: int = LARGEST_WHOLE, **kwargs: Any) -> None:
        super().__init__(label, *args, **kwargs)
        self.min, self.max = min, max
        self.attributes.setdefault("inputmode", "numeric")

    def parse(self, text: str, form: Any) -> int:
        digits = _SPACES.sub("", text)
        if not re.fullmatch(r"-?[0-9]{1,30}", digits):
            raise ValidationError(_("This is not a whole number."))
        number = int(digits)
        if not self.min <= number <= self.max:
            raise ValidationError(_("The number must lie between %(min)s and %(max)s.", min=self.min, max=self.max))
        return number


class DecimalField(BoxField):
    """An exact number with at most `places` decimals (an exchange rate); `data` is a Decimal."""

    def __init__(
        self,
        label: Any = None,
        *args: Any,
        places: int = 6,
        min: str = "0",
        max: str = "1000000000",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *args, **kwargs)
        self.places, self.min, self.max = places, Decimal(min), Decimal(max)
        self.attributes.setdefault("inputmode", "decimal")

    def parse(self, text: str, form: Any) -> Decimal:
        number = read_decimal(text)
        if number is None:
            raise ValidationError(_("This is not a number."))
        if decimals(number) > self.places:
            raise ValidationError(
                ngettext("At most %(num)d decimal can be kept.", "At most %(num)d decimals can be kept.", self.places)
            )
        if not self.min <= number <= self.max:
            raise ValidationError(_("The number must lie between %(min)s and %(max)s.", min=self.min, max=self.max))
        return number

    def format(self, data: Any) -> str:
        return f"{data:f}" if isinstance(data, Decimal) else printable(str(data))


class MoneyField(BoxField):
    """An amount of money; `data` is an int of minor units (1 234,50 EUR is 123450).

    currency        the currency's code; the view may set it later: `form.amount.currency = "UAH"`
    currency_field  name of a field of the same form that holds the code instead
    zero            whether 0 is an amount here
    """

    kind = "money"

    def __init__(
        self,
        label: Any = None,
        *args: Any,
        currency: str = "EUR",
        currency_field: str = "",
        zero: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *args, **kwargs)
        self.currency, self.currency_field, self.zero = currency, currency_field, zero
        self.attributes.setdefault("inputmode", "decimal")

    def parse(self, text: str, form: Any) -> int:
        currency = self.currency
        if self.currency_field and self.currency_field in form:
            currency = form[self.currency_field].typed or currency
        return read_money(text, currency, zero=self.zero)

    def format(self, data: Any) -> str:
        if not isinstance(data, int):
            return printable(str(data))
        return f"{Decimal(data).scaleb(-exponent(self.currency)):f}"


def read_money(text: str, currency: str, *, zero: bool = True) -> int:
    """The amount in minor units that a text names; raises ValidationError with a sentence."""
    number = read_decimal(text)
    if number is None:
        raise ValidationError(_("This is not an amount. Write it like 1234.50."))
    if number < 0:
        raise ValidationError(_("An amount must not be negative."))
    places = exponent(currency)
    if decimals(number) > places:
        raise ValidationError(
            ngettext(
                "An amount in %(currency)s has at most %(num)d decimal.",
                "An amount in %(currency)s has at most %(num)d decimals.",
                places,
                currency=printable(currency),
            )
        )
    if not zero and number == 0:
        raise ValidationError(_("The amount must be more than zero."))
    amount = int(number.scaleb(places))
    if amount > LARGEST_AMOUNT:
        raise ValidationError(_("This amount is too large to be kept."))
    return amount


def decimals(number: Decimal) -> int:
    """How many digits stand behind the point as written."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
