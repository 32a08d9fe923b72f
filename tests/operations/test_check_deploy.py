"""Every weak setting gets its one sentence, a good installation none, and the command says which it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from casetracker.accounts import commands
from casetracker.core import clock, deployment
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.permissions import Role
from casetracker.events.recording import record
from casetracker.operations import deploy_queries, deploy_rules
from casetracker.operations.deploy_rules import CHECKS, Deployment, weaknesses
from casetracker.operations.events import BackupMade
from casetracker.operations.sharing_rules import Sharing
from casetracker.operations.trust_rules import Trust
from tests.factories.accounts import OPERATOR, make_user

GOOD = Deployment()
EMBEDDED = replace(GOOD, is_server_database=False, role="", database_version=(3, 51, 3))
WEAK: list[tuple[dict[str, Any], str]] = [
    ({"is_debug": True}, "debugging or tests"),
    ({"is_testing": True}, "debugging or tests"),
    ({"checks_forms": False}, "not checked for coming from our own pages"),
    ({"secret_length": 31}, "SECRET_KEY is short or simple"),
    ({"secret_variety": 9}, "SECRET_KEY is short or simple"),
    ({"open_files": ("/srv/data",)}, "can look into: /srv/data"),
    ({"is_https": False}, "CASETRACKER_HTTPS is not 1"),
    ({"cookie_is_secure": False}, "may travel without TLS"),
    ({"cookie_name": "casetracker"}, "__Host- cookie"),
    ({"session_lasts": timedelta(hours=8, seconds=1)}, "longer than eight hours"),
    ({"hosts": frozenset({"localhost", "127.0.0.1"})}, "CASETRACKER_HOSTS is not set"),
    ({"hosts": deploy_rules.THIS_MACHINE}, "CASETRACKER_HOSTS is not set"),
    ({"hosts": frozenset({"*"})}, "names every host"),
    ({"hosts": frozenset({"."})}, "names every host"),
    ({"hosts": frozenset({"*.example.org"})}, "names every host"),
    ({"proxies": 0}, "CASETRACKER_PROXIES is 0"),
    ({"public_address": ""}, "CASETRACKER_ADDRESS is not set"),
    ({"scans_files": False}, "CLAMD is not set"),
    ({"public_address": "http://cases.example.org"}, "CASETRACKER_ADDRESS"),
    ({"mail_server": ""}, "MAIL_SERVER is not set"),
    ({"mail_security": "none"}, "MAIL_SECURITY is none"),
    ({"is_demonstration": True}, "marked as a demonstration"),
    ({"is_server_database": False, "writes_ahead": True, "database_version": (3, 51, 2)}, "SQLite 3.51.2 can corrupt"),
    ({"role_is_superuser": True}, "is superuser"),
    ({"role_passes_walls": True}, "passes row security"),
    ({"role_owns_tables": True}, "casetracker_app owns the tables"),
    ({"database_host": "db.example.org", "database_tls": "require"}, "db.example.org is not checked"),
    ({"lost_guards": ("event.event_no_loss",)}, "event.event_no_loss"),
    ({"lost_guards": tuple("abcdefg")}, "a, b, c, d, e. Run"),
    ({"encryption_key_beside_data": True}, "encryption key lies in the data folder"),
    ({"signing_key_exists": False}, "no signing key"),
    ({"signing_key_beside_data": True}, "signing key lies in the data folder"),
    ({"checkpoints_exist": False}, "CHECKPOINT_DIR) is not there"),
    ({"checkpoints_beside_data": True}, "signed heads lie in the data folder"),
    ({"days_since_backup": None}, "No backup was made in the last 7 days"),
    ({"days_since_backup": 8}, "No backup was made in the last 7 days"),
    ({"administrators": 1}, "Fewer than two administrators"),
    ({"without_factor": 3}, "second factor yet: 3"),
    ({"sharing": Sharing(redis_host="", is_server_database=False)}, "is a file of this one"),
    ({"sharing": Sharing(store_host="", is_server_database=False)}, "is a file of this one"),
    ({"sharing": Sharing(redis_host="", redis_answers=False)}, "nobody can sign in while it is away"),
    ({"sharing": Sharing(redis_host="a.example.org", redis_is_tls=False)}, "limits on a.example.org is not encrypted"),
    ({"sharing": Sharing(redis_host="localhost", redis_has_password=False)}, "asks for no password"),
    ({"sharing": Sharing(redis_host="a.example.org", redis_user="default")}, "as its default user"),
    ({"sharing": Sharing(redis_host="a.example.org", redis_keeps=False)}, "forgets all counts"),
    ({"sharing": Sharing(redis_host="a.example.org", redis_evicts=True)}, "drops counts"),
    ({"sharing": Sharing(store_host="a.example.org", store_is_tls=False)}, "documents on a.example.org is not encr"),
    ({"sharing": Sharing(store_host="", store_answers=False)}, "(S3_BUCKET) does not answer"),
    ({"sharing": Sharing(needs_worker=True, has_worker=False)}, "none is at work on this machine"),
    ({"trust": Trust(address_fault="self-signed certificate")}, "example.org (self-signed certificate): give the pro"),
    ({"trust": Trust(address_answers=False, address_fault="timed out")}, "did not answer, so nobody knows"),
    ({"trust": Trust(database_login="trust", is_socket=True)}, "only says the program's name"),
    ({"trust": Trust(database_login="scram-sha-256")}, "by a password that never changes"),
    ({"trust": Trust(database_login="ldap", password_days=91)}, "VALID UNTIL; days at most: 90)"),
    ({"trust": Trust(told=("S3_SECRET", "DATABASE_URL"))}, "that it comes from: S3_SECRET, DATABASE_URL."),
    ({"trust": Trust(open_files=("S3_SECRET_FILE",))}, "can read the files of: S3_SECRET_FILE (chmod go=)"),
    ({"trust": Trust(old_files=("S3_SECRET_FILE",))}, "(days at most: 90): S3_SECRET_FILE"),
]


@pytest.mark.parametrize(
    ("setting", "words"), WEAK, ids=lambda value: "-".join(value) if isinstance(value, dict) else ""
)
def test_a_weak_setting_gets_one_sentence(setting: dict[str, Any], words: str) -> None:
    (sentence,) = weaknesses(replace(GOOD, **setting))
    assert words in str(sentence)


def test_every_check_can_find_something() -> None:
    found = {check for check in CHECKS for setting, _words in WEAK if check(replace(GOOD, **setting)) is not None}
    assert found == set(CHECKS)


@pytest.mark.parametrize(
    "setting",
    [
        {"is_server_database": False, "writes_ahead": True, "database_version": (3, 51, 3)},
        {"is_server_database": False, "writes_ahead": False, "database_version": (3, 40, 1)},
        {"database_host": "/run/postgresql"},
        {"database_host": "db.example.org", "database_tls": "verify-full"},
        *({"mail_server": here, "mail_security": "none"} for here in ("localhost", "127.0.0.1", "::1", "[::1]")),
        {"secret_length": 32, "secret_variety": 10},
        {"session_lasts": timedelta(hours=8)},
        {"hosts": frozenset({"localhost", "cases.example.org"})},
        {"is_server_database": False, "database_host": "db.example.org"},
        {"database_host": "db.example.org", "database_tls": "verify-ca"},
        {"days_since_backup": 7},
        {"sharing": Sharing(redis_host="", redis_is_tls=False, redis_has_password=False)},
        {"sharing": Sharing(redis_host="localhost", redis_is_tls=False, store_host="localhost", store_is_tls=False)},
        {"sharing": Sharing(is_server_database=False, has_worker=False, redis_keeps=False, store_answers=False)},
        {"sharing": Sharing(needs_worker=True)},
        {"sharing": Sharing(redis_host="", redis_user="default")},
        *({"trust": Trust(database_login=way)} for way in ("", "cert", "gss", "sspi", "peer")),
        {"trust": Trust(database_login="scram-sha-256", is_socket=True)},
        {"trust": Trust(database_login="scram-sha-256", password_days=90)},
    ],
)
def test_what_is_good_is_not_scolded(setting: dict[str, Any]) -> None:
    assert list(weaknesses(replace(GOOD, **setting))) == []
    assert list(weaknesses(GOOD)) == [] and list(weaknesses(EMBEDDED)) == []


def test_facts_that_nobody_tells_are_those_of_a_good_installation() -> None:
    numbers = (GOOD.secret_length, GOOD.secret_variety, GOOD.proxies, GOOD.days_since_backup, GOOD.administrators)
    assert (numbers, GOOD.database_version, GOOD.without_factor) == ((64, 16, 1, 0, 2), (17,), 0)
    assert not GOOD.writes_ahead and GOOD.session_lasts == timedelta(hours=8)


def run(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["check-deploy"])
    return done.exit_code, done.output


def test_the_tests_own_program_is_not_ready(app: Flask) -> None:
    code, text = run(app)
    assert code == 1 and "Not ready for real cases" in text
    for words in ("debugging or tests", "SECRET_KEY", "CASETRACKER_HTTPS", "MAIL_SERVER", "Fewer than two", "encrypt"):
        assert words in text


def test_a_good_installation_exits_0(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy_queries, "load_deployment", lambda: GOOD)
    assert run(app) == (0, f"All {len(CHECKS)} checks found nothing weak.\n")


def test_the_facts_are_those_of_the_installation(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("a@example.org", Role.ADMINISTRATOR)
    make_user("b@example.org", Role.CASEWORKER, office_id=office())
    data = Path(app.config["DATA_FOLDER"])
    found = deploy_queries.load_deployment()
    assert (found.administrators, found.without_factor) == (1, 2)
    assert found.encryption_key_beside_data and not found.is_demonstration and found.open_files == ()
    assert found.lost_guards == () and found.days_since_backup is None
    assert found.role_owns_tables is (found.role == "tests"), "the login that made the tables"
    assert found.role_is_superuser is found.is_server_database, "the tests' own login is PostgreSQL's superuser"
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", (b"x" * 32,))
    monkeypatch.setitem(app.config, "CHECKPOINT_DIR", str(tmp_path))
    data.chmod(0o755)
    (data / "secret_key").write_text("x")
    try:
        found = deploy_queries.load_deployment()
    finally:
        data.chmod(0o700)
    assert not found.encryption_key_beside_data and found.checkpoints_exist and not found.checkpoints_beside_data
    assert str(data) in found.open_files


def office() -> str:
    cmd = commands.OpenOffice(name="Riga", country="LV", zone="Europe/Riga", is_sending=True, is_receiving=False)
    return commands.open_office(cmd, actor=OPERATOR)


def test_the_last_backup_is_known(app: Flask) -> None:
    note_backup(actor=OPERATOR)
    with clock.at(clock.now() + timedelta(days=9)):
        assert deploy_queries.load_deployment().days_since_backup == 9


@command
def note_backup(*, actor: Actor) -> None:
    """What a backup writes into the record."""
    record(BackupMade(backup_id="b", key_id="k"), actor=actor)


def test_a_lost_guard_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_connection: Connection) -> list[tuple[str, str]]:
        return [("event", "event_no_loss")]

    monkeypatch.setattr(deployment, "lost_triggers", lost)
    assert deploy_queries.load_deployment().lost_guards == ("event.event_no_loss",)


def test_an_older_structure_is_said_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from casetracker.operations import deploy_operator

    monkeypatch.setattr(deploy_operator, "lost_columns", lambda _connection: [("passkey", "-")])
    code, text = run(app)
    assert code == 1 and "run db upgrade" in text and deploy_rules.CHECKS
