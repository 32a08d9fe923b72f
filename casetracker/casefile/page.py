"""What the case page is put together from: head, stepper, what is missing, panels of every room, timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from casetracker.casefile import act_rules, queries, rules
from casetracker.casefile.act_rules import ActOffer
from casetracker.casefile.panels import Panel, load_panels
from casetracker.casefile.queries import CaseHead
from casetracker.casefile.states import ASYLUM_STEP, NEXT_STAGE, SENDING_STAGES, Requirement, StageFacts, Step
from casetracker.casefile.timeline_queries import ShownTimeline, load_newest
from casetracker.cases import queries as cases
from casetracker.cases.states import ConsentScope, PersonFacts, Stage
from casetracker.checks.queries import NOTHING_ASKED, ChecksPanel
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id
from casetracker.core.permissions import Role, has
from casetracker.disbursements.queries import DisbursementsPanel
from casetracker.dossiers.models import DossierPoint
from casetracker.dossiers.queries import list_points
from casetracker.dossiers.rules import why_not_clear
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.sentences import sentence
from casetracker.returns import queries as returns

RECEIVING_ACTS = frozenset({"returns.log_contact", "returns.log_needs_assessment"})
"""Forms of the receiving office, or of who does its work where there is none."""


@dataclass(frozen=True)
class MissingItem:
    """One thing the next stage needs, with the way to its form; `who` are the roles that can, where this reader's
    cannot."""

    text: Message
    url: str | None
    is_met: bool
    is_needed: bool
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointItem:
    """Something to settle; `why_not` says why this reader cannot, `waits` which money waits for it."""

    point: DossierPoint
    why_not: Message | None
    waits: Message | None

    @property
    def is_found(self) -> bool:
        """Whether it stands for what an auditor would ask, and goes with the answer to that."""
        return why_not_clear(self.point.subject_kind) is not None


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
    points: list[PointItem]
    acts: list[ActOffer]
    panels: list[Panel]
    history: ShownTimeline
    checks: ChecksPanel


def load_case_page(sight: Sight, actor: Actor, checks: ChecksPanel = NOTHING_ASKED) -> CasePage:
    """The page as this reader sees it. The number of queries does not depend on the case's size."""
    head, standing = queries.load_standing(sight)
    family = cases.load_panel(sight, actor)
    persons = [row.facts for row in family.persons]
    rows = returns.load_rows(sight.dossier_id)
    given = [(c.person_id, c.withdrawn_on) for c in family.consents if c.scope == ConsentScope.SHARING]
    facts = queries.stage_facts_from(standing, persons, given, returns.facts_from(rows))
    history = load_newest(sight, actor, persons)
    target = NEXT_STAGE.get(facts.stage)
    panels = load_panels(sight, actor, family, rows)
    return CasePage(
        head=head,
        facts=facts,
        persons={p.id: p for p in persons},
        steps=steps_of(sight, facts, head),
        target=target,
        items=_items(sight, actor, facts, target),
        why_not_move=rules.why_not_move(facts, sight.relation),
        points=_points(sight, actor, persons, panels),
        acts=act_rules.offers(facts, actor, sight.relation),
        panels=panels,
        history=history,
        checks=checks,
    )


def _points(sight: Sight, actor: Actor, persons: list[PersonFacts], panels: list[Panel]) -> list[PointItem]:
    """What is to be settled, with the words for what each point is about out of what the page shows anyway."""
    names = {person.id: person.name for person in persons}
    for panel in panels:
        if isinstance(panel.data, DisbursementsPanel):
            names |= {row.disbursement.id: row.disbursement.purpose for row in panel.data.requests}
    return [
        PointItem(
            point,
            rules.why_not_settle(point.blocks_money, actor),
            rules.what_waits(point.blocks_money, point.subject_id, names),
        )
        for point in list_points(sight)
    ]


def steps_of(sight: Sight, facts: StageFacts, head: CaseHead) -> list[Step]:
    """The stepper; for whom the asylum part does not exist it has no such step and no gap."""
    recorded = facts.asylum_recorded if sight.sees_asylum else None
    here = head.closed_from or facts.stage
    words = {str(stage): label_id(stage) for stage in Stage} | {ASYLUM_STEP: N_("Asylum")}
    return [
        Step(_(words[name]), state)
        for name, state in rules.step_states(facts.stage, last_stage=here, asylum_recorded=recorded)
    ]


def _items(sight: Sight, actor: Actor, facts: StageFacts, target: Stage | None) -> list[MissingItem]:
    """What the next stage needs, as far as the reader may see it. Until the return the receiving office waits."""
    if target is None:
        target = Stage.CLOSED if facts.stage == Stage.MONITORING else None
    if target is None or (facts.stage in SENDING_STAGES and sight.relation == Relation.RECEIVING):
        return []
    seen = [each for each in rules.requirements(facts, target) if each.part in sight.parts]
    return [_item(each, sight, actor) for each in seen]


def _item(each: Requirement, sight: Sight, actor: Actor) -> MissingItem:
    door = getattr(current_app.view_functions.get(each.endpoint), "door", None)
    who: tuple[str, ...] = ()
    if each.endpoint in RECEIVING_ACTS and not returns.receiving_acts(sight):
        who = (N_("The receiving office"),)
    elif door is not None and not actor.may(door):
        who = tuple(label_id(role) for role in (Role.SUPERVISOR, Role.CASEWORKER) if has(role, door))
    url = None if who else _url(each.endpoint, sight.reference, each.person_id)
    return MissingItem(each.text, url, each.is_met, each.is_needed, who)


def _url(endpoint: str, reference: str, person_id: str | None) -> str | None:
    """The address of the form, with the person where the form is one person's; None where there is no such form."""
    if endpoint not in current_app.view_functions:
        return None
    wanted = next(iter(current_app.url_map.iter_rules(endpoint)))
    values: dict[str, Any] = {"reference": reference}
    if person_id is not None:
        values["person_id" if "person_id" in wanted.arguments else "person"] = person_id
    if endpoint == "casefile.show_case":
        values["_anchor"] = "disbursements"
    return url_for(endpoint, **values) if wanted.arguments <= values.keys() else None


def teller(names: dict[str, str]) -> Callable[[Any], str]:
    """What says an entry's sentence in a template."""
    return lambda entry: sentence(entry, names)
