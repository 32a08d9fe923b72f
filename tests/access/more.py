"""What the demonstration has not: a row of every further table that holds somebody's words, made by the commands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts.models import User
from casetracker.casefile import commands as casefile
from casetracker.casefile import person_commands
from casetracker.cases import commands as cases
from casetracker.cases.commands import retroactive
from casetracker.cases.models import Consent
from casetracker.checks import commands as checks
from casetracker.checks import queries as checks_queries
from casetracker.checks.states import Declared, RuleName
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.demo.others import Series
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.walk import Walk, on, version_of
from casetracker.erasure import commands as erasure
from casetracker.erasure.models import Erasure
from casetracker.grants import commands as grants
from casetracker.grants.models import Grant
from casetracker.grants.queries import list_grants
from casetracker.grants.states import Clock
from casetracker.monitoring import commands as monitoring
from casetracker.monitoring.models import Complaint
from casetracker.monitoring.states import ComplaintChannel, ComplaintKind
from casetracker.payments import reversal_commands as reversals
from casetracker.payments.models import Payment
from casetracker.programmes.models import Programme
from casetracker.sampling import commands as sampling
from casetracker.sampling import finding_commands as findings
from casetracker.sampling import mark_queries
from casetracker.sampling import queries as sampling_queries
from casetracker.sampling.finding_states import AskedOffice
from casetracker.sampling.mark_states import FoundThere
from casetracker.sampling.states import Asked, Method, PopulationFilter, PopulationKind
from tests.factories.erasure import end_mandates, set_retention
from tests.factories.marks import examine, visit


def monitored(series: Series, walk: Walk) -> None:
    """A complaint, the final report, more time for a grant, and a refund that waits, all on the receiving side."""
    cast, day = series.cast, series.day(4)
    with on(day, 10):
        complaint_id = monitoring.log_complaint(
            monitoring.LogComplaint(
                dossier_id=walk.id, kind=ComplaintKind.COMPLAINT, channel=ComplaintChannel.PHONE, received_on=day,
                person_id=None, text="The machine came late.",
            ), actor=cast.caseworker_kyiv,
        )  # fmt: skip
        answer = monitoring.AnswerComplaint(
            dossier_id=walk.id, complaint_id=complaint_id, answered_on=day, answer="It is here now.",
            version=version_of(Complaint, complaint_id),
        )  # fmt: skip
        monitoring.answer_complaint(answer, actor=cast.caseworker_kyiv)
        grant = next(each for each in list_grants(walk.id) if each.needs_plan and each.is_open)
        due = grant.due_on(Clock.USE)
        assert due is not None
        extend = grants.ExtendClock(
            dossier_id=walk.id, grant_id=grant.id, clock=Clock.USE, until=due + timedelta(days=14),
            reason="The workshop opens later.", version=version_of(Grant, grant.id),
        )  # fmt: skip
        grants.extend_clock(extend, actor=cast.supervisor_kyiv)
    with on(day, 11):
        report = monitoring.WriteFinalReport(
            dossier_id=walk.id, reported_on=day, summary="The family lives on its work.", upload=paper("Final report")
        )
        monitoring.write_final_report(report, actor=cast.caseworker_kyiv)
        payment_id = db.session.scalars(select(Payment.id).where(Payment.dossier_id == walk.id)).first()
        assert payment_id is not None
        refund = reversals.RequestReversal(
            dossier_id=walk.id, payment_id=payment_id, amount=10_00, day=day, reason="Part of it came back.",
            proof=paper("Proof of the refund"),
        )  # fmt: skip
        reversals.request_reversal(refund, actor=cast.caseworker_kyiv)


def stayed_behind(series: Series, walk: Walk) -> None:
    """The second person of a case did not leave."""
    with on(series.day(4)):
        command = person_commands.NotDepart(
            dossier_id=walk.id, person_id=walk.persons[1].id, day=series.day(4), reason="Did not come to the coach."
        )
        person_commands.not_depart(command, actor=series.cast.caseworker_tallinn)


def suspended(series: Series, walk: Walk) -> None:
    """Nobody can be reached."""
    with on(series.day(3)):
        command = casefile.SuspendCase(dossier_id=walk.id, reason="Cannot be reached.")
        casefile.suspend_case(command, actor=series.cast.caseworker_tallinn)


def asked_and_waiting(cast: Cast, administrator: Actor, half: Actor) -> None:
    """Somebody who is back already, and a role that waits to be confirmed."""
    ask = retroactive.AskRetroactive(
        sending_office_id=cast.tallinn, given_name="Came", family_name="Back", returned_on=clock.today(),
        circumstances="Came back alone, without applying.",
    )  # fmt: skip
    retroactive.ask_retroactive(ask, actor=cast.caseworker_kyiv)
    with on(clock.today() - timedelta(days=9)):
        early = replace(ask, returned_on=clock.today())
        request_id = retroactive.ask_retroactive(early, actor=cast.caseworker_kyiv)
        refusal = retroactive.RefuseRetroactive(request_id=request_id, reason="Was never here.")
        retroactive.refuse_retroactive(refusal, actor=cast.supervisor_tallinn)
    change = accounts.ChangeRole(
        user_id=half.id, version=version_of(User, half.id), role=Role.FINANCE_OFFICER, office_id=half.office_id
    )
    accounts.change_role(change, actor=administrator)


def nothing_is_kept(administrator: Actor) -> None:
    """Every mandate has ended, and cases closed for three months may be erased; auditors get their mandates later."""
    end_mandates()
    set_retention(db.session.scalars(select(Programme.id)).one(), administrator, 3)


def asked_to_erase(walk: Walk, first: Actor, second: Actor) -> None:
    """Declined once, and asked for again."""
    asked = erasure.ask_erasure(erasure.AskErasure(dossier_id=walk.id), actor=first)
    decline = erasure.DeclineErasure(
        dossier_id=walk.id, erasure_id=asked, version=version_of(Erasure, asked), reason="They may come back."
    )
    erasure.decline_erasure(decline, actor=second)
    erasure.ask_erasure(erasure.AskErasure(dossier_id=walk.id), actor=second)


def erased(walk: Walk, first: Actor, second: Actor) -> None:
    """One supervisor asked, the other confirmed: what was personal is gone."""
    asked = erasure.ask_erasure(erasure.AskErasure(dossier_id=walk.id), actor=first)
    confirm = erasure.ConfirmErasure(dossier_id=walk.id, erasure_id=asked, version=version_of(Erasure, asked))
    erasure.confirm_erasure(confirm, actor=second)


def answered(series: Series, walk: Walk) -> None:
    """A consent that turned out to be later than the referral, with the answer to what an auditor would ask of it."""
    cast = series.cast
    with on(series.day(2), 9):
        consent = db.session.scalars(select(Consent).where(Consent.dossier_id == walk.id).order_by(Consent.id)).first()
        assert consent is not None
        late = cases.CorrectConsent(
            dossier_id=walk.id, consent_id=consent.id, given_on=series.day(3), upload=paper("Consent to sharing"),
            reason="The paper bears a later day.", version=consent.version,
        )  # fmt: skip
        cases.correct_consent(late, actor=cast.caseworker_tallinn)
    with row_security.reading(row_security.EVERYTHING):
        asked = next(
            e for e in checks_queries.asked_of([walk.id])[walk.id] if e.finding.rule == RuleName.CONSENT_MISSING
        )
    answer = checks.AnswerFinding(
        dossier_id=walk.id, key=asked.finding.key, facts_hash=asked.finding.facts_hash,
        reason="They agreed by telephone; the paper followed.",
    )  # fmt: skip
    with on(series.day(1), 9):
        checks.answer_finding(answer, actor=cast.supervisor_tallinn)


def declared(actor: Actor) -> None:
    """A bank account of somebody's own."""
    own = checks.DeclareNumber(kind=Declared.ACCOUNT, name="Salary account", number="EE38 2200 2210 2014 5685")
    checks.declare_number(own, actor=actor)


def asked_by_auditor(walk: Walk, auditor: Actor, *, kept_by: Actor, shared_by: Actor) -> None:
    """A finding that the sending side alone reads, and one for both: each answered, the second sent back."""
    for asked, supervisor in ((AskedOffice.SENDING, kept_by), (AskedOffice.RECEIVING, shared_by)):
        due_on = clock.today() + timedelta(days=20)
        finding_id = findings.raise_audit_finding(
            findings.RaiseAuditFinding(
                dossier_id=walk.id, asked=asked, title="The paint is not proved.", text="I found no statement.",
                questioned_amount=480_00, due_on=due_on,
            ), actor=auditor,
        )  # fmt: skip
        answer = findings.AnswerAuditFinding(
            dossier_id=walk.id, finding_id=finding_id, version=1, reason="It was filed with another case."
        )
        findings.answer_audit_finding(answer, actor=supervisor)
    back = findings.SendBackAuditFinding(
        dossier_id=walk.id, finding_id=finding_id, version=2, reason="Please add it here.", due_on=due_on
    )
    findings.send_back_audit_finding(back, actor=auditor)


def payments_drawn(auditor: Actor) -> str:
    """A sample of the auditor's: payments in euros."""
    wanted = sampling.DrawSample(
        name="Payments in euros", population=PopulationKind.PAYMENTS, wanted=PopulationFilter(currency="EUR"),
        until=None, method=Method.SIMPLE_RANDOM, asked=Asked(size=25), seed="access",
    )  # fmt: skip
    return sampling.draw_sample(wanted, actor=auditor)


def deliveries_examined(auditor: Actor, references: Collection[str]) -> str:
    """All deliveries in euros, of which the auditor looked at one of these cases, at the desk and on the spot."""
    wanted = sampling.DrawSample(
        name="Deliveries on the spot", population=PopulationKind.DELIVERIES, wanted=PopulationFilter(currency="EUR"),
        until=None, method=Method.ALL_ABOVE, asked=Asked(from_amount=Decimal("0.01")), seed="access",
    )  # fmt: skip
    sample_id = sampling.draw_sample(wanted, actor=auditor)
    sample = sampling_queries.get_sample(sample_id, auditor)
    rows = sampling_queries.list_items(sample, auditor)
    sights = {row.number: mark_queries.find_sight(row, auditor) for row in rows}
    number = next(number for number, sight in sights.items() if sight is not None and sight.reference in references)
    examine(sample_id, number, auditor, is_exception=True, note="Of another size than certified.")
    visit(sample_id, number, auditor, found=FoundThere.PARTLY, note="One of two was there.")
    return sample_id
