"""Builds the tables that the tests run on; the one place that says how."""

from __future__ import annotations

from sqlalchemy import Engine

from casetracker.core import row_security
from casetracker.core.append_only import append_only, append_only_tables
from casetracker.core.db import Base, as_owner


def build_schema(engine: Engine) -> None:
    """Every table, the triggers of those that only grow, the walls around rows; in one writing transaction."""
    with engine.connect().execution_options(ct_begin="write") as connection, connection.begin():
        as_owner(connection)
        Base.metadata.create_all(connection)
        for table in append_only_tables():
            for statement in append_only(engine.dialect.name, table):
                connection.exec_driver_sql(statement.replace("%", "%%"))
        row_security.build(connection)
