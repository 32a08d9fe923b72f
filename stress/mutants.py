"""Breaks the rules one small place at a time, and looks whether the tests of that room notice.

Each mutant is loaded in a process of its own in the place of the module; no file of the program is changed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180
"""Seconds for the tests of one mutant: one that never ends is noticed, too."""
OTHERS: dict[str, tuple[str, ...]] = {
    "accounts/factor_rules": ("tests/accounts/test_factors.py",),
    "accounts/limit_rules": ("tests/accounts/test_limits.py",),
    "casefile/act_rules": ("tests/casefile/test_acts.py", "tests/casefile/test_rules.py"),
    "operations/deploy_rules": ("tests/operations/test_check_deploy.py",),
    "ledger/posting": ("tests/ledger/test_posting.py",),
    "events/recording": ("tests/events/test_recording.py", "tests/core/test_commands.py"),
    "core/permissions": ("tests/refusals/test_roles.py", "tests/architecture/test_views.py"),
}
"""Which tests judge a module; any other rules are judged by test_rules.py of their room."""
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.FloorDiv(), ast.FloorDiv: ast.Mult(),
}  # fmt: skip
Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """One change of one module: where it is, what was done, the text with it, and the tests that should notice.

    Without a module it is the program as it stands.
    """

    module: str
    line: int
    what: str
    text: str
    tests: tuple[str, ...]

    @property
    def place(self) -> str:
        """`casetracker/cases/rules.py:12 what`."""
        return f"casetracker/{self.module}.py:{self.line} {self.what}"


def modules() -> list[str]:
    """Every module that is broken: all rules, the permission table, the ledger, the encoding of events."""
    rules = [*ROOT.glob("casetracker/*/rules.py"), *ROOT.glob("casetracker/*/*_rules.py")]
    named = ["core/permissions", "ledger/posting", "events/recording"]
    return sorted(str(path.relative_to(ROOT / "casetracker").with_suffix("")) for path in rules) + named


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse((ROOT / "casetracker" / f"{module}.py").read_text())
    nodes = list(_judged(tree))
    tests = OTHERS.get(module, (f"tests/{module.partition('/')[0]}/test_rules.py",))
    for number, node in enumerate(nodes):
        for what, change in _changes(node):
            broken = copy.deepcopy(tree)
            change(list(_judged(broken))[number])
            text = ast.unparse(ast.fix_missing_locations(broken))
            yield Mutant(module, getattr(node, "lineno", 0), what, text, tests)


def _judged(node: ast.AST) -> Iterator[ast.AST]:
    """What a change can be made of: no types, no decorators, no documentation."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "keywords") and not isinstance(node, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _judged(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """(what, how) of every change of one node; `how` is given the same node of a copy."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = COMPARED[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} -> {other.__name__}", lambda it: setattr(it, "ops", [other()])
    elif isinstance(node, ast.BoolOp):
        word, swapped = ("and -> or", ast.Or()) if isinstance(node.op, ast.And) else ("or -> and", ast.And())
        yield word, lambda it: setattr(it, "op", swapped)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        operator = COUNTED[type(node.op)]
        yield f"{type(node.op).__name__} -> {type(operator).__name__}", lambda it: setattr(it, "op", operator)
    elif isinstance(node, ast.If | ast.IfExp):
        yield "if -> if not", lambda it: setattr(it, "test", ast.UnaryOp(ast.Not(), it.test))  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", lambda it: setattr(it, "value", not it.value)  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value} -> {node.value + 1}", lambda it: setattr(it, "value", it.value + 1)  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield "return None", lambda it: setattr(it, "value", ast.Constant(None))
    elif isinstance(node, ast.Set | ast.Dict):
        yield from _without_one(node)
    if isinstance(node, ast.FunctionDef | ast.If | ast.For):
        yield from _without_statement(node)


def _without_one(node: ast.Set | ast.Dict) -> Iterator[tuple[str, Change]]:
    """A set or a table with one entry less."""
    entries = node.elts if isinstance(node, ast.Set) else node.values
    for number, entry in enumerate(entries):

        def drop(it: ast.AST, number: int = number) -> None:
            for name in ("elts", "keys", "values"):
                if hasattr(it, name):
                    del getattr(it, name)[number]

        yield f"without {ast.unparse(entry)[:40]}", drop


def _without_statement(node: ast.FunctionDef | ast.If | ast.For) -> Iterator[tuple[str, Change]]:
    """A body with one statement less, where what it says is not needed by the next line to run at all."""
    for number, statement in enumerate(node.body):
        is_words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Expr | ast.AugAssign | ast.If | ast.Continue | ast.Raise) and not is_words:

            def drop(it: ast.AST, number: int = number) -> None:
                it.body[number] = ast.Pass()  # type: ignore[attr-defined]  # the same kind of node

            yield f"without {ast.unparse(statement).splitlines()[0][:50]}", drop


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads a mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"casetracker.{mutant.module.replace('/', '.')}"
        self.mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The mutant's, for its name alone."""
        if name != self.name:
            return None
        file = str(ROOT / "casetracker" / f"{self.mutant.module}.py")
        return importlib.util.spec_from_file_location(name, file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the mutant's text."""
        exec(compile(self.mutant.text, f"<{self.mutant.module}>", "exec"), module.__dict__)


def judge(mutant: Mutant) -> bool:
    """Whether the tests notice."""
    child = os.fork()
    if child == 0:
        _run_tests(mutant)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _run_tests(mutant: Mutant) -> None:
    """In the child: loads the mutant, runs the tests on SQLite alone, and ends."""
    code = 1
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        if mutant.module:
            sys.meta_path.insert(0, _Instead(mutant))
        import pytest

        options = [
            "-x",
            "-q",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "-k",
            "not postgresql",
        ]
        code = int(pytest.main([*options, *mutant.tests]))
    finally:
        os._exit(code)


def _prepare() -> None:
    """What every child needs and no mutant touches, loaded once."""
    import flask_babel
    import flask_login
    import flask_migrate
    import flask_sqlalchemy
    import flask_wtf
    import hypothesis
    import pytest
    import sqlalchemy.orm  # noqa: F401

    assert not [name for name in sys.modules if name.startswith("casetracker")], "a mutant would come too late"
    del flask_babel, flask_login, flask_migrate, flask_sqlalchemy, flask_wtf, hypothesis, pytest


def _share(chosen: list[Mutant], report: int) -> None:
    """One process's share: a byte for each, noticed or not."""
    for mutant in chosen:
        os.write(report, b"1" if judge(mutant) else b"0")


def run(options: argparse.Namespace) -> bool:
    """True where nine of ten mutants are noticed; in a process that has loaded nothing of the program yet."""
    asked = [f"--{name}={getattr(options, name)}" for name in ("seed", "most", "module", "processes")]
    return subprocess.run([sys.executable, "-m", "stress.mutants", *asked], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """0 where nine of ten mutants are noticed. `--module` and `--most` narrow; the seed chooses."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("seed", "most", "processes"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--module", default="")
    options = parser.parse_args()
    os.chdir(ROOT)
    _prepare()
    named = [name for name in modules() if not options.module or options.module in name]
    every = [mutant for name in named for mutant in mutants(name)]
    chosen = random.Random(options.seed).sample(every, min(options.most, len(every)))
    judged = sorted({mutant.tests for mutant in chosen})
    unbroken = [Mutant(module="", line=0, what="nothing", text="", tests=tests) for tests in judged]
    broken = [tests for tests, failed in zip(judged, _all_noticed(unbroken, options.processes), strict=True) if failed]
    if broken:
        print(f"mutants: these tests fail on the program as it stands: {broken}")
        return 1
    print(f"mutants: {len(chosen)} of {len(every)} in {len(named)} modules", flush=True)
    noticed = _all_noticed(chosen, options.processes)
    return 0 if _tell(chosen, noticed) else 1


def _all_noticed(chosen: list[Mutant], processes: int) -> list[bool]:
    """Whether each was noticed, judged by so many processes at once."""
    shares = [list(range(number, len(chosen), processes)) for number in range(processes)]
    pipes, noticed = [], [False] * len(chosen)
    for share in shares:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                _share([chosen[number] for number in share], writing)
            finally:
                os._exit(0)
        os.close(writing)
        pipes.append((reading, child))
    for share, (reading, child) in zip(shares, pipes, strict=True):
        with os.fdopen(reading, "rb") as answers:
            told = answers.read()
        os.waitpid(child, 0)
        assert len(told) == len(share), "a judge ended early"
        for number, answer in zip(share, told, strict=True):
            noticed[number] = answer == ord("1")
    return noticed


def _tell(chosen: list[Mutant], noticed: list[bool]) -> bool:
    """Prints survivors by place and the share of each module."""
    total, killed = Counter(mutant.module for mutant in chosen), Counter[str]()
    for mutant, was_noticed in sorted(
        zip(chosen, noticed, strict=True), key=lambda pair: (pair[0].module, pair[0].line)
    ):
        killed[mutant.module] += was_noticed
        if not was_noticed:
            print(f"  survived {mutant.place}")
    for module in sorted(total):
        print(f"  {module}: {killed[module]} of {total[module]}")
    share = sum(noticed) / max(1, len(noticed))
    print(f"mutants: {sum(noticed)} of {len(noticed)} noticed, {share:.1%}", flush=True)
    return share >= 0.9


if __name__ == "__main__":
    sys.exit(main())
