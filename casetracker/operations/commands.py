"""Recording what the operator did with the whole installation."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.operations import events


@dataclass(frozen=True, kw_only=True)
class RecordBackup(Command):
    """A backup is about to be made: its id, and the id of the key that encrypts it."""

    backup_id: str
    key_id: str


@command
def record_backup(cmd: RecordBackup, *, actor: Actor) -> None:
    """Record it in the system's chain, before the snapshot is taken."""
    require(actor, Permission.INSTALLATION_KEEP)
    record(events.BackupMade(backup_id=cmd.backup_id, key_id=cmd.key_id), actor=actor)


@dataclass(frozen=True, kw_only=True)
class RecordRestore(Command):
    """A backup stands in the database and was found whole."""

    backup_id: str
    made_at: str
    rows: int
    files: int


@command
def record_restore(cmd: RecordRestore, *, actor: Actor) -> None:
    """Record it in the system's chain, as the first act after what the backup held."""
    require(actor, Permission.INSTALLATION_KEEP)
    record(
        events.BackupRestored(backup_id=cmd.backup_id, made_at=cmd.made_at, rows=cmd.rows, files=cmd.files),
        actor=actor,
    )
