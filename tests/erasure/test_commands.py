"""Two supervisors erase a case; what they may not, and what is left, on both databases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casetracker.asylum import commands as asylum
from casetracker.casefile import commands as casefile
from casetracker.cases import commands as cases
from casetracker.cases.models import Person
from casetracker.cases.states import Sex
from casetracker.core import clock
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Conflict, Message, Refused
from casetracker.documents import storage
from casetracker.documents.models import Document
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PointKind
from casetracker.erasure import commands, erase_commands, queries, register
from casetracker.erasure.models import Erasure
from casetracker.erasure.states import ErasureState
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.recording import record
from casetracker.operations import restore
from casetracker.programmes.states import ApplicantRole
from tests.erasure.test_routes import add_mandate
from tests.factories.accounts import OPERATOR, make_people
from tests.factories.cases import person_entry
from tests.factories.erasure import DueCase, ask, confirming, due_case, erase, later, set_retention
from tests.refusals.holding import not_there, refused


@pytest.fixture
def due(app: Flask) -> DueCase:
    """The case; its file lies there, whichever test took it away before."""
    found = due_case()
    storage.keep_as_stored(db.session.get_one(Document, found.document_id).storage_key, b"canary")
    return found


def kinds(dossier_id: str) -> list[str]:
    """Part and kind of the case's events about erasing it, in their order."""
    query = (
        select(Chain.part, EventRow.kind)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == dossier_id, EventRow.kind.like("%eras%"))
        .order_by(EventRow.at, Chain.part, EventRow.seq)
    )
    return [f"{part} {kind}" for part, kind in db.session.execute(query)]


def test_two_supervisors_erase_a_case_and_it_says_so(due: DueCase) -> None:
    stored = db.session.get_one(Document, due.document_id).storage_key
    register.path().unlink(missing_ok=True)
    with later():
        erasure_id = erase(due)
        today = clock.today("Europe/Tallinn")
    assert due.dossier.erased_on == today
    people = db.session.scalars(select(Person).where(Person.dossier_id == due.dossier_id)).all()
    assert {(p.given_name, p.family_name, p.sex, p.birth_date) for p in people} == {
        ("erased", "erased", Sex.NOT_KNOWN, None)
    }
    assert not storage.is_stored(stored)
    row = db.session.get_one(Erasure, erasure_id)
    assert (row.state, row.asked_by, row.decided_by) == (
        ErasureState.DONE,
        due.people.supervisor_tallinn.id,
        due.second.id,
    )
    assert kinds(due.dossier_id) == ["sending erasure.asked", "sending dossier.erased", "shared dossier.erased"]
    (entry,) = register.read(register.path())
    assert (entry.dossier, entry.erasure) == (due.dossier_id, erasure_id)
    chains = select(Chain.id).where(Chain.owner_id == due.dossier_id)
    left = db.session.scalars(
        select(PersonalValue.value).where(PersonalValue.chain_id.in_(chains), PersonalValue.value.is_not(None))
    )
    assert set(left) <= {'"erased"', '"not_known"', '"[]"', '"{}"'}


def test_what_keeps_a_case_is_said_and_nothing_is_written(due: DueCase) -> None:
    first = due.people.supervisor_tallinn
    wanted = commands.AskErasure(dossier_id=due.dossier_id)
    with refused("kept until"):
        commands.ask_erasure(wanted, actor=first)
    with later():
        point = _raise_point(due.dossier_id)
        with refused("Points to settle stand on the case: 1"):
            commands.ask_erasure(wanted, actor=first)
        dossiers.clear_point(dossiers.ClearPoint(point_id=point, reason="Done"), actor=first)
        mandate = add_mandate(due.people)
        with refused("within the mandate of"):
            commands.ask_erasure(wanted, actor=first)
        from casetracker.accounts import commands as accounts

        accounts.revoke_mandate(accounts.RevokeMandate(mandate_id=mandate, version=1), actor=OPERATOR)
        set_retention(due.programme_id, due.people.administrator, None)
        with refused("Nobody has said yet how long"):
            commands.ask_erasure(wanted, actor=first)


@command
def _raise_point(dossier_id: str) -> str:
    point = dossiers.add_point(dossier_id, PointKind.TASK, "Look again", {})
    record(PointRaised(owner_id=dossier_id, point_id=point.id), actor=OPERATOR)
    return point.id


def test_nobody_erases_alone_and_no_other_office_does(due: DueCase) -> None:
    people, wanted = due.people, commands.AskErasure(dossier_id=due.dossier_id)
    with later():
        for actor in (people.caseworker_tallinn, people.supervisor_kyiv, people.administrator, people.auditor):
            with not_there():
                commands.ask_erasure(wanted, actor=actor)
        asked = ask(due)
        confirm = confirming(asked)
        with refused("You asked for this yourself"):
            commands.confirm_erasure(confirm, actor=people.supervisor_tallinn)
        with refused("asked for this already"):
            commands.ask_erasure(wanted, actor=due.second)
        for actor in (people.caseworker_tallinn, people.supervisor_kyiv, people.administrator, people.administrator2):
            with not_there():
                commands.confirm_erasure(confirm, actor=actor)
        with not_there():
            commands.confirm_erasure(replace(confirm, erasure_id="nothing"), actor=due.second)
        with pytest.raises(Conflict):
            commands.confirm_erasure(replace(confirm, version=7), actor=due.second)


def test_the_database_itself_wants_two_people_and_keeps_an_erased_case_closed(due: DueCase) -> None:
    @command
    def forge(**values: object) -> None:
        row = lock(Erasure, asked.id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()

    with later():
        asked = ask(due)
        first = due.people.supervisor_tallinn.id
        with pytest.raises(IntegrityError, match="four_eyes"):
            forge(state=ErasureState.DONE, decided_by=first, decided_at=clock.now())
        with pytest.raises(IntegrityError, match="decided"):
            forge(state=ErasureState.DONE)
        commands.confirm_erasure(confirming(asked), actor=due.second)

    @command
    def reopen() -> None:
        lock(Dossier, due.dossier_id).closed_on = None
        db.session.flush()

    with pytest.raises(IntegrityError, match="erased_is_closed"):
        reopen()


def test_what_is_confirmed_is_what_was_asked_for(due: DueCase) -> None:
    with later():
        asked = ask(due)
        casefile.reopen_case(
            casefile.ReopenCase(dossier_id=due.dossier_id, reason="A letter came"), actor=due.people.supervisor_tallinn
        )
        with refused("Only closed cases"):
            commands.confirm_erasure(confirming(asked), actor=due.second)
        _note(due)
        with refused("has changed since this was asked for"):
            commands.confirm_erasure(confirming(asked), actor=due.second)


def _note(due: DueCase) -> None:
    from casetracker.casefile.states import NoteSide

    note = casefile.WriteNote(
        dossier_id=due.dossier_id, side=NoteSide.SENDING, text="New", day=clock.today(), person_id=None
    )
    casefile.write_note(note, actor=due.people.caseworker_tallinn)


def test_declined_and_taken_back_leave_everything(due: DueCase) -> None:
    with later():
        asked = ask(due)
        decline = commands.DeclineErasure(
            dossier_id=due.dossier_id, erasure_id=asked.id, version=asked.version, reason="A claim is expected"
        )
        with refused("You asked for this yourself"):
            commands.decline_erasure(decline, actor=due.people.supervisor_tallinn)
        commands.decline_erasure(decline, actor=due.second)
        assert queries.find_waiting(due.dossier_id) is None and due.dossier.erased_on is None
        again = ask(due)
        back = commands.WithdrawErasure(dossier_id=due.dossier_id, erasure_id=again.id, version=again.version)
        with refused("Only the person who asked"):
            commands.withdraw_erasure(back, actor=due.second)
        commands.withdraw_erasure(back, actor=due.people.supervisor_tallinn)
        with refused("decided already"):
            commands.confirm_erasure(replace(confirming(again), version=again.version), actor=due.second)
        erase(due)
        assert db.session.get_one(Erasure, asked.id).decline_reason == "erased"


def test_an_erased_case_takes_nothing_in_any_more(due: DueCase) -> None:
    first = due.people.supervisor_tallinn
    with later():
        erase(due)
        with refused("Nothing is written into it any more"):
            casefile.reopen_case(casefile.ReopenCase(dossier_id=due.dossier_id, reason="Again"), actor=first)
        with refused("Nothing is written into it any more"):
            _note(due)
        with refused("Nothing is written into it any more"):
            dossiers.restrict_dossier(
                dossiers.RestrictDossier(
                    dossier_id=due.dossier_id, is_restricted=True, reader_ids=(), reason="x",
                    version=due.dossier.version,
                ), actor=first,
            )  # fmt: skip
        with refused("was erased on"):
            commands.ask_erasure(commands.AskErasure(dossier_id=due.dossier_id), actor=first)


def test_without_its_list_nothing_is_erased(due: DueCase, app: Flask, tmp_path: Path) -> None:
    kept = app.config["CHECKPOINT_DIR"]
    (tmp_path / "a file").write_text("in the way")
    app.config["CHECKPOINT_DIR"] = str(tmp_path / "a file" / "below")
    try:
        with later():
            asked = ask(due)
            with refused("so nothing was erased"):
                commands.confirm_erasure(confirming(asked), actor=due.second)
    finally:
        app.config["CHECKPOINT_DIR"] = kept


def test_a_list_that_a_crash_cut_off_is_read_and_written_on(app: Flask, tmp_path: Path) -> None:
    kept, app.config["CHECKPOINT_DIR"] = app.config["CHECKPOINT_DIR"], str(tmp_path)
    try:
        one, two = (register.Entry(at="2031-05-01T10:00:00.000000Z", dossier=d, erasure="e") for d in "ab")
        register.append([one])
        with open(register.path(), "ab") as file:
            file.write(b'{"at":"2031-05-')
        register.append([two, one])
        assert register.read(register.path()) == [one, two]
        register.path().write_bytes(b'{"at":1}\n')
        with pytest.raises(Refused, match=r"Line 1 of erasures\.jsonl"):
            register.read(register.path())
        register.path().write_bytes(b'{"at":"2031-05-01T10' + bytes(40))  # as a disk leaves what it lost
        register.append([two])
        assert register.read(register.path()) == [two]
        damaged = register.path().read_bytes() + b'{"at":"2031-05-01T10:00","dossier":"a","erasure":"e\xff}]\n'
        with pytest.raises(Refused, match=r"Line 3 of erasures\.jsonl"):
            register.entries(damaged, register.NAME)
        assert register.entries(damaged, register.NAME, is_strict=False) == [two]
    finally:
        app.config["CHECKPOINT_DIR"] = kept


def test_a_file_that_a_crash_left_goes_with_the_tick(
    due: DueCase, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = db.session.get_one(Document, due.document_id).storage_key
    (tmp_path / key[:2]).mkdir()
    shutil.copyfile(Path(app.config["FILES_FOLDER"]) / key[:2] / key, tmp_path / key[:2] / key)
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path))  # without files of tests that were rolled back
    with later():
        with monkeypatch.context() as patch:
            patch.setattr(erase_commands, "remove_files", lambda keys: None)
            erase(due)
        assert storage.is_stored(key)
        done = app.test_cli_runner().invoke(args=["tick"])
        assert done.exit_code == 0 and not storage.is_stored(key), done.output


def test_the_longest_period_holds_for_a_case_without_a_programme(due: DueCase) -> None:
    closed = due.dossier.closed_on
    assert queries.due_on(closed, None) == queries.due_on(closed, due.programme_id) is not None
    assert queries.due_on(closed, "another") is None and queries.due_on(None, due.programme_id) is None
    with later():
        assert queries.count_due(due.people.supervisor_tallinn) == 1
        assert queries.count_due(due.people.supervisor_kyiv) == 0
    with clock.at(clock.now().replace(year=clock.now().year + 5)):
        assert queries.count_due(due.people.supervisor_tallinn) == 1  # the very day
    with clock.at(clock.now().replace(year=clock.now().year + 5) - timedelta(days=2)):
        assert queries.count_due(due.people.supervisor_tallinn) == 0
    assert db.session.scalar(select(func.count(Erasure.id))) == 0


def _values_with(word: str) -> list[str]:
    values = db.session.scalars(select(PersonalValue.value).where(PersonalValue.value.is_not(None))).all()
    return [str(value) for value in values if word in str(value)]


@pytest.mark.usefixtures("app")
def test_of_a_request_that_was_reconsidered_no_reason_is_left() -> None:
    people = make_people()
    wanted = cases.AskRetroactive(
        sending_office_id=people.tallinn, given_name="Canary", family_name="Canary",
        returned_on=clock.today() - timedelta(days=9), circumstances="Canary",
    )  # fmt: skip
    request_id, other_id = (cases.ask_retroactive(wanted, actor=people.caseworker_kyiv) for _each in "12")
    sending = people.caseworker_tallinn
    for each in (request_id, other_id):
        cases.refuse_retroactive(cases.RefuseRetroactive(request_id=each, reason="Canary"), actor=sending)
        cases.reconsider_retroactive(cases.ReconsiderRetroactive(request_id=each, reason="Canary"), actor=sending)
    opening = cases.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, Sex.MALE), members=(), host_country="EE",
        return_country="UA", return_place="Kramatorsk", request_id=request_id,
    )  # fmt: skip
    reference = cases.create_case(opening, actor=sending)
    before = len(_values_with("Canary"))
    erase_commands.erase_again(sight_of(sending, reference).dossier_id, "the-erasure", actor=OPERATOR)
    assert len(_values_with("Canary")) == before / 2 == 6  # of the other request, which no case was opened for


def test_what_is_told_of_an_erased_case_is_not_what_stood_in_it(due: DueCase) -> None:
    late = Message(N_("%(name)s takes part no longer."), {"name": "Canary"})
    with later():
        erase(due)
        for tell in (dossiers.record_refusal, asylum.record_asylum_refusal):
            tell(due.dossier_id, "write_note", late, actor=due.people.supervisor_tallinn)
    assert _values_with("Canary") == []
    assert len(_values_with("Nothing is written into it any more")) == 2


def test_a_line_whose_erasure_was_called_off_erases_nothing_in_a_restore(
    due: DueCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "PORTION", 1)
    with later():
        asked = ask(due)
        line = register.Entry(at="2031-05-01T10:00:00.000000Z", dossier=due.dossier_id, erasure=asked.id)
        decline = commands.DeclineErasure(
            dossier_id=due.dossier_id, erasure_id=asked.id, version=asked.version, reason="The disk was full"
        )
        commands.decline_erasure(decline, actor=due.second)
        elsewhere = replace(line, dossier="elsewhere")
        again = restore._erase_again([line, elsewhere], OPERATOR)
        assert (again.erased, again.called_off, again.unknown) == (0, 1, 1) and due.dossier.erased_on is None
        again = restore._erase_again([line, elsewhere, replace(line, erasure="another")], OPERATOR)
        assert (again.erased, again.called_off, again.unknown) == (1, 0, 1) and due.dossier.erased_on is not None
