"""Storing exchange rates: one by one, or a whole file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import ExchangeRate


@dataclass(frozen=True, kw_only=True)
class AddRate(Command):
    """`rate` (decimal text) units of `currency` for one unit of `base`, from `day` on."""

    currency: str
    base: str
    day: date
    rate: str


@dataclass(frozen=True, kw_only=True)
class EditRate(Command):
    """The stored rate corrected."""

    rate_id: str
    version: int
    rate: str


@dataclass(frozen=True, kw_only=True)
class ImportRates(Command):
    """Rates of a file, all or none."""

    rates: tuple[AddRate, ...]


@command
def add_rate(cmd: AddRate, *, actor: Actor) -> str:
    """Store a rate; returns its id. Refused where the day has one already."""
    require(actor, Permission.RATE_MANAGE)
    row = _add(cmd)
    event = events.RateAdded(currency=cmd.currency, base=cmd.base, rate=cmd.rate, valid_on=cmd.day)
    record(event, actor=actor)
    return row.id


def _add(cmd: AddRate) -> ExchangeRate:
    refuse_if(rules.why_not_rate(cmd.rate, cmd.currency, cmd.base))
    stands = queries.find_rate_on(cmd.currency, cmd.base, cmd.day)
    refuse_if(rules.why_not_second_rate(cmd.rate, stands.rate if stands else None, cmd.day))
    return add(ExchangeRate(id=ids.new_id(), currency=cmd.currency, base=cmd.base, day=cmd.day, rate=cmd.rate))


@command
def edit_rate(cmd: EditRate, *, actor: Actor) -> str:
    """Correct a stored rate; payments already recorded keep their copy. Returns its id."""
    require(actor, Permission.RATE_MANAGE)
    row = lock(ExchangeRate, cmd.rate_id, cmd.version)
    refuse_if(rules.why_not_rate(cmd.rate, row.currency, row.base))
    row.rate = cmd.rate
    event = events.RateEdited(currency=row.currency, base=row.base, rate=cmd.rate, valid_on=row.day)
    record(event, actor=actor)
    return row.id


@command
def import_rates(cmd: ImportRates, *, actor: Actor) -> str:
    """Store the rates of a file, all or none; returns how many, as text."""
    require(actor, Permission.RATE_MANAGE)
    if not cmd.rates:
        raise Refused(Message(N_("The file holds no rates."), {}, "file"))
    for rate in cmd.rates:
        _add(rate)
    record(events.RatesImported(count=len(cmd.rates)), actor=actor)
    return str(len(cmd.rates))
