"""The first page after signing in, and the health check."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from casetracker.accounts.session import current_actor, public, requires
from casetracker.core.db import answers
from casetracker.core.permissions import Permission
from casetracker.home import queries

bp = Blueprint("home", __name__)


@bp.route("/")
@requires(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """What waits for the signed-in person."""
    actor = current_actor()
    work = queries.load_work(actor)
    counted = {pile.endpoint: pile.count for pile in work.piles if not pile.args}
    return render_template("home/index.html", actor=actor, work=work, counted=counted)


@bp.route("/health")
@public
def health() -> ResponseReturnValue:
    """Whether the database answers; nothing else is told."""
    if answers():
        return {"database": "ok"}
    return {"database": "unreachable"}, 503
