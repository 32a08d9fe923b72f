"""The four places of money and the moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class Phase(StrEnum):
    """Where money of an account stands; all four count against its ceiling."""

    AWARDED = "awarded"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SPENT = "spent"


class Move(StrEnum):
    """What a posting does."""

    AWARD = "award"
    RESERVE = "reserve"
    COMMIT = "commit"
    SPEND = "spend"
    RELEASE_RESERVED = "release_reserved"
    RELEASE_COMMITTED = "release_committed"
    REVERSE = "reverse"
    RELINQUISH = "relinquish"


MOVES: dict[Move, tuple[Phase | None, Phase | None]] = {
    Move.AWARD: (None, Phase.AWARDED),
    Move.RESERVE: (Phase.AWARDED, Phase.RESERVED),
    Move.COMMIT: (Phase.RESERVED, Phase.COMMITTED),
    Move.SPEND: (Phase.COMMITTED, Phase.SPENT),
    Move.RELEASE_RESERVED: (Phase.RESERVED, Phase.AWARDED),
    Move.RELEASE_COMMITTED: (Phase.COMMITTED, Phase.AWARDED),
    Move.REVERSE: (Phase.SPENT, Phase.AWARDED),
    Move.RELINQUISH: (Phase.AWARDED, None),
}
"""(from, to) of each move; None is outside the account (domain, "Grants, plan, money")."""


class Place(StrEnum):
    """What a figure of an account counts: one of the four places, or all four together (`used`)."""

    AWARDED = "awarded"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SPENT = "spent"
    USED = "used"


name_values({
    Place.AWARDED: N_("Left"),
    Place.RESERVED: N_("Reserved"),
    Place.COMMITTED: N_("Committed"),
    Place.SPENT: N_("Spent"),
    Place.USED: N_("Awarded in all"),
})  # fmt: skip


def sign_of(move: Move, place: Place) -> int:
    """What the move does to this figure: 1 adds its amount, -1 takes it away, 0 leaves it.

    >>> sign_of(Move.SPEND, Place.COMMITTED), sign_of(Move.SPEND, Place.SPENT), sign_of(Move.SPEND, Place.USED)
    (-1, 1, 0)
    """
    source, target = MOVES[move]
    if place == Place.USED:
        return (source is None) - (target is None)
    return (str(target) == place.value) - (str(source) == place.value)


@dataclass(frozen=True)
class Totals:
    """An account's totals in minor units of its currency."""

    account_id: str
    currency: str
    ceiling: int
    awarded: int = 0
    reserved: int = 0
    committed: int = 0
    spent: int = 0

    def of(self, place: Place) -> int:
        """One of the figures."""
        return self.used if place == Place.USED else int(getattr(self, place))

    @property
    def used(self) -> int:
        """All four together: what counts against the ceiling."""
        return self.awarded + self.reserved + self.committed + self.spent

    @property
    def unallotted(self) -> int:
        """What the ceiling still leaves to award."""
        return self.ceiling - self.used

    @property
    def left(self) -> int:
        """What can still be reserved: awarded and not yet asked for."""
        return self.awarded

    def plus(self, other: Totals) -> Totals:
        """Both together (ceilings too), for a family's sum; currencies must agree."""
        if self.currency != other.currency:
            raise ValueError("totals of two currencies cannot be added")
        return Totals(
            self.account_id, self.currency, self.ceiling + other.ceiling, self.awarded + other.awarded,
            self.reserved + other.reserved, self.committed + other.committed, self.spent + other.spent,
        )  # fmt: skip
