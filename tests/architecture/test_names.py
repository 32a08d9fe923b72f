"""Everything lies where its name says: file names inside features, no odds and ends, small files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Check, Source, all_tests, faults, program

COMPOSERS = {"casetracker/__init__.py", "casetracker/extensions.py", "casetracker/features.py",
             "casetracker/cli.py", "config.py"}  # fmt: skip
FREE_ROOMS = {"core", "web", "demo"}
FEATURE_FILES = {
    "__init__", "states", "models", "rules", "queries", "events", "commands", "forms", "routes", "operator",
}  # fmt: skip
OWN_FILES = {
    "events": {"recording", "schema", "sentences", "timeline"},
    "accounts": {
        "attempts",
        "authenticator",
        "confirmations",
        "devices",
        "factor_asking",
        "installation",
        "kept",
        "limits",
        "mail",
        "notices",
        "pace",
        "passkeys",
        "session",
        "step_up",
        "tries_in_redis",
    },
    "ledger": {"posting"},
    "dossiers": {"attempts", "checking", "pages"},
    "documents": {"pictures", "scanning", "storage", "stores"},
    "casefile": {"clocks", "listing", "page", "panels", "timeline"},
    "community": {"holders", "opening", "payment_guard"},
    "erasure": {"register"},
    "exports": {
        "bundle",
        "case_csv",
        "case_document",
        "case_history",
        "case_json",
        "case_lines",
        "case_workbook",
        "history_document",
        "history_workbook",
        "hxl",
        "iati",
        "making",
        "pieces",
        "project_document",
        "project_workbook",
        "verify",
    },
    "sampling": {"visit_document", "workpaper_document", "workpaper_workbook"},
    "operations": {"backup", "records", "restore", "encrypted_file", "worker"},
    "audit": {
        "account_keys",
        "as_it_was",
        "as_it_was_differences",
        "as_it_was_page",
        "balances",
        "change_report",
        "chains",
        "checkpoints",
        "differences",
        "heads",
        "keys",
        "proofs",
        "refusals",
        "room",
        "sealing",
        "tree",
        "values",
        "verification",
    },
}
"""What a feature has beside the usual files, because no other feature has such a thing."""
ODDS_AND_ENDS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "shared", "lib"}
MAX_LINES, MAX_FUNCTION = 400, 60
IN_ONE_FILE = {"casetracker/exports/verify.py": 500}
"""What goes out as one file, to people who have nothing else."""


def file_names(source: Source) -> Iterator[str]:
    """A feature has the usual files and those named here for it; a usual file may be a folder."""
    parts = source.name.removesuffix(".py").split("/")
    if any(part in ODDS_AND_ENDS for part in parts):
        yield f"{source.name} a room for odds and ends"
    if source.name in COMPOSERS or parts[1] in FREE_ROOMS:
        return
    if len(parts) < 3:
        yield f"{source.name} lies in no room"
        return
    stem = parts[2]
    if stem in FEATURE_FILES | OWN_FILES.get(parts[1], set()):
        return
    if not any(stem.endswith(f"_{kind}") for kind in FEATURE_FILES):
        yield f"{source.name} is none of {', '.join(sorted(FEATURE_FILES))}"


def opens_with_its_purpose(source: Source) -> Iterator[str]:
    """Every module says in one to three lines what it is for (an empty __init__ needs none)."""
    words = ast.get_docstring(source.tree)
    if source.text.strip() and not words:
        yield f"{source.name} does not say what it is for"


def not_long(source: Source) -> Iterator[str]:
    """Files are rarely above 300 lines: the wall, for the program and its tests, stands a little further out."""
    length = len(source.text.splitlines())
    if length > IN_ONE_FILE.get(source.name, MAX_LINES):
        yield f"{source.name} has {length} lines"


def small(source: Source) -> Iterator[str]:
    """Functions are rarely above 40 lines: this wall, too, stands a little further out."""
    for node in source.walk():
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > MAX_FUNCTION:
            yield f"{source.name}:{node.lineno} {node.name} is longer than {MAX_FUNCTION} lines"


def unfinished(source: Source) -> Iterator[str]:
    """Nothing is promised in the code that is not there."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if any(word in line for word in ("TODO", "FIXME", "XXX", "NotImplementedError")):
            yield f"{source.name}:{number} unfinished"


CHECKS: list[tuple[Check, Source]] = [
    (file_names, Source("casetracker/cases/odds.py", '"""Something."""')),
    (file_names, Source("casetracker/cases/utils.py", '"""Something."""')),
    (file_names, Source("casetracker/stray.py", '"""Something."""')),
    (opens_with_its_purpose, Source("casetracker/cases/rules.py", "x = 1")),
    (not_long, Source("casetracker/cases/rules.py", "x = 1\n" * (MAX_LINES + 1))),
    (small, Source("casetracker/cases/rules.py", "def f():\n" + "    x = 1\n" * (MAX_FUNCTION + 2))),
    (unfinished, Source("casetracker/cases/rules.py", "raise NotImplementedError")),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _bad in CHECKS), ids=lambda c: c.__name__)
def test_program_keeps_to_it(check: Check) -> None:
    assert faults(check, program()) == []


def test_tests_are_not_long() -> None:
    assert faults(not_long, all_tests()) == []


@pytest.mark.parametrize(("check", "bad"), CHECKS, ids=lambda value: getattr(value, "__name__", None))
def test_check_can_fail(check: Check, bad: Source) -> None:
    assert list(check(bad))
