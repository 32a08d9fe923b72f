"""Every event of this room has a sentence, also when the personal values in it are erased."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from casetracker.accounts import events
from casetracker.events.states import EVENT_KINDS, Event, payload_fields

OWN = sorted(kind for kind, cls in EVENT_KINDS.items() if cls.__module__ == events.__name__)
SAMPLES: dict[str, Any] = {
    "role": "finance_officer",
    "number": 2,
    "change": "user.role",
    "name": "Mari Maasikas",
}


def sentence(app: Flask, kind: str, *, erased: bool) -> str:
    """The event's sentence, with its personal values or without."""
    cls: type[Event] = EVENT_KINDS[kind]
    data = {
        name: None if personal and erased else SAMPLES.get(name, "2026-06-01") for name, personal in payload_fields(cls)
    }
    with app.test_request_context():
        shown = SimpleNamespace(data=data, person="", day=None)
        return app.jinja_env.get_template(f"events/{kind}.html").render(e=shown).strip()


@pytest.mark.parametrize("kind", OWN)
def test_every_event_has_a_sentence(app: Flask, kind: str) -> None:
    for erased in (False, True):
        text = sentence(app, kind, erased=erased)
        assert text and "\n" not in text and "None" not in text and "finance_officer" not in text


@pytest.mark.parametrize("kind", OWN)
def test_no_event_is_about_a_case(kind: str) -> None:
    assert dataclasses.is_dataclass(EVENT_KINDS[kind])
    assert EVENT_KINDS[kind].kind == kind


def test_there_are_some() -> None:
    assert len(OWN) > 20
