"""A case in which every personal cell that takes one holds a word of its own, written as commands write."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Enum, Table, Text, func, select, text

from casetracker.accounts.models import User
from casetracker.cases.models import Case, RetroactiveRequest
from casetracker.cases.states import Outcome, RequestState, Stage
from casetracker.community.benefit_states import CohesionState
from casetracker.community.equipment_states import MissingSettlement
from casetracker.community.states import SiteOutcome
from casetracker.core import clock, row_security
from casetracker.core.actor import operator
from casetracker.core.append_only import append_only_tables
from casetracker.core.commands import command
from casetracker.core.db import Base, JsonText, as_owner, db
from casetracker.core.tracking import tracked_mappers, walls_down
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.erasure import queries
from casetracker.erasure.states import ErasureState
from casetracker.events.recording import record
from casetracker.events.states import Part
from tests.audit.populated import fill_somehow

TELL_NOTHING = {
    "person.sex": "a closed choice; erased to not known",
    "person.age_estimate": "a number of two digits",
    "person.age_estimated_on": "stands beside the number",
    "application_person.has_expulsion_order": "yes or no",
    "case_site.site_id": "a site's key; erased to none",
    "retroactive_request.answer_reason": "a request whose case was opened has none",
}
"""Personal columns that hold no word, each with the reason."""
DAY = date(2026, 1, 1)
NEEDS: dict[str, dict[str, Any]] = {
    "complaint.answer": {"received_on": DAY, "answered_on": DAY},
    "erasure.decline_reason": {"state": ErasureState.DECLINED, "asked_by": "", "decided_by": ""},
    "journey.not_departed_reason": {"not_departed_on": DAY, "departed_on": None, "arrived_on": None},
    "case_site.reason": {"ended_on": DAY},
    "delivery.signed_by": {"signed_by_id": None},
    "cohesion_event.reason": {"state": CohesionState.CANCELLED},
    "group_member.contact_name": {"is_contact": True},
    "return_case.suspension_reason": {"suspended_on": DAY},
    "site.outcome_reason": {"outcome": SiteOutcome.STOPPED},
    "works_item.cancel_reason": {"cancelled_on": DAY},
    "equipment_item.cancel_reason": {"cancelled_on": DAY},
    "inventory_check.settlement_reason": {
        "settlement": MissingSettlement.EXPLAINED,
        "settled_on": DAY,
        "settled_by": "",
    },
}
"""What a table's checks want beside a text where there was none."""


def populate_rest(dossier_id: str) -> None:
    """One row of the dossier in each table with personal columns that the story left without."""
    of_case = {row.__tablename__ for _o, _p, row, _c in queries.list_personal_rows(dossier_id)}
    for mapper in tracked_mappers():
        table: Any = mapper.local_table
        if table.name in of_case or "dossier_id" not in table.columns or not queries.personal_columns(table):
            continue
        fill_somehow(mapper, dossier_id)
    _open_case_of_request(dossier_id)


@command
def _open_case_of_request(dossier_id: str) -> None:
    """The request to open a case afterwards is that which this case was opened for."""
    request = db.session.scalars(select(RetroactiveRequest).limit(1)).one()
    request.state, request.dossier_id = RequestState.OPENED, dossier_id
    record(PointRaised(owner_id=request.office_id, part=Part.OFFICE, point_id="x"), actor=operator("tests"))


def paint(dossier_id: str, closed_on: date) -> dict[str, str]:
    """word -> table.column of every cell that was given one. The case is closed, too."""
    words: dict[str, str] = {}
    _paint(dossier_id, closed_on, words)
    return words


@command
def _paint(dossier_id: str, closed_on: date, words: dict[str, str]) -> None:
    numbers = itertools.count(1)
    rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
    with row_security.reading(row_security.EVERYTHING), triggers_down():
        for owner, part, row, columns in queries.list_personal_rows(dossier_id):
            rows[owner, part].append((row, columns))
        for (owner, part), found in rows.items():
            for row, columns in found:
                for column in columns:
                    _word(row, column, next(numbers), words)
            if (owner, part) == (dossier_id, Part.SHARED):
                dossier, case = db.session.get_one(Dossier, dossier_id), db.session.get_one(Case, dossier_id)
                dossier.closed_on = closed_on
                case.closed_from, case.stage, case.outcome = case.stage, Stage.CLOSED, Outcome.COMPLETED
            event = PointRaised(owner_id=owner, part=part, point_id="painted")
            record(event, actor=operator("tests"))


def _word(row: Any, column: Any, number: int, words: dict[str, str]) -> None:
    held, kind, word = getattr(row, column.name), column.type, f"qz{number:05}zq"
    place = f"{row.__tablename__}.{column.name}"
    if place in TELL_NOTHING:
        return
    needs = NEEDS.get(place, {}) if held is None else {}
    with db.session.no_autoflush:
        for name, needed in needs.items():
            setattr(row, name, _two_people(name) if needed == "" else needed)
    value: Any
    if isinstance(kind, JsonText):
        value = [word] if isinstance(held, list) else {"canary": word}
    elif isinstance(kind, Date):
        value = date(1900, 1, 1) + timedelta(days=number)
        word = value.isoformat()
    elif isinstance(kind, Text) and not isinstance(kind, Enum):
        value = f"{held or ''} {word}".strip()
    else:
        return
    setattr(row, column.name, value)
    words[word] = place


def _two_people(name: str) -> str:
    """Two people who are not one."""
    people = db.session.scalars(select(User.id).order_by(User.id).limit(2)).all()
    return people[name == "decided_by"]


@contextmanager
def triggers_down() -> Iterator[None]:
    """Inside a command: what only grows may change, too; the triggers are as they were afterwards."""
    connection = db.session.connection()
    with walls_down():
        if connection.dialect.name == "sqlite":
            query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            made = connection.execute(query).all()
            for name, _sql in made:
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
            yield
            db.session.flush()
            for _name, sql in made:
                connection.exec_driver_sql(sql)
            return
        as_owner(connection)
        for table in append_only_tables():
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
        yield
        db.session.flush()
        query = text(
            "SELECT relname, tgname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal"
        )
        for name, trigger in connection.execute(query).all():
            connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE ALWAYS TRIGGER "{trigger}"')


def painted_columns(words: dict[str, str]) -> set[str]:
    """table.column of the words, and of those that tell nothing."""
    return set(words.values()) | set(TELL_NOTHING)


def all_personal_columns() -> set[str]:
    """table.column of every personal column that erasing a case empties."""
    found = set()
    for mapper in tracked_mappers():
        table: Any = mapper.local_table
        if {"dossier_id"} & set(table.columns.keys()) or table.name in ("dossier", "return_case"):
            found |= {f"{table.name}.{column.name}" for column in queries.personal_columns(table)}
    return found


def sums() -> dict[str, Any]:
    """Every whole number of every table, added up: money, numbers of rows, positions; versions and erasures apart."""
    db.session.remove()
    found: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in ("event", "personal_value", "chain", "tree_leaf", "signed_head", "unsealed_event", "erasure"):
            continue
        columns = [c for c in table.columns if str(c.type) == "BIGINT" and c.name != "version"]
        columns = [c for c in columns if c.info.get("history") != "personal"]
        found[table.name] = tuple(db.session.execute(_sum(table, columns)).one())
    return found


def _sum(table: Table, columns: list[Any]) -> Any:
    return select(func.count(), *(func.sum(column) for column in columns)).select_from(table)


def days_ago(days: int) -> date:
    """So many days before today."""
    return clock.today() - timedelta(days=days)
