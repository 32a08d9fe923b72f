"""Why a backup cannot be restored here."""

from __future__ import annotations

from casetracker.core.errors import N_, Message
from casetracker.operations.states import FORMAT, BackupHead, Summary, Target

NOT_OURS = Message(N_("The backup holds something that this program does not write."))


def why_not_restore(head: BackupHead, target: Target) -> Message | None:
    """The database must be empty and of the structure that the backup was made from."""
    if not target.is_empty:
        return Message(N_("The database is not empty: a backup is restored into an empty one only."))
    if target.has_heads:
        return Message(
            N_("The folder of signed heads is not empty. Keep what it holds as evidence, and name an empty folder.")
        )
    if head.format != FORMAT:
        return Message(N_("This backup has format %(theirs)s; this program reads format %(ours)s."),
                       {"theirs": head.format, "ours": FORMAT})  # fmt: skip
    if head.migration != target.migration:
        return Message(
            N_("This backup is of structure %(theirs)s, and the database here would be of %(ours)s. Restore it with "
               "the version of the program that made it, then upgrade."),
            {"theirs": head.migration or "-", "ours": target.migration or "-"},
        )  # fmt: skip
    for table, columns in head.columns.items():
        if target.columns.get(table) != columns:
            return Message(N_("Table %(table)s has other columns in the backup than here."), {"table": table})
    return None


def why_not_whole(summary: Summary, rows: dict[str, int], files: int) -> Message | None:
    """What the backup says of itself at its end is what was read."""
    promised = {table: count for table, count in summary.rows.items() if count}
    return None if promised == rows and summary.files == files else NOT_OURS
