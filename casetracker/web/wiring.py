"""Puts the web room into an application; create_app calls it once."""

from __future__ import annotations

from flask import Flask

from casetracker.web import errors, formats, icons, security, static, telemetry
from casetracker.web.choices import country_name, language_name
from casetracker.web.pagination import with_args


def init_app(app: Flask) -> None:
    """Headers, error pages, formats, icons and addresses of files."""
    telemetry.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    formats.init_app(app)
    icons.init_app(app)
    static.init_app(app, security.for_files(app))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["with_args"] = with_args
    app.jinja_env.filters["country"] = country_name
    app.jinja_env.filters["language"] = language_name
