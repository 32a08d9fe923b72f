"""`flask --app casetracker verify`: what it prints and how it ends."""

from __future__ import annotations

from flask import Flask

from casetracker.audit.states import NOT_COVERED, NOT_TRACKED
from casetracker.core.db import db
from tests.audit.tampering import Bare
from tests.factories.accounts import make_office


def test_a_whole_record_ends_with_zero_and_says_what_is_not_covered(fresh_app: Flask) -> None:
    make_office()
    done = fresh_app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 0, done.output
    assert "The record is whole" in done.output
    for table, reason in NOT_TRACKED.items():
        assert f"{table}: {reason}" in done.output
    for sentence in NOT_COVERED:
        assert sentence in done.output


def test_a_changed_cell_ends_with_one_and_is_named(fresh_app: Flask) -> None:
    office_id = make_office()
    db.session.remove()
    db.engine.dispose()
    bare = Bare(db.engine.url.render_as_string(hide_password=False))
    assert bare.run("UPDATE office SET zone = 'UTC' WHERE id = ?", office_id) == 1
    bare.close()
    done = fresh_app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 1
    assert f"office, row {office_id}, column zone: is not what the record says" in done.output
    assert "whole" not in done.output
