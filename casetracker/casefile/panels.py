"""The panels of the case page: each room's own, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetracker.cases.queries import CasesPanel
from casetracker.core.actor import Actor
from casetracker.disbursements import queries as disbursements
from casetracker.documents import queries as documents
from casetracker.dossiers.states import Sight
from casetracker.grants import queries as grants
from casetracker.monitoring import queries as monitoring
from casetracker.payments import queries as payments
from casetracker.plans import panel_queries as plans
from casetracker.returns import queries as returns
from casetracker.returns.queries import Rows


@dataclass(frozen=True)
class Panel:
    """A room's part of the page: its template and what the template shows."""

    name: str
    template: str
    data: Any


LOADERS: tuple[tuple[str, Callable[[Sight, Actor], Any]], ...] = (
    ("plans", plans.load_panel),
    ("disbursements", disbursements.load_panel),
    ("payments", payments.load_panel),
    ("monitoring", monitoring.load_panel),
    ("documents", documents.load_panel),
)
"""Rooms below whose panel shares nothing with the others."""

ABOVE: list[tuple[str, str, Callable[[Sight, Actor], Any]]] = []
"""(name, template, loader) of panels of rooms above, which this one cannot know."""


def add_panel(name: str, template: str, load: Callable[[Sight, Actor], Any]) -> None:
    """Put a panel of a room above onto the page; once, when that room is imported. One query, also at a past moment."""
    if name not in {each for each, _template, _load in ABOVE}:
        ABOVE.append((name, template, load))


def load_panels(sight: Sight, actor: Actor, persons: CasesPanel, rows: Rows) -> list[Panel]:
    """What each panel shows; `persons` and `rows` were loaded for the stage already.

    The asylum part has a page of its own, whose reading is recorded; here stands whether anything is recorded.
    """
    contacted = {contact.person_id for contact in rows.contacts}
    found = [Panel("cases", "cases/panel.html", persons)]
    if sight.sees_asylum:
        found.append(Panel("asylum", "casefile/_asylum.html", None))
    found.append(Panel("returns", "returns/panel.html", returns.load_panel(sight, actor, rows)))
    found.append(Panel("grants", "grants/panel.html", grants.load_panel(sight, actor, contacted)))
    found += [Panel(name, f"{name}/panel.html", load(sight, actor)) for name, load in LOADERS]
    found += [Panel(name, template, load(sight, actor)) for name, template, load in ABOVE]
    return found
