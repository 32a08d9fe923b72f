"""A word of its own in every personal and every asylum column, live and in the history, and who may read each.

Written past the program, straight into the tables, so that no column is forgotten: the models say which there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Date, Table, text
from sqlalchemy.exc import DatabaseError

from casetracker.accounts.factor_models import Passkey
from casetracker.accounts.models import Office
from casetracker.core import clock, row_security
from casetracker.core.db import Base, JsonText, Tracked, as_owner, db
from casetracker.core.tracking import tracked_mappers, walls_down
from tests.access.world import World

WORD = re.compile(r"qz\d{5}zq")
DAY = re.compile(r"\b(\d{1,2}) May (19[0-4]\d)\b|\b(19[0-4]\d)-05-(\d\d)\b")
"""As pages and as files write a day; those of May 1900 to 1949 are ours."""
KEY = re.compile(r"(?<![a-z0-9])[a-z2-7]{26}(?![a-z0-9])")
"""A row's key, as addresses name it."""
UNPAINTED = {
    "person.sex": "a closed choice", "person.age_estimate": "a number of two digits, and none beside a day of birth",
    "person.vulnerabilities": "closed choices", "needs_assessment.needs": "closed choices",
    "application_person.has_expulsion_order": "yes or no", "asylum_application.outcome": "a closed choice",
    "asylum_application.is_void": "yes or no", "asylum_application.version": "a small number",
    "asylum_coverage.version": "a small number", "asylum_application.dossier_id": "the case's own",
    "asylum_coverage.dossier_id": "the case's own",
    "asylum_coverage.application_id": "the application's key, which is looked for as its own",
    "asylum_coverage.person_id": "a person's, who is shared",
    "case_site.site_id": "a site's key, which the site's own page has",
    "authenticator.sealed_secret": "bytes that no page writes",
}  # fmt: skip
"""Columns that cannot hold a word of ours, each with the reason; two worlds compared to the byte look after them."""
KEY_OWNER = "auditor_riga"
"""Who has the one passkey."""
AS_THEY_ARE = {"asylum_application.id", "asylum_coverage.id", "asylum_application.document_id"}
"""Random keys of the asylum part: they are words of their own already."""


@dataclass(frozen=True)
class Canary:
    """Where a word stands: `sort` is the case's ("" for none), `office_id` whose row, `is_past` in the history."""

    word: str
    table: str
    column: str
    sort: str
    part: str
    office_id: str = ""
    is_past: bool = False
    row: str = ""

    @property
    def place(self) -> str:
        """table.column."""
        return f"{self.table}.{self.column}"


def is_told(table: Table, column: Any) -> bool:
    """Whether the column is personal, secret, or of the asylum part."""
    return column.info.get("history") in ("personal", "secret") or table.name.startswith("asylum_")


class Painter:
    """Writes the words into one world, inside its transaction."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.words: dict[str, Canary] = {}
        self.days = 0
        self.left: set[str] = set()
        """table.column that took no word in any row."""
        self.empty: set[str] = set()
        """Tables without a row."""

    def paint(self) -> dict[str, Canary]:
        """Word -> where it stands."""
        connection = cast(Connection, db.engine)
        db.session.remove()
        with walls_down(), connection.begin_nested():
            row_security.tell(connection, row_security.EVERYTHING)
            as_owner(connection)
            connection.execute(text("SELECT 1"))
            _let_history_change(connection)
            self._passkey(connection)
            for mapper in tracked_mappers():
                self._table(connection, cast(type[Tracked], mapper.class_), cast(Table, mapper.local_table))
            self._history(connection)
            _back_to_program(connection)
        return self.words

    def _passkey(self, connection: Connection) -> None:
        """The one row that no command makes without a browser."""
        owner = self.world.people[KEY_OWNER]
        row = {"id": "p" * 26, "office_id": owner.office_id, "user_id": owner.id, "credential_id": "A" * 22,
               "public_key": b"k", "name": "Key", "added_at": clock.now(), "version": 1}  # fmt: skip
        connection.execute(cast(Table, Passkey.__table__).insert(), row)

    def _table(self, connection: Connection, model: type[Tracked], table: Table) -> None:
        columns = [column for column in table.columns if is_told(table, column)]
        groups = list(self._groups(connection, model, table)) if columns else []
        if columns and not groups:
            self.empty.add(table.name)
        for column in columns:
            place = f"{table.name}.{column.name}"
            if place in UNPAINTED:
                continue
            taken = False
            for where, canary in groups:
                taken |= self._cells(connection, table, column, where, canary)
            if groups and not taken:
                self.left.add(place)

    def _groups(
        self, connection: Connection, model: type[Tracked], table: Table
    ) -> Iterator[tuple[dict[str, Any], tuple[str, str, str]]]:
        """(condition on rows, (sort, part, office's id)): by case and compartment, or by office."""
        owner, part = model.__owner__, model.__part__
        names = [name for name in (owner, part[1:] if part.startswith(".") else None) if name]
        if not names:
            if connection.execute(table.select().limit(1)).first() is not None:
                yield {}, ("", part, "")
            return
        sorts = {self.world.ids[ref]: sort for sort, ref in self.world.cases.items() if ref in self.world.ids}
        offices = set(connection.execute(Office.__table__.select().with_only_columns(Office.id)).scalars())
        for row in connection.execute(table.select().with_only_columns(*(table.c[n] for n in names)).distinct()):
            where = dict(zip(names, row, strict=True))
            value = row[0]
            if value in sorts:
                yield where, (sorts[value], str(where.get(part[1:], part)), "")
            elif value in offices or value is None:
                yield where, ("", part, value or "")

    def _cells(
        self, connection: Connection, table: Table, column: Any, where: dict[str, Any], about: tuple[str, str, str]
    ) -> bool:
        """One word for all rows of the group; one for each where the column wants different ones."""
        condition = [table.c[name].is_not_distinct_from(value) for name, value in where.items()]
        keys = list(table.primary_key.columns)
        rows = connection.execute(table.select().with_only_columns(*keys, column).where(*condition)).all()
        done = False
        if f"{table.name}.{column.name}" in AS_THEY_ARE:
            for row in rows:
                if row[-1]:
                    self.words[row[-1]] = Canary(row[-1], table.name, column.name, *about)
            return bool(rows)
        for row in rows:
            word, value = self._value(column, row[-1])
            one = [key == held for key, held in zip(keys, row[:-1], strict=True)]
            point = connection.begin_nested()
            try:
                connection.execute(table.update().where(*one).values({column.name: value}))
                point.commit()
            except DatabaseError:
                point.rollback()
                continue
            self.words[word] = Canary(word, table.name, column.name, *about, row=str(row[0]))
            done = True
        return done

    def _word(self) -> str:
        return f"qz{len(self.words):05}zq"

    def _value(self, column: Any, held: Any) -> tuple[str, Any]:
        """(the word that is looked for, what the cell is given)."""
        word = self._word()
        if isinstance(column.type, Date):
            day = date(1900 + self.days // 28, 5, 1 + self.days % 28)
            self.days += 1
            return day.isoformat(), day
        if isinstance(column.type, JsonText):
            return word, marked(held, word)
        return word, word if held is None else f"{held} {word}"

    def _history(self, connection: Connection) -> None:
        """The values beside the events: one word per case, compartment, table and column."""
        sorts = {self.world.ids[ref]: sort for sort, ref in self.world.cases.items() if ref in self.world.ids}
        rows = connection.execute(text(
            "SELECT v.hash, v.tbl, v.col, v.value, c.owner_id, c.part FROM personal_value v"
            " JOIN chain c ON c.id = v.chain_id WHERE v.value IS NOT NULL ORDER BY v.hash"
        )).all()  # fmt: skip
        known: dict[tuple[str, ...], str] = {}
        changed = []
        for row in rows:
            value = json.loads(row.value)
            if row.owner_id not in sorts or not isinstance(value, str | dict | list):
                continue
            if isinstance(value, str) and (re.fullmatch(r"\d{4}-\d\d-\d\d|[a-z_]{1,30}", value)):
                continue  # a day, or a closed choice
            if "qz-here" not in json.dumps(_with_word(value, "qz-here")):
                continue  # closed choices only: no sentence that takes a word
            key = (row.tbl, row.col, row.owner_id, row.part)
            if key not in known:
                known[key] = word = self._word()
                self.words[word] = Canary(word, row.tbl, row.col, sorts[row.owner_id], row.part, is_past=True)
            new = _with_word(value, known[key])
            changed.append({"hash": row.hash, "value": json.dumps(new)})
        connection.execute(text("UPDATE personal_value SET value = :value WHERE hash = :hash"), changed)


def _with_word(value: Any, word: str) -> Any:
    """The value with the word behind its sentences; JSON that stands in a text stays JSON."""
    if not isinstance(value, str):
        return marked(value, word)
    if value[:1] in "[{":
        try:
            return json.dumps(marked(json.loads(value), word))
        except json.JSONDecodeError:
            return f"{value} {word}"
    return f"{value} {word}"


def words_in(content: str) -> set[str]:
    """The words and days of ours that stand in a text, and every row's key."""
    days = {f"{one[1] or one[2]}-05-{int(one[0] or one[3]):02}" for one in DAY.findall(content)}
    return {*WORD.findall(content), *KEY.findall(content), *days}


def marked(held: Any, word: str) -> Any:
    """The same structure with the word behind every sentence in it (closed choices and ids have no spaces)."""
    if isinstance(held, dict):
        return {key: marked(value, word) for key, value in held.items()}
    if isinstance(held, list):
        return [marked(value, word) for value in held]
    return f"{held} {word}" if isinstance(held, str) and " " in held else held


def _let_history_change(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    tables = [table for table in Base.metadata.sorted_tables if table.info.get("append_only")]
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')


def _back_to_program(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL ROLE {row_security.APP_ROLE}")
