"""All macros on one page: they render, escape, keep to the policy, and name every control."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string

from casetracker.core.errors import Message
from casetracker.core.money import Money
from casetracker.core.permissions import Role
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    HiddenField,
    LongTextField,
    ManyChoiceField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    TickField,
    YesNoField,
)
from casetracker.web.pagination import Page

TWO = [("a", "Letter A"), ("b", "Letter B")]
HOSTILE = "<img src=x onerror=alert(1)>"


class Row(RowForm):
    id = HiddenField()
    name = TextField("Name")


class Gallery(Form):
    name = TextField(HOSTILE, hint=HOSTILE)
    note = LongTextField("Note", required=False, read_abroad=True)
    day = DateField("Day")
    amount = MoneyField("Amount")
    one = ChoiceField("One", choices=[("x", HOSTILE)])
    radio = ChoiceField("Radio", choices=TWO, radio=True)
    many = ManyChoiceField("Many", choices=TWO)
    sure = YesNoField("Sure")
    tick = TickField("Tick", required=True)
    file = FileField("File")
    rows = RowsField(Row, "Rows", required_rows=1, max_entries=3)


PAGE = (Path(__file__).parent / "gallery.html").read_text()


class Reader(HTMLParser):
    """Collects ids, references to ids, and attributes that the policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.refused: list[str] = []
        self.images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.images += tag == "img"
        for name, value in attrs:
            text = value or ""
            if name == "id":
                self.ids.append(text)
            elif name in ("for", "aria-labelledby", "aria-describedby"):
                self.wanted += text.split()
            elif name == "href" and text.startswith("#"):
                self.wanted.append(text[1:])
            elif name == "style" or name.startswith("on"):
                self.refused.append(name)


@pytest.fixture
def gallery(web_app: Flask) -> Any:
    """Renders the page of everything, signed in; `sent=True`: as a form that came back with its errors."""
    web_app.add_url_rule("/sign-out", "accounts.sign_out", lambda: "", methods=["POST"])
    web_app.add_url_rule("/account/", "accounts.show_account", lambda: "")
    web_app.add_url_rule("/", "index", lambda: "", methods=["GET", "POST"])
    person = SimpleNamespace(
        actor=SimpleNamespace(name=HOSTILE, role=Role.CASEWORKER), live=SimpleNamespace(office_name=HOSTILE)
    )

    def render(sent: bool) -> str:
        method = "POST" if sent else "GET"
        with web_app.test_request_context("/", method=method, data={"name": HOSTILE} if sent else None):
            form = Gallery()
            if form.validate_on_submit() is False and sent:
                form.refuse(HOSTILE)
            return render_template_string(
                PAGE,
                bad=HOSTILE,
                form=form,
                why=Message("%(who)s asked.", {"who": HOSTILE}),
                money=Money(5, "EUR"),
                day=date(2026, 10, 2),
                moment=datetime(2026, 11, 21, 8, 42, tzinfo=UTC),
                page=Page(items=list(range(25)), number=5, total=500),
                person=person,
                navigation=lambda *_counts: [{"label": HOSTILE, "url": "/", "count": None, "current": True}],
                demonstration=lambda: True,
            )

    return render


@pytest.mark.parametrize("sent", [False, True])
def test_every_macro_escapes_and_every_reference_leads_somewhere(gallery: Any, sent: bool) -> None:
    html = gallery(sent)
    reader = Reader()
    reader.feed(html)
    assert reader.images == 0
    assert reader.refused == []
    assert sorted(reader.ids) == sorted(set(reader.ids))
    assert set(reader.wanted) <= set(reader.ids)
    assert html.count('aria-invalid="true"') == (6 if sent else 0)


def test_the_bar_never_grows_over_its_whole(gallery: Any) -> None:
    for svg in re.findall(r'<svg class="bar".*?</svg>', gallery(False), re.S):
        widths = [float(w) for w in re.findall(r'seg-(?!rest)\w+" x="[\d.]+%" width="([\d.]+)%"', svg)]
        assert sum(widths) <= 100.001
