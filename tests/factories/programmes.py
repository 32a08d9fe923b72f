"""Programmes for tests, built by commands: the EU packages with fictional amounts, policy, rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core.actor import Actor
from casetracker.programmes import commands
from casetracker.programmes.queries import find_rate_on
from casetracker.programmes.states import ApplicantRole, BandFacts, BasisDate, QuoteStep, ReturnType
from tests.grounds import built_once

FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
FAMILY = (ApplicantRole.SPOUSE, ApplicantRole.CHILD, ApplicantRole.OTHER_DEPENDANT)
BANDS = (BandFacts(up_to=500_00, receiving=1, sending=0), BandFacts(up_to=None, receiving=1, sending=1))
"""One supervisor in each office can satisfy them."""
QUOTES = (QuoteStep(from_amount=0, number=1), QuoteStep(from_amount=1_000_00, number=3))


@dataclass(frozen=True, kw_only=True)
class DemoProgramme:
    """Ids of what `demo_programme` made."""

    id: str
    arrival_line_id: str
    reintegration_line_id: str
    post_arrival_id: str
    post_return_id: str
    policy_id: str


@built_once
def demo_programme(actor: Actor, code: str = "EU-RRP", *, bands: tuple[BandFacts, ...] = BANDS) -> DemoProgramme:
    """The EU programme: post-arrival 615/205 EUR (no plan, cash or services), post-return 2,000 + 1,000 EUR
    (plan, wholly in kind); bands, quotes and UAH rates. `actor` is an administrator."""
    programme_id = commands.create_programme(
        commands.CreateProgramme(
            code=code,
            name="EU reintegration programme (fictional amounts)",
            donor="European Union",
            currency="EUR",
            eligible_from=FIRST,
            eligible_until=LAST,
            ceiling=500_000_00,
            plan_within_months=1,
        ),
        actor=actor,
    )
    arrival, reintegration = (
        commands.add_budget_line(
            commands.AddBudgetLine(programme_id=programme_id, code=line, name=name, ceiling=ceiling),
            actor=actor,
        )
        for line, name, ceiling in (("A", "Post-arrival", 100_000_00), ("R", "Reintegration", 400_000_00))
    )
    post_arrival = commands.add_package(
        commands.AddPackage(
            programme_id=programme_id,
            budget_line_id=arrival,
            code="post-arrival",
            name="Post-arrival package",
            needs_plan=False,
            in_kind_only=False,
        ),
        actor=actor,
    )
    post_return = commands.add_package(
        commands.AddPackage(
            programme_id=programme_id,
            budget_line_id=reintegration,
            code="post-return",
            name="Post-return package",
            needs_plan=True,
            in_kind_only=True,
            contact_within_months=3,
            use_within_months=12,
        ),
        actor=actor,
    )
    for role in ApplicantRole:
        principal = role == ApplicantRole.PRINCIPAL
        _rule(post_arrival, role, ReturnType.VOLUNTARY, 615_00, False, actor)
        _rule(post_arrival, role, ReturnType.FORCED, 205_00, False, actor)
        _rule(post_return, role, ReturnType.VOLUNTARY, 2_000_00 if principal else 1_000_00, False, actor)
        _rule(post_return, role, ReturnType.FORCED, 1_000_00, True, actor)
    policy_id = commands.set_policy(
        commands.SetPolicy(programme_id=programme_id, valid_from=FIRST, bands=bands, quotes=QUOTES),
        actor=actor,
    )
    demo_rates(actor)
    return DemoProgramme(
        id=programme_id,
        arrival_line_id=arrival,
        reintegration_line_id=reintegration,
        post_arrival_id=post_arrival,
        post_return_id=post_return,
        policy_id=policy_id,
    )


def _rule(package_id: str, role: ApplicantRole, kind: ReturnType, amount: int, is_maximum: bool, actor: Actor) -> str:
    return commands.add_rule(
        commands.AddRule(
            package_id=package_id,
            applicant_role=role,
            return_type=kind,
            amount=amount,
            is_maximum=is_maximum,
            basis=BasisDate.APPLICATION,
            valid_from=FIRST,
        ),
        actor=actor,
    )


def demo_rates(actor: Actor) -> None:
    """UAH for one EUR on three days; a second time it adds nothing."""
    days = ((date(2024, 1, 1), "42.10"), (date(2026, 1, 1), "48.5"), (date(2026, 9, 1), "49.25"))
    rates = tuple(
        commands.AddRate(currency="UAH", base="EUR", day=day, rate=rate)
        for day, rate in days
        if find_rate_on("UAH", "EUR", day) is None
    )
    if rates:
        commands.import_rates(commands.ImportRates(rates=rates), actor=actor)
