"""Reading works: those of a site with how far they have come, one with its bill, progress and defects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casetracker.accounts.queries import names_of as user_names
from casetracker.community import photo_queries, works_rules
from casetracker.community.models import Site, SitePaper
from casetracker.community.paid_line_queries import find_line
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.states import SiteFacts
from casetracker.community.works_models import WorksBillRow, WorksDefect, WorksItem, WorksProgress
from casetracker.community.works_states import THOUSANDTHS, DefectSeverity, WorksFacts, WorksState
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.plans.states import ApprovedLine
from casetracker.providers.queries import names_of as provider_names


def standing(site: Site) -> SiteFacts:
    """Where the site stands, for rules that ask no more."""
    return SiteFacts(stage=site.stage, outcome=site.outcome)


def get_works(site: Site, works_id: str) -> WorksItem:
    """Works at this site; NotFound if they are at another."""
    found = db.session.get(WorksItem, works_id)
    if found is None or found.site_id != site.id:
        raise NotFound("works")
    return found


def list_works(site_ids: Iterable[str]) -> list[WorksItem]:
    """The works at these sites in the order entered."""
    query = select(WorksItem).where(WorksItem.site_id.in_(sorted(site_ids)))
    return list(db.session.scalars(query.order_by(WorksItem.site_id, WorksItem.position)))


def list_bill(works_id: str) -> list[WorksBillRow]:
    """The rows of the bill of quantities in the order entered."""
    query = select(WorksBillRow).where(WorksBillRow.item_id == works_id)
    return list(db.session.scalars(query.order_by(WorksBillRow.position)))


def get_defect(item: WorksItem, defect_id: str) -> WorksDefect:
    """A defect of these works; NotFound if it is of others."""
    found = db.session.get(WorksDefect, defect_id)
    if found is None or found.item_id != item.id:
        raise NotFound("defect")
    return found


def list_contracts(site_id: str) -> list[tuple[str, str]]:
    """(document's id, title) of the contracts for works among the site's documents, the newest first."""
    query = select(Document.id, Document.title).join(SitePaper, SitePaper.document_id == Document.id)
    query = query.where(SitePaper.site_id == site_id, Document.kind == DocumentKind.WORKS_CONTRACT)
    return [(id, title) for id, title in db.session.execute(query.order_by(Document.added_at.desc(), Document.id))]


def first_seen(works_id: str) -> date | None:
    """The day of the first progress that was logged, or defect that was found."""
    progress = select(func.min(WorksProgress.day)).where(WorksProgress.item_id == works_id)
    defect = select(func.min(WorksDefect.found_on)).where(WorksDefect.item_id == works_id)
    days = (db.session.scalar(progress), db.session.scalar(defect))
    return min((day for day in days if day is not None), default=None)


def works_facts(item: WorksItem) -> WorksFacts:
    """What acts on these works are judged by."""
    return facts_of([item])[item.id]


def facts_of(items: Iterable[WorksItem]) -> dict[str, WorksFacts]:
    """works id -> what acts on them are judged by; three queries for any number."""
    wanted = {item.id: item for item in items}
    keys = sorted(wanted)
    newest = (
        select(WorksProgress.item_id, func.max(WorksProgress.position).label("position"))
        .where(WorksProgress.item_id.in_(keys))
        .group_by(WorksProgress.item_id)
        .subquery("newest")
    )
    of_newest = (WorksProgress.item_id == newest.c.item_id) & (WorksProgress.position == newest.c.position)
    last = {row.item_id: row for row in db.session.scalars(select(WorksProgress).join(newest, of_newest))}
    serious = select(WorksDefect.item_id, func.count(WorksDefect.id)).where(
        WorksDefect.item_id.in_(keys), WorksDefect.severity == DefectSeverity.SERIOUS, WorksDefect.mended_on.is_(None)
    )
    open_defects = {id: number for id, number in db.session.execute(serious.group_by(WorksDefect.item_id))}  # noqa: C416  # rows are no pairs to dict()
    amount = (WorksBillRow.planned_quantity * WorksBillRow.unit_price + THOUSANDTHS // 2) // THOUSANDTHS
    bills = select(WorksBillRow.item_id, func.sum(amount)).where(WorksBillRow.item_id.in_(keys))
    planned = {id: int(total) for id, total in db.session.execute(bills.group_by(WorksBillRow.item_id))}
    return {
        id: WorksFacts(
            planned_start=item.planned_start, planned_end=item.planned_end, started_on=item.started_on,
            percent=last[id].percent if id in last else 0, last_on=last[id].day if id in last else None,
            last_by=last[id].logged_by if id in last else None, serious=open_defects.get(id, 0),
            planned=planned.get(id, 0), accepted_on=item.accepted_on, warranty_until=item.warranty_until,
            is_cancelled=item.cancelled_on is not None,
        )
        for id, item in wanted.items()
    }  # fmt: skip


def count_open(site_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """site id -> (works that were not cancelled, those of them that are not accepted yet); one query."""
    query = select(WorksItem.site_id, func.count(WorksItem.id), func.count(WorksItem.accepted_on)).where(
        WorksItem.site_id.in_(sorted(site_ids)), WorksItem.cancelled_on.is_(None)
    )
    counted = db.session.execute(query.group_by(WorksItem.site_id))
    return {site_id: (number, number - accepted) for site_id, number, accepted in counted}


@dataclass(frozen=True, kw_only=True)
class WorksRow:
    """Works on a site's page."""

    item: WorksItem
    facts: WorksFacts
    provider: str | None

    @property
    def state(self) -> WorksState:
        """How far they have come."""
        return works_rules.state_of(self.facts)


@dataclass(frozen=True, kw_only=True)
class WorksPanel:
    """The works of a site: `planned` is a sum in minor units of `currency`; `percent`: how far all of them have come,
    None without any; what is late; why none is entered."""

    rows: list[WorksRow]
    currency: str
    percent: int | None
    late: list[Message]
    why_not: Message | None

    @property
    def planned(self) -> int:
        """What the works that were not cancelled are planned to cost."""
        return sum(row.facts.planned for row in self.rows if not row.facts.is_cancelled)


def load_works(site: Site, today: date) -> WorksPanel:
    """The works on a site's page; a constant number of queries."""
    items = list_works([site.id])
    facts = facts_of(items)
    names = provider_names(item.provider_id for item in items if item.provider_id)
    rows = [WorksRow(item=item, facts=facts[item.id], provider=names.get(item.provider_id or "")) for item in items]
    return WorksPanel(
        rows=rows,
        currency=items[0].currency if items else "",
        percent=works_rules.progress_of(facts.values()),
        late=late_works(items, facts, today).get(site.id, []),
        why_not=works_rules.why_not_enter(standing(site)),
    )


def late_works(items: Iterable[WorksItem], facts: dict[str, WorksFacts], today: date) -> dict[str, list[Message]]:
    """site id -> what is late with its works; one query."""
    open_ones = select(WorksDefect.item_id, WorksDefect.due_on).where(
        WorksDefect.item_id.in_(sorted(facts)), WorksDefect.mended_on.is_(None)
    )
    due: dict[str, list[date]] = defaultdict(list)
    for item_id, due_on in db.session.execute(open_ones.order_by(WorksDefect.due_on, WorksDefect.id)):
        due[item_id].append(due_on)
    late: dict[str, list[Message]] = defaultdict(list)
    for item in items:
        late[item.site_id] += works_rules.list_late(item.title, facts[item.id], due[item.id], today)
    return late


@dataclass(frozen=True, kw_only=True)
class SiteWorks:
    """A site's works on the project's page: how far they are in per cent (None without any), and what is late."""

    percent: int | None = None
    late: tuple[Message, ...] = ()


def load_overview(site_ids: Iterable[str], today: date) -> dict[str, SiteWorks]:
    """site id -> its works at a glance, of those that have any; five queries for any number of sites."""
    items = list_works(site_ids)
    facts = facts_of(items)
    late = late_works(items, facts, today)
    of_site: dict[str, list[WorksFacts]] = defaultdict(list)
    for item in items:
        of_site[item.site_id].append(facts[item.id])
    return {id: SiteWorks(percent=works_rules.progress_of(each), late=tuple(late[id])) for id, each in of_site.items()}


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """A row of the bill with what it is planned to cost, in minor units."""

    row: WorksBillRow
    planned: int


@dataclass(frozen=True, kw_only=True)
class WorksPage:
    """What the page of works shows; `photographs` by the progress that they are about; `names` of those who acted."""

    line: ApprovedLine | None
    row: WorksRow
    bill: list[BillLine]
    progress: list[WorksProgress]
    photographs: dict[str, list[SitePhotograph]]
    defects: list[WorksDefect]
    contract: str | None
    names: dict[str, str]
    late: list[Message]
    why_not_accept: Message | None

    @property
    def is_measured(self) -> bool:
        """Whether it was entered what was really built."""
        return any(line.row.actual_amount is not None for line in self.bill)

    @property
    def actual(self) -> int:
        """What was really built costs, in minor units."""
        return sum(line.row.actual_amount or 0 for line in self.bill)


def load_page(site: Site, works_id: str, actor_id: str, today: date) -> WorksPage:
    """One item of works of this site; a constant number of queries."""
    item = get_works(site, works_id)
    facts = works_facts(item)
    steps = select(WorksProgress).where(WorksProgress.item_id == item.id).order_by(WorksProgress.position.desc())
    progress = list(db.session.scalars(steps))
    found = select(WorksDefect).where(WorksDefect.item_id == item.id)
    people = {each.logged_by for each in progress} | ({item.accepted_by} if item.accepted_by else set())
    contract = db.session.get(Document, item.contract_id) if item.contract_id else None
    names = provider_names([item.provider_id] if item.provider_id else [])
    return WorksPage(
        line=find_line(site, item.plan_line_id),
        row=WorksRow(item=item, facts=facts, provider=names.get(item.provider_id or "")),
        bill=[
            BillLine(row=row, planned=works_rules.row_amount(row.planned_quantity, row.unit_price))
            for row in list_bill(item.id)
        ],
        progress=progress,
        photographs=photo_queries.list_about([each.id for each in progress]),
        defects=list(db.session.scalars(found.order_by(WorksDefect.found_on, WorksDefect.id))),
        contract=contract.title if contract else None,
        names=user_names(people),
        late=late_works([item], {item.id: facts}, today)[site.id],
        why_not_accept=works_rules.why_not_acceptable(facts, actor_id),
    )
