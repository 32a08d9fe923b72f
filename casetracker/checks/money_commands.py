"""What is looked at before money moves: `features.py` hands these to the rooms below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from casetracker.checks import commands, queries, rules
from casetracker.core.actor import Actor
from casetracker.core.errors import Refused
from casetracker.core.labels import label_id
from casetracker.dossiers.checking import Question
from casetracker.dossiers.queries import require_sight
from casetracker.events.states import Part


def before_payment(dossier_id: str, request_id: str, actor: Actor) -> None:
    """Inside the command that pays: Refused where something serious is open about this request.

    What holds it up then stands on the case as a point; points of what was answered or put right since are cleared.
    """
    sight = require_sight(actor, dossier_id)
    found = queries.asked_for(sight)
    why_not = rules.why_not_pay(found, request_id)
    if why_not is not None:
        raise Refused(why_not, afterwards=partial(_point_at, dossier_id, request_id, actor))
    commands.settle_points(dossier_id, found, actor=actor)


def _point_at(dossier_id: str, request_id: str, actor: Actor) -> None:
    with suppress(Refused):  # the point stands already
        commands.raise_points(dossier_id, request_id, actor=actor)


def questions_about(requests: Mapping[str, Iterable[str]], actor: Actor) -> dict[str, list[Question]]:
    """dossier id -> request ids; answers request id -> what would be asked, the open and serious first."""
    found: dict[str, list[Question]] = {}
    for dossier_id, asked in queries.asked_of(requests).items():
        shown = [each for each in asked if each.finding.part == Part.SHARED]  # what both sides of the queue may know
        for id in requests[dossier_id]:
            found[id] = [
                Question(text=e.finding.text, severity=label_id(e.finding.severity), is_open=e.is_open)
                for e in sorted(shown, key=lambda e: not e.is_open)
                if id in e.finding.request_ids
            ]
    return found
