"""Which kind of dossier a reference names, and why nothing is written into one any more."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.dossiers.states import CASE, FOUND, PROJECT


def kind_of(reference: str) -> str:
    """The kind of dossier that has a reference like this.

    >>> kind_of("EE-2026-00001"), kind_of("UA-2026-C0001")
    ('case', 'project')
    """
    return PROJECT if reference[8:9] == "C" else CASE


ERASED = {
    CASE: N_("What was personal in this case was erased on %(day)s. Nothing is written into it any more."),
    PROJECT: N_("What was personal in this project was erased on %(day)s. Nothing is written into it any more."),
}
CLOSED = {
    CASE: N_("This case is closed, so it can only be read. Reopen it first."),
    PROJECT: N_("This project is closed, so it can only be read. Reopen it first."),
}


def why_not_write(erased_on: date | None, kind: str = CASE) -> Message | None:
    """What was erased takes nothing in again, and never opens."""
    return None if erased_on is None else Message(ERASED[kind], {"day": erased_on})


def why_not_change(is_closed: bool, kind: str) -> Message | None:
    """What is closed can only be read."""
    return Message(CLOSED[kind]) if is_closed else None


def why_not_clear(subject_kind: str | None) -> Message | None:
    """A point that stands for what an auditor would ask goes with an answer to it, or when the facts are put right."""
    if subject_kind is None or not subject_kind.startswith(FOUND):
        return None
    return Message(N_("Answer what an auditor would ask, or put it right; this point then goes by itself."))
