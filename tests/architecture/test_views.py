"""Every view names its key, every name in code and templates leads somewhere, no door stands open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Template
from werkzeug.routing import Rule

from casetracker.core.permissions import GRANTED, Permission
from casetracker.events.states import EVENT_KINDS
from tests.architecture.sources import ROOT, Check, Source, dotted, faults, imported, program, templates
from tests.factories.accounts import make_people, sign_in

DOORS = {"requires", "public"}
FILES = {"static", "bootstrap.static"}
"""Addresses of files that every page loads: they hold nothing of anybody."""
MAX_VIEW = 45


def views(source: Source) -> Iterator[tuple[ast.FunctionDef, list[str]]]:
    """Each view function with the names of its decorators, from the top."""
    for node in source.walk():
        if isinstance(node, ast.FunctionDef):
            names = [dotted(decorator).rpartition(".")[2] for decorator in node.decorator_list]
            if {"route", "get", "post"} & set(names):
                yield node, names


def one_door(source: Source) -> Iterator[str]:
    """Exactly one of @requires and @public, below the address."""
    for view, names in views(source):
        doors = [name for name in names if name in DOORS]
        if len(doors) != 1:
            yield f"{source.name}:{view.lineno} {view.name} has {len(doors)} doors"
        elif names.index(doors[0]) < max(names.index(name) for name in names if name in ("route", "get", "post")):
            yield f"{source.name}:{view.lineno} {view.name}: a door above the address guards nothing"


def short(source: Source) -> Iterator[str]:
    """A view is actor, form, one command or some queries, redirect or render."""
    for view, _names in views(source):
        if (view.end_lineno or 0) - view.lineno > MAX_VIEW:
            yield f"{source.name}:{view.lineno} {view.name} is longer than {MAX_VIEW} lines"


def touches_database(source: Source) -> Iterator[str]:
    """Routes and forms know no session and write no query; the health check asks for an answer."""
    if not re.search(r"/(routes|forms)(\.py|/)|_(routes|forms)\.py", source.name):
        return
    for line, name in imported(source):
        room = name.partition(".")[0] in ("sqlalchemy", "flask_sqlalchemy")
        if room or (name.startswith("casetracker.core.db.") and not name.endswith(".answers")):
            yield f"{source.name}:{line} {name}: queries ask, commands write"


CHECKS: list[tuple[Check, str]] = [
    (one_door, "@cases.get('/')\ndef case_list(): ..."),
    (one_door, "@cases.get('/')\n@requires(P.CASE_READ)\n@public\ndef case_list(): ..."),
    (one_door, "@requires(P.CASE_READ)\n@cases.get('/')\ndef case_list(): ..."),
    (short, "@cases.get('/')\n@public\ndef case_list():\n" + "    x = 1\n" * (MAX_VIEW + 2)),
    (touches_database, "from casetracker.core.db import db"),
    (touches_database, "import sqlalchemy"),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _bad in CHECKS), ids=lambda c: c.__name__)
def test_program_keeps_to_it(check: Check) -> None:
    assert faults(check, program()) == []


@pytest.mark.parametrize(("check", "bad"), CHECKS, ids=lambda value: getattr(value, "__name__", None))
def test_check_can_fail(check: Check, bad: str) -> None:
    assert list(check(Source("casetracker/cases/routes.py", bad)))


def test_every_address_has_its_door(app: Flask) -> None:
    without = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FILES and not hasattr(app.view_functions[rule.endpoint], "door")
    ]
    assert without == []


def addresses(app: Flask) -> list[tuple[str, str, Any]]:
    """(method, address, door) of every view; places in an address are filled with what nothing is called."""
    found = []
    for rule in app.url_map.iter_rules():
        door = getattr(app.view_functions[rule.endpoint], "door", "public")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint not in FILES:
                found.append((method, filled(app, rule), door))
    return found


def filled(app: Flask, rule: Rule) -> str:
    """The rule's address with a value of the right shape in each place."""
    shapes: dict[str, Any] = {"IntegerConverter": 7, "UUIDConverter": "0" * 32, "DateConverter": "2026-01-01"}
    values: dict[str, Any] = {
        name: shapes.get(type(converter).__name__, "nothing-of-the-kind")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def test_strangers_are_sent_to_sign_in(app: Flask, client: FlaskClient) -> None:
    for method, address, door in addresses(app):
        if door != "public":
            answer = client.open(address, method=method)
            assert answer.status_code == 302, (method, address, answer.status_code)
            assert answer.location.startswith("/sign-in"), (method, address, answer.location)


def test_every_role_finds_only_its_own_doors(app: Flask, client: FlaskClient, dialect: str) -> None:
    """On PostgreSQL each door is tried once: which roles have its key is the same table on either database."""
    people, tried = make_people(), set[tuple[str, str]]()
    everybody = [people.caseworker_tallinn, people.supervisor_kyiv, people.finance_kyiv, people.auditor]
    for actor in [*everybody, people.administrator]:
        sign_in(client, actor)
        for method, address, door in addresses(app):
            if isinstance(door, Permission) and door not in GRANTED[actor.role]:
                if dialect == "postgresql" and (method, address) in tried:
                    continue
                tried.add((method, address))
                answer = client.open(address, method=method)
                assert answer.status_code == 404, (actor.role, method, address, answer.status_code)
                assert str(door) not in answer.text


def test_every_template_can_be_read(app: Flask) -> None:
    names = [name.removeprefix("templates/") for name, _text in templates() if name.endswith(".html")]
    assert names
    for name in names:
        assert isinstance(app.jinja_env.get_template(name), Template)


def test_every_template_that_is_named_is_there() -> None:
    wanted = [
        (f"{source.name}:{node.lineno}", node.args[0].value)
        for source in program()
        for node in source.walk()
        if isinstance(node, ast.Call) and dotted(node.func) == "render_template" and node.args
        if isinstance(node.args[0], ast.Constant)
    ]
    assert [place for place in wanted if not (ROOT / "templates" / str(place[1])).is_file()] == []


def test_every_address_that_is_named_is_there(app: Flask) -> None:
    texts = [*templates(), *((source.name, source.text) for source in program())]
    pattern = re.compile(r"url_for\(\s*[\"']([\w.]+)[\"']")
    named = [(name, found) for name, text in texts for found in pattern.findall(text) if found[0] != "."]
    assert [place for place in named if place[1] not in app.view_functions] == []


def test_every_kind_of_event_has_its_sentence(app: Flask) -> None:
    there = {name.removeprefix("templates/events/") for name, _t in templates() if "/events/" in name}
    assert there == {f"{kind}.html" for kind in EVENT_KINDS}, "a kind without its sentence, or a sentence of no kind"
