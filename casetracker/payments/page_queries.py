"""The page of one instalment: what was done, what comes next, who does it, where the money goes."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts.queries import names_of as user_names
from casetracker.core.actor import Actor
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.states import InstalmentState, next_step
from casetracker.documents.models import Document
from casetracker.documents.queries import find_documents
from casetracker.dossiers.states import Sight
from casetracker.grants.holder_queries import list_holders
from casetracker.payments import queries, rules
from casetracker.payments.commands import cap_of
from casetracker.payments.queries import FINANCE_STEPS, Steps
from casetracker.payments.states import StepFacts
from casetracker.providers.queries import get_account, names_of
from casetracker.providers.states import AccountFacts

STEP_ENDPOINTS = {
    InstalmentState.ORDERED: "payments.order_instalment",
    InstalmentState.DELIVERED: "payments.deliver_instalment",
    InstalmentState.INVOICED: "payments.invoice_instalment",
    InstalmentState.PAID: "payments.pay_instalment",
    InstalmentState.VERIFIED: "payments.verify_instalment",
}


@dataclass(frozen=True, kw_only=True)
class InstalmentPage:
    """One instalment with its request; `next`: the step that comes, `may_step`: whether the role makes it."""

    instalment: Instalment
    row: Disbursement
    provider: str | None
    account: AccountFacts | None
    currency: str
    cap: int
    steps: Steps
    facts: StepFacts
    papers: dict[str, Document]
    persons: tuple[tuple[str, str], ...]
    names: dict[str, str]
    next: InstalmentState | None
    may_step: bool
    may_correct: bool
    may_correct_order: bool
    may_reverse: bool
    why_not_skip: Message | None
    may_skip: bool

    @property
    def signer(self) -> str:
        """Who signed for the delivery; empty before it."""
        there = self.steps.delivery
        return (there.signed_by or dict(self.persons).get(there.signed_by_id or "", "")) if there else ""

    @property
    def next_endpoint(self) -> str:
        """The view of the step that comes."""
        return STEP_ENDPOINTS[self.next] if self.next else ""


def load_page(sight: Sight, actor: Actor, instalment_id: str) -> InstalmentPage:
    """The instalment of this dossier; NotFound if it is of another."""
    part = requests.get_instalment(sight.dossier_id, instalment_id)
    row = requests.get_disbursement(sight.dossier_id, part.disbursement_id)
    steps = queries.steps_of([part.id])[part.id]
    facts = queries.step_facts(row, part, actor)
    submission = requests.find_submission(row.id)
    account_id = submission.content.get("account") if submission else None
    currency, cap = cap_of(row, part)
    step = next_step(part.terms, part.state)
    acts = sight.relation is not None and not sight.is_closed
    needed = Permission.PAYMENT_RECORD if step in FINANCE_STEPS else Permission.DELIVERY_LOG
    return InstalmentPage(
        instalment=part,
        row=row,
        provider=names_of([row.provider_id]).get(row.provider_id) if row.provider_id else None,
        account=get_account(account_id) if account_id and actor.may(Permission.PAYMENT_READ) else None,
        currency=currency,
        cap=cap,
        steps=steps,
        facts=facts,
        papers=find_documents(steps.documents),
        persons=tuple((each.id, each.name) for each in list_holders(sight.dossier_id) if each.is_person),
        names=user_names(_people(steps)),
        next=step,
        may_step=acts and step is not None and actor.may(needed),
        may_correct=acts and actor.may(Permission.DELIVERY_LOG),
        may_correct_order=acts and actor.may(Permission.PAYMENT_RECORD),
        may_reverse=acts and steps.payment is not None and actor.may(Permission.REVERSAL_REQUEST),
        why_not_skip=rules.why_not_skip(facts),
        may_skip=acts and actor.may(Permission.DISBURSEMENT_REQUEST),
    )


def list_signers(page: InstalmentPage) -> list[tuple[str, str]]:
    """(id, name) of who may have signed the certificate, in the persons' order; who did sign stays among them."""
    there = page.steps.delivery
    allowed = queries.offered_signers(page.row) | ({there.signed_by_id} if there and there.signed_by_id else set())
    return [(id, name) for id, name in page.persons if id in allowed]


def _people(steps: Steps) -> set[str]:
    people = {steps.order.ordered_by} if steps.order else set()
    people |= {steps.delivery.logged_by} if steps.delivery else set()
    people |= {steps.invoice.logged_by} if steps.invoice else set()
    people |= {steps.payment.recorded_by} if steps.payment else set()
    people |= {steps.verification.verified_by} if steps.verification else set()
    return people | {reversal.requested_by for reversal in steps.reversals}


def get_paper(sight: Sight, instalment_id: str, document_id: str) -> Document:
    """A paper that proves a step of the instalment or is a quote of its request; NotFound for any other.

    This is what a finance officer sees of a case's documents: what the payment needs.
    """
    part = requests.get_instalment(sight.dossier_id, instalment_id)
    steps = queries.steps_of([part.id])[part.id]
    quotes = [quote.document_id for quote in requests.list_quotes(part.disbursement_id)]
    if document_id not in {*steps.documents, *(id for id in quotes if id)}:
        raise NotFound("paper")
    return find_documents([document_id])[document_id]
