"""Entering and correcting how many people benefit from a site or from the whole project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker.community import benefit_events, benefit_queries, benefit_rules, queries, rules
from casetracker.community.benefit_models import BenefitFigure, BenefitOverlap, BenefitShare
from casetracker.community.benefit_states import CountEntry, FigureEntry
from casetracker.community.commands import require_project
from casetracker.community.models import Site
from casetracker.community.site_commands import lock_site, store_paper
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class EnterBenefit(Command):
    """A figure of people; site_id: None for the whole project; upload: what it was taken from."""

    dossier_id: str
    site_id: str | None
    entry: FigureEntry
    upload: Upload | None


@command
def enter_benefit(cmd: EnterBenefit, *, actor: Actor) -> str:
    """Enter a figure; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id) if cmd.site_id else None
    entry, today = cmd.entry, clock.today(actor.zone)
    if site is not None:
        refuse_if(rules.why_left(queries.site_facts(site)))
    _judge(cmd.dossier_id, entry, cmd.site_id, None, today)
    document_id = _store(cmd.dossier_id, site, entry, cmd.upload, actor)
    figure = write_count(
        BenefitFigure(
            id=ids.new_id(), dossier_id=cmd.dossier_id, site_id=cmd.site_id, event_id=None, aim=entry.aim,
            reach=entry.reach, about=entry.about, from_on=entry.from_on, as_of=entry.as_of, note=entry.note,
            are_others=entry.are_others, document_id=document_id,
        ),
        entry.count,
    )  # fmt: skip
    _set_overlaps(figure, entry.overlaps)
    entered = benefit_events.BenefitEntered(
        owner_id=cmd.dossier_id, day=_past(entry.as_of, today), figure_id=figure.id,
        **_told(figure, site),
    )  # fmt: skip
    record(entered, actor=actor)
    return figure.id


def _judge(dossier_id: str, entry: FigureEntry, site_id: str | None, itself: str | None, today: date) -> None:
    """Refused where the figure cannot stand; itself: the id of the one that is corrected."""
    figures = benefit_queries.load_figures(dossier_id)
    others = [each for each in figures.facts if each.id != itself]
    events = [each.id for each in figures.participants.values()]
    refuse_if(benefit_rules.why_not_figure(entry, others, site_id, today, events))


def _told(figure: BenefitFigure, site: Site | None) -> dict[str, Any]:
    """What the record's sentence says of a figure."""
    return {
        "site_id": site.id if site else None, "site": site.name if site else None, "aim": str(figure.aim),
        "reach": str(figure.reach), "about": str(figure.about) if figure.about else None,
        "exactness": str(figure.exactness), "number": figure.number,
    }  # fmt: skip


def _store(dossier_id: str, site: Site | None, entry: FigureEntry, upload: Upload | None, actor: Actor) -> str | None:
    """What the figure was taken from, with the site where it is a site's."""
    if upload is None:
        return None
    day = _past(entry.as_of, clock.today(actor.zone))
    if site is not None:
        return store_paper(site, DocumentKind.OTHER, entry.count.source, day, upload, actor=actor)
    document = AddDocument(
        dossier_id=dossier_id, part=Part.SHARED, kind=DocumentKind.OTHER, title=entry.count.source, upload=upload,
        day=day, field="file",
    )  # fmt: skip
    return add_document(document, actor=actor)


def write_count(figure: BenefitFigure, count: CountEntry) -> BenefitFigure:
    """Put a number of people and what is known of them into the figure, inside the running command, which records."""
    figure.number, figure.exactness, figure.basis = count.number, count.exactness, count.basis
    figure.method, figure.source = count.method, count.source
    if figure not in db.session:
        add(figure)
        db.session.flush()  # what refers to it comes after it
    wanted = dict(count.shares)
    for share in benefit_queries.list_shares(figure.id):
        if share.people in wanted:
            share.number = wanted.pop(share.people)
        else:
            db.session.delete(share)
    for group, number in wanted.items():
        add(BenefitShare(
            id=ids.new_id(), dossier_id=figure.dossier_id, figure_id=figure.id, people=group, number=number
        ))  # fmt: skip
    return figure


def _set_overlaps(figure: BenefitFigure, wanted: tuple[str, ...]) -> None:
    """What was said of this figure; what others say of it stays theirs."""
    there = {row.other_id: row for row in benefit_queries.list_overlaps(figure.id)}
    for other_id, row in there.items():
        if other_id not in wanted:
            db.session.delete(row)
    for other_id in dict.fromkeys(wanted):
        if other_id not in there:
            add(BenefitOverlap(
                id=ids.new_id(), dossier_id=figure.dossier_id, figure_id=figure.id, other_id=other_id
            ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CorrectBenefit(Command):
    """A figure as it should have been entered, and why; without a file the one stored before stays."""

    dossier_id: str
    figure_id: str
    entry: FigureEntry
    upload: Upload | None
    reason: str
    version: int


@command
def correct_benefit(cmd: CorrectBenefit, *, actor: Actor) -> None:
    """Correct a figure, with a reason; its site stays."""
    sight = require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site_id = benefit_queries.get_figure(sight, cmd.figure_id).site_id
    site = lock_site(cmd.dossier_id, site_id) if site_id else None
    figure = lock(BenefitFigure, cmd.figure_id, cmd.version)
    entry, today = cmd.entry, clock.today(actor.zone)
    _judge(cmd.dossier_id, entry, site_id, figure.id, today)
    figure.document_id = _store(cmd.dossier_id, site, entry, cmd.upload, actor) or figure.document_id
    figure.aim, figure.reach, figure.about = entry.aim, entry.reach, entry.about
    figure.from_on, figure.as_of = entry.from_on, entry.as_of
    figure.note, figure.are_others = entry.note, entry.are_others
    _set_overlaps(write_count(figure, entry.count), entry.overlaps)
    corrected = benefit_events.BenefitCorrected(
        owner_id=cmd.dossier_id, day=_past(entry.as_of, today), figure_id=figure.id, reason=cmd.reason,
        **_told(figure, site),
    )  # fmt: skip
    record(corrected, actor=actor)


def _past(day: date, today: date) -> date | None:
    """The day of the entry in the record; what is planned for later is entered today."""
    return day if day <= today else None
