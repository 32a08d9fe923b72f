"""One way to write: who commits, who asks the clock and the environment, and no way past the history."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.sources import Check, Source, dotted, faults, imported, migrations, program


def commits(source: Source) -> Iterator[str]:
    """Only core/commands.py ends a transaction by keeping it."""
    if source.name == "casetracker/core/commands.py":
        return
    for node in source.walk():
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "begin_nested", "bulk_save_objects"):
            yield f"{source.name}:{node.lineno} {node.attr}: only core/commands.py ends a transaction"


def asks_other_clocks(source: Source) -> Iterator[str]:
    """core/clock.py is the only clock."""
    if source.name == "casetracker/core/clock.py":
        return
    forbidden = {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
        "datetime.date.today", "time.time", "time.localtime", "time.gmtime", "func.now",
        "func.current_timestamp", "func.current_date",
    }  # fmt: skip
    for node in source.walk():
        if isinstance(node, ast.Attribute) and (name := dotted(node)) in forbidden:
            yield f"{source.name}:{node.lineno} {name}: ask core/clock.py"


def reads_environment(source: Source) -> Iterator[str]:
    """config.py alone reads the environment."""
    if source.name == "config.py":
        return
    for node in source.walk():
        if isinstance(node, ast.Attribute) and dotted(node) in ("os.environ", "os.getenv"):
            yield f"{source.name}:{node.lineno} the environment is read by config.py alone"


def passes_by_history(source: Source) -> Iterator[str]:
    """No relationship or key that changes rows without a mapper event."""
    for node in source.walk():
        if not isinstance(node, ast.keyword):
            continue
        value = node.value.value if isinstance(node.value, ast.Constant) else node.value
        if node.arg in ("secondary", "post_update", "server_onupdate", "passive_deletes", "onupdate"):
            yield f"{source.name}:{node.value.lineno} {node.arg}= changes rows past the history"
        if node.arg == "ondelete" and value not in ("RESTRICT", "NO ACTION"):
            yield f"{source.name}:{node.value.lineno} ondelete={value!r}: a row never goes by itself"
        if node.arg == "server_default":
            yield f"{source.name}:{node.value.lineno} server_default: no event sees that value"


def writes_past_flush(source: Source) -> Iterator[str]:
    """No insert(), update() or delete() of a tracked table: only a flush shows its rows to the history."""
    if source.name.startswith("casetracker/core/"):
        return
    for node in source.walk():
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in (
            "insert",
            "update",
            "delete",
        ):
            written = {dotted(argument) for argument in node.args} & tracked_classes()
            for name in written:
                yield f"{source.name}:{node.lineno} {name} is written by flush alone"


@cache
def tracked_classes() -> frozenset[str]:
    """The names of the classes whose rows stand in the history."""
    return frozenset(
        node.name
        for source in program()
        for node in source.walk()
        if isinstance(node, ast.ClassDef) and "Tracked" in {dotted(base) for base in node.bases}
    )


def writes_text_sql(source: Source) -> Iterator[str]:
    """Textual SQL stands in core/ (and the search), so that nobody else knows which database it is."""
    exempt = ("casetracker/core/", "casetracker/events/recording")
    if source.name.startswith(exempt) or source.name.endswith("/search.py"):
        return
    for line, name in imported(source):
        if name in ("sqlalchemy.text", "sqlalchemy.sql.text") or name.startswith("sqlalchemy.dialects."):
            yield f"{source.name}:{line} {name}: only core/ knows which database it is"
    for node in source.walk():
        if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql":
            yield f"{source.name}:{node.lineno} exec_driver_sql: only core/ knows which database it is"


def impure_rules(source: Source) -> Iterator[str]:
    """Rules get frozen facts: no Flask, no database, no models (the import rules hold the detours)."""
    if not source.name.endswith("rules.py"):
        return
    foreign = ("flask", "flask_login", "flask_wtf", "sqlalchemy", "wtforms")
    for line, name in imported(source):
        parts = name.split(".")
        if parts[0] in foreign or "models" in parts or "queries" in parts or name.startswith("casetracker.core.db"):
            yield f"{source.name}:{line} {name}: a rule knows frozen facts only"


def answers_http(source: Source) -> Iterator[str]:
    """Below routes the program's own refusals are raised (`core/errors.py`); what they are in HTTP, `web/` knows."""
    at_the_door = ("casetracker/web/", "casetracker/accounts/kept.py", "casetracker/accounts/installation.py")
    if source.name.startswith(at_the_door) or "/routes/" in source.name or source.name.endswith("routes.py"):
        return
    for line, name in imported(source):
        if name.startswith("werkzeug.exceptions") or name == "flask.abort":
            yield f"{source.name}:{line} {name}: raise what core/errors.py has"


NO_MONEY = {
    "casetracker/community/map_rules.py": "where sites stand on a drawing",
    "casetracker/core/commands.py": "the jitter between two attempts",
    "casetracker/core/turns.py": "moments between two questions",
    "casetracker/web/icons.py": "sizes of pictures",
    "casetracker/web/telemetry.py": "times of answers",
}
"""Files where fractions are meant, each with what they measure."""


def floats(source: Source) -> Iterator[str]:
    """Money is whole minor units: no float, and no Numeric, which SQLite keeps as one."""
    if source.name in NO_MONEY:
        return
    for line, name in imported(source):
        if name in {f"sqlalchemy.{kind}" for kind in ("Float", "Numeric", "Double", "REAL", "DECIMAL")}:
            yield f"{source.name}:{line} {name}: SQLite keeps it as a float"
    for node in source.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"{source.name}:{node.lineno} float(): money is whole minor units"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{source.name}:{node.lineno} {node.value}: money is whole minor units"


def asks_which_database(source: Source) -> Iterator[str]:
    """Only `core/db.py`, what makes tables only grow, and what looks into stored JSON know which database it is."""
    own = ("casetracker/core/db.py", "casetracker/core/append_only.py", "casetracker/core/canonical_text.py")
    if source.name in (*own, "config.py"):
        return  # config.py reads the address that was given
    for line, name in imported(source):
        if name.startswith("sqlalchemy.dialects"):
            yield f"{source.name}:{line} {name}: one behaviour on both databases"
    for node in source.walk():
        if isinstance(node, ast.Constant) and node.value in ("sqlite", "postgresql"):
            yield f"{source.name}:{node.lineno} {node.value}: one behaviour on both databases"


def unreasoned_exceptions(source: Source) -> Iterator[str]:
    """Every noqa and type: ignore names its rule and, after a second #, its reason."""
    for number, line in enumerate(source.text.splitlines(), 1):
        for mark in ("# noqa", "# type: ignore"):
            before, found, after = line.partition(mark)
            if not found or before.rstrip().endswith(('"', "`")):
                continue
            rule, _hash, reason = after.partition("#")
            if rule.strip()[:1] not in (":", "[") or len(reason.strip()) < 4:
                yield f"{source.name}:{number} {mark} without its rule and its reason"


CHECKS: list[tuple[Check, str]] = [
    (commits, "db.session.commit()"),
    (asks_other_clocks, "from datetime import date\nday = date.today()"),
    (reads_environment, "import os\nvalue = os.environ['X']"),
    (passes_by_history, "relationship(secondary=table)"),
    (passes_by_history, "ForeignKey('case.id', ondelete='CASCADE')"),
    (passes_by_history, "ForeignKey('case.id', ondelete='SET NULL')"),
    (passes_by_history, "mapped_column(server_default='x')"),
    (writes_past_flush, "session.execute(update(Office).values(name='x'))"),
    (writes_text_sql, "from sqlalchemy import text"),
    (impure_rules, "from casetracker.cases.models import Case"),
    (answers_http, "from werkzeug.exceptions import TooManyRequests"),
    (floats, "from sqlalchemy import Numeric"),
    (floats, "amount = float('1.5')"),
    (floats, "share = 0.5"),
    (asks_which_database, "from sqlalchemy.dialects import postgresql"),
    (asks_which_database, "fast = engine.dialect.name == 'sqlite'"),
    (unreasoned_exceptions, "x = 1  # noqa: E501"),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _bad in CHECKS), ids=lambda c: c.__name__)
def test_program_keeps_to_it(check: Check) -> None:
    assert faults(check, program()) == []


def test_migrations_delete_nothing_by_themselves() -> None:
    def only_keys(source: Source) -> Iterator[str]:
        return (fault for fault in passes_by_history(source) if "ondelete" in fault)

    assert faults(only_keys, migrations()) == []


@pytest.mark.parametrize(("check", "bad"), CHECKS, ids=lambda value: getattr(value, "__name__", None))
def test_check_can_fail(check: Check, bad: str) -> None:
    name = "person_rules" if check is impure_rules else "commands"
    assert list(check(Source(f"casetracker/cases/{name}.py", bad)))
