"""Findings as a reader is shown them: of one case, of requests that wait, of everything that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select

from casetracker.accounts import queries as accounts
from casetracker.accounts.models import User
from casetracker.checks import rules
from casetracker.checks.case_queries import load_cases
from casetracker.checks.models import CaseCheck, FindingAnswer, FoundBefore, StaffDeclaration
from casetracker.checks.states import AnswerFacts, Asked, RuleName, Severity
from casetracker.core import clock, encryption
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import at_home, visible
from casetracker.dossiers.states import CASE, FOUND, Sight
from casetracker.events.models import Chain
from casetracker.events.states import Part


def asked_of(dossier_ids: Iterable[str]) -> dict[str, list[Asked]]:
    """dossier id -> everything an auditor would ask, each with its answer where its facts were answered.

    Of all compartments: whoever shows it looks at `finding.part`.
    """
    cases = load_cases(dossier_ids)
    answers = _answers(cases)
    return {
        id: [
            Asked(finding=each, answer=answers.get((id, each.key, each.facts_hash))) for each in rules.findings_of(case)
        ]
        for id, case in cases.items()
    }


def _answers(dossier_ids: Iterable[str]) -> dict[tuple[str, str, str], AnswerFacts]:
    wanted = sorted(dossier_ids)
    if not wanted:
        return {}
    query = select(FindingAnswer).where(FindingAnswer.dossier_id.in_(wanted))
    return {
        (row.dossier_id, f"{row.rule}:{row.subject_id}", row.facts_hash): AnswerFacts(
            reason=row.reason, answered_by=row.answered_by, answered_on=row.answered_at.date()
        )
        for row in db.session.scalars(query)
    }


def asked_for(sight: Sight) -> list[Asked]:
    """What the reader of one case is shown."""
    found = asked_of([sight.dossier_id]).get(sight.dossier_id, [])
    return [each for each in found if each.finding.part in sight.parts]


_ANSWERED = exists().where(
    FindingAnswer.dossier_id == FoundBefore.dossier_id, FindingAnswer.rule == FoundBefore.rule,
    FindingAnswer.subject_id == FoundBefore.subject_id, FindingAnswer.facts_hash == FoundBefore.facts_hash,
)  # fmt: skip
"""On FoundBefore: whether somebody answered it as it rests on these facts."""


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """A finding of the last look, in a line: what is asked, how serious, since when, whether it was answered."""

    rule: RuleName
    severity: Severity
    since: date
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class ChecksPanel:
    """What stands on the case's page, as of the last look; is_fresh: nothing was recorded since, and it was today."""

    open: tuple[FoundLine, ...] = ()
    answered: int = 0
    is_fresh: bool = True


NOTHING_ASKED = ChecksPanel()


def entries_of(dossier_id: Any) -> ScalarSelect[Any]:
    """How many entries the record has of what the rules look at: without who read it, and without the asylum part."""
    seen = (Chain.owner_id == dossier_id, Chain.part.in_([Part.SHARED, Part.SENDING]))
    return select(func.coalesce(func.sum(Chain.seq), 0)).where(*seen).scalar_subquery()


def count_entries(dossier_ids: Iterable[str]) -> dict[str, int]:
    """dossier id -> the same of each; one query."""
    query = select(Chain.owner_id, func.sum(Chain.seq)).where(
        Chain.owner_id.in_(sorted(set(dossier_ids))), Chain.part.in_([Part.SHARED, Part.SENDING])
    )
    return {owner_id: int(seq) for owner_id, seq in db.session.execute(query.group_by(Chain.owner_id))}


def load_panel(sight: Sight, actor: Actor) -> ChecksPanel:
    """For whoever works on the case or audits it; one query."""
    if not actor.may(Permission.CHECK_READ) or sight.erased_on is not None:
        return NOTHING_ASKED
    shown = and_(FoundBefore.dossier_id == Dossier.id, FoundBefore.part.in_(sorted(sight.parts)))
    query = (
        select(CaseCheck, entries_of(Dossier.id), FoundBefore, _ANSWERED)
        .select_from(Dossier)
        .outerjoin(CaseCheck, CaseCheck.dossier_id == Dossier.id)
        .outerjoin(FoundBefore, shown)
        .where(Dossier.id == sight.dossier_id)
        .order_by(FoundBefore.severity.desc(), FoundBefore.since, FoundBefore.rule, FoundBefore.subject_id)
    )
    rows = db.session.execute(query).all()
    look, entries = rows[0][0], rows[0][1]
    lines = [
        FoundLine(rule=row.rule, severity=row.severity, since=row.since, is_open=not answered)
        for _look, _entries, row, answered in rows
        if row is not None
    ]
    is_fresh = look is not None and look.entries == entries and look.checked_at.date() == clock.today()
    return ChecksPanel(
        open=tuple(line for line in lines if line.is_open), answered=sum(not line.is_open for line in lines),
        is_fresh=is_fresh,
    )  # fmt: skip


def supervisors_of(sight: Sight) -> list[User]:
    """The supervisors of the case's offices, by name; one query."""
    offices = sorted({id for id in (sight.sending_office_id, sight.receiving_office_id) if id})
    query = select(User).where(User.office_id.in_(offices), User.is_active, User.role == Role.SUPERVISOR)
    return list(db.session.scalars(query.order_by(User.name, User.id)))


# Over everything


@dataclass(frozen=True, kw_only=True)
class FindingFilter:
    """What of the list is wanted; None: all."""

    rule: RuleName | None = None
    severity: Severity | None = None
    office_id: str | None = None
    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding of the last run with its case; asked: as it stands now (None: it is not found any more)."""

    reference: str
    office: str
    rule: RuleName
    severity: Severity
    since: date
    asked: Asked | None


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How many open findings of a rule there are."""

    rule: RuleName
    severity: Severity
    number: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the last run reaches over what the reader may see: cases in all, never looked at, the oldest look.

    `oldest` is told of cases whose sending side the reader reads: entries of that side alone have a case looked at
    again.
    """

    cases: int
    never: int
    oldest: datetime | None


def _seen(actor: Actor) -> ColumnElement[bool]:
    """The condition on FoundBefore and Dossier under which the actor may know of a finding."""
    home = at_home(actor)
    return and_(visible(actor), or_(FoundBefore.part == Part.SHARED, and_(FoundBefore.part == Part.SENDING, home)))


def _wanted(query: Any, actor: Actor, wanted: FindingFilter) -> Any:
    query = query.join(Dossier, Dossier.id == FoundBefore.dossier_id).where(_seen(actor), Dossier.erased_on.is_(None))
    query = query.where(_ANSWERED if wanted.answered else ~_ANSWERED)
    if wanted.severity:
        query = query.where(FoundBefore.severity == wanted.severity)
    if wanted.office_id:
        query = query.where(Dossier.sending_office_id == wanted.office_id)
    return query


def count_by_rule(actor: Actor, wanted: FindingFilter) -> list[RuleCount]:
    """The numbers above the list, without its filter by rule, serious rules first; one query."""
    query = _wanted(select(FoundBefore.rule, func.count()), actor, wanted).group_by(FoundBefore.rule)
    numbers = {RuleName(str(rule)): int(str(number)) for rule, number in db.session.execute(query)}
    return [
        RuleCount(rule=rule.name, severity=rule.severity, number=numbers[rule.name])
        for rule in sorted(rules.RULES, key=lambda rule: rule.severity != Severity.SERIOUS)
        if rule.name in numbers
    ]


def list_findings(actor: Actor, wanted: FindingFilter, *, offset: int, limit: int) -> list[FindingRow]:
    """One page, the serious first, then the oldest; each told from the facts as they stand now."""
    query = _wanted(select(FoundBefore, Dossier.reference, Dossier.sending_office_id), actor, wanted)
    if wanted.rule:
        query = query.where(FoundBefore.rule == wanted.rule)
    order = (FoundBefore.severity.desc(), FoundBefore.since, FoundBefore.dossier_id, FoundBefore.rule,
             FoundBefore.subject_id)  # fmt: skip
    rows = db.session.execute(query.order_by(*order).offset(offset).limit(limit)).all()
    now = {
        (each.finding.dossier_id, each.finding.key): each
        for found in asked_of(row.dossier_id for row, *_rest in rows).values()
        for each in found
    }
    offices = {office.id: office.name for office in accounts.list_offices()}
    return [
        FindingRow(
            reference=reference, office=offices.get(office_id, ""), rule=row.rule, severity=row.severity,
            since=row.since, asked=now.get((row.dossier_id, f"{row.rule}:{row.subject_id}")),
        )
        for row, reference, office_id in rows
    ]  # fmt: skip


MOST_NEVER = 500
"""So many cases that were never looked at are named."""


def list_never(actor: Actor) -> list[str]:
    """References of the cases that were not looked at yet, the first of them; one query."""
    query = (
        select(Dossier.reference)
        .outerjoin(CaseCheck, CaseCheck.dossier_id == Dossier.id)
        .where(visible(actor), _is_checked(), CaseCheck.dossier_id.is_(None))
    )
    return list(db.session.scalars(query.order_by(Dossier.reference).limit(MOST_NEVER)))


def standing(actor: Actor) -> Standing:
    """How fresh the list is; one query."""
    query = (
        select(
            func.count(Dossier.id),
            func.count(CaseCheck.dossier_id),
            func.min(CaseCheck.checked_at).filter(at_home(actor)),
        )
        .outerjoin(CaseCheck, CaseCheck.dossier_id == Dossier.id)
        .where(visible(actor), _is_checked())
    )
    cases, looked, oldest = db.session.execute(query).one()
    return Standing(cases=cases, never=cases - looked, oldest=oldest)


def list_due(before: datetime, limit: int, reader: Actor | None = None) -> list[str]:
    """Ids of cases that were not looked at since `before`, the longest first; the reader's, or all."""
    query = _due(select(Dossier.id), before, reader)
    ordered = query.order_by(CaseCheck.checked_at.is_not(None), CaseCheck.checked_at, Dossier.id)
    return list(db.session.scalars(ordered.limit(limit)))


def count_due(before: datetime, reader: Actor) -> int:
    """How many those of a reader are."""
    return int(db.session.scalar(_due(select(func.count(Dossier.id)), before, reader)) or 0)


def _due(query: Select[Any], before: datetime, reader: Actor | None) -> Select[Any]:
    late = or_(CaseCheck.checked_at.is_(None), CaseCheck.checked_at < before)
    query = query.outerjoin(CaseCheck, CaseCheck.dossier_id == Dossier.id).where(_is_checked(), late)
    return query if reader is None else query.where(visible(reader))


def _is_checked() -> ColumnElement[bool]:
    """On Dossier: a case that was not erased; no rule asks about another kind."""
    return and_(Dossier.kind == CASE, Dossier.erased_on.is_(None))


# Points that findings put on cases


def list_points_found(dossier_id: str) -> list[DossierPoint]:
    """The open points that findings have put on the case, oldest first."""
    query = select(DossierPoint).where(DossierPoint.dossier_id == dossier_id, _is_found())
    return list(db.session.scalars(query.order_by(DossierPoint.raised_at, DossierPoint.id)))


def list_with_points() -> list[str]:
    """Ids of the cases on which such points stand."""
    return list(db.session.scalars(select(DossierPoint.dossier_id).where(_is_found()).distinct()))


def _is_found() -> ColumnElement[bool]:
    return and_(DossierPoint.subject_kind.startswith(FOUND, autoescape=True), DossierPoint.cleared_at.is_(None))


def stale_points(dossier_id: str, found: Iterable[Asked]) -> list[DossierPoint]:
    """Those of them whose finding is answered, or gone."""
    open_now = {(f"{FOUND}{e.finding.rule}", id) for e in found if e.is_open for id in e.finding.request_ids}
    return [p for p in list_points_found(dossier_id) if (p.subject_kind, p.subject_id) not in open_now]


# What staff declared


def list_declared(user_id: str) -> list[StaffDeclaration]:
    """What somebody declares as the own, newest first."""
    query = select(StaffDeclaration).where(StaffDeclaration.user_id == user_id, StaffDeclaration.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(StaffDeclaration.declared_at.desc(), StaffDeclaration.id)))


def is_comparable(row: StaffDeclaration) -> bool:
    """Whether the key under which it was hashed is still there."""
    return row.key_id in _known_keys()


def _known_keys() -> list[str]:
    keys = encryption.keys()
    return [key.id.hex() for key in keys]


def list_lost_declarations() -> list[tuple[str, datetime]]:
    """(who declared it, when) of each declaration that cannot be compared any more, for its key is gone, by name."""
    query = select(User.name, StaffDeclaration.declared_at).join(User, User.id == StaffDeclaration.user_id)
    query = query.where(StaffDeclaration.withdrawn_at.is_(None), StaffDeclaration.key_id.not_in(_known_keys()))
    query = query.order_by(User.name, StaffDeclaration.declared_at)
    return [(name, declared_at) for name, declared_at in db.session.execute(query)]


def names_in(found: Iterable[Asked]) -> dict[str, str]:
    """user id -> name of everybody who answered, or whose work is asked about; one query."""
    return accounts.names_of(
        {each.answer.answered_by for each in found if each.answer}
        | {who for each in found for who in each.finding.people}
    )
