"""What happens to a plan. All of it both offices see."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class PlanStarted(DossierEvent):
    """The case got its plan."""

    kind = "plan.started"
    icon = "notebook-pen"
    plan_id: str


@dataclass(frozen=True, kw_only=True)
class ActivitySaved(DossierEvent):
    """An activity was added or changed in the draft."""

    kind = "plan.activity_saved"
    icon = "notebook-pen"
    activity_id: str
    is_new: bool
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class ActivityRemoved(DossierEvent):
    """An activity left the draft."""

    kind = "plan.activity_removed"
    icon = "trash-2"
    activity_id: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class LineSaved(DossierEvent):
    """A line was added or changed in the draft."""

    kind = "plan.line_saved"
    icon = "list-plus"
    line_id: str
    is_new: bool
    amount: int
    currency: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class LineRemoved(DossierEvent):
    """A line left the draft."""

    kind = "plan.line_removed"
    icon = "trash-2"
    line_id: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class LineFunded(DossierEvent):
    """It was planned who pays for a line."""

    kind = "plan.line_funded"
    icon = "hand-coins"
    line_id: str
    amount: int
    granted: int
    currency: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class PoolAgreed(DossierEvent):
    """A person agreed to what the own grant pays."""

    kind = "pool.agreed"
    icon = "signature"
    line_id: str
    amount: int
    currency: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class PoolAgreementCorrected(DossierEvent):
    """The day or the file of a person's agreement was corrected, with a reason; its amount stands."""

    kind = "pool.corrected"
    icon = "pencil"
    line_id: str
    document_id: str
    title: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ContributionCorrected(DossierEvent):
    """Evidence of own contribution, or a third party's, was corrected, with a reason."""

    kind = "plan.contribution_corrected"
    category = Category.MONEY
    icon = "pencil"
    line_id: str
    source: str
    amount: int
    currency: str
    document_id: str
    title: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ContributionShown(DossierEvent):
    """Own contribution, or a third party's, was evidenced."""

    kind = "plan.contribution_shown"
    category = Category.MONEY
    icon = "receipt"
    line_id: str
    source: str
    amount: int
    currency: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class PlanSubmitted(DossierEvent):
    """A version was frozen."""

    kind = "plan.submitted"
    category = Category.APPROVALS
    icon = "send"
    version_id: str
    number: int
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class PlanRecalled(DossierEvent):
    """The office took a submitted version back."""

    kind = "plan.recalled"
    category = Category.APPROVALS
    icon = "undo-2"
    version_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PlanValidated(DossierEvent):
    """A supervisor of the receiving office validated the version."""

    kind = "plan.validated"
    category = Category.APPROVALS
    icon = "badge-check"
    is_sealed_at_once = True
    version_id: str
    number: int
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class PlanApproved(DossierEvent):
    """A supervisor of the sending office approved the version finally; its lines can be paid."""

    kind = "plan.approved"
    category = Category.APPROVALS
    icon = "circle-check-big"
    is_sealed_at_once = True
    version_id: str
    number: int
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class PlanReturned(DossierEvent):
    """A supervisor returned the version."""

    kind = "plan.returned"
    category = Category.APPROVALS
    icon = "undo-2"
    version_id: str
    number: int
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class LinesUnfunded(DossierEvent):
    """A person's grants left the payable lines; their unspent share went back."""

    kind = "plan.lines_unfunded"
    category = Category.MONEY
    icon = "undo-2"
    amount: int
    currency: str
