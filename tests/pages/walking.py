"""A person who walks the pages by their links and reads their forms; without a browser."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Places, _demonstration, rolled_back
from tests.demonstration import PASSWORD, left_by_the_first
from tests.grounds import by_the_earlier_clock

PEOPLE = ("caseworker.tallinn", "supervisor.tallinn", "caseworker.kyiv", "supervisor.kyiv", "finance.kyiv", "auditor",
          "administrator")  # fmt: skip
OFTEN = {"/projects/*/sites/*": 6, "/projects/*/sites/*/works/*": 3, "/projects/*/sites/*/equipment/*": 3}
"""Shapes of pages that differ by how far the thing has come: so many of them are opened."""
STARTS = ("/", "/cases/", *(f"/cases/EE-2026-{number:05}" for number in (1, 2, 20, 21, 26)))


@dataclass
class FoundForm:
    """A form on a page: where it goes, and (name, kind, value) of its fields as a browser would send them."""

    page: str
    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self) -> dict[str, list[str]]:
        """What a browser would send if nothing were changed."""
        sent: dict[str, list[str]] = {}
        for name, kind, value in self.fields:
            if kind not in ("submit", "file") and name:
                sent.setdefault(name, []).append(value)
        return sent


class _Reader(HTMLParser):
    """Links and forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.links, self.forms = page, [], []  # type: ignore[var-annotated]  # filled below
        self.form: FoundForm | None = None
        self.text_of: str | None = None
        self.text = ""
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links, forms and their fields."""
        a = {name: value or "" for name, value in attrs}
        if tag == "a" and a.get("href"):
            self.links.append(urljoin(self.page, a["href"]))
        elif tag == "form" and a.get("method", "get").lower() == "post":
            self.form = FoundForm(self.page, urlsplit(urljoin(self.page, a.get("action") or self.page)).path)
            self.forms.append(self.form)
        elif self.form is not None and tag in ("input", "button", "textarea", "select"):
            self._field(tag, a)
        elif tag == "option" and self.form is not None and self.select:
            self.form.choices.setdefault(self.select, []).append(a.get("value", ""))
            if "selected" in a:
                self.form.fields.append((self.select, "select", a.get("value", "")))

    def _field(self, tag: str, a: dict[str, str]) -> None:
        assert self.form is not None
        name, kind = a.get("name", ""), a.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self.select = name
            self.form.choices.setdefault(name, [])
        elif tag == "textarea":
            self.text_of, self.text = name, ""
        elif kind in ("radio", "checkbox"):
            self.form.choices.setdefault(name, []).append(a.get("value", ""))
            if "checked" in a:
                self.form.fields.append((name, kind, a.get("value", "")))
        elif tag == "button":
            self.form.fields.append((name, "submit", a.get("value", "")))
        else:
            self.form.fields.append((name, kind, a.get("value", "")))

    def handle_data(self, data: str) -> None:
        """The text in a textarea."""
        if self.text_of is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        """Forms and fields end."""
        if tag == "form":
            self.form = None
        elif tag == "select" and self.form is not None and self.select:
            if not any(name == self.select for name, _kind, _value in self.form.fields):
                options = self.form.choices.get(self.select, [])
                self.form.fields.append((self.select, "select", options[0] if options else ""))
            self.select = None
        elif tag == "textarea" and self.form is not None and self.text_of is not None:
            self.form.fields.append((self.text_of, "textarea", self.text.lstrip("\n")))
            self.text_of = None


class Walker:
    """Somebody signed in to the demonstration."""

    def __init__(self, app: Flask, who: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.who = who
        page = self.read("/sign-in")
        form = page.forms[0].filled()
        form |= {"email": [f"{who}@example.org"], "password": [PASSWORD]}
        assert self.client.post("/sign-in", data=form).status_code == 302

    def send(self, path: str, fields: dict[str, list[str]]) -> TestResponse:
        """Send a form as bytes, so that also what is no valid text arrives."""
        body = urlencode(fields, doseq=True, errors="surrogatepass")
        return self.client.post(path, data=body, content_type="application/x-www-form-urlencoded")

    def get(self, path: str) -> TestResponse:
        """An answer."""
        return self.client.get(path)

    def read(self, path: str, html: str | None = None) -> _Reader:
        """Links and forms of a page."""
        reader = _Reader(path)
        reader.feed(self.client.get(path).get_data(as_text=True) if html is None else html)
        return reader

    def pages(self, *starts: str) -> Iterator[tuple[str, _Reader]]:
        """Pages that links lead to, the first that opens of every shape (addresses that differ in ids alone), or the
        first few (OFTEN)."""
        queue, seen, opened = list(starts), set(starts), Counter[str]()

        def is_enough(shape: str) -> bool:
            return opened[shape] >= OFTEN.get(shape, 1)

        while queue:
            path = queue.pop(0)
            if is_enough(shape_of(path)) and path not in starts:
                continue
            answer = self.client.get(path)
            assert answer.status_code < 500, f"{self.who}: {path} answered {answer.status_code}"
            if answer.status_code != 200:
                continue
            opened[shape_of(path)] += 1
            if not (answer.content_type or "").startswith("text/html"):
                continue
            reader = self.read(path, answer.get_data(as_text=True))
            yield path, reader
            for link in reader.links:
                target = urlsplit(link).path
                if target.startswith("/") and target not in seen and not is_enough(shape_of(target)):
                    seen.add(target)
                    queue.append(target)


@dataclass(frozen=True)
class Walked:
    """What links lead somebody to in the demonstration: shape -> address of pages, and shape -> form."""

    pages: dict[str, str]
    forms: dict[str, FoundForm]


def walked(places: Places, shared: Path) -> dict[str, Walked]:
    """Who -> what that person reaches; walked once for all workers of a run, on SQLite: all copies of the
    demonstration have the same rows. No page on the way is a fault, and no address names a moment that a program
    served beside it takes for the future."""
    folder = shared / "walked"

    def build() -> None:
        found = {}
        with rolled_back(_demonstration(places, "sqlite", shared, "demo")) as app, by_the_earlier_clock():
            for who in PEOPLE:
                met = found[who] = Walked({}, {})
                for path, reader in Walker(app, who).pages(*STARTS):
                    met.pages.setdefault(shape_of(path), path)
                    for form in reader.forms:
                        if form.action != "/sign-out":
                            met.forms.setdefault(shape_of(form.action), form)
        (folder / "walked").write_bytes(pickle.dumps(found))

    with left_by_the_first(folder, build):
        kept: dict[str, Walked] = pickle.loads((folder / "walked").read_bytes())
    return kept


def shape_of(path: str) -> str:
    """The address with a star for every id and reference."""
    return "/".join("*" if any(c.isdigit() for c in p) or len(p) == 26 else p for p in path.split("/"))
