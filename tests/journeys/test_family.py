"""The playroom family through the running product, by hand: from intake in Tallinn to the auditor's export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from casetracker.exports.case_json import FORMAT
from tests.journeys.acting import TODAY, act, choose, fill, move_on, send, upload
from tests.journeys.conftest import Served, Visit, Visitor

FAMILY = "Journey"
PERSONS = ("Father", "Mother", "Older child", "Younger child")


def open_case(tallinn: Visitor) -> str:
    """A new case with four persons in one form; returns its address."""
    page = tallinn.open("/cases/new")
    fill(
        page,
        given_name="Father",
        family_name=FAMILY,
        sex="male",
        nationality="UA",
        birth_date="1988-04-11",
        return_type="voluntary",
        host_country="EE",
        return_country="UA",
        return_place="Home town",
    )
    for number, (given, role, born) in enumerate(
        (
            ("Mother", "spouse", "1990-09-02"),
            ("Older child", "child", "2018-01-23"),
            ("Younger child", "child", "2022-12-05"),
        )
    ):
        page.locator('[name="add-members"]').click()
        prefix = f"members-{number}-"
        page.locator(f'[name="{prefix}given_name"]').fill(given)
        page.locator(f'[name="{prefix}family_name"]').fill(FAMILY)
        choose(page, f"{prefix}role", role)
        choose(page, f"{prefix}sex", "female")
        choose(page, f"{prefix}nationality", "UA")
        choose(page, f"{prefix}return_type", "voluntary")
        page.locator(f'[name="{prefix}birth_date"]').fill(born)
    send(page, "Open the case")
    page.wait_for_url("**/cases/EE-*")
    return "/cases/" + page.url.rsplit("/", 1)[-1].partition("#")[0]


def in_tallinn(tallinn: Visitor, supervisor: Visitor, case: str) -> None:
    """Asylum, counselling, application, eligibility, papers, referral."""
    act(
        tallinn,
        f"{case}/asylum/new",
        "Record the application",
        authority="Police and Border Guard Board",
        number="J-1",
        filed_on="2025-05-12",
        person_ids=True,
    )
    move_on(tallinn, case, "Counselling")
    act(
        tallinn,
        f"{case}/counselling/new",
        "Log the session",
        held_on=TODAY,
        channel="in_person",
        language="uk",
        topics=("options", "rights"),
        statements__0__took_part=True,
        statements__0__free_choice="yes",
        statements__0__is_informed="yes",
        statements__1__took_part=True,
        statements__1__free_choice="yes",
        statements__1__is_informed="yes",
    )
    move_on(tallinn, case, "Application")
    act(tallinn, f"{case}/programme", "Choose", programme_id="DEMO-RRP")
    act(
        tallinn,
        f"{case}/application/new",
        "Log the application",
        persons=True,
        signed_on=TODAY,
        file=upload("Return application"),
        **{f"orders__{n}__has_expulsion_order": "no" for n in range(len(PERSONS))},
    )
    for who in PERSONS[:2]:
        act(
            tallinn,
            f"{case}/consents/new",
            "Record the consent",
            person_id=who,
            scope="sharing",
            given_on=TODAY,
            file=upload("Consent"),
        )
    for who in PERSONS:
        act(
            supervisor,
            f"{case}/eligibility",
            "Decide",
            person_id=f"{who} {FAMILY}",
            outcome="approved",
            reason="No expulsion order; free and informed choice.",
        )
    move_on(tallinn, case, "Pre-departure")
    links = tallinn.open(case).eval_on_selector_all(
        'a[href*="/travel/"]', "links => [...new Set(links.map(a => a.getAttribute('href')))]"
    )
    assert len(links) == 4
    for link in links:
        act(
            tallinn,
            link,
            "Save the travel papers",
            travel_document="passport",
            document_number="J123456",
            valid_until="2030-01-01",
            is_fit="yes",
            fit_checked_on=TODAY,
            travels_on=TODAY,
            route="Tallinn - Kyiv",
            carrier="Coach line",
        )
    act(
        tallinn,
        f"{case}/referral",
        "Send the referral",
        office_id="Kyiv",
        needs="Work and schooling",
        place="Home town",
        expected_on=TODAY,
    )


def accept(kyiv: Visitor, case: str) -> None:
    """Kyiv sees the summary only, accepts, and then the case without its asylum part."""
    page = kyiv.open(case)
    expect(page.locator("main")).to_contain_text("There is nothing here")
    kyiv.faults.clear()  # the browser calls the 404 an error, and it is what was wanted
    page = kyiv.open("/referrals/")
    page.locator("article").filter(has_text="Work and schooling").get_by_role("link").first.click()
    fill(page, caseworker_id="Caseworker, Kyiv")
    send(page, "Accept the referral")
    page = kyiv.open(case)
    expect(page.locator("main")).to_contain_text(FAMILY)
    assert "asylum" not in page.content().lower()


def travel(tallinn: Visitor, kyiv: Visitor, case: str) -> None:
    """Everybody leaves and arrives; first contact and needs."""
    move_on(tallinn, case, "Return")
    for who in PERSONS:
        act(tallinn, f"{case}/departure", "Log", person_id=f"{who} {FAMILY}", departed_on=TODAY, transit="Warsaw")
    act(kyiv, f"{case}/arrival/new", "Log the arrival", persons=True, arrived_on=TODAY, place="Home town")
    act(kyiv, f"{case}/contact/new", "Log the contact", persons=True, contact_on=TODAY, channel="in_person")
    act(
        kyiv,
        f"{case}/needs/new",
        "Log the assessment",
        persons=True,
        assessed_on=TODAY,
        needs=("livelihood", "education"),
        summary="Work and schooling.",
    )
    move_on(tallinn, case, "Reintegration")


def add_activity(kyiv: Visitor, case: str, kind: str, title: str, whom: tuple[str, ...]) -> str:
    """A new activity; returns the address for its lines."""
    page = kyiv.open(f"{case}/plan/activities/new")
    fill(page, kind=kind, title=title, place="Home town", feasibility="There is none nearby.")
    for who in whom:
        page.get_by_label(f"{who} {FAMILY}", exact=True).check()
    send(page, "Save")
    link = kyiv.open(f"{case}/plan").locator('a[href$="/lines/new"]').last
    return str(link.get_attribute("href"))


def add_line(kyiv: Visitor, lines: str, what: str, price: str, shares: dict[str, str], *, months: int = 0) -> None:
    """A line with its funding: shares by the words of the source's label."""
    values: dict[str, Any] = {
        "description": what,
        "quantity": "1",
        "unit_price": price,
        "frequency": "monthly" if months else "once",
    }
    if months:
        values["times"] = str(months)
    act(kyiv, lines, "Save", **values)
    case = lines.partition("/plan")[0]
    page = kyiv.page if "/funding" in kyiv.page.url else kyiv.open(f"{case}/plan")
    if "/funding" not in page.url:
        page.locator('a[href$="/funding"]').last.click()
    for source, amount in shares.items():
        page.locator("main form").get_by_label(source).first.fill(amount)
    send(page, "Save")


def write_plan(kyiv: Visitor, case: str) -> None:
    """The pooled playroom with the family's own rent, sports training and kindergarten month by month."""
    lines = add_activity(kyiv, case, "business", "Children's playroom", PERSONS[:2])
    add_line(kyiv, lines, "Play structures", "450", {"Father": "300", "Mother": "150"})
    add_line(kyiv, lines, "Rent of the premises", "150", {"Own contribution in cash": "1800"}, months=12)
    for link in kyiv.open(f"{case}/plan").eval_on_selector_all(
        'a[href*="/agreements/"]', "links => [...new Set(links.map(a => a.getAttribute('href')))]"
    ):
        act(kyiv, link, "Save", agreed_on=TODAY, file=upload("Agreement"))
    lines = add_activity(kyiv, case, "education", "Sport of the older child", PERSONS[2:3])
    add_line(kyiv, lines, "Sports training", "80", {"Older child": "480"}, months=6)
    lines = add_activity(kyiv, case, "education", "Kindergarten of the younger child", PERSONS[3:])
    add_line(kyiv, lines, "Kindergarten", "100", {"Younger child": "700"}, months=7)
    page = kyiv.open(f"{case}/plan/submit")
    send(page, "Submit plan")


def decide_plan(who: Visitor, case: str, choice: str) -> None:
    """A supervisor opens what waits in the queue and decides."""
    page = who.open("/approvals/")
    reference = case.rsplit("/", 1)[-1]
    links = page.locator('a[href*="/approvals/plans/"]').filter(has_text=reference)
    if links.count() == 0:
        links = (
            page.locator("main tr, main article, main section, main li")
            .filter(has_text=reference)
            .locator('a[href*="/approvals/plans/"]')
        )
    links.last.click()
    page.locator(f'main [name="decision"][value="{choice}"]').check()
    send(page, "Decide")


def spend(
    kyiv: Visitor, supervisors: tuple[Visitor, ...], finance: Visitor, case: str, what: str, shop: str, amount: str
) -> None:
    """One line: asked for, approved, ordered, delivered with certificate, invoiced, paid, looked at."""
    page = kyiv.open(f"{case}/disbursements/new")
    fill(page, purpose=f"{what} for the journey", provider_id=shop, kind="provider")
    page.locator("fieldset").filter(has_text=f": {what}").last.locator('[name$="-amount"]').first.fill(amount)
    fill(page, instalments__0__amount=amount, instalments__0__terms="on_delivery")
    send(page, "Save the draft")
    request = page.url.partition("#")[0].removeprefix(kyiv.url)
    act(
        kyiv,
        f"{request}/quotes/new",
        "Add the quote",
        provider_id=shop,
        amount=amount,
        currency="EUR",
        paper=upload("Quotation"),
    )
    page = kyiv.open(f"{request}/quotes/choose")
    page.locator('[name="quote_id"]').first.check()
    fill(page, choice_reason="Usual price")
    send(page, "Save the choice")
    send(kyiv.open(f"{request}/submit"), "Submit for approval")
    for who in supervisors:
        page = who.open("/approvals/")
        page.get_by_label(f"Approve {what} for the journey").check()
        send(page, "Approve what is ticked")
    expect(kyiv.open(request).locator("main")).to_contain_text("Approved")
    instalment = str(kyiv.page.locator('a[href*="/instalments/"]').first.get_attribute("href")).partition("#")[0]
    instalment = "/".join(instalment.split("/")[:5])
    act(finance, f"{instalment}/order", "Save", day=TODAY)
    act(
        kyiv,
        f"{instalment}/delivery",
        "Save",
        day=TODAY,
        signed_by_id=f"Father {FAMILY}",
        certificate=upload("Handover certificate"),
    )
    act(kyiv, f"{instalment}/invoice", "Save", day=TODAY, number="J-1", amount=amount, paper=upload("Invoice"))
    act(finance, f"{instalment}/payment", "Save", day=TODAY, amount=amount, proof=upload("Proof of payment"))
    act(kyiv, f"{instalment}/verify", "Save", day=TODAY)


def finish(kyiv: Visitor, case: str) -> None:
    """Visit, final report, closing."""
    move_on(kyiv, case, "Monitoring")
    act(
        kyiv,
        f"{case}/visits/new",
        "Log the visit",
        visited_on=TODAY,
        place="Playroom",
        use="as_planned",
        findings="Forty children a day.",
    )
    act(
        kyiv,
        f"{case}/final-report",
        "Save the final report",
        reported_on=TODAY,
        summary="The playroom stands.",
        file=upload("Final report"),
    )
    act(kyiv, f"{case}/close", "Close", outcome="completed", reason="Everything is delivered.")


def take_away(auditor: Visitor, case: str, folder: Path) -> dict[str, Any]:
    """The auditor reads the case and exports its history."""
    page = auditor.open(case)
    expect(page.locator("main")).to_contain_text("Completed")
    page.get_by_role("link", name="Take away").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Take away JSON", exact=True).click()
    waiting.value.save_as(folder / "case.json")
    return dict(json.loads((folder / "case.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "javascript", [pytest.param(True, id="javascript"), pytest.param(False, id="plain", marks=pytest.mark.both)]
)
def test_a_family_from_intake_to_the_exported_history(
    visit: Visit, served: Served, tmp_path: Path, javascript: bool
) -> None:
    def person(who: str) -> Visitor:
        return visit(who, javascript=javascript)

    tallinn, kyiv = person("caseworker.tallinn"), person("caseworker.kyiv")
    above, beside = person("supervisor.tallinn"), person("supervisor.kyiv")
    finance, auditor = person("finance.kyiv"), person("auditor")
    case = open_case(tallinn)
    in_tallinn(tallinn, above, case)
    accept(kyiv, case)
    travel(tallinn, kyiv, case)
    write_plan(kyiv, case)
    decide_plan(beside, case, "approve")
    decide_plan(above, case, "approve")
    spend(kyiv, (beside,), finance, case, "Play structures", "Play equipment shop", "450")
    spend(kyiv, (beside,), finance, case, "Sports training", "Sports club", "480")
    spend(kyiv, (beside, above), finance, case, "Kindergarten", "Kindergarten (fictional)", "700")
    finish(kyiv, case)
    history = take_away(auditor, case, tmp_path)
    assert history["format"] == FORMAT
    assert len(history["persons"]) == 4
    kinds = {event["kind"] for event in history["events"]}
    assert {"case.created", "grant.made", "case.closed"} <= kinds
    checked = served.flask("verify")
    assert checked.returncode == 0, checked.stderr
