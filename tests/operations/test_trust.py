"""How the installation is trusted: certificates that a browser would or would not believe, logins, secrets' files."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from casetracker.core import clock
from casetracker.core.db import as_owner, db
from casetracker.core.deployment import DatabaseFacts, ask_database
from casetracker.operations.trust_queries import ask_address, load_trust
from cluster.authority import Authority
from config import settings


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def proxy(authority: Authority) -> Iterator[str]:
    """The address of a server that shows a certificate of this authority, for localhost, and says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("front"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    caller = listening.accept()[0]
                except OSError:
                    return
                try:
                    context.wrap_socket(caller, server_side=True).close()
                except OSError:
                    caller.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def test_the_public_address_shows_a_certificate_that_the_system_trusts(
    proxy: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    why, answers = ask_address(proxy)
    assert answers and "issuer" in why, "nobody vouches for an authority of one's own"
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert ask_address(proxy) == ("", True)
    with monkeypatch.context() as patch:
        connect = socket.create_connection
        patch.setattr(socket, "create_connection", lambda place, timeout: connect(("127.0.0.1", place[1]), timeout))
        why, answers = ask_address(proxy.replace("localhost", "cases.example.org"))
    assert answers and "cases.example.org" in why, "a certificate of another name"
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"https://localhost:{free.getsockname()[1]}"
    assert ask_address(nobody) == ("Connection refused", False)
    assert ask_address("https://" + "a" * 70 + ".example")[1] is False


def test_how_postgresql_lets_the_program_in(app: Flask) -> None:
    connection = db.session.connection()
    found = ask_database(connection)
    if not found.is_server:
        assert (found.login, found.password_days) == ("", None)
        return
    assert (found.login, found.is_socket, found.password_days) == ("trust", True, None), "the tests' own server"
    as_owner(connection)
    connection.execute(text("ALTER ROLE SESSION_USER VALID UNTIL 'infinity'"))
    assert ask_database(connection).password_days is None
    connection.execute(text(f"ALTER ROLE SESSION_USER VALID UNTIL '{clock.now() + timedelta(days=60)}'"))
    assert ask_database(connection).password_days in (59, 60)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_where_secrets_lie_and_how_old_they_are(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: tmp_path / name.lower() for name in ("REDIS_PASSWORD_FILE", "S3_SECRET_FILE", "SECRET_KEY_FILE")}
    given = {name: str(file) for name, file in files.items()}
    for file in files.values():
        file.write_text("word")
        file.chmod(0o400)
    old = (clock.now() - timedelta(days=90, hours=1)).timestamp()
    for name in ("S3_SECRET_FILE", "SECRET_KEY_FILE"):
        os.utime(files[name], (old, old))
    files["SECRET_KEY_FILE"].chmod(0o444)
    tmp_path.chmod(0o755)
    told = {"DATABASE_URL": "postgresql://a:word@db/x", "REDIS_URL": "rediss://a@r", "MAIL_PASSWORD": "word",
            "PGPASSWORD": "word"}  # fmt: skip
    made = settings({"CASETRACKER_DATA": str(tmp_path / "data")} | given | told)
    for name in ("SECRETS_TOLD", "SECRET_FILES"):
        monkeypatch.setitem(app.config, name, made[name])
    found = load_trust(DatabaseFacts(is_server=False, version=(3,)))
    assert found.told == ("MAIL_PASSWORD", "DATABASE_URL", "PGPASSWORD")
    assert found.open_files == ("SECRET_KEY_FILE",)
    assert found.old_files == ("S3_SECRET_FILE",), "a key that signs cookies is renewed when somebody else may have it"
    tmp_path.chmod(0o700)
    assert load_trust(DatabaseFacts(is_server=False, version=(3,))).open_files == (), "nobody else comes that far"
    for address in ("postgresql://a@db/x?password=word", "postgresql://a@db/x?sslkey=k&sslpassword=word"):
        assert settings({"CASETRACKER_DATA": str(tmp_path), "DATABASE_URL": address})["SECRETS_TOLD"] == (
            "DATABASE_URL",
        )
    assert settings({"CASETRACKER_DATA": str(tmp_path), "DATABASE_URL": "postgresql://a@db/x"})["SECRETS_TOLD"] == ()
