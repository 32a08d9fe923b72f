"""What a plan can be, who may move it where, and the frozen facts that rules and pages read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from casetracker.core.errors import N_, Message
from casetracker.core.labels import name_values
from casetracker.ledger.states import Totals


class PlanState(StrEnum):
    """How the newest text of the plan stands; an earlier approved version stays payable meanwhile."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    APPROVED = "approved"
    RETURNED = "returned"


class PlanAct(StrEnum):
    """What moves a plan."""

    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    VALIDATE = "validate"
    APPROVE = "approve"
    RETURN = "return"


PLAN_MOVES: dict[PlanAct, dict[PlanState, PlanState]] = {
    PlanAct.EDIT: {
        PlanState.DRAFT: PlanState.DRAFT,
        PlanState.RETURNED: PlanState.RETURNED,
        PlanState.APPROVED: PlanState.DRAFT,
    },
    PlanAct.SUBMIT: {PlanState.DRAFT: PlanState.SUBMITTED, PlanState.RETURNED: PlanState.SUBMITTED},
    PlanAct.RECALL: {PlanState.SUBMITTED: PlanState.DRAFT, PlanState.VALIDATED: PlanState.DRAFT},
    PlanAct.VALIDATE: {PlanState.SUBMITTED: PlanState.VALIDATED},
    PlanAct.APPROVE: {PlanState.VALIDATED: PlanState.APPROVED},
    PlanAct.RETURN: {PlanState.SUBMITTED: PlanState.RETURNED, PlanState.VALIDATED: PlanState.RETURNED},
}
"""act -> from -> to; what is not there is not possible."""


class PlanStep(StrEnum):
    """A supervisor's decision on a version."""

    VALIDATE = "validate"
    APPROVE = "approve"
    RETURN = "return"


class ActivityKind(StrEnum):
    """What the reintegration rests on; of a community's project what it does for its places."""

    BUSINESS = "business"
    EDUCATION = "education"
    HOUSING = "housing"
    MEDICAL = "medical"
    TRAINING = "training"
    JOB_PLACEMENT = "job_placement"
    PSYCHOSOCIAL = "psychosocial"
    WORKS = "works"
    EQUIPMENT = "equipment"
    EVENTS = "events"
    COORDINATION = "coordination"
    OTHER = "other"


KINDS_OF_PLACES = (
    ActivityKind.WORKS, ActivityKind.EQUIPMENT, ActivityKind.EVENTS, ActivityKind.COORDINATION, ActivityKind.OTHER,
)  # fmt: skip
"""What is planned where no person benefits by name but a place and its people."""
KINDS_OF_PERSONS = tuple(k for k in ActivityKind if k not in KINDS_OF_PLACES[:-1])
"""What a family's reintegration rests on."""


class Frequency(StrEnum):
    """Bought once, or month after month."""

    ONCE = "once"
    MONTHLY = "monthly"


class FundingSource(StrEnum):
    """Who pays a part of a line. Own contribution and third parties are evidenced, never disbursed."""

    GRANT = "grant"
    OWN_CASH = "own_cash"
    OWN_KIND = "own_kind"
    THIRD_PARTY = "third_party"


name_values({
    PlanState.DRAFT: N_("Draft"),
    PlanState.SUBMITTED: N_("Waiting for validation"),
    PlanState.VALIDATED: N_("Waiting for final approval"),
    PlanState.APPROVED: N_("Approved"),
    PlanState.RETURNED: N_("Returned"),
})  # fmt: skip
name_values({
    PlanStep.VALIDATE: N_("Validated"),
    PlanStep.APPROVE: N_("Finally approved"),
    PlanStep.RETURN: N_("Returned"),
})  # fmt: skip
name_values({
    ActivityKind.BUSINESS: N_("Small business"),
    ActivityKind.EDUCATION: N_("Education"),
    ActivityKind.HOUSING: N_("Housing"),
    ActivityKind.MEDICAL: N_("Medical help"),
    ActivityKind.TRAINING: N_("Vocational training"),
    ActivityKind.JOB_PLACEMENT: N_("Job placement"),
    ActivityKind.PSYCHOSOCIAL: N_("Psychosocial help"),
    ActivityKind.WORKS: N_("Works"),
    ActivityKind.EQUIPMENT: N_("Equipment"),
    ActivityKind.EVENTS: N_("Training and events"),
    ActivityKind.COORDINATION: N_("Coordination"),
    ActivityKind.OTHER: N_("Other"),
})  # fmt: skip
name_values({Frequency.ONCE: N_("Once"), Frequency.MONTHLY: N_("Monthly")})
name_values({
    FundingSource.GRANT: N_("Grant"),
    FundingSource.OWN_CASH: N_("Own contribution in cash"),
    FundingSource.OWN_KIND: N_("Own contribution in kind"),
    FundingSource.THIRD_PARTY: N_("Third party"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FundingFacts:
    """One source of a line's money, minor units of the plan's currency; `grant_id`/`person_id` for a grant
    only."""

    source: FundingSource
    grant_id: str | None = None
    person_id: str | None = None
    amount: int


@dataclass(frozen=True, kw_only=True)
class AgreementFacts:
    """A person's signed agreement that the own grant pays this amount of a line."""

    person_id: str
    amount: int
    document_id: str
    agreed_on: date


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """One line: `amount` in the plan's currency at `rate` (units of unit_currency for one of the plan's,
    None where both are the same or no rate is known); `used` is what disbursements hold of it."""

    id: str
    activity_id: str
    description: str
    provider_id: str | None
    quantity: int
    unit_price: int
    unit_currency: str
    frequency: Frequency
    times: int
    rate: str | None
    amount: int | None
    funding: tuple[FundingFacts, ...] = ()
    agreements: tuple[AgreementFacts, ...] = ()
    used: int = 0
    account_id: str | None = None
    version: int = 1

    @property
    def funded(self) -> int:
        """The sum of its funding."""
        return sum(f.amount for f in self.funding)

    @property
    def granted(self) -> int:
        """The part that grants pay."""
        return sum(f.amount for f in self.funding if f.source == FundingSource.GRANT)


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    """An activity with its lines, in order; who benefits from it benefits from each of its lines."""

    id: str
    kind: ActivityKind
    title: str
    place: str
    feasibility: str
    beneficiary_ids: tuple[str, ...]
    lines: tuple[LineFacts, ...]
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """The text of a plan as it stands now."""

    id: str
    dossier_id: str
    state: PlanState
    currency: str
    draft_number: int
    approved_number: int | None
    activities: tuple[ActivityFacts, ...]
    removed_used: tuple[tuple[str, str], ...] = ()
    """(line id, description) of lines that left the draft although money of them is used."""
    version: int = 1

    @property
    def lines(self) -> tuple[LineFacts, ...]:
        """All lines, in order."""
        return tuple(line for activity in self.activities for line in activity.lines)

    def planned(self, grant_id: str, but: str | None = None) -> int:
        """What the lines (except `but`) take of a grant."""
        return sum(f.amount for line in self.lines if line.id != but for f in line.funding if f.grant_id == grant_id)

    def by_source(self, source: FundingSource) -> int:
        """What a source pays over all lines."""
        return sum(f.amount for line in self.lines for f in line.funding if f.source == source)


@dataclass(frozen=True, kw_only=True)
class GrantLimit:
    """What a plan may take of one grant: `limit` is all that stands of it, spent money included. The share that a
    dossier holds itself (not `is_person`) needs nobody's agreement."""

    grant_id: str
    person_id: str
    person: str
    package: str
    is_adult: bool
    needs_plan: bool
    is_open: bool
    in_kind_only: bool
    limit: int
    currency: str
    is_person: bool = True


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that stands in the way of submitting, and where."""

    message: Message
    activity_id: str | None = None
    line_id: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionFacts:
    """A decision on a version."""

    step: PlanStep
    decided_by: str
    decided_at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """A frozen version; `authors` are all who wrote any of its content, the submitter included."""

    id: str
    dossier_id: str
    number: int
    content: dict[str, Any]
    content_hash: str
    submitted_by: str
    submitted_at: datetime
    authors: tuple[str, ...]
    decisions: tuple[DecisionFacts, ...] = ()
    is_recalled: bool = False

    def decision(self, step: PlanStep) -> DecisionFacts | None:
        """The decision of this kind, if there is one."""
        return next((d for d in self.decisions if d.step == step), None)

    @property
    def is_approved(self) -> bool:
        """Whether it was finally approved."""
        return self.decision(PlanStep.APPROVE) is not None

    @property
    def state(self) -> PlanState:
        """Where this version stands; one taken back by its office counts as draft again."""
        for step, state in ((PlanStep.RETURN, PlanState.RETURNED), (PlanStep.APPROVE, PlanState.APPROVED)):
            if self.decision(step):
                return state
        if self.is_recalled:
            return PlanState.DRAFT
        return PlanState.VALIDATED if self.decision(PlanStep.VALIDATE) else PlanState.SUBMITTED


@dataclass(frozen=True, kw_only=True)
class ProofFacts:
    """One piece of evidence of a contribution, minor units."""

    id: str
    given_on: date
    amount: int


@dataclass(frozen=True, kw_only=True)
class ContributionFacts:
    """What somebody else than a grant pays of a payable line: planned and evidenced so far."""

    line_id: str
    description: str
    source: FundingSource
    planned: int
    currency: str
    proofs: tuple[ProofFacts, ...] = ()

    @property
    def shown(self) -> int:
        """What is evidenced."""
        return sum(proof.amount for proof in self.proofs)


PLAN_WARN_DAYS = 7
"""From so many days before it on, the day by which a plan is ideally ready is shown as a warning."""


@dataclass(frozen=True, kw_only=True)
class PlanDueFacts:
    """The day by which the first plan is ideally ready, and how that stands today. It lapses nothing."""

    due_on: date
    is_over: bool
    is_near: bool


@dataclass(frozen=True, kw_only=True)
class ApprovedLine:
    """A line of the payable version. `funding` are its grants in person order: (grant id, person id,
    amount); `amount` is the whole line, `granted` what grants pay; `totals` are those of the line's
    account."""

    line_id: str
    activity_id: str
    activity_kind: ActivityKind
    activity_title: str
    description: str
    provider_id: str | None
    currency: str
    amount: int
    funding: tuple[tuple[str, str, int], ...]
    beneficiary_ids: tuple[str, ...]
    account_id: str | None
    totals: Totals | None
    unit_price: int
    unit_currency: str
    quantity: int
    frequency: Frequency
    times: int

    @property
    def granted(self) -> int:
        """The part that grants pay."""
        return sum(amount for _grant, _person, amount in self.funding)
