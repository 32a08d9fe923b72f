"""Every form that edits carries the version it was opened on; whoever was overtaken sees three columns, and nothing
is saved."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.core.commands import Command
from casetracker.web.forms import Form
from tests.access.test_tokens import sent
from tests.architecture.sources import Source, program
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import playroom_case
from tests.factories.providers import demo_provider
from tests.pages.walking import _Reader

UNVERSIONED = {"ChangePassword": "asks for the password that stands"}
"""Commands that edit without a version, each with the reason."""


NEW = ("AddActivityForm", "AddLineForm", "SaveTenderForm")
"""Forms of a thing that is not there yet; its command takes None for the version."""


def commands() -> dict[str, type[Command]]:
    """Every command by name; tests.access.test_tokens has imported them."""

    def below(kind: type[Command]) -> Iterator[type[Command]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return {kind.__name__: kind for kind in below(Command)}


def made_in_forms() -> Iterator[tuple[Source, ast.ClassDef, ast.Call, str]]:
    """Every command that a form makes: source, the form's class, the call, the command's name."""
    for source in program():
        calls = {id(node): name for node, name in sent(source)}
        for held in source.walk():
            if isinstance(held, ast.ClassDef):
                for node in ast.walk(held):
                    if isinstance(node, ast.Call) and id(node) in calls:
                        yield source, held, node, calls[id(node)]


def has_version(kind: type[Command]) -> bool:
    """Whether the command says on which version it rests."""
    return "version" in {field.name for field in dataclasses.fields(kind)}


def test_every_command_that_edits_rests_on_a_version() -> None:
    list(made_in_forms())
    edits = {name: kind for name, kind in commands().items() if re.match(r"(Edit|Correct|Rename|Change)[A-Z]", name)}
    without = {name for name, kind in edits.items() if not has_version(kind) and kind.__module__.startswith("case")}
    assert without == UNVERSIONED.keys()
    assert len(edits) > 25


def test_every_form_of_such_a_command_carries_it() -> None:
    found = 0
    for source, held, _node, name in made_in_forms():
        if has_version(commands()[name]) and held.name not in NEW:
            module = importlib.import_module(source.name.removesuffix(".py").replace("/", ".").replace(".__init__", ""))
            form = getattr(module, held.name)
            assert issubclass(form, Form) and hasattr(form, "version"), f"{source.name}: {held.name} for {name}"
            found += 1
    assert found > 35


@pytest.fixture
def people(app: Flask) -> People:
    """Both offices."""
    return make_people()


@pytest.mark.parametrize("page", ["office", "provider", "case", "person"])
def test_who_was_overtaken_sees_three_columns(client: FlaskClient, people: People, page: str) -> None:
    """The page as a browser has it; meanwhile somebody else saved another word."""
    who, field, path = people.caseworker_tallinn, "return_place", ""
    if page == "office":
        who, field, path = people.administrator, "name", f"/admin/offices/{people.kyiv}"
    elif page == "provider":
        who, field, path = people.caseworker_kyiv, "contact", f"/providers/{demo_provider(people.caseworker_kyiv)}/edit"
    else:
        family = playroom_case(people)
        path = f"/cases/{family.reference}/correct"
        if page == "person":
            field, path = "given_name", f"/cases/{family.reference}/persons/{family.spouse}/edit"
    sign_in(client, who)
    before = opened(client, path)
    base = before[field][0]
    saved = client.post(path, data=opened(client, path) | {field: ["Theirs saved"], "reason": ["Was wrong"]})
    assert saved.status_code == 302, saved.text
    answer = client.post(path, data=before | {field: ["Mine typed"], "reason": ["Was wrong"]})
    assert answer.status_code == 409
    for words in (f"<dd>{base}</dd>", "<dd><strong>Theirs saved</strong></dd>", "<dd>Mine typed</dd>"):
        assert words in answer.text, words
    assert f'name="{field}"' in answer.text and 'value="Mine typed"' in answer.text
    assert opened(client, path)[field] == ["Theirs saved"]


def opened(client: FlaskClient, path: str) -> dict[str, list[str]]:
    """What the page's form would send."""
    reader = _Reader(path)
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.location)
    reader.feed(answer.text)
    return next(form for form in reader.forms if any(name == "version" for name, _k, _v in form.fields)).filled()
