"""What a check of the deployment asks the database about itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Connection, text

from casetracker.core.append_only import lost_triggers
from casetracker.core.db import is_postgresql
from casetracker.core.row_security import lost_walls


@dataclass(frozen=True, kw_only=True)
class DatabaseFacts:
    """version: of the library or server. The role's marks are False on SQLite, which has no roles; `lost`: names of
    triggers and row walls that should stand and do not."""

    is_server: bool
    version: tuple[int, ...]
    writes_ahead: bool = False
    role: str = ""
    is_superuser: bool = False
    passes_walls: bool = False
    owns_tables: bool = False
    lost: tuple[str, ...] = ()


def ask_database(connection: Connection) -> DatabaseFacts:
    """The facts of the database behind this connection, under the role that the program works under."""
    if not is_postgresql(connection):
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        return DatabaseFacts(
            is_server=False, version=sqlite3.sqlite_version_info, writes_ahead=mode == "wal", lost=_lost(connection)
        )
    role = connection.execute(
        text(
            "SELECT current_user AS rolname, bool_or(rolsuper) AS rolsuper, bool_or(rolbypassrls) AS rolbypassrls"
            " FROM pg_roles WHERE rolname IN (current_user, session_user)"  # the login, too: it can be gone back to
        )
    ).one()
    owned = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user"
    number = int(connection.execute(text("SELECT current_setting('server_version_num')")).scalar_one())
    return DatabaseFacts(
        is_server=True, version=(number // 10_000, number % 10_000), role=role.rolname, is_superuser=role.rolsuper,
        passes_walls=role.rolbypassrls, owns_tables=bool(connection.execute(text(owned)).scalar_one()),
        lost=_lost(connection),
    )  # fmt: skip


def _lost(connection: Connection) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for table, name in (*lost_triggers(connection), *lost_walls(connection)))
