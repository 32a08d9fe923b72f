"""Rules by name, how serious a finding is, and the finding itself with its evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_, Message
from casetracker.core.labels import name_values
from casetracker.events.states import Part


class Severity(StrEnum):
    """Serious: as the facts stand, a rule of the programme is broken. Question: a pattern that wants a word of
    explanation. Only what is serious holds up money and closing."""

    SERIOUS = "serious"
    QUESTION = "question"


class RuleName(StrEnum):
    """What is looked for (domain, "What auditors look for")."""

    SPLIT_PURCHASE = "split_purchase"
    MISSING_QUOTES = "missing_quotes"
    ONE_SOURCE = "one_source"
    SHARED_ACCOUNT = "shared_account"
    SHARED_PHONE = "shared_phone"
    HOLDER_IS_BENEFICIARY = "holder_is_beneficiary"
    PROOF_OF_PAYMENT = "proof_of_payment"
    GOODS_RECEIVED = "goods_received"
    INVOICE_PERIOD = "invoice_period"
    ABOVE_BUDGET = "above_budget"
    FIGURES_DIFFER = "figures_differ"
    FOUR_EYES = "four_eyes"
    ACCOUNT_AND_PAYMENT = "account_and_payment"
    SAME_DEVICE = "same_device"
    CHANGED_AFTER_APPROVAL = "changed_after_approval"
    CORRECTED_AFTER_PAYMENT = "corrected_after_payment"
    CHILDS_GRANT = "childs_grant"
    MONITORING_LATE = "monitoring_late"
    CONSENT_MISSING = "consent_missing"
    ELIGIBILITY_EVIDENCE = "eligibility_evidence"
    NO_FINAL_REPORT = "no_final_report"


class Declared(StrEnum):
    """What a member of staff declares as the own, so that it can be compared with what providers have."""

    ACCOUNT = "account"
    PHONE = "phone"


class Place(StrEnum):
    """Where a piece of evidence is opened."""

    REQUEST = "request"
    INSTALMENT = "instalment"
    DOCUMENT = "document"
    PROVIDER = "provider"
    ENTRY = "entry"
    CASE = "case"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing that a finding rests on: `id` of the request, document, ... or the anchor on the case's page; `text`
    says what it is, `on` the day of an entry. for_auditors: named to auditors alone, e.g. which member of staff."""

    place: Place
    id: str
    text: Message
    on: date | None = None
    for_auditors: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an auditor would ask. subject_id: the request, person, ... it is about; request_ids: the requests whose
    money it concerns; people: ids of those whose work is asked about, who do not answer it. `basis` are the facts it
    rests on: an answer holds for these alone."""

    dossier_id: str
    rule: RuleName
    severity: Severity
    part: Part
    subject_id: str
    text: Message
    since: date
    basis: tuple[str | int | None, ...]
    evidence: tuple[Evidence, ...] = ()
    request_ids: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Which finding of its case it is, as an address names it."""
        return f"{self.rule}:{self.subject_id}"

    @property
    def facts_hash(self) -> str:
        """SHA-256 of the facts: another hash, another question."""
        content = json.dumps([str(self.rule), self.subject_id, *self.basis])
        return hashlib.sha256(content.encode("ascii")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class AnswerFacts:
    """A finding that was explained: by whom, when, why."""

    reason: str
    answered_by: str
    answered_on: date


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Numbers that patterns are judged by; no source fixes them, so they are the installation's setting (days)."""

    split_days: int = 90
    delivery_days: int = 30
    visit_days: int = 180


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A finding as one reader is shown it; answer: None while it is open."""

    finding: Finding
    answer: AnswerFacts | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has explained it yet."""
        return self.answer is None


@dataclass(frozen=True)
class Looked:
    """What one rule says: about whom or what, in which words, since when, by which facts."""

    subject_id: str
    text: Message
    since: date
    basis: tuple[str | int | None, ...]
    evidence: tuple[Evidence, ...] = ()
    request_ids: frozenset[str] = field(default_factory=frozenset)
    people: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the list: how serious, which compartment its facts are of, what it looks for, what puts it right."""

    name: RuleName
    severity: Severity
    part: Part
    look: Callable[..., Iterator[Looked]]
    remedy: str


name_values({Severity.SERIOUS: N_("Serious"), Severity.QUESTION: N_("To be explained")})
name_values({Declared.ACCOUNT: N_("Bank account"), Declared.PHONE: N_("Telephone")})
name_values({
    RuleName.SPLIT_PURCHASE: N_("Purchase split under a limit"),
    RuleName.MISSING_QUOTES: N_("Quotes are missing"),
    RuleName.ONE_SOURCE: N_("Quotes of one source"),
    RuleName.SHARED_ACCOUNT: N_("Provider's bank account is somebody else's"),
    RuleName.SHARED_PHONE: N_("Provider's telephone is somebody else's"),
    RuleName.HOLDER_IS_BENEFICIARY: N_("Account held by a beneficiary"),
    RuleName.PROOF_OF_PAYMENT: N_("No proof of payment"),
    RuleName.GOODS_RECEIVED: N_("No proof of goods received"),
    RuleName.INVOICE_PERIOD: N_("Invoice outside the eligible period"),
    RuleName.ABOVE_BUDGET: N_("Above the approved budget"),
    RuleName.FIGURES_DIFFER: N_("Figures cannot be reproduced"),
    RuleName.FOUR_EYES: N_("Two steps by one person"),
    RuleName.ACCOUNT_AND_PAYMENT: N_("One person for account and payment"),
    RuleName.SAME_DEVICE: N_("Requested and approved in one browser"),
    RuleName.CHANGED_AFTER_APPROVAL: N_("Changed after approval"),
    RuleName.CORRECTED_AFTER_PAYMENT: N_("Corrected after payment"),
    RuleName.CHILDS_GRANT: N_("Child's grant not for the child"),
    RuleName.MONITORING_LATE: N_("Monitoring is late"),
    RuleName.CONSENT_MISSING: N_("Consent missing at disclosure"),
    RuleName.ELIGIBILITY_EVIDENCE: N_("Eligibility evidence missing"),
    RuleName.NO_FINAL_REPORT: N_("Closed without final report"),
})  # fmt: skip


def first(days: Iterable[date | None], otherwise: date) -> date:
    """The earliest of the days that are known."""
    return min((day for day in days if day is not None), default=otherwise)
