"""Who acts: a frozen value that every command takes as an argument; nothing below a route asks who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission, Role, has


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """What an auditor may read: cases of these offices and programmes (empty: all) open on any day from/to."""

    office_ids: frozenset[str]
    programme_ids: frozenset[str]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person (or the system, or the operator at the command line) with what the act is judged by.

    `substitute_for`: ids of supervisors whose dated substitute this person is today.
    """

    id: str
    name: str
    role: Role
    office_id: str | None = None
    zone: str = "UTC"
    mandates: tuple[Mandate, ...] = ()
    asylum_clearance: bool = False
    substitute_for: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether the role holds the permission (offices and four eyes are judged elsewhere)."""
        return has(self.role, permission)


SYSTEM = Actor(id="system", name="system", role=Role.SYSTEM)


def operator(name: str) -> Actor:
    """The person at the command line, known by the operating system's user name only."""
    return Actor(id=f"operator:{name}", name=name, role=Role.OPERATOR)


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotFound unless the actor's role holds the permission: what one may not do does not exist."""
    if not actor.may(permission):
        raise NotFound(permission)
