"""A page reaches commands by `attempt` alone: what a rule refuses is recorded, and no page catches a refusal itself."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator

from tests.architecture.sources import Source, dotted, faults, program
from tests.architecture.test_locks import COMMANDS

DIRECT = {
    "open_session": "signing in: who refuses is the password, which is counted and told apart",
    "end_session": "signing out: no rule refuses it",
    "ask_link": "nobody is signed in: the answer is the same whether an account is there",
    "export_case": "gives a file: whom the door lets in is refused by no rule",
}
"""Commands that a page calls by itself, each with its reason."""
RECORDS = ("record_", "note_")
"""Commands that are themselves a record, of a read or of what was refused."""
WRITTEN = {id(function): name for name, function in COMMANDS.items()}


def pages() -> list[Source]:
    """Every module of views."""
    return [source for source in program() if "routes" in source.name]


def catches_refusals(source: Source) -> Iterator[str]:
    """No `except Refused` where views are."""
    for node in source.walk():
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(dotted(each).split(".")[-1] == "Refused" for each in caught):
                yield f"{source.name}:{node.lineno} catches Refused"


def calls_commands(source: Source) -> Iterator[str]:
    """No command is called with `actor=` beside `attempt`, but those named."""
    name = source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = importlib.import_module(name)
    for node in source.walk():
        if not isinstance(node, ast.Call) or not any(each.arg == "actor" for each in node.keywords):
            continue
        target: object = module
        for part in dotted(node.func).split("."):
            target = getattr(target, part, None)
        called = WRITTEN.get(id(getattr(target, "__wrapped__", None)), "").rpartition(".")[2]
        if called and called not in DIRECT and not called.startswith(RECORDS):
            yield f"{source.name}:{node.lineno} calls {called} by itself"


def test_no_page_catches_a_refusal() -> None:
    assert len(pages()) > 30
    assert faults(catches_refusals, pages()) == []


def test_pages_reach_commands_by_attempt() -> None:
    assert faults(calls_commands, pages()) == []


def test_what_is_called_directly_is_called() -> None:
    said = {dotted(node.func).split(".")[-1] for page in pages() for node in page.walk() if isinstance(node, ast.Call)}
    assert set(DIRECT) - said == set()


def test_these_tests_can_fail() -> None:
    text = "from casetracker.providers import commands\ncommands.confirm_account(x, actor=y)\n"
    assert faults(calls_commands, [Source("casetracker/providers/routes.py", text)]) == [
        "casetracker/providers/routes.py:2 calls confirm_account by itself"
    ]
    bad = Source("casetracker/x/routes.py", "try:\n    act()\nexcept (Conflict, errors.Refused):\n    pass\n")
    assert faults(catches_refusals, [bad]) == ["casetracker/x/routes.py:3 catches Refused"]
