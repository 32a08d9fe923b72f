"""Asylum applications for tests, built by the commands."""

from __future__ import annotations

from datetime import date

from casetracker.asylum import commands, queries
from casetracker.core.actor import Actor
from tests.factories.cases import Family, pdf
from tests.grounds import built_once

FILED = date(2026, 1, 12)


@built_once
def log_asylum(family: Family, actor: Actor, filed_on: date = FILED) -> str:
    """The whole family applied; pending. Returns the application's id."""
    cmd = commands.LogAsylum(
        dossier_id=family.dossier_id, authority="Police and Border Guard Board", number="26-104",
        filed_on=filed_on, person_ids=family.person_ids,
    )  # fmt: skip
    return commands.log_asylum(cmd, actor=actor)


def withdraw_claim(family: Family, application_id: str, actor: Actor, day: date = date(2026, 3, 2)) -> None:
    """The application is withdrawn, with its document."""
    version = queries.get_application(family.dossier_id, application_id).version
    cmd = commands.WithdrawClaim(
        dossier_id=family.dossier_id, application_id=application_id, withdrawn_on=day,
        upload=pdf("withdrawal.pdf"),
        version=version,
    )  # fmt: skip
    commands.withdraw_claim(cmd, actor=actor)
