"""Whatever form a session ends on: what was typed stands in it again, field for field, rows and choices too."""

from __future__ import annotations

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict

from casetracker.web import kept
from tests.pages.walking import FoundForm, Walker

CASE = "/cases/EE-2026-00001"
FORMS = {
    "caseworker.tallinn": (
        "/cases/new", f"{CASE}/persons/new", f"{CASE}/counselling/new", f"{CASE}/consents/new", f"{CASE}/correct",
        f"{CASE}/application/new", f"{CASE}/asylum/new",
    ),
    "caseworker.kyiv": (
        f"{CASE}/disbursements/new", f"{CASE}/visits/new", f"{CASE}/complaints/new", f"{CASE}/needs/new",
        f"{CASE}/plan/activities/new", "/providers/new", f"{CASE}/documents/new",
    ),
    "administrator": ("/admin/users/new", "/admin/offices/new", "/admin/programmes/new", "/admin/rates/new"),
}  # fmt: skip
"""The long forms, with rows, choices, amounts, days and files among them; what is not open today is left out."""


def changed(form: FoundForm) -> dict[str, list[str]]:
    """What somebody would send: other words in every box, the last choice of every list."""
    sent = {name: values for name, values in form.filled().items() if name not in ("csrf_token", "form_token")}
    for name, kind, value in form.fields:
        if kind in ("text", "textarea", "email", "date", "tel", "number") and name in sent:
            sent[name] = [f"Õ «{name}» <{len(value)}> 7"]
    for name, choices in form.choices.items():
        sent[name] = choices[-1:]
    return sent


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", FORMS)
def test_the_form_shows_again_what_was_kept(demo_app: Flask, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here: dict[str, MultiDict[str, str]] = {}
    monkeypatch.setattr(kept, "typed", lambda: here.get(request.path) if request.method == "GET" else None)
    walker, tried = Walker(demo_app, who), 0
    for path in FORMS[who]:
        found = [form for form in walker.read(path).forms if form.action == path]
        if not found:
            continue
        sent = changed(found[0])
        here = {path: MultiDict([(name, value) for name, values in sent.items() for value in values])}
        (back, *_others) = [form.filled() for form in walker.read(path).forms if form.action == path]
        typed = {name: values for name, values in sent.items() if values != [""]}
        assert {name: back.get(name) for name in typed} == typed, path
        tried += 1
    assert tried >= 4
