"""Reading what the forms of cases offer: offices, colleagues, readers, a referral's first words."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.accounts.models import Office, User
from casetracker.cases.models import Referral
from casetracker.cases.queries import age_on, get_case, person_rows
from casetracker.cases.states import PersonStatus
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier, DossierReader
from casetracker.dossiers.states import Sight


def find_office(actor: Actor) -> Office | None:
    """The actor's office."""
    return db.session.get(Office, actor.office_id) if actor.office_id else None


def get_sending_office(actor: Actor) -> Office:
    """The actor's office if it opens cases, else NotFound."""
    office = find_office(actor)
    if office is None or not office.is_sending or not office.is_active:
        raise NotFound("only a sending office opens cases")
    return office


def get_referral(dossier_id: str, referral_id: str) -> Referral:
    """A referral of this case, else NotFound."""
    referral = db.session.get(Referral, referral_id)
    if referral is None or referral.dossier_id != dossier_id:
        raise NotFound("referral")
    return referral


def offered_summary(dossier_id: str) -> tuple[dict[str, object], list[int | None]]:
    """What the form of a referral starts with (needs and place), and the ages that will be frozen."""
    case, persons = get_case(dossier_id), person_rows(dossier_id)
    active = [person for person in persons if person.status == PersonStatus.ACTIVE]
    needs = [person.needs for person in active if person.needs]
    ages = [age_on(person, clock.today()) for person in active]
    return {"needs": "\n".join(needs), "place": case.return_place}, ages


def list_workers(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of everybody of the actor's office who ever could work on cases, active or not, by name."""
    roles = [Role.CASEWORKER, Role.SUPERVISOR]
    query = select(User.id, User.name).where(User.office_id == actor.office_id, User.role.in_(roles))
    return [(user_id, name) for user_id, name in db.session.execute(query.order_by(User.name, User.id))]


def load_readers(sight: Sight) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """How the restriction stands (for its form), and the people of both offices as (id, name and office)."""
    dossier = db.session.get_one(Dossier, sight.dossier_id)
    named = select(DossierReader.user_id).where(DossierReader.dossier_id == sight.dossier_id, ~DossierReader.is_revoked)
    offices = [office for office in (sight.sending_office_id, sight.receiving_office_id) if office]
    people = (
        select(User.id, User.name, Office.name)
        .join(Office, Office.id == User.office_id)
        .where(User.office_id.in_(offices), User.is_active)
        .order_by(Office.name, User.name, User.id)
    )
    stands: dict[str, object] = {
        "is_restricted": dossier.is_restricted,
        "reader_ids": list(db.session.scalars(named)),
        "version": dossier.version,
    }
    return stands, [(user_id, f"{name} ({office})") for user_id, name, office in db.session.execute(people)]
