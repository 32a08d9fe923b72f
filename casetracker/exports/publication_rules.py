"""How far a project has come and what a move of money is, in IATI's words; why it is not published. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from casetracker.community.states import BEFORE_SELECTION, SiteOutcome, SiteStage
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.exports.publication_states import (
    ActivityStatus,
    Organisation,
    PublicationFormat,
    Transaction,
    TransactionType,
)
from casetracker.ledger.states import Move, Place, sign_of

DAYS_OF_A_YEAR = 366
USED = frozenset({SiteStage.IN_USE, SiteStage.CLOSED})
COUNTED: dict[TransactionType, tuple[Place, ...]] = {
    TransactionType.INCOMING_COMMITMENT: (Place.USED,),
    TransactionType.OUTGOING_COMMITMENT: (Place.COMMITTED, Place.SPENT),
    TransactionType.EXPENDITURE: (Place.SPENT,),
}
"""Which places of the ledger the transactions of a type add up to: what was awarded is a commitment to the project;
what is committed or spent was committed by it; what is spent is expenditure."""


def why_not_publish(wanted: PublicationFormat, organisation: Organisation) -> Message | None:
    """IATI names who reports; a wrong identifier would publish for somebody else."""
    if wanted == PublicationFormat.IATI and not (organisation.identifier and organisation.kind):
        return Message(
            N_("IATI names who reports. An operator has to set the organisation's identifier and type first.")
        )
    return None


def status_of(sites: Sequence[tuple[SiteStage, SiteOutcome | None]], closed_on: date | None) -> ActivityStatus:
    """IATI's code from the (stage, outcome) of its sites: pipeline until one is selected, finalisation once all that
    are left are in use."""
    left = [stage for stage, outcome in sites if outcome is None]
    if closed_on is not None:
        return ActivityStatus.CLOSED if any(stage in USED for stage in left) else ActivityStatus.CANCELLED
    if left and all(stage in USED for stage in left):
        return ActivityStatus.FINALISATION
    is_begun = any(stage not in BEFORE_SELECTION for stage in left)
    return ActivityStatus.IMPLEMENTATION if is_begun else ActivityStatus.PIPELINE


def why_no_budget(starts_on: date, ends_on: date) -> Message | None:
    """IATI's budgets are of a year at most, and nobody has said what each year of a longer project may spend."""
    return Message(N_("The project is longer than a year.")) if (ends_on - starts_on).days > DAYS_OF_A_YEAR else None


def transactions_of(move: Move, day: date, amount: Money) -> Iterator[Transaction]:
    """What a posting on a grant's account is in IATI's words; a reservation is nothing yet.

    >>> [(t.kind.value, t.amount.minor) for t in transactions_of(Move.REVERSE, date(2026, 5, 4), Money(500, "EUR"))]
    [(2, -500), (4, -500)]
    """
    for kind, places in sorted(COUNTED.items()):
        sign = sum(sign_of(move, place) for place in places)
        if sign:
            yield Transaction(kind=kind, day=day, amount=Money(sign * amount.minor, amount.currency))
