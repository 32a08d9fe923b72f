"""The facts that deciding is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.errors import Message
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.states import Relation


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Who decides: by which relation the person's office sees the case, and whether the role approves."""

    id: str
    relation: Relation | None
    may: bool


@dataclass(frozen=True, kw_only=True)
class Needs:
    """How many approvals of each office a total needs."""

    receiving: int
    sending: int

    @property
    def total(self) -> int:
        """Of both together."""
        return self.receiving + self.sending


@dataclass(frozen=True, kw_only=True)
class SubmissionFacts:
    """What approving a submission is judged by.

    given: (who, by which relation) of the approvals that stand; caseworkers: who works on the case;
    given_back: (person, package) of a grant it draws on that was given back since;
    panel: who of the staff sat on the panel of its tender, at this or an earlier submission;
    over_limit: why the total is above what the own procedure of buying holds for;
    is_current: whether what stands is still what was submitted; is_newest: whether it was not submitted anew.
    """

    state: DisbursementState
    is_newest: bool
    requested_by: str
    writers: frozenset[str]
    plan_authors: frozenset[str]
    caseworkers: frozenset[str]
    given: tuple[tuple[str, Relation], ...]
    needs: Needs
    is_current: bool
    quotes_there: int
    quotes_needed: int
    money_block: Message | None = None
    given_back: tuple[str, str] | None = None
    over_limit: Message | None = None
    panel: frozenset[str] = frozenset()

    def count(self, relation: Relation) -> int:
        """How many approvals of the office of this relation stand."""
        return sum(1 for _who, by in self.given if by == relation)

    def missing(self, relation: Relation) -> int:
        """How many approvals of the office of this relation are still needed."""
        wanted = self.needs.receiving if relation == Relation.RECEIVING else self.needs.sending
        return max(0, wanted - self.count(relation))


@dataclass(frozen=True, kw_only=True)
class ReversalFacts:
    """What deciding on a reversal is judged by."""

    is_waiting: bool
    requested_by: str
    paid_by: str
