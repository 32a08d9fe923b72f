"""Reading a history in portions: memory does not grow with the number of its entries, and nobody who writes waits.

Entries are only added, and a history ends at the heads with which it was opened: so each portion is read in a
transaction of its own, and together they are what stood at the beginning.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Table, and_, false, not_, or_, select

from casetracker.accounts import queries as accounts
from casetracker.casefile.timeline import people_in
from casetracker.core import clock
from casetracker.core.commands import end_reading
from casetracker.core.db import Base, JsonText, db
from casetracker.core.permissions import Role
from casetracker.core.tracking import canon
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.sentences import sentence
from casetracker.events.states import Part
from casetracker.events.timeline import Entry, read_entries
from casetracker.exports.states import DECIDING, PRINTED_FIRST, STAGES, CaseHistory, ChainHead, ToldEntry
from casetracker.web.labels import label

PORTION = 200
"""Entries that are held at a time of each chain, and together."""


def open_history(sight: Sight) -> CaseHistory:
    """The history of one case as far as this reader may see it (the compartments of the sight).

    It ends at the heads that are read here: what somebody adds meanwhile is not half in the file.
    """
    query = select(Chain).where(Chain.owner_id == sight.dossier_id, Chain.part.in_(sorted(sight.parts)))
    chains = tuple(
        ChainHead(chain.id, chain.owner_id, chain.part, chain.seq, bytes(chain.hash).hex())
        for chain in db.session.scalars(query.order_by(Chain.part).execution_options(populate_existing=True))
    )
    person = Base.metadata.tables["person"]
    rows = db.session.execute(
        select(person.c.id, person.c.given_name, person.c.family_name).where(person.c.dossier_id == sight.dossier_id)
    )
    names = {row.id: " ".join(part for part in (row.given_name, row.family_name) if part) for row in rows}
    return CaseHistory(sight, clock.now(), chains, names)


def read_told(history: CaseHistory) -> Iterator[list[ToldEntry]]:
    """Every entry, oldest first and in each chain by its number, in portions: as a person reads it, in the reader's
    language."""
    entries = heapq.merge(*map(_read_chain, history.chains), key=lambda entry: (entry.at, entry.chain_id))
    while portion := list(islice(entries, PORTION)):
        yield _tell(history, portion)


def read_newest(history: CaseHistory, most: int, *, first: bool) -> list[ToldEntry]:
    """The newest entries, newest first, without who read the case: of money, approvals, decisions and stages (`first`),
    or of everything else."""
    printed_first = or_(
        EventRow.category.in_(sorted(map(str, PRINTED_FIRST))), EventRow.kind.in_(sorted(DECIDING | STAGES))
    )  # fmt: skip
    ends = [
        and_(EventRow.chain_id == chain.id, EventRow.seq <= chain.length)
        for chain in history.chains
        if chain.part != Part.ACCESS
    ]
    query = select(EventRow).where(or_(false(), *ends), printed_first if first else not_(printed_first))
    query = query.order_by(EventRow.at.desc(), EventRow.chain_id.desc(), EventRow.seq.desc()).limit(most)
    return _tell(history, read_entries(db.session.scalars(query).all()))


def _read_chain(chain: ChainHead) -> Iterator[Entry]:
    for first, last in _portions(chain):
        query = select(EventRow).where(EventRow.chain_id == chain.id, EventRow.seq.between(first, last))
        entries = read_entries(db.session.scalars(query.order_by(EventRow.seq)).all())
        end_reading()
        yield from entries


def _portions(chain: ChainHead) -> Iterator[tuple[int, int]]:
    """(first, last) number of each portion of a chain."""
    for first in range(1, chain.length + 1, PORTION):
        yield first, min(first + PORTION - 1, chain.length)


def _tell(history: CaseHistory, entries: Iterable[Entry]) -> list[ToldEntry]:
    parts, known = {chain.id: chain.part for chain in history.chains}, history.names
    entries = list(entries)
    actors = {entry.actor_id for entry in entries}
    found = accounts.names_of((actors | people_in(entries)) - known.keys())
    end_reading()
    known |= {key: name for key, name in found.items() if name != key or key in actors}
    return [
        ToldEntry(
            part=parts[entry.chain_id], entry=entry, sentence=sentence(entry, known), actor=known[entry.actor_id],
            role=_role(entry.actor_role), person=known.get(entry.person_id or "", ""),
        )
        for entry in entries
    ]  # fmt: skip


def _role(code: str) -> str:
    return label(Role(code)) if code in list(Role) else code


def read_bodies(chain: ChainHead) -> Iterator[tuple[int, str, str]]:
    """(number, hash, hashed text) of every entry of a chain up to its head, in order."""
    for first, last in _portions(chain):
        query = select(EventRow.seq, EventRow.hash, EventRow.body)
        query = query.where(EventRow.chain_id == chain.id, EventRow.seq.between(first, last)).order_by(EventRow.seq)
        rows = db.session.execute(query).all()
        end_reading()
        for row in rows:
            yield row.seq, bytes(row.hash).hex(), bytes(row.body).decode("utf-8")


def read_values(chain: ChainHead) -> Iterator[tuple[int, list[dict[str, str | None]]]]:
    """(entry's number, its personal values) in the entries' order: hash, salt (hexadecimal) and value (JSON text),
    by hash; both None once erased. Entries that have none are left out."""
    for first, last in _portions(chain):
        query = select(PersonalValue.seq, PersonalValue.hash, PersonalValue.salt, PersonalValue.value)
        query = query.where(PersonalValue.chain_id == chain.id, PersonalValue.seq.between(first, last))
        rows = db.session.execute(query.order_by(PersonalValue.seq, PersonalValue.hash)).all()
        end_reading()
        for seq, group in groupby(rows, key=lambda row: int(row.seq)):
            yield (
                seq,
                [
                    {"hash": row.hash, "salt": None if row.salt is None else bytes(row.salt).hex(), "value": row.value}
                    for row in group
                ],
            )


def table_rows(name: str, column: str, value: str) -> list[dict[str, Any]]:
    """The rows of a table as they stand, column by column in the canonical form."""
    table: Table = Base.metadata.tables[name]
    query = select(table).where(table.c[column] == value).order_by(*table.primary_key)
    return [_plain(table, dict(row._mapping)) for row in db.session.execute(query)]


def _plain(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {c.name: row[c.name] if isinstance(c.type, JsonText) else canon(row[c.name]) for c in table.columns}
