"""Offices and people for tests: Tallinn sends, Kyiv receives, and somebody of every role is there."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from unittest import mock

from flask.testing import FlaskClient
from sqlalchemy import update

from casetracker.accounts import commands, queries
from casetracker.accounts.commands import passwords
from casetracker.accounts.models import AccountSession
from casetracker.core import clock
from casetracker.core.actor import Actor, operator
from casetracker.core.commands import bookkeeping
from casetracker.core.db import db
from casetracker.core.permissions import Role
from tests.grounds import built_once

_hash = passwords.hash_password
PASSWORD = "correct horse battery"
OPERATOR = operator("tests")


@dataclass(frozen=True, kw_only=True)
class People:
    """Ids of two offices and the people of both, as actors. E-mail: `<field with a dot>@example.org`."""

    tallinn: str
    kyiv: str
    caseworker_tallinn: Actor
    supervisor_tallinn: Actor
    finance_tallinn: Actor
    caseworker_kyiv: Actor
    supervisor_kyiv: Actor
    finance_kyiv: Actor
    auditor: Actor
    administrator: Actor
    administrator2: Actor


@functools.cache
def _hashed(password: str) -> str:
    return _hash(password)


@contextmanager
def quick_hashing() -> Iterator[None]:
    """Each password is hashed once for the whole run: argon2 takes its time on purpose."""
    _hashed(PASSWORD)
    with mock.patch.object(passwords, "hash_password", _hashed):
        yield


def make_office(
    name: str = "Tallinn", country: str = "EE", zone: str = "Europe/Tallinn", *, sending: bool = True,
    receiving: bool = False,
) -> str:  # fmt: skip
    """A new office; returns its id."""
    cmd = commands.OpenOffice(name=name, country=country, zone=zone, is_sending=sending, is_receiving=receiving)
    return commands.open_office(cmd, actor=OPERATOR)


def make_user(
    email: str, role: Role, office_id: str | None = None, *, name: str = "", clearance: bool = False
) -> Actor:
    """A new user who can sign in with PASSWORD, as an actor."""
    name = name or email.partition("@")[0].replace(".", " ").title()
    cmd = commands.CreateUser(
        email=email, name=name, role=role, office_id=office_id, password=PASSWORD, asylum_clearance=clearance
    )
    with quick_hashing():
        return queries.get_actor(commands.create_user(cmd, actor=OPERATOR))


@built_once
def make_people() -> People:
    """Both offices and everybody in them; the auditor has a mandate over both and the asylum clearance."""
    tallinn = make_office()
    kyiv = make_office("Kyiv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    auditor = make_user("auditor@example.org", Role.AUDITOR, clearance=True)
    mandate = commands.GiveMandate(
        user_id=auditor.id,
        office_ids=(tallinn, kyiv),
        programme_ids=(),
        valid_from=date(2020, 1, 1),
        valid_until=date(2099, 12, 31),
    )
    commands.give_mandate(mandate, actor=OPERATOR)
    return People(
        tallinn=tallinn,
        kyiv=kyiv,
        caseworker_tallinn=make_user("caseworker.tallinn@example.org", Role.CASEWORKER, tallinn),
        supervisor_tallinn=make_user("supervisor.tallinn@example.org", Role.SUPERVISOR, tallinn),
        finance_tallinn=make_user("finance.tallinn@example.org", Role.FINANCE_OFFICER, tallinn),
        caseworker_kyiv=make_user("caseworker.kyiv@example.org", Role.CASEWORKER, kyiv),
        supervisor_kyiv=make_user("supervisor.kyiv@example.org", Role.SUPERVISOR, kyiv),
        finance_kyiv=make_user("finance.kyiv@example.org", Role.FINANCE_OFFICER, kyiv),
        auditor=queries.get_actor(auditor.id),
        administrator=make_user("administrator@example.org", Role.ADMINISTRATOR),
        administrator2=make_user("administrator2@example.org", Role.ADMINISTRATOR),
    )


def sign_in(client: FlaskClient, actor: Actor, *, is_half: bool = False) -> FlaskClient:
    """The client with this person signed in (by a session of its own, without the page's checks); `is_half`: only
    the password was given, not yet the second factor."""
    session_id = commands.open_session(actor=actor)
    if not is_half:
        _note_factor(session_id)
    with client.session_transaction() as session:
        session["_user_id"] = session_id
        session["_fresh"] = True
    return client


@bookkeeping("what the page of the second factor would have written")
def _note_factor(session_id: str) -> None:
    query = update(AccountSession).where(AccountSession.id_hash == queries.secret_hash(session_id))
    db.session.execute(query.values(factor_at=clock.now()))


def sign_out(client: FlaskClient) -> None:
    """The client as somebody whom nobody knows."""
    client.delete_cookie("casetracker", domain="localhost")
