"""The playroom family: EE-2026-00001, from the asylum application to monitoring, every step on its day."""

from __future__ import annotations

from datetime import date, timedelta

from casetracker.cases.states import Sex
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.spending import Activity, Line, Spending
from casetracker.demo.walk import Walk, entry, on
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.grants.queries import list_grants
from casetracker.monitoring.commands import LogVisit, log_visit
from casetracker.monitoring.states import Use
from casetracker.plans.states import ActivityKind
from casetracker.programmes.states import ApplicantRole

PERSONS = (
    entry(
        "Father",
        "Playroom family",
        ApplicantRole.PRINCIPAL,
        date(1988, 4, 11),
        Sex.MALE,
        needs="Wants to work for himself",
    ),
    entry("Mother", "Playroom family", ApplicantRole.SPOUSE, date(1990, 9, 2), Sex.FEMALE),
    entry(
        "Older child", "Playroom family", ApplicantRole.CHILD, date(2018, 1, 23), Sex.FEMALE, needs="School from autumn"
    ),
    entry("Younger child", "Playroom family", ApplicantRole.CHILD, date(2022, 12, 5), Sex.MALE, needs="Kindergarten"),
)

PLAN = (
    Activity(
        kind=ActivityKind.BUSINESS,
        title="Children's playroom: play and birthday parties",
        feasibility="The home town has no playroom; 2,300 children live near; the rent is agreed for a year.",
        whom=(0, 1),
        lines=(
            Line(
                key="works",
                what="Renovation of the room",
                provider="builder",
                unit_price=1_400_00,
                shares=((0, 900_00), (1, 500_00)),
            ),
            Line(
                key="play",
                what="Play structures",
                provider="toys",
                unit_price=640_00,
                shares=((0, 440_00), (1, 200_00)),
            ),
            Line(
                key="walls",
                what="Wall panels and paint",
                provider="builder",
                unit_price=460_00,
                shares=((0, 360_00), (1, 100_00)),
            ),
            Line(
                key="furniture",
                what="Furniture and party equipment",
                provider="furniture",
                unit_price=500_00,
                shares=((0, 300_00), (1, 200_00)),
            ),
            Line(key="rent", what="Rent of the premises", provider="", unit_price=150_00, times=12, own=1_800_00),
        ),
    ),
    Activity(
        kind=ActivityKind.EDUCATION,
        title="School and sport of the older child",
        feasibility="School confirmed the place.",
        whom=(2,),
        lines=(
            Line(key="uniform", what="School uniform", provider="outfitter", unit_price=120_00, shares=((2, 120_00),)),
            Line(
                key="books", what="Stationery and books", provider="outfitter", unit_price=180_00, shares=((2, 180_00),)
            ),
            Line(key="clothes8", what="Clothes", provider="outfitter", unit_price=220_00, shares=((2, 220_00),)),
            Line(
                key="sports",
                what="Sports training, monthly fee",
                provider="sports",
                unit_price=80_00,
                times=6,
                shares=((2, 480_00),),
            ),
        ),
    ),
    Activity(
        kind=ActivityKind.EDUCATION,
        title="Kindergarten of the younger child",
        feasibility="Kindergarten has a place.",
        whom=(3,),
        lines=(
            Line(
                key="kindergarten",
                what="Kindergarten, monthly fee",
                provider="kindergarten",
                unit_price=100_00,
                times=7,
                shares=((3, 700_00),),
            ),
            Line(
                key="clothes3", what="Clothes and shoes", provider="outfitter", unit_price=300_00, shares=((3, 300_00),)
            ),
        ),
    ),
)


def build(cast: Cast) -> Walk:
    """Lead the family through everything; the case ends in monitoring."""
    walk = Walk(cast, PERSONS, "Home town in Donetsk Oblast", date(2026, 1, 12))
    claim = walk.asylum(date(2026, 1, 12), date(2025, 5, 12))
    walk.move_on(date(2026, 1, 12))
    walk.counsel(date(2026, 1, 15))
    walk.note(
        date(2026, 1, 15), "Tired of waiting for the decision, savings used up; they asked about return themselves."
    )
    walk.move_on(date(2026, 1, 15))
    walk.apply(date(2026, 1, 22))
    walk.consent(date(2026, 1, 22))
    walk.decide(date(2026, 1, 26))
    walk.move_on(date(2026, 1, 26))
    walk.prepare(date(2026, 2, 4), date(2026, 2, 18))
    referral = walk.refer(date(2026, 2, 5), date(2026, 2, 19))
    walk.accept(date(2026, 2, 9), referral)
    walk.move_on(date(2026, 2, 16))
    walk.withdraw_claim(date(2026, 2, 17), claim)
    walk.depart(date(2026, 2, 18))
    walk.arrive(date(2026, 2, 19))
    walk.meet(date(2026, 2, 24))
    walk.move_on(date(2026, 2, 24))
    spending = Spending(walk)
    spending.write_plan(date(2026, 3, 3), PLAN)
    spending.submit_plan(date(2026, 3, 5))
    spending.validate_plan(date(2026, 3, 6))
    spending.approve_plan(date(2026, 3, 9))
    _spend(spending)
    _visit(walk)
    return walk


def _spend(spending: Spending) -> None:
    """Every line of the plan: asked for, approved, ordered, delivered, invoiced, paid, looked at."""
    cash = [(f"grant:{g.id}", 615_00) for g in list_grants(spending.walk.id) if not g.needs_plan]
    arrival = spending.draft(
        date(2026, 2, 25), "First days after arrival", None, cash, kind=DisbursementKind.CASH, terms=PaymentTerms.CASH
    )
    spending.submit(date(2026, 2, 25), arrival)
    spending.approve(date(2026, 2, 26), arrival)
    spending.carry_out(date(2026, 2, 27), arrival)
    walls = spending.draft(date(2026, 3, 10), "Wall panels and paint", "builder", [("walls", 460_00)])
    spending.submit(date(2026, 3, 10), walls)
    spending.send_back(date(2026, 3, 11), walls, "Ask for the works and the walls together: it is one builder.")
    spending.cancel(date(2026, 3, 12), walls, "Asked for together with the works.")
    for day, purpose, provider, parts, months in _REQUESTS:
        total = sum(amount for _key, amount in parts)
        request = spending.draft(
            day,
            purpose,
            provider,
            parts,
            quotes=3 if total >= 1_000_00 else 1,
            terms=PaymentTerms.PREPAYMENT if months > 1 else PaymentTerms.ON_DELIVERY,
            instalments=[total // months] * months if months > 1 else (),
        )
        spending.submit(day, request)
        spending.approve(day + timedelta(days=1), request)
        spending.carry_out(day + timedelta(days=4), request)


_REQUESTS: tuple[tuple[date, str, str, list[tuple[str, int]], int], ...] = (
    (
        date(2026, 3, 13),
        "Renovation of the playroom, wall panels and paint",
        "builder",
        [("works", 1_400_00), ("walls", 460_00)],
        1,
    ),
    (date(2026, 3, 24), "Play structures", "toys", [("play", 640_00)], 1),
    (date(2026, 3, 30), "Furniture and party equipment", "furniture", [("furniture", 500_00)], 1),
    (date(2026, 3, 16), "Kindergarten from March to September", "kindergarten", [("kindergarten", 700_00)], 7),
    (date(2026, 3, 17), "Sports training, six months", "sports", [("sports", 480_00)], 6),
    (date(2026, 3, 18), "Clothes and shoes of the younger child", "outfitter", [("clothes3", 300_00)], 1),
    (date(2026, 3, 19), "Clothes of the older child", "outfitter", [("clothes8", 220_00)], 1),
    (
        date(2026, 8, 10),
        "School uniform, stationery and books",
        "outfitter",
        [("uniform", 120_00), ("books", 180_00)],
        1,
    ),
)


def _visit(walk: Walk) -> None:
    """On to monitoring, and the first visit."""
    walk.move_on(date(2026, 10, 12), abroad=True)
    with on(date(2026, 10, 20), 10):
        log_visit(
            LogVisit(
                dossier_id=walk.id,
                visited_on=date(2026, 10, 20),
                place="The playroom",
                visitors="Caseworker, Kyiv",
                findings="Open six days a week; about forty children a day; two birthday parties each weekend.",
                use=Use.AS_PLANNED,
                uploads=(paper("Visit report"),),
            ),
            actor=walk.cast.caseworker_kyiv,
        )
