"""docs/community.md tells the stages, what each needs and who moves a site as the rules have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casetracker.community.rules import list_requirements, why_not_leave, why_not_move
from casetracker.community.states import BEFORE_SELECTION, NEXT_STAGE, SiteFacts, SiteOutcome, SiteStage
from casetracker.core.labels import label_id
from casetracker.documents.states import DocumentKind

PAGE = (Path(__file__).parents[2] / "docs" / "community.md").read_text(encoding="utf-8")
CASEWORKER = "caseworker or supervisor"


def everything(stage: SiteStage) -> SiteFacts:
    """A site at this stage that has all that any stage needs."""
    return SiteFacts(stage=stage, outcome=None, papers=frozenset(DocumentKind), members=5, trainings=1, criteria=3,
                     scored=3, voted_for=9, voted_against=1)  # fmt: skip


def rows() -> Iterator[tuple[str, str, str]]:
    """(stage, needs, moved by) as the rules have them."""
    yield label_id(SiteStage.CALL), "", ""
    for before, stage in NEXT_STAGE.items():
        needs = [each.text.id.partition(":")[0] for each in list_requirements(everything(before), stage)]
        by_caseworker = why_not_move(everything(before), may_decide=False) is None
        yield label_id(stage), "; ".join(needs), CASEWORKER if by_caseworker else "supervisor"


def test_the_table_is_what_the_rules_say() -> None:
    told = re.findall(r"^\| ([^|]*?) ?\| ([^|]*?) ?\| ([^|]*?) ?\|$", PAGE, re.M)
    assert told[1:] == list(rows())


def test_leaving_the_way_is_what_the_rules_say() -> None:
    assert f"**{label_id(SiteOutcome.NOT_SELECTED)}** as long as it is not selected yet" in PAGE
    assert f"**{label_id(SiteOutcome.STOPPED)}** at any stage before it is closed" in PAGE
    for stage in SiteStage:
        not_selected = why_not_leave(everything(stage), SiteOutcome.NOT_SELECTED) is None
        assert not_selected == (stage in BEFORE_SELECTION)
        assert (why_not_leave(everything(stage), SiteOutcome.STOPPED) is None) == (stage != SiteStage.CLOSED)
