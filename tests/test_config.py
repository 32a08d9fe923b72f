"""What the environment decides, and what stands without it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

import config
from casetracker.accounts.states import SESSION_LASTS
from config import database_url, settings, stored_secret


def test_without_an_environment_one_machine_is_served(tmp_path: Path) -> None:
    made = settings({"CASETRACKER_DATA": str(tmp_path)})
    assert made["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path}/casetracker.sqlite3"
    assert made["SESSION_COOKIE_SECURE"] is False and made["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert "127.0.0.1" in made["TRUSTED_HOSTS"] and "localhost" in made["TRUSTED_HOSTS"]
    assert (tmp_path / "files").is_dir() and (tmp_path / "outbox").is_dir()


def test_https_makes_the_cookie_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    made = settings({"CASETRACKER_DATA": str(tmp_path), "CASETRACKER_HTTPS": "1"})
    assert made["SESSION_COOKIE_SECURE"] is True
    assert made["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert made["PREFERRED_URL_SCHEME"] == "https"
    assert made["SESSION_COOKIE_PATH"] == "/", "as browsers ask of such a name"


def test_sessions_and_their_cookie_last_equally_long(tmp_path: Path) -> None:
    made = settings({"CASETRACKER_DATA": str(tmp_path)})
    assert made["PERMANENT_SESSION_LIFETIME"] == SESSION_LASTS == config.SESSION_LASTS


def test_without_a_mail_server_mail_is_a_file(tmp_path: Path) -> None:
    made = settings({"CASETRACKER_DATA": str(tmp_path), "CASETRACKER_ADDRESS": "https://cases.example.org/"})
    assert made["MAIL_SERVER"] is None and made["MAIL_PORT"] == 587 and made["MAIL_SECURITY"] == "starttls"
    assert made["PUBLIC_ADDRESS"] == "https://cases.example.org"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"PORT": "8123/evil"}, "http://127.0.0.1:8000"),
        ({"CASETRACKER_HTTPS": "1"}, "https://localhost"),
        ({"CASETRACKER_HTTPS": "1", "CASETRACKER_HOSTS": ".cases.example.org, b.example"}, "https://cases.example.org"),
    ],
)
def test_without_an_address_links_lead_to_the_first_name_or_this_machine(given: dict[str, str], address: str) -> None:
    assert config.own_address(given) == address


def test_the_mail_servers_password_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("secret\n")
    given = {"CASETRACKER_DATA": str(tmp_path), "MAIL_SERVER": "mail.example.org", "MAIL_SECURITY": "TLS"}
    made = settings(given | {"MAIL_PASSWORD_FILE": str(tmp_path / "word")})
    assert (made["MAIL_PORT"], made["MAIL_PASSWORD"]) == (465, "secret")
    with pytest.raises(SystemExit, match="cannot be read"):
        settings(given | {"MAIL_PASSWORD_FILE": str(tmp_path / "gone")})
    with pytest.raises(SystemExit, match="MAIL_SECURITY"):
        settings(given | {"MAIL_SECURITY": "maybe"})


def test_secrets_of_shared_parts_may_lie_in_files(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("secret\n")
    file = str(tmp_path / "word")
    given = {"CASETRACKER_DATA": str(tmp_path), "REDIS_URL": "rediss://r.example.org", "REDIS_PASSWORD_FILE": file,
             "S3_BUCKET": "cases", "S3_PREFIX": "/kept/", "S3_SECRET_FILE": file, "SECRET_KEY_FILE": file,
             "CASETRACKER_SEAL": "by-worker"}  # fmt: skip
    made = settings(given)
    assert {made[name] for name in ("REDIS_PASSWORD", "S3_SECRET", "SECRET_KEY")} == {"secret"}
    assert made["S3_PREFIX"] == "kept" and made["SEALED_BY"] == "worker" and not made["SEAL_AFTER_COMMIT"]
    for wrong in ({"REDIS_URL": "http://r.example.org"}, {"CASETRACKER_SEAL": "by-nobody"}):
        with pytest.raises(SystemExit):
            settings(given | wrong)


def test_who_publishes_is_named_whole_or_not_at_all() -> None:
    assert config.iati_organisation({}) == {"identifier": "", "kind": "", "name": ""}
    given = {"IATI_ORGANISATION": "XM-DAC-99999", "IATI_ORGANISATION_TYPE": "10"}
    assert config.iati_organisation(given)["identifier"] == "XM-DAC-99999"
    for wrong in ({"IATI_ORGANISATION_TYPE": ""}, {"IATI_ORGANISATION_TYPE": "gov"}, {"IATI_ORGANISATION": "a/b"}):
        with pytest.raises(SystemExit, match="IATI_ORGANISATION"):
            config.iati_organisation(given | wrong)


def test_counts_are_told_by_tls_where_a_certificate_is_given() -> None:
    given = {"METRICS_CERTIFICATE": "/a.pem", "METRICS_KEY": "/a.key"}
    assert config.metrics_certificate(given) == {"certfile": "/a.pem", "keyfile": "/a.key"}
    assert config.metrics_certificate({}) == {}
    with pytest.raises(SystemExit, match="together"):
        config.metrics_certificate({"METRICS_KEY": "/a.key"})


def test_named_hosts_are_the_only_ones(tmp_path: Path) -> None:
    made = settings({"CASETRACKER_DATA": str(tmp_path), "CASETRACKER_HOSTS": "cases.example.org, x.example.org"})
    assert made["TRUSTED_HOSTS"] == ["cases.example.org", "x.example.org"]


def test_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = stored_secret(path)
    assert len(first) == 64 and stored_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_the_secret_given_wins(tmp_path: Path) -> None:
    assert settings({"CASETRACKER_DATA": str(tmp_path), "SECRET_KEY": "given"})["SECRET_KEY"] == "given"
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://u@h/d?sslmode=require", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.sqlite3", "sqlite:////tmp/x.sqlite3"),
    ],
)
def test_postgresql_goes_through_psycopg_3(given: str, used: str, tmp_path: Path) -> None:
    assert database_url({"DATABASE_URL": given}, tmp_path) == used


def test_the_log_goes_where_it_is_said() -> None:
    assert config.socket_of({}, "LOG_SYSLOG") is None
    assert config.socket_of({"LOG_SYSLOG": "/dev/log"}, "LOG_SYSLOG") == "/dev/log"
    assert config.socket_of({"CLAMD": "[::1]:3310"}, "CLAMD") == ("::1", 3310)
    for wrong in ("logs.example.org", ":514", "logs:99999", "logs:x"):
        with pytest.raises(SystemExit, match="LOG_SYSLOG"):
            config.socket_of({"LOG_SYSLOG": wrong}, "LOG_SYSLOG")


def test_every_secret_may_lie_in_a_file_that_a_vault_writes(tmp_path: Path) -> None:
    words = {
        "SECRET_KEY": "s" * 64, "ENCRYPTION_KEY": "ab" * 32, "MAIL_PASSWORD": "mail word",
        "DATABASE_URL": "postgresql://casetracker:word@db/casetracker?sslcert=/run/c.pem&sslkey=/run/c.key",
    }  # fmt: skip
    given = {"CASETRACKER_DATA": str(tmp_path)}
    for name, word in words.items():
        (tmp_path / name).write_text(f"{word}\n")
        given[f"{name}_FILE"] = str(tmp_path / name)
    made = settings(given)
    assert made["SECRET_KEY"] == words["SECRET_KEY"] and made["MAIL_PASSWORD"] == words["MAIL_PASSWORD"]
    assert made["ENCRYPTION_KEYS"] == (bytes.fromhex(words["ENCRYPTION_KEY"]),)
    assert not (tmp_path / "secret_key").exists() and not (tmp_path / "encryption_key").exists(), "none is made beside"
    url = make_url(made["SQLALCHEMY_DATABASE_URI"])
    assert url.password == "word" and url.query["sslcert"] == "/run/c.pem"
    _words, asked = url.get_dialect()().create_connect_args(url)
    assert (asked["sslcert"], asked["sslkey"]) == ("/run/c.pem", "/run/c.key"), "a certificate stands for a password"
    for name in ("SECRET_KEY", "DATABASE_URL"):
        with pytest.raises(SystemExit, match=f"{name}_FILE"):
            settings({"CASETRACKER_DATA": str(tmp_path), f"{name}_FILE": str(tmp_path / "gone")})


def test_a_key_under_its_name_of_before_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "sealing_key").write_text("cd" * 32)
    for _start in range(2):
        assert settings({"CASETRACKER_DATA": str(tmp_path)})["ENCRYPTION_KEYS"] == (b"\xcd" * 32,)
    assert not (tmp_path / "sealing_key").exists() and (tmp_path / "encryption_key").read_text() == "cd" * 32
    with pytest.raises(SystemExit, match="ENCRYPTION_KEY_FILE"):
        settings({"CASETRACKER_DATA": str(tmp_path), "SEALING_KEY_FILE": str(tmp_path / "key")})
