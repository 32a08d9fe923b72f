"""The playroom family: EE-2026-00001, from the asylum application to monitoring, every step on its day."""

from __future__ import annotations

from datetime import date

from casetracker.cases.states import Sex
from casetracker.demo.people import Cast
from casetracker.demo.spending import Activity, Line, Spending
from casetracker.demo.walk import Walk, entry
from casetracker.plans.states import ActivityKind
from casetracker.programmes.states import ApplicantRole

PERSONS = (
    entry("Father", "Playroom family", ApplicantRole.PRINCIPAL, date(1988, 4, 11), Sex.MALE,
          needs="Wants to work for himself"),
    entry("Mother", "Playroom family", ApplicantRole.SPOUSE, date(1990, 9, 2), Sex.FEMALE),
    entry("Older child", "Playroom family", ApplicantRole.CHILD, date(2018, 1, 23), Sex.FEMALE, needs="School from autumn"),
    entry("Younger child", "Playroom family", ApplicantRole.CHILD, date(2022, 12, 5), Sex.MALE, needs="Kindergarten"),
)  # fmt: skip

PLAN = (
    Activity(
        kind=ActivityKind.BUSINESS, title="Children's playroom: play and birthday parties",
        feasibility="The home town has no playroom; 2,300 children live within half an hour; rent is agreed for a year.",
        whom=(0, 1),
        lines=(
            Line(key="works", what="Renovation of the room", provider="builder", unit_price=1_400_00,
                 shares=((0, 900_00), (1, 500_00))),
            Line(key="play", what="Play structures", provider="toys", unit_price=640_00,
                 shares=((0, 440_00), (1, 200_00))),
            Line(key="walls", what="Wall panels and paint", provider="builder", unit_price=460_00,
                 shares=((0, 360_00), (1, 100_00))),
            Line(key="furniture", what="Furniture and party equipment", provider="furniture", unit_price=500_00,
                 shares=((0, 300_00), (1, 200_00))),
            Line(key="rent", what="Rent of the premises", provider="", unit_price=150_00, times=12, own=1_800_00),
        ),
    ),
    Activity(
        kind=ActivityKind.EDUCATION, title="School and sport of the older child", feasibility="School confirmed the place.",
        whom=(2,),
        lines=(
            Line(key="uniform", what="School uniform", provider="outfitter", unit_price=120_00, shares=((2, 120_00),)),
            Line(key="books", what="Stationery and books", provider="outfitter", unit_price=180_00,
                 shares=((2, 180_00),)),
            Line(key="clothes8", what="Clothes", provider="outfitter", unit_price=220_00, shares=((2, 220_00),)),
            Line(key="sports", what="Sports training, monthly fee", provider="sports", unit_price=80_00, times=6,
                 shares=((2, 480_00),)),
        ),
    ),
    Activity(
        kind=ActivityKind.EDUCATION, title="Kindergarten of the younger child", feasibility="Kindergarten has a place.",
        whom=(3,),
        lines=(
            Line(key="kindergarten", what="Kindergarten, monthly fee", provider="kindergarten", unit_price=100_00,
                 times=7, shares=((3, 700_00),)),
            Line(key="clothes3", what="Clothes and shoes", provider="outfitter", unit_price=300_00,
                 shares=((3, 300_00),)),
        ),
    ),
)  # fmt: skip


def build(cast: Cast) -> Walk:
    """Lead the family through everything; the case ends in monitoring."""
    walk = Walk(cast, PERSONS, "Home town in Donetsk Oblast", date(2026, 1, 12))
    claim = walk.asylum(date(2026, 1, 12), date(2025, 5, 12))
    walk.move_on(date(2026, 1, 12))
    walk.counsel(date(2026, 1, 15))
    walk.note(date(2026, 1, 15), "Tired of waiting for the decision, savings used up; they asked about return themselves.")
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
    return walk
