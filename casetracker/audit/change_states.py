"""What the change report tells apart, with the kinds of entries and the cells that make each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from casetracker.audit import kind_states
from casetracker.core.errors import N_
from casetracker.core.labels import name_values

LONGEST_DAYS = 366
"""Days of one report at most: it opens every entry of its days."""
USUAL_DAYS = 30
MOST_ROWS = 20_000
"""Entries of one file at most."""
MONEY_COLUMNS = (
    "amount", "unit_price", "ceiling", "cash_cap", "local_amount", "paid_amount", "up_to", "from_amount",
    "own_procedure_limit",
)  # fmt: skip


class ChangeGroup(StrEnum):
    """One part of the report."""

    APPROVALS = "approvals"
    AMOUNTS = "amounts"
    PROVIDERS = "providers"
    DATES = "dates"
    REOPENED = "reopened"
    ROLES = "roles"
    FINDINGS = "findings"
    REFUSED = "refused"


name_values({
    ChangeGroup.APPROVALS: N_("Approvals"),
    ChangeGroup.AMOUNTS: N_("Changed amounts"),
    ChangeGroup.PROVIDERS: N_("Changed providers and accounts"),
    ChangeGroup.DATES: N_("Corrected and extended dates"),
    ChangeGroup.REOPENED: N_("Reopened cases"),
    ChangeGroup.ROLES: N_("Roles, mandates and substitutes"),
    ChangeGroup.FINDINGS: N_("Findings of auditors, and answers"),
    ChangeGroup.REFUSED: N_("Refused attempts"),
})  # fmt: skip

ABOUT = {
    ChangeGroup.APPROVALS: N_(
        "Eligibility, plans, disbursements, reversals, accounts, and what a second person confirmed"
    ),
    ChangeGroup.AMOUNTS: N_("An amount, price or ceiling that stood before and is another now"),
    ChangeGroup.PROVIDERS: N_("Providers and their bank accounts, and another provider chosen for a line or request"),
    ChangeGroup.DATES: N_("A day that stood before and was corrected, and clocks that were extended"),
    ChangeGroup.REOPENED: N_("Cases opened again, and cases opened afterwards"),
    ChangeGroup.FINDINGS: N_("What auditors hold against cases, and what offices answered, to them and to checks"),
    ChangeGroup.ROLES: N_("Who was given which role, mandate or clearance, and who decides for whom"),
    ChangeGroup.REFUSED: N_("What a rule refused, and what was not open to the person"),
}
"""What stands in each part, in a sentence."""

KINDS: dict[ChangeGroup, tuple[str, ...]] = {
    ChangeGroup.APPROVALS: kind_states.APPROVALS,
    ChangeGroup.REOPENED: kind_states.REOPENED,
    ChangeGroup.ROLES: kind_states.ROLES,
    ChangeGroup.FINDINGS: kind_states.FINDINGS,
    ChangeGroup.REFUSED: kind_states.REFUSALS,
}
"""Parts that the kind of an entry alone decides; an index answers."""


@dataclass(frozen=True)
class ChangeCount:
    """How many entries a part has, and how many of each kind, most first."""

    group: ChangeGroup
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.kinds.values())
