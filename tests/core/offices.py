"""Small commands on offices and dossiers, to try the core with: each does one thing right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts.events import OfficeEdited, OfficeOpened
from casetracker.accounts.models import Office
from casetracker.core import ids
from casetracker.core.actor import Actor, operator
from casetracker.core.commands import Command, add, command, lock
from casetracker.dossiers.models import Dossier
from casetracker.events.recording import record

OPERATOR = operator("tests")
OTHER = operator("somebody else")


@dataclass(frozen=True, kw_only=True)
class OpenPlace(Command):
    """An office of this name."""

    name: str


def new_office(name: str) -> Office:
    """The row alone, not yet recorded."""
    return add(
        Office(
            id=ids.new_id(),
            name=name,
            country="EE",
            zone="UTC",
            is_sending=True,
            is_receiving=False,
            is_active=True,
        )
    )


def new_dossier(office: Office, reference: str = "EE-2026-90001") -> Dossier:
    """The row alone, not yet recorded."""
    return add(
        Dossier(
            id=ids.new_id(), reference=reference, kind="case", sending_office_id=office.id, programme_id=None,
            opened_on=date(2026, 1, 1), closed_on=None, is_restricted=False,
        )
    )  # fmt: skip


@command
def open_place(cmd: OpenPlace, *, actor: Actor = OPERATOR) -> str:
    """One row, one event."""
    office = new_office(cmd.name)
    record(OfficeOpened(owner_id=office.id), actor=actor)
    return office.id


@command
def rename(office_id: str, name: str, version: int | None = None, *, actor: Actor = OPERATOR) -> None:
    """One cell, one event."""
    office = lock(Office, office_id, version)
    office.name = name
    record(OfficeEdited(owner_id=office_id), actor=actor)
