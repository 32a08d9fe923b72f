"""Writers on SQLite take turns: each asks again after a moment of chance, so that nobody is passed over for long.

SQLite's own waiting asks ever more seldom the longer one waits; with many writers the last ones never get a turn.
"""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any

PATIENCE = 25.0
"""Seconds that a writer waits for its turn; below what the server grants a request."""
PAUSE = (0.002, 0.008)
"""Seconds between two questions."""
LAST_WAIT = 100
"""Milliseconds of the last question, whose refusal is told."""


def take_turn(connection: Any) -> None:
    """Begin a writing transaction on this connection of SQLAlchemy's; OperationalError when it took too long."""
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    until = time.monotonic() + PATIENCE
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(random.uniform(*PAUSE))  # noqa: S311  # jitter, not a secret
            else:
                return
        driver.execute(f"PRAGMA busy_timeout={LAST_WAIT}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises as SQLAlchemy does
    finally:
        driver.execute("PRAGMA busy_timeout=5000")
