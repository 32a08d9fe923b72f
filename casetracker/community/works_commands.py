"""Works at a site: entering and editing them with their bill of quantities, the start, what was built, cancelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from casetracker.community import contribution_queries, rules, works_events, works_queries, works_rules
from casetracker.community.commands import require_project
from casetracker.community.models import Site
from casetracker.community.paid_line_queries import require_line
from casetracker.community.site_commands import lock_site
from casetracker.community.works_models import WorksBillRow, WorksItem
from casetracker.community.works_states import ActualEntry, BillEntry, WorksEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if, why_not_reason
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.providers.queries import get_provider


@dataclass(frozen=True, kw_only=True)
class AddWorks(Command):
    """Works at a site, as planned."""

    dossier_id: str
    site_id: str
    entry: WorksEntry


@command
def add_works(cmd: AddWorks, *, actor: Actor) -> str:
    """Enter works with their bill of quantities, from the agreement on; returns their id."""
    sight = require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    refuse_if(works_rules.why_not_enter(works_queries.standing(site)))
    refuse_if(works_rules.why_not_works(entry))
    _require_named(site, entry, None, actor)
    last = db.session.scalar(select(func.max(WorksItem.position)).where(WorksItem.site_id == site.id)) or 0
    item = add(WorksItem(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, position=last + 1,
        currency=contribution_queries.currency_of(sight), **_values(entry),
    ))  # fmt: skip
    _set_bill(item, entry.bill)
    record(
        works_events.WorksAdded(
            **about(site, item), amount=works_rules.bill_amount(entry.bill), currency=item.currency
        ),
        actor=actor,
    )  # fmt: skip
    return item.id


def _values(entry: WorksEntry) -> dict[str, object]:
    return {name: value for name, value in vars(entry).items() if name != "bill"}


def _require_named(site: Site, entry: WorksEntry, now: WorksItem | None, actor: Actor) -> None:
    """Contractor and contract are known to this office and this site; what stands there already may stay."""
    if entry.provider_id and entry.provider_id != (now and now.provider_id):
        get_provider(actor, entry.provider_id)
    if entry.contract_id and entry.contract_id not in dict(works_queries.list_contracts(site.id)):
        raise NotFound("contract among the site's documents")
    require_line(site, entry.plan_line_id, now.plan_line_id if now else None)


def _set_bill(item: WorksItem, bill: tuple[BillEntry, ...]) -> None:
    """The rows as they are to stand; what left goes, unless something was built of it."""
    rows = {row.id: row for row in works_queries.list_bill(item.id)}
    wanted = {each.id: each for each in bill if each.id is not None}
    if wanted.keys() - rows.keys():
        raise NotFound("row of another bill")
    lost = [row for row in rows.values() if row.id not in wanted]
    refuse_if(works_rules.why_not_drop_rows([row.what for row in lost if row.actual_quantity]))
    for id, each in wanted.items():
        row = rows[id]
        row.what, row.unit, row.planned_quantity, row.unit_price = each.what, each.unit, each.quantity, each.unit_price
    last = max((row.position for row in rows.values()), default=0)
    for number, new in enumerate((each for each in bill if each.id is None), start=last + 1):
        add(WorksBillRow(
            id=ids.new_id(), dossier_id=item.dossier_id, item_id=item.id, position=number, what=new.what,
            unit=new.unit, planned_quantity=new.quantity, unit_price=new.unit_price,
        ))  # fmt: skip
    for row in lost:
        db.session.delete(row)


def about(site: Site, item: WorksItem) -> dict[str, Any]:
    """What every event of works says."""
    return {"owner_id": site.dossier_id, "site_id": site.id, "site": site.name, "item_id": item.id,
            "works": item.title}  # fmt: skip


def lock_works(site: Site, works_id: str, version: int | None = None) -> WorksItem:
    """The works, locked; NotFound if they are at another site. A site that left the way has no acts on them."""
    refuse_if(rules.why_left(works_queries.standing(site)))
    return lock(WorksItem, works_queries.get_works(site, works_id).id, version)


@dataclass(frozen=True, kw_only=True)
class EditWorks(AddWorks):
    """Works as they are to stand, and why they are changed; started_on: their start where it was entered."""

    works_id: str
    started_on: date | None
    reason: str
    version: int


@command
def edit_works(cmd: EditWorks, *, actor: Actor) -> None:
    """Plan works otherwise, with a reason, until they are accepted or cancelled."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_works(site, cmd.works_id, cmd.version)
    refuse_if(works_rules.why_ended(works_queries.works_facts(item)))
    first_on = works_queries.first_seen(item.id)
    today = clock.today(actor.zone)
    refuse_if(
        works_rules.why_not_works(entry)
        or works_rules.why_not_correct_start(item.started_on, cmd.started_on, first_on, today)
    )
    _require_named(site, entry, item, actor)
    item.started_on = cmd.started_on
    for name, value in _values(entry).items():
        setattr(item, name, value)
    _set_bill(item, entry.bill)
    edited = works_events.WorksEdited(
        **about(site, item), amount=works_rules.bill_amount(entry.bill), currency=item.currency, reason=cmd.reason
    )
    record(edited, actor=actor)


@dataclass(frozen=True, kw_only=True)
class StartWorks(Command):
    """The works started on a day."""

    dossier_id: str
    site_id: str
    works_id: str
    started_on: date
    version: int


@command
def start_works(cmd: StartWorks, *, actor: Actor) -> None:
    """Enter when the works started."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_works(site, cmd.works_id, cmd.version)
    refuse_if(works_rules.why_not_start(works_queries.works_facts(item), cmd.started_on, clock.today(actor.zone)))
    item.started_on = cmd.started_on
    record(works_events.WorksStarted(**about(site, item), day=cmd.started_on), actor=actor)


@dataclass(frozen=True, kw_only=True)
class MeasureWorks(Command):
    """What was really built of each row of the bill, and what it cost; with a reason where that stood already."""

    dossier_id: str
    site_id: str
    works_id: str
    entries: tuple[ActualEntry, ...]
    reason: str | None
    version: int


@command
def measure_works(cmd: MeasureWorks, *, actor: Actor) -> None:
    """Enter what was really built; the planned quantities stay beside it."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_works(site, cmd.works_id, cmd.version)
    rows = {row.id: row for row in works_queries.list_bill(item.id)}
    if {each.id for each in cmd.entries} - rows.keys():
        raise NotFound("row of another bill")
    refuse_if(works_rules.why_not_actuals(works_queries.works_facts(item), cmd.entries, rows))
    if any(row.actual_quantity is not None for row in rows.values()):
        refuse_if(why_not_reason(cmd.reason))
    for each in cmd.entries:
        rows[each.id].actual_quantity, rows[each.id].actual_amount = each.quantity, each.amount
    measured = works_events.WorksMeasured(
        **about(site, item), amount=sum(each.amount for each in cmd.entries), currency=item.currency,
        reason=cmd.reason,
    )  # fmt: skip
    record(measured, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CancelWorks(Command):
    """The works are not done, for a reason."""

    dossier_id: str
    site_id: str
    works_id: str
    reason: str
    version: int


@command
def cancel_works(cmd: CancelWorks, *, actor: Actor) -> None:
    """A supervisor takes works off the site's list."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_works(site, cmd.works_id, cmd.version)
    refuse_if(works_rules.why_ended(works_queries.works_facts(item)))
    item.cancelled_on, item.cancel_reason = clock.today(actor.zone), cmd.reason
    record(works_events.WorksCancelled(**about(site, item), reason=cmd.reason), actor=actor)
