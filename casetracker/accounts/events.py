"""Events of offices, users and sign-ins; they stand in the office's chain."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event, OfficeEvent


@dataclass(frozen=True, kw_only=True)
class OfficeOpened(OfficeEvent):
    """An office was entered."""

    kind = "office.opened"
    category = Category.ADMINISTRATION
    icon = "building-2"


@dataclass(frozen=True, kw_only=True)
class UserCreated(OfficeEvent):
    """A user was made at the command line or by the demonstration."""

    kind = "user.created"
    category = Category.ADMINISTRATION
    icon = "user-plus"
    user_id: str
    role: str


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Event):
    """An auditor was given a mandate."""

    kind = "mandate.given"
    category = Category.ADMINISTRATION
    icon = "scroll-text"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(OfficeEvent):
    """Somebody signed in."""

    kind = "account.signed_in"
    category = Category.ACCESS
    icon = "log-in"


@dataclass(frozen=True, kw_only=True)
class SignedOut(OfficeEvent):
    """Somebody signed out."""

    kind = "account.signed_out"
    category = Category.ACCESS
    icon = "log-out"


@dataclass(frozen=True, kw_only=True)
class InstallationMarked(Event):
    """The database was marked for good, e.g. as a demonstration."""

    kind = "installation.marked"
    category = Category.ADMINISTRATION
    icon = "flag"
    name: str
