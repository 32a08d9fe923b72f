"""The pages that open a dossier: each room says which views show its kind, so that a link needs the reference alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from casetracker.dossiers.rules import kind_of


@dataclass(frozen=True, kw_only=True)
class Views:
    """Endpoints that take a reference; `timeline` takes the key of an entry, too."""

    page: str
    timeline: str


_views: dict[str, Views] = {}


def use_views(kind: str, views: Views) -> None:
    """The room that shows dossiers of this kind lies above and hands in its views."""
    _views[kind] = views


def dossier_url(reference: str, **values: Any) -> str:
    """The address of the dossier's page, whatever its kind."""
    return url_for(_views[kind_of(reference)].page, reference=reference, **values)


def dossier_timeline_url(reference: str, **values: Any) -> str:
    """The address of its timeline; `entry`: the key of the entry that is looked for."""
    return url_for(_views[kind_of(reference)].timeline, reference=reference, **values)


def init_app(app: Flask) -> None:
    """Templates that link to dossiers of any kind call these."""
    app.jinja_env.globals |= {"dossier_url": dossier_url, "dossier_timeline_url": dossier_timeline_url}
