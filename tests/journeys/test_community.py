"""A community's project by hand: a site from the call to its owner, each act by whose it is, and refused to others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.exports.test_iati import check
from tests.factories.works import photograph
from tests.journeys.acting import TODAY, act, fill, not_offered, refused, send, upload
from tests.journeys.buying import ask_in_vain, award, buy, plan
from tests.journeys.conftest import Visit, Visitor

EARLIER = (date.fromisoformat(TODAY) - timedelta(days=200)).isoformat()
"""When the works were done and the site handed over: a visit after six months can have been."""
CRITERIA = (("People who will use it", "60", "9"), ("Open to displaced people", "40", "7"))


def open_project(kyiv: Visitor) -> str:
    """A new project with its donor and what it is measured by; returns its address."""
    page = kyiv.open("/projects/")
    page.get_by_role("link", name="New project").click()
    fill(
        page, title="Places to meet", purpose="Renovate and equip social institutions.", programme_id="Reintegration",
        country="Ukraine", regions="Donetsk\nKharkiv", target_sites="70", starts_on=TODAY, ends_on="2035-12-31",
        donors__0__name="European Union", donors__0__share="100", indicators__0__objective="People meet",
        indicators__0__indicator="Institutions in use", indicators__0__target="70",
    )  # fmt: skip
    send(page, "Open the project")
    expect(page.locator("main")).to_contain_text("No institution has answered the call yet.")
    return page.url.removeprefix(kyiv.url)


def add_site(kyiv: Visitor, project: str, name: str, kind: str, latitude: str, longitude: str) -> str:
    """An institution that answered the call; returns its address."""
    page = act(
        kyiv, f"{project}/sites/new", "Save", name=name, local_name="Будинок культури", kind=kind,
        settlement="Mykolaivka", oblast="Donetsk", latitude=latitude, longitude=longitude, owner="Town council",
        users_before="620",
    )  # fmt: skip
    return page.url.removeprefix(kyiv.url)


def waits_for(page: Page, sentence: str) -> None:
    """The site's page says why it does not go on, and shows no button for it."""
    expect(page.locator("#next .why-not")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Move on to")).to_have_count(0)


def move_on(page: Page, stage: str) -> None:
    """Press the button on the site's page that moves it on."""
    page.get_by_role("button", name=f"Move on to {stage}").click()
    expect(page.locator(".flashes")).to_contain_text(f"The site has come to: {stage}.")


def form_group(kyiv: Visitor, site: str) -> None:
    """Neighbours, displaced people, one of them to be reached; then their training."""
    alike = {"profile": "local", "sex": "female", "age_band": "from_30", "joined_on": TODAY}
    act(kyiv, f"{site}/members/new", "Enter", number="3", **alike)
    page = act(
        kyiv, f"{site}/members/new", "Enter", profile="displaced", sex="male", age_band="from_18", joined_on=TODAY,
        is_contact=True, contact_name="Speaker of the group",
    )  # fmt: skip
    expect(page.locator("#group")).to_contain_text("Speaker of the group")
    expect(page.locator("#group tbody tr")).to_have_count(4)
    move_on(kyiv.page, "Initiative group formed")
    act(
        kyiv, f"{site}/gatherings/new", "Enter", kind="training", held_on=TODAY, topic="How a community plans",
        attended="4", file=upload("Minutes of the training"),
    )  # fmt: skip
    move_on(kyiv.page, "Trained")


def score(kyiv: Visitor, project: str, site: str) -> None:
    """The project's criteria, one row after the other, and the site's scores."""
    page = kyiv.open(f"{project}/criteria")
    for number, (name, weight, _score) in enumerate(CRITERIA):
        if number:
            page.get_by_role("button", name="Another criterion").click()
        fill(page, **{f"criteria__{number}__name": name, f"criteria__{number}__weight": weight})
    send(page, "Save")
    scores = {f"scores__{number}__score": score for number, (_name, _weight, score) in enumerate(CRITERIA)}
    page = act(kyiv, f"{site}/scores", "Save the scores", **scores)
    expect(page.locator("#selection")).to_contain_text("82 per cent")
    move_on(kyiv.page, "Shortlisted")


def agree(kyiv: Visitor, site: str) -> None:
    """What the authority pledges beside the donor, and what came of it; then the agreement."""
    page = kyiv.open(site)
    page.get_by_role("link", name="Co-contribution").click()
    fill(
        page, source="authority", giver="Town council", form="in_kind", what="Windows of the hall", amount="9000",
        pledged_on=TODAY,
    )  # fmt: skip
    send(page, "Enter the pledge")
    page.get_by_role("link", name="It came").click()
    fill(page, delivered_on=TODAY, amount="6000", file=upload("List of work done"))
    send(page, "Enter")
    expect(page.locator("#contributions")).to_contain_text("6,000.00 EUR")
    act(
        kyiv, f"{site}/papers/new", "Add document", kind="site_agreement", title="Agreement", day=TODAY,
        file=upload("Agreement"),
    )  # fmt: skip
    move_on(page, "Agreed")


def build(kyiv: Visitor, supervisor: Visitor, site: str) -> None:
    """The roof by its bill of quantities, to the acceptance by somebody who did not log its end."""
    act(
        kyiv, f"{site}/papers/new", "Add document", kind="works_contract", title="Contract", day=TODAY,
        file=upload("Contract for the roof"),
    )  # fmt: skip
    page = act(
        kyiv, f"{site}/works/new", "Save", kind="roof", title="Roof of the hall", contract_id="Contract",
        planned_start=EARLIER, planned_end=EARLIER, bill__0__what="Tiles", bill__0__unit="m²",
        bill__0__quantity="120.5", bill__0__unit_price="31.15",
    )  # fmt: skip
    expect(page.locator("#bill")).to_contain_text("3,753.58 EUR")
    works = page.url.removeprefix(kyiv.url)
    page.get_by_role("link", name="They started").click()
    fill(page, started_on=EARLIER)
    send(page, "Enter")
    page.get_by_role("link", name="How far they are").click()
    picture = photograph()
    fill(page, day=EARLIER, percent="100", photographs={
        "name": picture.file_name, "mimeType": picture.media_type, "buffer": picture.content,
    })  # fmt: skip
    send(page, "Enter")
    image = page.locator("#progress img")
    expect(image).to_have_js_property("naturalWidth", 320)
    not_offered(kyiv, works, "Accept the works", "A supervisor who did not log the last progress accepts the works.")
    refused(kyiv, f"{works}/accept", f"{works}/cancel")
    page = act(supervisor, f"{works}/accept", "Accept", accepted_on=EARLIER, file=upload("Act"), warranty_months="24")
    expect(page.locator("#progress")).to_contain_text("Accepted")


def equip(kyiv: Visitor, site: str) -> None:
    """Computers with a serial number, received, and handed over to the owner with the site."""
    page = act(
        kyiv, f"{site}/equipment/new", "Save", kind="computers", title="Computers", quantity="4", unit="pieces",
        serials="PC-1",
    )  # fmt: skip
    page.get_by_role("link", name="It came").click()
    fill(page, custodian="Head of the club", place="Room 4", received_on=EARLIER, file=upload("Receipt"))
    send(page, "Enter")
    expect(page.locator("#custody")).to_contain_text("Head of the club")
    page = kyiv.open(site)
    for stage in ("Tendering", "Works", "Equipping", "Accepted"):
        move_on(page, stage)
    waits_for(page, "Still missing: The handover to the owner with its certificate")
    page.get_by_role("link", name="Hand over", exact=True).click()
    fill(page, handed_on=EARLIER, receiver_function="Deputy mayor", file=upload("Handover certificate"))
    send(page, "Enter the handover")
    expect(page.locator("#equipment tbody")).to_contain_text("Town council")
    move_on(page, "Handed over")


def use(kyiv: Visitor, project: str, site: str) -> None:
    """Who uses it, as far as it is known; and what the visit after six months found."""
    move_on(kyiv.page, "In use")
    page = act(
        kyiv, f"{project}/benefits/new?site={site.rpartition('/')[2]}", "Enter", aim="reached", reach="direct",
        exactness="about", number="120", basis="estimated", method="head_count", source="Head of the club",
        as_of=TODAY, people_displaced="30",
    )  # fmt: skip
    expect(page.locator("#benefits")).to_contain_text("about 120")
    expect(page.locator("#benefits")).to_contain_text("not known 90")
    page.locator("#visits").get_by_role("link", name="After 6 months").click()
    fill(
        page, visited_on=TODAY, visitors="Caseworker", open_hours="40", users="80", users_per="week",
        equipment="All there", file=upload("Report of the visit"),
    )  # fmt: skip
    send(page, "Enter")
    expect(page.locator("#visits tbody")).to_contain_text("80 in a week")
    waits_for(page, "A supervisor decides this.")


def publish(auditor: Visitor, project: str) -> None:
    """What the project says of itself, for the public register of aid."""
    page = auditor.open(project)
    page.get_by_role("link", name="Publish").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take away IATI").click()
    activity = check(Path(taken.value.path()).read_bytes())
    assert activity.findtext("title/narrative") == "Places to meet"
    assert activity.findtext("location/name/narrative") == "Culture club"
    assert {each.text for each in activity.findall("transaction/value")} >= {"64000.00"}


def keep_out(stranger: Visitor, project: str, site: str) -> None:
    """Another office does not learn that there is such a project."""
    page = stranger.open("/projects/")
    expect(page.locator("main")).not_to_contain_text(project.rpartition("/")[2])
    refused(stranger, project, site, f"{project}/money", f"{project}/timeline", f"{project}/sites/new")


def only_reads(auditor: Visitor, project: str, site: str) -> None:
    """Their pages have nothing to press that writes, and no address that they may type does."""
    for path in (project, site, f"{project}/money"):
        main = auditor.open(path).locator("main")
        expect(main).to_contain_text("Culture club")
        expect(main.get_by_role("button")).to_have_count(0)
        expect(main.locator('a[href$="/new"], a[href$="/edit"], a[href$="/accept"]')).to_have_count(0)
    refused(auditor, "/projects/new", f"{project}/edit", f"{project}/close", f"{project}/sites/new", "/approvals/")
    refused(auditor, f"{site}/edit", f"{site}/leave", f"{site}/works/new", f"{project}/money/shares/new")
    refused(auditor, f"{project}/plan/activities/new", f"{project}/disbursements/new")


def test_a_site_from_the_call_to_its_owner(visit: Visit) -> None:
    kyiv = visit("caseworker.kyiv")
    project = open_project(kyiv)
    site = add_site(kyiv, project, "Culture club", "culture_club", "48.85", "37.77")
    waits_for(kyiv.page, "Still missing: The institution's application")
    act(
        kyiv, f"{site}/papers/new", "Add document", kind="site_application", title="Application", day=TODAY,
        file=upload("Application"),
    )  # fmt: skip
    move_on(kyiv.page, "Application")
    form_group(kyiv, site)
    score(kyiv, project, site)
    act(
        kyiv, f"{site}/vote", "Enter", held_on=TODAY, votes_for="41", votes_against="3", abstained="2",
        file=upload("Minutes of the vote"),
    )  # fmt: skip
    waits_for(kyiv.page, "Still missing: Proof of communal ownership")
    act(
        kyiv, f"{site}/papers/new", "Add document", kind="ownership_proof", title="Extract of the register", day=TODAY,
        file=upload("Extract of the register"),
    )  # fmt: skip
    not_offered(kyiv, site, "Move on to", "A supervisor decides this.")
    refused(kyiv, f"{site}/leave")
    move_on(visit("supervisor.kyiv").open(site), "Selected")
    agree(kyiv, site)
    supervisors, finance = (visit("supervisor.kyiv"), visit("supervisor.two.kyiv")), visit("finance.kyiv")
    refused(finance, project, f"{project}/sites/new", f"{site}/edit", f"{project}/plan/activities/new", "/approvals/")
    award(kyiv, supervisors, project)
    plan(kyiv, supervisors, project)
    ask_in_vain(supervisors, project)
    buy(kyiv, supervisors, finance, project)
    build(kyiv, supervisors[0], site)
    equip(kyiv, site)
    use(kyiv, project, site)
    add_site(kyiv, project, "Library", "library", "48.66", "38.00")
    page = kyiv.open(project)
    expect(page.locator(".site-map g title")).to_have_text(["Culture club, Mykolaivka", "Library, Mykolaivka"])
    expect(page.locator(".site-map .map-used circle").first).to_be_visible()

    keep_out(visit("caseworker.tallinn"), project, site)
    auditor = visit("auditor")
    page = auditor.open(project)
    page.get_by_role("link", name="Whole timeline").click()
    timeline = page.locator("main")
    expect(timeline).to_contain_text("Culture club has come to: In use")
    expect(timeline).to_contain_text("Roof of the hall of Culture club was accepted")
    expect(timeline).to_contain_text("Supervisor, Kyiv")
    expect(timeline.get_by_role("button")).to_have_text(["Filter"])
    page.get_by_label("Site").select_option("Library, Mykolaivka")
    page.get_by_role("button", name="Filter").click()
    expect(timeline.locator(".timeline .t")).to_have_text(["Site entered: Library"])
    publish(auditor, project)
    only_reads(auditor, project, site)
    expect(auditor.open(f"{project}/timeline").locator("main")).to_contain_text("not open to this person: enter a site")
