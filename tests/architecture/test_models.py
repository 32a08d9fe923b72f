"""Every table stands in the history or is named with its reason (`NOT_TRACKED`); no row changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import DateTime, ForeignKeyConstraint, Numeric, Table, inspect, text
from sqlalchemy.orm import Mapper

from casetracker import features
from casetracker.audit.states import NOT_TRACKED
from casetracker.casefile.column_states import COLUMN_WORDS, TABLE_WORDS
from casetracker.core.append_only import append_only, append_only_tables
from casetracker.core.db import Base, Tracked, UTCDateTime, db
from casetracker.core.tracking import tracked_mappers
from casetracker.events.states import Part


def all_mappers() -> list[Mapper[Any]]:
    """Every mapper of the program."""
    features.load("models")
    import casetracker.core.commands  # noqa: F401  # form_token lies in the core

    return sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def all_tables() -> list[Table]:
    """Every table of the program."""
    all_mappers()
    return sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def untracked(mappers: Iterable[Mapper[Any]]) -> list[str]:
    """Tables that stand neither in the history nor in the list of exceptions."""
    return [
        table.name
        for mapper in mappers
        if isinstance(table := mapper.local_table, Table)
        and not issubclass(mapper.class_, Tracked)
        and table.name not in NOT_TRACKED
    ]


def test_every_table_is_tracked_or_named_with_its_reason() -> None:
    assert untracked(all_mappers()) == []
    mapped = {str(getattr(mapper.local_table, "name", "")) for mapper in all_mappers()}
    assert {table.name for table in all_tables()} <= mapped, "a table without a class: no event would see its rows"
    assert set(NOT_TRACKED) - {"alembic_version"} <= mapped, "an exception for a table that is gone"


def test_words_over_changes_are_of_tables_and_columns_that_exist() -> None:
    tables = {table.name: set(table.columns.keys()) for table in all_tables()}
    assert set(TABLE_WORDS) <= set(tables)
    assert set(COLUMN_WORDS) <= set().union(*tables.values())


def test_every_tracked_mapper_counts_versions() -> None:
    all_mappers()
    for mapper in tracked_mappers():
        assert mapper.version_id_col is not None, f"{mapper.class_.__name__} lost version_id_col"
        column = mapper.columns["version"]
        assert not column.nullable and column.info.get("history") != "ignored", mapper.class_.__name__


def test_every_tracked_row_has_one_owning_chain() -> None:
    all_mappers()
    for mapper in tracked_mappers():
        cls, name = mapper.class_, mapper.class_.__name__
        if cls.__owner__ is not None:
            assert cls.__owner__ in mapper.columns, f"{name}.__owner__ names no column"
        if cls.__part__.startswith("."):
            assert cls.__part__[1:] in mapper.columns, f"{name}.__part__ names no column"
            assert not mapper.columns[cls.__part__[1:]].nullable, f"{name}: a row without a compartment"
        else:
            assert cls.__part__ in set(Part), f"{name}.__part__ is no compartment"


def refers_across_the_wall(mappers: Iterable[Mapper[Any]]) -> Iterator[str]:
    """Rows that both sides see hold no key to rows that only the sending side sees."""
    parts = {mapper.local_table: mapper.class_.__part__ for mapper in mappers if issubclass(mapper.class_, Tracked)}
    by_name = {getattr(table, "name", ""): part for table, part in parts.items()}
    hidden = {"shared": {"sending", "asylum"}, "sending": {"asylum"}}
    for table, part in parts.items():
        for key in getattr(table, "foreign_keys", ()):
            target = by_name.get(key.column.table.name, "")
            lower = part[1:] and "shared" if part.startswith(".") else part
            forbidden = {"asylum"} if part.startswith(".") else hidden.get(lower, set())
            if target in forbidden:
                yield f"{key.parent}: a {part} row refers to a row of {target}"


def test_no_key_crosses_the_asylum_firewall() -> None:
    assert list(refers_across_the_wall(all_mappers())) == []
    for mapper in all_mappers():
        if mapper.class_.__module__.startswith("casetracker.asylum."):
            assert mapper.class_.__part__ == Part.ASYLUM, mapper.class_.__name__


def test_no_row_goes_or_changes_by_itself() -> None:
    for table in all_tables():
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                assert constraint.ondelete is None and constraint.onupdate is None, str(constraint.name)
        for column in table.columns:
            assert column.server_default is None and column.server_onupdate is None, str(column)
            assert column.onupdate is None, str(column)


def test_no_row_is_numbered() -> None:
    for mapper in tracked_mappers():
        for column in mapper.primary_key:
            assert column.type.python_type is not int, f"{column}: a number would show order across the wall"


def test_relationships_write_nothing_past_the_history() -> None:
    for mapper in all_mappers():
        for relation in mapper.relationships:
            name = f"{mapper.class_.__name__}.{relation.key}"
            assert relation.secondary is None, f"{name}: an association is a class"
            assert not relation.post_update and not relation.passive_deletes, name


def test_moments_are_aware_and_amounts_whole() -> None:
    for table in all_tables():
        for column in table.columns:
            assert not isinstance(column.type, Numeric), f"{column}: SQLite keeps it as a float"
            assert not isinstance(column.type, DateTime) or isinstance(column.type, UTCDateTime), str(column)


def test_secrets_and_ignored_columns_say_why() -> None:
    for table in all_tables():
        for column in table.columns:
            kind = column.info.get("history", "plain")
            assert kind in ("plain", "personal", "secret", "ignored"), str(column)
            assert kind != "ignored" or len(column.info.get("reason", "")) > 10, f"{column}: ignored, but why"


@pytest.mark.usefixtures("app")
def test_tables_that_only_grow_have_all_their_triggers() -> None:
    dialect = db.engine.dialect.name
    wanted = {
        statement.split("CREATE TRIGGER ")[1].split()[0]
        for table in append_only_tables()
        for statement in append_only(dialect, table)
        if statement.startswith("CREATE TRIGGER ")
    }
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }
    assert wanted and set(db.session.scalars(text(query[dialect]))) == wanted


@pytest.mark.usefixtures("app")
def test_the_schema_is_what_the_models_say() -> None:
    inspector = inspect(db.engine)
    there = set(inspector.get_table_names()) - {"alembic_version"}
    assert there == {table.name for table in all_tables()}
    for table in all_tables():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
