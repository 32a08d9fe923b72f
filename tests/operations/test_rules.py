"""When a backup may be restored, and what it says when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casetracker import features
from casetracker.core.db import Base
from casetracker.operations.rules import why_not_restore, why_not_whole
from casetracker.operations.states import LEFT_OUT, BackupHead, Summary, Target

HEAD = BackupHead(id="b", made_at="2026-01-01T00:00:00.000000Z", migration="0002", columns={"office": ["id", "zone"]})
TARGET = Target(migration="0002", is_empty=True, has_heads=False, columns={"office": ["id", "zone"]})


def test_an_empty_place_of_the_same_structure_takes_it() -> None:
    assert why_not_restore(HEAD, TARGET) is None


@pytest.mark.parametrize(
    ("head", "target", "words"),
    [
        (HEAD, replace(TARGET, is_empty=False), "The database is not empty"),
        (HEAD, replace(TARGET, has_heads=True), "The folder of signed heads is not empty"),
        (replace(HEAD, format=2), TARGET, "This backup has format 2; this program reads format 1"),
        (HEAD, replace(TARGET, migration="0003"), "of structure 0002, and the database here would be of 0003"),
        (replace(HEAD, migration=None), TARGET, "of structure -"),
        (HEAD, replace(TARGET, columns={"office": ["id"]}), "Table office has other columns"),
        (HEAD, replace(TARGET, columns={}), "Table office has other columns"),
    ],
)
def test_any_other_place_is_refused_in_a_sentence(head: BackupHead, target: Target, words: str) -> None:
    assert words in str(why_not_restore(head, target))


def test_what_was_read_is_what_the_backup_says_of_itself() -> None:
    summary = Summary(rows={"office": 2, "person": 0}, files=1, missing=[], checkpoints=0)
    assert why_not_whole(summary, {"office": 2}, 1) is None
    assert why_not_whole(summary, {"office": 1}, 1) is not None
    assert why_not_whole(summary, {"office": 2, "person": 1}, 1) is not None
    assert why_not_whole(summary, {"office": 2}, 0) is not None


def test_what_stays_out_is_a_table_with_a_reason_that_nothing_refers_to() -> None:
    features.load("models")
    for name, reason in LEFT_OUT.items():
        assert len(reason) > 20
        referring = [table.name for table in Base.metadata.tables.values() for key in table.foreign_keys
                     if key.column.table.name == name]  # fmt: skip
        assert name in Base.metadata.tables and referring == []
