"""What a check of the deployment asks the database about itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from casetracker.core.append_only import lost_triggers
from casetracker.core.db import is_postgresql
from casetracker.core.row_security import lost_walls


@dataclass(frozen=True, kw_only=True)
class DatabaseFacts:
    """version: of the library or server. The role's marks are False on SQLite, which has no roles; `lost`: names of
    triggers and row walls that should stand and do not. login: how the server made sure who the login is, "trust"
    where it did not, "" on SQLite; password_days: until the login's password ends, None where it never does."""

    is_server: bool
    version: tuple[int, ...]
    writes_ahead: bool = False
    role: str = ""
    is_superuser: bool = False
    passes_walls: bool = False
    owns_tables: bool = False
    login: str = ""
    is_socket: bool = False
    password_days: int | None = None
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
        lost=_lost(connection), **_login(connection, number),
    )  # fmt: skip


def _login(connection: Connection, server: int) -> dict[str, Any]:
    """By which way the login came in, and how long its password stands."""
    way = "system_user" if server >= 160_000 else (  # before, the server tells only whether a certificate was shown
        "CASE WHEN client_dn IS NOT NULL THEN 'cert' WHEN inet_client_addr() IS NULL THEN 'peer' ELSE 'password' END"
    )  # fmt: skip
    row = connection.execute(
        text(
            f"SELECT {way} AS way, inet_client_addr() IS NULL AS is_socket,"  # noqa: S608  # no word from outside
            " CASE WHEN isfinite(rolvaliduntil) THEN"
            " floor(extract(epoch FROM rolvaliduntil - now()) / 86400)::int END AS days"
            " FROM pg_roles LEFT JOIN pg_stat_ssl ON pid = pg_backend_pid() WHERE rolname = session_user"
        )
    ).one()
    login = str(row.way or "trust").partition(":")[0]
    return {"login": login, "is_socket": row.is_socket, "password_days": row.days}


def _lost(connection: Connection) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for table, name in (*lost_triggers(connection), *lost_walls(connection)))
