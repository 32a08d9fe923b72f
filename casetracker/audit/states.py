"""What verification says, and what it does not cover."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The first thing that does not fit: table, row (primary key), column and a sentence."""

    table: str
    row: str
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.table}, row {self.row}, column {self.column}: {self.what}"


@dataclass
class Window:
    """How far signed heads reach: `covered` entries (outside, where a folder was looked at) and `uncovered` after them.

    heads, newest: how many heads the database holds, and how many entries its newest covers.
    """

    heads: int = 0
    newest: int = 0
    covered: int = 0
    uncovered: int = 0


NOT_TRACKED: dict[str, str] = {
    "account_session": "who is signed in this minute; signing in and out are events",
    "alembic_version": "the number of the last migration, compared with the program at start",
    "attempt_limit": "counts of tries, so that nobody guesses on; forgotten after days",
    "bundle": "how far a bundle is; asking for one, making it and taking it away are events",
    "bundle_case": "which cases a bundle holds; the event of asking names the filter, the file its cases",
    "case_check": "when the rules last ran over a case; they run again at any time",
    "chain": "the heads themselves: checked against their events",
    "signed_head": "the signed roots: checked with their keys, the tree and the checkpoint folder",
    "tree_leaf": "the places of the events in the tree: checked against the events and the signed roots",
    "unsealed_event": "which events wait for a signed head: checked against the events and the tree",
    "event": "the record itself: checked by its own hashes",
    "finding": "what the rules found last, without a name: found anew from the tracked rows at any time",
    "factor_use": "how far a second factor has counted; using it is an event",
    "form_token": "which form was sent already; forgotten after some days",
    "installation_mark": "one mark for the whole database; making it is an event",
    "kept_form": "what was typed when a session had ended; given back once or forgotten after hours",
    "known_device": "browsers that signed in before, so that a new one is told of; signing in is an event",
    "ledger_balance": "sums kept for speed: compared with the entries",
    "personal_value": "values beside the record: checked against the hashes in it",
    "saved_search": "searches that an auditor named for the own use; they change nothing, and each search is an event",
    "reference_number": "the last number of each series; the dossiers themselves are tracked",
}
"""Tables whose rows stand in no event, each with the reason."""

NOT_COVERED: tuple[str, ...] = (
    "events after the newest signed head outside: cut off together with the rows they changed, or rewritten as a whole",
    "anything, to somebody who holds the signing key and writes in the checkpoint folder as well as in the database",
    "the contents of stored files: their hashes are in the record, the files are not read here",
    "values that were erased: only that the record around them is whole",
    "who changed something behind the program's back, and when: only that it happened",
    "whether a command was used by the person whose session it was",
)
"""What no finding means nothing about."""
