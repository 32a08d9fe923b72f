"""Demonstration data: an office to try and to teach with, built by the commands alone; all of it is fictional."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.accounts.commands import mark_installation
from casetracker.accounts.models import User
from casetracker.accounts.queries import DEMONSTRATION
from casetracker.core import clock, row_security
from casetracker.core.actor import operator
from casetracker.core.db import db
from casetracker.demo import community, family, others, people, sampled


class NotEmpty(Exception):
    """Demonstration data goes into an empty database only."""


@dataclass(frozen=True)
class Built:
    """The sign-ins that `build` made, all with one password."""

    emails: tuple[str, ...]
    password: str


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return db.session.execute(select(User.id).limit(1)).first() is None


def emails() -> tuple[str, ...]:
    """The demonstration's accounts."""
    return tuple(people.EMAILS.values())


def build(password: str | None = None, *, only_family: bool = False) -> Built:
    """Build everything and mark the database for good; `password` for all accounts, generated where none is given.

    `only_family`: without the community's project and the further cases (tests). Raises NotEmpty where somebody is in
    the database already.
    """
    if not is_empty():
        raise NotEmpty
    password = password or secrets.token_urlsafe(15)
    today = clock.today()
    with row_security.reading(row_security.EVERYTHING):  # whoever builds looks up what the next person acts on
        cast = people.build(password)
        family.build(cast)
        if not only_family:
            community.build(cast)
            others.build(cast, today)
            sampled.build(cast)
    mark_installation(DEMONSTRATION, actor=operator("demonstration"))
    return Built(emails(), password)
