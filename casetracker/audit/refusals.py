"""Notices who asks for what is not open to them: the answer is the page of an address that is not there; the record
keeps the attempt, for the auditor alone, when the answer is out, so that no time of an answer tells of it either."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, current_app, request
from sqlalchemy import bindparam, select

from casetracker.accounts import session
from casetracker.accounts.commands.refusals import record_own_refusal
from casetracker.accounts.events import OwnAttemptRefused
from casetracker.cases.models import Referral
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.permissions import Permission
from casetracker.disbursements.models import Submission
from casetracker.dossiers.commands import record_access_refused
from casetracker.dossiers.events import AccessRefused
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import sight_by_id
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.payments.models import Reversal
from casetracker.plans.models import PlanVersion
from casetracker.web import forged
from casetracker.web.answered import once_sent

NAMED_BY: dict[str, Any] = {
    "version_id": PlanVersion, "submission_id": Submission, "reversal_id": Reversal, "referral_id": Referral,
}  # fmt: skip
"""Places in addresses without a reference that name a row of a case."""


def init_app(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(_look)


def _look(response: Response) -> Response:
    found = forged.noted()
    if (response.status_code != 404 and found is None) or request.endpoint is None:
        return response
    person = session.signed_in()
    if person is None:
        return response
    actor, endpoint, method, values = person.actor, request.endpoint, request.method, dict(request.view_args or {})
    if found is not None:
        return once_sent(response, lambda: note_forged(actor, endpoint, found))
    door = getattr(current_app.view_functions[endpoint], "door", None)
    is_closed = isinstance(door, Permission) and not actor.may(door)
    return once_sent(response, lambda: note(actor, endpoint, method, values, is_closed=is_closed))


def note(actor: Actor, endpoint: str, method: str, values: dict[str, Any], *, is_closed: bool) -> None:
    """Record the attempt with the dossier that the address names; without one a closed door with the own office.

    Why `reading(EVERYTHING)`: it is about what the actor may not read.
    """
    with row_security.reading(row_security.EVERYTHING):
        dossier_id = _dossier_of(values)
        is_known = _stands(dossier_id, Part.ACCESS, AccessRefused.kind, endpoint, actor) if dossier_id else False
        if dossier_id is None and is_closed:
            owner = actor.office_id or SYSTEM_OWNER
            is_known = _stands(owner, None, OwnAttemptRefused.kind, endpoint, actor)
    if is_known:
        return
    if dossier_id is not None:
        if is_closed or not _is_own_asylum(actor, dossier_id, endpoint):
            record_access_refused(dossier_id, endpoint, method, actor=actor)
    elif is_closed:
        record_own_refusal(endpoint, None, actor=actor)


def note_forged(actor: Actor, endpoint: str, what: Message) -> None:
    """Record what no page sends with the person's own office, once per person, address and hour."""
    with row_security.reading(row_security.EVERYTHING):
        is_known = _stands(actor.office_id or SYSTEM_OWNER, None, OwnAttemptRefused.kind, endpoint, actor)
    if not is_known:
        record_own_refusal(endpoint, str(what), actor=actor)


def _dossier_of(values: dict[str, Any]) -> str | None:
    if "reference" in values:
        return db.session.scalar(_BY_REFERENCE, {"reference": values["reference"]})
    for name, model in NAMED_BY.items():
        if name in values:
            return db.session.scalar(select(model.dossier_id).where(model.id == values[name]))
    return None


_BY_REFERENCE = select(Dossier.id).where(Dossier.reference == bindparam("reference"))


def _is_own_asylum(actor: Actor, dossier_id: str, endpoint: str) -> bool:
    """Whether somebody at home in the asylum part only mistook an address there: nothing for uncleared eyes."""
    if not endpoint.startswith("asylum."):
        return False
    try:
        return Part.ASYLUM in sight_by_id(actor, dossier_id).parts
    except NotFound:
        return False


def _stands(owner_id: str, part: str | None, kind: str, endpoint: str, actor: Actor) -> bool:
    """Whether this hour's entry of this person at this address stands already."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    asked = {"owner": owner_id, "kind": kind, "actor": actor.id, "hour": hour, "part": part}
    found = db.session.scalars(_ENTRIES if part is None else _ENTRIES_OF_PART, asked)
    return any(json.loads(bytes(body))["data"]["attempted"] == endpoint for body in found)


_ENTRIES = (
    select(EventRow.body)
    .join(Chain, Chain.id == EventRow.chain_id)
    .where(Chain.owner_id == bindparam("owner"), EventRow.kind == bindparam("kind"))
    .where(EventRow.actor_id == bindparam("actor"), EventRow.at >= bindparam("hour"))
)
_ENTRIES_OF_PART = _ENTRIES.where(Chain.part == bindparam("part"))
"""Put together once: every answer that says no asks one of them."""
