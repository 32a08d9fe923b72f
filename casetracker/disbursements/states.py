"""States of disbursements and instalments, the order of an instalment's steps, the facts that rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class DisbursementKind(StrEnum):
    """How the money reaches what it is for; to a provider is the rule, cash only within the package's cap."""

    PROVIDER = "provider"
    REIMBURSEMENT = "reimbursement"
    CASH = "cash"


class DisbursementState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class PaymentTerms(StrEnum):
    """In which order an instalment's steps come."""

    ON_DELIVERY = "on_delivery"
    PREPAYMENT = "prepayment"
    REIMBURSEMENT = "reimbursement"
    CASH = "cash"
    RETENTION = "retention"


class InstalmentState(StrEnum):
    """The last step an instalment has made."""

    PLANNED = "planned"
    ORDERED = "ordered"
    DELIVERED = "delivered"
    INVOICED = "invoiced"
    PAID = "paid"
    VERIFIED = "verified"
    SKIPPED = "skipped"


class TenderProcedure(StrEnum):
    """How offers were asked for where a tender is needed."""

    OPEN = "open"
    RESTRICTED = "restricted"
    NEGOTIATED = "negotiated"


class DecisionStep(StrEnum):
    """What a supervisor decided about a submission."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


class Level(StrEnum):
    """The four ceilings that every request stands under."""

    LINE = "line"
    GRANT = "grant"
    BUDGET_LINE = "budget_line"
    PROGRAMME = "programme"


D, S, T = DisbursementState, InstalmentState, PaymentTerms

TRANSITIONS: dict[DisbursementState, tuple[DisbursementState, ...]] = {
    D.DRAFT: (D.SUBMITTED, D.CANCELLED),
    D.SUBMITTED: (D.DRAFT, D.APPROVED, D.RETURNED, D.REFUSED, D.CANCELLED),
    D.RETURNED: (D.DRAFT, D.SUBMITTED, D.CANCELLED),
    D.APPROVED: (D.DRAFT, D.CANCELLED, D.CLOSED),
    D.REFUSED: (),
    D.CANCELLED: (),
    D.CLOSED: (),
}
"""From which state to which (domain, "Disbursement"); back to draft is an edit, which releases the money."""

COUNTED = (D.SUBMITTED, D.APPROVED, D.CLOSED)
"""The states whose amounts count for bands, quotes and the cash cap."""

STEPS: dict[PaymentTerms, tuple[InstalmentState, ...]] = {
    T.ON_DELIVERY: (S.ORDERED, S.DELIVERED, S.INVOICED, S.PAID, S.VERIFIED),
    T.PREPAYMENT: (S.ORDERED, S.INVOICED, S.PAID, S.DELIVERED, S.VERIFIED),
    T.REIMBURSEMENT: (S.DELIVERED, S.INVOICED, S.PAID, S.VERIFIED),
    T.CASH: (S.PAID, S.VERIFIED),
    T.RETENTION: (S.INVOICED, S.PAID, S.VERIFIED),
}
"""The steps of an instalment in the order that its terms allow."""

TERMS_OF_KIND: dict[DisbursementKind, tuple[PaymentTerms, ...]] = {
    DisbursementKind.PROVIDER: (T.ON_DELIVERY, T.PREPAYMENT, T.RETENTION),
    DisbursementKind.REIMBURSEMENT: (T.REIMBURSEMENT,),
    DisbursementKind.CASH: (T.CASH,),
}


def next_step(terms: PaymentTerms, state: InstalmentState) -> InstalmentState | None:
    """The step that comes next, None when the instalment is at its end."""
    steps = STEPS[terms]
    if state == InstalmentState.PLANNED:
        return steps[0]
    if state == InstalmentState.SKIPPED or state == steps[-1]:
        return None
    return steps[steps.index(state) + 1]


def is_paid(terms: PaymentTerms, state: InstalmentState) -> bool:
    """Whether the money of the instalment has been paid."""
    if state in (InstalmentState.PLANNED, InstalmentState.SKIPPED):
        return False
    steps = STEPS[terms]
    return steps.index(state) >= steps.index(InstalmentState.PAID)


@dataclass(frozen=True, kw_only=True)
class LevelFacts:
    """One ceiling that the request stands under: what is asked of it and what it has left (minor units). `owner`: the
    ids that lead to the account's page: of the grant, the line, the programme, or the programme and its budget line."""

    level: Level
    name: str
    account_id: str
    owner: tuple[str, ...] = ()
    asked: int
    left: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class DrawFacts:
    """What a request draws from one grant, and what that grant allows.

    ended_on: the day on which a clock of the grant ran out, also where its lapse is not recorded yet.
    """

    grant_id: str
    person_id: str
    person: str
    package: str
    amount: int
    is_open: bool
    arrived_on: date | None
    in_kind_only: bool
    needs_plan: bool
    is_on_plan: bool
    cash_cap: int | None
    cash_before: int
    is_adult: bool = True
    is_person: bool = True
    ended_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class QuoteFacts:
    """A quote received: from whom, how much, with its paper.

    payee_id: one for all records of providers that are one payee; None for who is known by name only.
    """

    quote_id: str
    provider_name: str
    provider_id: str | None
    amount: int
    currency: str
    document_id: str | None
    is_chosen: bool
    payee_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class PanelEntry:
    """Who sat on the panel of a tender: somebody of the staff, or another one by name; and as what."""

    user_id: str | None
    name: str | None
    function: str


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """Everything that submitting a request is judged by. Amounts in minor units of `currency`.

    local_worth: the local amount at the stored rate of today, half up; None without a local amount or a rate.
    total: this request together with all others for the same provider and activity (or person).
    """

    state: DisbursementState
    kind: DisbursementKind
    currency: str
    amount: int
    local_currency: str | None
    local_amount: int | None
    local_worth: int | None
    provider_id: str | None
    has_account: bool
    today: date
    eligible_from: date
    eligible_until: date
    has_policy: bool
    draws: tuple[DrawFacts, ...]
    levels: tuple[LevelFacts, ...]
    instalments: tuple[tuple[PaymentTerms, int], ...]
    quotes: tuple[QuoteFacts, ...]
    quotes_needed: int
    has_choice_reason: bool
    total: int
    has_cut_line: bool = False
    own_procedure_limit: int | None = None


name_values({
    DisbursementKind.PROVIDER: N_("To a provider"),
    DisbursementKind.REIMBURSEMENT: N_("Reimbursement"),
    DisbursementKind.CASH: N_("Cash"),
})  # fmt: skip
name_values({
    D.DRAFT: N_("Draft"), D.SUBMITTED: N_("Submitted"), D.APPROVED: N_("Approved"),
    D.RETURNED: N_("Returned"), D.REFUSED: N_("Refused"), D.CANCELLED: N_("Cancelled"), D.CLOSED: N_("Done"),
})  # fmt: skip
name_values({
    T.ON_DELIVERY: N_("Paid on delivery"), T.PREPAYMENT: N_("Paid in advance"),
    T.REIMBURSEMENT: N_("Paid back to the person"), T.CASH: N_("Handed out in cash"),
    T.RETENTION: N_("Kept back until its day"),
})  # fmt: skip
name_values({
    S.PLANNED: N_("Planned"), S.ORDERED: N_("Ordered"), S.DELIVERED: N_("Delivered"),
    S.INVOICED: N_("Invoiced"), S.PAID: N_("Paid"), S.VERIFIED: N_("Verified"), S.SKIPPED: N_("Skipped"),
})  # fmt: skip
name_values({
    TenderProcedure.OPEN: N_("Open tender"), TenderProcedure.RESTRICTED: N_("Restricted tender"),
    TenderProcedure.NEGOTIATED: N_("Negotiated procedure"),
})  # fmt: skip
name_values({
    DecisionStep.APPROVE: N_("Approved"), DecisionStep.RETURN: N_("Returned"),
    DecisionStep.REFUSE: N_("Refused"),
})  # fmt: skip
name_values({
    Level.LINE: N_("Plan line"), Level.GRANT: N_("Grant"), Level.BUDGET_LINE: N_("Budget line"),
    Level.PROGRAMME: N_("Programme"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ShareFacts:
    """What a request takes from one grant for one line (or for none); `person_id` is the grant's holder's, as there."""

    id: str
    line_id: str | None
    activity_id: str | None
    grant_id: str
    person_id: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class DrawOption:
    """What money is asked for: a line of the plan (`line:<id>`), a grant without plan (`grant:<id>`)."""

    key: str
    title: str
    detail: str
    left: int
    currency: str
    provider_id: str | None = None
