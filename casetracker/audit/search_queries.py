"""Searching the record: every entry in the auditor's reach, newest first, in pages that stay where they are.

Indexes answer who, what, which case and when; what stands inside an entry is looked for in portions of the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from casetracker.accounts import queries as accounts
from casetracker.accounts.models import Office, User
from casetracker.audit.kind_states import AMOUNTS, kinds_with_amounts
from casetracker.audit.models import SavedSearch
from casetracker.audit.reach_queries import list_offices, reached, reads_all_offices, with_owners
from casetracker.audit.search_states import (
    MOST_WORDS,
    PAGE_SIZE,
    PORTION,
    Found,
    Place,
    ReadSum,
    RecordFilter,
    RecordPage,
)
from casetracker.casefile.timeline import people_in, row_names
from casetracker.cases.models import Person
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.canonical_text import DataMember, DataNumber, DataSays, JsonBytesText
from casetracker.core.db import db
from casetracker.core.money import currencies_with
from casetracker.dossiers.events import DossierRead
from casetracker.dossiers.models import Dossier, DossierAccess
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.timeline import Entry, read_entries

T = TypeVarTuple("T")
_ORDER = (EventRow.at, EventRow.chain_id, EventRow.seq)


def search(
    actor: Actor, wanted: RecordFilter, *, before: Place | None = None, after: Place | None = None
) -> RecordPage:
    """One page of the entries that fit: the newest, or those before or after a place. The number of queries does not
    depend on how much there is; a page that must open entries looks into PORTION of them and says how far it came."""
    query = with_owners(select(EventRow)).where(reached(actor), *conditions(wanted))
    return read_page(query, wanted if wanted.opens_entries else None, before=before, after=after)


def read_page(
    query: Select[EventRow], inside: RecordFilter | None = None, *, before: Place | None = None,
    after: Place | None = None, size: int = PAGE_SIZE,
) -> RecordPage:  # fmt: skip
    """One page of a query on EventRow, Chain and Dossier; `inside`: what each entry must be opened for."""
    is_backwards, start = after is not None, before or after
    if start:
        query = query.where(_beyond(start, newer=is_backwards))
    if inside:
        rows, portion_end = _look_into(query, inside, size + 1, newer=is_backwards)
    else:
        rows, portion_end = list(db.session.scalars(_ordered(query, newer=is_backwards).limit(size + 1))), None
    is_more, rows = len(rows) > size, rows[:size]
    entries = read_entries(rows[::-1] if is_backwards else rows)
    found = _with_owners([each for each in entries if inside is None or _changes_field(each, inside.field)])
    ends = [Place(row.at, row.chain_id, row.seq) for row in rows]
    on = ends[-1] if is_more else portion_end
    if is_backwards:
        return RecordPage(rows=found, names=_names(found), older=ends[0] if ends else start, newer=on)
    return RecordPage(
        rows=found, names=_names(found), older=on, newer=(ends[0] if ends else start) if before else None,
        looked_back_to=portion_end.at if portion_end and not is_more else None,
    )  # fmt: skip


def _ordered(query: Select[*T], *, newer: bool, of: type[EventRow] = EventRow) -> Select[*T]:
    order = (of.at, of.chain_id, of.seq)
    return query.order_by(*(column.asc() if newer else column.desc() for column in order))


def _beyond(place: Place, *, newer: bool) -> ColumnElement[bool]:
    here = tuple_(place.at, place.chain_id, place.seq, types=[column.type for column in _ORDER])
    return tuple_(*_ORDER) > here if newer else tuple_(*_ORDER) < here


def _look_into(
    query: Select[EventRow], wanted: RecordFilter, most: int, *, newer: bool
) -> tuple[list[EventRow], Place | None]:
    """The entries of a portion whose inside fits, and the portion's last where the record goes on behind it. One query:
    the portion is read once, then opened."""
    portion = _ordered(query, newer=newer).limit(PORTION).cte("portion")
    each, last = aliased(EventRow, portion), aliased(EventRow, portion)
    end = _ordered(select(last.at, last.chain_id, last.seq), newer=not newer, of=last).limit(1).subquery()
    size = select(func.count()).select_from(portion).scalar_subquery()
    fits = _ordered(select(each).where(*_inside(wanted, each)), newer=newer, of=each).limit(most).subquery()
    row = aliased(EventRow, fits)
    both = select(size, end, row).select_from(end).outerjoin(row, true())
    read = db.session.execute(_ordered(both, newer=newer, of=row)).all()
    place = Place(*read[0][1:4]) if read and read[0][0] == PORTION else None
    return [each[4] for each in read if each[4] is not None], place


def conditions(wanted: RecordFilter) -> list[ColumnElement[bool]]:
    """On EventRow, Chain and Dossier: what indexes answer."""
    found: list[ColumnElement[bool]] = []
    if wanted.actor_id:
        found.append(EventRow.actor_id == wanted.actor_id)
    kinds = set(wanted.kinds)
    if wanted.least is not None or wanted.most is not None:
        kinds = kinds & set(kinds_with_amounts()) if kinds else set(kinds_with_amounts())
    if kinds or wanted.kinds:
        found.append(EventRow.kind.in_(sorted(kinds)))
    if wanted.reference:
        chains = select(Chain.id).join(Dossier, Dossier.id == Chain.owner_id)
        found.append(EventRow.chain_id.in_(chains.where(Dossier.reference == wanted.reference)))
    if wanted.office_id:
        of_cases = exists().where(DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id == wanted.office_id)
        found.append(or_(Chain.owner_id == wanted.office_id, of_cases))
    if wanted.programme_id:
        found.append(Dossier.programme_id == wanted.programme_id)
    if wanted.first:
        found.append(EventRow.at >= wanted.first)
    if wanted.end:
        found.append(EventRow.at < wanted.end)
    return found


def _inside(wanted: RecordFilter, row: type[EventRow]) -> list[ColumnElement[bool]]:
    """What stands in an event's body or beside it."""
    found = [_says(word, row) for word in wanted.words[:MOST_WORDS]]
    if wanted.field:
        table, column = wanted.field
        text = JsonBytesText(row.body)
        found += [text.contains(f'["update","{table}","', autoescape=True)]
        found += [text.contains(f'"{column}":[', autoescape=True)]
    if wanted.least is not None or wanted.most is not None:
        found.append(or_(*(_between(row, name, currency, wanted) for name, currency in AMOUNTS.items())))
    return found


def _says(word: str, row: type[EventRow]) -> ColumnElement[bool]:
    """Whether the word stands in the event's own fields, or in a personal value of it that was not erased."""
    in_json = json.dumps(word.lower(), ensure_ascii=False)[1:-1]
    pattern, quoted = (f"%{_escaped(text)}%" for text in (word.lower(), in_json))
    of_event = and_(PersonalValue.chain_id == row.chain_id, PersonalValue.seq == row.seq)
    return or_(
        DataSays(row.body, pattern),
        exists().where(of_event, func.lower(PersonalValue.value).like(quoted, escape="\\")),
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _between(row: type[EventRow], name: str, currency: str, wanted: RecordFilter) -> ColumnElement[bool]:
    """Whether this field lies between the two amounts, each currency with its own decimals."""
    amount, code = DataNumber(row.body, name), DataMember(row.body, currency)
    odd = {places: currencies_with(places) for places in (0, 3)}
    cases = [and_(code.in_(codes), *_bounds(amount, wanted, places)) for places, codes in odd.items()]
    rest = code.not_in([each for codes in odd.values() for each in codes])
    return or_(and_(rest, *_bounds(amount, wanted, 2)), *cases)


def _bounds(amount: DataNumber, wanted: RecordFilter, places: int) -> list[ColumnElement[bool]]:
    def minor(value: Decimal) -> int:
        return int(value.scaleb(places))

    found: list[ColumnElement[bool]] = []
    if wanted.least is not None:
        found.append(amount >= minor(wanted.least))
    if wanted.most is not None:
        found.append(amount <= minor(wanted.most))
    return found


def _changes_field(entry: Entry, field: tuple[str, str] | None) -> bool:
    """Whether the entry really changed that cell: the text of a body tells table and column, not which of which."""
    return field is None or any((change.table, change.column) == field for change in entry.changes)


def _with_owners(entries: Sequence[Entry]) -> list[Found]:
    """Each entry with its compartment and where it stands; one query."""
    office = aliased(Office)
    query = select(Chain.id, Chain.part, Dossier.reference, office.name)
    query = query.outerjoin(Dossier, Dossier.id == Chain.owner_id).outerjoin(office, office.id == Chain.owner_id)
    chains = {each.chain_id for each in entries}
    known = {row[0]: row[1:] for row in db.session.execute(query.where(Chain.id.in_(chains)))}
    return [Found(entry, *known[entry.chain_id]) for entry in entries]


def _names(rows: Iterable[Found]) -> dict[str, str]:
    """Words for ids in these entries: of who acted, persons of cases, people and rows that a change names."""
    entries = [row.entry for row in rows]
    persons = select(Person.id, Person.given_name, Person.family_name)
    persons = persons.where(Person.id.in_({entry.person_id for entry in entries if entry.person_id}))
    names = {row[0]: " ".join(part for part in row[1:] if part) for row in db.session.execute(persons)}
    names |= accounts.names_of({entry.actor_id for entry in entries} | people_in(entries))
    return row_names(entries, names) | names


def list_people(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of who may have acted in the auditor's reach, by name: of the mandate's offices and of those that
    work on the same cases, and of no office where the mandate is over all; the system last."""
    offices = [office for office, _name in list_offices(actor)]
    partner, shared = aliased(DossierAccess), aliased(DossierAccess)
    partners = select(partner.office_id).join(shared, shared.dossier_id == partner.dossier_id)
    partners = partners.where(shared.office_id.in_(offices))
    who = or_(User.office_id.in_(offices), User.office_id.in_(partners))
    query = select(User.id, User.name).where(or_(who, User.office_id.is_(None)) if reads_all_offices(actor) else who)
    found = [(row.id, row.name) for row in db.session.execute(query)]
    return [*sorted(found, key=lambda each: (each[1].casefold(), each[0])), (SYSTEM.id, SYSTEM.name)]


def sum_reads(actor: Actor, reference: str) -> list[ReadSum]:
    """Who opened a case: one row for each person, who read last first; empty where its reads are not in reach."""
    hours = func.count()
    query = select(EventRow.actor_id, hours, func.min(EventRow.at), func.max(EventRow.at))
    query = query.join(Chain, Chain.id == EventRow.chain_id).join(Dossier, Dossier.id == Chain.owner_id)
    query = query.where(reached(actor), Dossier.reference == reference, EventRow.kind == DossierRead.kind)
    query = query.group_by(EventRow.actor_id).order_by(func.max(EventRow.at).desc(), EventRow.actor_id)
    return [ReadSum(*row) for row in db.session.execute(query)]


def list_saved(actor: Actor) -> list[SavedSearch]:
    """The person's own searches by name."""
    return list(
        db.session.scalars(select(SavedSearch).where(SavedSearch.user_id == actor.id).order_by(SavedSearch.name))
    )
