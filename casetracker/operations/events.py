"""The operator's acts on the whole installation."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class BackupMade(Event):
    """Everything was copied into an encrypted file; recorded before, so that the copy itself says so."""

    kind = "backup.made"
    category = Category.ADMINISTRATION
    icon = "archive"
    is_sealed_at_once = True
    backup_id: str
    key_id: str


@dataclass(frozen=True, kw_only=True)
class BackupRestored(Event):
    """A backup was put into an empty database and found whole; what came after it was made is not there."""

    kind = "backup.restored"
    category = Category.ADMINISTRATION
    icon = "archive-restore"
    is_sealed_at_once = True
    backup_id: str
    made_at: str
    rows: int
    files: int
