"""Requests for tests, built by the commands: the playroom family after arrival, with its approved plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casetracker.approvals import commands as approvals
from casetracker.casefile.events import PersonDeparted
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.disbursements import commands, queries, quote_commands
from casetracker.disbursements.models import Disbursement, Instalment, Submission
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.events.recording import record
from casetracker.grants.queries import list_grants
from casetracker.payments import commands as payments
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.returns.commands import write_departure
from tests.factories.accounts import People, make_people
from tests.factories.documents import pdf
from tests.factories.plans import Planned, approved_plan
from tests.factories.providers import paid_provider
from tests.factories.returns import arrive, days_ago
from tests.grounds import built_once


@dataclass(frozen=True, kw_only=True)
class Payable:
    """The playroom family in Kyiv: people, approved plan, a provider with a confirmed account."""

    people: People
    planned: Planned
    provider_id: str

    @property
    def dossier_id(self) -> str:
        """The case."""
        return self.planned.granted.dossier_id

    @property
    def reference(self) -> str:
        """The reference of the case."""
        return self.planned.granted.family.reference

    @property
    def requester(self) -> Actor:
        """Kyiv's second caseworker asks: the first wrote the plan."""
        return self.people.caseworker_kyiv

    def grant_without_plan(self, person_id: str) -> str:
        """The person's post-arrival grant."""
        found = [g for g in list_grants(self.dossier_id) if g.person_id == person_id and not g.needs_plan]
        return found[0].id


@built_once
def payable(people: People | None = None, *, arrived: bool = True) -> Payable:
    """The approved playroom plan; the whole family arrived unless told otherwise."""
    people = people or make_people()
    planned = approved_plan(people)
    family = planned.granted.family
    if arrived:
        set_departed(family.dossier_id, family.person_ids, actor=people.caseworker_tallinn)
        arrive(family, people, *family.person_ids)
    provider_id = paid_provider(people.caseworker_kyiv, people.finance_kyiv)
    return Payable(people=people, planned=planned, provider_id=provider_id)


@command
def set_departed(dossier_id: str, person_ids: Sequence[str], *, actor: Actor) -> None:
    """They left thirty days ago."""
    for person_id in person_ids:
        write_departure(dossier_id, person_id, days_ago(30))
        record(PersonDeparted(owner_id=dossier_id, person_id=person_id, day=days_ago(30)), actor=actor)


def draft(
    case: Payable,
    *parts: tuple[str, int],
    kind: DisbursementKind = DisbursementKind.PROVIDER,
    instalments: Sequence[int] = (),
    terms: PaymentTerms = PaymentTerms.ON_DELIVERY,
    provider_id: str | None = None,
    local: tuple[str, int] | None = None,
    purpose: str = "Wall panels and paint",
    actor: Actor | None = None,
) -> str:
    """A draft; parts are (option key, minor units), without any the renovation's line. Returns its id."""
    cmd = commands.DraftDisbursement(
        dossier_id=case.dossier_id,
        kind=kind,
        purpose=purpose,
        provider_id=(provider_id or case.provider_id) if kind == DisbursementKind.PROVIDER else None,
        local_currency=local[0] if local else None,
        local_amount=local[1] if local else None,
        parts=parts or ((f"line:{case.planned.renovation}", 400_00),),
        instalments=tuple(InstalmentInput(amount=a, due_on=None, terms=terms) for a in instalments),
    )
    return commands.draft_disbursement(cmd, actor=actor or case.requester)


def quote(
    case: Payable, request_id: str, *, number: int = 1, choose: bool = True, provider_id: str | None = None
) -> list[str]:
    """Quotes with their papers, the first of the provider and chosen; returns their ids."""
    ids = []
    for n in range(number):
        cmd = quote_commands.AddQuote(
            dossier_id=case.dossier_id,
            disbursement_id=request_id,
            provider_id=(provider_id or case.provider_id) if n == 0 else None,
            provider_name=None if n == 0 else f"Other shop {n}",
            amount=400_00 + n,
            currency="EUR",
            upload=pdf(mark=f"{request_id}{n}"),
        )
        ids.append(quote_commands.add_quote(cmd, actor=case.requester))
    if choose:
        chosen = quote_commands.ChooseQuote(
            dossier_id=case.dossier_id, disbursement_id=request_id, quote_id=ids[0], reason="The cheapest"
        )
        quote_commands.choose_quote(chosen, actor=case.requester)
    return ids


def row_of(case: Payable, request_id: str) -> Disbursement:
    """The request as it stands."""
    return queries.get_disbursement(case.dossier_id, request_id)


def submit(case: Payable, request_id: str, *, actor: Actor | None = None) -> Submission:
    """Submit it; the submission."""
    cmd = commands.SubmitDisbursement(
        dossier_id=case.dossier_id, disbursement_id=request_id, version=row_of(case, request_id).version
    )
    commands.submit_disbursement(cmd, actor=actor or case.requester)
    return queries.get_submission(request_id)


def submitted(case: Payable, *parts: tuple[str, int], number: int = 1, **options: object) -> Submission:
    """A request with its quotes, submitted."""
    request_id = draft(case, *parts, **options)  # type: ignore[arg-type]  # the options of `draft`
    quote(case, request_id, number=number, provider_id=options.get("provider_id"))  # type: ignore[arg-type]
    return submit(case, request_id)


def decision(submission: Submission, reason: str | None = None) -> approvals.DecideDisbursement:
    """A decision on what was submitted."""
    return approvals.DecideDisbursement(
        submission_id=submission.id, content_hash=submission.content_hash, reason=reason
    )


@built_once
def approved(case: Payable, *parts: tuple[str, int], **options: object) -> str:
    """A request with all its approvals; returns its id."""
    submission = submitted(case, *parts, **options)  # type: ignore[arg-type]  # the options of `draft`
    cmd, request_id, sending = decision(submission), submission.disbursement_id, submission.needs_sending
    approvals.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    if sending:
        approvals.approve_disbursement(cmd, actor=case.people.supervisor_tallinn)
    return request_id


def instalments(request_id: str) -> list[Instalment]:
    """The instalments as they stand."""
    return queries.list_instalments(request_id)


def about(case: Payable, part: Instalment) -> dict[str, object]:
    """What every command on an instalment says."""
    return {"dossier_id": case.dossier_id, "instalment_id": part.id, "version": part.version}


def order(case: Payable, part: Instalment) -> None:
    """Ordered today by Kyiv's finance officer."""
    cmd = payments.OrderInstalment(day=clock.today("Europe/Kyiv"), number=None, **about(case, part))  # type: ignore[arg-type]
    payments.order_instalment(cmd, actor=case.people.finance_kyiv)


def deliver(case: Payable, part: Instalment, signed_by: str | None = None) -> None:
    """Handed over today, signed by the principal."""
    cmd = payments.DeliverInstalment(
        day=clock.today("Europe/Kyiv"),
        signed_by_id=signed_by or case.planned.granted.family.principal,
        certificate=pdf(mark=f"certificate {part.id}"),
        note=None,
        **about(case, part),  # type: ignore[arg-type]
    )
    payments.deliver_instalment(cmd, actor=case.requester)


def invoice(case: Payable, part: Instalment, amount: int | None = None, day: object = None) -> None:
    """The invoice of today, over the whole."""
    cmd = payments.InvoiceInstalment(
        day=day or clock.today("Europe/Kyiv"),  # type: ignore[arg-type]
        number="2026/17",
        amount=amount or part.local_amount or part.amount,
        paper=pdf(mark=f"invoice {part.id}"),
        **about(case, part),  # type: ignore[arg-type]
    )
    payments.invoice_instalment(cmd, actor=case.requester)


def pay(case: Payable, part: Instalment, amount: int | None = None, *, actor: Actor | None = None) -> str:
    """Paid today by Kyiv's finance officer; returns the payment's id."""
    cmd = PayInstalment(
        day=clock.today("Europe/Kyiv"),
        amount=amount or part.local_amount or part.amount,
        proof=pdf(mark=f"proof {part.id}"),
        **about(case, part),  # type: ignore[arg-type]
    )
    return pay_instalment(cmd, actor=actor or case.people.finance_kyiv)
