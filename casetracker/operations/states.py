"""What a backup is: its head, its end, and the tables that stay out of it."""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 1
LEFT_OUT: dict[str, str] = {
    "account_session": "after a restore everybody signs in again: no earlier session comes back to life",
    "kept_form": "what somebody typed waits some hours for them alone; a backup would keep it for years",
}
"""Tables whose rows no backup holds, each with the reason."""


@dataclass(frozen=True, kw_only=True)
class BackupHead:
    """The backup's first record. `migration`: of the structure it was made from; `columns`: of each table, in order."""

    id: str
    made_at: str
    migration: str | None
    columns: dict[str, list[str]]
    format: int = FORMAT


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did: how many cases it erased again, and whether a list beside the backup's own was there.

    `unknown`: cases of that list which the backup does not hold; `lacking`: erasures that the backup's own list has and
    that list lacks; `called_off`: cases of the lists whose erasure was called off again, as the backup shows.
    """

    head: BackupHead
    summary: Summary
    erased: int
    has_list: bool
    unknown: int = 0
    lacking: int = 0
    called_off: int = 0


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a backup is to go: whether it is empty of rows and of signed heads, its structure and its columns."""

    migration: str | None
    is_empty: bool
    has_heads: bool
    columns: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The backup's last record: how many rows each table gave, how many files, which files were missing already."""

    rows: dict[str, int]
    files: int
    missing: list[str]
    checkpoints: int

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())
