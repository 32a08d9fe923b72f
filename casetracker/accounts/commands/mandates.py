"""What auditors may read, and who stands in for a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts import events, queries, rules
from casetracker.accounts.models import Mandate, Substitute, User
from casetracker.accounts.states import MandateFacts, SubstituteFacts
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission, Role
from casetracker.events.recording import part_of_user_chain, record


@dataclass(frozen=True, kw_only=True)
class GiveMandate(Command):
    """What an auditor may read: offices × programmes (none means all) × days; with or without asylum data."""

    user_id: str
    office_ids: tuple[str, ...]
    programme_ids: tuple[str, ...]
    valid_from: date
    valid_until: date
    asylum_clearance: bool = False


@dataclass(frozen=True, kw_only=True)
class RevokeMandate(Command):
    """Take a mandate back."""

    mandate_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class EndClearance(Command):
    """Take an auditor's clearance for asylum data away."""

    user_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class NameSubstitute(Command):
    """Another supervisor of the own office decides for me on these days."""

    substitute_id: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class RevokeSubstitute(Command):
    """End a substitution of the own."""

    substitution_id: str
    version: int


@command
def give_mandate(cmd: GiveMandate, *, actor: Actor) -> str:
    """Give an auditor a mandate, and the clearance for asylum data where asked; returns its id."""
    require(actor, Permission.USER_MANAGE)
    user = lock(User, cmd.user_id)
    facts = queries.facts_of_user(user)
    refuse_if(rules.why_not_manage(facts, actor))
    wanted = MandateFacts(office_ids=frozenset(cmd.office_ids), valid_from=cmd.valid_from, valid_until=cmd.valid_until)
    offices = [queries.facts_of_office(office) for office in queries.list_all_offices()]
    refuse_if(rules.why_not_mandate(facts, wanted, offices, clearance=cmd.asylum_clearance))
    mandate = add(Mandate(
        id=ids.new_id(), user_id=user.id, office_ids=sorted(cmd.office_ids),
        programme_ids=sorted(cmd.programme_ids), valid_from=cmd.valid_from, valid_until=cmd.valid_until,
        is_revoked=False,
    ))  # fmt: skip
    record(events.MandateGiven(user_id=user.id, name=user.name), actor=actor)
    if cmd.asylum_clearance and not user.asylum_clearance:
        user.asylum_clearance = True
        record(events.UserCleared(user_id=user.id, name=user.name), actor=actor)
    return mandate.id


@command
def revoke_mandate(cmd: RevokeMandate, *, actor: Actor) -> str:
    """Take a mandate back; the clearance ends with the last that names a sending office. Returns its id."""
    require(actor, Permission.USER_MANAGE)
    mandate = lock(Mandate, cmd.mandate_id, cmd.version)
    user = lock(User, mandate.user_id)
    refuse_if(rules.why_not_manage(queries.facts_of_user(user), actor))
    if mandate.is_revoked:
        raise Refused(Message(N_("This mandate has ended already.")))
    mandate.is_revoked = True
    record(events.MandateRevoked(user_id=user.id, name=user.name), actor=actor)
    left = [
        MandateFacts(office_ids=m.office_ids, valid_from=m.valid_from, valid_until=m.valid_until)
        for m in queries.list_mandates(user.id)
    ]
    offices = [queries.facts_of_office(office) for office in queries.list_all_offices()]
    if user.asylum_clearance and rules.why_not_clear(queries.facts_of_user(user), left, offices) is not None:
        _end_clearance(user, actor)
    return mandate.id


@command
def end_clearance(cmd: EndClearance, *, actor: Actor) -> str:
    """Take the clearance for asylum data away; the mandates stay. Returns the auditor's id."""
    require(actor, Permission.USER_MANAGE)
    user = lock(User, cmd.user_id, cmd.version)
    refuse_if(rules.why_not_manage(queries.facts_of_user(user), actor))
    if not user.asylum_clearance:
        raise Refused(Message(N_("There is no clearance for asylum data.")))
    _end_clearance(user, actor)
    return user.id


@command
def name_substitute(cmd: NameSubstitute, *, actor: Actor) -> str:
    """Name who decides for this supervisor on some days; returns the substitution's id."""
    require(actor, Permission.SUBSTITUTE_NAME)
    if actor.office_id is None:
        raise NotFound("a substitute belongs to an office")
    lock(User, actor.id)
    colleagues = {user.id: user.name for user in queries.list_colleagues(actor.office_id, Role.SUPERVISOR)}
    wanted = SubstituteFacts(substitute_id=cmd.substitute_id, valid_from=cmd.valid_from, valid_until=cmd.valid_until)
    today = clock.today(actor.zone)
    running = [queries.facts_of_substitute(row) for row in queries.list_substitutes(actor.id, today)]
    refuse_if(rules.why_not_substitute(wanted, actor, colleagues.keys(), running, today))
    row = add(Substitute(
        id=ids.new_id(), office_id=actor.office_id, supervisor_id=actor.id, substitute_id=cmd.substitute_id,
        valid_from=cmd.valid_from, valid_until=cmd.valid_until, is_revoked=False,
    ))  # fmt: skip
    event = events.SubstituteNamed(
        owner_id=actor.office_id, substitute_id=cmd.substitute_id, name=colleagues[cmd.substitute_id],
        valid_from=cmd.valid_from.isoformat(), valid_until=cmd.valid_until.isoformat(),
    )  # fmt: skip
    record(event, actor=actor)
    return row.id


@command
def revoke_substitute(cmd: RevokeSubstitute, *, actor: Actor) -> str:
    """End an own substitution now; returns its id."""
    require(actor, Permission.SUBSTITUTE_NAME)
    row = lock(Substitute, cmd.substitution_id, cmd.version)
    if row.supervisor_id != actor.id:
        raise NotFound("somebody else's substitute")
    if row.is_revoked:
        raise Refused(Message(N_("This substitution has ended already.")))
    row.is_revoked = True
    name = queries.names_of([row.substitute_id])[row.substitute_id]
    event = events.SubstituteRevoked(owner_id=row.office_id, substitute_id=row.substitute_id, name=name)
    record(event, actor=actor)
    return row.id


def _end_clearance(user: User, actor: Actor) -> None:
    user.asylum_clearance = False
    owner, part = part_of_user_chain(user.office_id)
    record(events.UserClearanceEnded(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
