"""A sample drawn again from the record: its population, entry by entry; the same items, or what differs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.events.timeline import Entry
from casetracker.sampling import method_rules, rules
from casetracker.sampling.models import Sample, SampleItem
from casetracker.sampling.population_queries import load_population
from casetracker.sampling.queries import open_places
from casetracker.sampling.states import Place, design_from, filter_from, scope_from


@dataclass(frozen=True, kw_only=True)
class Again:
    """What is found now beside what the sample has kept; amounts in minor units.

    changed: numbers of items of the sample that would not be drawn now, or with another amount, stratum or hits;
    added: how many would be drawn now that are not in it.
    """

    count: int
    amount: int
    population_hash: str
    is_same_population: bool
    changed: tuple[int, ...]
    added: int

    @property
    def is_same(self) -> bool:
        """Whether everything is as it was."""
        return self.is_same_population and not self.changed and not self.added


@dataclass(frozen=True, kw_only=True)
class PopulationRow:
    """An entry that the sample was drawn from: what it is and of which case, where today's mandates open it; its amount
    in minor units."""

    place: Place
    entry: Entry | None
    reference: str | None


def list_population(sample: Sample, actor: Actor, *, offset: int, limit: int) -> list[PopulationRow]:
    """What the sample was drawn from, in the order of the draw's recipe, read anew from the record; six queries."""
    found = load_population(
        sample.population, filter_from(sample.filters), scope_from(sample.scope), sample.until
    ).places[offset : offset + limit]
    opened = open_places(found, actor)
    rows = []
    for place in found:
        entry, reference = opened.get((place.chain_id, place.seq), (None, None))
        rows.append(PopulationRow(place=place, entry=entry, reference=reference))
    return rows


def draw_again(sample: Sample) -> Again:
    """Compute population and items anew, by what the sample keeps of how it was drawn; six queries."""
    found = load_population(
        sample.population, filter_from(sample.filters), scope_from(sample.scope), sample.until
    ).places
    design = design_from(sample.parameters)
    chosen = method_rules.draw(sample.method, design, sample.seed, found)
    now = {(each.place.chain_id, each.place.seq): (n, each) for n, each in enumerate(chosen, 1)}
    items = db.session.scalars(select(SampleItem).where(SampleItem.sample_id == sample.id)).all()
    changed = []
    for item in items:
        number, each = now.pop((item.chain_id, item.seq), (0, None))
        kept = (item.number, item.dossier_id, item.amount, item.stratum, item.hits)
        if each is None or kept != (number, each.place.dossier_id, each.place.amount, each.stratum, each.hits):
            changed.append(item.number)
    digest, amount = rules.hash_of(found), rules.amount_of(found)
    return Again(
        count=len(found), amount=amount, population_hash=digest,
        is_same_population=(
            (digest, len(found), amount) == (sample.population_hash, sample.population_count, sample.population_amount)
        ),
        changed=tuple(sorted(changed)), added=len(now),
    )  # fmt: skip
