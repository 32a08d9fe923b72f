"""Hostile input on every form that anybody can reach: a sentence or the form again, no fault, nothing half-written."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from casetracker.core.db import db
from casetracker.events.models import EventRow
from casetracker.events.states import Category
from tests.pages.walking import PEOPLE, FoundForm, Walker, shape_of

HOSTILE = ("", "x" * 20_000, "a\x00b", "\ud800", "9223372036854775808", "-1", "0000-01-01", "9999-12-31", "2026-13-45",
           "12.345", "1 234,50", "=1+1", "<script>", "' OR 1=1 --", "zzzzzzzzzzzzzzzzzzzzzzzzzz")  # fmt: skip
STARTS = ("/", "/cases/", "/cases/EE-2026-00001", "/cases/EE-2026-00021", "/cases/EE-2026-00002")


def _acts() -> int:
    """How many acts stand in the record, reads and refusals apart. Nothing changes without one (see tests/core)."""
    query = select(func.count()).select_from(EventRow).where(EventRow.category != str(Category.ACCESS))
    count = db.session.execute(query).scalar_one()
    db.session.rollback()
    return count


def _forms(app: Flask) -> list[tuple[Walker, FoundForm]]:
    """Every form once, with the first of the people who reaches it."""
    found: dict[str, tuple[Walker, FoundForm]] = {}
    for who in PEOPLE:
        walker = Walker(app, who)
        for _path, reader in walker.pages(*STARTS):
            for form in reader.forms:
                if form.action != "/sign-out":
                    found.setdefault(shape_of(form.action), (walker, form))
    return list(found.values())


def test_every_form_stands_hostile_input(demo_app: Flask) -> None:
    forms = _forms(demo_app)
    assert len(forms) > 40
    for walker, form in forms:
        typed = [name for name, kind, _v in form.fields if kind not in ("hidden", "submit", "file")]
        for turn in range(len(HOSTILE) if len(typed) == 1 else 6):
            # Each field gets another value each time, so that every kind of field meets every kind of input.
            sent = form.filled() | {name: [HOSTILE[(turn * 5 + n) % len(HOSTILE)]] for n, name in enumerate(typed)}
            before = _acts()
            answer = walker.send(form.action, sent)
            assert answer.status_code < 500, f"{form.action} with {sent} answered {answer.status_code}"
            if answer.status_code != 302:
                assert _acts() == before, f"{form.action} with {sent} wrote, and answered {answer.status_code}"


def test_every_form_stands_wrong_shapes(demo_app: Flask) -> None:
    """Nothing at all, every field twice, a field taken away, foreign ids in hidden fields."""
    for walker, form in _forms(demo_app):
        filled = form.filled()
        shapes: list[dict[str, list[str]]] = [
            {},
            {name: values + values for name, values in filled.items()},
            {name: ["zzzzzzzzzzzzzzzzzzzzzzzzzz"] for name in filled},
            *({k: v for k, v in filled.items() if k != left_out} for left_out in list(filled)[:4]),
        ]
        for sent in shapes:
            answer = walker.send(form.action, sent)
            assert answer.status_code < 500, f"{form.action} with {list(sent)} answered {answer.status_code}"
