"""Every command is handed rows of another case and things of another office: it finds nothing, and writes nothing."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import select

import casetracker
from casetracker.cases.states import PersonEntry
from casetracker.core import clock
from casetracker.core.commands import Command
from casetracker.core.db import Base, db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.documents.states import Upload
from casetracker.events.states import Part
from tests.access.projects import OTHER_PROJECT, PROJECT, PROJECTS
from tests.access.test_four_eyes import state
from tests.access.world import World, undone
from tests.factories.cases import pdf, person_entry

TABLES = {
    "person_id": "person", "person_ids": "person", "beneficiary_ids": "person", "guardian_id": "person",
    "signed_by_id": "person", "consent_id": "consent", "referral_id": "referral", "disbursement_id": "disbursement",
    "quote_id": "quote", "document_id": "document", "grant_id": "person_grant", "visit_id": "visit",
    "complaint_id": "complaint", "instalment_id": "instalment", "payment_id": "payment", "activity_id": "plan_activity",
    "line_id": "plan_line", "contact_id": "contact_made", "assessment_id": "needs_assessment",
    "session_id": "counselling_session", "asylum.application_id": "asylum_application",
    "returns.application_id": "return_application", "proof_id": "contribution_proof",
    "erasure_id": "erasure", "finding_id": "audit_finding", "item_id": "sample_item", "site_id": "site",
    "member_id": "group_member", "gathering_id": "group_gathering", "criterion_id": "selection_criterion",
    "vote_id": "site_vote", "contribution_id": "co_contribution",
    "figure_id": "benefit_figure", "event_id": "cohesion_event", "community.visit_id": "site_visit",
    "case_site_id": "case_site", "works_id": "works_item", "defect_id": "works_defect",
    "equipment_id": "equipment_item", "check_id": "inventory_check", "community.request_id": "share_request",
    "tranche_id": "partner_tranche", "agreement_id": "partner_agreement",
}  # fmt: skip
"""Fields of commands that name a row of a case, and the row's table."""
ACTORS = ("supervisor_tallinn", "caseworker_tallinn", "supervisor_kyiv", "finance_kyiv")


def commands() -> Iterator[tuple[type[Command], Callable[..., Any]]]:
    """Every command on a case with what carries it out."""
    found: dict[str, tuple[type[Command], Callable[..., Any]]] = {}
    for module in pkgutil.walk_packages(casetracker.__path__, "casetracker."):
        if "command" in module.name and ".demo" not in module.name:
            held = importlib.import_module(module.name)
            for name, kind in vars(held).items():
                act = getattr(held, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), None)
                if isinstance(kind, type) and issubclass(kind, Command) and callable(act) and hasattr(kind, "token"):
                    fields = {field.name for field in dataclasses.fields(kind)}
                    found |= {name: (kind, act)} if "dossier_id" in fields else {}
    yield from (found[name] for name in sorted(found))


def table_of(kind: type[Command], name: str) -> str | None:
    """The table of the row that a field names."""
    return TABLES.get(f"{kind.__module__.split('.')[1]}.{name}") or TABLES.get(name)


NAMING = [(kind, act) for kind, act in commands() if any(table_of(kind, f.name) for f in dataclasses.fields(kind))]


def row_of(table: str, dossier_id: str, parts: dict[str, Any]) -> str | None:
    """A row of the case; the versions of what is named are kept."""
    columns = Base.metadata.tables[table].c
    query = select(columns.id, columns.version if "version" in columns else columns.id)
    row = db.session.execute(query.where(columns.dossier_id == dossier_id).order_by(columns.id)).first()
    if row is None:
        return None
    parts["version"] = row[1]
    return str(row[0])


def value(kind: Any, name: str) -> Any:
    """Something of the type that a form could have sent."""
    options = [option for option in typing.get_args(kind) if option is not type(None)]
    if typing.get_origin(kind) is tuple:
        return ()
    if options:
        return value(options[0], name)
    if kind is date:
        return clock.today() + timedelta(days=1 if name == "until" else -1)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    if name == "part":
        return str(Part.SHARED)
    known: dict[Any, Any] = {int: 1, bool: False, str: "EUR" if "currency" in name else "Words of a test"}
    if kind is Upload:
        return pdf(mark=name)
    if kind is PersonEntry:
        return person_entry()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: value(hints[f.name], f.name) for f in dataclasses.fields(kind)})
    return known[kind]


def with_rows_of(kind: type[Command], own: str, other: str) -> Command | None:
    """The command on the own case with rows of the other; None where the other has no such row."""
    hints, parts = typing.get_type_hints(kind), dict[str, Any]()
    for field in dataclasses.fields(kind):
        table = table_of(kind, field.name)
        if field.name == "dossier_id":
            parts["dossier_id"] = own
        elif table is not None:
            row = row_of(table, other, parts)
            if row is None:
                return None
            parts[field.name] = (row,) if field.name.endswith("ids") else row
        elif field.name != "token":
            parts.setdefault(field.name, value(hints[field.name], field.name))
    if "version" not in hints:
        parts.pop("version", None)
    return kind(**parts)


def test_fields_that_name_a_row_are_known() -> None:
    elsewhere = {"dossier_id", "programme_id", "provider_id", "office_id", "caseworker_id", "reader_ids", "request_id",
                 "budget_line_id"}  # fmt: skip
    for kind, _act in commands():
        for field in dataclasses.fields(kind):
            if re.search(r"_ids?$", field.name) and field.name not in elsewhere:
                assert table_of(kind, field.name), f"{kind.__name__}.{field.name}"
    assert len(NAMING) > 30


@pytest.mark.parametrize(("kind", "act"), NAMING, ids=[kind.__name__ for kind, _act in NAMING])
def test_rows_of_another_case_are_not_found(world: World, kind: type[Command], act: Callable[..., Any]) -> None:
    """Of another office's case, of another case of the same office, and the wrong way round; the same of projects."""
    pairs: tuple[tuple[str, str], ...] = (("accepted", "family"), ("accepted", "other"), ("other", "accepted"))
    if kind.__module__.endswith(".case_site_commands"):  # a case's, which names a site
        pairs = (*pairs, ("accepted", OTHER_PROJECT))
    elif kind.__module__.startswith("casetracker.community."):
        pairs = ((PROJECT, OTHER_PROJECT), (OTHER_PROJECT, PROJECT), ("accepted", PROJECT))
    for own, other in pairs:
        cmd = with_rows_of(kind, *(world.ids[world.cases[sort]] for sort in (own, other)))
        assert cmd is not None or own not in PROJECTS, f"no project has what {kind.__name__} names"
        for who in ACTORS if cmd is not None else ():
            with undone(world.app):
                before = state()
                with pytest.raises((NotFound, Refused, Conflict)):
                    act(cmd, actor=world.people[who])
                assert state() == before, (kind.__name__, who, own, other)
