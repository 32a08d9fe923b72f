"""The administrator's pages: what is typed wrong gets a sentence, and nothing is written."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casetracker.accounts.confirmations import ConfirmChange, confirm_change, list_waiting
from casetracker.programmes import queries
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.programmes import DemoProgramme, demo_programme


@pytest.fixture
def people(app: object) -> People:
    return make_people()


@pytest.fixture
def programme(people: People) -> DemoProgramme:
    return demo_programme(people.administrator)


@pytest.fixture
def administrator(client: FlaskClient, people: People) -> FlaskClient:
    return sign_in(client, people.administrator)


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: value for name, value in found if name != "csrf_token"}


def send(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Open the page and send its form."""
    opened = client.get(address)
    assert opened.status_code == 200, opened.text
    return client.post(address, data={**hidden(opened.text), **fields})


def confirm_all(people: People) -> None:
    """The second administrator confirms what waits."""
    for waiting in list_waiting(people.administrator2):
        cmd = ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
        confirm_change(cmd, actor=people.administrator2)


PROGRAMME = {
    "code": "TEST",
    "name": "A test",
    "donor": "Nobody",
    "currency": "EUR",
    "ceiling": "1 000,00",
    "eligible_from": "2026-01-01",
    "eligible_until": "2026-12-31",
}


def test_pages_open(administrator: FlaskClient, programme: DemoProgramme) -> None:
    base = f"/admin/programmes/{programme.id}"
    package = f"{base}/packages/{programme.post_return_id}"
    rule = queries.list_rules(programme.post_return_id)[0].rule_id
    line = f"{base}/budget-lines/{programme.arrival_line_id}/edit"
    for address in (
        "/admin/programmes/",
        "/admin/programmes/new",
        base,
        f"{base}/edit",
        line,
        f"{base}/budget-lines/new",
        f"{base}/packages/new",
        f"{package}/edit",
        f"{package}/rules/new",
        f"{package}/rules/{rule}/edit",
        f"{base}/policies/new",
        "/admin/rates/",
        "/admin/rates/new",
        "/admin/rates/import",
    ):
        answer = administrator.get(address)
        assert answer.status_code == 200, (address, answer.text)


def test_programme_is_created_with_its_ceiling(administrator: FlaskClient) -> None:
    assert send(administrator, "/admin/programmes/new", **PROGRAMME).status_code == 302
    (made,) = [programme for programme in queries.list_programmes() if programme.code == "TEST"]
    page = administrator.get(f"/admin/programmes/{made.id}")
    assert "1,000.00" in page.text and "Economic Area" not in page.text
    assert send(administrator, "/admin/programmes/new", **PROGRAMME | {"code": "EE", "excludes_eea": "yes"}).location
    (narrow,) = [programme for programme in queries.list_programmes() if programme.code == "EE"]
    page = administrator.get(f"/admin/programmes/{narrow.id}")
    assert "Not for nationals of the European Economic Area" in page.text and "expulsion order" not in page.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("eligible_until", "2025-12-31", "lies before the first"),
        ("ceiling", "-1", "must not be negative"),
        ("ceiling", "1.234", "at most 2 decimals"),
        ("ceiling", "9223372036854775808", "too large"),
        ("code", "", "Please fill this in"),
        ("name", "x" * 121, "too long"),
        ("name", "a\x00b", "cannot be stored"),
        ("currency", "XYZ", "cannot be chosen"),
        ("eligible_from", "0000-01-01", "not a day"),
        ("eligible_from", "9999-01-01", "year"),
        ("plan_within_months", "1.5", "whole number"),
    ],
)
def test_bad_programme_is_told_and_not_kept(administrator: FlaskClient, field: str, value: str, sentence: str) -> None:
    answer = send(administrator, "/admin/programmes/new", **{**PROGRAMME, field: value})
    assert answer.status_code == 422 and sentence in answer.text
    assert queries.list_programmes() == []


def test_ceiling_below_its_lines_is_refused(administrator: FlaskClient, programme: DemoProgramme) -> None:
    answer = send(
        administrator,
        f"/admin/programmes/{programme.id}/edit",
        name="N",
        donor="D",
        ceiling="499999.99",
        eligible_from="2024-01-01",
        eligible_until="2028-12-31",
        is_active="yes",
    )
    assert answer.status_code == 422 and "add up to 500,000.00" in answer.text


def test_budget_line_takes_effect_when_confirmed(
    administrator: FlaskClient, programme: DemoProgramme, people: People
) -> None:
    address = f"/admin/programmes/{programme.id}/budget-lines/{programme.arrival_line_id}/edit"
    assert send(administrator, address, name="Lower", ceiling="50000").status_code == 302
    assert queries.get_budget_line(programme.arrival_line_id).name == "Post-arrival"
    page = administrator.get(f"/admin/programmes/{programme.id}")
    assert "Waits for confirmation" in page.text and "50,000.00" in page.text
    confirm_all(people)
    assert queries.get_budget_line(programme.arrival_line_id).name == "Lower"


def test_overlapping_rule_is_refused_beside_its_day(administrator: FlaskClient, programme: DemoProgramme) -> None:
    address = f"/admin/programmes/{programme.id}/packages/{programme.post_return_id}/rules/new"
    answer = send(
        administrator,
        address,
        applicant_role="child",
        return_type="voluntary",
        amount="900",
        basis="application",
        valid_from="2026-01-01",
        nationalities_excluded="ua, md",
    )
    assert answer.status_code == 422 and "Only one may be valid on a day" in answer.text
    assert "ua, md" in answer.text
    unknown = send(
        administrator,
        address,
        applicant_role="child",
        return_type="voluntary",
        amount="900",
        basis="application",
        valid_from="2026-01-01",
        nationalities_excluded="QQ",
    )
    assert unknown.status_code == 422 and "not a country" in unknown.text


def test_package_in_kind_with_cash_is_refused(administrator: FlaskClient, programme: DemoProgramme) -> None:
    answer = send(
        administrator,
        f"/admin/programmes/{programme.id}/packages/new",
        code="X",
        name="X",
        budget_line_id=programme.arrival_line_id,
        in_kind_only="yes",
        cash_cap="300",
    )
    assert answer.status_code == 422 and "wholly in kind has no cash cap" in answer.text


def test_a_package_of_working_days_and_a_policy_with_a_limit_are_shown(
    administrator: FlaskClient, programme: DemoProgramme, people: People
) -> None:
    base = f"/admin/programmes/{programme.id}"
    address = f"{base}/packages/{programme.post_arrival_id}/edit"
    version = queries.get_package_row(programme.post_arrival_id).version
    sent = {"name": "Post-arrival package", "version": str(version), "is_active": "yes", "within_working_days": "14"}
    both = send(administrator, address, **sent, use_within_months="12")
    assert both.status_code == 422 and "in months or in working days" in both.text
    assert send(administrator, address, **sent).status_code == 302
    limit = send(
        administrator, f"{base}/policies/new", valid_from="2099-01-01", own_procedure_limit="60000",
        **bands(("", "1", "1")),
    )  # fmt: skip
    assert limit.status_code == 302, limit.text
    page = administrator.get(base)
    assert "use within (working days): 14" in page.text and "own procedure of buying up to" in page.text
    confirm_all(people)
    page = administrator.get(base)
    assert "Use within (working days after arrival)" in page.text and "60,000.00" in page.text
    policy = queries.list_policies(programme.id)[0]
    assert 'value="60000' in administrator.get(f"{base}/policies/{policy.id}/edit").text.replace(",", "")


def bands(*rows: tuple[str, str, str]) -> dict[str, str]:
    """The fields of the bands as a browser sends them."""
    names = ("up_to", "receiving", "sending")
    return {f"bands-{i}-{n}": v for i, row in enumerate(rows) for n, v in zip(names, row, strict=True)}


def test_policy_that_nobody_can_satisfy_warns(
    administrator: FlaskClient, programme: DemoProgramme, people: People
) -> None:
    address = f"/admin/programmes/{programme.id}/policies/new"
    rows = bands(("500", "1", "0"), ("", "2", "1"))
    answer = send(administrator, address, valid_from="2099-01-01", **rows)
    assert answer.status_code == 302, answer.text
    page = administrator.get(answer.location)
    assert "nobody present could satisfy" in page.text
    confirm_all(people)
    page = administrator.get("/admin/programmes/")
    assert "nobody present could satisfy" in page.text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("500", "1", "0")], "no upper end"),
        ([("500", "1", "0"), ("400", "1", "1"), ("", "1", "1")], "must rise"),
        ([("", "1", "0"), ("", "1", "1")], "Only the last band"),
        ([("", "0", "0")], "at least one approval"),
    ],
)
def test_bad_bands_are_refused(
    administrator: FlaskClient, programme: DemoProgramme, rows: list[tuple[str, str, str]], sentence: str
) -> None:
    address = f"/admin/programmes/{programme.id}/policies/new"
    answer = send(administrator, address, valid_from="2099-01-01", **bands(*rows))
    assert answer.status_code == 422 and sentence in answer.text
    assert len(queries.list_policies(programme.id)) == 1


def test_policy_in_force_is_not_edited(administrator: FlaskClient, programme: DemoProgramme) -> None:
    address = f"/admin/programmes/{programme.id}/policies/{programme.policy_id}/edit"
    answer = administrator.get(address, follow_redirects=True)
    assert "Set a new one from a later day on" in answer.text


HEAD = b"day,currency,base,rate\n"


def upload(client: FlaskClient, content: bytes) -> TestResponse:
    """Send a file of rates."""
    opened = client.get("/admin/rates/import")
    data = {**hidden(opened.text), "file": (io.BytesIO(content), "rates.csv")}
    return client.post("/admin/rates/import", data=data)


def test_rates_of_a_file_are_stored_all(administrator: FlaskClient, programme: DemoProgramme) -> None:
    content = b"day;currency;base;rate\r\n2026-10-01;UAH;EUR;50,1\r\n2026-01-01;UAH;EUR;48.50\r\n"
    answer = upload(administrator, content)
    assert answer.status_code == 302, answer.text
    assert "50.1" in administrator.get("/admin/rates/").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEAD + b"2026-10-01,UAH,EUR,50.1\n2026-10-32,UAH,EUR,50\n", "not a day of the calendar"),
        (HEAD + b"2026-10-01,UAH,EUR,50.1\n2026-01-01,UAH,EUR,1\n", "Correct that one instead"),
        (HEAD + b"2026-10-01,UAH,EUR,50.1\n2026-10-01,UAH,EUR,50.2\n", "Line 2 already names"),
        (HEAD + b"2026-10-01,UAH,EUR,50.1\n2026-10-02,UAH,UAH,1\n", "two different currencies"),
        (HEAD + b"2026-10-01,UAH,EUR,50.1\n2026-10-02,UAH,EUR\n", "four columns"),
        (b"currency,base,rate\nUAH,EUR,50.1\n", "must name the columns"),
        (b"\xff\xfe\x00", "not a text file"),
        (HEAD, "holds no rates"),
    ],
)
def test_one_bad_line_stores_nothing(
    administrator: FlaskClient, programme: DemoProgramme, content: bytes, sentence: str
) -> None:
    before = len(queries.list_rates())
    answer = upload(administrator, content)
    assert answer.status_code == 422 and sentence in answer.text
    assert len(queries.list_rates()) == before


def test_rate_is_stored_and_corrected(administrator: FlaskClient, programme: DemoProgramme) -> None:
    stored = send(administrator, "/admin/rates/new", currency="UAH", base="EUR", rate="51.25", day="2026-11-01")
    assert stored.status_code == 302
    again = send(administrator, "/admin/rates/new", currency="UAH", base="EUR", rate="51.3", day="2026-11-01")
    assert again.status_code == 422 and "Correct that one instead" in again.text
    rate = queries.list_rates()[0]
    assert send(administrator, f"/admin/rates/{rate.id}/edit", rate="51.3").status_code == 302
    assert queries.list_rates()[0].rate == "51.3"
    stale = administrator.post(
        f"/admin/rates/{rate.id}/edit", data={"rate": "1", "version": "1", "form_token": "0" * 32}
    )
    assert stale.status_code == 409 and queries.list_rates()[0].rate == "51.3"


def test_parts_of_another_programme_do_not_exist(
    administrator: FlaskClient, programme: DemoProgramme, people: People
) -> None:
    other = demo_programme(people.administrator, "OTHER")
    base = f"/admin/programmes/{other.id}"
    for address in (
        f"{base}/budget-lines/{programme.arrival_line_id}/edit",
        f"{base}/packages/{programme.post_return_id}/edit",
        f"{base}/policies/{programme.policy_id}/edit",
    ):
        assert administrator.get(address).status_code == 404
