"""Lock, then judge, the dossier first of all: every command that writes under a dossier, followed call by call."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, cast, get_type_hints

import pytest

from casetracker.core import commands as core
from casetracker.core.db import Base
from casetracker.dossiers import queries as dossiers
from casetracker.dossiers.events import PointCleared, PointRaised
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.events import recording
from casetracker.events.states import DossierEvent, Part
from tests.architecture.sources import ROOT, dotted

ONLY_READS = frozenset({Part.ACCESS})
"""Compartments of events that own no row: who read, who was refused."""


def commands() -> dict[str, FunctionType]:
    """Name -> function of everything that runs as a command, as it was written."""
    found = {}
    for path in sorted((ROOT / "casetracker").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if "@command" in path.read_text():
            module = importlib.import_module(name)
            for value in vars(module).values():
                inner = inspect.unwrap(value) if callable(value) else None
                if isinstance(inner, FunctionType) and inner is not value and inner.__module__ == name:
                    found[f"{name}.{inner.__qualname__}"] = inner
    return found


@cache
def tree_of(function: FunctionType) -> ast.AST:
    """What stands inside a function."""
    return ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]


def meant(function: FunctionType, node: ast.AST) -> Any:
    """What a name or `module.name` in a function stands for; None where only running tells."""
    if isinstance(node, ast.Name):
        return function.__globals__.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = meant(function, node.value)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType | type) else None
    return None


def made(function: FunctionType, node: ast.AST | None) -> Any:
    """What a value is made by: `Made(...)`, or a local name for one."""
    if isinstance(node, ast.Name):
        assigned = [each for each in ast.walk(tree_of(function)) if isinstance(each, ast.Assign)]
        values = [each.value for each in assigned if [dotted(target) for target in each.targets] == [node.id]]
        node = values[-1] if values else node
    found = meant(function, node.func if isinstance(node, ast.Call) else node) if node else None
    return get_type_hints(inner).get("return") if (inner := own(found)) else found


def own(target: Any) -> FunctionType | None:
    """A function of the program as it was written; None for anything else."""
    inner = inspect.unwrap(target) if callable(target) else None
    return inner if isinstance(inner, FunctionType) and inner.__module__.startswith("casetracker.") else None


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in a tree in the order in which they run: what is handed over comes before the call."""
    for child in ast.iter_child_nodes(node):
        yield from calls(child)
    if isinstance(node, ast.Call):
        yield node


def steps(function: FunctionType, seen: frozenset[FunctionType] = frozenset()) -> Iterator[tuple[str, Any]]:
    """What a command does with rows, in order: ("dossier", …) locked, ("lock", model), ("add", …),
    ("record", event)."""
    for call in calls(tree_of(function)):
        target = meant(function, call.func)
        first = call.args[0] if call.args else None
        said = made(function, first)
        if target is dossiers.require_open or (target is core.lock and said is Dossier):
            yield "dossier", None
        elif target is core.lock:
            yield "lock", said
        elif target is core.add:
            yield "add", said
        elif target is recording.record:
            yield "record", said
        elif (inner := own(target)) is not None and inner not in seen:
            yield from steps(inner, seen | {inner})


def belongs_to_a_dossier(model: Any) -> bool:
    """Whether rows of this table stand in a dossier's chains."""
    if not isinstance(model, type) or not issubclass(model, Base):
        return False
    owner = getattr(model, "__owner__", None)
    keys = model.__table__.c[owner].foreign_keys if owner else ()
    return any(key.target_fullname == "dossier.id" for key in keys)


def fault(function: FunctionType) -> str:
    """What a command that writes under a dossier does before the dossier is its own; empty: nothing."""
    done = list(steps(function))
    events = [said for step, said in done if step == "record"]
    writes = [each for each in events if isinstance(each, type) and issubclass(each, DossierEvent)]
    if not [each for each in writes if each.part not in ONLY_READS]:
        return ""
    for step, said in done:
        if step == "dossier":
            return ""
        if step in ("add", "record") or belongs_to_a_dossier(said):
            return f"{step} {getattr(said, '__name__', said)} before the dossier is locked"
    return "the dossier is never locked"


COMMANDS = commands()
OWN_NO_ROW = {
    "casetracker.asylum.commands._record_read": "who read; reading waits for nobody",
}
"""Commands that record an event of a dossier and write no row of it, each with what they record."""
MAKES_IT = {
    "casetracker.cases.commands.opening.create_case",
    "casetracker.community.commands.open_project",
}
"""Commands whose dossier nobody else knows yet."""


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - set(OWN_NO_ROW) - MAKES_IT))
def test_a_dossier_is_locked_before_anything_of_it(name: str) -> None:
    assert fault(COMMANDS[name]) == ""


def test_what_is_left_out_still_stands_and_adds_nothing() -> None:
    for name in OWN_NO_ROW:
        assert [step for step, _said in steps(COMMANDS[name])] == ["record"]
        assert fault(COMMANDS[name]) != ""
    assert all(fault(COMMANDS[name]) == "add Dossier before the dossier is locked" for name in MAKES_IT)


def test_the_walk_sees_what_the_commands_do() -> None:
    assert len(COMMANDS) > 150
    assert sum(any(step == "dossier" for step, _said in steps(each)) for each in COMMANDS.values()) > 90
    unknown = [name for name, each in COMMANDS.items() for step, said in steps(each) if step == "record" and not said]
    assert unknown == []


def locks_late(cmd: Any, *, actor: Any) -> None:
    """A command as it must not be."""
    point = core.lock(DossierPoint, cmd.point_id)
    core.lock(Dossier, point.dossier_id)
    recording.record(PointCleared(owner_id=point.dossier_id, point_id=point.id, reason="x"), actor=actor)


def locks_never(cmd: Any, *, actor: Any) -> None:
    """Another one, by way of a function of its own."""
    raised = PointRaised(owner_id=cmd.dossier_id, point_id=cmd.point_id)
    recording.record(raised, actor=actor)


def test_the_walk_can_fail() -> None:
    assert fault(cast(FunctionType, locks_late)) == "lock DossierPoint before the dossier is locked"
    assert fault(cast(FunctionType, locks_never)) == "record PointRaised before the dossier is locked"
