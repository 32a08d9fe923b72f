"""Every act that a record may name by its program name has words of its own."""

from __future__ import annotations

import ast

from casetracker.accounts.act_states import ACTS, act_id
from casetracker.casefile import act_routes
from tests.architecture.sources import dotted, program

NEVER_REFUSED = {
    "end_session", "fix_adulthood", "health", "mark_installation", "name_first_key", "note_held_up", "open_session",
    "propose", "rotate_key", "tick_case",
}  # fmt: skip
"""What the program does by itself, the operator at the command line, or nobody is ever refused."""


def named() -> set[str]:
    """Views and commands, by the names under which a refused attempt is recorded."""
    found = {act.name for act in act_routes.ACTS}
    for source in program():
        for node in source.walk():
            if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "record_", "note_")):
                continue
            kinds = {dotted(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}
            if kinds & {"command", "requires"}:
                found.add(node.name)
    return found - NEVER_REFUSED


def test_every_act_has_words() -> None:
    words = {name.rpartition(".")[2] for name in ACTS}
    assert len(named()) > 150 and named() - words == set(), "give it words in accounts/act_states.py"


def test_words_and_names() -> None:
    assert act_id("approvals.show_plan") != act_id("plans.show_plan") == "open a plan"
    assert act_id("approve_disbursement") == "approve a disbursement"
    assert not any("_" in text or text != text.strip() for text in ACTS.values())
    assert act_id("gone.since_long") == "since long", "an old record is still read"
