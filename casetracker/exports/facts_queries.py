"""What stands in a case now, for a file that people read: summary, persons, grants, ledger, payments, documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from casetracker.accounts import queries as accounts
from casetracker.casefile import queries as casefile
from casetracker.casefile.page import steps_of
from casetracker.casefile.queries import CaseHead
from casetracker.cases import queries as cases
from casetracker.cases.models import Case
from casetracker.cases.states import Outcome, PersonFacts
from casetracker.core.db import db
from casetracker.core.errors import N_
from casetracker.core.money import Money
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.documents.models import Document
from casetracker.documents.queries import list_documents
from casetracker.dossiers.states import Sight
from casetracker.events.states import Part
from casetracker.exports.states import CaseFacts, DocumentLine, GrantLine, LedgerLine, PaymentLine, PersonLine
from casetracker.grants.queries import list_grants
from casetracker.grants.states import GrantFacts
from casetracker.ledger.models import LedgerEntry, LedgerPosting
from casetracker.payments.models import Payment, PaymentApproval, Reversal
from casetracker.payments.states import ReversalState
from casetracker.programmes.states import ApplicantRole
from casetracker.providers import queries as providers
from casetracker.returns.queries import journey_facts, return_facts
from casetracker.returns.states import ReturnFacts
from casetracker.web.choices import country_name
from casetracker.web.labels import label

PART_WORDS = {
    Part.SHARED: N_("Both offices"),
    Part.SENDING: N_("Sending office"),
    Part.ASYLUM: N_("Asylum"),
    Part.ACCESS: N_("Access"),
}
"""The compartments in words."""


def load_facts(sight: Sight) -> CaseFacts:
    """Everything that a printed or tabulated history shows beside its entries, through the reader's sight.

    The number of queries does not depend on how much there is.
    """
    head, standing = casefile.load_standing(sight)
    persons = cases.list_persons(sight.dossier_id)
    known = return_facts(sight.dossier_id) if sight.is_sending else journey_facts(sight.dossier_id)
    papers = list(reversed(list_documents(sight)))
    names = {person.id: person.name for person in persons}
    grants = list_grants(sight.dossier_id)
    steps = steps_of(sight, casefile.stage_facts_from(standing, persons, (), known), head)
    principal = next((person for person in persons if person.role == ApplicantRole.PRINCIPAL), None)
    return CaseFacts(
        reference=sight.reference,
        title=principal.family_name if principal is not None and not sight.erased_on else "",
        summary=tuple(_summary(sight, head)),
        steps=tuple((step.label, step.state) for step in steps),
        persons=tuple(_person(person, known.get(person.id) or ReturnFacts(person_id=person.id)) for person in persons),
        grants=tuple(grant_line(grant, names) for grant in grants),
        ledger=tuple(ledger_lines(grants, names)),
        payments=tuple(payment_lines(sight, papers)),
        documents=tuple(document_lines(papers, names)),
    )  # fmt: skip


def _summary(sight: Sight, head: CaseHead) -> list[tuple[str, str | date | None]]:
    query = select(Case.caseworker_id, Case.receiving_caseworker_id).where(Case.id == sight.dossier_id)
    worker, receiving_worker = db.session.execute(query).one()
    names = accounts.names_of({each for each in (worker, receiving_worker) if each})
    outcome = None if head.outcome is None else label(Outcome(head.outcome))
    return [
        (_("Sending office"), head.sending_office),
        (_("Caseworker"), names.get(worker, "")),
        (_("Receiving office"), head.receiving_office),
        (_("Caseworker of the receiving office"), names.get(receiving_worker or "")),
        (_("Host country"), country_name(head.host_country)),
        (_("Country of return"), country_name(head.return_country)),
        (_("Place of return"), head.return_place),
        (_("Programme"), head.programme),
        (_("Stage"), label(head.stage)),
        (_("Opened"), head.opened_on),
        (_("Closed"), head.closed_on),
        (_("Outcome"), outcome),
        (_("Suspended since"), head.suspended_on),
        (_("Reason of the suspension"), head.suspension_reason),
        (_("Restricted"), _("yes") if head.is_restricted else None),
        (_("Opened afterwards"), _("yes") if head.is_retroactive else None),
        (_("Erased on"), sight.erased_on),
    ]


def _person(person: PersonFacts, known: ReturnFacts) -> PersonLine:
    return PersonLine(
        name=person.name, role=label(person.role), sex=label(person.sex), birth_date=person.birth_date,
        age_estimate=person.age_estimate, nationality=country_name(person.nationality),
        return_type=label(person.return_type), status=label(person.status), counselled_on=known.counselled_on,
        eligibility="" if known.eligibility is None else label(known.eligibility), decided_on=known.decided_on,
        departed_on=known.departed_on, arrived_on=known.arrived_on, contact_on=known.contact_on,
    )  # fmt: skip


def grant_line(grant: GrantFacts, names: Mapping[str, str]) -> GrantLine:
    """A grant and where its money stands; names: of persons by their ids."""
    currency, totals = grant.currency, grant.totals
    return GrantLine(
        person=names.get(grant.person_id, ""), package=grant.package_name, state=label(grant.state),
        made_on=grant.made_on, entitled=Money(grant.amount, currency), awarded=Money(totals.awarded, currency),
        reserved=Money(totals.reserved, currency), committed=Money(totals.committed, currency),
        spent=Money(totals.spent, currency), use_until=grant.use_due_on,
    )  # fmt: skip


def ledger_lines(grants: list[GrantFacts], names: Mapping[str, str]) -> list[LedgerLine]:
    """The entries of the grants' accounts, grant by grant."""
    place = {grant.account_id: number for number, grant in enumerate(grants)}
    query = (
        select(LedgerEntry.account_id, LedgerEntry.amount, LedgerPosting)
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .where(LedgerEntry.account_id.in_(sorted(place)))
        .order_by(LedgerPosting.at, LedgerPosting.id)
    )
    rows = db.session.execute(query).all() if place else []
    return [
        LedgerLine(
            at=posting.at, day=posting.day, person=names.get(grants[place[account_id]].person_id, ""),
            package=grants[place[account_id]].package_name, move=label(posting.move),
            amount=Money(amount, grants[place[account_id]].currency),
        )
        for account_id, amount, posting in sorted(rows, key=lambda row: place[row[0]])
    ]  # fmt: skip


def payment_lines(sight: Sight, papers: Sequence[Document]) -> list[PaymentLine]:
    """The payments of a case or project by day; papers: the documents as they are numbered."""
    back = select(func.sum(Reversal.amount)).where(
        Reversal.payment_id == Payment.id, Reversal.state == ReversalState.APPROVED
    )
    query = (
        select(Payment, Instalment.number, Disbursement.purpose, Disbursement.provider_id, back.scalar_subquery())
        .join(Instalment, Instalment.id == Payment.instalment_id)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .where(Payment.dossier_id == sight.dossier_id)
        .order_by(Payment.paid_on, Payment.recorded_at, Payment.id)
    )
    found = db.session.execute(query).all()
    approvals = select(PaymentApproval.payment_id, PaymentApproval.approver_id)
    approvers: dict[str, list[str]] = defaultdict(list)
    for payment_id, approver in db.session.execute(approvals.where(PaymentApproval.dossier_id == sight.dossier_id)):
        approvers[payment_id].append(approver)
    people = accounts.names_of(
        {each for row in found for each in (row[0].requested_by, row[0].recorded_by, *approvers[row[0].id])}
    )
    paid_to = providers.names_of({row[3] for row in found if row[3]})
    proofs = {document.id: number for number, document in enumerate(papers, 1)}
    return [
        PaymentLine(
            paid_on=payment.paid_on, purpose=purpose, instalment=number, provider=paid_to.get(provider_id, ""),
            paid=Money(payment.paid_amount, payment.paid_currency), rate=payment.rate,
            charged=Money(payment.amount, payment.currency), given_back=Money(given_back or 0, payment.currency),
            requested_by=people[payment.requested_by],
            approved_by="; ".join(sorted(people[each] for each in approvers[payment.id])),
            recorded_by=people[payment.recorded_by], proof=proofs.get(payment.document_id),
        )
        for payment, number, purpose, provider_id, given_back in found
    ]  # fmt: skip


def document_lines(papers: Sequence[Document], names: Mapping[str, str]) -> list[DocumentLine]:
    """The index of documents, numbered in this order."""
    people = accounts.names_of({document.added_by for document in papers})
    return [
        DocumentLine(
            number=number, title=document.title, kind=label(document.kind),
            person=names.get(document.person_id or "", ""), day=document.day, added_at=document.added_at,
            added_by=people[document.added_by], media_type=document.media_type, size=document.size,
            part=_(PART_WORDS[Part(document.part)]), sha256=document.sha256,
        )
        for number, document in enumerate(papers, 1)
    ]  # fmt: skip
