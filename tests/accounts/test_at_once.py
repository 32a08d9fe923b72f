"""What only real commits show: two people in the same moment, mail, and that the record equals the tables."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from casetracker.accounts import commands, confirmations, queries
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.core.permissions import Role
from tests.factories.accounts import make_office, make_people, make_user


def both(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do all acts at once, each with a connection of its own; "done" or what was raised, for each."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            barrier.wait()
            try:
                act()
                return "done"
            except (Refused, Conflict) as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def administrators() -> tuple[Actor, Actor]:
    return (
        make_user("a@example.org", Role.ADMINISTRATOR),
        make_user("b@example.org", Role.ADMINISTRATOR),
    )


def test_two_administrators_cannot_shut_each_other_out(fresh_app: Flask) -> None:
    first, second = administrators()
    db.session.remove()

    def shut_out(other: Actor, actor: Actor) -> Callable[[], object]:
        return lambda: commands.deactivate_user(commands.SwitchUser(user_id=other.id, version=1), actor=actor)

    assert both(fresh_app, shut_out(first, second), shut_out(second, first)) == ["Refused", "done"]
    assert sum(queries.get_user(actor.id).is_active for actor in (first, second)) == 1


def test_a_change_is_decided_once(fresh_app: Flask) -> None:
    first, second = administrators()
    third = make_user("c@example.org", Role.ADMINISTRATOR)
    kyiv = make_office("Kyiv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    user = make_user("d@example.org", Role.CASEWORKER, kyiv)
    cmd = commands.ChangeRole(user_id=user.id, version=1, role=Role.SUPERVISOR, office_id=kyiv)
    commands.change_role(cmd, actor=first)
    (waiting,) = confirmations.list_waiting(first)
    change_id, version = waiting.change.id, waiting.change.version
    db.session.remove()
    confirm = confirmations.ConfirmChange(change_id=change_id, version=version)
    refuse = confirmations.RefuseChange(change_id=change_id, version=version, reason="Too early")
    results = both(
        fresh_app,
        lambda: confirmations.confirm_change(confirm, actor=second),
        lambda: confirmations.refuse_change(refuse, actor=third),
    )
    assert results == ["Conflict", "done"]


def test_a_link_opens_once(fresh_app: Flask) -> None:
    first, _second = administrators()
    outbox = Path(fresh_app.config["OUTBOX_FOLDER"])
    before = set(outbox.glob("*.eml"))
    kyiv = make_office("Kyiv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    cmd = commands.InviteUser(email="e@example.org", name="E", role=Role.CASEWORKER, office_id=kyiv)
    user = queries.get_actor(commands.invite_user(cmd, actor=first))
    (mail,) = set(outbox.glob("*.eml")) - before
    assert mail.stat().st_mode & 0o077 == 0, "only the program's own user reads the outbox"
    secret = mail.read_text().split("/invitation/")[1].split()[0]
    db.session.remove()

    def accept(password: str) -> Callable[[], object]:
        wanted = commands.AcceptInvitation(secret=secret, password=password)
        return lambda: commands.accept_invitation(wanted, actor=user)

    results = both(fresh_app, accept("the first sentence of two"), accept("the second sentence of two"))
    assert results == ["Refused", "done"]


def test_no_mail_leaves_when_nothing_is_kept(fresh_app: Flask) -> None:
    first, _second = administrators()
    outbox = Path(fresh_app.config["OUTBOX_FOLDER"])
    before = set(outbox.glob("*.eml"))
    cmd = commands.InviteUser(email="a@example.org", name="Again", role=Role.AUDITOR, office_id=None)
    with pytest.raises(Refused):
        commands.invite_user(cmd, actor=first)
    assert set(outbox.glob("*.eml")) == before


def test_the_record_equals_the_tables_after_all_acts(fresh_app: Flask) -> None:
    people = make_people()
    version = 1

    def move(role: Role, office_id: str | None) -> None:
        nonlocal version
        user_id = people.caseworker_kyiv.id
        cmd = commands.ChangeRole(user_id=user_id, version=version, role=role, office_id=office_id)
        if commands.change_role(cmd, actor=people.administrator) == commands.WAITS:
            (waiting,) = confirmations.list_waiting(people.administrator2)
            confirm = confirmations.ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
            confirmations.confirm_change(confirm, actor=people.administrator2)
        version = queries.get_user(user_id).version

    for role, office_id in (
        (Role.CASEWORKER, people.tallinn),
        (Role.AUDITOR, None),
        (Role.SUPERVISOR, people.kyiv),
        (Role.CASEWORKER, people.kyiv),
    ):
        move(role, office_id)
    switch = commands.SwitchUser(user_id=people.auditor.id, version=queries.get_user(people.auditor.id).version)
    commands.deactivate_user(switch, actor=people.administrator)
    commands.send_link(commands.SendLink(user_id=people.finance_kyiv.id), actor=people.administrator)
    db.session.remove()
    done = fresh_app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 0, done.output
