"""Some manipulations of each kind, and that only what lies outside tells of a consistent rewrite."""

from __future__ import annotations

from casetracker.audit.states import Window
from tests.audit import rewriting
from tests.audit.conftest import Original
from tests.audit.manipulations import Manipulation, manipulations
from tests.audit.tampering import Bare

SEED = 20260301
NEW_HERE = (
    "leaf", "head", "sealed", "all heads", "chain rewritten", "dossier dropped", "newest event", "event moved",
    "event copied", "cells swapped",
)  # fmt: skip
"""Kinds that no other test holds on both databases: one of each is enough here."""
FEWER = ("leaf", "head", "dossier dropped", "event moved", "cells swapped")
"""On PostgreSQL some of them: what is rewritten, and how it is found, is the same Python for either database."""


def one_of_each(original: Original) -> list[Manipulation]:
    """The first manipulation of each kind that begins so."""
    begins = NEW_HERE if original.dialect == "sqlite" else FEWER
    bare = Bare(original.copy("looked", "unguarded"))
    found: dict[str, Manipulation] = {}
    for manipulation in manipulations(bare, SEED):
        if manipulation.kind.startswith(begins):
            found.setdefault(manipulation.kind, manipulation)
    bare.close()
    return list(found.values())


def test_one_manipulation_of_each_kind_is_found_and_named(original: Original) -> None:
    missed = []
    chosen = one_of_each(original)
    for manipulation in chosen:
        outcome, findings = original.outcome_of(manipulation)
        if outcome == "missed":
            missed.append((manipulation.kind, manipulation.what, [str(f) for f in findings[:3]]))
    assert missed == []
    assert len(chosen) >= (18 if original.dialect == "sqlite" else 6)


def test_a_dossier_dropped_without_a_trace_is_seen_only_from_outside(original: Original) -> None:
    def drop(bare: Bare) -> None:
        rewriting.drop_dossier(bare, original.content.dossier_id)
        rewriting.forget_heads(bare)
        bare.put_back_the_triggers()

    outside = [f for f in original.findings_after(drop) if f.table == "event"]
    assert outside and "signed outside" in outside[0].what and "is gone" in outside[0].what
    url = original.copy("tampered", "unguarded")
    bare = Bare(url)
    drop(bare)
    bare.close()
    assert original.findings(url, looks_outside=False) == []


def test_an_older_copy_put_back_is_seen_only_from_outside(original: Original) -> None:
    url = original.copy("looked", "older")
    assert original.findings(url, looks_outside=False) == []
    first = original.findings(url)[0]
    assert first.table == "event" and "signed outside" in first.what and "is gone" in first.what


def test_how_far_the_heads_reach_is_said(original: Original) -> None:
    window = Window()
    assert original.findings(original.copy("clean"), window=window) == []
    assert window.uncovered == 0 and window.covered == window.newest > 100 and window.heads > 3
