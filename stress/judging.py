"""Whether the tests of a room notice the mutants of one of its modules: loaded once, forked for each mutant.

A mutant inside functions is put into the module that is loaded. Any other, and whoever survives so, is loaded in its
place from the beginning: what a test's parameters work out when they are read sees it only then."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from stress.breaking import ROOT, Mutant, unbroken

PATIENCE = 20.0
"""Seconds for one mutant, beside ten times what the tests need unbroken: one that never ends is noticed, too."""
OPTIONS = (
    "-q", "-s", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider", "-p", "no:xdist",
    "-p", "no:unraisableexception", "-p", "no:threadexception", "-k", "not postgresql",
)  # fmt: skip


@dataclass(frozen=True)
class Tests:
    """Who judges a module: files of tests, with or without those of their tests that ask a database (SQLite)."""

    files: tuple[str, ...]
    ask_database: bool = False


def prepare() -> None:
    """What every child needs and no mutant touches, loaded once; hypothesis tries the same examples each time."""
    import flask_babel
    import flask_login
    import flask_migrate
    import flask_sqlalchemy
    import flask_wtf
    import hypothesis.strategies
    import psycopg
    import sqlalchemy.orm

    del flask_babel, flask_login, flask_migrate, flask_sqlalchemy, flask_wtf, psycopg, sqlalchemy
    assert not [name for name in sys.modules if name.startswith("casetracker")], "a mutant would come too late"
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", database=None, derandomize=True, deadline=None, phases=phases)
    hypothesis.settings.load_profile("mutants")


def judge_module(module: str, chosen: list[Mutant], tests: Tests) -> dict[str, Any]:
    """`{"survived": numbers of those that nobody noticed, "seconds": ...}`; raises if the tests fail unbroken."""
    started = time.monotonic()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    whole = unbroken(module)
    codes = [mutant.code for mutant in chosen]
    changed = [changed_functions(whole, code) for code in codes]
    inside = [(number, functions) for number, functions in enumerate(changed) if functions]
    doubtful = {number for number, functions in enumerate(changed) if functions is None}
    doubtful |= set(_in_a_child(lambda: _judge_inside(module, inside, tests)))
    survived = {number for number, functions in enumerate(changed) if functions == {}}
    for number in doubtful:
        code = codes[number]
        if not _notices(lambda code=code: _load_and_test(module, code, tests), 4 * PATIENCE):  # type: ignore[misc]  # bound at once
            survived.add(number)
    return {"survived": sorted(survived), "seconds": time.monotonic() - started}


def _in_a_child(judge: Callable[[], list[int]]) -> list[int]:
    """What `judge` answers, with nothing of what it loads in this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as answer:
                json.dump(judge(), answer)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as answers:
        told = answers.read()
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the tests fail on the program as it stands")
    return [int(number) for number in json.loads(told)]


def same(one: CodeType, other: CodeType) -> bool:
    """Whether two pieces of code do the same, wherever their lines stand."""
    names = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags", "co_exceptiontable")
    counts = ("co_argcount", "co_kwonlyargcount", "co_posonlyargcount")
    if any(getattr(one, name) != getattr(other, name) for name in (*names, *counts)):
        return False
    pairs = list(zip(one.co_consts, other.co_consts, strict=False))
    return len(one.co_consts) == len(other.co_consts) and all(_same_constant(*pair) for pair in pairs)


def _same_constant(one: Any, other: Any) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return same(one, other)
    return type(one) is type(other) and repr(one) == repr(other)


def changed_functions(one: CodeType, other: CodeType) -> dict[str, CodeType] | None:
    """name -> new code where nothing but functions of the module differs; None where something else does."""
    ours = {code.co_name: code for code in one.co_consts if isinstance(code, CodeType)}
    theirs = {code.co_name: code for code in other.co_consts if isinstance(code, CodeType)}
    changed = {name: code for name, code in theirs.items() if name not in ours or not same(ours[name], code)}
    hollow = [_without_functions(code) for code in (one, other)]
    if not same(*hollow) or any(name.startswith("<") for name in changed):
        return None
    # a class's body is no function: its methods are bound to it when it is made
    return None if any("__module__" in code.co_names for code in changed.values()) else changed


def _without_functions(code: CodeType) -> CodeType:
    return code.replace(
        co_consts=tuple(each.co_name if isinstance(each, CodeType) else each for each in code.co_consts)
    )


def _notices(act: Callable[[], int], patience: float) -> int:
    """What `act` ends with in a child: 0 where nothing was noticed. One that takes too long is ended."""
    gc.freeze()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            gc.disable()
            code = act()
        finally:
            os._exit(code)
    until = time.monotonic() + patience
    pause = 0.002
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads a mutant where its module is asked for."""

    def __init__(self, module: str, code: CodeType) -> None:
        self.module, self.code = module, code

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The mutant's, for its name alone."""
        if name != _name(self.module):
            return None
        file = str(ROOT / "casetracker" / f"{self.module}.py")
        return importlib.util.spec_from_file_location(name, file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the mutant's code."""
        exec(self.code, module.__dict__)


def _name(module: str) -> str:
    return f"casetracker.{module.replace('/', '.')}"


def _load_and_test(module: str, code: CodeType, tests: Tests) -> int:
    sys.meta_path.insert(0, _Instead(module, code))
    return int(pytest.main([*OPTIONS, *tests.files], plugins=[_ToTheFirst(tests.ask_database)]))


def _judge_inside(module: str, inside: list[tuple[int, dict[str, CodeType]]], tests: Tests) -> list[int]:
    """The numbers of those that survive, judged inside one run of the tests."""
    run = _Run(tests.ask_database, module, inside)
    code = pytest.main([*OPTIONS, *tests.files], plugins=[run])
    assert code == 0 and run.was_well, f"the tests of {module} fail on the program as it stands"
    return run.survived


class _ToTheFirst:
    """In the child: the first test that fails ends it."""

    def __init__(self, asks: bool) -> None:
        self.asks = asks

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves out what asks a database, where none is to be asked."""
        items[:] = [item for item in items if self.asks or "places" not in getattr(item, "fixturenames", ())]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own loop."""
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            if _fails(item, following):
                os._exit(1)
        return True


class _Run(_ToTheFirst):
    """A run of tests that goes through them once unbroken, then in a child for each mutant, to the first that fails."""

    def __init__(self, asks: bool, module: str, inside: list[tuple[int, dict[str, CodeType]]]) -> None:
        super().__init__(asks)
        self.module, self.inside = module, inside
        self.survived: list[int] = []
        self.was_well = False
        self.places: Any = None

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        """Keeps in mind the databases that the tests have asked for."""
        made = yield
        if fixturedef.argname == "places":
            self.places = made
        return made

    def _let_go(self) -> None:
        """No connection to a database goes over a fork."""
        if self.places is None:
            return
        for grounds in self.places._grounds.values():
            grounds.close()
        for app in self.places._programs.values():
            with app.app_context():
                app.extensions["sqlalchemy"].engine.dispose()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own loop."""
        loaded = importlib.import_module(_name(self.module))
        took: dict[Any, float] = {}
        for item, following in zip(session.items, [*session.items[1:], session.items[0]], strict=True):
            started = time.monotonic()
            if _fails(item, following):
                return True
            took[item] = time.monotonic() - started
        self.was_well = True
        order = sorted(session.items, key=lambda item: took[item])
        patience = PATIENCE + 10 * sum(took.values())
        for number, functions in self.inside:
            self._let_go()
            reading, writing = os.pipe()
            act = lambda: _test(loaded, functions, order, writing)  # noqa: B023, E731  # called before the next turn
            noticed = _notices(act, patience)
            os.close(writing)
            with os.fdopen(reading, "rb") as answers:
                told = answers.read()
            if told:  # who noticed this one will likely notice its neighbour
                order.insert(0, order.pop(int(told)))
            if not noticed:
                self.survived.append(number)
        return True


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _test(loaded: ModuleType, functions: dict[str, CodeType], order: list[pytest.Item], writing: int) -> int:
    """In the child: breaks the loaded module, runs the tests; says which of them failed first."""
    for name, code in functions.items():
        function = getattr(loaded, name)
        while hasattr(function, "__wrapped__"):
            getattr(function, "cache_clear", str)()
            function = function.__wrapped__
        assert isinstance(function, FunctionType)
        function.__code__ = code
    for number, item in enumerate(order):
        if _fails(item, order[number + 1] if number + 1 < len(order) else order[0]):
            os.write(writing, str(number).encode())
            return 1
    return 0
