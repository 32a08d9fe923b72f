"""The offices of a dossier today, and who of them may approve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from casetracker.accounts.models import User
from casetracker.approvals.states import Approver
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Permission, Role, has
from casetracker.dossiers.models import Dossier, DossierAccess, DossierReader
from casetracker.dossiers.states import Relation


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The offices of a dossier today: id by relation, its reference, whether only named people see it."""

    reference: str
    sending: str | None
    receiving: str | None
    is_restricted: bool

    def relation_of(self, office_id: str | None) -> Relation | None:
        """What this office is to the dossier."""
        if office_id is None:
            return None
        if office_id == self.sending:
            return Relation.SENDING
        return Relation.RECEIVING if office_id == self.receiving else None


RECEIVER = aliased(DossierAccess)
"""The access of a dossier's receiving office, joined beside what judges whether the dossier is seen."""


def stands_today() -> ColumnElement[bool]:
    """On which `RECEIVER` is joined."""
    return and_(
        RECEIVER.dossier_id == Dossier.id,
        RECEIVER.relation == Relation.RECEIVING,
        or_(RECEIVER.valid_until.is_(None), RECEIVER.valid_until >= bindparam("standing", callable_=clock.today)),
    )


def office_facts(dossier: Dossier, receiving: str | None) -> Offices:
    """The offices of a dossier and its standing receiving office."""
    return Offices(
        reference=dossier.reference,
        sending=dossier.sending_office_id,
        receiving=receiving,
        is_restricted=dossier.is_restricted,
    )


def approver_of(actor: Actor, offices: Offices) -> Approver:
    """The actor as rules judge an approver of this dossier."""
    return Approver(
        id=actor.id,
        relation=offices.relation_of(actor.office_id),
        may=actor.may(Permission.DISBURSEMENT_APPROVE),
    )


def offices_of(dossier_ids: Iterable[str]) -> dict[str, Offices]:
    """dossier id -> its offices today; one query."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    query = select(Dossier, RECEIVER.office_id).outerjoin(RECEIVER, stands_today())
    return {
        dossier.id: office_facts(dossier, receiving)
        for dossier, receiving in db.session.execute(query.where(Dossier.id.in_(wanted)))
    }


def approver_from(user: User, offices: Offices) -> Approver:
    """A user as rules judge an approver of this dossier."""
    return Approver(
        id=user.id,
        relation=offices.relation_of(user.office_id),
        may=has(user.role, Permission.DISBURSEMENT_APPROVE),
    )


def supervisors_of(offices: Offices, dossier_id: str) -> list[User]:
    """The active supervisors of a dossier's offices who see it, by name."""
    return supervisors_by_dossier({dossier_id: offices})[dossier_id]


def supervisors_by_dossier(dossiers: Mapping[str, Offices]) -> dict[str, list[User]]:
    """dossier id -> the active supervisors of its offices who see it, by name; at most two queries."""
    places = {office for each in dossiers.values() for office in (each.sending, each.receiving) if office}
    restricted = sorted(id for id, each in dossiers.items() if each.is_restricted)
    query = select(User).where(User.office_id.in_(sorted(places)), User.is_active, User.role == Role.SUPERVISOR)
    users = list(db.session.scalars(query.order_by(User.name, User.id))) if places else []
    named: set[tuple[str, str]] = set()
    if restricted:
        readers = select(DossierReader.dossier_id, DossierReader.user_id).where(~DossierReader.is_revoked)
        named = {
            (dossier_id, user_id)
            for dossier_id, user_id in db.session.execute(readers.where(DossierReader.dossier_id.in_(restricted)))
        }
    return {
        id: [
            user
            for user in users
            if user.office_id in (each.sending, each.receiving) and (not each.is_restricted or (id, user.id) in named)
        ]
        for id, each in dossiers.items()
    }
