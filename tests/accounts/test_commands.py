"""Acts on accounts, offices and waiting changes, on both databases; a refused act leaves all as it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casetracker.accounts import commands, confirmations, events, page_queries, queries
from casetracker.accounts.models import PendingChange, User
from casetracker.accounts.states import AccountState, ChangeState
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from tests.factories.accounts import PASSWORD, People, make_people, make_user, sign_in

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody."""
    return make_people()


def kinds(owner_id: str) -> list[str]:
    """The kinds of events in the chains of an owner, oldest first."""
    query = select(EventRow.kind).join(Chain, Chain.id == EventRow.chain_id).where(Chain.owner_id == owner_id)
    return list(db.session.scalars(query.order_by(EventRow.seq)))


def role_change(user_id: str, role: Role, office_id: str | None) -> commands.ChangeRole:
    version = queries.get_user(user_id).version
    return commands.ChangeRole(user_id=user_id, version=version, role=role, office_id=office_id)


def switch(user_id: str) -> commands.SwitchUser:
    return commands.SwitchUser(user_id=user_id, version=queries.get_user(user_id).version)


def waiting() -> PendingChange:
    return db.session.scalars(select(PendingChange).where(PendingChange.state == ChangeState.PENDING)).one()


def confirm(change: PendingChange, actor: Actor) -> None:
    confirmations.confirm_change(confirmations.ConfirmChange(change_id=change.id, version=change.version), actor=actor)


def test_a_caseworker_moves_to_another_office(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    cmd = role_change(user_id, Role.CASEWORKER, people.tallinn)
    assert commands.change_role(cmd, actor=people.administrator) == commands.DONE
    assert queries.get_actor(user_id).office_id == people.tallinn
    assert kinds(people.tallinn)[-1] == "user.role_changed" and kinds(people.kyiv)[-1] == "user.left_office"
    with pytest.raises(Conflict):
        commands.change_role(cmd, actor=people.administrator)


def test_a_deciding_role_waits_and_then_takes_effect(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    cmd = role_change(user_id, Role.SUPERVISOR, people.kyiv)
    assert commands.change_role(cmd, actor=people.administrator) == commands.WAITS
    assert queries.get_actor(user_id).role == Role.CASEWORKER
    with pytest.raises(Refused):
        commands.change_role(cmd, actor=people.administrator2)
    confirm(waiting(), people.supervisor_tallinn)
    assert queries.get_actor(user_id).role == Role.SUPERVISOR
    assert {"change.requested", "change.confirmed"} <= set(kinds("system"))


def test_nobody_confirms_the_own_request_or_role(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    commands.change_role(role_change(user_id, Role.SUPERVISOR, people.kyiv), actor=people.administrator)
    change = waiting()
    for actor in (people.administrator, people.supervisor_kyiv):
        with pytest.raises(Refused):
            confirm(change, actor)
    with pytest.raises(NotFound):
        confirm(change, people.finance_tallinn)
    assert waiting().version == change.version
    assert queries.get_actor(user_id).role == Role.CASEWORKER
    with pytest.raises(Refused):
        commands.change_role(role_change(people.administrator.id, Role.AUDITOR, None), actor=people.administrator)


def test_the_database_itself_wants_two_people(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    commands.change_role(role_change(user_id, Role.SUPERVISOR, people.kyiv), actor=people.administrator)

    @command
    def forge(change_id: str, *, actor: Actor) -> None:
        change = lock(PendingChange, change_id)
        change.state, change.decided_by = ChangeState.CONFIRMED, change.requested_by
        event = events.ChangeConfirmed(change_id=change_id, change=change.kind, subject_id=user_id)
        record(event, actor=actor)

    with pytest.raises(IntegrityError):
        forge(waiting().id, actor=people.administrator)
    assert waiting().decided_by is None


def test_taking_back(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    commands.change_role(role_change(user_id, Role.SUPERVISOR, people.kyiv), actor=people.administrator)
    change = waiting()
    cmd = confirmations.WithdrawChange(change_id=change.id, version=change.version)
    with pytest.raises(Refused):
        confirmations.withdraw_change(cmd, actor=people.administrator2)
    confirmations.withdraw_change(cmd, actor=people.administrator)
    assert confirmations.list_waiting(people.administrator2) == []


def test_deactivation_withdraws_what_waits(people: People) -> None:
    user_id = people.caseworker_kyiv.id
    commands.change_role(role_change(user_id, Role.SUPERVISOR, people.kyiv), actor=people.administrator)
    commands.deactivate_user(switch(user_id), actor=people.administrator2)
    assert confirmations.list_waiting(people.administrator2) == []
    assert commands.reactivate_user(switch(user_id), actor=people.administrator) == commands.DONE
    assert queries.get_actor(user_id).role == Role.CASEWORKER


def test_reactivating_a_deciding_role_waits_again(people: People) -> None:
    user_id = people.finance_kyiv.id
    commands.deactivate_user(switch(user_id), actor=people.administrator)
    assert commands.reactivate_user(switch(user_id), actor=people.administrator) == commands.WAITS
    assert page_queries.get_user_row(user_id).state == AccountState.WAITING
    confirm(waiting(), people.administrator2)
    assert page_queries.get_user_row(user_id).state == AccountState.ACTIVE


def test_the_last_administrator_stays(people: People) -> None:
    commands.deactivate_user(switch(people.administrator2.id), actor=people.administrator)
    with pytest.raises(Refused):
        commands.deactivate_user(switch(people.administrator.id), actor=people.administrator2)
    with pytest.raises(Refused):
        cmd = role_change(people.administrator.id, Role.CASEWORKER, people.kyiv)
        commands.change_role(cmd, actor=people.administrator2)
    assert queries.get_user(people.administrator.id).is_active


def test_leaving_the_auditors_role_ends_mandates_and_clearance(people: People) -> None:
    cmd = role_change(people.auditor.id, Role.CASEWORKER, people.kyiv)
    assert commands.change_role(cmd, actor=people.administrator) == commands.DONE
    assert queries.list_mandates(people.auditor.id) == ()
    assert not queries.get_user(people.auditor.id).asylum_clearance


def test_only_the_operator_makes_accounts_directly(people: People) -> None:
    cmd = commands.CreateUser(
        email="x@example.org", name="X", role=Role.SUPERVISOR, office_id=people.kyiv, password=PASSWORD
    )
    with pytest.raises(NotFound):
        commands.create_user(cmd, actor=people.administrator)


@pytest.mark.parametrize("name", ["caseworker_kyiv", "supervisor_kyiv", "finance_kyiv", "auditor"])
def test_only_administrators_manage_people(people: People, name: str) -> None:
    actor: Actor = getattr(people, name)
    before = db.session.execute(select(func.count()).select_from(EventRow)).scalar_one()
    with pytest.raises(NotFound):
        commands.deactivate_user(switch(people.caseworker_tallinn.id), actor=actor)
    invitation = commands.InviteUser(email="y@example.org", name="Y", role=Role.CASEWORKER, office_id=people.kyiv)
    with pytest.raises(NotFound):
        commands.invite_user(invitation, actor=actor)
    assert db.session.execute(select(func.count()).select_from(EventRow)).scalar_one() == before


def test_address_is_taken_whatever_its_case(people: People) -> None:
    cmd = commands.InviteUser(email="Auditor@Example.ORG", name="Z", role=Role.CASEWORKER, office_id=people.kyiv)
    with pytest.raises(Refused) as refused:
        commands.invite_user(cmd, actor=people.administrator)
    assert refused.value.message.field == "email"


def test_links_run_out_and_newer_ones_end_older(people: People, outbox: Path) -> None:
    def newest_secret() -> str:
        newest = max(outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        found = re.search(r"/invitation/([\w-]+)", newest.read_text())
        assert found
        return found[1]

    user_id, actor = people.caseworker_kyiv.id, people.caseworker_kyiv
    with clock.at(NOW):
        commands.send_link(commands.SendLink(user_id=user_id), actor=people.administrator)
        first = newest_secret()
        commands.send_link(commands.SendLink(user_id=user_id), actor=people.administrator)
        second = newest_secret()
        accept = commands.AcceptInvitation(secret=first, password="a quite different sentence")
        with pytest.raises(Refused):
            commands.accept_invitation(accept, actor=actor)
    with clock.at(NOW + timedelta(hours=24)), pytest.raises(Refused):
        accept = commands.AcceptInvitation(secret=second, password="a quite different sentence")
        commands.accept_invitation(accept, actor=actor)
    with clock.at(NOW + timedelta(hours=23)):
        commands.accept_invitation(accept, actor=actor)
    user = queries.get_user(user_id)
    assert commands.password_fits(user, "a quite different sentence")
    assert not commands.password_fits(user, PASSWORD)


def test_substitutes_decide_only_on_their_days(people: People) -> None:
    second = make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    with clock.at(NOW):
        cmd = commands.NameSubstitute(
            substitute_id=second.id,
            valid_from=clock.today() + timedelta(days=1),
            valid_until=clock.today() + timedelta(days=2),
        )
        row_id = commands.name_substitute(cmd, actor=people.supervisor_kyiv)
        assert queries.get_actor(second.id).substitute_for == frozenset()
    with clock.at(NOW + timedelta(days=1)):
        assert queries.get_actor(second.id).substitute_for == {people.supervisor_kyiv.id}
        end = commands.RevokeSubstitute(substitution_id=row_id, version=1)
        with pytest.raises(NotFound):
            commands.revoke_substitute(end, actor=people.supervisor_tallinn)
        commands.revoke_substitute(end, actor=people.supervisor_kyiv)
        assert queries.get_actor(second.id).substitute_for == frozenset()


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("caseworker_kyiv", 30), ("supervisor_kyiv", 15), ("auditor", 15), ("administrator", 15)],
)
def test_sessions_end_when_they_lie_still(client: FlaskClient, people: People, name: str, minutes: int) -> None:
    with clock.at(NOW):
        sign_in(client, getattr(people, name))
    with clock.at(NOW + timedelta(minutes=minutes)):
        assert client.get("/account/").status_code == 200
    with clock.at(NOW + timedelta(minutes=2 * minutes, seconds=1)):
        assert client.get("/account/").status_code == 302


def test_no_session_lasts_longer_than_eight_hours(client: FlaskClient, people: People) -> None:
    with clock.at(NOW):
        sign_in(client, people.caseworker_kyiv)
    for quarter in range(1, 33):
        with clock.at(NOW + timedelta(minutes=15 * quarter)):
            assert client.get("/account/").status_code == 200
    with clock.at(NOW + timedelta(hours=8, seconds=1)):
        assert client.get("/account/").status_code == 302


def test_unknown_users_take_the_same_work(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from casetracker.accounts.commands import passwords

    hashed: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(kept)
            return PasswordHasher().verify(kept, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    invited = User(
        id="x", email="x@example.org", name="X", role=Role.CASEWORKER, office_id=None, password_hash=None,
        is_active=True, asylum_clearance=False, invited_by=None,
    )  # fmt: skip
    assert not commands.password_fits(None, "anything")
    assert not commands.password_fits(invited, "anything")
    assert commands.password_fits(queries.get_user(people.auditor.id), PASSWORD)
    assert len(hashed) == 3, "one check of the same cost each"
