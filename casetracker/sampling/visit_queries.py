"""What the forms for visits say of each delivery that was drawn, as far as the auditor's mandate opens it today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from casetracker.cases.models import Case, Person
from casetracker.core.db import db
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.documents.models import Document
from casetracker.documents.queries import find_documents
from casetracker.events.states import Part
from casetracker.payments.models import Delivery
from casetracker.providers import queries as providers
from casetracker.sampling import mark_queries
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.workpaper_states import VisitForm

MOST_FORMS = 150
"""Forms of one file: it is set as a whole, and nobody visits more in one go."""


def list_to_visit(rows: Sequence[ItemRow]) -> tuple[list[ItemRow], int]:
    """The deliveries of which no visit was entered yet, MOST_FORMS at most, and how many are left for a later file."""
    visited = mark_queries.visits_of(rows)
    waiting = [row for row in rows if row.item_id not in visited]
    return waiting[:MOST_FORMS], len(waiting[MOST_FORMS:])


def load_forms(rows: Sequence[ItemRow]) -> list[VisitForm]:
    """A form for each item, in their order; three queries. What both offices of a case see stands in it alone."""
    by_item = {row.item_id: row.entry.data.get("instalment_id") for row in rows if row.entry is not None}
    query = (
        select(Instalment.id, Delivery, Disbursement, Person, Case.return_place)
        .join(Delivery, Delivery.instalment_id == Instalment.id)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .join(Person, Person.id == Delivery.signed_by_id)
        .join(Case, Case.id == Instalment.dossier_id)
    )
    found = db.session.execute(query.where(Instalment.id.in_({each for each in by_item.values() if each}))).all()
    papers = find_documents(row[1].document_id for row in found)
    names = providers.names_of({row[2].provider_id for row in found if row[2].provider_id})
    known = {row[0]: _form_facts(*row[1:], papers=papers, names=names) for row in found}
    return [_form(row, known.get(by_item.get(row.item_id) or "", {})) for row in rows]


def _form_facts(
    delivery: Delivery, request: Disbursement, person: Person, place: str | None, *, papers: Mapping[str, Document],
    names: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    paper = papers.get(delivery.document_id)
    if paper is not None and paper.part != Part.SHARED:
        paper = None
    return {
        "what": request.purpose or "", "provider": names.get(request.provider_id or "", ""), "place": place or "",
        "signed_by": " ".join(filter(None, (person.given_name, person.family_name))), "phone": person.phone or "",
        "address": person.return_address or "", "certificate": (paper.title or "") if paper else "",
        "sha256": paper.sha256 if paper else "", "note": delivery.note or "",
    }  # fmt: skip


_EMPTY = dict.fromkeys(
    ("what", "provider", "place", "signed_by", "phone", "address", "certificate", "sha256", "note"), ""
)


def _form(row: ItemRow, known: Mapping[str, str]) -> VisitForm:
    return VisitForm(
        number=row.number, reference=row.reference or "", handed_over_on=row.day, amount=row.amount,
        **{**_EMPTY, **known},
    )  # fmt: skip
