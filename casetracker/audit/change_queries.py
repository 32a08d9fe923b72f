"""The change report: counts of each part over some days, and the entries that make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from sqlalchemy import ColumnElement, Date, Select, and_, func, or_, select

from casetracker.audit import kind_states
from casetracker.audit.change_states import KINDS, MONEY_COLUMNS, ChangeCount, ChangeGroup
from casetracker.audit.reach_queries import reached, with_owners
from casetracker.audit.search_queries import conditions, read_page
from casetracker.audit.search_states import Place, RecordFilter, RecordPage
from casetracker.core.actor import Actor
from casetracker.core.canonical_text import JsonBytesText
from casetracker.core.commands import end_reading
from casetracker.core.db import Base, db
from casetracker.core.tracking import tracked_tables
from casetracker.events.models import EventRow
from casetracker.events.states import Category

PORTION = 500
"""Entries that a file is written from at a time."""


def count_changes(actor: Actor, wanted: RecordFilter) -> list[ChangeCount]:
    """Every part with its counts, in the report's order; four queries, which read the entries of these days."""
    by_kind = _count(actor, wanted, EventRow.kind.in_(sorted({kind for kinds in KINDS.values() for kind in kinds})))
    return [
        ChangeCount(group, {kind: n for kind, n in by_kind.items() if kind in KINDS[group]} if group in KINDS
                    else _count(actor, wanted, _condition(group)))
        for group in ChangeGroup
    ]  # fmt: skip


def _count(actor: Actor, wanted: RecordFilter, condition: ColumnElement[bool]) -> dict[str, int]:
    number = func.count()
    query = with_owners(select(EventRow)).where(reached(actor), *conditions(wanted), condition)
    counted = query.with_only_columns(EventRow.kind, number).group_by(EventRow.kind)
    return dict(db.session.execute(counted.order_by(number.desc(), EventRow.kind)).all())


def list_changes(
    actor: Actor, wanted: RecordFilter, group: ChangeGroup, *, before: Place | None = None, after: Place | None = None
) -> RecordPage:
    """One page of the entries of a part, newest first, as `search` has them."""
    return read_page(_entries(actor, wanted, group), before=before, after=after)


def every_change(actor: Actor, wanted: RecordFilter, group: ChangeGroup) -> Iterator[RecordPage]:
    """All entries of a part, newest first, in portions, each read in a transaction of its own."""
    query, place = _entries(actor, wanted, group), None
    while True:
        page = read_page(query, before=place, size=PORTION)
        end_reading()
        yield page
        place = page.older
        if place is None:
            return


def _entries(actor: Actor, wanted: RecordFilter, group: ChangeGroup) -> Select[EventRow]:
    return with_owners(select(EventRow)).where(reached(actor), *conditions(wanted), _condition(group))


def _condition(group: ChangeGroup) -> ColumnElement[bool]:
    """On EventRow. An update stands in a body as "column":[before,after], so what stood before is told by its text."""
    if group in KINDS:
        return EventRow.kind.in_(KINDS[group])
    if group == ChangeGroup.AMOUNTS:
        return and_(_has_rows(), _stood_before(MONEY_COLUMNS, "-?[0-9]"))
    if group == ChangeGroup.DATES:
        corrections = EventRow.kind.in_(kind_states.kinds_of("corrections"))
        return or_(EventRow.kind == "clock.extended", and_(corrections, _stood_before(_date_columns(), '"')))
    other = and_(_has_rows(), _stood_before(("provider_id",), '"'))
    return or_(EventRow.kind.in_(kind_states.PROVIDERS), other)


def _has_rows() -> ColumnElement[bool]:
    """Who reads, asks and signs in changes nothing of a case."""
    return EventRow.category != str(Category.ACCESS)


def _stood_before(columns: Iterable[str], value: str) -> ColumnElement[bool]:
    return JsonBytesText(EventRow.body).regexp_match(f'"({"|".join(columns)})":\\[{value}')


@cache
def _date_columns() -> tuple[str, ...]:
    """The names of every column that holds a day."""
    tables = (Base.metadata.tables[name] for name in sorted(tracked_tables()))
    return tuple(sorted({c.name for table in tables for c in table.columns if isinstance(c.type, Date)}))
