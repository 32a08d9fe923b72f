"""A dossier's timeline as its pages show it: the page that the address asks for, with its words; the newest entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from casetracker.accounts import queries as accounts
from casetracker.casefile.timeline import people_in, row_names
from casetracker.cases.states import PersonFacts
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Role
from casetracker.dossiers.states import Sight
from casetracker.events.sentences import sentence
from casetracker.events.states import Category
from casetracker.events.timeline import TimelineFilter, TimelinePage, find_page, load_page
from casetracker.web.filters import Filter, Filters, read_filters
from casetracker.web.pagination import page_number

CATEGORY_WORDS = {
    Category.CASEWORK: _l("Casework"),
    Category.MONEY: _l("Money"),
    Category.APPROVALS: _l("Approvals"),
    Category.DOCUMENTS: _l("Documents"),
    Category.ACCESS: _l("Access"),
}
"""The kinds that a timeline is filtered by, in their order; who read it is offered to auditors alone."""
NEWEST = 8
"""How many entries stand on the page of what they are about."""


@dataclass(frozen=True, kw_only=True)
class ShownTimeline:
    """Entries with words for the ids in them. `marked`: the key of the entry that a link led to, or nothing."""

    timeline: TimelinePage
    names: dict[str, str]
    filters: Filters | None = None
    marked: str = ""

    def tell(self, entry: Any) -> str:
        """The sentence of an entry."""
        return sentence(entry, self.names)


def load_newest(
    sight: Sight, actor: Actor, persons: Iterable[PersonFacts] = (), *, naming: frozenset[str] | None = None
) -> ShownTimeline:
    """The newest entries for the page of the dossier, or (`naming`) of something in it; who read it stands in the whole
    timeline alone. Three queries."""
    wanted = TimelineFilter(zone=actor.zone, without_access=True, naming=naming)
    timeline = load_page(sight.dossier_id, sight.parts, wanted, size=NEWEST)
    return ShownTimeline(timeline=timeline, names=_names_in(timeline, persons))


def read_timeline_filters(actor: Actor, *first: Filter) -> Filters:
    """What the address filters the timeline by: what the page offers first, then kind and days."""
    categories = [c for c in CATEGORY_WORDS if c != Category.ACCESS or actor.role == Role.AUDITOR]
    return read_filters(
        *first,
        Filter(name="kind", label=_l("Kind"), choices=[(str(c), CATEGORY_WORDS[c]) for c in categories]),
        Filter(name="from", label=_l("From"), kind="day"),
        Filter(name="to", label=_l("To"), kind="day"),
    )


def load_timeline(
    sight: Sight, actor: Actor, filters: Filters, persons: Iterable[PersonFacts] = (), *,
    person_id: str | None = None, naming: frozenset[str] | None = None,
) -> ShownTimeline:  # fmt: skip
    """The page of the whole timeline that the address asks for; with ?entry= the one on which that entry stands,
    whatever was added since and nothing filtered. NotFound behind the last page. A constant number of queries."""
    marked = request.args.get("entry", "")
    number = find_page(sight.dossier_id, sight.parts, marked) if marked else page_number()
    if number is None:
        raise NotFound("entry")
    wanted = TimelineFilter(
        person_id=person_id, category=Category(filters["kind"]) if filters["kind"] else None,
        first_day=filters["from"], last_day=filters["to"], naming=naming, zone=actor.zone,
    )  # fmt: skip
    if marked:
        filters, wanted = replace(filters, values={}), TimelineFilter(zone=actor.zone)
    timeline = load_page(sight.dossier_id, sight.parts, wanted, number)
    if timeline.number > 1 and not timeline.entries:
        raise NotFound("page")
    names = _names_in(timeline, persons)
    return ShownTimeline(
        timeline=timeline, names=row_names(timeline.entries, names) | names, filters=filters, marked=marked
    )


def _names_in(timeline: TimelinePage, persons: Iterable[PersonFacts]) -> dict[str, str]:
    """Names of everybody who stands in these entries; one query."""
    names = {person.id: person.name for person in persons}
    return names | accounts.names_of({e.actor_id for e in timeline.entries} | people_in(timeline.entries))
