"""Kinds of documents, and a file as it comes in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class DocumentKind(StrEnum):
    """What a document proves."""

    RETURN_APPLICATION = "return_application"
    CONSENT = "consent"
    ASYLUM_WITHDRAWAL = "asylum_withdrawal"
    TRAVEL_DOCUMENT = "travel_document"
    FIT_TO_TRAVEL = "fit_to_travel"
    BOOKING = "booking"
    ARRIVAL_PROOF = "arrival_proof"
    NEEDS_ASSESSMENT = "needs_assessment"
    PLAN_AGREEMENT = "plan_agreement"
    QUOTE = "quote"
    OWN_CONTRIBUTION = "own_contribution"
    HANDOVER_CERTIFICATE = "handover_certificate"
    INVOICE = "invoice"
    PROOF_OF_PAYMENT = "proof_of_payment"
    REFUND_PROOF = "refund_proof"
    VISIT_REPORT = "visit_report"
    FINAL_REPORT = "final_report"
    DONOR_AGREEMENT = "donor_agreement"
    PARTNER_AGREEMENT = "partner_agreement"
    PARTNER_REPORT = "partner_report"
    TENDER_NOTICE = "tender_notice"
    SITE_APPLICATION = "site_application"
    OWNERSHIP_PROOF = "ownership_proof"
    MINUTES = "minutes"
    SITE_AGREEMENT = "site_agreement"
    WORKS_CONTRACT = "works_contract"
    ACCEPTANCE_ACT = "acceptance_act"
    EQUIPMENT_RECEIPT = "equipment_receipt"
    PHOTOGRAPH = "photograph"
    OTHER = "other"


name_values({
    DocumentKind.RETURN_APPLICATION: N_("Return application"),
    DocumentKind.CONSENT: N_("Consent"),
    DocumentKind.ASYLUM_WITHDRAWAL: N_("Withdrawal of the asylum application"),
    DocumentKind.TRAVEL_DOCUMENT: N_("Travel document"),
    DocumentKind.FIT_TO_TRAVEL: N_("Fit to travel"),
    DocumentKind.BOOKING: N_("Booking"),
    DocumentKind.ARRIVAL_PROOF: N_("Proof of arrival"),
    DocumentKind.NEEDS_ASSESSMENT: N_("Needs assessment"),
    DocumentKind.PLAN_AGREEMENT: N_("Agreement to the plan"),
    DocumentKind.QUOTE: N_("Quote"),
    DocumentKind.OWN_CONTRIBUTION: N_("Own contribution"),
    DocumentKind.HANDOVER_CERTIFICATE: N_("Handover certificate"),
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.PROOF_OF_PAYMENT: N_("Proof of payment"),
    DocumentKind.REFUND_PROOF: N_("Proof of refund"),
    DocumentKind.VISIT_REPORT: N_("Visit report"),
    DocumentKind.FINAL_REPORT: N_("Final report"),
    DocumentKind.DONOR_AGREEMENT: N_("Agreement with the donor"),
    DocumentKind.PARTNER_AGREEMENT: N_("Agreement with the partner"),
    DocumentKind.PARTNER_REPORT: N_("Report of the partner"),
    DocumentKind.TENDER_NOTICE: N_("Notice of a tender"),
    DocumentKind.SITE_APPLICATION: N_("Application of an institution"),
    DocumentKind.OWNERSHIP_PROOF: N_("Proof of communal ownership"),
    DocumentKind.MINUTES: N_("Minutes"),
    DocumentKind.SITE_AGREEMENT: N_("Agreement with owner and authority"),
    DocumentKind.WORKS_CONTRACT: N_("Contract for works"),
    DocumentKind.ACCEPTANCE_ACT: N_("Acceptance act"),
    DocumentKind.EQUIPMENT_RECEIPT: N_("Receipt of equipment"),
    DocumentKind.PHOTOGRAPH: N_("Photograph"),
    DocumentKind.OTHER: N_("Other document"),
})  # fmt: skip

ASYLUM_KINDS = frozenset({DocumentKind.ASYLUM_WITHDRAWAL})
"""Kinds that only the asylum part holds; no other part takes or offers them."""
COMMUNITY_KINDS = frozenset({
    DocumentKind.DONOR_AGREEMENT, DocumentKind.PARTNER_AGREEMENT, DocumentKind.PARTNER_REPORT,
    DocumentKind.SITE_APPLICATION, DocumentKind.OWNERSHIP_PROOF, DocumentKind.MINUTES, DocumentKind.SITE_AGREEMENT,
    DocumentKind.WORKS_CONTRACT, DocumentKind.ACCEPTANCE_ACT, DocumentKind.EQUIPMENT_RECEIPT,
    DocumentKind.PHOTOGRAPH,
})  # fmt: skip
"""Kinds that only a community's project holds."""
FINANCE_KINDS = frozenset({DocumentKind.INVOICE, DocumentKind.PROOF_OF_PAYMENT, DocumentKind.REFUND_PROOF})
"""Kinds that somebody who records payments adds."""


@dataclass(frozen=True, repr=False)
class Upload:
    """A file as it came with a form: name, bytes, and the type that the browser said (not believed)."""

    file_name: str
    content: bytes
    media_type: str

    def __repr__(self) -> str:
        """Short, but another content is another text: a form's token is bound to it."""
        return f"Upload({self.file_name!r}, {hashlib.sha256(self.content).hexdigest()}, {self.media_type!r})"


@dataclass(frozen=True, kw_only=True)
class SharingFacts:
    """What decides whether a document may be shared with the receiving office."""

    part: str
    kind: DocumentKind
    is_shared: bool
