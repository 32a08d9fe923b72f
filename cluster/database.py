"""PostgreSQL as docs/deploy.md asks for it: TLS and certificates, an owner who migrates, a login that owns nothing."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import psycopg

from cluster.parts import free_port
from tests.databases import PostgresServer

HBA = """local all tests trust
hostssl all casetracker all cert
hostssl all casetracker_owner all scram-sha-256
"""
ROLES = """
CREATE ROLE casetracker_app NOLOGIN;
CREATE ROLE casetracker_owner LOGIN PASSWORD '{owner}';
CREATE ROLE casetracker LOGIN IN ROLE casetracker_app;
"""


class Database(PostgresServer):
    """A server of its own, on this machine, that everybody reaches by TLS alone, the program with its certificate
    (`shown`: certificate and key); it keeps what it has acknowledged."""

    def __init__(self, passwords: Path, authority: Path, shown: tuple[Path, Path]) -> None:
        super().__init__()
        self.port, self.passwords, self.authority, self.shown = free_port(), passwords, authority, shown
        self.log, self._options = self.folder / "log", ""

    def begin(self, certificate: Path, key: Path) -> None:
        """Make the server with its roles and an empty database, and start it."""
        data = self.folder / "data"
        if self._user:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.folder.chmod(0o700)
        self._run("initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        (data / "pg_hba.conf").write_text(HBA)
        for source, name in ((certificate, "server.crt"), (key, "server.key"), (self.authority, "ca.crt")):
            shutil.copyfile(source, data / name)
            (data / name).chmod(0o600)
            if self._user:
                shutil.chown(data / name, "nobody", "nogroup")
        self._options = (
            f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c ssl=on -c ssl_ca_file=ca.crt"
            " -c ssl_min_protocol_version=TLSv1.2 -c max_connections=100 -c shared_buffers=128MB"
        )
        self._start_server()
        self._make_roles()

    def crash(self) -> None:
        """End it as a power failure does, and start it again: it comes back with what it has acknowledged."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        self._start_server()

    def _start_server(self) -> None:
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-l", str(self.log), "-w", "-o", self._options, "start")

    def address(self, login: str) -> str:
        """The database's address for this login; the owner's password lies in the file of passwords."""
        checked = f"sslmode=verify-full&sslrootcert={self.authority}"
        if login == "casetracker":
            checked += f"&sslcert={self.shown[0]}&sslkey={self.shown[1]}"
        return f"postgresql://{login}@localhost:{self.port}/casetracker?{checked}"

    def _make_roles(self) -> None:
        word = secrets.token_hex(16)
        with psycopg.connect(
            f"host={self.folder} port={self.port} user=tests dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(ROLES.format(owner=word).encode())
            connection.execute(
                b"CREATE DATABASE casetracker OWNER casetracker_owner ENCODING 'UTF8' TEMPLATE template0"
            )
        descriptor = os.open(self.passwords, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"localhost:{self.port}:*:casetracker_owner:{word}\n")
