"""A referred case that auditors ask about, and findings raised on it, answered, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.sampling import finding_commands as commands
from casetracker.sampling.finding_states import AskedOffice
from casetracker.sampling.models import AuditFinding
from tests.factories.accounts import OPERATOR, People, make_people, make_user
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.programmes import demo_programme
from tests.grounds import built_once

TITLE = "No proof of payment for the paint"
TEXT = "The invoice of 2 March is paid in the record; I found no statement of the bank."


@dataclass(frozen=True, kw_only=True)
class AskedCase:
    """The playroom family's case, in a programme in euros, taken on by Kyiv."""

    people: People
    family: Family

    @property
    def id(self) -> str:
        """The dossier's id."""
        return self.family.dossier_id


@built_once
def asked_case() -> AskedCase:
    """The case with nothing raised on it."""
    people = make_people()
    programme = demo_programme(people.administrator)
    family = playroom_case(people, programme_id=programme.id)
    refer(family, people)
    return AskedCase(people=people, family=family)


def in_days(days: int) -> date:
    """So many days from now."""
    return clock.today("UTC") + timedelta(days=days)


def raising(case: AskedCase, asked: AskedOffice = AskedOffice.SENDING, **changes: Any) -> commands.RaiseAuditFinding:
    """What the auditor's form asks for."""
    typed: dict[str, Any] = {"title": TITLE, "text": TEXT, "due_on": in_days(30)} | changes
    return commands.RaiseAuditFinding(dossier_id=case.id, asked=asked, **typed)


@built_once
def raised(case: AskedCase, asked: AskedOffice = AskedOffice.SENDING, title: str = TITLE) -> str:
    """A finding of the auditor; its id."""
    return commands.raise_audit_finding(raising(case, asked, title=title), actor=case.people.auditor)


def row_of(finding_id: str) -> AuditFinding:
    """The finding as it stands."""
    db.session.rollback()
    return db.session.get_one(AuditFinding, finding_id)


def answer(finding_id: str, actor: Actor, reason: str = "The statement was filed with the next case.") -> None:
    """The office answers."""
    row = row_of(finding_id)
    command = commands.AnswerAuditFinding(
        dossier_id=row.dossier_id, finding_id=row.id, version=row.version, reason=reason
    )
    commands.answer_audit_finding(command, actor=actor)


def send_back(finding_id: str, actor: Actor, reason: str = "Please add the statement itself.", days: int = 14) -> None:
    """The auditor asks once more."""
    row = row_of(finding_id)
    command = commands.SendBackAuditFinding(
        dossier_id=row.dossier_id, finding_id=row.id, version=row.version, reason=reason, due_on=in_days(days)
    )
    commands.send_back_audit_finding(command, actor=actor)


def close(finding_id: str, actor: Actor, reason: str = "Seen.") -> None:
    """The auditor closes it."""
    row = row_of(finding_id)
    command = commands.CloseAuditFinding(
        dossier_id=row.dossier_id, finding_id=row.id, version=row.version, reason=reason
    )
    commands.close_audit_finding(command, actor=actor)


def auditor_of(*offices: str, name: str = "second") -> Actor:
    """An auditor whose mandate names these offices."""
    user = make_user(f"{name}@example.org", Role.AUDITOR)
    mandate = accounts.GiveMandate(
        user_id=user.id, office_ids=offices, programme_ids=(), valid_from=date(2020, 1, 1),
        valid_until=date(2099, 12, 31),
    )  # fmt: skip
    accounts.give_mandate(mandate, actor=OPERATOR)
    return queries.get_actor(user.id)
