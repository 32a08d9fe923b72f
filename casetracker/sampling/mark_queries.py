"""What is known of an item of a sample: its entry, its request and papers, what was seen of it so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for
from sqlalchemy import case, select

from casetracker.cases.queries import list_persons
from casetracker.checks.queries import asked_for
from casetracker.checks.states import Asked
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, NotFound
from casetracker.disbursements import page_queries as requests
from casetracker.disbursements.page_queries import DisbursementPage
from casetracker.documents.models import Document
from casetracker.dossiers.queries import sight_by_id
from casetracker.dossiers.states import Sight
from casetracker.payments import page_queries as payments
from casetracker.payments.models import Payment
from casetracker.payments.page_queries import InstalmentPage
from casetracker.sampling import queries
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.mark_states import ItemFacts
from casetracker.sampling.models import Sample, SampleItem, SampleMark, SpotCheck


def find_mark(item_id: str) -> SampleMark | None:
    """The mark of an item."""
    return db.session.scalars(select(SampleMark).where(SampleMark.item_id == item_id)).one_or_none()


def find_visit(item_id: str) -> SpotCheck | None:
    """What a visit found of it."""
    return db.session.scalars(select(SpotCheck).where(SpotCheck.item_id == item_id)).one_or_none()


def visits_of(rows: Iterable[ItemRow]) -> dict[str, SpotCheck]:
    """Item id -> what its visit found; one query."""
    query = select(SpotCheck).where(SpotCheck.item_id.in_([row.item_id for row in rows]))
    return {visit.item_id: visit for visit in db.session.scalars(query)}


def next_to_examine(sample: Sample, number: int) -> int | None:
    """The number of the next item without a mark, after this one or, where there is none, before it; None once all
    have one."""
    query = select(SampleItem.number).outerjoin(SampleMark, SampleMark.item_id == SampleItem.id)
    query = query.where(SampleItem.sample_id == sample.id, SampleItem.number != number, SampleMark.id.is_(None))
    query = query.order_by(case((SampleItem.number > number, 0), else_=1), SampleItem.number)
    return db.session.scalars(query.limit(1)).one_or_none()


def find_sight(item: SampleItem | ItemRow, actor: Actor) -> Sight | None:
    """How today's mandate opens the item's case; None where it does not."""
    try:
        return sight_by_id(actor, item.dossier_id)
    except NotFound:
        return None


def item_facts(sample: Sample, item: SampleItem, actor: Actor) -> ItemFacts:
    """The item as rules judge it."""
    row = queries.list_items(sample, actor, item.number, item.number)[0]
    return facts_from(sample, row, find_sight(item, actor))


def facts_from(sample: Sample, row: ItemRow, sight: Sight | None) -> ItemFacts:
    """The same of what was read already."""
    return ItemFacts(
        sample=sample.state, opens_case=sight is not None, erased_on=sight.erased_on if sight else None,
        amount=row.amount, handed_over_on=row.day if sample.population.is_visited else None,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that proves something of the item: what it proves (English words), the document, where it opens."""

    proves: str
    document: Document
    url: str


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """Everything that an auditor needs at a glance. sight: None where the mandate no longer opens the case; then, and
    of an erased case, there is nothing but the row."""

    row: ItemRow
    count: int
    facts: ItemFacts
    mark: SampleMark | None
    visit: SpotCheck | None
    sight: Sight | None = None
    names: dict[str, str] = field(default_factory=dict)
    request: DisbursementPage | None = None
    part: InstalmentPage | None = None
    papers: tuple[Paper, ...] = ()
    asked: tuple[Asked, ...] = ()
    next_number: int | None = None


def load_item_page(sample: Sample, item: SampleItem, actor: Actor) -> ItemPage:
    """The item of an own sample; a constant number of queries."""
    row = queries.list_items(sample, actor, item.number, item.number)[0]
    sight = find_sight(item, actor)
    page = ItemPage(
        row=row, count=queries.count_items([sample])[sample.id], facts=facts_from(sample, row, sight), sight=sight,
        mark=find_mark(item.id), visit=find_visit(item.id), next_number=next_to_examine(sample, item.number),
    )  # fmt: skip
    if sight is None or row.entry is None:
        return page
    names = queries.names_in([row]) | {person.id: person.name for person in list_persons(sight.dossier_id)}
    page = replace(page, names=names)
    return page if sight.erased_on else _with_request(page, row.entry.data, sight, actor)


def _with_request(page: ItemPage, data: Mapping[str, Any], sight: Sight, actor: Actor) -> ItemPage:
    """With the request and the instalment that the entry speaks of, their papers, and what checks ask of the case."""
    instalment_id, request_id = data.get("instalment_id"), data.get("disbursement_id")
    if data.get("payment_id") and instalment_id is None:
        payment = db.session.get(Payment, data["payment_id"])
        instalment_id = payment.instalment_id if payment else None
    part, request = None, None
    if instalment_id is not None:
        with suppress(NotFound):  # a row that somebody took out past the program: the entry stands without it
            part = payments.load_page(sight, actor, instalment_id)
            request_id = part.row.id
    if request_id is not None:
        with suppress(NotFound):
            request = requests.load_page(sight, actor, request_id)
    return replace(
        page, part=part, request=request, papers=tuple(_papers(sight, part, request)), asked=tuple(asked_for(sight)),
        names=page.names | (part.names if part else {}) | (request.names if request else {}),
    )  # fmt: skip


def _papers(sight: Sight, part: InstalmentPage | None, request: DisbursementPage | None) -> list[Paper]:
    """What proves the item, in the order in which it came to be; only what this reader may open."""
    found: list[tuple[str, Document | None]] = []
    for quote in request.quotes if request else ():
        words = N_("Quote, chosen") if quote.is_chosen else N_("Quote")
        found.append((words, request.papers.get(quote.document_id or "") if request else None))
    if part:
        steps = (
            (N_("Invoice"), part.steps.invoice), (N_("Handover certificate"), part.steps.delivery),
            (N_("Proof of payment"), part.steps.payment),
            *((N_("Proof of the refund"), each) for each in part.steps.reversals),
        )  # fmt: skip
        found += [(words, part.papers.get(step.document_id)) for words, step in steps if step is not None]
    return [
        Paper(
            proves=words, document=document,
            url=url_for("documents.download_document", reference=sight.reference, document_id=document.id),
        )
        for words, document in found
        if document is not None and document.part in sight.parts
    ]  # fmt: skip
