"""Finds for every address that takes a form somebody and something for which it is read, and the form's fields."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, product
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from wtforms import Field, FieldList, FileField, FormField, HiddenField, MultipleFileField, SubmitField

from casetracker.core.db import Base, db
from casetracker.events.models import EventRow
from casetracker.events.states import Category
from tests.access.test_every_address import (
    OF_A_CASE,
    OF_NO_CASE,
    Places,
    is_misplaced,
    key_of,
    may,
    methods,
    of_case,
    rules,
)
from tests.access.world import HALF, World, forgotten, undone

MOST = 60
"""So many rows, and addresses of one thing, are tried at most."""
LINKED_FROM = {"checks.answer_finding": "/cases/EE-2026-00029/findings"}
"""Addresses that ask for something behind a question mark, and a page of the demonstration with links to them."""
AS_TYPED = "application/x-www-form-urlencoded"
"""As bytes, so that also what is no valid text arrives."""


@dataclass(frozen=True)
class Reached:
    """Somebody whose form is read at this address: what it holds hidden, and what is typed."""

    endpoint: str
    who: str
    path: str
    hidden: dict[str, list[str]]
    typed: tuple[str, ...]


class Sending:
    """Everybody's browser; what a request writes is undone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._clients: dict[str, FlaskClient] = {}

    def post(self, who: str, path: str, data: dict[str, list[str]]) -> tuple[TestResponse, int]:
        """The answer, and how many acts the request left in the record, reads and refusals apart."""
        client = self._clients.get(who) or self._clients.setdefault(who, self.world.client(who))
        with forgotten(client), undone(self.world.app):
            before = _acts()
            answer = client.post(path, data=urlencode(data, doseq=True, errors="surrogatepass"), content_type=AS_TYPED)
            return answer, _acts() - before

    def links(self, who: str, path: str) -> list[str]:
        """The addresses on a page, with what they ask for."""
        client = self._clients.get(who) or self._clients.setdefault(who, self.world.client(who))
        return [html.unescape(link) for link in re.findall(r'href="(/[^"]+)"', client.get(path).get_data(as_text=True))]


def _acts() -> int:
    query = select(func.count()).select_from(EventRow).where(EventRow.category != str(Category.ACCESS))
    return db.session.execute(query).scalar_one()


def reached(world: World, sending: Sending, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Reached], set[str]]:
    """Every address that takes a form, once; and the endpoints at which none was read for anybody."""
    found, missing, places = [], set(), Places(world)
    with _made(monkeypatch) as made:
        for rule in rules(world):
            if "POST" not in methods(rule):
                continue
            one = next(_tries(world, sending, places, rule, made), None)
            if one is None:
                missing.add(rule.endpoint)
            else:
                found.append(one)
    return found, missing


def _tries(world: World, sending: Sending, places: Places, rule: Rule, made: list[FlaskForm]) -> Iterator[Reached]:
    for who in world.people:
        if who == HALF or not may(world, who, rule):
            continue
        for path in _addresses(world, sending, places, rule, who):
            made.clear()
            sending.post(who, path, {})
            fields = [field for form in made for field in _leaves(form)]
            if fields:
                hidden = {f.name: [str(f.object_data)] for f in fields if _is_hidden(f) and f.object_data is not None}
                typed = dict.fromkeys(f.name for f in fields if not _is_hidden(f))
                yield Reached(rule.endpoint, who, path, hidden, tuple(typed))


def _addresses(world: World, sending: Sending, places: Places, rule: Rule, who: str) -> Iterator[str]:
    """Of all that this person sees, and of every row in each place that names one; with what a link asks for."""
    if rule.endpoint in LINKED_FROM:
        to_it = re.compile(re.sub(r"<[^>]+>", ".+", rule.rule) + r"\?")
        yield from (link for link in sending.links(who, LINKED_FROM[rule.endpoint]) if to_it.match(link))
    for sort in sorted(world.sees[who]) if of_case(rule) else ("accepted",):
        if of_case(rule) and is_misplaced(rule, sort):
            continue
        reference = world.cases[sort]
        yield from places.every(rule, reference)
        known = {name: _rows_of(rule, name, world.ids.get(reference)) for name in sorted(rule.arguments)}
        known = {name: rows for name, rows in known.items() if rows}
        for rows in islice(product(*known.values()), MOST) if known else ():
            yield from places.fill(rule, reference, **dict(zip(known, rows, strict=True)))


def _rows_of(rule: Rule, name: str, dossier_id: str | None) -> list[str]:
    """What may stand in this place of the address, if it names a row: of the case, or of no case."""
    key = key_of(rule, name)
    if key in OF_A_CASE:
        return _rows(OF_A_CASE[key], dossier_id) if dossier_id else []
    return _rows(OF_NO_CASE[key], None) if key in OF_NO_CASE else []


def _rows(name: str, dossier_id: str | None) -> list[str]:
    table = Base.metadata.tables[name]
    query = select(table.c.id).order_by(table.c.id).limit(MOST)
    if dossier_id is not None:
        query = query.where(table.c.dossier_id == dossier_id)
    rows = list(db.session.scalars(query))
    db.session.rollback()
    return rows


@contextmanager
def _made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FlaskForm]]:
    """The forms that requests inside read, as they are made."""
    made: list[FlaskForm] = []
    begin = FlaskForm.__init__

    def note(form: FlaskForm, *args: Any, **kwargs: Any) -> None:
        begin(form, *args, **kwargs)
        made.append(form)

    with monkeypatch.context() as patch:
        patch.setattr(FlaskForm, "__init__", note)
        yield made


def _leaves(fields: Any) -> Iterator[Field]:
    """What has a name in the sent form: also the fields of rows, of which there is one more than stand."""
    for field in fields:
        if isinstance(field, FieldList):
            field.append_entry()
            yield from _leaves(field)
        elif isinstance(field, FormField):
            yield from _leaves(field.form)
        elif not isinstance(field, FileField | MultipleFileField | SubmitField):
            yield field


def _is_hidden(field: Field) -> bool:
    return isinstance(field, HiddenField)
