"""What a form shows by itself is never refused at its own field: a value is written as it is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import Places
from tests.pages.walking import Walked, Walker, walked

INVALID = re.compile(r'<(?:input|select|textarea)\b[^>]*\baria-invalid="true"[^>]*>')
UNCHANGED = {("/account/name", "name")}
"""Refused because it is what stands already."""
NAME = re.compile(r'\bname="([^"]+)"')


@pytest.fixture(scope="module")
def found(places: Places, shared_folder: Path) -> dict[str, Walked]:
    """Who -> the forms that this person reaches."""
    return walked(places, shared_folder)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_a_form_shows_by_itself_is_taken_as_it_stands(found: dict[str, Walked], demo_app: Flask) -> None:
    """Only fields that were empty, or that rules judge together with them, may ask for something."""
    wrong, refused = list[str](), 0
    for who, met in found.items():
        walker = Walker(demo_app, who)
        for shape, form in met.forms.items():
            sent = form.filled()
            answer = walker.send(form.action, sent)
            if answer.status_code != 422:
                continue
            refused += 1
            for field in INVALID.findall(answer.get_data(as_text=True)):
                name = (NAME.search(field) or [""])[1]
                if any(sent.get(name, [""])) and (shape, name) not in UNCHANGED:
                    wrong.append(f"{who}: {shape} refuses {name} as it stood: {sent[name]}")
    assert wrong == []
    assert refused > 50
