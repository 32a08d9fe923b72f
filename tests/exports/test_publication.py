"""Publishing a project from its page and from the command line: who may, what is recorded, whose name is not in it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.approvals import commands as approvals
from casetracker.community.benefit_states import Basis, Exactness
from casetracker.community.states import DonorEntry, GroupProfile
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.money import Money
from casetracker.disbursements import commands
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.exports import publication_queries as queries
from casetracker.exports.hxl import write_hxl
from casetracker.exports.publication_states import PlannedPayment, PublishedProject, TransactionType
from casetracker.grants.queries import list_grants
from casetracker.ledger.queries import totals_of
from tests.exports.test_bundles import told
from tests.exports.test_iati import check, project
from tests.factories import benefits, community
from tests.factories.accounts import People, sign_in
from tests.factories.disbursements import decision, instalments, pay, payable, quote, submit
from tests.payments.test_commands import ready


def table(published: PublishedProject) -> list[dict[str, str]]:
    """The rows of the tagged table by their tags."""
    out = io.BytesIO()
    write_hxl(published, out)
    headings, tags, *rows = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert len(set(tags)) == len(tags) == len(headings) and all(tag.startswith("#") for tag in tags)
    return [dict(zip(tags, row, strict=True)) for row in rows]


def test_a_table_with_tags(app: Flask) -> None:
    with app.test_request_context():
        first, second = table(project(donors=(DonorEntry(name="=1+1", share=None),)))
    assert (first["#geo+lat"], first["#geo+lon"], second["#geo+lat"]) == ("-48.853600", "37.000001", "")
    assert first["#indicator+works+pct"] == "42"
    assert first["#org+funding+name"] == "'=1+1", "no text begins like a formula; numbers stay numbers"
    assert (first["#loc+site+name+local"], first["#adm1+name"], first["#adm2+name"]) == (
        "Будинок культури",
        "Donetsk",
        "",
    )
    assert [first[f"#adm{level}+code"] for level in (1, 2, 3)] == ["UA14000000000091971", "", ""]
    assert (first["#status+name"], second["#status+outcome"]) == ("In use", "Stopped")
    assert (first["#value+pledged+eur"], first["#value+delivered+eur"]) == ("12000.00", "4000.00")
    assert [first[f"#targeted+ind+direct{group}"] for group in ("", "+f", "+idps", "+m")] == ["900", "500", "120", ""]
    assert first["#meta+exactness+indirect+planned"] == "About" and first["#reached+ind+direct"] == ""


def test_supervisor_and_auditor_publish_and_it_is_recorded(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, people.caseworker_kyiv)
    site_id = community.add_site(
        dossier_id, people.caseworker_kyiv, contact_name="Nobody's business", contact_phone="+380 77"
    )
    community.pledge(site_id, people.caseworker_kyiv, giver="Somebody's uncle")
    at = f"/projects/{reference}/publish"
    for number, actor in enumerate((people.supervisor_kyiv, people.auditor), 1):
        sign_in(client, actor)
        assert f'action="{at}/iati"' in client.get(at).text
        assert f'href="{at}"' in client.get(f"/projects/{reference}").text
        answers = [client.post(f"{at}/{wanted}") for wanted in ("iati", "hxl")]
        assert [answer.headers["Content-Disposition"] for answer in answers] == [
            f'attachment; filename="{reference}-iati.xml"', f'attachment; filename="{reference}-hxl.csv"',
        ]  # fmt: skip
        activity = check(answers[0].data)
        assert activity.findtext("iati-identifier") == f"XM-DAC-99999-{reference}"
        assert activity.findtext("location/point/pos") == "48.853600 37.766300"
        for answer in answers:
            held = answer.get_data(as_text=True)
            assert "Culture club" in held
            assert not any(word in held for word in ("business", "+380", "uncle"))
        assert [each["format"] for each in told("project.published")] == ["iati", "hxl"] * number
    assert client.post(f"{at}/pdf").status_code == 404


def test_nobody_else_publishes(
    app: Flask, client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = community.open_project(people)
    for actor in (people.caseworker_kyiv, people.supervisor_tallinn, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert client.get(f"/projects/{reference}/publish").status_code == 404
        assert client.post(f"/projects/{reference}/publish/hxl").status_code == 404
    monkeypatch.setitem(app.config, "IATI_ORGANISATION", {"identifier": "", "kind": "", "name": ""})
    sign_in(client, people.supervisor_kyiv)
    page = client.get(f"/projects/{reference}/publish").text
    assert "An operator has to set" in page and "publish/iati" not in page
    assert client.post(f"/projects/{reference}/publish/iati").status_code == 404
    assert told("project.published") == []


def test_from_the_command_line(app: Flask, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = community.open_project(people)
    runner, file = app.test_cli_runner(), tmp_path / "activity.xml"
    done = runner.invoke(args=["export-iati", reference, str(file)])
    assert done.exit_code == 0 and check(file.read_bytes()).findtext("reporting-org/narrative") == "Kyiv"
    assert runner.invoke(args=["export-hxl", reference, str(tmp_path / "sites.csv")]).exit_code == 0
    assert [each["format"] for each in told("project.published")] == ["iati", "hxl"]
    missing = runner.invoke(args=["export-iati", "UA-2026-C9999", str(tmp_path / "x")])
    assert missing.exit_code == 1 and "There is no project" in missing.output
    monkeypatch.setitem(app.config, "IATI_ORGANISATION", {"identifier": "", "kind": "", "name": ""})
    refused = runner.invoke(args=["export-iati", reference, str(tmp_path / "x")])
    assert refused.exit_code == 1 and "identifier" in refused.output


def test_figures_of_the_whole_project_are_told_as_they_were_said(app: Flask, people: People, tmp_path: Path) -> None:
    """At least 28,000 residents and about 3,000 displaced people are no 31,000 of anybody."""
    reference, actor = community.open_project(people), people.caseworker_kyiv
    dossier_id = community.project_id(reference, actor)
    for about, number, exactness in (
        (GroupProfile.LOCAL, 28_000, Exactness.AT_LEAST), (GroupProfile.DISPLACED, 3_000, Exactness.ABOUT),
    ):  # fmt: skip
        count = benefits.counting(number, exactness=exactness, basis=Basis.ESTIMATED)
        benefits.enter(dossier_id, None, benefits.figuring(actor, count=count, about=about), actor)
    file = tmp_path / "activity.xml"
    assert app.test_cli_runner().invoke(args=["export-iati", reference, str(file)]).exit_code == 0
    told = {
        (each.get("value"), each.find("dimension").get("value"), each.findtext("comment/narrative"))  # type: ignore[union-attr]  # a fault where there is none
        for each in check(file.read_bytes()).iter("actual")
    }
    assert told == {("28000", "local", "at least"), ("3000", "displaced", "about")}


@pytest.mark.usefixtures("app")
def test_transactions_are_those_of_the_ledger() -> None:
    case = payable()
    pay(case, instalments(ready(case))[0])
    sums: dict[TransactionType, int] = defaultdict(int)
    for each in queries.read_transactions(case.dossier_id):
        sums[each.kind] += each.amount.minor
    totals = totals_of(grant.account_id for grant in list_grants(case.dossier_id)).values()
    assert sums[TransactionType.EXPENDITURE] == sum(each.spent for each in totals) > 0
    assert sums[TransactionType.OUTGOING_COMMITMENT] == sum(each.committed + each.spent for each in totals)
    assert sums[TransactionType.INCOMING_COMMITMENT] == sum(each.used for each in totals)
    db.session.rollback()


@pytest.mark.usefixtures("app")
def test_what_is_approved_and_unpaid_is_planned() -> None:
    case, due = payable(), clock.today("Europe/Kyiv") + timedelta(days=30)
    parts = ((f"line:{case.planned.renovation}", 400_00),)
    wanted = (InstalmentInput(amount=400_00, due_on=due, terms=PaymentTerms.ON_DELIVERY),)
    drafted = commands.DraftDisbursement(
        dossier_id=case.dossier_id, kind=DisbursementKind.PROVIDER, purpose="Paint", provider_id=case.provider_id,
        local_currency=None, local_amount=None, parts=parts, instalments=wanted,
    )  # fmt: skip
    request_id = commands.draft_disbursement(drafted, actor=case.requester)
    quote(case, request_id)
    submission = submit(case, request_id)
    assert queries.list_planned(case.dossier_id) == [], "nobody has approved it"
    approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_kyiv)
    if submission.needs_sending:
        approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_tallinn)
    assert queries.list_planned(case.dossier_id) == [PlannedPayment(day=due, amount=Money(400_00, "EUR"))]
