"""What rooms above look at before money moves, for the rooms that move it: `features.py` hands it in.

Approving and paying lie below what looks at a whole case, so they cannot ask it by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from casetracker.core.actor import Actor
from casetracker.core.errors import Message, refuse_if


@dataclass(frozen=True, kw_only=True)
class Question:
    """What an auditor would ask about a request for money; `why` it is asked, in a word, and how serious it is."""

    text: Message
    severity: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Paying:
    """What is about to be paid of a request: its worth in minor units of the request's currency, and whether it was
    kept back until all is in order."""

    request_id: str
    amount: int
    is_retention: bool


class Guard(Protocol):
    """A room that knows why a dossier of its kind does not pay now."""

    def why_not_pay(self, dossier_id: str, paying: Paying) -> Message | None:
        """Inside the command that pays: why this may not be paid yet."""


class Checks(Protocol):
    """Whoever looks at whole cases."""

    def before_payment(self, dossier_id: str, request_id: str, actor: Actor) -> None:
        """Inside the command that pays: Refused where something serious is open about this request."""

    def questions_about(self, requests: Mapping[str, Iterable[str]], actor: Actor) -> dict[str, list[Question]]:
        """dossier id -> request ids; answers request id -> what would be asked, as far as the actor may know of it."""


_checks: Checks | None = None
_guard: Guard | None = None


def use(checks: Checks | None, guard: Guard | None = None) -> None:
    """Hand in who looks; None: nobody."""
    global _checks, _guard
    _checks, _guard = checks, guard


def before_payment(dossier_id: str, paying: Paying, actor: Actor) -> None:
    """Asked by the command that records a payment, once everything else allows it."""
    if _guard is not None:
        refuse_if(_guard.why_not_pay(dossier_id, paying))
    if _checks is not None:
        _checks.before_payment(dossier_id, paying.request_id, actor)


def questions_about(requests: Mapping[str, Iterable[str]], actor: Actor) -> dict[str, list[Question]]:
    """What an auditor would ask about these requests, for who decides on them; a constant number of queries."""
    return _checks.questions_about(requests, actor) if _checks is not None and requests else {}
