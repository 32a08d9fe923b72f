"""What happens to the agreement with an implementing partner."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class PartnerAgreed(DossierEvent):
    """An agreement with a partner was entered; minor units."""

    kind = "partner.agreed"
    category = Category.MONEY
    icon = "handshake"
    agreement_id: str
    partner: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PartnerAgreementCorrected(DossierEvent):
    """The agreement was put right or amended by somebody else, with a reason; minor units."""

    kind = "partner.agreement_corrected"
    category = Category.MONEY
    icon = "handshake"
    agreement_id: str
    amount: int
    currency: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class PartnerReported(DossierEvent):
    """The partner accounted for a tranche."""

    kind = "partner.reported"
    category = Category.MONEY
    icon = "file-text"
    tranche_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PartnerReportAccepted(DossierEvent):
    """Somebody else accepted the report on a tranche."""

    kind = "partner.report_accepted"
    category = Category.MONEY
    icon = "badge-check"
    is_sealed_at_once = True
    tranche_id: str
    number: int
