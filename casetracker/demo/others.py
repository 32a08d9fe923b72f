"""Further cases over all stages and outcomes, with days relative to today: some overdue, some waiting, one refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from casetracker.casefile import commands as casefile
from casetracker.casefile import person_commands
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.tick_commands import tick_case
from casetracker.cases.states import Outcome, PersonEntry, Sex
from casetracker.core.actor import SYSTEM
from casetracker.demo import asked as questions
from casetracker.demo import changes
from casetracker.demo.people import Cast
from casetracker.demo.spending import Activity, Line, Spending
from casetracker.demo.walk import Walk, entry, on
from casetracker.disbursements.states import DisbursementKind, InstalmentState, PaymentTerms
from casetracker.grants.queries import list_grants
from casetracker.plans.states import ActivityKind
from casetracker.programmes.states import ApplicantRole
from casetracker.returns.states import EligibilityOutcome

PLACES = ("Kharkiv Oblast", "Dnipro", "Zaporizhzhia", "Odesa", "Poltava", "Kyiv Oblast", "Sumy Oblast", "Vinnytsia")


class Series:
    """Makes one case after the other, each with a name and a place of its own."""

    def __init__(self, cast: Cast, today: date) -> None:
        self.cast, self.today, self.number = cast, today, 1

    def day(self, ago: int) -> date:
        """The day so many days before today; no weekend matters here."""
        return self.today - timedelta(days=ago)

    def open(self, ago: int, *, spouse: bool = False, children: int = 0, placeholder: bool = False) -> Walk:
        """A new case, opened so many days ago."""
        self.number += 1
        family = f"Family {self.number}"
        persons: list[PersonEntry] = [
            entry("Applicant", family, ApplicantRole.PRINCIPAL, date(1970 + self.number % 25, 3, 14))
        ]
        if spouse:
            persons.append(
                entry("Spouse", family, ApplicantRole.SPOUSE, date(1972 + self.number % 25, 7, 2), Sex.FEMALE)
            )
        for n in range(children):
            persons.append(entry(f"Child {n + 1}", family, ApplicantRole.CHILD, date(2012 + 3 * n, 5, 9)))
        if placeholder:
            persons.append(entry("Unborn child", family, ApplicantRole.CHILD, None))
        return Walk(self.cast, persons, PLACES[self.number % len(PLACES)], self.day(ago))

    def counselled(self, ago: int, **family: Any) -> Walk:
        """In the stage Counselling."""
        walk = self.open(ago, **family)
        walk.asylum(self.day(ago), self.day(ago + 200) if self.number % 2 else None)
        walk.move_on(self.day(ago))
        return walk

    def applying(self, ago: int, *, expulsion_order: bool | None = False, **family: Any) -> Walk:
        """In the stage Application, the application signed."""
        walk = self.counselled(ago, **family)
        walk.counsel(self.day(ago - 2))
        walk.move_on(self.day(ago - 2))
        walk.apply(self.day(ago - 4), expulsion_order=expulsion_order)
        walk.consent(self.day(ago - 4))
        return walk

    def leaving(self, ago: int, **family: Any) -> Walk:
        """In the stage Pre-departure, everybody ready, referred."""
        walk = self.applying(ago, **family)
        walk.decide(self.day(ago - 6))
        walk.move_on(self.day(ago - 6))
        walk.prepare(self.day(ago - 10), self.day(ago - 16))
        return walk

    def returned(self, ago: int, **family: Any) -> Walk:
        """In the stage Reintegration, met by Kyiv, 18 days after the opening."""
        walk = self.leaving(ago, **family)
        referral = walk.refer(self.day(ago - 11), self.day(ago - 17))
        walk.accept(self.day(ago - 12), referral)
        walk.move_on(self.day(ago - 13))
        walk.depart(self.day(ago - 16))
        walk.arrive(self.day(ago - 17))
        walk.meet(self.day(ago - 18))
        walk.move_on(self.day(ago - 18))
        return walk

    def first_days(self, spending: Spending, ago: int) -> None:
        """Everybody's money for the first days, in cash and in time."""
        cash = [(f"grant:{g.id}", g.amount) for g in list_grants(spending.walk.id) if not g.needs_plan]
        request = spending.draft(
            self.day(ago - 19),
            "First days after arrival",
            None,
            cash,
            kind=DisbursementKind.CASH,
            terms=PaymentTerms.CASH,
        )
        spending.submit(self.day(ago - 19), request)
        spending.approve(self.day(ago - 20), request)
        spending.carry_out(self.day(ago - 21), request)

    def let_lapse(self, walk: Walk, ago: int) -> None:
        """Nobody asked for the money of the first days: the daily run three weeks after the arrival takes it back."""
        day = self.day(ago - 38)
        with on(day, 4):
            tick_case(walk.id, day, actor=SYSTEM)

    def planned(self, ago: int, *, lapse: bool = True, plan: tuple[Activity, ...] = (), **family: Any) -> Spending:
        """With a plan in draft: a small business of the principal."""
        spending = Spending(self.returned(ago, **family))
        if lapse:
            self.let_lapse(spending.walk, ago)
        spending.write_plan(self.day(ago - 25), plan or _workshop())
        return spending

    def approved(self, ago: int, **family: Any) -> Spending:
        """With an approved plan."""
        spending = self.planned(ago, lapse=False, **family)
        self.first_days(spending, ago)
        spending.submit_plan(self.day(ago - 26))
        spending.validate_plan(self.day(ago - 27))
        spending.approve_plan(self.day(ago - 28))
        return spending


def _workshop() -> tuple[Activity, ...]:
    lines = (
        Line(key="tools", what="Tools", provider="builder", unit_price=480_00, shares=((0, 480_00),)),
        Line(
            key="machine",
            what="Second-hand machine",
            provider="furniture",
            unit_price=1_200_00,
            shares=((0, 1_200_00),),
        ),
        Line(key="course", what="Short course", provider="sports", unit_price=320_00, shares=((0, 320_00),)),
    )
    return (
        Activity(
            kind=ActivityKind.BUSINESS,
            title="Repair workshop",
            feasibility="Two workshops closed nearby.",
            whom=(0,),
            lines=lines,
        ),
    )


def build(cast: Cast, today: date) -> None:
    """Build them all; each function is one case and says what it is for."""
    series = Series(cast, today)
    for make in STORIES:
        make(series)


def _intake(series: Series) -> None:
    series.open(1)
    series.open(4, spouse=True, children=2)
    series.open(6, spouse=True, placeholder=True).note(series.day(5), "The third child is expected in spring.")


def _counselling(series: Series) -> None:
    series.counselled(9)
    series.counselled(12, spouse=True, children=1)
    series.counselled(40)


def _application(series: Series) -> None:
    series.applying(15, expulsion_order=None)
    series.applying(21, spouse=True)
    refused = series.applying(30, expulsion_order=True)
    refused.decide(series.day(24), EligibilityOutcome.REFUSED, "An expulsion order stands.")
    _close(refused, series.day(23), Outcome.INELIGIBLE, "Not eligible under the programme.")
    changes.reopen_a_case(refused, series.day)


def _before_departure(series: Series) -> None:
    series.leaving(18)
    series.leaving(26, spouse=True, children=1)
    withdrawn = series.leaving(60)
    _leave(withdrawn, series.day(45), LeaveWay.WITHDRAWN, "Found work and stays.")
    _close(withdrawn, series.day(44), Outcome.WITHDREW_BEFORE_DEPARTURE, "Withdrew two days before the journey.")
    stayed = series.leaving(70)
    stayed.move_on(series.day(57))
    with on(series.day(53)):
        command = person_commands.NotDepart(
            dossier_id=stayed.id,
            person_id=stayed.persons[0].id,
            day=series.day(54),
            reason="Did not come to the coach.",
        )
        person_commands.not_depart(command, actor=series.cast.caseworker_tallinn)
    _close(stayed, series.day(50), Outcome.NOT_DEPARTED, "Did not come, and does not answer.")


def _referred(series: Series) -> None:
    waiting = series.leaving(16)
    waiting.refer(series.day(5), series.day(-6))
    travelling = series.leaving(20, spouse=True)
    referral = travelling.refer(series.day(9), series.day(2))
    travelling.accept(series.day(8), referral)
    travelling.move_on(series.day(7))
    travelling.depart(series.day(4))


def _after_return(series: Series) -> None:
    series.returned(40)
    sister = series.returned(60, spouse=True, children=1)
    sister.note(series.day(30), "Lives with her sister until the flat is ready.", abroad=True)
    series.let_lapse(sister, 60)
    changes.correct_a_contact(sister, series.day)
    suspended = series.returned(90)
    series.let_lapse(suspended, 90)
    with on(series.day(50)):
        casefile.suspend_case(
            casefile.SuspendCase(dossier_id=suspended.id, reason="Cannot be reached since the shelling of the town."),
            actor=series.cast.caseworker_kyiv,
        )
    series.returned(420)


def _plans(series: Series) -> None:
    series.planned(50)
    series.planned(55).submit_plan(series.day(20))
    validated = series.planned(58)
    validated.submit_plan(series.day(25))
    validated.validate_plan(series.day(22))
    sent_back = series.planned(65)
    sent_back.submit_plan(series.day(30))
    sent_back.return_plan(series.day(28), "The feasibility of the workshop is not explained: who buys, at what price?")


def _money(series: Series) -> None:
    asked = series.approved(80)
    small = asked.draft(series.day(12), "Tools for the workshop", "builder", [("tools", 480_00)])
    asked.submit(series.day(12), small)
    changes.try_what_is_refused(asked, series.day, small)
    large = series.approved(85, spouse=True)
    machine = large.draft(series.day(9), "Second-hand machine", "furniture", [("machine", 1_200_00)], quotes=3)
    large.submit(series.day(9), machine)
    returned = series.approved(95)
    course = returned.draft(series.day(20), "Course", "sports", [("course", 320_00)])
    returned.submit(series.day(20), course)
    returned.send_back(
        series.day(18), course, "The course starts after the eligible use of the grant: ask for another date."
    )
    to_order = series.approved(100)
    tools = to_order.draft(series.day(30), "Tools for the workshop", "builder", [("tools", 480_00)])
    to_order.submit(series.day(30), tools)
    to_order.approve(series.day(29), tools)
    to_pay = series.approved(105)
    bought = to_pay.draft(series.day(33), "Tools for the workshop", "builder", [("tools", 480_00)])
    to_pay.submit(series.day(33), bought)
    to_pay.approve(series.day(32), bought)
    to_pay.carry_out(series.day(28), bought, up_to=InstalmentState.INVOICED)
    changes.correct_an_invoice(to_pay, series.day, bought)
    refused = series.approved(230, plan=questions.plan())
    questions.spend(refused, series.day)
    second = refused.draft(series.day(34), "Second-hand machine", "furniture", [("machine", 700_00)])
    refused.submit(series.day(34), second)
    refused.send_back(series.day(33), second, "The seller is a relative of the family.", refuse=True)
    cash = series.returned(45)
    grant = next(g for g in list_grants(cash.id) if not g.needs_plan)
    spending = Spending(cash)
    first_days = changes.mistype_an_amount(spending, series.day(24), grant.id, typed=516_00, meant=615_00)
    spending.submit(series.day(24), first_days)


def _over(series: Series) -> None:
    gone = series.returned(150)
    series.first_days(Spending(gone), 150)
    _leave(gone, series.day(100), LeaveWay.WITHDREW_AFTER_RETURN, "Lives on without support.")
    _close(gone, series.day(99), Outcome.WITHDREW_AFTER_RETURN, "Wrote that no support is needed.")


def _offices(series: Series) -> None:
    changes.lower_a_ceiling(series.cast, series.day)
    changes.change_an_account(series.cast, series.day)


def _leave(walk: Walk, day: date, way: LeaveWay, reason: str) -> None:
    with on(day):
        person_commands.leave_person(
            person_commands.LeavePerson(
                dossier_id=walk.id, person_id=walk.persons[0].id, way=way, day=day, reason=reason
            ),
            actor=walk.cast.caseworker_tallinn,
        )


def _close(walk: Walk, day: date, outcome: Outcome, reason: str) -> None:
    with on(day, 15):
        casefile.close_case(
            casefile.CloseCase(dossier_id=walk.id, outcome=outcome, reason=reason), actor=walk.cast.supervisor_tallinn
        )


STORIES: tuple[Callable[[Series], None], ...] = (
    _intake,
    _counselling,
    _application,
    _before_departure,
    _referred,
    _after_return,
    _plans,
    _money,
    _over,
    _offices,
)
