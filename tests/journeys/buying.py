"""How a project gets and spends money at a browser: the donor's share, the plan, a tender, approval by two, payment."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.acting import TODAY, act, choose, fill, send, upload
from tests.journeys.conftest import Visitor

BUILDER = "Building cooperative"
PRICE = "64000"


def award(kyiv: Visitor, supervisor: Visitor, project: str) -> None:
    """The caseworker asks for the donor's share and cannot award it; a supervisor does."""
    page = act(
        kyiv, f"{project}/money/shares/new", "Ask", budget_line_id="Community projects", amount="70000",
        signed_on=TODAY, file=upload("Donor's agreement"),
    )  # fmt: skip
    expect(page.locator("#shares")).to_contain_text("Waits for a supervisor")
    expect(page.locator("#shares").get_by_role("link", name="Decide")).to_have_count(0)
    page = supervisor.open(f"{project}/money")
    page.locator("#shares").get_by_role("link", name="Decide").click()
    page.locator('main [name="decision"][value="grant"]').check()
    send(page, "Decide")
    expect(page.locator("#sources")).to_contain_text("70,000.00 EUR")


def plan(kyiv: Visitor, supervisors: tuple[Visitor, ...], project: str) -> None:
    """A roof for the club, paid by the share; two supervisors of the office approve the plan."""
    page = kyiv.open(f"{project}/plan/activities/new")
    fill(page, kind="works", title="A dry hall", feasibility="The walls are sound.")
    page.get_by_label("Culture club", exact=True).check()
    send(page, "Save")
    lines = str(kyiv.open(f"{project}/plan").locator('a[href$="/lines/new"]').last.get_attribute("href"))
    act(kyiv, lines, "Save", description="Roof", quantity="1", unit_price=PRICE, frequency="once")
    if "/funding" not in kyiv.page.url:
        kyiv.open(f"{project}/plan").locator('a[href$="/funding"]').last.click()
    kyiv.page.locator("main form").get_by_label("Community projects").first.fill(PRICE)
    send(kyiv.page, "Save")
    send(kyiv.open(f"{project}/plan/submit"), "Submit plan")
    for who in supervisors:
        page = who.open("/approvals/")
        page.locator("main article, main section, main li, main tr").filter(
            has_text=project.rsplit("/", 1)[-1]
        ).locator('a[href*="/approvals/plans/"]').last.click()
        page.locator('main [name="decision"][value="approve"]').check()
        send(page, "Decide")


def ask(kyiv: Visitor, project: str) -> str:
    """The request with its bids; above the limit of the own procedure only a tender file lets it go on."""
    page = kyiv.open(f"{project}/disbursements/new")
    fill(page, purpose="Roof of the club", provider_id=BUILDER, kind="provider")
    page.locator("fieldset").filter(has_text=": Roof").last.locator('[name$="-amount"]').first.fill(PRICE)
    fill(page, instalments__0__amount=PRICE, instalments__0__terms="on_delivery")
    send(page, "Save the draft")
    request = page.url.partition("#")[0].removeprefix(kyiv.url)
    for bidder, price in ((BUILDER, PRICE), ("Second bidder", "66000"), ("Third bidder", "70000")):
        page = kyiv.open(f"{request}/quotes/new")
        fill(page, amount=price, currency="EUR", paper=upload(f"Bid of {bidder}"))
        if bidder == BUILDER:
            choose(page, "provider_id", bidder)
        else:
            fill(page, provider_id="", provider_name=bidder)
        send(page, "Add the quote")
    page = kyiv.open(f"{request}/quotes/choose")
    page.locator('[name="quote_id"]').first.check()
    fill(page, choice_reason="The cheapest of three")
    send(page, "Save the choice")
    page = kyiv.open(request)
    expect(page.locator(".why-not")).to_contain_text("A tender file has to be there.")
    page.get_by_role("link", name="Enter the tender file").click()
    fill(
        page, procedure="open", published_on=TODAY, opened_on=TODAY, notice=upload("Notice"), minutes=upload("Minutes")
    )
    for number, name in enumerate(("Engineer of the town", "Speaker of the group", "Head of the club")):
        fill(page, **{f"panel__{number}__name": name, f"panel__{number}__function": "Member"})
    send(page, "Save the tender file")
    send(kyiv.open(f"{request}/submit"), "Submit for approval")
    return request


def buy(kyiv: Visitor, supervisors: tuple[Visitor, ...], finance: Visitor, project: str) -> None:
    """Asked for, approved by two supervisors, ordered and paid by the finance officer."""
    request = ask(kyiv, project)
    for who in supervisors:
        page = who.open("/approvals/")
        page.get_by_label("Approve Roof of the club").check()
        send(page, "Approve what is ticked")
    page = kyiv.open(request)
    instalment = str(page.locator('a[href*="/instalments/"]').first.get_attribute("href")).partition("#")[0]
    instalment = "/".join(instalment.split("/")[:5])
    page = kyiv.open(instalment)
    expect(page.locator("main")).to_contain_text("A finance officer orders it.")
    act(finance, f"{instalment}/order", "Save", day=TODAY)
    act(
        kyiv, f"{instalment}/delivery", "Save", day=TODAY, signed_by="Head of the club",
        certificate=upload("Certificate"),
    )  # fmt: skip
    act(kyiv, f"{instalment}/invoice", "Save", day=TODAY, number="J-1", amount=PRICE, paper=upload("Invoice"))
    act(finance, f"{instalment}/payment", "Save", day=TODAY, amount=PRICE, proof=upload("Proof of payment"))
    act(kyiv, f"{instalment}/verify", "Save", day=TODAY)
    expect(kyiv.open(f"{project}/money").locator("#sites-money")).to_contain_text("64,000.00 EUR")
