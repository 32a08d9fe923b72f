"""The tender file of a request: how offers were asked for, and who sat on the panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.accounts.models import User
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.disbursements import events, tender_queries, tender_rules
from casetracker.disbursements.commands import add_writer
from casetracker.disbursements.models import Disbursement, TenderFile, TenderPanelist
from casetracker.disbursements.quote_commands import lock_draft
from casetracker.disbursements.states import PanelEntry, TenderProcedure
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class SaveTender(Command):
    """A tender file as it is to stand. `notice` and `minutes` may be None where one is there already; `version` is the
    file's, None where there is none yet."""

    dossier_id: str
    disbursement_id: str
    procedure: TenderProcedure
    published_on: date
    opened_on: date
    panel: tuple[PanelEntry, ...]
    notice: Upload | None
    minutes: Upload | None
    version: int | None


@command
def save_tender(cmd: SaveTender, *, actor: Actor) -> str:
    """Keep the tender file of a draft; returns its id. Who of the staff sat on its panel does not approve."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_draft(cmd.dossier_id, cmd.disbursement_id)
    refuse_if(tender_rules.why_not_tender(cmd.published_on, cmd.opened_on, cmd.panel, clock.today(actor.zone)))
    _look_at_panel(cmd.panel, actor)
    there = tender_queries.find_tender(row.id)
    notice_id = _paper(row, DocumentKind.TENDER_NOTICE, cmd.notice, cmd.published_on, "notice", actor)
    minutes_id = _paper(row, DocumentKind.MINUTES, cmd.minutes, cmd.opened_on, "minutes", actor)
    if there is None:
        if notice_id is None or minutes_id is None:
            raise Refused(Message(N_("Choose the file."), {}, "notice" if notice_id is None else "minutes"))
        tender = add(TenderFile(
            id=ids.new_id(), dossier_id=row.dossier_id, disbursement_id=row.id, procedure=cmd.procedure,
            published_on=cmd.published_on, opened_on=cmd.opened_on, notice_id=notice_id, minutes_id=minutes_id,
            sat_before=[],
        ))  # fmt: skip
        db.session.flush()
    else:
        tender = lock(TenderFile, there.id, cmd.version or 0)  # opened when there was none: not what stands
        tender.procedure, tender.published_on, tender.opened_on = cmd.procedure, cmd.published_on, cmd.opened_on
        tender.notice_id, tender.minutes_id = notice_id or tender.notice_id, minutes_id or tender.minutes_id
    _set_panel(tender, cmd.panel)
    add_writer(row, actor)
    record(
        events.TenderSaved(
            owner_id=row.dossier_id, day=cmd.opened_on, disbursement_id=row.id, purpose=row.purpose,
            number=len(cmd.panel),
        ),
        actor=actor,
    )  # fmt: skip
    return tender.id


def _look_at_panel(panel: tuple[PanelEntry, ...], actor: Actor) -> None:
    """Staff on a panel are of the actor's office; NotFound for others."""
    wanted = {entry.user_id for entry in panel if entry.user_id}
    query = select(User.id).where(User.id.in_(sorted(wanted)), User.office_id == actor.office_id)
    if set(db.session.scalars(query)) != wanted:
        raise NotFound("somebody of this office")
    staff = {name.casefold() for name in db.session.scalars(select(User.name).where(User.office_id == actor.office_id))}
    if any((entry.name or "").casefold() in staff for entry in panel):
        raise Refused(Message(N_("Choose who is of the office from the list; only others are named."), {}, "panel"))


def _paper(
    row: Disbursement, kind: DocumentKind, upload: Upload | None, day: date, field: str, actor: Actor
) -> str | None:
    if upload is None:
        return None
    paper = AddDocument(
        dossier_id=row.dossier_id, part=Part.SHARED, kind=kind, title=row.purpose, upload=upload, day=day, field=field
    )
    return add_document(paper, actor=actor)


def _set_panel(tender: TenderFile, panel: tuple[PanelEntry, ...]) -> None:
    for row in tender_queries.list_panel(tender.id):
        db.session.delete(row)
    db.session.flush()
    for position, entry in enumerate(panel, start=1):
        add(TenderPanelist(
            id=ids.new_id(), dossier_id=tender.dossier_id, tender_id=tender.id, position=position,
            user_id=entry.user_id, name=entry.name, function=entry.function,
        ))  # fmt: skip
