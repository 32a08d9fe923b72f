"""The money of the demonstration's project, all of it fictional: the donor's share, the plan, what was asked for and
paid, the partner's tranches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import select

from casetracker.approvals import commands as approvals
from casetracker.approvals import plan_commands
from casetracker.community import partner_commands, share_commands
from casetracker.community.partner_models import PartnerTranche
from casetracker.community.share_models import ActivitySite, ShareRequest
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.demo.instalments import make_step
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.project_plan import PLANS
from casetracker.demo.walk import on, version_of
from casetracker.disbursements import commands, queries, quote_commands, tender_commands
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import (
    STEPS,
    DisbursementKind,
    PanelEntry,
    PaymentTerms,
    TenderProcedure,
)
from casetracker.grants.queries import list_grants
from casetracker.plans import commands as plans
from casetracker.plans import draft_commands, funding_commands
from casetracker.plans.models import Plan, PlanLine
from casetracker.plans.queries import get_version_by_id
from casetracker.plans.states import ActivityKind, Frequency, FundingSource
from casetracker.programmes.models import BudgetLine

SHARE = 180_000_00
MORE = 195_000_00
"""What is asked for in the end, for the last institution; nobody has decided."""
TRANCHES = (
    (8_000_00, date(2026, 3, 15), date(2026, 6, 30)),
    (8_000_00, date(2026, 7, 1), date(2026, 10, 31)),
    (4_000_00, date(2027, 1, 15), date(2027, 9, 30)),
)
"""Of the partner: how much, when, and by when the report is due."""
COORDINATION = "Coordination"


class _Priced(Protocol):
    """What a line of the plan is for; price of one in minor units."""

    @property
    def title(self) -> str:
        """What it is."""

    @property
    def quantity(self) -> int:
        """How many."""

    @property
    def price(self) -> int:
        """Of one."""


@dataclass(frozen=True)
class _Work:
    """What is done for the whole project."""

    title: str
    price: int
    quantity: int = 1


@dataclass(frozen=True)
class _Wish:
    """A request at a settlement (None: for the whole project) by the plan's lines, for all that they hold or `amount`
    of it. kept: what is kept back of it for more than a year."""

    place: str | None
    purpose: str
    lines: tuple[str, ...]
    provider: str = "electronics"
    amount: int = 0
    kept: int = 0
    tender: bool = False


def line_of(dossier_id: str, site_id: str | None, what: str) -> PlanLine:
    """The line of the plan that pays for this at a site, or for the whole project."""
    query = select(PlanLine).join(ActivitySite, ActivitySite.activity_id == PlanLine.activity_id)
    is_here = ActivitySite.site_id.is_(None) if site_id is None else ActivitySite.site_id == site_id
    return db.session.scalars(
        query.where(PlanLine.dossier_id == dossier_id, PlanLine.description == what, is_here)
    ).one()


class ProjectMoney:
    """The project's money, act by act; sites: settlement -> id."""

    def __init__(self, cast: Cast, dossier_id: str, sites: Mapping[str, str]) -> None:
        self.cast, self.id, self.sites = cast, dossier_id, sites

    def begin(self) -> None:
        """The donor's share, the agreement with the partner, and the plan for the first institutions."""
        self._award(date(2026, 2, 2))
        self._agree(date(2026, 2, 20))
        self.plan(date(2026, 3, 5), 1)

    def spend(self, number: int) -> None:
        """What is asked for by this version of the plan, ordered, delivered and paid; some of it waits."""
        if number == 1:
            self._tranche(date(2026, 3, 9), 1)
            self._first_two()
        elif number == 2:
            self._next_two()
            self._accept_report(date(2026, 6, 24), self._report(date(2026, 6, 22), 1))
            self._tranche(date(2026, 7, 1), 2)
        else:
            self._last()

    def _first_two(self) -> None:
        """All is there and paid, but for what is kept back for a year."""
        place = "Mykolaivka"
        roof = _Wish(place, "Roof of the culture club", ("Roof of the hall",), "cooperative", kept=2_400_00)
        hall = _Wish(place, "Concert hall of the culture club", ("Concert hall",), "joiner")
        for wish in (roof, hall):
            self._buy(wish, date(2026, 3, 12), date(2026, 3, 20), date(2026, 5, 18))
        things = _Wish(place, "Equipment of the culture club", ("Sound and light of the hall", "Sewing machines"))
        self._buy(things, date(2026, 4, 27), date(2026, 5, 4), date(2026, 6, 3))
        place = "Chasiv Yar"
        house = _Wish(place, "Works at the creativity centre", ("Windows and doors", "Heating"), "builder",
                      kept=6_400_00, tender=True)  # fmt: skip
        self._buy(house, date(2026, 4, 20), date(2026, 4, 27), date(2026, 6, 22))
        things = _Wish(
            place, "Equipment of the creativity centre", ("Computers", "Interactive board", "Sewing machines")
        )
        self._buy(things, date(2026, 5, 18), date(2026, 5, 25), date(2026, 7, 3))

    def _next_two(self) -> None:
        """A part came, a part is ordered."""
        place = "Oleksandrivka"
        heating = _Wish(place, "Heating of the music school", ("Heating",), "cooperative")
        self._buy(heating, date(2026, 6, 15), date(2026, 7, 6), date(2026, 9, 4))
        hall = _Wish(place, "Concert hall of the music school", ("Concert hall",), "joiner")
        self._buy(hall, date(2026, 6, 15), date(2026, 7, 6))
        sound = _Wish(place, "Recording and sound equipment", ("Recording and sound equipment",))
        self._buy(sound, date(2026, 7, 20), date(2026, 8, 17), date(2026, 9, 28))
        board = _Wish(place, "Board of the music school", ("Interactive board",))
        self._buy(board, date(2026, 7, 20), date(2026, 8, 17))
        place = "Paraskoviivka"
        roof = _Wish(place, "Roof of the club", ("Roof",), "cooperative", kept=900_00)
        self._buy(roof, date(2026, 6, 22), date(2026, 7, 13))

    def _tranche(self, day: date, number: int) -> None:
        """The partner is paid a week later, and accounts for it at its own time."""
        wish = _Wish(None, f"Tranche {number} of the partner", (COORDINATION,), "partner", TRANCHES[number - 1][0])
        self._buy(wish, day, day + timedelta(days=5), day + timedelta(days=6))

    def _last(self) -> None:
        """What waits: a report and a request for a decision, another share, and a draft for its tender."""
        day = date(2026, 10, 12)
        self._report(date(2026, 10, 8), 2)
        windows = _Wish("Paraskoviivka", "Windows and doors of the club", ("Windows and doors",), "joiner")
        self._submit(day, windows)
        warm = "Windows, doors and heating of the ambulatory"
        self._draft(day, _Wish("Krasne", warm, ("Windows and doors", "Heating"), "builder"))
        self._ask_share(day, MORE, "Letter of the donor")

    def _ask_share(self, day: date, amount: int, title: str) -> str:
        line_id = db.session.scalars(
            select(BudgetLine.id).where(BudgetLine.programme_id == self.cast.programme_id, BudgetLine.code == "CP")
        ).one()
        ask = share_commands.AskShare(
            dossier_id=self.id, budget_line_id=line_id, amount=amount, signed_on=day, upload=paper(title)
        )
        with on(day, 10):
            return share_commands.ask_share(ask, actor=self.cast.caseworker_kyiv)

    def _award(self, day: date) -> None:
        """The donor's agreement gives the share; a supervisor awards it."""
        request_id = self._ask_share(day, SHARE, "Donor's agreement")
        decide = share_commands.DecideShare(
            dossier_id=self.id, request_id=request_id, is_granted=True, reason=None,
            version=version_of(ShareRequest, request_id),
        )  # fmt: skip
        with on(day, 15):
            share_commands.decide_share(decide, actor=self.cast.supervisor_kyiv)

    def plan(self, day: date, number: int) -> None:
        """This version of the plan: the caseworker writes it; two supervisors of the office look at it."""
        grant_id = list_grants(self.id)[0].id
        with on(day, 9):
            for place, wanted in PLANS.items():
                if wanted.version == number:
                    self._write(place, ActivityKind.WORKS, wanted.goal, wanted.works, grant_id)
                    self._write(place, ActivityKind.EQUIPMENT, wanted.use, wanted.equipment, grant_id)
            if number == 1:
                whole = (_Work(COORDINATION, sum(amount for amount, _planned, _due in TRANCHES)),)
                self._write(None, ActivityKind.COORDINATION, "The partner's work", whole, grant_id)
        plan_id = db.session.scalars(select(Plan.id).where(Plan.dossier_id == self.id)).one()
        with on(day, 16):
            submit = plans.SubmitPlan(dossier_id=self.id, version=version_of(Plan, plan_id))
            version_id = plans.submit_plan(submit, actor=self.cast.caseworker_kyiv)
        version = get_version_by_id(version_id)
        decide = plan_commands.DecidePlan(version_id=version.id, content_hash=version.content_hash, reason=None)
        with on(day + timedelta(days=1), 11):
            plan_commands.validate_plan(decide, actor=self.cast.supervisor_kyiv)
        with on(day + timedelta(days=1), 14):
            plan_commands.approve_plan(decide, actor=self.cast.supervisor2_kyiv)

    def _write(
        self, place: str | None, kind: ActivityKind, title: str, lines: Sequence[_Priced], grant_id: str
    ) -> None:
        """An activity of the plan with its lines, for an institution or the whole project; none without lines."""
        if not lines:
            return
        actor = self.cast.caseworker_kyiv
        activity = draft_commands.SaveActivity(
            dossier_id=self.id, activity_id=None, version=None, kind=kind, title=title, place="",
            feasibility="Owner and authority stand behind it.",
            beneficiary_ids=(self.id if place is None else self.sites[place],),
        )  # fmt: skip
        activity_id = draft_commands.save_activity(activity, actor=actor)
        for each in lines:
            line = draft_commands.SaveLine(
                dossier_id=self.id, activity_id=activity_id, line_id=None, version=None, description=each.title,
                provider_id=None, quantity=each.quantity, unit_price=each.price, unit_currency="EUR",
                frequency=Frequency.ONCE, times=1,
            )  # fmt: skip
            line_id = draft_commands.save_line(line, actor=actor)
            amount = each.quantity * each.price
            part = funding_commands.FundingPart(source=FundingSource.GRANT, grant_id=grant_id, amount=amount)
            fund = funding_commands.FundLine(
                dossier_id=self.id, line_id=line_id, version=version_of(PlanLine, line_id), parts=(part,)
            )
            funding_commands.fund_line(fund, actor=actor)

    def _buy(self, wish: _Wish, asked_on: date, ordered_on: date, came_on: date | None = None) -> None:
        """Asked for, approved by two supervisors the day after, ordered; where it came, it is paid."""
        request_id = self._submit(asked_on, wish)
        for hour, decider in ((14, self.cast.supervisor_kyiv), (16, self.cast.supervisor2_kyiv)):
            self._approve(asked_on + timedelta(days=1), hour, request_id, decider)
        self._carry_out(request_id, ordered_on, came_on)

    def _draft(self, day: date, wish: _Wish) -> str:
        """A request that is not submitted; of what is kept back, an instalment of its own."""
        site_id = None if wish.place is None else self.sites[wish.place]
        lines = [line_of(self.id, site_id, what) for what in wish.lines]
        parts = tuple((f"line:{line.id}", wish.amount or line.amount) for line in lines)
        terms = PaymentTerms.ON_DELIVERY if wish.provider != "partner" else PaymentTerms.PREPAYMENT
        amount = sum(part for _line, part in parts)
        instalments = [InstalmentInput(amount=amount - wish.kept, due_on=None, terms=terms)]
        if wish.kept:
            later = day + timedelta(days=420)
            instalments.append(InstalmentInput(amount=wish.kept, due_on=later, terms=PaymentTerms.RETENTION))
        draft = commands.DraftDisbursement(
            dossier_id=self.id, kind=DisbursementKind.PROVIDER, purpose=wish.purpose,
            provider_id=self.cast.providers[wish.provider], local_currency=None, local_amount=None, parts=parts,
            instalments=tuple(instalments),
        )  # fmt: skip
        with on(day, 9):
            return commands.draft_disbursement(draft, actor=self.cast.caseworker_kyiv)

    def _submit(self, day: date, wish: _Wish) -> str:
        """The request with its quotes, and its tender file where it needs one; returns its id."""
        request_id = self._draft(day, wish)
        with on(day, 10):
            amount = db.session.get_one(Disbursement, request_id).amount
            self._quotes(request_id, self.cast.providers[wish.provider], amount)
            if wish.tender:
                self._tender(request_id, day)
            submit = commands.SubmitDisbursement(
                dossier_id=self.id, disbursement_id=request_id, version=version_of(Disbursement, request_id)
            )
            commands.submit_disbursement(submit, actor=self.cast.caseworker_kyiv)
        return request_id

    def _approve(self, day: date, hour: int, request_id: str, decider: Actor) -> None:
        submission = queries.get_submission(request_id)
        decide = approvals.DecideDisbursement(
            submission_id=submission.id, content_hash=submission.content_hash, reason=None
        )
        with on(day, hour):
            approvals.approve_disbursement(decide, actor=decider)

    def _quotes(self, request_id: str, provider_id: str, amount: int) -> None:
        ids = []
        for n, name in enumerate((None, "Second bidder (fictional)", "Third bidder (fictional)")):
            quote = quote_commands.AddQuote(
                dossier_id=self.id, disbursement_id=request_id, provider_id=None if name else provider_id,
                provider_name=name, amount=amount + n * 500_00, currency="EUR",
                upload=paper(f"Quote {n + 1}, {request_id}"),
            )  # fmt: skip
            ids.append(quote_commands.add_quote(quote, actor=self.cast.caseworker_kyiv))
        choose = quote_commands.ChooseQuote(
            dossier_id=self.id, disbursement_id=request_id, quote_id=ids[0], reason="The cheapest of three"
        )
        quote_commands.choose_quote(choose, actor=self.cast.caseworker_kyiv)

    def _tender(self, request_id: str, day: date) -> None:
        panel = (
            PanelEntry(user_id=self.cast.caseworker_kyiv.id, name=None, function="Coordinator"),
            PanelEntry(user_id=None, name="Engineer of the town", function="Technical member"),
            PanelEntry(user_id=None, name="Speaker of the initiative group", function="Member for the users"),
        )
        tender = tender_commands.SaveTender(
            dossier_id=self.id, disbursement_id=request_id, procedure=TenderProcedure.OPEN,
            published_on=day - timedelta(days=40), opened_on=day - timedelta(days=5), panel=panel,
            notice=paper("Notice of the tender"), minutes=paper("Minutes of the panel"), version=None,
        )  # fmt: skip
        tender_commands.save_tender(tender, actor=self.cast.caseworker_kyiv)

    def _carry_out(self, request_id: str, ordered_on: date, came_on: date | None) -> None:
        """The first instalment is ordered; once it came, the other steps follow every second day."""
        query = select(Instalment.id, Instalment.terms).where(Instalment.disbursement_id == request_id)
        instalment_id, terms = db.session.execute(query.order_by(Instalment.number).limit(1)).one()
        signer = {"signed_by_id": None, "signed_by": "Head of the institution"}
        if terms == PaymentTerms.PREPAYMENT:
            signer["signed_by"] = "Coordinator of the partner"
        first, *others = STEPS[terms]
        make_step(self.cast, ordered_on, instalment_id, first, signer=signer)
        if came_on is None:
            return
        for n, step in enumerate(others):
            make_step(self.cast, came_on + timedelta(days=2 * n), instalment_id, step, signer=signer)

    def _agree(self, day: date) -> None:
        """The partner's agreement in three tranches."""
        tranches = tuple(
            partner_commands.TrancheEntry(amount=amount, planned_on=planned, report_due_on=due)
            for amount, planned, due in TRANCHES
        )
        cmd = partner_commands.LogPartnerAgreement(
            dossier_id=self.id, provider_id=self.cast.providers["partner"], starts_on=day, ends_on=date(2027, 12, 31),
            amount=sum(each.amount for each in tranches), tranches=tranches, upload=paper("Agreement with the partner"),
        )  # fmt: skip
        with on(day, 10):
            partner_commands.log_partner_agreement(cmd, actor=self.cast.caseworker_kyiv)

    def _report(self, day: date, number: int) -> str:
        """The partner accounts for a tranche; returns its id."""
        tranche_id = db.session.scalars(
            select(PartnerTranche.id).where(PartnerTranche.dossier_id == self.id, PartnerTranche.number == number)
        ).one()
        report = partner_commands.LogPartnerReport(
            dossier_id=self.id, tranche_id=tranche_id, reported_on=day, note=None, upload=paper(f"Report {number}"),
            version=version_of(PartnerTranche, tranche_id),
        )  # fmt: skip
        with on(day, 10):
            return partner_commands.log_partner_report(report, actor=self.cast.caseworker_kyiv)

    def _accept_report(self, day: date, tranche_id: str) -> None:
        accept = partner_commands.AcceptPartnerReport(
            dossier_id=self.id, tranche_id=tranche_id, version=version_of(PartnerTranche, tranche_id)
        )
        with on(day, 10):
            partner_commands.accept_partner_report(accept, actor=self.cast.supervisor_kyiv)
