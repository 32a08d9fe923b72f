"""What the page of a case's erasure shows: how it stands, what goes and what stays, and who may act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casetracker.accounts import queries as accounts
from casetracker.cases import queries as cases
from casetracker.cases.states import PersonFacts
from casetracker.community import queries as community
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import Relation, Sight
from casetracker.erasure import queries, rules
from casetracker.erasure.models import Erasure
from casetracker.erasure.states import CaseFacts, Extent
from casetracker.programmes.states import ApplicantRole


@dataclass(frozen=True, kw_only=True)
class ErasurePage:
    """One case before (or after) its erasure.

    `known_by`: the principal applicant's name, or the project's title; `persons`: how many; `waiting`: the erasure that
    somebody asked for; `why_not_ask` and `why_not_confirm`: why this reader cannot, None: can; `second_people`: who
    could confirm.
    """

    reference: str
    known_by: str
    persons: int
    case: CaseFacts
    extent: Extent
    programme: str | None
    waiting: Erasure | None
    asked_by: str | None
    is_own: bool
    may_act: bool
    why_not_ask: Message | None
    why_not_confirm: Message | None
    second_people: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """Counts for sentences."""
        return {"rows": self.extent.rows, "files": self.extent.files, "persons": self.persons}


def load_page(sight: Sight, actor: Actor) -> ErasurePage:
    """The page for the sending side; NotFound for everybody else."""
    if not sight.is_sending:
        raise NotFound("erasure")
    dossier = db.session.get_one(Dossier, sight.dossier_id)
    with row_security.reading(row_security.EVERYTHING):  # mandates of auditors and every compartment hold a case up
        facts, extent = queries.load_case(dossier), queries.measure(dossier.id)
        waiting = queries.find_waiting(dossier.id)
    today = clock.today(actor.zone)
    people = cases.list_persons(dossier.id)
    confirm = rules.why_not_confirm(queries.facts_of(waiting), facts, extent, actor, today) if waiting else None
    return ErasurePage(
        reference=sight.reference,
        known_by=_title(sight) if facts.is_project else _principal(people),
        persons=len(people),
        case=facts,
        extent=extent,
        programme=queries.programme_code(dossier.programme_id),
        waiting=waiting,
        asked_by=accounts.names_of({waiting.asked_by})[waiting.asked_by] if waiting else None,
        is_own=waiting is not None and waiting.asked_by == actor.id,
        may_act=actor.may(Permission.CASE_ERASE) and sight.relation == Relation.SENDING,
        why_not_ask=rules.why_not_ask(facts, waiting is not None, today),
        why_not_confirm=confirm,
        second_people=tuple(queries.list_second_people(dossier, waiting.asked_by if waiting else actor.id)),
    )


def _principal(people: list[PersonFacts]) -> str:
    return next((person.name for person in people if person.role == ApplicantRole.PRINCIPAL), "")


def _title(sight: Sight) -> str:
    return community.get_project(sight).title
