"""Gathers what a workpaper tells of a sample, as far as its auditor may read it today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from casetracker.accounts import queries as accounts
from casetracker.core import clock
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.db import db
from casetracker.core.money import Money
from casetracker.dossiers.models import Dossier
from casetracker.events.sentences import sentence
from casetracker.sampling import finding_queries, mark_queries, queries
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.models import AuditFinding, AuditFindingReply, Sample, SampleMark, SpotCheck
from casetracker.sampling.telling_queries import tell_method, tell_population, tell_results
from casetracker.sampling.workpaper_states import FindingLine, ItemLine, MarkLine, SaidLine, VisitLine, Workpaper
from casetracker.web.labels import label

Standing = frozenset[tuple[str, bool, str]]
"""Of each item: its id, whether today's mandate opens it, the day of its case's erasure; and of each finding about one
that may be told its id."""


def standing_of(rows: Iterable[ItemRow], actor: Actor) -> Standing:
    """What of a sample may be told: whoever hands a file out compares it with what stood when it was begun."""
    rows = list(rows)
    query = select(Dossier.id, Dossier.erased_on).where(Dossier.id.in_({row.dossier_id for row in rows}))
    erased = {row[0]: str(row[1] or "") for row in db.session.execute(query)}
    told = {(row.item_id, row.entry is not None, erased[row.dossier_id]) for row in rows}
    findings = finding_queries.list_about_items([row.item_id for row in rows], actor)
    return frozenset(told | {(each.id, True, "") for each in findings})


def load_workpaper(sample: Sample, rows: list[ItemRow], actor: Actor) -> Workpaper:
    """The workpaper of an own sample; rows: its items. A constant number of queries."""
    marks, visits = queries.marks_of(rows), mark_queries.visits_of(rows)
    findings = _findings(rows, actor)
    names = queries.names_in(rows) | {SYSTEM.id: str(_("System"))}
    explained, method = tell_method(sample)
    concluded, results = tell_results(sample, rows, marks)
    return Workpaper(
        name=sample.name, sample_id=sample.id, auditor=actor.name, at=clock.now(),
        purpose=tell_population(sample), method=method, explained=explained, results=results, concluded=concluded,
        items=tuple(
            _item(sample, row, names, marks.get(row.item_id), visits.get(row.item_id), findings) for row in rows
        ),
        findings=tuple(findings),
    )  # fmt: skip


def _item(
    sample: Sample, row: ItemRow, names: Mapping[str, str], mark: SampleMark | None, visit: SpotCheck | None,
    findings: Iterable[FindingLine],
) -> ItemLine:  # fmt: skip
    return ItemLine(
        number=row.number, reference=row.reference or "", sentence=sentence(row.entry, names) if row.entry else "",
        at=row.at, day=row.day, amount=row.amount, stratum=row.stratum or "", hits=row.hits,
        place=f"{row.chain_id}-{row.seq}", mark=_mark(sample, mark, row) if mark else None,
        visit=_visit(visit, row) if visit else None,
        findings=tuple(each.number for each in findings if each.item == row.number),
    )  # fmt: skip


def _mark(sample: Sample, mark: SampleMark, row: ItemRow) -> MarkLine:
    """A note may name people: it is told while the mandate opens the case, as everything else of it."""
    wrong = Money(mark.wrong_amount, sample.currency) if mark.wrong_amount and sample.currency else None
    return MarkLine(
        document_seen=label(mark.document_seen), agrees=label(mark.agrees), is_exception=mark.is_exception,
        wrong=wrong, note=(mark.note or "") if row.entry else "", at=mark.marked_at,
    )  # fmt: skip


def _visit(visit: SpotCheck, row: ItemRow) -> VisitLine:
    return VisitLine(
        visited_on=visit.visited_on, found=label(visit.found), is_used=label(visit.is_used),
        signature_agrees=label(visit.signature_agrees), note=(visit.note or "") if row.entry else "",
    )  # fmt: skip


def _findings(rows: Sequence[ItemRow], actor: Actor) -> list[FindingLine]:
    """The findings about the items that this auditor may read, numbered in their order; four queries."""
    found = finding_queries.list_about_items([row.item_id for row in rows], actor)
    items = {row.item_id: row for row in rows}
    query = select(AuditFindingReply).where(AuditFindingReply.finding_id.in_([each.id for each in found]))
    replies = list(db.session.scalars(query.order_by(AuditFindingReply.said_at, AuditFindingReply.id)))
    names = accounts.names_of({each.said_by for each in replies})
    offices = {office.id: office.name for office in accounts.list_all_offices()} if found else {}
    return [
        _finding(number, each, items[each.item_id or ""], offices, [
            SaidLine(kind=label(said.kind), text=said.text or "", who=names.get(said.said_by, ""), at=said.said_at)
            for said in replies if said.finding_id == each.id
        ])
        for number, each in enumerate(found, 1)
    ]  # fmt: skip


def _finding(
    number: int, row: AuditFinding, item: ItemRow, offices: Mapping[str, str], said: Iterable[SaidLine]
) -> FindingLine:
    has_amount = row.questioned_amount is not None and row.currency is not None
    return FindingLine(
        number=number, item=item.number, reference=item.reference or "", title=row.title or "", text=row.text or "",
        office=offices.get(row.office_id, ""), state=label(row.state), raised_at=row.raised_at, due_on=row.due_on,
        questioned=Money(row.questioned_amount or 0, row.currency or "") if has_amount else None, said=tuple(said),
    )  # fmt: skip
