"""Fills a database by commands, so that as many tables as possible have rows."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.asylum import commands as asylum
from casetracker.core import clock
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case, refer


@dataclass(frozen=True)
class Populated:
    """Who and what stands in the database."""

    people: People
    family: Family
    other: Family


def populate() -> Populated:
    """The playroom family's case, referred to Kyiv, and a second one that stays in Tallinn."""
    people = make_people()
    family = playroom_case(people)
    refer(family, people)
    other = playroom_case(people)
    asylum.record_no_asylum(
        asylum.RecordNoAsylum(dossier_id=other.dossier_id), actor=people.caseworker_tallinn
    )
    assert clock.today()
    return Populated(people, family, other)


WITHOUT_ROWS: set[str] = set()
"""Tracked tables that this database leaves empty, so that nothing in them can be tampered with here."""
