"""The frozen facts of one case that the rules look at; days are days of UTC, amounts minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from casetracker.checks.states import Limits
from casetracker.disbursements.states import DisbursementKind, DisbursementState, InstalmentState, PaymentTerms
from casetracker.documents.states import DocumentKind


@dataclass(frozen=True, kw_only=True)
class PersonSeen:
    """A person of the case. phone: as numbers are compared; added_on: None where the record does not say it;
    eligibility: whether the latest decision approved (None: nobody decided), with who decided."""

    id: str
    name: str
    is_adult: bool
    is_active: bool
    is_eea: bool = False
    phone: str | None = None
    added_on: date | None = None
    left_on: date | None = None
    consents: tuple[tuple[date, date | None], ...] = ()
    eligibility: bool | None = None
    decided_by: str | None = None
    applied_on: date | None = None
    has_expulsion_order: bool | None = None


@dataclass(frozen=True, kw_only=True)
class GrantSeen:
    """A grant that stands or stood."""

    id: str
    person_id: str
    made_on: date


@dataclass(frozen=True, kw_only=True)
class LineSeen:
    """A line of the approved plan: for whom, and how much of it the grants pay."""

    id: str
    beneficiaries: frozenset[str]
    granted: int


@dataclass(frozen=True, kw_only=True)
class PaperSeen:
    """A document that a step names."""

    id: str
    kind: DocumentKind | None


@dataclass(frozen=True, kw_only=True)
class PaymentSeen:
    """A payment: what was spent (programme's currency), what its shares add up to, how much was given back."""

    id: str
    paid_on: date
    amount: int
    shares: int
    given_back: int
    recorded_by: str
    account_id: str | None
    paper: PaperSeen


@dataclass(frozen=True, kw_only=True)
class InvoiceSeen:
    """An invoice or receipt."""

    dated_on: date
    amount: int
    currency: str
    paper: PaperSeen
    logged_by: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliverySeen:
    """What was handed over."""

    delivered_on: date
    paper: PaperSeen
    logged_by: str = ""


@dataclass(frozen=True, kw_only=True)
class PartSeen:
    """An instalment with what happened to it; cap: (currency, amount) that was approved in the currency paid."""

    id: str
    number: int
    terms: PaymentTerms
    state: InstalmentState
    amount: int
    cap: tuple[str, int]
    delivery: DeliverySeen | None = None
    invoice: InvoiceSeen | None = None
    payment: PaymentSeen | None = None


@dataclass(frozen=True, kw_only=True)
class SubmissionSeen:
    """What was submitted last, as it was frozen. quote_steps: (from this total on, so many quotes)."""

    requested_by: str
    requested_on: date
    writers: frozenset[str]
    quotes_needed: int
    quote_steps: tuple[tuple[int, int], ...]
    amount: int
    provider_id: str | None
    account_id: str | None
    instalments: int
    shares: int


@dataclass(frozen=True, kw_only=True)
class QuoteSeen:
    """A quote that stands; source: one for all records of providers with the same account."""

    id: str
    source: str
    paper_id: str | None


@dataclass(frozen=True, kw_only=True)
class ShareSeen:
    """What the request takes of one grant."""

    person_id: str
    line_id: str | None
    amount: int


@dataclass(frozen=True, kw_only=True)
class CorrectionSeen:
    """A step of an instalment was corrected: by whom, when; key: the entry in the timeline."""

    instalment_id: str
    key: str
    on: date
    kind: str
    corrected_by: str


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """A request for money as it stands; approvers: (who, when) of its newest submission."""

    id: str
    purpose: str
    kind: DisbursementKind
    state: DisbursementState
    provider_id: str | None
    source: str | None
    account_id: str | None
    currency: str
    amount: int
    created_on: date
    submission: SubmissionSeen | None = None
    approvers: tuple[tuple[str, date], ...] = ()
    quotes: tuple[QuoteSeen, ...] = ()
    shares: tuple[ShareSeen, ...] = ()
    parts: tuple[PartSeen, ...] = ()
    corrections: tuple[CorrectionSeen, ...] = ()

    @property
    def paid(self) -> int:
        """What of it was paid and not given back."""
        return sum(part.payment.amount - part.payment.given_back for part in self.parts if part.payment)

    @property
    def people(self) -> frozenset[str]:
        """Who asked, wrote, approved, logged deliveries and invoices, and paid."""
        asked = {self.submission.requested_by, *self.submission.writers} if self.submission else set()
        paid = {part.payment.recorded_by for part in self.parts if part.payment}
        logged = {step.logged_by for part in self.parts for step in (part.delivery, part.invoice) if step}
        return frozenset(asked | paid | logged | {who for who, _on in self.approvers}) - {""}


@dataclass(frozen=True, kw_only=True)
class AccountSeen:
    """A provider's account that stands or stood: as numbers and holders are compared, who confirmed it, and the
    members of staff who declared it as the own."""

    id: str
    number: str
    holder: str
    confirmed_by: str | None
    stands: bool = True
    staff: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ProviderSeen:
    """Who is paid; accounts: oldest first. staff: the members of staff who declared the provider's telephone as the
    own."""

    id: str
    name: str
    phone: str | None
    accounts: tuple[AccountSeen, ...] = ()
    staff: frozenset[str] = frozenset()

    @property
    def account_id(self) -> str | None:
        """Where it is paid: the newest of its accounts that stands confirmed; None: nowhere yet."""
        return next((each.id for each in reversed(self.accounts) if each.stands and each.confirmed_by), None)


@dataclass(frozen=True, kw_only=True)
class ReferralSeen:
    """What was disclosed: sent on a day by somebody; stands: the office abroad still sees the case."""

    id: str
    sent_on: date
    sent_by: str
    stands: bool


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """Everything the rules look at. eligible: the programme's period; devices: pairs of people who signed in from
    one browser, since when."""

    dossier_id: str
    reference: str
    today: date
    opened_on: date
    closed_on: date | None = None
    eligible: tuple[date, date] | None = None
    excludes_eea: bool = False
    excludes_expulsion: bool = False
    workers: frozenset[str] = frozenset()
    last_visit_on: date | None = None
    reported_on: date | None = None
    limits: Limits = field(default_factory=Limits)
    persons: tuple[PersonSeen, ...] = ()
    grants: tuple[GrantSeen, ...] = ()
    lines: Mapping[str, LineSeen] = field(default_factory=dict)
    requests: tuple[RequestSeen, ...] = ()
    providers: Mapping[str, ProviderSeen] = field(default_factory=dict)
    referrals: tuple[ReferralSeen, ...] = ()
    devices: Mapping[frozenset[str], date] = field(default_factory=dict)

    def provider_of(self, request: RequestSeen) -> ProviderSeen | None:
        """Who is paid by a request."""
        return self.providers.get(request.provider_id or "")

    @property
    def first_paid_on(self) -> date | None:
        """The day of the first payment."""
        days = [part.payment.paid_on for request in self.requests for part in request.parts if part.payment]
        return min(days, default=None)
