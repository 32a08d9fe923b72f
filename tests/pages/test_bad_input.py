"""Hostile input on every form that anybody can reach: a sentence or the form again, no fault, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.core.db import db
from casetracker.events.models import EventRow
from casetracker.events.states import Category
from tests.conftest import Places
from tests.pages.hostile import HOSTILE, turns
from tests.pages.walking import FoundForm, Walker, walked


def _acts() -> int:
    """How many acts stand in the record, reads and refusals apart. Nothing changes without one (see tests/core)."""
    query = select(func.count()).select_from(EventRow).where(EventRow.category != str(Category.ACCESS))
    count = db.session.execute(query).scalar_one()
    db.session.rollback()
    return count


Found = list[tuple[str, FoundForm]]
"""Who fills in which form."""


@pytest.fixture(scope="module")
def found_forms(places: Places, shared_folder: Path) -> Found:
    """Every form once, with the first of the people who reaches it."""
    found: dict[str, tuple[str, FoundForm]] = {}
    for who, met in walked(places, shared_folder).items():
        for shape, form in met.forms.items():
            found.setdefault(shape, (who, form))
    return list(found.values())


def _forms(app: Flask, found: Found) -> list[tuple[Walker, FoundForm]]:
    """The forms, each in the hands of somebody who is signed in."""
    walkers = {who: Walker(app, who) for who in {who for who, _form in found}}
    return [(walkers[who], form) for who, form in found]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_form_stands_hostile_input(found_forms: Found, demo_app: Flask) -> None:
    """On PostgreSQL those of all addresses stand it: tests/access/test_hostile_input.py."""
    forms = _forms(demo_app, found_forms)
    assert len(forms) > 40
    before = _acts()
    for number, (walker, form) in enumerate(forms):
        typed = [name for name, kind, _v in form.fields if kind not in ("hidden", "submit", "file")]
        for typing in turns(typed, HOSTILE, 2, number):
            sent = form.filled() | typing
            answer = walker.send(form.action, sent)
            assert answer.status_code < 500, f"{form.action} with {sent} answered {answer.status_code}"
            stand = _acts()
            if answer.status_code != 302:
                assert stand == before, f"{form.action} with {sent} wrote, and answered {answer.status_code}"
            before = stand


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_form_stands_wrong_shapes(found_forms: Found, demo_app: Flask) -> None:
    """Nothing at all, fields twice, foreign ids in hidden fields, a field taken away: what no database is asked."""
    for walker, form in _forms(demo_app, found_forms):
        filled = form.filled()
        shapes: list[dict[str, list[str]]] = [
            {},
            {name: values + values for name, values in filled.items()},
            {name: ["zzzzzzzzzzzzzzzzzzzzzzzzzz"] for name in filled},
        ]
        shapes += [{k: v for k, v in filled.items() if k != left_out} for left_out in list(filled)[:4]]
        for sent in shapes:
            answer = walker.send(form.action, sent)
            assert answer.status_code < 500, f"{form.action} with {list(sent)} answered {answer.status_code}"
