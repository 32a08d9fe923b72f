"""Which tests run on one database, and in which order files are taken: each by one worker, the long ones first."""

from __future__ import annotations

import re

import pytest

IN_TURN = re.compile(
    r"^tests\.refusals\.|routes|(_acts|_views|_index|_pages?)$"
    r"|^tests\.(exports\.test_(export|files|facts)|sampling\.test_workpaper)$"
)
"""Modules of tests of pages and files, and of the walk through every refusal."""
FIRST = (
    "journeys/test_family", "erasure/test_nothing_left", "audit/test_manipulations", "migrations/test_upgrade",
    "access/test_firewall", "access/test_whole", "pages/test_bad_input", "access/test_every_address",
    "journeys/test_every_page", "operations/test_drill", "access/test_on_postgresql", "audit/test_as_it_was",
    "audit/test_verification", "pages/test_figure_pages", "migrations/test_migrations",
    "approvals/test_commands", "access/test_foreign_rows", "journeys/test_auditor", "access/test_at_once",
    "casefile/test_firewall", "journeys/", "access/", "money/", "erasure/", "disbursements/test_commands",
    "exports/test_demonstration_bundle", "payments/test_commands", "refusals/", "architecture/test_views",
)  # fmt: skip
"""Files and folders of tests, the longest first. Only one of the first four builds the demonstration: who wants it
at the same time would wait."""


def place(item: pytest.Item) -> int:
    """Before which others the test's file begins; of one place they stay as they were found."""
    return next((n for n, name in enumerate(FIRST) if name in item.nodeid), len(FIRST))
