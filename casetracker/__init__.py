"""casetracker: assisted voluntary return cases and their money, from the asylum application to the last visit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Flask, current_app, request, url_for

import config
from casetracker import extensions, features
from casetracker.core import commands, wiring
from casetracker.core.actor import Actor
from casetracker.core.db import engine_options
from casetracker.web.navigation import NavEntry


def create_app(overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Flask:
    """The application. `overrides` replace settings (tests); `environ` is what is read instead of the process's own."""
    app = Flask(__name__, template_folder="../templates", static_folder="static")
    app.config.from_mapping(config.settings(environ))
    app.config.update(overrides or {})
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS",
        engine_options(str(app.config["SQLALCHEMY_DATABASE_URI"]), app.config["DATABASE_ROLE"]),
    )
    features.load("models")
    features.load("events")
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory="migrations")
    _keep_forms(app)
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=_locale, timezone_selector=_zone)
    _wire_history(app)
    _register_features(app)
    features.hand_down()
    return app


def _keep_forms(app: Flask) -> None:
    """Before the check of forms, which would turn one away whose session has ended."""
    from casetracker.accounts import kept

    kept.init_app(app)


def _wire_history(app: Flask) -> None:
    from casetracker.events.recording import seal

    wiring.wire_models()
    commands.use_sealer(seal)
    with app.app_context():
        wiring.wire_engine(extensions.db.engine)


def _register_features(app: Flask) -> None:
    from casetracker import cli
    from casetracker.accounts import installation, session
    from casetracker.dossiers import pages
    from casetracker.web import labels
    from casetracker.web import wiring as web_wiring

    session.init_app(app)
    installation.init_app(app)
    web_wiring.init_app(app)
    pages.init_app(app)
    labels.init_app(app)
    entries: list[NavEntry] = []
    for module in features.load("routes"):
        app.register_blueprint(module.bp)
        entries += getattr(module, "NAVIGATION", [])
        for setup in getattr(module, "SETUP", []):
            setup(app)
    app.extensions["navigation"] = sorted(entries, key=lambda entry: entry.order)
    app.context_processor(_page_context)
    cli.init_app(app)


def _page_context() -> dict[str, Any]:
    """What the layout needs on every page."""
    from casetracker.accounts import installation, session

    person = session.signed_in()
    return {
        "person": person,
        "actor": person.actor if person else None,
        "navigation": navigation,
        "demonstration": installation.is_demonstration,
        "view_names": current_app.view_functions,
    }


def navigation(counts: bool = True, counted: Mapping[str, int] = MappingProxyType({})) -> list[dict[str, Any]]:
    """The main navigation of the signed-in person: label, url, count, current. Without `counts` it asks nothing, and
    nothing anew of what the page has `counted` itself (endpoint -> how much waits there)."""
    from casetracker.accounts.session import signed_in

    person = signed_in()
    if person is None:
        return []
    entries = [e for e in current_app.extensions["navigation"] if person.actor.may(e.permission)]
    nearest = max((len(e.prefix) for e in entries if request.path.startswith(e.prefix)), default=0)
    return [
        {
            "label": entry.label,
            "url": url_for(entry.endpoint),
            "count": _waiting(entry, person.actor, counted) if counts else None,
            "current": request.path.startswith(entry.prefix) and len(entry.prefix) == nearest,
        }
        for entry in entries
    ]


def _waiting(entry: NavEntry, actor: Actor, counted: Mapping[str, int]) -> int | None:
    if entry.count is None:
        return None
    return counted[entry.endpoint] if entry.endpoint in counted else entry.count(actor)


def _locale() -> str:
    return "en_GB"


def _zone() -> str:
    from casetracker.accounts.session import signed_in

    person = signed_in() if request else None
    return person.actor.zone if person else "UTC"
