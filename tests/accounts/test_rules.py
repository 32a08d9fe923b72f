"""Rules of accounts, offices and waiting changes, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from casetracker.accounts import rules
from casetracker.accounts.password_rules import commonest, why_not_password
from casetracker.accounts.states import (
    ChangeFacts,
    ChangeState,
    InvitationFacts,
    MandateFacts,
    OfficeFacts,
    SubstituteFacts,
    UserFacts,
    idle_limit,
)
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADMINISTRATOR = Actor(id="a1", name="A", role=Role.ADMINISTRATOR)
SUPERVISOR = Actor(id="s1", name="S", role=Role.SUPERVISOR, office_id="kyiv")
TALLINN = OfficeFacts(id="tallinn", name="Tallinn", is_sending=True, is_active=True, people=2)
KYIV = OfficeFacts(id="kyiv", name="Kyiv", is_sending=False, is_active=True, people=0)


def user(
    id: str = "u1", role: Role = Role.CASEWORKER, office_id: str | None = "kyiv", is_active: bool = True
) -> UserFacts:
    return UserFacts(id=id, role=role, office_id=office_id, is_active=is_active)


def change(**values: object) -> ChangeFacts:
    facts = {
        "id": "c1", "kind": "user.role", "subject_id": "u1", "office_id": "kyiv", "requested_by": "a2",
        "state": ChangeState.PENDING,
    }  # fmt: skip
    return ChangeFacts(**{**facts, **values})  # type: ignore[arg-type]  # loose values of a test


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("fourteen chars", "at least 15"),
        ("x" * 129, "at most 128"),
        ("abcdabcdabcdabcd", "few characters"),
        ("mari@example.org", "mostly your own name"),
        ("Marianne Maasikas", "mostly your own name"),
        ("m@ri@nne-m@@sik@s-2026", "mostly your own name"),
        ("Casetracker 2026!", "mostly your own name"),
        ("tallinn.tallinn.77", "mostly your own name"),
        ("passwordpassword1", "tried first everywhere"),
        ("sunshine!!!!!!!!", "tried first everywhere"),
        ("dragon dragon dragon", "tried first everywhere"),
        ("123qweasdzxc 2026", "tried first everywhere"),
        ("123456789012345", "follows the keys"),
        ("mnbvcxzlkjhgfdsapoi", "follows the keys"),
    ],
)
def test_passwords_that_are_refused(password: str, word: str) -> None:
    refusal = why_not_password(password, email="mari@example.org", name="Marianne Maasikas", words=["Tallinn"])
    assert refusal is not None and word in str(refusal)


def test_the_commonest_are_twenty_thousand_and_read_once() -> None:
    assert commonest() is commonest() and 19_000 < len(commonest()) <= 20_000
    assert all(refused(word + "!" * 15) for word in ("iloveyou", "letmein", "qwertyuiop"))


def refused(password: str) -> bool:
    return why_not_password(password, email="x@example.org", name="X") is not None


@pytest.mark.parametrize("password", ["fifteen letters", "x1y2z3" * 21 + "ab", "пароль з пробілами"])
def test_passwords_that_fit(password: str) -> None:
    assert why_not_password(password, email="mari@example.org", name="Mari") is None


@pytest.mark.parametrize(
    ("role", "office_id", "field"),
    [
        (Role.CASEWORKER, None, "office"),
        (Role.FINANCE_OFFICER, None, "office"),
        (Role.AUDITOR, "kyiv", "office"),
        (Role.ADMINISTRATOR, "kyiv", "office"),
        (Role.SYSTEM, None, "role"),
        (Role.OPERATOR, None, "role"),
    ],
)
def test_roles_that_do_not_fit(role: Role, office_id: str | None, field: str) -> None:
    refusal = rules.why_not_role(role, office_id)
    assert refusal is not None and refusal.field == field


def test_roles_that_fit() -> None:
    assert rules.why_not_role(Role.SUPERVISOR, "kyiv") is None
    assert rules.why_not_role(Role.AUDITOR, None) is None


def test_nobody_changes_the_own_role() -> None:
    assert rules.why_not_manage(user("a1", Role.ADMINISTRATOR, None), ADMINISTRATOR) is not None
    assert rules.why_not_manage(user(), ADMINISTRATOR) is None


def test_the_last_administrator_stays() -> None:
    last = user("a9", Role.ADMINISTRATOR, None)
    assert rules.why_not_deactivate(last, ADMINISTRATOR, 0) is not None
    assert rules.why_not_deactivate(last, ADMINISTRATOR, 1) is None
    assert rules.why_not_deactivate(user(is_active=False), ADMINISTRATOR, 1) is not None
    assert rules.why_not_deactivate(user("a1"), ADMINISTRATOR, 1) is not None
    assert rules.why_not_deactivate(user(), ADMINISTRATOR, 0) is None


def test_who_may_confirm() -> None:
    assert rules.why_not_decide(change(), ADMINISTRATOR) is None
    assert rules.why_not_decide(change(office_id="tallinn"), SUPERVISOR) is None
    assert rules.why_not_decide(change(office_id=None), SUPERVISOR) is None


@pytest.mark.parametrize(
    ("facts", "actor", "word"),
    [
        (change(requested_by="a1"), ADMINISTRATOR, "yourself"),
        (change(subject_id="a1"), ADMINISTRATOR, "about yourself"),
        (change(), SUPERVISOR, "own office"),
        (change(state=ChangeState.CONFIRMED), ADMINISTRATOR, "decided already"),
        (change(state=ChangeState.WITHDRAWN), ADMINISTRATOR, "decided already"),
        (change(), Actor(id="x", name="X", role=Role.CASEWORKER, office_id="tallinn"), "decide on this"),
        (change(), Actor(id="x", name="X", role=Role.AUDITOR), "decide on this"),
    ],
)
def test_who_may_not_confirm(facts: ChangeFacts, actor: Actor, word: str) -> None:
    refusal = rules.why_not_decide(facts, actor)
    assert refusal is not None and word in str(refusal)


def test_only_who_asked_takes_back() -> None:
    assert rules.why_not_withdraw(change(requested_by="a1"), ADMINISTRATOR) is None
    assert rules.why_not_withdraw(change(), ADMINISTRATOR) is not None
    assert rules.why_not_withdraw(change(requested_by="a1", state=ChangeState.REFUSED), ADMINISTRATOR) is not None


def mandate(*office_ids: str, until: date = DAY) -> MandateFacts:
    return MandateFacts(office_ids=frozenset(office_ids), valid_from=DAY, valid_until=until)


def test_mandates() -> None:
    auditor, offices = user("u2", Role.AUDITOR, None), [TALLINN, KYIV]
    assert rules.why_not_mandate(auditor, mandate(), offices, clearance=False) is None
    assert rules.why_not_mandate(auditor, mandate("tallinn", "kyiv"), offices, clearance=True) is None
    for facts, wanted, clearance in (
        (user(), mandate(), False),
        (auditor, mandate("nowhere"), False),
        (auditor, mandate("kyiv"), True),
        (auditor, mandate(), True),
        (auditor, mandate(until=DAY - timedelta(days=1)), False),
    ):
        assert rules.why_not_mandate(facts, wanted, offices, clearance=clearance) is not None


def test_substitutes() -> None:
    def refusal(substitute: str, first: date, last: date, *running: SubstituteFacts) -> object:
        wanted = SubstituteFacts(substitute_id=substitute, valid_from=first, valid_until=last)
        return rules.why_not_substitute(wanted, SUPERVISOR, {"s1", "s2"}, running, DAY)

    later = DAY + timedelta(days=5)
    assert refusal("s2", DAY, later) is None
    assert refusal("s1", DAY, later) is not None, "oneself"
    assert refusal("s3", DAY, later) is not None, "of another office"
    assert refusal("s2", later, DAY) is not None, "backwards"
    assert refusal("s2", DAY - timedelta(days=1), later) is not None, "in the past"
    running = SubstituteFacts(substitute_id="s2", valid_from=later, valid_until=later)
    assert refusal("s2", DAY, later, running) is not None, "two at a time"
    assert refusal("s2", DAY, later - timedelta(days=1), running) is None


def test_offices() -> None:
    assert rules.why_not_office(zone="Europe/Tallinn", is_sending=True, is_receiving=False) is None
    assert rules.why_not_office(zone="Europe/Tallinn", is_sending=False, is_receiving=False) is not None
    for zone in ("Europe/Nowhere", "../etc/passwd", "", "x\x00y"):
        assert rules.why_not_office(zone=zone, is_sending=True, is_receiving=False) is not None
    assert rules.why_not_close_office(KYIV) is None
    assert rules.why_not_close_office(TALLINN) is not None


def test_invitations() -> None:
    def invitation(used_at: datetime | None = None, hours: int = 1, is_open: bool = True) -> InvitationFacts:
        return InvitationFacts(used_at=used_at, expires_at=NOW + timedelta(hours=hours), is_open=is_open)

    assert rules.why_not_accept(invitation(), NOW) is None
    for facts in (invitation(used_at=NOW), invitation(hours=0), invitation(is_open=False)):
        assert rules.why_not_accept(facts, NOW) is not None


def test_only_an_auditor_is_cleared_for_asylum_data() -> None:
    assert rules.why_not_clear(user("u2", Role.AUDITOR, None), [mandate("tallinn")], [TALLINN]) is None
    assert "Only auditors" in str(rules.why_not_clear(user(), [mandate("tallinn")], [TALLINN]))


@pytest.mark.parametrize(("first", "last"), [(0, 5), (10, 12), (6, 7), (0, 20)])
def test_two_substitutes_never_stand_on_one_day(first: int, last: int) -> None:
    days = [DAY + timedelta(days=number) for number in range(21)]
    running = SubstituteFacts(substitute_id="s2", valid_from=days[5], valid_until=days[10])
    wanted = SubstituteFacts(substitute_id="s2", valid_from=days[first], valid_until=days[last])
    reason = rules.why_not_substitute(wanted, SUPERVISOR, {"s2"}, [running], DAY)
    assert "from 2026-06-06 to 2026-06-11 already" in str(reason)
    after = SubstituteFacts(substitute_id="s2", valid_from=days[11], valid_until=days[11])
    assert rules.why_not_substitute(after, SUPERVISOR, {"s2"}, [running], DAY) is None


def test_an_office_is_closed_once_and_empty() -> None:
    assert "not active" in str(rules.why_not_close_office(replace(KYIV, is_active=False)))
    assert "in this office: 2." in str(rules.why_not_close_office(TALLINN))


def test_sessions_of_those_who_decide_lie_still_for_less() -> None:
    assert idle_limit(Role.CASEWORKER) == timedelta(minutes=30)
    for role in (Role.SUPERVISOR, Role.FINANCE_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert idle_limit(role) == timedelta(minutes=15)
