"""No act that needs a reason is done without one: every command of the house, found by walking, not by a list."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

import casetracker
from casetracker.core.actor import SYSTEM
from casetracker.core.commands import Command, needs_reason
from casetracker.core.errors import Refused, why_not_reason


def commands_with_reason() -> dict[str, tuple[Callable[..., Any], type[Command]]]:
    """name -> (what acts, what it is asked with) of every command whose reason is always needed."""
    found = {}
    for module in pkgutil.walk_packages(casetracker.__path__, "casetracker."):
        if not module.name.endswith("__main__"):
            found.update(_of_module(importlib.import_module(module.name)))
    return found


def _of_module(module: Any) -> dict[str, tuple[Callable[..., Any], type[Command]]]:
    found: dict[str, tuple[Callable[..., Any], type[Command]]] = {}
    for name, act in inspect.getmembers(module, inspect.isfunction):
        if act.__module__ != module.__name__ or not hasattr(act, "__wrapped__"):
            continue
        asked = vars(module).get(str(act.__annotations__.get("cmd")))
        if isinstance(asked, type) and issubclass(asked, Command) and needs_reason(asked):
            found[f"{module.__name__}.{name}"] = (act, asked)
    return found


ACTS = commands_with_reason()


def test_the_walk_finds_every_request_with_a_reason() -> None:
    asked = {each for _act, each in ACTS.values()}
    stack, known = [Command], set()
    while stack:
        for each in stack.pop().__subclasses__():
            stack.append(each)
            shared = bool(each.__subclasses__()) and each not in asked  # what several requests have in common
            if each.__module__.startswith("casetracker.") and needs_reason(each) and not shared:
                known.add(each)
    assert asked == known and len(asked) > 30


@pytest.mark.parametrize("said", ["", "   ", "\t\n"])
def test_no_act_runs_on_an_empty_reason(app: Flask, said: str) -> None:
    for name, (act, asked) in ACTS.items():
        values: dict[str, Any] = dict.fromkeys(inspect.signature(asked).parameters)
        with pytest.raises(Refused) as refused:
            act(asked(**{**values, "reason": said}), actor=SYSTEM)
        assert refused.value.message.field == "reason", name


def test_a_reason_is_more_than_spaces() -> None:
    assert why_not_reason("Wrong day typed") is None
    for nothing in (None, "", " \n"):
        assert why_not_reason(nothing) is not None
