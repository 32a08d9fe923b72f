"""How a project gets and spends money at a browser: share, plan, tender, approval by two, payment; who is refused."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.acting import TODAY, act, choose, fill, not_offered, refused, send, upload
from tests.journeys.conftest import Visitor

BUILDER = "Building cooperative"
PRICE = "64000"
LINE = "65000"
"""What the roof costs in the plan: more than is paid to the builder."""


def award(kyiv: Visitor, supervisors: tuple[Visitor, Visitor], project: str) -> None:
    """A supervisor asks for the donor's share and cannot award it, nor can a caseworker; the other supervisor does."""
    supervisor, asker = supervisors
    page = act(
        asker, f"{project}/money/shares/new", "Ask", budget_line_id="Community projects", amount="70000",
        signed_on=TODAY, file=upload("Donor's agreement"),
    )  # fmt: skip
    expect(page.locator("#shares")).to_contain_text("Waits for a supervisor")
    page = supervisor.open(f"{project}/money")
    decide = page.locator("#shares").get_by_role("link", name="Decide")
    address = str(decide.get_attribute("href"))
    not_offered(asker, address, "Decide", "You asked for this yourself; somebody else has to approve it.")
    expect(kyiv.open(f"{project}/money").locator("#shares").get_by_role("link", name="Decide")).to_have_count(0)
    refused(kyiv, address)
    decide.click()
    page.locator('main [name="decision"][value="grant"]').check()
    send(page, "Decide")
    expect(page.locator("#sources")).to_contain_text("70,000.00 EUR")


def plan(kyiv: Visitor, supervisors: tuple[Visitor, Visitor], project: str) -> None:
    """A roof for the club, paid by the share; two supervisors of the office approve the plan, a step each, and not the
    caseworker who wrote it."""
    page = kyiv.open(f"{project}/plan/activities/new")
    fill(page, kind="works", title="A dry hall", feasibility="The walls are sound.")
    page.get_by_label("Culture club", exact=True).check()
    send(page, "Save")
    lines = str(kyiv.open(f"{project}/plan").locator('a[href$="/lines/new"]').last.get_attribute("href"))
    act(kyiv, lines, "Save", description="Roof", quantity="1", unit_price=LINE, frequency="once")
    if "/funding" not in kyiv.page.url:
        kyiv.open(f"{project}/plan").locator('a[href$="/funding"]').last.click()
    kyiv.page.locator("main form").get_by_label("Community projects").first.fill(LINE)
    send(kyiv.page, "Save")
    send(kyiv.open(f"{project}/plan/submit"), "Submit plan")
    first, second = supervisors
    page = first.open("/approvals/")
    waiting = page.locator("main article, main section, main li, main tr").filter(has_text=project.rsplit("/", 1)[-1])
    version = str(waiting.locator('a[href*="/approvals/plans/"]').last.get_attribute("href"))
    refused(kyiv, "/approvals/", version)
    approve(first, version)
    not_offered(first, version, "Approve", "You have decided on this version already")
    approve(second, version)


def approve(who: Visitor, address: str) -> None:
    """Their word on a plan."""
    page = who.open(address)
    page.locator('main [name="decision"][value="approve"]').check()
    send(page, "Decide")


def draft(who: Visitor, project: str, purpose: str, amount: str, *bids: tuple[str, str]) -> str:
    """A request for the roof with its bids (who, price), the first of which is taken; returns its address."""
    page = who.open(f"{project}/disbursements/new")
    (bidder, _price), *others = bids
    fill(page, purpose=purpose, provider_id=bidder, kind="provider")
    page.locator("fieldset").filter(has_text=": Roof").last.locator('[name$="-amount"]').first.fill(amount)
    fill(page, instalments__0__amount=amount, instalments__0__terms="on_delivery")
    send(page, "Save the draft")
    request = page.url.partition("#")[0].removeprefix(who.url)
    for name, price in bids:
        page = who.open(f"{request}/quotes/new")
        fill(page, amount=price, currency="EUR", paper=upload(f"Bid of {name}"))
        if (name, price) in others:
            fill(page, provider_id="", provider_name=name)
        else:
            choose(page, "provider_id", name)
        send(page, "Add the quote")
    page = who.open(f"{request}/quotes/choose")
    page.locator('[name="quote_id"]').first.check()
    fill(page, choice_reason="The cheapest")
    send(page, "Save the choice")
    return request


def file_tender(who: Visitor, request: str, *panel: str) -> None:
    """The tender file, from its form; of the panel those who are called supervisor are chosen from the office."""
    fill(
        who.page, procedure="open", published_on=TODAY, opened_on=TODAY, notice=upload("Notice"),
        minutes=upload("Minutes"),
    )  # fmt: skip
    for number, name in enumerate(panel):
        if name.startswith("Supervisor"):
            choose(who.page, f"panel-{number}-user_id", name)
        else:
            fill(who.page, **{f"panel__{number}__name": name})
        fill(who.page, **{f"panel__{number}__function": "Member"})
    send(who.page, "Save the tender file")
    send(who.open(f"{request}/submit"), "Submit for approval")


def ask_in_vain(supervisors: tuple[Visitor, Visitor], project: str) -> None:
    """A supervisor asks, the other one sat on the panel: neither of them approves."""
    sat, asker = supervisors
    request = draft(asker, project, "Scaffold of the club", "500", ("Joinery", "500"))
    asker.open(f"{request}/tender")
    file_tender(asker, request, "Supervisor, Kyiv", "Engineer of the town", "Head of the club")
    waiting = sat.open("/approvals/").get_by_role("link", name="Scaffold of the club")
    address = str(waiting.first.get_attribute("href"))
    not_offered(sat, address, "Approve", "You sat on the panel that chose the provider")
    not_offered(asker, address, "Approve", "You asked for this yourself; somebody else has to approve it.")


def ask(kyiv: Visitor, project: str) -> str:
    """The request with its bids; above the limit of the own procedure only a tender file lets it go on."""
    bids = ((BUILDER, PRICE), ("Second bidder", "66000"), ("Third bidder", "70000"))
    request = draft(kyiv, project, "Roof of the club", PRICE, *bids)
    not_offered(kyiv, request, "Submit for approval", "A tender file has to be there.")
    kyiv.page.get_by_role("link", name="Enter the tender file").click()
    file_tender(kyiv, request, "Engineer of the town", "Speaker of the group", "Head of the club")
    return request


def buy(kyiv: Visitor, supervisors: tuple[Visitor, Visitor], finance: Visitor, project: str) -> None:
    """Asked for, approved by two supervisors, ordered and paid by the finance officer, and by nobody else."""
    request = ask(kyiv, project)
    first, second = supervisors
    page = first.open("/approvals/")
    address = str(page.get_by_role("link", name="Roof of the club").first.get_attribute("href"))
    refused(kyiv, address)
    refused(finance, address, f"{request}/edit", f"{project}/disbursements/new", f"{project}/money/shares/new")
    for who in supervisors:
        page = who.open("/approvals/")
        page.get_by_label("Approve Roof of the club").check()
        send(page, "Approve what is ticked")
        if who is first:
            not_offered(first, address, "Approve", "You gave your approval already; the next one is another person's.")
    page = kyiv.open(request)
    instalment = str(page.locator('a[href*="/instalments/"]').first.get_attribute("href")).partition("#")[0]
    instalment = "/".join(instalment.split("/")[:5])
    page = kyiv.open(instalment)
    expect(page.locator("main")).to_contain_text("A finance officer orders it.")
    for who in (kyiv, second):
        refused(who, f"{instalment}/order", f"{instalment}/payment")
    refused(finance, f"{instalment}/delivery")
    act(finance, f"{instalment}/order", "Save", day=TODAY)
    act(
        kyiv, f"{instalment}/delivery", "Save", day=TODAY, signed_by="Head of the club",
        certificate=upload("Certificate"),
    )  # fmt: skip
    act(kyiv, f"{instalment}/invoice", "Save", day=TODAY, number="J-1", amount=PRICE, paper=upload("Invoice"))
    act(finance, f"{instalment}/payment", "Save", day=TODAY, amount=PRICE, proof=upload("Proof of payment"))
    act(kyiv, f"{instalment}/verify", "Save", day=TODAY)
    expect(kyiv.open(f"{project}/money").locator("#sites-money")).to_contain_text("64,000.00 EUR")
