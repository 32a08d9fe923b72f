"""What the small ledger counts with: accounts under a ceiling, payable lines, requests, bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Share = tuple[str | None, str, int]
"""(plan line or None, grant, amount)."""


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in the proportion of the weights: whole cents, the largest remainder first, ties in order."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(each) for each in exact]
    for _cent in range(total - sum(parts)):
        best = max(range(len(parts)), key=lambda i: (exact[i] - parts[i] if exact[i] >= parts[i] else -1, -i))
        parts[best] += 1
    return parts


@dataclass
class Account:
    """Where an account's money stands; all four together never exceed the ceiling."""

    ceiling: int
    awarded: int = 0
    reserved: int = 0
    committed: int = 0
    spent: int = 0

    def total(self) -> int:
        """All four."""
        return self.awarded + self.reserved + self.committed + self.spent

    def move(self, source: str | None, target: str | None, amount: int) -> None:
        """From one place to another; a place that would fall below nothing is a fault of the model."""
        if source is not None:
            setattr(self, source, getattr(self, source) - amount)
        if target is not None:
            setattr(self, target, getattr(self, target) + amount)
        if min(self.awarded, self.reserved, self.committed, self.spent) < 0 or self.total() > self.ceiling:
            raise Overspent(f"{amount} from {source} to {target}: {self}")


class Overspent(Exception):
    """More was taken than there was."""


@dataclass
class Line:
    """A payable plan line: its case's activity, and which grants pay how much of it, in person order."""

    id: str
    activity: str
    funding: tuple[tuple[str, int], ...]


@dataclass
class Request:
    """A request for money with everything that judging it needs."""

    id: str
    case: str
    parts: tuple[tuple[str, int], ...]
    shares: list[Share]
    writers: set[str]
    payee: str = ""
    """Of a project: who is to be paid."""
    state: str = "draft"
    version: int = 1
    submissions: list[str] = field(default_factory=list)
    requested_by: str = ""
    authors: frozenset[str] = frozenset()
    band_total: int = 0
    given: dict[str, str] = field(default_factory=dict)
    paid: int = 0
    is_paid: bool = False
    spent: list[Share] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(amount for _key, amount in self.parts)


@dataclass(frozen=True, kw_only=True)
class Band:
    """Up to this total (None: any) so many approvals of the receiving and of the sending office."""

    up_to: int | None
    receiving: int
    sending: int
