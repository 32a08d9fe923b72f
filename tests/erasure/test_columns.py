"""Every personal column can be erased, also in a table that only grows, and nothing else of that table can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import BigInteger, Boolean, Column, Date, Enum, LargeBinary

from casetracker.core.db import JsonText, UTCDateTime, db
from casetracker.core.tracking import tracked_mappers
from casetracker.erasure import queries
from tests.factories.erasure import due_case


def columns_of_cases() -> Iterator[Column[Any]]:
    """The personal columns of every table of cases."""
    for mapper in tracked_mappers():
        table: Any = mapper.local_table
        if "dossier_id" in table.columns or table.name in ("dossier", "return_case"):
            yield from queries.personal_columns(table)


def why_not_erasable(column: Column[Any]) -> str | None:
    """What stands in the way of emptying this column, if anything."""
    kind = column.type
    if column.table.info.get("append_only") and not column.info.get("erasable"):
        return "its table only grows, and it is not ERASABLE"
    if isinstance(kind, Enum):
        return None if "not_known" in kind.enums else "its choices have no not_known"
    if isinstance(kind, Date | BigInteger | Boolean | UTCDateTime) or column.info.get("erased_too"):
        return None if column.nullable else "it cannot be empty"
    return "bytes cannot be erased" if isinstance(kind, LargeBinary) and not isinstance(kind, JsonText) else None


@pytest.mark.usefixtures("app")
def test_every_personal_column_can_be_erased() -> None:
    columns = list(columns_of_cases())
    assert len(columns) > 60
    found = {f"{column.table.name}.{column.name}": why_not_erasable(column) for column in columns}
    assert {name: why for name, why in found.items() if why} == {}


REFUSED = (
    "version = version + 1",
    "text = 'another text', version = version + 1",
    "text = 'erased'",
    "text = 'erased', version = version + 2",
    "text = 'erased', version = version + 1, day = '2020-01-01'",
    "text = 'erased', version = version + 1, written_by = 'x'",
)


def test_what_only_grows_lets_go_of_what_is_personal_and_of_nothing_else(app: Flask) -> None:
    due = due_case()
    driver: Any = db.session.connection().connection.dbapi_connection
    where = f" WHERE dossier_id = '{due.dossier_id}'"
    driver.execute("SAVEPOINT before")
    for change in REFUSED:
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            driver.execute(f"UPDATE note SET {change}{where}")
        driver.execute("ROLLBACK TO SAVEPOINT before")
    driver.execute(f"UPDATE note SET text = 'erased', version = version + 1{where}")
    (row,) = driver.execute(f"SELECT text, version FROM note{where}").fetchall()
    assert tuple(row) == ("erased", 2)
    with pytest.raises(Exception, match=r"only grows|permission denied"):
        driver.execute(f"DELETE FROM note{where}")
    driver.execute("ROLLBACK TO SAVEPOINT before")
