"""A case as it should be, in the facts that the rules look at, and short ways to change one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from casetracker.checks import rules
from casetracker.checks.fact_states import (
    AccountSeen,
    CaseFacts,
    DeliverySeen,
    GrantSeen,
    InvoiceSeen,
    LineSeen,
    PaperSeen,
    PartSeen,
    PaymentSeen,
    PersonSeen,
    ProviderSeen,
    QuoteSeen,
    ReferralSeen,
    RequestSeen,
    ShareSeen,
    SubmissionSeen,
)
from casetracker.checks.states import RuleName
from casetracker.disbursements.states import DisbursementKind, DisbursementState, InstalmentState, PaymentTerms
from casetracker.documents.states import DocumentKind

TODAY = date(2026, 10, 1)
ASKED, APPROVED, PAID = date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 10)

DELIVERY = DeliverySeen(
    delivered_on=date(2026, 8, 8), paper=PaperSeen(id="certificate", kind=DocumentKind.HANDOVER_CERTIFICATE)
)
INVOICE = InvoiceSeen(
    dated_on=date(2026, 8, 9), amount=900_00, currency="EUR", paper=PaperSeen(id="bill", kind=DocumentKind.INVOICE)
)
PAYMENT = PaymentSeen(
    id="payment", paid_on=PAID, amount=900_00, shares=900_00, given_back=0, recorded_by="finance",
    account_id="account", paper=PaperSeen(id="proof", kind=DocumentKind.PROOF_OF_PAYMENT),
)  # fmt: skip
PART = PartSeen(
    id="part", number=1, terms=PaymentTerms.ON_DELIVERY, state=InstalmentState.PAID, amount=900_00,
    cap=("EUR", 900_00), delivery=DELIVERY, invoice=INVOICE, payment=PAYMENT,
)  # fmt: skip
SUBMISSION = SubmissionSeen(
    requested_by="asker", requested_on=ASKED, writers=frozenset({"asker"}), quotes_needed=1,
    quote_steps=((0, 1), (1_000_00, 3)), amount=900_00, provider_id="shop", account_id="account",
    instalments=900_00, shares=900_00,
)  # fmt: skip
REQUEST = RequestSeen(
    id="request", purpose="Tools", kind=DisbursementKind.PROVIDER, state=DisbursementState.APPROVED,
    provider_id="shop", source="shop", account_id="account", currency="EUR", amount=900_00, created_on=ASKED,
    submission=SUBMISSION, approvers=(("supervisor", APPROVED),),
    quotes=(QuoteSeen(id="quote", source="shop", paper_id="offer"),),
    shares=(ShareSeen(person_id="father", line_id="tools", amount=900_00),), parts=(PART,),
)  # fmt: skip
FATHER = PersonSeen(
    id="father", name="Oleh Kovalenko", is_adult=True, is_active=True, phone="501234567",
    consents=((date(2026, 5, 1), None),), eligibility=True, decided_by="decider",
    applied_on=date(2026, 5, 1), has_expulsion_order=False,
)  # fmt: skip
CHILD = PersonSeen(
    id="child", name="Daria Kovalenko", is_adult=False, is_active=True, eligibility=True,
    decided_by="decider", applied_on=date(2026, 5, 1), has_expulsion_order=False,
)  # fmt: skip
SHOP = ProviderSeen(
    id="shop", name="Tool shop", phone="671112233",
    accounts=(AccountSeen(id="account", number="UA21", holder="Tool shop", confirmed_by="other"),),
)  # fmt: skip
REFERRAL = ReferralSeen(id="referral", sent_on=date(2026, 5, 10), sent_by="caseworker", stands=True)

CLEAN = CaseFacts(
    dossier_id="case", reference="EE-2026-00001", today=TODAY, opened_on=date(2026, 4, 20),
    eligible=(date(2024, 1, 1), date(2026, 12, 31)), excludes_eea=True, excludes_expulsion=True,
    workers=frozenset({"caseworker"}), persons=(FATHER, CHILD),
    grants=(
        GrantSeen(id="grant", person_id="father", made_on=date(2026, 5, 3)),
        GrantSeen(id="grant2", person_id="child", made_on=date(2026, 5, 3)),
    ),
    lines={
        "tools": LineSeen(id="tools", beneficiaries=frozenset({"father"}), granted=900_00),
        "school": LineSeen(id="school", beneficiaries=frozenset({"child"}), granted=400_00),
    },
    requests=(REQUEST,), providers={"shop": SHOP}, referrals=(REFERRAL,),
)  # fmt: skip


def request(**changes: Any) -> RequestSeen:
    """The request with some of it changed; names of the submission's, the instalment's or the payment's go there."""
    found = REQUEST
    payment = {name: changes.pop(name) for name in list(changes) if name in PAYMENT.__dataclass_fields__.keys() - SAME}
    part = {name: changes.pop(name) for name in list(changes) if name in ("delivery", "invoice", "payment", "terms")}
    if payment:
        part["payment"] = replace(PAYMENT, **payment)
    if part:
        found = replace(found, parts=(replace(PART, **part),))
    submitted = {name: changes.pop(name) for name in list(changes) if name in ("requested_by", "quotes_needed")}
    if submitted:
        found = replace(found, submission=replace(SUBMISSION, **submitted))
    return replace(found, **changes)


SAME = {"id", "amount", "shares", "account_id"}
"""Names that both a request and a payment have; they mean the request's."""


def case(*requests: RequestSeen, **changes: Any) -> CaseFacts:
    """The case with these requests in place of its own."""
    if requests:
        changes["requests"] = requests
    return replace(CLEAN, **changes)


UNPAID = replace(PART, payment=None, state=InstalmentState.INVOICED)
SECOND = replace(
    REQUEST, id="second", purpose="More tools", shares=(ShareSeen(person_id="father", line_id="shed", amount=900_00),),
    parts=(replace(UNPAID, id="part2"),),
)  # fmt: skip
NO_PAPER = PaperSeen(id="x", kind=DocumentKind.OTHER)
OWN = frozenset({"asker"})


def second(days: int, **changes: Any) -> RequestSeen:
    """Another request of 900 to the same payee, so many days after the first, with something of it changed."""
    later = replace(SUBMISSION, requested_on=ASKED + timedelta(days=days))
    return replace(SECOND, submission=later, approvers=(), **changes)


def account(**changes: Any) -> CaseFacts:
    """The provider's account with something of it changed."""
    return case(providers={"shop": replace(SHOP, accounts=(replace(SHOP.accounts[0], **changes),))})


def person(**changes: Any) -> CaseFacts:
    """The father with something of him changed."""
    return case(persons=(replace(FATHER, **changes), CHILD))


def quotes(*sources: str) -> tuple[QuoteSeen, ...]:
    """A quote of each of these payees, each with its paper."""
    return tuple(QuoteSeen(id=f"quote{n}", source=source, paper_id="offer") for n, source in enumerate(sources))


def found_in(facts: CaseFacts) -> list[RuleName]:
    """The rules that ask something."""
    return [finding.rule for finding in rules.findings_of(facts)]


def asks(rule: RuleName, facts: CaseFacts) -> bool:
    """Whether this rule asks something."""
    return rule in found_in(facts)


Said = tuple[str, str, date, list[str], str, str]


def said(rule: RuleName, facts: CaseFacts) -> list[Said]:
    """Everything that one rule asks: about whom or what, in which words, since when, with which evidence (place, id:
    words), about which requests' money, and about whose work."""
    return [
        (
            each.subject_id, str(each.text), each.since, [f"{on.place} {on.id}: {on.text}" for on in each.evidence],
            " ".join(sorted(each.request_ids)), " ".join(sorted(each.people)),
        )
        for each in rules.findings_of(facts) if each.rule == rule
    ]  # fmt: skip
