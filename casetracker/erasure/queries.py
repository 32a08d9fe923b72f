"""Which cases are due, how one stands before it is erased, and what erasing it takes away."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, false, func, or_, select, tuple_

from casetracker.accounts import queries as accounts
from casetracker.accounts.models import User
from casetracker.casefile.queries import count_open_requests
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import JsonText, Tracked, db
from casetracker.core.permissions import Role
from casetracker.core.tracking import canon, owner_of, tracked_mappers
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import reading_sending_side, visible
from casetracker.dossiers.states import PROJECT
from casetracker.erasure.models import Erasure
from casetracker.erasure.states import CaseFacts, ErasureState, Extent, RequestFacts
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.states import Part
from casetracker.grants.rules import last_overdue_start, months_after
from casetracker.ledger.models import LedgerAccount, LedgerBalance
from casetracker.payments.models import Reversal
from casetracker.payments.states import ReversalState
from casetracker.programmes.models import Programme

NOTHING_PERSONAL = ("{}", "[]", "not_known")
"""Canonical values of personal columns that tell of nobody."""


@dataclass(frozen=True, kw_only=True)
class DueCase:
    """A case on the list: its days, its programme's code, and the erasure that waits for a second person, if any."""

    reference: str
    closed_on: date | None
    due_on: date | None
    programme: str | None
    waiting: Erasure | None
    asked_by: str | None


@dataclass(frozen=True, kw_only=True)
class ErasedCase:
    """A case that was erased."""

    reference: str
    closed_on: date | None
    erased_on: date | None
    programme: str | None


# Which cases are due


def _periods() -> dict[str, int]:
    """programme id -> months, of those that name a period."""
    rows = db.session.execute(select(Programme.id, Programme.retention_months))
    return {programme_id: months for programme_id, months in rows if months is not None}


def due_on(closed_on: date | None, programme_id: str | None) -> date | None:
    """The day from which a case may be erased; None while it is open or nobody has named a period.

    A case that never came to a programme follows the longest period that any of them names.
    """
    return _end(closed_on, programme_id, _periods())


def _end(closed_on: date | None, programme_id: str | None, periods: dict[str, int]) -> date | None:
    months = periods.get(programme_id) if programme_id else max(periods.values(), default=None)
    return months_after(closed_on, months) if closed_on and months else None


def _is_due(today: date) -> ColumnElement[bool]:
    periods = _periods()
    ends = {months: last_overdue_start(today + timedelta(days=1), months) for months in set(periods.values())}
    by_programme = [
        and_(Dossier.programme_id == programme_id, Dossier.closed_on <= ends[months])
        for programme_id, months in periods.items()
    ]
    without = and_(Dossier.programme_id.is_(None), Dossier.closed_on <= ends[max(ends)]) if ends else false()
    return and_(Dossier.erased_on.is_(None), or_(without, *by_programme))


def _listed(actor: Actor) -> ColumnElement[bool]:
    """The cases that the actor's office sends, and its projects; of an auditor's mandate those whose sending side it
    opens."""
    if actor.role == Role.AUDITOR:
        return reading_sending_side(actor)
    return and_(visible(actor), Dossier.sending_office_id == actor.office_id)


def count_due(actor: Actor) -> int:
    """How many cases are due that the actor may read."""
    query = select(func.count(Dossier.id)).where(_listed(actor), _is_due(clock.today(actor.zone)))
    return db.session.execute(query).scalar_one()


def list_due(actor: Actor, offset: int, limit: int) -> list[DueCase]:
    """The cases that are due, closed the longest ago first."""
    waiting = and_(Erasure.dossier_id == Dossier.id, Erasure.state == ErasureState.ASKED)
    query = (
        select(Dossier, Programme.code, Erasure)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .outerjoin(Erasure, waiting)
        .where(_listed(actor), _is_due(clock.today(actor.zone)))
        .order_by(Dossier.closed_on, Dossier.reference)
        .offset(offset)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    names = accounts.names_of({erasure.asked_by for _dossier, _code, erasure in rows if erasure})
    periods = _periods()
    return [
        DueCase(
            reference=dossier.reference, closed_on=dossier.closed_on,
            due_on=_end(dossier.closed_on, dossier.programme_id, periods),
            programme=code, waiting=erasure, asked_by=names.get(erasure.asked_by) if erasure else None,
        )
        for dossier, code, erasure in rows
    ]  # fmt: skip


def list_erased(actor: Actor, limit: int = 25) -> list[ErasedCase]:
    """The cases erased last, newest first."""
    query = (
        select(Dossier.reference, Dossier.closed_on, Dossier.erased_on, Programme.code)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .where(_listed(actor), Dossier.erased_on.is_not(None))
        .order_by(Dossier.erased_on.desc(), Dossier.reference)
        .limit(limit)
    )
    return [
        ErasedCase(reference=reference, closed_on=closed_on, erased_on=erased_on, programme=code)
        for reference, closed_on, erased_on, code in db.session.execute(query)
    ]


# How one case stands


def load_case(dossier: Dossier) -> CaseFacts:
    """The case as the rules judge it."""
    balances = (
        select(func.count())
        .select_from(LedgerAccount)
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.owner_id == dossier.id, or_(LedgerBalance.reserved > 0, LedgerBalance.committed > 0))
    )
    reversals = (Reversal.dossier_id == dossier.id, Reversal.state == ReversalState.REQUESTED)
    points = (DossierPoint.dossier_id == dossier.id, DossierPoint.cleared_at.is_(None))
    return CaseFacts(
        closed_on=dossier.closed_on,
        due_on=due_on(dossier.closed_on, dossier.programme_id),
        erased_on=dossier.erased_on,
        open_money=count_open_requests(dossier.id) + db.session.execute(balances).scalar_one(),
        open_reversals=db.session.execute(select(func.count(Reversal.id)).where(*reversals)).scalar_one(),
        open_points=db.session.execute(select(func.count(DossierPoint.id)).where(*points)).scalar_one(),
        held_by=tuple(_list_auditors(dossier.id)),
        is_project=dossier.kind == PROJECT,
    )


def _list_auditors(dossier_id: str) -> Iterator[str]:
    """Names of the auditors who can open the case by a mandate."""
    auditors = select(User).where(User.role == Role.AUDITOR, User.is_active).order_by(User.name, User.id)
    for user in db.session.scalars(auditors).all():
        query = select(Dossier.id).where(Dossier.id == dossier_id, visible(accounts.actor_of(user)))
        if db.session.execute(query).first() is not None:
            yield user.name


def find_waiting(dossier_id: str) -> Erasure | None:
    """The erasure of this case that waits for a second person."""
    query = select(Erasure).where(Erasure.dossier_id == dossier_id, Erasure.state == ErasureState.ASKED)
    return db.session.scalars(query).one_or_none()


def facts_of(erasure: Erasure) -> RequestFacts:
    """The erasure as the rules judge it."""
    extent = Extent(rows=erasure.row_count, files=erasure.file_count)
    return RequestFacts(state=erasure.state, asked_by=erasure.asked_by, due_on=erasure.due_on, extent=extent)


def list_second_people(dossier: Dossier, first_id: str) -> list[str]:
    """Names of the supervisors of the sending office who can confirm what this first one asks for."""
    found = []
    for person in accounts.list_colleagues(dossier.sending_office_id, Role.SUPERVISOR):
        sees = select(Dossier.id).where(Dossier.id == dossier.id, visible(accounts.actor_of(person)))
        if person.id != first_id and db.session.execute(sees).first() is not None:
            found.append(person.name)
    return found


def has_period() -> bool:
    """Whether any programme says how long its cases are kept."""
    return bool(_periods())


def programme_code(programme_id: str | None) -> str | None:
    """The programme's code; None without one."""
    return db.session.scalar(select(Programme.code).where(Programme.id == programme_id)) if programme_id else None


# What erasing takes away


def personal_columns(table: Table) -> list[Any]:
    """The columns that erasing empties: declared personal, or declared to go with what is."""
    return [c for c in table.columns if c.info.get("history") == "personal" or c.info.get("erased_too")]


def list_personal_rows(dossier_id: str) -> Iterator[tuple[str, str, Any, list[Any]]]:
    """(chain's owner, compartment, row, its personal columns) of every row of the dossier, in whichever room."""
    for mapper in tracked_mappers():
        model, table = cast(type[Tracked], mapper.class_), cast(Table, mapper.local_table)
        columns = personal_columns(table)
        query = _of_dossier(model, table, dossier_id)
        if query is None or not columns:
            continue
        for row in db.session.scalars(query.order_by(*table.primary_key)):
            held = {c.name: canon(getattr(row, c.name)) for c in table.columns if c.name.endswith(("id", "part"))}
            yield *owner_of(model, held), row, columns


def _of_dossier(model: type[Tracked], table: Table, dossier_id: str) -> Select[Any] | None:
    """The rows of a table that belong to the dossier: it owns their chain, or they name it."""
    owner = model.__owner__
    names = [name for name in (owner, "dossier_id") if name and name in table.columns and name != "office_id"]
    return select(model).where(or_(*(table.c[name] == dossier_id for name in names))) if names else None


def is_told(row: Any, column: Any) -> bool:
    """Whether the cell tells of somebody."""
    value = getattr(row, column.name)
    return value is not None and canon(value, json_text=isinstance(column.type, JsonText)) not in NOTHING_PERSONAL


def measure(dossier_id: str) -> Extent:
    """How much erasing the case takes away, beside its asylum part, whose size not every auditor may know."""
    rows = sum(
        any(is_told(row, column) for column in columns)
        for _owner, part, row, columns in list_personal_rows(dossier_id)
        if part != Part.ASYLUM
    )
    keys = select(func.count(Document.storage_key.distinct())).where(
        Document.dossier_id == dossier_id, Document.part != str(Part.ASYLUM)
    )
    return Extent(rows=rows, files=db.session.execute(keys).scalar_one())


def list_keys(dossier_id: str) -> list[tuple[str, str]]:
    """(compartment, key) of every file of the case; one that was shared stands in two."""
    query = select(Document.part, Document.storage_key).where(Document.dossier_id == dossier_id).distinct()
    return [(part, key) for part, key in db.session.execute(query.order_by(Document.part, Document.storage_key))]


def list_events_about(row_ids: Collection[str], owners: Collection[str]) -> list[tuple[str, int]]:
    """(chain, number) of the events in these owners' chains that hold something personal and name one of the rows.

    An id is random and stands nowhere by chance; an event may name a row of which it changes nothing personal.
    """
    query = (
        select(EventRow.chain_id, EventRow.seq, EventRow.body)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id.in_(sorted(owners)))
        .where(tuple_(EventRow.chain_id, EventRow.seq).in_(select(PersonalValue.chain_id, PersonalValue.seq)))
    )
    wanted = [json.dumps(row_id).encode() for row_id in row_ids]
    found = db.session.execute(query, execution_options={"yield_per": 500})
    return [(chain, seq) for chain, seq, body in found if any(row_id in bytes(body) for row_id in wanted)]


def list_called_off(erasure_ids: Collection[str]) -> set[str]:
    """Those of the erasures that were not done and will not be: declined, taken back, or the case was opened again."""
    over = Erasure.state.in_((ErasureState.DECLINED, ErasureState.WITHDRAWN))
    query = (
        select(Erasure.id)
        .join(Dossier, Dossier.id == Erasure.dossier_id)
        .where(Erasure.id.in_(sorted(erasure_ids)), or_(over, Dossier.closed_on.is_(None)))
    )
    return set(db.session.scalars(query))
