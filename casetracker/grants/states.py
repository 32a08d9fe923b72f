"""What a grant can be, its clocks, and the frozen facts that rules and pages read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.ledger.states import Move, Phase, Totals


class GrantState(StrEnum):
    """Open until what is left of it lapsed or was given back."""

    OPEN = "open"
    LAPSED = "lapsed"
    RELINQUISHED = "relinquished"


GRANT_MOVES: dict[GrantState, frozenset[GrantState]] = {
    GrantState.OPEN: frozenset({GrantState.LAPSED, GrantState.RELINQUISHED}),
    GrantState.LAPSED: frozenset({GrantState.OPEN}),
    GrantState.RELINQUISHED: frozenset({GrantState.OPEN}),
}
"""What a grant may become; open again only when the eligibility is decided anew, after reopening."""


class Clock(StrEnum):
    """Clocks that run from the person's own arrival."""

    CONTACT = "contact"
    USE = "use"


name_values({
    GrantState.OPEN: N_("Open"),
    GrantState.LAPSED: N_("Lapsed"),
    GrantState.RELINQUISHED: N_("Given back"),
})  # fmt: skip
name_values({
    Clock.CONTACT: N_("Contact with the receiving office"),
    Clock.USE: N_("Use of the grant"),
})  # fmt: skip
name_values({
    Phase.AWARDED: N_("Awarded"),
    Phase.RESERVED: N_("Reserved"),
    Phase.COMMITTED: N_("Committed"),
    Phase.SPENT: N_("Spent"),
})  # fmt: skip
name_values({
    Move.AWARD: N_("Awarded"),
    Move.RESERVE: N_("Reserved"),
    Move.COMMIT: N_("Committed"),
    Move.SPEND: N_("Spent"),
    Move.RELEASE_RESERVED: N_("Reservation released"),
    Move.RELEASE_COMMITTED: N_("Commitment released"),
    Move.REVERSE: N_("Payment reversed"),
    Move.RELINQUISH: N_("Given back to the programme"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GrantFacts:
    """A grant with its figures; amounts in minor units of `currency`. `person_id` is its holder's: of a share that a
    dossier holds itself the dossier's own id, and it has no package."""

    id: str
    dossier_id: str
    person_id: str
    package_id: str | None
    package_name: str
    programme_id: str
    account_id: str
    amount: int
    currency: str
    state: GrantState
    state_reason: str | None
    needs_plan: bool
    in_kind_only: bool
    cash_cap: int | None
    made_on: date
    contact_due_on: date | None
    use_due_on: date | None
    totals: Totals
    version: int
    budget_account_id: str = ""

    @property
    def person_or_none(self) -> str | None:
        """The person whose it is; None where the dossier holds it itself."""
        return self.person_id if self.package_id else None

    @property
    def is_open(self) -> bool:
        """Whether money can still be asked for."""
        return self.state == GrantState.OPEN

    @property
    def left(self) -> int:
        """Awarded and not yet asked for."""
        return self.totals.awarded

    @property
    def held(self) -> int:
        """All that still stands for the person: awarded, reserved, committed and spent. A plan's funding
        stays below."""
        return self.totals.used

    def due_on(self, clock: Clock) -> date | None:
        """The last day of the clock, None before the arrival or where the package has no such clock."""
        return self.contact_due_on if clock == Clock.CONTACT else self.use_due_on


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a grant, or whom a plan is for: a person of a case; of another kind of dossier, the dossier itself
    (`is_dossier`) or a place that it serves. Only persons sign and agree; nobody else arrives or comes of age."""

    id: str
    name: str
    is_adult: bool = True
    guardian_id: str | None = None
    is_active: bool = True
    is_person: bool = True
    is_dossier: bool = False


def are_persons(holders: Iterable[Holder]) -> bool:
    """Whether a dossier of these holders is a family's: its grants are held, and its papers signed, by persons."""
    return any(holder.is_person for holder in holders)


@dataclass(frozen=True, kw_only=True)
class DueFacts:
    """A clock of an open grant: its last day and how it stands today."""

    grant_id: str
    person_id: str
    clock: Clock
    due_on: date
    is_over: bool
    is_near: bool


WARN_DAYS = 30
"""From so many days before its last day on a clock is shown as a warning."""
