"""Plan and money of a case in the demonstration: plan lines with their funding, requests, deliveries, payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from casetracker.approvals import commands as approvals
from casetracker.approvals import plan_commands
from casetracker.core.db import db
from casetracker.demo.instalments import make_step
from casetracker.demo.papers import paper
from casetracker.demo.walk import Walk, on, version_of
from casetracker.disbursements import commands as disbursements
from casetracker.disbursements import quote_commands as quoting
from casetracker.disbursements.models import Disbursement, Instalment, Submission
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import STEPS, DisbursementKind, InstalmentState, PaymentTerms
from casetracker.grants.queries import list_grants
from casetracker.plans import commands as plans
from casetracker.plans import draft_commands as drafts
from casetracker.plans import funding_commands as funding
from casetracker.plans.models import Plan, PlanLine, PlanVersion
from casetracker.plans.states import ActivityKind, Frequency, FundingSource


@dataclass(frozen=True, kw_only=True)
class Line:
    """A plan line: minor units; `shares` are (number of the person, amount); `own` is own contribution in cash."""

    key: str
    what: str
    provider: str
    unit_price: int
    times: int = 1
    shares: tuple[tuple[int, int], ...] = ()
    own: int = 0


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An activity with its lines; `whom` are numbers of the persons who benefit."""

    kind: ActivityKind
    title: str
    feasibility: str
    whom: tuple[int, ...]
    lines: tuple[Line, ...]


@dataclass
class Spending:
    """The money side of a walk; `line_ids` by the lines' keys, once the plan is written."""

    walk: Walk
    line_ids: dict[str, str] = field(default_factory=dict)

    def write_plan(self, day: date, activities: Sequence[Activity]) -> None:
        """The draft, line by line, with funding and the agreements of those who pool."""
        cast, walk = self.walk.cast, self.walk
        persons = walk.persons
        grants = {g.person_id: g.id for g in list_grants(walk.id) if g.needs_plan}
        for activity in activities:
            with on(day, 9):
                activity_id = drafts.save_activity(
                    drafts.SaveActivity(
                        dossier_id=walk.id,
                        activity_id=None,
                        version=None,
                        kind=activity.kind,
                        title=activity.title,
                        place="Home town",
                        feasibility=activity.feasibility,
                        beneficiary_ids=tuple(persons[n].id for n in activity.whom),
                    ),
                    actor=cast.caseworker_kyiv,
                )
            for line in activity.lines:
                self._write_line(day, activity_id, line, grants)

    def _write_line(self, day: date, activity_id: str, line: Line, grants: dict[str, str]) -> None:
        cast, walk = self.walk.cast, self.walk
        with on(day, 10):
            line_id = drafts.save_line(
                drafts.SaveLine(
                    dossier_id=walk.id,
                    activity_id=activity_id,
                    line_id=None,
                    version=None,
                    description=line.what,
                    provider_id=cast.providers.get(line.provider),
                    quantity=1,
                    unit_price=line.unit_price,
                    unit_currency="EUR",
                    frequency=Frequency.MONTHLY if line.times > 1 else Frequency.ONCE,
                    times=line.times,
                ),
                actor=cast.caseworker_kyiv,
            )
        self.line_ids[line.key] = line_id
        self._fund_line(day, line_id, line, grants)
        if len(line.shares) > 1:
            self._log_agreements(day, line_id, line)

    def _fund_line(self, day: date, line_id: str, line: Line, grants: dict[str, str]) -> None:
        walk, persons = self.walk, self.walk.persons
        parts = [
            funding.FundingPart(source=FundingSource.GRANT, grant_id=grants[persons[n].id], amount=amount)
            for n, amount in line.shares
        ]
        if line.own:
            parts.append(funding.FundingPart(source=FundingSource.OWN_CASH, grant_id=None, amount=line.own))
        with on(day, 11):
            funding.fund_line(
                funding.FundLine(
                    dossier_id=walk.id, line_id=line_id, version=version_of(PlanLine, line_id), parts=tuple(parts)
                ),
                actor=walk.cast.caseworker_kyiv,
            )

    def _log_agreements(self, day: date, line_id: str, line: Line) -> None:
        walk = self.walk
        for n, amount in line.shares:
            with on(day, 12):
                funding.log_agreement(
                    funding.LogAgreement(
                        dossier_id=walk.id,
                        line_id=line_id,
                        person_id=walk.persons[n].id,
                        amount=amount,
                        agreed_on=day,
                        upload=paper("Agreement to pool the grant"),
                    ),
                    actor=walk.cast.caseworker_kyiv,
                )

    def submit_plan(self, day: date) -> None:
        """Freeze the draft as a version that waits for validation."""
        plan = db.session.execute(select(Plan.version).where(Plan.dossier_id == self.walk.id)).scalar_one()
        with on(day, 13):
            command = plans.SubmitPlan(dossier_id=self.walk.id, version=plan)
            plans.submit_plan(command, actor=self.walk.cast.caseworker_kyiv)

    def _waiting_version(self) -> tuple[str, str]:
        query = (
            select(PlanVersion.id, PlanVersion.content_hash)
            .where(PlanVersion.dossier_id == self.walk.id)
            .order_by(PlanVersion.number.desc())
            .limit(1)
        )
        row = db.session.execute(query).one()
        return row.id, row.content_hash

    def validate_plan(self, day: date) -> None:
        """Kyiv's supervisor validates."""
        version_id, content_hash = self._waiting_version()
        command = plan_commands.DecidePlan(version_id=version_id, content_hash=content_hash)
        with on(day, 10):
            plan_commands.validate_plan(command, actor=self.walk.cast.supervisor_kyiv)

    def approve_plan(self, day: date) -> None:
        """Tallinn's supervisor gives final approval."""
        version_id, content_hash = self._waiting_version()
        command = plan_commands.DecidePlan(version_id=version_id, content_hash=content_hash)
        with on(day, 10):
            plan_commands.approve_plan(command, actor=self.walk.cast.supervisor_tallinn)

    def return_plan(self, day: date, reason: str) -> None:
        """Kyiv's supervisor sends the plan back."""
        version_id, content_hash = self._waiting_version()
        command = plan_commands.DecidePlan(version_id=version_id, content_hash=content_hash, reason=reason)
        with on(day, 10):
            plan_commands.return_plan(command, actor=self.walk.cast.supervisor_kyiv)

    def draft(
        self,
        day: date,
        purpose: str,
        provider: str | None,
        parts: Sequence[tuple[str, int]],
        *,
        kind: DisbursementKind = DisbursementKind.PROVIDER,
        terms: PaymentTerms = PaymentTerms.ON_DELIVERY,
        instalments: Sequence[int] = (),
        quotes: int = 1,
    ) -> str:
        """A request with its quotes; parts are (line key, or grant:<id>, minor units). Returns its id."""
        cast, walk = self.walk.cast, self.walk
        total = sum(amount for _key, amount in parts)
        inputs = tuple(
            InstalmentInput(amount=amount, due_on=day + timedelta(days=30 * n), terms=terms)
            for n, amount in enumerate(instalments or (total,))
        )
        keys = tuple((f"line:{self.line_ids[key]}" if key in self.line_ids else key, amount) for key, amount in parts)
        with on(day, 9):
            request_id = disbursements.draft_disbursement(
                disbursements.DraftDisbursement(
                    dossier_id=walk.id,
                    kind=kind,
                    purpose=purpose,
                    provider_id=cast.providers[provider] if provider else None,
                    local_currency=None,
                    local_amount=None,
                    parts=keys,
                    instalments=inputs,
                ),
                actor=cast.caseworker_kyiv,
            )
        if provider:
            self._quote(day, request_id, provider, total, quotes)
        return request_id

    def _quote(self, day: date, request_id: str, provider: str, total: int, number: int) -> None:
        cast, walk = self.walk.cast, self.walk
        quote_ids = []
        for n in range(number):
            offer = quoting.AddQuote(
                dossier_id=walk.id,
                disbursement_id=request_id,
                provider_id=cast.providers[provider] if n == 0 else None,
                provider_name=None if n == 0 else f"Other offer {n} (fictional)",
                amount=total + n * 45_00,
                currency="EUR",
                upload=paper(f"Quotation {n + 1}"),
            )
            with on(day, 10, n):
                quote_ids.append(quoting.add_quote(offer, actor=cast.caseworker_kyiv))
        chosen = quoting.ChooseQuote(
            dossier_id=walk.id,
            disbursement_id=request_id,
            quote_id=quote_ids[0],
            reason="Lowest price for the same quality" if number > 1 else "Usual price; one quote is enough",
        )
        with on(day, 10, 30):
            quoting.choose_quote(chosen, actor=cast.caseworker_kyiv)

    def submit(self, day: date, request_id: str) -> None:
        """Ask for approval."""
        command = disbursements.SubmitDisbursement(
            dossier_id=self.walk.id, disbursement_id=request_id, version=version_of(Disbursement, request_id)
        )
        with on(day, 11):
            disbursements.submit_disbursement(command, actor=self.walk.cast.caseworker_kyiv)

    def cancel(self, day: date, request_id: str, reason: str) -> None:
        """Give the request up."""
        command = disbursements.CancelDisbursement(
            dossier_id=self.walk.id,
            disbursement_id=request_id,
            reason=reason,
            version=version_of(Disbursement, request_id),
        )
        with on(day, 9):
            disbursements.cancel_disbursement(command, actor=self.walk.cast.caseworker_kyiv)

    def _submission(self, request_id: str) -> Submission:
        query = select(Submission).where(Submission.disbursement_id == request_id)
        return db.session.scalars(query.order_by(Submission.number.desc()).limit(1)).one()

    def approve(self, day: date, request_id: str) -> None:
        """As many supervisors as the band asks for."""
        submission = self._submission(request_id)
        command = approvals.DecideDisbursement(submission_id=submission.id, content_hash=submission.content_hash)
        both = submission.needs_sending > 0
        with on(day, 14):
            approvals.approve_disbursement(command, actor=self.walk.cast.supervisor_kyiv)
        if both:
            with on(day, 15):
                approvals.approve_disbursement(command, actor=self.walk.cast.supervisor_tallinn)

    def send_back(self, day: date, request_id: str, reason: str, *, refuse: bool = False) -> None:
        """Kyiv's supervisor returns or refuses."""
        submission = self._submission(request_id)
        command = approvals.DecideDisbursement(
            submission_id=submission.id, content_hash=submission.content_hash, reason=reason
        )
        decide = approvals.refuse_disbursement if refuse else approvals.return_disbursement
        with on(day, 14):
            decide(command, actor=self.walk.cast.supervisor_kyiv)

    def carry_out(
        self,
        day: date,
        request_id: str,
        *,
        every: int = 30,
        up_to: InstalmentState | None = None,
        instalments: int | None = None,
    ) -> None:
        """Every instalment (or the first so many) through the steps of its terms, the first from `day` on, the others
        `every` days later."""
        query = select(Instalment.id, Instalment.terms).where(Instalment.disbursement_id == request_id)
        rows = db.session.execute(query.order_by(Instalment.number).limit(instalments)).all()
        signer = {"signed_by_id": self.walk.adults[0].id}
        for n, (instalment_id, terms) in enumerate(rows):
            begins = day + timedelta(days=every * n)
            for m, step in enumerate(STEPS[terms]):
                make_step(self.walk.cast, begins + timedelta(days=m), instalment_id, step, signer=signer)
                if step == up_to:
                    break
