"""Erasing what is personal of one dossier: cells, history values, files; what is left still verifies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, Enum, and_, or_, select, tuple_, update

from casetracker.core import clock, row_security
from casetracker.core.actor import Actor, require
from casetracker.core.commands import after_commit, command, lock
from casetracker.core.db import ERASED, JsonText, UTCDateTime, canonical_json, db, unique_keys
from casetracker.core.permissions import Permission
from casetracker.core.tracking import canon
from casetracker.documents import storage
from casetracker.dossiers.models import Dossier
from casetracker.erasure import events, queries, register
from casetracker.events.models import Chain, PersonalValue
from casetracker.events.recording import EVENT_TABLE, record
from casetracker.events.states import Part
from casetracker.exports import making

KEPT = tuple(canonical_json(word) for word in (*queries.NOTHING_PERSONAL, ERASED))
"""History values that stay: they tell of nobody, and the cell that holds one is not written again."""
ORDER = {Part.SENDING: 0, Part.ASYLUM: 1, Part.SHARED: 3}
"""In which compartments are erased one after the other; all others come before the shared one, which ends it."""


def write_erasure(dossier: Dossier, erasure_id: str, *, actor: Actor, is_repeat: bool = False) -> None:
    """Inside a command that has locked the dossier and judged: erase it, compartment by compartment.

    The caller may have changed its own row of the sending compartment, and nothing else, before.
    """
    day = clock.today(actor.zone)
    with row_security.reading(row_security.EVERYTHING):  # every compartment goes, whatever the second person may read
        rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for owner, part, row, columns in queries.list_personal_rows(dossier.id):
            rows[owner, part].append((row, columns))
        keys = queries.list_keys(dossier.id)
        rows[dossier.id, str(Part.SHARED)] += []
        named = [
            (row.__tablename__, row.id)
            for (owner, _p), found in rows.items()
            if owner != dossier.id
            for row, _c in found
        ]
        for owner, part in sorted(
            rows, key=lambda place: (place[0] != dossier.id, ORDER.get(Part(place[1]), 2), place)
        ):
            for row, columns in rows[owner, part]:
                empty(row, columns)
            count = len(rows[owner, part])
            if owner != dossier.id:
                record(events.RequestErased(owner_id=owner, part=part, erasure_id=erasure_id, rows=count), actor=actor)
                continue
            if part == Part.SHARED:  # the last: from here on nothing is written into the dossier
                dossier.erased_on, dossier.closed_on = day, dossier.closed_on or day
            record(events.DossierErased(
                owner_id=owner, part=part, erasure_id=erasure_id, rows=count, is_repeat=is_repeat,
                files=len({key for place, key in keys if place == part}),
            ), actor=actor)  # fmt: skip
        forget(dossier.id, named, {owner for owner, _part in rows if owner != dossier.id})
        register.append([register.Entry(at=str(canon(clock.now())), dossier=dossier.id, erasure=erasure_id)])
    after_commit(partial(remove_files, sorted({key for _part, key in keys})))
    after_commit(remove_bundles)


@command
def erase_again(dossier_id: str, erasure_id: str, *, actor: Actor) -> None:
    """Erase what a backup brought back; two people had agreed when it was erased first."""
    require(actor, Permission.INSTALLATION_KEEP)
    write_erasure(lock(Dossier, dossier_id), erasure_id, actor=actor, is_repeat=True)


def neutral(row: Any, column: Any) -> Any:
    """What stands in a personal cell after erasing. Checks that want something where it was get the word for it."""
    held, kind = getattr(row, column.name), column.type
    if held is None or column.foreign_keys or isinstance(kind, Boolean | Date | BigInteger | UTCDateTime):
        return None  # also what leads to a row of somebody else's
    if isinstance(kind, JsonText):
        return [] if isinstance(held, list) else {}
    if isinstance(kind, Enum):
        return type(held)("not_known")
    is_unique = any(column.name in key for key in unique_keys(column.table))
    return f"{ERASED} {row.id}" if is_unique else ERASED


def empty(row: Any, columns: list[Any]) -> None:
    """What stands in the row's personal columns after erasing."""
    for column in columns:
        value = neutral(row, column)
        if getattr(row, column.name) != value:
            setattr(row, column.name, value)


def forget(dossier_id: str | None, named: Sequence[tuple[str, str]], owners: Collection[str]) -> None:
    """Empty the history's values: of the dossier's chains, and of rows in others' chains that name it, or stand for
    themselves (no dossier)."""
    chains = select(Chain.id).where(Chain.owner_id == dossier_id)
    wanted: list[ColumnElement[bool]] = [PersonalValue.chain_id.in_(chains)] if dossier_id else []
    if named:
        wanted.append(tuple_(PersonalValue.tbl, PersonalValue.pk).in_(named))
        wanted += [
            and_(PersonalValue.tbl == EVENT_TABLE, PersonalValue.chain_id == chain, PersonalValue.seq == seq)
            for chain, seq in queries.list_events_about([row_id for _table, row_id in named], owners)
        ]
    statement = update(PersonalValue).where(or_(*wanted), PersonalValue.value.not_in(KEPT))
    db.session.execute(statement.values(salt=None, value=None), execution_options={"synchronize_session": False})


def remove_files(keys: Sequence[str]) -> None:
    """Take the files away; one that does not go now goes with the next `tick`."""
    for key in keys:
        try:
            storage.remove(key)
        except Exception:
            current_app.logger.exception("A file of an erased case was not removed; the next tick does it")


def remove_bundles() -> None:
    """Take away bundles that hold the case; what does not go now goes when a worker next looks."""
    try:
        making.remove_over()
    except Exception:
        current_app.logger.exception("Bundles of an erased case were not removed; a worker does it")
