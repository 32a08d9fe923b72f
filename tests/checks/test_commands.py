"""Money waits for what is serious, an answer lets it go on, and other facts ask again; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import select

from casetracker.accounts.models import KnownDevice
from casetracker.casefile import rules as casefile_rules
from casetracker.casefile.commands import CloseCase, close_case
from casetracker.cases.states import Outcome
from casetracker.checks import commands, queries, rules
from casetracker.checks.models import FindingAnswer, StaffDeclaration
from casetracker.checks.states import Asked, Declared, RuleName
from casetracker.core import clock, encryption, row_security
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import bookkeeping, insert_if_new
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.dossiers import attempts
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.models import DossierPoint
from casetracker.dossiers.queries import sight_by_id
from casetracker.dossiers.states import FOUND
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from tests.factories.disbursements import Payable, about, approved, deliver, instalments, invoice, order, payable
from tests.factories.documents import pdf
from tests.factories.providers import IBAN

pytestmark = pytest.mark.usefixtures("app")


def declare(actor: Actor, number: str = IBAN, kind: Declared = Declared.ACCOUNT) -> str:
    """Somebody's own number."""
    command = commands.DeclareNumber(kind=kind, name="Salary account", number=number)
    return commands.declare_number(command, actor=actor)


def try_to_pay(case: Payable, request_id: str, actor: Actor) -> attempts.Done | Refused:
    """As the page does: what a rule refuses is recorded, and what follows from it done."""
    part = instalments(request_id)[0]
    known: dict[str, Any] = about(case, part)
    command = PayInstalment(**known, day=clock.today(), amount=part.amount, proof=pdf("proof.pdf"))
    return attempts.try_act(pay_instalment, command, actor=actor, sight=sight_by_id(actor, case.dossier_id))


def asked(case: Payable, rule: RuleName) -> Asked:
    """What is asked by one rule about the case."""
    with row_security.reading(row_security.EVERYTHING):
        found = queries.asked_of([case.dossier_id])[case.dossier_id]
    db.session.rollback()  # the test reads on as nobody in particular
    return next(each for each in found if each.finding.rule == rule)


def answer(case: Payable, each: Asked, actor: Actor, reason: str = "Looked at the contract: no relation.") -> str:
    """Explain it."""
    command = commands.AnswerFinding(
        dossier_id=case.dossier_id, key=each.finding.key, facts_hash=each.finding.facts_hash, reason=reason
    )
    return commands.answer_finding(command, actor=actor)


def points(case: Payable) -> list[DossierPoint]:
    """What findings have put on the case, open or cleared."""
    query = select(DossierPoint).where(DossierPoint.dossier_id == case.dossier_id)
    return list(db.session.scalars(query.where(DossierPoint.subject_kind.startswith(FOUND))))


def ready_to_pay() -> tuple[Payable, str]:
    """A request that is approved, delivered and invoiced."""
    case = payable()
    request_id = approved(case, (f"line:{case.planned.renovation}", 100_00))
    part = instalments(request_id)[0]
    order(case, part)
    deliver(case, part)
    invoice(case, part)
    return case, request_id


def test_money_waits_for_an_answer_and_asks_again_when_the_facts_change() -> None:
    case, request_id = ready_to_pay()
    people = case.people
    finance, kyiv, tallinn = people.finance_kyiv, people.supervisor_kyiv, people.supervisor_tallinn
    declare(people.caseworker_tallinn, "ua21 3996 2200 0002 6007 2335 6600 1")
    for _time in range(2):  # the second try puts no second point on the case
        refused = try_to_pay(case, request_id, finance)
        assert isinstance(refused, Refused) and "An auditor would ask" in str(refused)
        assert [(p.subject_kind, p.subject_id) for p in points(case)] == [("finding.shared_account", request_id)]
    point = points(case)[0].id
    with pytest.raises(Refused, match="goes by itself"):
        dossiers.clear_point(dossiers.ClearPoint(point_id=point, reason="Never mind."), actor=kyiv)
    question = asked(case, RuleName.SHARED_ACCOUNT)
    assert people.caseworker_tallinn.id in question.finding.people and kyiv.id in question.finding.people
    with pytest.raises(Refused, match="own work"):
        answer(case, question, kyiv)
    for nobody in (people.caseworker_kyiv, people.auditor, finance):
        with pytest.raises(NotFound):
            answer(case, question, nobody)
    with pytest.raises(Refused, match="reason"):
        answer(case, question, tallinn, " ")
    answer(case, question, tallinn)
    assert not asked(case, RuleName.SHARED_ACCOUNT).is_open and points(case)[0].cleared_by == tallinn.id
    with pytest.raises(Refused, match="answered already"):
        answer(case, question, tallinn)
    declare(people.finance_tallinn)  # one more whose account it is: other facts
    again = asked(case, RuleName.SHARED_ACCOUNT)
    assert again.is_open and isinstance(try_to_pay(case, request_id, finance), Refused)
    with pytest.raises(Refused, match="facts have changed"):
        answer(case, question, tallinn)
    answer(case, again, tallinn, "The account of the shop that both of them own; recused.")
    assert isinstance(try_to_pay(case, request_id, finance), attempts.Done)
    db.session.rollback()
    assert db.session.scalars(select(FindingAnswer.part)).all() == ["shared", "shared"]


def test_a_point_goes_by_itself_when_the_facts_are_put_right() -> None:
    case, request_id = ready_to_pay()
    people = case.people
    declaration = declare(people.caseworker_tallinn)
    assert isinstance(try_to_pay(case, request_id, people.finance_kyiv), Refused)
    take_back = commands.WithdrawNumber(declaration_id=declaration, version=1)
    with pytest.raises(NotFound):
        commands.withdraw_number(take_back, actor=people.finance_kyiv)
    commands.withdraw_number(take_back, actor=people.caseworker_tallinn)
    assert commands.check_all() >= 1
    assert [point.cleared_by for point in points(case)] == [SYSTEM.id]
    assert isinstance(try_to_pay(case, request_id, people.finance_kyiv), attempts.Done)
    with pytest.raises(Refused, match="not found any more"):
        gone = commands.AnswerFinding(dossier_id=case.dossier_id, key="shared_account:x", facts_hash="", reason="So.")
        commands.answer_finding(gone, actor=people.supervisor_tallinn)


def test_a_case_is_not_completed_while_something_serious_is_open() -> None:
    case, request_id = ready_to_pay()
    assert isinstance(try_to_pay(case, request_id, case.people.finance_kyiv), attempts.Done)
    declare(case.people.caseworker_tallinn)
    sight = sight_by_id(case.people.supervisor_tallinn, case.dossier_id)
    held = rules.why_not_close(queries.asked_for(sight))
    assert held is not None and "before the case is closed" in str(held)
    close = CloseCase(dossier_id=case.dossier_id, outcome=Outcome.COMPLETED, reason="All is done.")
    with monkeypatched_rules(), pytest.raises(Refused, match="An auditor would ask"):
        close_case(close, actor=case.people.supervisor_tallinn)


@contextmanager
def monkeypatched_rules() -> Iterator[None]:
    """Everything else that closing needs is there: this is about what would be asked."""
    with mock.patch.object(casefile_rules, "why_not_close", return_value=None):
        yield


@bookkeeping("a browser from which two people signed in, as their sign-ins would have left it")
def shared_browser(*people: Actor) -> None:
    """One computer for several."""
    for person in people:
        insert_if_new(
            KnownDevice, id_hash="one browser", user_id=person.id, name="Firefox", first_at=clock.now(),
            last_at=clock.now(),
        )  # fmt: skip


def test_one_browser_is_asked_about_and_holds_nothing_up() -> None:
    case, request_id = ready_to_pay()
    shared_browser(case.requester, case.people.supervisor_kyiv, case.people.auditor)
    assert asked(case, RuleName.SAME_DEVICE).finding.request_ids == {request_id}
    assert isinstance(try_to_pay(case, request_id, case.people.finance_kyiv), attempts.Done)


def test_of_a_declared_number_only_a_keyed_hash_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    case = payable()
    actor = case.people.auditor
    id = declare(actor, "+380 44 000 00 00", Declared.PHONE)
    row = db.session.get_one(StaffDeclaration, id)
    assert "440000000" not in repr([getattr(row, column.name) for column in StaffDeclaration.__table__.columns])
    assert "440000000" not in repr(commands.DeclareNumber(kind=Declared.PHONE, name="x", number="0440000000"))
    with pytest.raises(Refused, match="declared this number"):
        declare(actor, "0044 000 00 00", Declared.PHONE)
    with pytest.raises(Refused, match="too short"):
        declare(actor, "12", Declared.ACCOUNT)
    assert queries.is_comparable(row) and queries.list_lost_declarations() == []
    new = encryption.Key(b"n" * 32)
    monkeypatch.setattr(encryption, "keys", lambda: [new])
    assert not queries.is_comparable(row) and len(queries.list_lost_declarations()) == 1
