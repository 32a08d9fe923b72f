"""Findings as they are written, on both databases: in their compartment, in rounds, also on closed cases; not on erased
ones, and never by whom they do not concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.accounts.models import Mandate
from casetracker.casefile.person_commands import WithdrawConsent, withdraw_consent
from casetracker.cases.models import Consent
from casetracker.cases.states import ConsentScope
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import ERASED, db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import sight_by_id
from casetracker.erasure.queries import list_personal_rows
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.states import Part
from casetracker.sampling import finding_commands as commands
from casetracker.sampling import finding_queries
from casetracker.sampling.finding_queries import FindingFilter
from casetracker.sampling.finding_states import AskedOffice, FindingState, ReplyKind
from casetracker.sampling.models import AuditFindingReply
from tests.factories.accounts import OPERATOR, sign_in
from tests.factories.cases import playroom_case
from tests.factories.erasure import due_case, end_mandates, erase, later
from tests.factories.findings import (
    AskedCase,
    answer,
    asked_case,
    auditor_of,
    close,
    in_days,
    raised,
    raising,
    row_of,
    send_back,
)

pytestmark = pytest.mark.usefixtures("app")


def places(case: AskedCase) -> list[tuple[str, str]]:
    """(compartment, kind) of what was recorded about findings, in order."""
    query = select(Chain.part, EventRow.kind).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(Chain.owner_id == case.id, EventRow.kind.startswith("audit_finding."))
    return [(part, kind) for part, kind in db.session.execute(query.order_by(EventRow.at, EventRow.seq))]


def titles(case: AskedCase, actor: Actor) -> list[str]:
    """What the reader finds on the case, and in the list."""
    rows = finding_queries.load_panel(sight_by_id(actor, case.id), actor).rows
    listed = finding_queries.list_findings(actor, FindingFilter(), offset=0, limit=9)
    assert [row.id for row in rows] == [row.id for row in listed]
    return [row.title for row in rows]


def to_answer(actor: Actor) -> int:
    """How many findings wait for the answer of the reader's office; the list has as many."""
    wanted = FindingFilter(to_answer=True)
    found = finding_queries.count_findings(actor, wanted)
    assert len(finding_queries.list_findings(actor, wanted, offset=0, limit=99)) == found
    return found


def test_rounds_of_a_finding_stand_in_its_compartment() -> None:
    case = asked_case()
    people = case.people
    finding = raised(case, AskedOffice.SENDING, "Kept")
    shared = raised(case, AskedOffice.RECEIVING, "Open to both")
    answer(finding, people.supervisor_tallinn)
    for days, words in ((-2, "a day to come"), (400, "more than a year")):
        with pytest.raises(Refused, match=words):
            send_back(finding, people.auditor, days=days)
    send_back(finding, people.auditor, days=34)
    assert row_of(finding).due_on == in_days(34)
    answer(finding, people.supervisor_tallinn, "Here it is.")
    close(finding, people.auditor)
    answer(shared, people.supervisor_kyiv)
    replies = db.session.scalars(select(AuditFindingReply).order_by(AuditFindingReply.said_at)).all()
    assert [reply.kind for reply in replies if reply.finding_id == finding] == [
        ReplyKind.ANSWER, ReplyKind.BACK, ReplyKind.ANSWER, ReplyKind.CLOSE,
    ]  # fmt: skip
    assert {(reply.finding_id, reply.part) for reply in replies} == {(finding, "sending"), (shared, "shared")}
    kinds = ["raised", "answered", "sent_back", "answered", "closed"]
    assert [kind for part, kind in places(case) if part == Part.SENDING] == [f"audit_finding.{each}" for each in kinds]
    assert [kind for part, kind in places(case) if part == Part.SHARED] == [
        "audit_finding.raised", "audit_finding.answered",
    ]  # fmt: skip
    assert row_of(finding).closed_at is not None and row_of(shared).office_id == people.kyiv
    assert titles(case, people.caseworker_tallinn) == ["Open to both", "Kept"]
    assert titles(case, people.auditor) == ["Open to both", "Kept"]
    assert titles(case, people.caseworker_kyiv) == ["Open to both"], "the receiving office reads what is shared alone"
    assert finding_queries.load_panel(sight_by_id(people.finance_kyiv, case.id), people.finance_kyiv).rows == ()


def test_whom_it_does_not_concern_finds_nothing_and_what_is_refused_leaves_everything() -> None:
    case = asked_case()
    people = case.people
    kept, shared = raised(case, AskedOffice.SENDING, "Kept"), raised(case, AskedOffice.RECEIVING, "Open to both")
    other = auditor_of(people.kyiv)
    for nobody in (people.supervisor_kyiv, people.caseworker_tallinn, people.finance_tallinn, people.auditor):
        with pytest.raises(NotFound):
            answer(kept, nobody)
    with pytest.raises(Refused, match="supervisor of Kyiv"):
        answer(shared, people.supervisor_tallinn)
    for act in (close, send_back):
        for nobody in (people.supervisor_tallinn, people.supervisor_kyiv, other):
            with pytest.raises(NotFound):
                act(kept, nobody)
        with pytest.raises(Refused, match="Auditor raised this"):
            act(shared, other)
    with pytest.raises(Refused, match="not answered yet"):
        send_back(kept, people.auditor)
    with pytest.raises(Refused, match="reason"):
        answer(kept, people.supervisor_tallinn, " ")
    with pytest.raises(NotFound):
        commands.raise_audit_finding(raising(case), actor=people.supervisor_tallinn)
    for asked in (AskedOffice.SENDING, AskedOffice.RECEIVING):
        choice = raising(case, asked, due_on=in_days(-2))
        with pytest.raises(Refused, match="a day to come"):
            commands.raise_audit_finding(choice, actor=people.auditor)
    with pytest.raises(Refused, match="cannot be asked"):  # who does not read the sending side writes nothing into it
        commands.raise_audit_finding(raising(case), actor=other)
    stale = commands.AnswerAuditFinding(dossier_id=case.id, finding_id=kept, version=9, reason="Late.")
    with pytest.raises(Conflict):
        commands.answer_audit_finding(stale, actor=people.supervisor_tallinn)
    assert [kind for _part, kind in places(case)] == ["audit_finding.raised"] * 2
    assert row_of(kept).state == row_of(shared).state == FindingState.OPEN


def test_what_passes_on_when_somebody_cannot_any_more() -> None:
    case = asked_case()
    people = case.people
    shared = raised(case, AskedOffice.RECEIVING, "Open to both")
    second = auditor_of(people.tallinn)
    assert to_answer(people.supervisor_kyiv) == 1
    assert to_answer(people.supervisor_tallinn) == 0
    family = playroom_case(people)
    without = replace(raising(case, questioned_amount=1_00), dossier_id=family.dossier_id)
    with pytest.raises(Refused, match="no programme yet"):
        commands.raise_audit_finding(without, actor=people.auditor)
    openly = commands.raise_audit_finding(
        raising(case, AskedOffice.SENDING_OPENLY), actor=auditor_of(people.kyiv, name="third")
    )
    assert (row_of(openly).part, row_of(openly).office_id) == ("shared", people.tallinn)
    sight = sight_by_id(people.auditor, case.id)
    assert finding_queries.load_finding(sight, shared, people.auditor).who_can == (people.supervisor_kyiv.name,)
    restrict = dossiers.RestrictDossier(
        dossier_id=case.id, is_restricted=True, reader_ids=(people.supervisor_tallinn.id,), reason="Known in the town",
        version=db.session.get_one(Dossier, case.id).version,
    )  # fmt: skip
    dossiers.restrict_dossier(restrict, actor=people.supervisor_tallinn)
    assert finding_queries.load_finding(sight, shared, people.auditor).who_can == (), "who is not named does not see it"
    for row in db.session.execute(
        select(Mandate.id, Mandate.version).where(Mandate.user_id == people.auditor.id)
    ).all():
        accounts.revoke_mandate(accounts.RevokeMandate(mandate_id=row.id, version=row.version), actor=OPERATOR)
    with pytest.raises(NotFound):  # the mandate of who raised it is over
        close(shared, queries.get_actor(people.auditor.id))
    close(shared, second)
    assert row_of(shared).state == FindingState.CLOSED


def test_after_a_consent_was_taken_back_the_sending_office_answers_in_the_others_place() -> None:
    case = asked_case()
    people = case.people
    finding = raised(case, AskedOffice.RECEIVING)
    given = select(Consent.id).where(Consent.dossier_id == case.id, Consent.scope == ConsentScope.SHARING)
    for consent_id in db.session.scalars(given).all():
        back = WithdrawConsent(dossier_id=case.id, consent_id=consent_id, day=clock.today("Europe/Tallinn"))
        withdraw_consent(back, actor=people.supervisor_tallinn)
    with clock.at(clock.now() + timedelta(days=1)):
        with pytest.raises(NotFound):
            answer(finding, people.supervisor_kyiv)
        assert [to_answer(actor) for actor in (people.supervisor_kyiv, people.supervisor_tallinn)] == [0, 1]
        answer(finding, people.supervisor_tallinn)
    assert row_of(finding).state == FindingState.ANSWERED


def test_a_closed_case_is_asked_about_and_an_erased_one_holds_no_word(client: FlaskClient) -> None:
    due = due_case()
    people = due.people
    auditor = auditor_of(people.tallinn)
    command = commands.RaiseAuditFinding(
        dossier_id=due.dossier_id, asked=AskedOffice.SENDING, title="Canary of the title", text="Canary of the finding",
        due_on=in_days(30), questioned_amount=100_00,
    )  # fmt: skip
    finding = commands.raise_audit_finding(command, actor=auditor)
    answer(finding, people.supervisor_tallinn, "Canary of the answer")
    left = commands.raise_audit_finding(replace(command, token=None), actor=auditor)
    assert to_answer(people.supervisor_tallinn) == 1
    held = {row.__tablename__ for _owner, _part, row, _columns in list_personal_rows(due.dossier_id)}
    assert {"audit_finding", "audit_finding_reply"} <= held
    db.session.rollback()
    end_mandates()
    with later():
        erase(due)
    row = row_of(finding)
    assert (row.title, row.text, row.questioned_amount) == (ERASED, ERASED, 100_00), "the amount stays, the words go"
    assert db.session.scalars(select(AuditFindingReply.text)).all() == [ERASED]
    values = select(PersonalValue.value).where(PersonalValue.value.contains("Canary of the"))
    assert db.session.scalars(values).all() == []
    again = auditor_of(people.tallinn, name="again")
    with pytest.raises(Refused, match="was erased"):
        commands.raise_audit_finding(replace(command, token=None), actor=again)
    with pytest.raises(Refused, match="was erased"):
        close(finding, again)
    with pytest.raises(Refused, match="was erased"):
        answer(finding, people.supervisor_tallinn)
    assert row_of(finding).state == FindingState.ANSWERED
    with later():
        assert to_answer(people.supervisor_tallinn) == 0
        late = (FindingFilter(state=FindingState.OPEN), FindingFilter(state=FindingState.ANSWERED),
                FindingFilter(overdue=True))  # fmt: skip
        assert [finding_queries.count_findings(again, wanted) for wanted in late] == [0, 0, 0], "it waits for nobody"
        panel = finding_queries.load_panel(sight_by_id(again, due.dossier_id), again)
        assert (len(panel.rows), panel.waiting) == (2, 0) and not any(row.is_overdue for row in panel.rows)
        sign_in(client, again)
        assert client.get("/audit/findings?others=1").text.count("ended with the case") == 2
        page = client.get(f"/cases/{due.reference}/audit-findings/{left}").text
        assert "It ended with the case" in page and "Answer until" not in page
