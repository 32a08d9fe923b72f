"""The table of contents: the features in the order in which they may know each other, lowest first."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

FEATURES = (
    "events",
    "accounts",
    "ledger",
    "programmes",
    "dossiers",
    "documents",
    "providers",
    "cases",
    "asylum",
    "returns",
    "grants",
    "plans",
    "disbursements",
    "payments",
    "approvals",
    "monitoring",
    "checks",
    "casefile",
    "community",
    "audit",
    "exports",
    "sampling",
    "erasure",
    "home",
    "operations",
)


def find_module(feature: str, name: str) -> ModuleType | None:
    """`casetracker.<feature>.<name>`, or None where the feature has no such file."""
    full = f"casetracker.{feature}.{name}"
    if importlib.util.find_spec(f"casetracker.{feature}") is None or importlib.util.find_spec(full) is None:
        return None
    return importlib.import_module(full)


def load(name: str) -> list[ModuleType]:
    """The file `name` of every feature that has it, in order."""
    return [module for feature in FEATURES if (module := find_module(feature, name)) is not None]


def hand_down() -> None:
    """What rooms above hand to those below, which cannot know them: a case is looked at before its money moves, and
    whom a grant and a plan are for where there are no persons."""
    from casetracker.checks import money_commands
    from casetracker.community import holders, payment_guard
    from casetracker.dossiers import checking
    from casetracker.grants import holder_queries

    checking.use(money_commands, payment_guard)
    holder_queries.use(holders)
