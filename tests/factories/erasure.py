"""A closed case that has been kept long enough, and the two supervisors who erase it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts.models import Mandate
from casetracker.casefile import commands as casefile
from casetracker.cases.states import Outcome
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier
from casetracker.erasure import commands, queries
from casetracker.erasure.models import Erasure
from casetracker.programmes import commands as programmes
from casetracker.programmes.models import Programme
from tests.factories.accounts import OPERATOR, People, make_people, make_user
from tests.factories.cases import playroom_case
from tests.factories.documents import pdf
from tests.factories.programmes import demo_programme
from tests.grounds import built_once

MONTHS = 60
LATER = timedelta(days=62 * 31)
"""Longer than the period."""


@dataclass(frozen=True, kw_only=True)
class DueCase:
    """A closed case with a note, a reason and a document; `later`: a moment at which its period is over."""

    people: People
    second: Actor
    dossier_id: str
    reference: str
    programme_id: str
    document_id: str

    @property
    def dossier(self) -> Dossier:
        """Its row as it stands."""
        return db.session.get_one(Dossier, self.dossier_id)


@built_once
def due_case() -> DueCase:
    """The family's case, closed as a duplicate; nobody's mandate holds it."""
    from casetracker.casefile.states import NoteSide
    from casetracker.documents import commands as documents
    from casetracker.documents.states import DocumentKind

    people = make_people()
    second = make_user("supervisor2.tallinn@example.org", Role.SUPERVISOR, people.tallinn)
    programme = demo_programme(people.administrator)
    set_retention(programme.id, people.administrator, MONTHS)
    family = playroom_case(people, programme_id=programme.id)
    today = clock.today(people.caseworker_tallinn.zone)
    note = casefile.WriteNote(
        dossier_id=family.dossier_id, side=NoteSide.SENDING, text="Canary of the note", day=today, person_id=None
    )
    casefile.write_note(note, actor=people.caseworker_tallinn)
    document_id = documents.add_document(
        documents.AddDocument(
            dossier_id=family.dossier_id, part="sending", kind=DocumentKind.OTHER, title="Canary of the document",
            upload=pdf(mark="canary"),
        ), actor=people.caseworker_tallinn,
    )  # fmt: skip
    closing = casefile.CloseCase(dossier_id=family.dossier_id, outcome=Outcome.DUPLICATE, reason="Canary of closing")
    casefile.close_case(closing, actor=people.supervisor_tallinn)
    end_mandates()
    return DueCase(
        people=people, second=second, dossier_id=family.dossier_id, reference=family.reference,
        programme_id=programme.id, document_id=document_id,
    )  # fmt: skip


def set_retention(programme_id: str, actor: Actor, months: int | None) -> None:
    """The programme's period, as if a second person had confirmed it."""
    row = db.session.get_one(Programme, programme_id)
    from casetracker.ledger.queries import get_totals

    change = programmes.EditProgramme(
        programme_id=row.id, version=row.version, name=row.name, donor=row.donor, eligible_from=row.eligible_from,
        eligible_until=row.eligible_until, ceiling=get_totals(row.account_id).ceiling,
        plan_within_months=row.plan_within_months, is_active=row.is_active, excludes_eea=row.excludes_eea,
        excludes_expulsion=row.excludes_expulsion, retention_months=months,
    )  # fmt: skip
    programmes.edit_programme(change, actor=actor)


def end_mandates() -> None:
    """No auditor has a mandate any more."""
    for row in db.session.execute(select(Mandate.id, Mandate.version).where(~Mandate.is_revoked)).all():
        accounts.revoke_mandate(accounts.RevokeMandate(mandate_id=row.id, version=row.version), actor=OPERATOR)


@contextmanager
def later() -> Iterator[None]:
    """Inside, the period is over."""
    with clock.at(clock.now() + LATER):
        yield


def ask(due: DueCase, actor: Actor | None = None) -> Erasure:
    """The erasure that a supervisor has asked for."""
    wanted = commands.AskErasure(dossier_id=due.dossier_id)
    commands.ask_erasure(wanted, actor=actor or due.people.supervisor_tallinn)
    waiting = queries.find_waiting(due.dossier_id)
    assert waiting is not None
    return waiting


def confirming(erasure: Erasure) -> commands.ConfirmErasure:
    """The second person's word on it."""
    return commands.ConfirmErasure(dossier_id=erasure.dossier_id, erasure_id=erasure.id, version=erasure.version)


def erase(due: DueCase) -> str:
    """Both steps; the erasure's id."""
    return commands.confirm_erasure(confirming(ask(due)), actor=due.second)
