"""Findings of auditors as a reader is shown them: of a case, to answer, and one with all that was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from casetracker.accounts import queries as accounts
from casetracker.accounts.models import Office, User
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.money import Money
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.models import Dossier, DossierAccess, DossierReader
from casetracker.dossiers.queries import at_home, require_sight, visible
from casetracker.dossiers.states import RECEIVING_AFTER_CLOSING_DAYS, Relation, Sight
from casetracker.events.states import Part
from casetracker.sampling import finding_rules as rules
from casetracker.sampling.finding_states import AskedOffice, FindingFacts, FindingState, Offices
from casetracker.sampling.models import AuditFinding, AuditFindingReply, Sample, SampleItem
from casetracker.sampling.states import SampleState


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding in a line: of which case, what, how much, which office was asked until when. is_gone: the case was
    erased, and what was open of the finding ended with it."""

    id: str
    reference: str
    title: str
    office: str
    raiser: str
    part: str
    state: FindingState
    due_on: date
    is_overdue: bool
    questioned: Money | None
    is_gone: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.is_gone or self.state == FindingState.CLOSED


@dataclass(frozen=True, kw_only=True)
class FindingFilter:
    """What of the list is wanted; None: all. `own`: raised by who reads; `to_answer`: open, and the office of who reads
    answers. What waits for somebody is not looked for on erased cases: there it waits for nobody."""

    state: FindingState | None = None
    office_id: str | None = None
    overdue: bool = False
    own: bool = False
    to_answer: bool = False


@dataclass(frozen=True, kw_only=True)
class FindingsPanel:
    """The findings on a case, those that are not over first; may_raise: whether this reader raises more."""

    rows: tuple[FindingRow, ...] = ()
    may_raise: bool = False

    @property
    def waiting(self) -> int:
        """How many are not over."""
        return sum(not row.is_over for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class FindingPage:
    """One finding with everything that was said on it, oldest first; item: the item that it is about, for who drew it.
    who_can: who of the office answers."""

    finding: AuditFinding
    row: FindingRow
    facts: FindingFacts
    replies: tuple[AuditFindingReply, ...]
    names: dict[str, str]
    who_can: tuple[str, ...]
    item: OwnItem | None


@dataclass(frozen=True, kw_only=True)
class OwnItem:
    """An item of an own sample."""

    sample_id: str
    sample: str
    state: SampleState
    number: int
    dossier_id: str


# Lists


def seen(actor: Actor) -> ColumnElement[bool]:
    """The condition on AuditFinding and Dossier under which the actor may know of a finding."""
    home = and_(AuditFinding.part == Part.SENDING, at_home(actor))
    return and_(visible(actor), or_(AuditFinding.part == Part.SHARED, home))


def _wanted(query: Any, actor: Actor, wanted: FindingFilter) -> Any:
    query = query.join(Dossier, Dossier.id == AuditFinding.dossier_id).where(seen(actor))
    if wanted.state:
        query = query.where(AuditFinding.state == wanted.state)
    if wanted.office_id:
        query = query.where(AuditFinding.office_id == wanted.office_id)
    if wanted.overdue:
        query = query.where(AuditFinding.state == FindingState.OPEN, AuditFinding.due_on < clock.today(actor.zone))
    if wanted.own:
        query = query.where(AuditFinding.raised_by == actor.id)
    if wanted.to_answer:
        query = query.where(AuditFinding.state == FindingState.OPEN, _is_for(actor))
    if wanted.overdue or wanted.to_answer or wanted.state not in (None, FindingState.CLOSED):
        query = query.where(Dossier.erased_on.is_(None))
    return query


def count_findings(actor: Actor, wanted: FindingFilter) -> int:
    """How many findings fit that the actor may see."""
    return int(db.session.execute(_wanted(select(func.count(AuditFinding.id)), actor, wanted)).scalar_one())


def list_findings(actor: Actor, wanted: FindingFilter, *, offset: int, limit: int) -> list[FindingRow]:
    """One page: what is not over before the rest, by the day until which it is to be answered; one query."""
    query = _wanted(_rows(), actor, wanted).order_by(*_order())
    return _told(query.offset(offset).limit(limit), actor)


def _is_for(actor: Actor) -> ColumnElement[bool]:
    """The condition on AuditFinding and Dossier under which the actor's office answers, as `rules.who_answers` says:
    what it was asked itself, and what passed to it as the sending one."""
    today = clock.today(actor.zone)
    still = or_(Dossier.closed_on.is_(None), Dossier.closed_on >= today - timedelta(days=RECEIVING_AFTER_CLOSING_DAYS))
    opens = exists().where(
        DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id == AuditFinding.office_id,
        DossierAccess.relation == Relation.RECEIVING, DossierAccess.valid_from <= today,
        or_(DossierAccess.valid_until.is_(None), DossierAccess.valid_until >= today),
    )  # fmt: skip
    passed = and_(Dossier.sending_office_id == actor.office_id, ~and_(opens, still))
    return or_(AuditFinding.office_id == actor.office_id, passed)


def load_panel(sight: Sight, actor: Actor) -> FindingsPanel:
    """What stands on the case's page; one query."""
    if not actor.may(Permission.AUDIT_FINDING_READ):
        return FindingsPanel()
    query = _rows().join(Dossier, Dossier.id == AuditFinding.dossier_id)
    query = query.where(AuditFinding.dossier_id == sight.dossier_id, AuditFinding.part.in_(sorted(sight.parts)))
    may_raise = actor.may(Permission.AUDIT_FINDING_RAISE) and sight.erased_on is None
    return FindingsPanel(rows=tuple(_told(query.order_by(*_order()), actor)), may_raise=may_raise)


def _rows() -> Any:
    """What a line is told from; the caller joins Dossier."""
    query = select(AuditFinding, Dossier.reference, Office.name, User.name, Dossier.erased_on)
    query = query.outerjoin(Office, Office.id == AuditFinding.office_id)
    return query.outerjoin(User, User.id == AuditFinding.raised_by)


def _order() -> tuple[Any, ...]:
    is_over = or_(AuditFinding.state == FindingState.CLOSED, Dossier.erased_on.is_not(None))
    return is_over, AuditFinding.due_on, AuditFinding.raised_at, AuditFinding.id


def _told(query: Any, actor: Actor) -> list[FindingRow]:
    today = clock.today(actor.zone)
    return [_row(*found, today=today) for found in db.session.execute(query)]


def _row(
    row: AuditFinding, reference: str, office: str | None, raiser: str | None, erased_on: date | None, *, today: date
) -> FindingRow:
    amount, currency = row.questioned_amount, row.currency
    is_open = row.state == FindingState.OPEN and erased_on is None
    return FindingRow(
        id=row.id, reference=reference, title=row.title, office=office or "", raiser=raiser or "", part=row.part,
        state=row.state, due_on=row.due_on, is_overdue=is_open and row.due_on < today,
        questioned=Money(amount, currency) if amount is not None and currency else None,
        is_gone=erased_on is not None and row.state != FindingState.CLOSED,
    )  # fmt: skip


# One finding


def offices_of(sight: Sight, actor: Actor) -> Offices:
    """The offices that may open this case today."""
    return rules.offices_of(
        sight.sending_office_id, sight.receiving_office_id, sight.closed_on, clock.today(actor.zone)
    )


def office_names(offices: Offices) -> dict[AskedOffice, str]:
    """The name of the office that is asked by each choice."""
    sending = accounts.get_office(offices.sending).name
    receiving = accounts.get_office(offices.receiving).name if offices.receiving else ""
    return {AskedOffice.SENDING: sending, AskedOffice.SENDING_OPENLY: sending, AskedOffice.RECEIVING: receiving}


def get_finding(sight: Sight, finding_id: str) -> AuditFinding:
    """The finding of this case; NotFound where this reader may not know of it."""
    row = db.session.get(AuditFinding, finding_id)
    if row is None or row.dossier_id != sight.dossier_id or row.part not in sight.parts:
        raise NotFound("finding")
    return row


def facts_of(row: AuditFinding, sight: Sight, actor: Actor) -> FindingFacts:
    """The finding as the rules judge it."""
    answers = rules.who_answers(row.office_id, offices_of(sight, actor))
    raiser = db.session.get(User, row.raised_by)
    return FindingFacts(
        state=row.state, answers_id=answers, answers=accounts.get_office(answers).name, raised_by=row.raised_by,
        raiser=raiser.name if raiser else "", erased_on=sight.erased_on,
        raiser_can=actor.id == row.raised_by or (raiser is not None and _can_open(raiser, row)),
    )  # fmt: skip


def _can_open(raiser: User, row: AuditFinding) -> bool:
    """Whether who raised it still is an auditor whose mandate opens it."""
    if not raiser.is_active or raiser.role != Role.AUDITOR:
        return False
    try:
        require_sight(accounts.actor_of(raiser), row.dossier_id, part=Part(row.part))
    except NotFound:
        return False
    return True


def load_finding(sight: Sight, finding_id: str, actor: Actor) -> FindingPage:
    """One finding with everything that was said on it. NotFound where this reader may not know of it."""
    finding = get_finding(sight, finding_id)
    facts = facts_of(finding, sight, actor)
    query = select(AuditFindingReply).where(AuditFindingReply.finding_id == finding.id)
    replies = tuple(db.session.scalars(query.order_by(AuditFindingReply.said_at, AuditFindingReply.id)))
    names = accounts.names_of({finding.raised_by, *(reply.said_by for reply in replies)})
    office = accounts.get_office(finding.office_id).name
    return FindingPage(
        finding=finding, facts=facts, replies=replies, names=names, who_can=tuple(list_who_can(facts, sight)),
        row=_row(finding, sight.reference, office, facts.raiser, sight.erased_on, today=clock.today(actor.zone)),
        item=find_own_item(finding.item_id, actor) if finding.item_id else None,
    )  # fmt: skip


def list_who_can(facts: FindingFacts, sight: Sight) -> list[str]:
    """Names of the supervisors who can answer: of the office, and named where the case is restricted; one query."""
    named = exists().where(
        DossierReader.dossier_id == sight.dossier_id, DossierReader.user_id == User.id, ~DossierReader.is_revoked
    )
    is_open = exists().where(Dossier.id == sight.dossier_id, ~Dossier.is_restricted)
    query = select(User.name).where(User.office_id == facts.answers_id, User.is_active, User.role == Role.SUPERVISOR)
    return list(db.session.scalars(query.where(or_(is_open, named)).order_by(User.name, User.id)))


# Items that a finding is about


def find_own_item(item_id: str, actor: Actor) -> OwnItem | None:
    """The item, where the actor drew it; one query."""
    query = (
        select(Sample.id, Sample.name, Sample.state, SampleItem.number, SampleItem.dossier_id)
        .join(SampleItem, SampleItem.sample_id == Sample.id)
        .where(SampleItem.id == item_id, Sample.drawn_by == actor.id)
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    return OwnItem(
        sample_id=found.id, sample=found.name, state=found.state, number=found.number, dossier_id=found.dossier_id
    )


def get_own_item(item_id: str, dossier_id: str, actor: Actor) -> OwnItem:
    """An item of this case in the actor's own sample; NotFound for anything else."""
    item = find_own_item(item_id, actor)
    if item is None or item.dossier_id != dossier_id:
        raise NotFound("item")
    return item


def list_about_items(item_ids: Iterable[str], actor: Actor) -> list[AuditFinding]:
    """The findings about these items that the actor may know of, oldest first; one query."""
    query = select(AuditFinding).join(Dossier, Dossier.id == AuditFinding.dossier_id)
    query = query.where(AuditFinding.item_id.in_(sorted(set(item_ids))), seen(actor))
    return list(db.session.scalars(query.order_by(AuditFinding.raised_at, AuditFinding.id)))
