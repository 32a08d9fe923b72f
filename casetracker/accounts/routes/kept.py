"""What was sent without a live session to an address that has no page of its own."""

from __future__ import annotations

import re

from flask import render_template
from flask.typing import ResponseReturnValue

from casetracker.accounts import kept
from casetracker.accounts.routes.blueprint import bp
from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.web.errors import in_words

_IDS = re.compile(r"[0-9a-f]{64}|[a-z2-7]{26}")
"""Hashes and ids, which nobody typed."""


@bp.route("/kept/<kept_id>")
@requires(Permission.OWN_ACCOUNT)
def show_kept(kept_id: str) -> ResponseReturnValue:
    """Say that it was not done, show what was typed, once, and lead to the page it was sent from."""
    found = kept.take(kept_id, current_actor().id)
    if found is None:
        raise NotFound("no such kept form")
    typed = [(name, value) for name, value in found.fields if not _IDS.fullmatch(value)]
    return render_template(
        "accounts/show_kept.html",
        sent=in_words(typed),
        page=found.page,
        files=kept.files_to_choose(found.files) if found.files else "",
    )
