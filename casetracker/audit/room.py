"""The pages of the auditor's room, as the small navigation on each of them shows them; rooms above add their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from casetracker.accounts.session import signed_in
from casetracker.core.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class RoomPage:
    """One entry: its label, the page it leads to, its place from the left, what it is for (on the start page), and
    further endpoints on which it is the current one."""

    label: Any
    endpoint: str
    order: int
    icon: str
    about: Any
    also: tuple[str, ...] = ()


PAGES: list[RoomPage] = [
    RoomPage(
        label=_l("Cases"), endpoint="audit.index", order=10, icon="folder-open",
        about=_l("Every case of your mandate: open one, read its timeline, take its history away."),
    ),
    RoomPage(
        label=_l("Find"), endpoint="audit.search_record", order=20, icon="search",
        about=_l("Any entry of the record: who did what, when, for how much, what it changed, and who read a case."),
    ),
    RoomPage(
        label=_l("Changes"), endpoint="audit.report_changes", order=30, icon="git-compare-arrows",
        about=_l("What was approved, corrected, reopened or refused in a span of days, with before and after."),
    ),
    RoomPage(
        label=_l("Refused"), endpoint="audit.list_refusals", order=40, icon="shield-alert",
        about=_l("What a rule refused, and what somebody asked for without its being open to them."),
    ),
]  # fmt: skip


def add_page(page: RoomPage) -> None:
    """Put a page of a room above into the navigation; once, when that room is imported."""
    if page.endpoint not in {each.endpoint for each in PAGES}:
        PAGES.append(page)


def _open_pages() -> list[RoomPage]:
    """The pages that whoever reads may open, from the left."""
    person = signed_in()
    found = []
    for page in sorted(PAGES, key=lambda each: (each.order, each.endpoint)):
        door = getattr(current_app.view_functions.get(page.endpoint), "door", None)
        if person is not None and isinstance(door, Permission) and person.actor.may(door):
            found.append(page)
    return found


def audit_tabs() -> list[tuple[Any, str, bool]]:
    """(label, address, whether it is this one) of every page of the room that is open to whoever reads."""
    return [
        (page.label, url_for(page.endpoint), request.endpoint in (page.endpoint, *page.also)) for page in _open_pages()
    ]


def audit_starts() -> list[tuple[Any, str, str, Any]]:
    """(label, address, icon, what it is for) of every page but the start page itself."""
    return [
        (page.label, url_for(page.endpoint), page.icon, page.about)
        for page in _open_pages()
        if page.endpoint != request.endpoint
    ]


def init_app(app: Flask) -> None:
    """Make the navigation known to templates."""
    app.jinja_env.globals.update(audit_tabs=audit_tabs, audit_starts=audit_starts)
