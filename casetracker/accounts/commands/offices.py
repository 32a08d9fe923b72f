"""Opening, editing, deactivating and reactivating offices; marking the installation."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts import events, queries, rules
from casetracker.accounts.models import InstallationMark, Office
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class OpenOffice(Command):
    """A new office; country ISO 3166-1 alpha-2, zone an IANA name."""

    name: str
    country: str
    zone: str
    is_sending: bool
    is_receiving: bool


@dataclass(frozen=True, kw_only=True)
class EditOffice(Command):
    """An office's name, zone and relations; the country stays, for references begin with it."""

    office_id: str
    version: int
    name: str
    zone: str
    is_sending: bool
    is_receiving: bool


@dataclass(frozen=True, kw_only=True)
class SwitchOffice(Command):
    """Deactivate an office or let it work again."""

    office_id: str
    version: int


@command
def open_office(cmd: OpenOffice, *, actor: Actor) -> str:
    """Enter an office; returns its id. Refused if the name is taken."""
    require(actor, Permission.OFFICE_MANAGE)
    refuse_if(rules.why_not_office(zone=cmd.zone, is_sending=cmd.is_sending, is_receiving=cmd.is_receiving))
    _refuse_taken_name(cmd.name)
    office = add(Office(
        id=ids.new_id(), name=cmd.name, country=cmd.country, zone=cmd.zone, is_sending=cmd.is_sending,
        is_receiving=cmd.is_receiving, is_active=True,
    ))  # fmt: skip
    record(events.OfficeOpened(owner_id=office.id), actor=actor)
    return office.id


@command
def edit_office(cmd: EditOffice, *, actor: Actor) -> str:
    """Change what an office is called, its zone and its relations; returns its id."""
    require(actor, Permission.OFFICE_MANAGE)
    office = lock(Office, cmd.office_id, cmd.version)
    refuse_if(rules.why_not_office(zone=cmd.zone, is_sending=cmd.is_sending, is_receiving=cmd.is_receiving))
    _refuse_taken_name(cmd.name, but=office.id)
    office.name, office.zone = cmd.name, cmd.zone
    office.is_sending, office.is_receiving = cmd.is_sending, cmd.is_receiving
    record(events.OfficeEdited(owner_id=office.id), actor=actor)
    return office.id


@command
def deactivate_office(cmd: SwitchOffice, *, actor: Actor) -> str:
    """Close an office in which nobody works any more; its cases stay where they are."""
    require(actor, Permission.OFFICE_MANAGE)
    office = lock(Office, cmd.office_id, cmd.version)
    refuse_if(rules.why_not_close_office(queries.facts_of_office(office)))
    office.is_active = False
    record(events.OfficeDeactivated(owner_id=office.id), actor=actor)
    return office.id


@command
def reactivate_office(cmd: SwitchOffice, *, actor: Actor) -> str:
    """Let a closed office work again."""
    require(actor, Permission.OFFICE_MANAGE)
    office = lock(Office, cmd.office_id, cmd.version)
    if office.is_active:
        raise Refused(Message(N_("This office is active already.")))
    office.is_active = True
    record(events.OfficeReactivated(owner_id=office.id), actor=actor)
    return office.id


@command
def mark_installation(name: str, *, actor: Actor) -> None:
    """Mark the database for good; a second time is a fault of the caller."""
    add(InstallationMark(name=name, at=clock.now()))
    record(events.InstallationMarked(name=name), actor=actor)


def _refuse_taken_name(name: str, but: str | None = None) -> None:
    if any(office.name.casefold() == name.casefold() and office.id != but for office in queries.list_all_offices()):
        raise Refused(Message(N_("Another office is called so already."), field="name"))
