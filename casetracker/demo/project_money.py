"""The money of the demonstration's project, all of it fictional: the donor's share, the plan, what was asked for and
paid, the partner's tranches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from casetracker.approvals import commands as approvals
from casetracker.approvals import plan_commands
from casetracker.community import partner_commands, share_commands
from casetracker.community.models import Site
from casetracker.community.partner_models import PartnerTranche
from casetracker.community.share_models import ShareRequest
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.demo.instalments import make_step
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
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
from casetracker.plans.queries import list_versions
from casetracker.plans.states import ActivityKind, Frequency, FundingSource
from casetracker.programmes.models import BudgetLine

SHARE = 180_000_00
WORKS, EQUIPMENT, COORDINATION = ActivityKind.WORKS, ActivityKind.EQUIPMENT, ActivityKind.COORDINATION


@dataclass(frozen=True, kw_only=True)
class PlanStory:
    """An activity with its lines (what, quantity, unit price in cents). site: its place among the project's sites, from
    0; None: the whole project."""

    site: int | None
    kind: ActivityKind
    title: str
    lines: tuple[tuple[str, int, int], ...]


PLAN = (
    PlanStory(site=0, kind=WORKS, title="A dry hall", lines=(("Roof of the hall", 1, 24_000_00),)),
    PlanStory(
        site=0, kind=EQUIPMENT, title="A stage", lines=(("Audio and video set", 1, 4_200_00), ("Computers", 4, 550_00))
    ),
    PlanStory(site=1, kind=WORKS, title="A warm club", lines=(("Windows and doors", 14, 900_00),)),
    PlanStory(site=2, kind=WORKS, title="The whole house", lines=(("Hall, heating and wiring", 1, 64_000_00),)),
    PlanStory(site=2, kind=EQUIPMENT, title="Workshops", lines=(("Sewing machines", 6, 400_00),)),
    PlanStory(site=3, kind=EQUIPMENT, title="Lessons", lines=(("Interactive board", 1, 2_800_00),)),
    PlanStory(site=None, kind=COORDINATION, title="The partner's work", lines=(("Coordination", 1, 20_000_00),)),
)


def build(cast: Cast, dossier_id: str) -> None:
    """From the donor's agreement to the last tranche that is open."""
    money = _Money(cast, dossier_id)
    money.award(date(2026, 2, 2))
    money.plan(date(2026, 2, 16))
    roof = money.ask(
        date(2026, 5, 25), "Roof of the culture club", "Roof of the hall", 24_000_00, "cooperative", kept=2_400_00
    )
    money.carry_out(date(2026, 6, 10), roof, instalments=1)
    house = money.ask(date(2026, 6, 8), "Works at the creativity centre", "Hall, heating and wiring", 64_000_00,
                      "builder", tender=True, kept=6_400_00)  # fmt: skip
    money.carry_out(date(2026, 7, 6), house, instalments=1)
    sound = money.ask(date(2026, 8, 3), "Audio and video set", "Audio and video set", 4_200_00, "electronics")
    money.carry_out(date(2026, 8, 24), sound)
    money.ask(
        date(2026, 10, 12), "Windows and doors of the club", "Windows and doors", 12_600_00, "joiner", decided=False
    )
    money.agree(date(2026, 2, 20))
    first = money.ask(date(2026, 3, 2), "First tranche of the partner", "Coordination", 8_000_00, "partner")
    money.carry_out(date(2026, 3, 9), first)
    money.report(date(2026, 9, 7))


class _Money:
    """The project's money, act by act."""

    def __init__(self, cast: Cast, dossier_id: str) -> None:
        self.cast, self.id = cast, dossier_id
        self.sites = list(db.session.scalars(
            select(Site.id).where(Site.dossier_id == dossier_id).order_by(Site.position)
        ))  # fmt: skip

    def award(self, day: date) -> None:
        """The donor's agreement gives the share; a supervisor awards it."""
        line_id = db.session.scalars(
            select(BudgetLine.id).where(BudgetLine.programme_id == self.cast.programme_id, BudgetLine.code == "CP")
        ).one()
        ask = share_commands.AskShare(
            dossier_id=self.id, budget_line_id=line_id, amount=SHARE, signed_on=day, upload=paper("Donor's agreement")
        )
        with on(day, 10):
            request_id = share_commands.ask_share(ask, actor=self.cast.caseworker_kyiv)
        decide = share_commands.DecideShare(
            dossier_id=self.id, request_id=request_id, is_granted=True, reason=None,
            version=version_of(ShareRequest, request_id),
        )  # fmt: skip
        with on(day, 15):
            share_commands.decide_share(decide, actor=self.cast.supervisor_kyiv)

    def plan(self, day: date) -> None:
        """The caseworker writes it; two supervisors of the office look at it."""
        with on(day, 9):
            for story in PLAN:
                self._write(story, list_grants(self.id)[0].id)
        plan_id = db.session.scalars(select(Plan.id).where(Plan.dossier_id == self.id)).one()
        with on(day, 16):
            submit = plans.SubmitPlan(dossier_id=self.id, version=version_of(Plan, plan_id))
            plans.submit_plan(submit, actor=self.cast.caseworker_kyiv)
        version = list_versions(self.id)[0]
        decide = plan_commands.DecidePlan(version_id=version.id, content_hash=version.content_hash, reason=None)
        with on(day + timedelta(days=1), 11):
            plan_commands.validate_plan(decide, actor=self.cast.supervisor_kyiv)
        with on(day + timedelta(days=1), 14):
            plan_commands.approve_plan(decide, actor=self.cast.supervisor2_kyiv)

    def _write(self, story: PlanStory, grant_id: str) -> None:
        actor = self.cast.caseworker_kyiv
        place = self.id if story.site is None else self.sites[story.site]
        activity = draft_commands.SaveActivity(
            dossier_id=self.id, activity_id=None, version=None, kind=story.kind, title=story.title, place="",
            feasibility="Owner and authority stand behind it.", beneficiary_ids=(place,),
        )  # fmt: skip
        activity_id = draft_commands.save_activity(activity, actor=actor)
        for what, quantity, price in story.lines:
            line = draft_commands.SaveLine(
                dossier_id=self.id, activity_id=activity_id, line_id=None, version=None, description=what,
                provider_id=None, quantity=quantity, unit_price=price, unit_currency="EUR", frequency=Frequency.ONCE,
                times=1,
            )  # fmt: skip
            line_id = draft_commands.save_line(line, actor=actor)
            part = funding_commands.FundingPart(source=FundingSource.GRANT, grant_id=grant_id, amount=quantity * price)
            fund = funding_commands.FundLine(
                dossier_id=self.id, line_id=line_id, version=version_of(PlanLine, line_id), parts=(part,)
            )
            funding_commands.fund_line(fund, actor=actor)

    def ask(
        self, day: date, purpose: str, line: str, amount: int, provider: str, *, kept: int = 0, tender: bool = False,
        decided: bool = True,
    ) -> str:  # fmt: skip
        """A request with its quotes, approved by two supervisors unless told otherwise; returns its id. kept: what is
        kept back for a year."""
        actor, provider_id = self.cast.caseworker_kyiv, self.cast.providers[provider]
        terms = PaymentTerms.ON_DELIVERY if provider != "partner" else PaymentTerms.PREPAYMENT
        parts = [InstalmentInput(amount=amount - kept, due_on=None, terms=terms)]
        if kept:
            later = day + timedelta(days=420)
            parts.append(InstalmentInput(amount=kept, due_on=later, terms=PaymentTerms.RETENTION))
        line_id = db.session.scalars(
            select(PlanLine.id).where(PlanLine.dossier_id == self.id, PlanLine.description == line)
        ).one()
        draft = commands.DraftDisbursement(
            dossier_id=self.id, kind=DisbursementKind.PROVIDER, purpose=purpose, provider_id=provider_id,
            local_currency=None, local_amount=None, parts=((f"line:{line_id}", amount),), instalments=tuple(parts),
        )  # fmt: skip
        with on(day, 9):
            request_id = commands.draft_disbursement(draft, actor=actor)
            self._quotes(request_id, provider_id, amount)
            if tender:
                self._tender(request_id, day)
            submit = commands.SubmitDisbursement(
                dossier_id=self.id, disbursement_id=request_id, version=version_of(Disbursement, request_id)
            )
            commands.submit_disbursement(submit, actor=actor)
        for hour, decider in ((14, self.cast.supervisor_kyiv), (16, self.cast.supervisor2_kyiv)) if decided else ():
            self._approve(day + timedelta(days=1), hour, request_id, decider)
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

    def carry_out(self, day: date, request_id: str, *, instalments: int | None = None) -> None:
        """The instalments (or the first so many) through all their steps, a day for each."""
        query = select(Instalment.id, Instalment.terms).where(Instalment.disbursement_id == request_id)
        signer = {"signed_by_id": None, "signed_by": "Head of the institution"}
        for instalment_id, terms in db.session.execute(query.order_by(Instalment.number).limit(instalments)).all():
            for n, step in enumerate(STEPS[terms]):
                make_step(self.cast, day + timedelta(days=n), instalment_id, step, signer=signer)

    def agree(self, day: date) -> None:
        """The partner's agreement in three tranches."""
        tranches = tuple(
            partner_commands.TrancheEntry(amount=amount, planned_on=planned, report_due_on=due)
            for amount, planned, due in (
                (8_000_00, date(2026, 3, 1), date(2026, 8, 31)),
                (8_000_00, date(2026, 9, 1), date(2027, 2, 28)),
                (4_000_00, date(2027, 3, 1), date(2027, 9, 30)),
            )
        )
        cmd = partner_commands.LogPartnerAgreement(
            dossier_id=self.id, provider_id=self.cast.providers["partner"], starts_on=day, ends_on=date(2027, 12, 31),
            amount=20_000_00, tranches=tranches, upload=paper("Agreement with the partner"),
        )  # fmt: skip
        with on(day, 10):
            partner_commands.log_partner_agreement(cmd, actor=self.cast.caseworker_kyiv)

    def report(self, day: date) -> None:
        """The report on the first tranche came and stands; the second tranche may be paid."""
        tranche_id = db.session.scalars(
            select(PartnerTranche.id).where(PartnerTranche.dossier_id == self.id).order_by(PartnerTranche.number)
        ).first()
        if tranche_id is None:
            return
        report = partner_commands.LogPartnerReport(
            dossier_id=self.id, tranche_id=tranche_id, reported_on=day, note=None, upload=paper("Report"),
            version=version_of(PartnerTranche, tranche_id),
        )  # fmt: skip
        with on(day, 10):
            partner_commands.log_partner_report(report, actor=self.cast.caseworker_kyiv)
        accept = partner_commands.AcceptPartnerReport(
            dossier_id=self.id, tranche_id=tranche_id, version=version_of(PartnerTranche, tranche_id)
        )
        with on(day + timedelta(days=2), 10):
            partner_commands.accept_partner_report(accept, actor=self.cast.supervisor_kyiv)
