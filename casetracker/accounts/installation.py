"""Whether this database is a demonstration, marked for good; such a one is served on loopback only."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask, current_app, g, request
from werkzeug.exceptions import Forbidden

from casetracker.accounts import queries

_KEY = "casetracker_demonstration"


def init_app(app: Flask) -> None:
    """Refuse requests to a demonstration that come from another machine."""
    app.before_request(_only_loopback)


def is_demonstration() -> bool:
    """Whether everything here is fictional; asked once per request until the answer is yes: the mark is for good."""
    if not current_app.extensions.get(_KEY) and _KEY not in g:
        setattr(g, _KEY, queries.is_demonstration())
        current_app.extensions[_KEY] = getattr(g, _KEY)
    return bool(current_app.extensions[_KEY])


def _only_loopback() -> None:
    if request.endpoint == "home.health" or not is_demonstration():
        return
    try:
        inside = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise Forbidden("a demonstration is served on this machine only")
