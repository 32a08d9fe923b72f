"""Words searched for come by POST, and go back to their list encrypted: no address says whom anybody looks for."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import redirect, request
from flask.typing import ResponseReturnValue

from casetracker.accounts.routes.blueprint import bp
from casetracker.accounts.routes.sign_in import safe_next
from casetracker.accounts.session import requires
from casetracker.core.permissions import Permission
from casetracker.web.fields import printable
from casetracker.web.filters import SEARCH_ADDRESS, SEARCH_NAMES, encrypted_words

_OWN = ("csrf_token", "list", *SEARCH_NAMES)
_MOST = 30
"""Filters of a list are fewer."""


@bp.route(SEARCH_ADDRESS, methods=["POST"])
@requires(Permission.OWN_ACCOUNT)
def search() -> ResponseReturnValue:
    """Back to the list that was filtered, with its filters in the address and the words encrypted."""
    sent = [(printable(name), printable(value)) for name, value in request.form.items(multi=True) if name not in _OWN]
    words = [(name, encrypted_words(request.form.get(name, ""))) for name in SEARCH_NAMES]
    query = urlencode([(name, value) for name, value in [*words, *sent[:_MOST]] if value])
    path = urlsplit(safe_next(request.form.get("list"))).path
    return redirect(f"{path}?{query}" if query else path)
