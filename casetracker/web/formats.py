"""How money, days, moments and rules' sentences are written for people; the filters of the templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask, g
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _

from casetracker.core import clock
from casetracker.core.errors import Message
from casetracker.core.money import Money, exponent

NONE = "–"
MONEY_PATTERN = "#,##0.00\u00a0¤¤"


def locale() -> Locale:
    """The page's language; English outside a request."""
    return get_locale() or Locale("en")


def money(amount: int | Money | None, currency: str = "") -> str:
    """1,250.00 EUR from minor units and a code, or from Money; a dash for none."""
    if amount is None:
        return NONE
    minor, code = (amount.minor, amount.currency) if isinstance(amount, Money) else (amount, currency)
    places = exponent(code)
    exact = Decimal(minor).scaleb(-places)
    pattern = MONEY_PATTERN.replace("0.00", "0" if places == 0 else "0." + "0" * places)
    return format_currency(exact, code, pattern, locale=locale(), currency_digits=False)


def number(value: int | Decimal | None) -> str:
    """A number in the page's language; a dash for none."""
    return NONE if value is None else format_decimal(value, locale=locale())


def quantity(thousandths: int) -> str:
    """Whole thousandths of a unit as a reader writes them, without zeros at the end."""
    return number(Decimal(thousandths) / 1000)


def degrees(millionths: int) -> str:
    """A coordinate that is kept in whole millionths of a degree."""
    return format_decimal(Decimal(millionths).scaleb(-6), format="#,##0.######", locale=locale())


def day(value: date | datetime | str | None) -> str:
    """2 Oct 2026, also of an event's field (2026-10-02); of a moment the day in the reader's office; a dash
    for none."""
    if not value:
        return NONE
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = local(value).date()
    return format_date(value, "d MMM y", locale=locale())


def moment(value: datetime | None) -> str:
    """2 Oct 2026, 10:42 in the zone of the reader's office; a dash for none."""
    if value is None:
        return NONE
    return format_datetime(local(value), "d MMM y, HH:mm", locale=locale())


def local(value: datetime) -> datetime:
    """The moment in the zone of the reader's office; stored moments are UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    zone = get_timezone()
    return aware.astimezone(ZoneInfo(str(zone))) if zone is not None else aware


@contextmanager
def written_in(zone: str) -> Iterator[None]:
    """Inside, moments are written in this zone (IANA): of whoever a job works for, while nobody is signed in."""
    before = get_timezone()
    # flask-babel forces a language (force_locale), but no zone: get_timezone() reads this attribute of the context
    # first. It is private, so it holds for the pinned version; tests/exports/test_files.py notices another one.
    g._flask_babel.babel_tzinfo = ZoneInfo(zone)
    try:
        yield
    finally:
        g._flask_babel.babel_tzinfo = before


def age(born: date | None, on: date | None = None) -> int | None:
    """Whole years lived on the day given, or today; None for an unknown birth date."""
    if born is None:
        return None
    on = on or clock.today()
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def message(sentence: Message | str | None) -> str:
    """A rule's sentence in the page's language, its parameters written for people."""
    if sentence is None:
        return ""
    if not isinstance(sentence, Message):
        return str(sentence)
    params: Mapping[str, Any] = {name: for_people(value) for name, value in sentence.params.items()}
    if sentence.plural is not None:
        return str(ngettext(sentence.id, sentence.plural, **params))
    return str(_(sentence.id, **params))


def for_people(value: Any) -> Any:
    """One parameter of a sentence, as a person reads it."""
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Message):
        return message(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return value


def init_app(app: Flask) -> None:
    """Makes the formats known to the templates under their own names."""
    for name, function in {
        "money": money,
        "number": number,
        "day": day,
        "moment": moment,
        "age": age,
        "message": message,
    }.items():
        app.jinja_env.filters[name] = function
    app.jinja_env.globals["get_locale"] = locale
