"""The transaction in which migrations run: as the owner of the tables, and on SQLite with foreign keys looked at last.

SQLite changes a table by writing another one and putting it into its place; for that moment what points at it points
at nothing. So the keys are asked at the end, all of them, and nothing is kept where one of them is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Engine

from casetracker.core.db import as_owner, is_postgresql
from casetracker.core.row_security import EVERYTHING, tell


class BrokenKeys(Exception):
    """The migration left rows that point at nothing; it was taken back."""


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A connection in one writing transaction that is kept if the block ends well; raises BrokenKeys."""
    with engine.connect().execution_options(ct_begin="write") as connection:
        driver = cast(Any, connection.connection.dbapi_connection)
        on_sqlite = not is_postgresql(connection)
        if on_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")  # does nothing once a transaction has begun
        try:
            with connection.begin():
                as_owner(connection)
                tell(connection, EVERYTHING)
                yield connection
                if on_sqlite and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
                    raise BrokenKeys(", ".join(sorted({f"{table} → {other}" for table, _row, other, _key in broken})))
        finally:
            if on_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")
