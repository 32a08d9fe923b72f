"""The pages that open a dossier: each room says which views show its kind, so that a link needs the reference alone.
Rooms that serve every kind, as plans and payments do, begin their addresses with `<dossier:reference>`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.routing import BaseConverter, ValidationError

from casetracker.accounts.session import current_actor
from casetracker.core.permissions import Permission
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE, SHELF


@dataclass(frozen=True, kw_only=True)
class Views:
    """Endpoints: `page`, `money` (where its plan and requests stand) and `timeline` take a reference, `timeline` the
    key of an entry, too; `listed` shows all that the reader sees, under `title`, and asks for `permission`."""

    page: str
    money: str
    timeline: str
    listed: str
    title: Any
    permission: Permission


_views: dict[str, Views] = {}


def use_views(kind: str, views: Views) -> None:
    """The room that shows dossiers of this kind lies above and hands in its views."""
    _views[kind] = views


def dossier_url(reference: str, **values: Any) -> str:
    """The address of the dossier's page, whatever its kind."""
    return url_for(_views[kind_of(reference)].page, reference=reference, **values)


def dossier_money_url(reference: str, **values: Any) -> str:
    """The address of the page on which its plan and its requests stand."""
    return url_for(_views[kind_of(reference)].money, reference=reference, **values)


def dossier_timeline_url(reference: str, **values: Any) -> str:
    """The address of its timeline; `entry`: the key of the entry that is looked for."""
    return url_for(_views[kind_of(reference)].timeline, reference=reference, **values)


def dossier_crumbs(reference: str, **values: Any) -> list[tuple[Any, str]]:
    """(words, address) of the steps that lead to a page of the dossier; none for who does not open dossiers of its
    kind, as a finance officer."""
    views = _views[kind_of(reference)]
    if not current_actor().may(views.permission):
        return []
    return [(views.title, url_for(views.listed)), (reference, dossier_url(reference, **values))]


def money_crumbs(reference: str) -> list[tuple[Any, str]]:
    """The same with the page of its money as the last."""
    steps = dossier_crumbs(reference)
    return [*steps, (_l("Money"), dossier_money_url(reference))] if steps else []


class DossierConverter(BaseConverter):
    """A reference behind the first part of the addresses of its kind: cases/EE-2026-00001, projects/UA-2026-C0001."""

    regex = r"(?:cases|projects)/[^/\x00]+"
    part_isolating = False

    def to_python(self, value: str) -> str:
        """The reference; no such address where a case stands among projects, or a project among cases."""
        shelf, _slash, reference = value.partition("/")
        if SHELF[kind_of(reference)] != shelf:
            raise ValidationError
        return reference

    def to_url(self, value: str) -> str:
        """The reference with what stands before it."""
        return f"{SHELF[kind_of(value)]}/{super().to_url(value)}"


def init_app(app: Flask) -> None:
    """Templates that link to dossiers of any kind call these."""
    app.url_map.converters["dossier"] = DossierConverter
    app.jinja_env.globals |= {
        "dossier_url": dossier_url,
        "dossier_money_url": dossier_money_url,
        "dossier_timeline_url": dossier_timeline_url,
        "dossier_crumbs": dossier_crumbs,
        "money_crumbs": money_crumbs,
        "is_case": lambda reference: kind_of(reference) == CASE,
    }
