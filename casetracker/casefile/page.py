"""What the case page is put together from: head, stepper, what is missing, panels of every room, timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from jinja2 import TemplateNotFound

from casetracker.accounts import queries as accounts
from casetracker.asylum import queries as asylum
from casetracker.casefile import queries, rules
from casetracker.casefile.queries import CaseHead
from casetracker.casefile.states import ASYLUM_STEP, NEXT_STAGE, SENDING_STAGES, StageFacts, Step
from casetracker.cases import queries as cases
from casetracker.cases.states import PersonFacts, Stage
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id
from casetracker.disbursements import queries as disbursements
from casetracker.documents import queries as documents
from casetracker.dossiers.models import DossierPoint
from casetracker.dossiers.queries import list_points
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.sentences import sentence
from casetracker.events.states import Part
from casetracker.events.timeline import Change, TimelineFilter, TimelinePage, load_page
from casetracker.grants import queries as grants
from casetracker.monitoring import queries as monitoring
from casetracker.plans import queries as plans
from casetracker.returns import queries as returns


@dataclass(frozen=True)
class Panel:
    """A room's part of the page: its template and what the template shows."""

    name: str
    template: str
    data: Any


LOADERS: tuple[tuple[str, Part, Callable[[Sight, Actor], Any]], ...] = (
    ("cases", Part.SHARED, cases.load_panel),
    ("asylum", Part.ASYLUM, asylum.load_panel),
    ("returns", Part.SHARED, returns.load_panel),
    ("grants", Part.SHARED, grants.load_panel),
    ("plans", Part.SHARED, plans.load_panel),
    ("disbursements", Part.SHARED, disbursements.load_panel),
    ("documents", Part.SHARED, documents.load_panel),
    ("monitoring", Part.SHARED, monitoring.load_panel),
)
"""In the order of the page. A panel whose compartment the reader does not see does not exist."""


@dataclass(frozen=True)
class MissingItem:
    """One thing the next stage needs, with the way to its form."""

    text: Message
    url: str | None
    is_met: bool


@dataclass(frozen=True)
class CasePage:
    """Everything the template of the case page shows."""

    head: CaseHead
    facts: StageFacts
    persons: dict[str, PersonFacts]
    steps: list[Step]
    target: Stage | None
    items: list[MissingItem]
    why_not_move: Message | None
    points: list[DossierPoint]
    panels: list[Panel]
    timeline: TimelinePage
    names: dict[str, str]

    def tell(self, entry: Any) -> str:
        """The sentence of a timeline entry."""
        return sentence(entry, self.names)


def load_case_page(sight: Sight, actor: Actor) -> CasePage:
    """The page as this reader sees it. The number of queries does not depend on the case's size."""
    persons = cases.list_persons(sight.dossier_id)
    facts = queries.load_stage_facts(sight.dossier_id, persons)
    head = queries.load_head(sight)
    timeline = load_page(sight.dossier_id, sight.parts, TimelineFilter(zone=actor.zone), size=8)
    target = NEXT_STAGE.get(facts.stage)
    return CasePage(
        head=head,
        facts=facts,
        persons={p.id: p for p in persons},
        steps=steps_of(sight, facts, head),
        target=target,
        items=_items(sight, facts, target),
        why_not_move=rules.why_not_move(facts, sight.relation),
        points=list_points(sight),
        panels=[Panel(name, f"{name}/panel.html", load(sight, actor)) for name, load in _rooms(sight)],
        timeline=timeline,
        names=names_for(timeline, persons),
    )


def _rooms(sight: Sight) -> list[tuple[str, Callable[[Sight, Actor], Any]]]:
    """The rooms whose panel exists for the reader."""
    return [
        (name, load)
        for name, part, load in LOADERS
        if part in sight.parts and _has_template(f"{name}/panel.html")
    ]


def _has_template(name: str) -> bool:
    try:
        current_app.jinja_env.get_template(name)
    except TemplateNotFound:
        return False
    return True


def names_for(timeline: TimelinePage, persons: list[PersonFacts]) -> dict[str, str]:
    """Names of everybody who stands in these entries; one query."""
    names = {person.id: person.name for person in persons}
    return names | accounts.names_of({entry.actor_id for entry in timeline.entries})


def steps_of(sight: Sight, facts: StageFacts, head: CaseHead) -> list[Step]:
    """The stepper; for whom the asylum part does not exist it has no such step and no gap."""
    recorded = facts.asylum_recorded if sight.sees_asylum else None
    here = head.closed_from or facts.stage
    words = {str(stage): label_id(stage) for stage in Stage} | {ASYLUM_STEP: N_("Asylum")}
    return [
        Step(_(words[name]), state)
        for name, state in rules.step_states(facts.stage, last_stage=here, asylum_recorded=recorded)
    ]


def _items(sight: Sight, facts: StageFacts, target: Stage | None) -> list[MissingItem]:
    """What the next stage needs, as far as the reader may see it. Until the return the receiving office only waits."""
    if target is None:
        target = Stage.CLOSED if facts.stage == Stage.MONITORING else None
    if target is None or (facts.stage in SENDING_STAGES and sight.relation == Relation.RECEIVING):
        return []
    seen = [each for each in rules.requirements(facts, target) if each.part in sight.parts]
    return [
        MissingItem(each.text, _url(each.endpoint, sight.reference, each.person_id), each.is_met)
        for each in seen
    ]


def _url(endpoint: str, reference: str, person_id: str | None) -> str | None:
    """The address of the form, with the person where the form is one person's; None where it does not exist."""
    if endpoint not in current_app.view_functions:
        return None
    wanted = next(iter(current_app.url_map.iter_rules(endpoint)))
    values: dict[str, Any] = {"reference": reference}
    if person_id is not None:
        values["person_id" if "person_id" in wanted.arguments else "person"] = person_id
    if not wanted.arguments <= values.keys():
        return None
    return url_for(endpoint, **values)


def teller(names: dict[str, str]) -> Callable[[Any], str]:
    """What says an entry's sentence in a template."""
    return lambda entry: sentence(entry, names)


_MONEY_COLUMNS = frozenset(
    {"amount", "unit_price", "ceiling", "cash_cap", "local_amount", "band_total", "up_to"}
)


def change_rows(changes: Iterable[Change], names: dict[str, str]) -> list[tuple[str, str, str]]:
    """(what, before, after) of an entry's changed cells as a person reads them."""
    return [
        (
            change.column.replace("_", " "),
            _shown(change.column, change.before, names),
            _shown(change.column, change.after, names),
        )
        for change in changes
    ]


def _shown(column: str, value: Any, names: dict[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int) and column in _MONEY_COLUMNS:
        return f"{value // 100}.{value % 100:02d}"
    return names.get(str(value), str(value))
