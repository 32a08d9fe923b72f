"""Reading referrals and requests as the answering office sees them: the frozen summary, never the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from casetracker.accounts.models import Office
from casetracker.cases import queries, rules
from casetracker.cases.models import Consent, Person, Referral, RetroactiveRequest
from casetracker.cases.states import ConsentScope, ReferralState, RequestState, Summary
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible
from casetracker.dossiers.states import RECEIVING_AFTER_CLOSING_DAYS


@dataclass(frozen=True, kw_only=True)
class ReceivedReferral:
    """A referral to the actor's office; `reference` only where the case may be opened."""

    id: str
    sending_office: str
    sent_at: datetime
    state: ReferralState
    summary: Summary | None
    answered_at: datetime | None
    answer_reason: str | None
    reference: str | None


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request to open a case afterwards, with the name of the other office."""

    id: str
    office: str
    given_name: str
    family_name: str
    returned_on: date
    circumstances: str
    asked_at: datetime
    state: RequestState
    answer_reason: str | None
    is_mine: bool


def find_standing(dossier_id: str) -> Referral | None:
    """The referral of the case that waits or was accepted."""
    states = [ReferralState.WAITING, ReferralState.ACCEPTED]
    query = select(Referral).where(Referral.dossier_id == dossier_id, Referral.state.in_(states))
    return db.session.scalars(query).one_or_none()


def _still_shown(actor: Actor) -> ColumnElement[bool]:
    """A referral is shown while its case is open; an answered one also as long as a closed case would be.

    The answered referral of a restricted case is for those who are named on it.
    """
    last = clock.today(actor.zone) - timedelta(days=RECEIVING_AFTER_CLOSING_DAYS)
    answered = and_(Referral.state != ReferralState.WAITING, Dossier.closed_on >= last)
    named = or_(Referral.state == ReferralState.WAITING, ~Dossier.is_restricted, visible(actor))
    return and_(Referral.state != ReferralState.RECALLED, or_(Dossier.closed_on.is_(None), answered), named)


def get_received(actor: Actor, referral_id: str) -> Referral:
    """The referral, if it was sent to the actor's office and still may be seen there; else NotFound."""
    query = (
        select(Referral)
        .join(Dossier, Dossier.id == Referral.dossier_id)
        .where(Referral.id == referral_id, Referral.office_id == actor.office_id, _still_shown(actor))
    )
    referral = db.session.scalars(query).one_or_none()
    if referral is None:
        raise NotFound("referral")
    return referral


def list_received(actor: Actor, *states: ReferralState) -> list[ReceivedReferral]:
    """Referrals to the actor's office in these states, newest first. Where consent was taken back while the
    referral waits, the summary is shown no more."""
    if not actor.office_id or not actor.may(Permission.REFERRAL_ANSWER):
        return []
    query = (
        select(Referral, Dossier, Office.name, visible(actor))
        .join(Dossier, Dossier.id == Referral.dossier_id)
        .join(Office, Office.id == Dossier.sending_office_id)
        .where(Referral.office_id == actor.office_id, Referral.state.in_(states), _still_shown(actor))
        .order_by(Referral.sent_at.desc(), Referral.id)
    )
    rows = db.session.execute(query).all()
    agreed = _agreed([referral.dossier_id for referral, *_rest in rows])
    return [
        ReceivedReferral(
            id=referral.id,
            sending_office=office,
            sent_at=referral.sent_at,
            state=referral.state,
            summary=rules.read_summary(referral.summary) if dossier.id in agreed else None,
            answered_at=referral.answered_at,
            answer_reason=referral.answer_reason,
            reference=dossier.reference if is_visible and referral.state == ReferralState.ACCEPTED else None,
        )
        for referral, dossier, office, is_visible in rows
    ]


def list_referrals_waiting(actor: Actor) -> list[ReceivedReferral]:
    """Referrals that wait for the actor's office, newest first."""
    return list_received(actor, ReferralState.WAITING)


def get_received_referral(actor: Actor, referral_id: str) -> ReceivedReferral:
    """One referral as the actor's office sees it; NotFound otherwise."""
    get_received(actor, referral_id)
    found = list_received(actor, *(state for state in ReferralState if state != ReferralState.RECALLED))
    return next(row for row in found if row.id == referral_id)


def _agreed(dossier_ids: Iterable[str]) -> set[str]:
    """Those of the dossiers where every adult's consent to sharing stands; two queries for any number."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return set()
    persons: dict[str, list[Person]] = {dossier_id: [] for dossier_id in wanted}
    with row_security.reading(row_security.EVERYTHING):  # the office that is asked may not read these rows yet
        for person in db.session.scalars(select(Person).where(Person.dossier_id.in_(wanted))):
            persons[person.dossier_id].append(person)
        query = select(Consent.person_id).where(
            Consent.dossier_id.in_(wanted), Consent.scope == ConsentScope.SHARING, Consent.withdrawn_on.is_(None)
        )
        standing = set(db.session.scalars(query))
    return {
        dossier_id
        for dossier_id, rows in persons.items()
        if not queries.without_consent([queries.facts_of(row) for row in rows], standing)
    }


def list_requests(actor: Actor) -> list[RequestRow]:
    """Requests to open a case afterwards, asked by the actor's office or of it, newest first."""
    if not actor.office_id or not actor.may(Permission.REFERRAL_ANSWER):
        return []
    query = select(RetroactiveRequest).where(
        (RetroactiveRequest.office_id == actor.office_id) | (RetroactiveRequest.sending_office_id == actor.office_id)
    )
    rows = db.session.scalars(query.order_by(RetroactiveRequest.asked_at.desc(), RetroactiveRequest.id)).all()
    names = _office_names() if rows else {}
    return [_request_row(row, actor, names) for row in rows]


def get_request(actor: Actor, request_id: str, state: RequestState = RequestState.WAITING) -> RequestRow:
    """A request that was sent to the actor's office and waits, or stands so; NotFound otherwise."""
    row = db.session.get(RetroactiveRequest, request_id)
    if row is None or row.sending_office_id != actor.office_id or row.state != state:
        raise NotFound("request")
    names = _office_names()
    return _request_row(row, actor, names)


def _request_row(row: RetroactiveRequest, actor: Actor, names: dict[str, str]) -> RequestRow:
    is_mine = row.office_id == actor.office_id
    return RequestRow(
        id=row.id,
        office=names[row.sending_office_id if is_mine else row.office_id],
        given_name=row.given_name,
        family_name=row.family_name,
        returned_on=row.returned_on,
        circumstances=row.circumstances,
        asked_at=row.asked_at,
        state=row.state,
        answer_reason=row.answer_reason,
        is_mine=is_mine,
    )


def count_waiting(actor: Actor) -> int:
    """How many referrals and requests wait for the actor's office; one query."""
    if not actor.office_id:
        return 0
    return sum(db.session.execute(_count_query(), {"office": actor.office_id}).one())


@cache
def _count_query() -> Select[int, int]:
    """Put together once: every page asks it for the navigation."""
    referrals = (
        select(func.count(Referral.id))
        .join(Dossier, Dossier.id == Referral.dossier_id)
        .where(Referral.office_id == bindparam("office"), Referral.state == ReferralState.WAITING)
        .where(Dossier.closed_on.is_(None))
    )
    asked = select(func.count(RetroactiveRequest.id)).where(
        RetroactiveRequest.sending_office_id == bindparam("office"),
        RetroactiveRequest.state == RequestState.WAITING,
    )
    return select(referrals.scalar_subquery(), asked.scalar_subquery())


def _office_names() -> dict[str, str]:
    return dict(db.session.execute(select(Office.id, Office.name)).all())
