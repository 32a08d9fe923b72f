"""The whole demonstration, every act of the program in it, is one with its record on both databases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from casetracker.audit.verification import verify
from casetracker.core.db import db
from casetracker.events.models import EventRow
from tests.conftest import Places, _demonstration


def test_nothing_in_the_demonstration_disagrees_with_its_record(
    places: Places, dialect: str, shared_folder: Path
) -> None:
    with _demonstration(places, dialect, shared_folder, "verified").app_context():
        assert [str(finding) for finding in verify(db.engine)] == []
        events = db.session.execute(select(func.count()).select_from(EventRow)).scalar_one()
        db.session.rollback()
        db.engine.dispose()
    assert events > 500
