"""Relations of offices to a dossier, and the kinds of points that stand on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.events.states import Part

CASE = "case"
PROJECT = "project"
"""What kinds of dossiers there are: each has a feature whose page opens it."""
SHELF = {CASE: "cases", PROJECT: "projects"}
"""The first part of the addresses of each kind."""
NUMBERED = {CASE: ("-", 5), PROJECT: ("-C", 4)}
"""How the number in a reference is written, behind country and year: UA-2026-00001, UA-2026-C0001 (C for community)."""


class Relation(StrEnum):
    """What an office is to this dossier; the asylum firewall follows it, not the kind of office."""

    SENDING = "sending"
    RECEIVING = "receiving"


class PointKind(StrEnum):
    """Why something stands on the dossier to be cleared."""

    CORRECTION = "correction"
    TASK = "task"
    FINDING = "finding"


FOUND = "finding."
"""How the subject of a point begins that stands for what an auditor would ask; the rule's name follows. Such a point is
settled by an answer to the finding, or by other facts."""

RECEIVING_AFTER_CLOSING_DAYS = 90
"""How long the receiving office still sees a closed dossier (domain, "Who uses it")."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """How an actor sees one dossier: by which relation (None: auditor), which compartments, and whether acts are open.

    `is_sending` is true for the sending side and for an auditor whose mandate names the sending office.
    """

    dossier_id: str
    reference: str
    relation: Relation | None
    parts: frozenset[Part]
    is_closed: bool
    closed_on: date | None
    sending_office_id: str
    receiving_office_id: str | None
    programme_id: str | None
    erased_on: date | None = None

    @property
    def is_sending(self) -> bool:
        """Whether the sending side's papers and notes are seen."""
        return Part.SENDING in self.parts

    @property
    def sees_asylum(self) -> bool:
        """Whether the asylum part exists for this reader."""
        return Part.ASYLUM in self.parts
