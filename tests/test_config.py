"""What the environment decides, and what stands without it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

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
