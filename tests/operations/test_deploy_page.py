"""What docs/deploy.md says of settings and of PostgreSQL's roles is so: its own statements are run."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from casetracker import create_app
from casetracker.audit.verification import verify
from casetracker.core import row_security
from casetracker.core.db import db
from config import check_limits
from tests.conftest import SERVER
from tests.databases import drop_database
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deploy.md").read_text()


def test_every_setting_stands_on_the_page() -> None:
    source = (ROOT / "config.py").read_text()
    secrets = re.findall(r'given_secret\(env, "([A-Z0-9_]+)"', source)
    read = {*re.findall(r'(?:env\.get\(|socket_of\(env, )"([A-Z0-9_]+)"', source), *secrets}
    read |= {f"{name}_FILE" for name in secrets}
    read |= set(re.findall(r'environ\.get\("(CASETRACKER_[A-Z_]+)"', (ROOT / "gunicorn.conf.py").read_text()))
    read |= {f"CHECK_{name.upper()}" for name in check_limits({})}
    named = set(re.findall(r"`([A-Z0-9_]+)`", PAGE.split("## Settings")[1].split("\n## ")[0]))
    assert named == read


@pytest.fixture
def installed(pytestconfig: pytest.Config) -> Iterator[tuple[str, str]]:
    """(address of the owner, address of the program) after the statements of the page, under names of this run."""
    server = pytestconfig.stash[SERVER].url
    mark = uuid.uuid4().hex[:8]
    [statements] = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    names = {"casetracker_owner": f"owner_{mark}", "casetracker": f"program_{mark}"}
    admin = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        for statement in statements.split(";\n"):
            if statement.strip() and "casetracker_app NOLOGIN" not in statement:  # the tests' own server has it
                own = re.sub(r"casetracker(_owner)?\b(?!_)", lambda found: names[found[0]], statement)
                connection.execute(own.encode())
    addresses = [
        make_url(server).set(username=name, password="x", database=f"program_{mark}").render_as_string(False)  # trusted
        for name in (f"owner_{mark}", f"program_{mark}")
    ]
    yield addresses[0], addresses[1]
    drop_database(server, f"program_{mark}")
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"DROP ROLE {name}".encode())


def test_the_owner_migrates_and_the_program_works_under_a_login_that_owns_nothing(
    installed: tuple[str, str], tmp_path: Path
) -> None:
    owner, program = installed
    environ = {"CASETRACKER_DATA": str(tmp_path), "DATABASE_URL": owner}
    with create_app({"TESTING": True}, environ).app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        db.engine.dispose()
    with create_app({"TESTING": True}, environ | {"DATABASE_URL": program}).app_context():
        with row_security.reading(row_security.EVERYTHING):
            playroom_case(make_people())
            assert db.session.scalar(text("SELECT count(*) FROM person")) == 4
        assert db.session.scalar(text("SELECT count(*) FROM person")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")) == 0
        db.session.remove()
        assert list(verify(db.engine)) == []
        db.engine.dispose()
