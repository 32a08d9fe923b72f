"""An item of a sample as its auditor sees it: what was drawn, and the entry behind it where the mandate opens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from casetracker.core.money import Money
from casetracker.events.timeline import Entry


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One item. Where the mandate no longer opens its case, reference, entry and both days are None: number, amount
    and place in the record stay.

    at: when it was recorded; day: when it happened; stratum: its number from 1, as text; hits: how many monetary units
    of it were drawn, 1 by every other method.
    """

    item_id: str
    number: int
    dossier_id: str
    reference: str | None
    chain_id: str
    seq: int
    entry: Entry | None
    at: datetime | None
    day: date | None
    amount: Money | None
    stratum: str | None
    hits: int
