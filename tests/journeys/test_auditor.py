"""A day of the auditor, as `docs/auditor.md` tells it: from a search in the record to a bundle that proves itself."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from casetracker.core import clock
from tests.journeys.acting import fill, send
from tests.journeys.conftest import Served, Visit, Visitor
from tests.journeys.pictures import Album

FAMILY = "EE-2026-00001"


def room(auditor: Visitor, page: str) -> Page:
    """One of the pages of the audit, by its tab."""
    shown = auditor.page
    if not shown.locator("nav[aria-label='Pages of the audit']").count():
        shown.get_by_role("navigation", name="Main").get_by_role("link", name="Audit", exact=True).click()
    shown.get_by_role("navigation", name="Pages of the audit").get_by_role("link", name=page, exact=True).click()
    return shown


def take(page: Page, button: str) -> bytes:
    """Press the button; the file that comes."""
    with page.expect_download() as waiting:
        page.locator("main").get_by_role("button", name=button, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def find_an_entry(auditor: Visitor, album: Album) -> None:
    """Which payments of more than a thousand euros the finance officer recorded; the one of the works, in its case."""
    page = room(auditor, "Find")
    fill(page, who="Finance officer, Kyiv", act="Instalment paid", least="1000")
    send(page, "Filter")
    rows = page.get_by_role("table", name="Entries").get_by_role("row")
    expect(rows).to_have_count(13)
    works = rows.filter(has_text="Renovation of the playroom")
    expect(works).to_contain_text("1,860.00 EUR")
    album.take(page, "record-search")
    works.get_by_role("link", name=FAMILY).click()
    marked = page.locator(".timeline .marked")
    expect(marked).to_contain_text("you came for this entry")
    expect(marked).to_contain_text("1,860.00 EUR")
    album.take(page, "entry-in-timeline", top=marked, height=520)
    marked.get_by_role("link", name="before").click()
    expect(page.locator("main")).to_contain_text("The case as it was on 20 Mar 2026")


def look_back(auditor: Visitor, album: Album) -> None:
    """The family's case at the end of two days, side by side: what changed, by which entries."""
    page = auditor.page
    page.get_by_role("link", name="Another moment").click()
    page.get_by_label("Day", exact=True).fill("2026-03-08")
    page.get_by_label("Second day (to compare)").fill("2026-03-20")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Two moments side by side")).to_be_visible()
    money = page.get_by_role("table", name="Where the money stood")
    expect(money.get_by_role("row").filter(has_text="Spent").first).to_be_visible()
    expect(page.locator("#rows")).to_contain_text("Plan finally approved")
    album.take(page, "two-moments", height=900)


def read_changes(auditor: Visitor, album: Album) -> None:
    """The last month: amounts that became others, with before and after, and a case reopened."""
    page = room(auditor, "Changes")
    counts = page.get_by_role("table", name="What changed")
    parts = counts.get_by_role("rowheader")
    for words in ("Approvals", "Changed providers and accounts", "Corrected and extended dates", "Refused attempts"):
        expect(parts.get_by_role("link", name=words)).to_be_visible()
    album.take(page, "change-report")
    parts.get_by_role("link", name="Changed amounts").click()
    entries = page.locator("#entries")
    expect(entries.locator(".before-after", has_text="480.00 EUR").first).to_contain_text("468.00 EUR")
    parts.get_by_role("link", name="Reopened cases").click()
    expect(entries).to_contain_text("A court is said to have lifted the expulsion order.")
    book = openpyxl.load_workbook(io.BytesIO(take(page, "Take away as Workbook (XLSX)")))
    told = [str(row[7]) for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert any("A court is said to have lifted" in each for each in told)


def read_checks(auditor: Visitor, album: Album) -> None:
    """What rules find in the cases: a purchase in two halves."""
    page = auditor.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Checks").click()
    page.get_by_role("button", name="Look at everything now").click()
    expect(page.locator(".flashes")).to_contain_text("Everything here is as of now.")
    album.take(page, "checks", height=900)
    asked = page.get_by_role("table", name="What would be asked").get_by_role("row")
    asked.filter(has_text="Electrician (fictional) is paid").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("declared by Caseworker, Kyiv")


def draw_a_sample(auditor: Visitor, album: Album) -> str:
    """Payments from 500 euros on, by monetary units: whatever is larger than the interval is in it for certain."""
    page = room(auditor, "Samples")
    page.get_by_role("link", name="Draw a sample").click()
    fill(page, name="Payments of 500 euros and more", least="500", method="monetary_unit", sized_by="confidence")
    page.locator("summary", has_text="As many as a confidence needs").click()
    fill(page, confidence="95", expected="0", tolerable_amount="1700")
    album.take(page, "draw-sample", height=1300)
    send(page, "Draw")
    expect(page.locator("main")).to_contain_text("one is 95 % sure that less than 1,700.00 EUR is wrong")
    items = page.get_by_role("table", name="Items").get_by_role("row")
    expect(items.filter(has_text="Works at the shed")).to_have_count(1)
    return page.url.removeprefix(auditor.url).partition("#")[0]


def draw_it_again(auditor: Visitor, sample: str) -> None:
    """The same seed over the same moment: the same sample."""
    page = auditor.open(sample)
    page.get_by_role("link", name="Draw it again").click()
    expect(page.locator("main")).to_contain_text("The same sample")


def examine_items(auditor: Visitor, album: Album, sample: str) -> None:
    """The first item, then the works that were paid in advance and have no handover certificate; for the pictures
    every one."""
    page = auditor.open(sample)
    page.get_by_role("link", name="Look at the items").click()
    examine(page, album)
    if album.folder is None:
        expect(page.locator("h1")).to_contain_text("Item 2 of")
        auditor.open(sample)
        open_the_wrong_item(page)
        examine(page, album)
        return
    while not page.get_by_text("Every item of this sample was looked at.").count():
        examine(page, album)
    expect(page.locator("main")).to_contain_text("Take the workpaper away, then close the sample.")
    album.take(page, "sample", height=1100)


def open_the_wrong_item(page: Page) -> None:
    """On the page of the sample."""
    row = page.get_by_role("table", name="Items").get_by_role("row").filter(has_text="Works at the shed")
    row.get_by_role("rowheader").get_by_role("link").click()


def examine(page: Page, album: Album) -> None:
    """What is seen of the item that is open; sent, the next one is."""
    is_wrong = "Works at the shed" in page.locator("main").inner_text()
    fill(page, document_seen="no" if is_wrong else "yes", agrees="yes")
    if is_wrong:
        fill(page, is_exception=True, wrong_amount="600", note="Paid in advance; nobody signed for the works.")
        album.take(page, "item-examined", height=900)
    send(page, "Save and next" if page.get_by_role("button", name="Save and next").count() else "Save")


def raise_a_finding(auditor: Visitor, sample: str) -> str:
    """About the item that is wrong; the office that paid is asked. Returns the finding's address."""
    page = auditor.open(sample)
    open_the_wrong_item(page)
    page.get_by_role("link", name="Raise a finding about it").click()
    fill(
        page, asked="receiving", title="No handover certificate for the works",
        text="Paid in advance; the certificate of the works at the shed is not in the file.",
        questioned_amount="600", due_on=(clock.today() + timedelta(days=30)).isoformat(),
    )  # fmt: skip
    send(page, "Raise it")
    expect(page.locator("main")).to_contain_text("No handover certificate for the works")
    return page.url.removeprefix(auditor.url).partition("#")[0]


def answer_the_finding(supervisor: Visitor, finding: str) -> None:
    """The supervisor finds it among the own work, and answers."""
    page = supervisor.open("/")
    page.locator(f'main a[href="{finding}"]').first.click()
    fill(page, reason="The builder fell ill; the works are done on Monday, the certificate follows.")
    send(page, "Answer")
    expect(page.locator("main")).to_contain_text("The builder fell ill")


def close_the_finding(auditor: Visitor, album: Album, finding: str) -> None:
    """The auditor reads the answer, and closes."""
    page = auditor.open("/audit/findings")
    page.get_by_role("table", name="Findings of auditors").locator(f'a[href="{finding}"]').click()
    expect(page.locator("main")).to_contain_text("The builder fell ill")
    album.take(page, "finding-answered", height=1000)
    page.get_by_label("What you conclude").fill("The certificate was shown; the works stand.")
    page.get_by_role("button", name="Close the finding").click()
    expect(page.locator("main")).to_contain_text("The certificate was shown; the works stand.")
    expect(page.locator("main")).to_contain_text("Closed")


def take_the_workpaper_away(auditor: Visitor, album: Album, sample: str) -> None:
    """As a document and as a workbook."""
    page = auditor.open(sample)
    pdf = take(page, "Workpaper (PDF)")
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)
    assert "Payments of 500 euros and more" in text and "No handover certificate for the works" in text
    album.take_pdf(pdf, "workpaper", 1, 2)
    book = openpyxl.load_workbook(io.BytesIO(take(page, "Workpaper (XLSX)")))
    assert len(book.sheetnames) > 1


def take_a_case_away(auditor: Visitor, album: Album) -> None:
    """The family's history as a document to print and as a workbook."""
    page = auditor.open(f"/cases/{FAMILY}")
    page.get_by_role("link", name="Take away", exact=True).click()
    pdf = take(page, "Take away PDF, to print")
    assert "Playroom family" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    album.take_pdf(pdf, "case-history", 1, 2)
    book = openpyxl.load_workbook(io.BytesIO(take(page, "Take away Workbook (XLSX)")))
    assert len(book.sheetnames) > 4


def take_a_bundle_away(auditor: Visitor, album: Album, folder: Path) -> None:
    """Two cases in one file, verified away from the program by the file that lies in it."""
    page = room(auditor, "Bundles")
    page.get_by_role("link", name="Take many cases away").first.click()
    fill(page, references=f"{FAMILY}, EE-2026-00002")
    send(page, "Make the bundle")
    page.get_by_role("button", name="Take it away").wait_for()
    bundle, checker = folder / "cases.zip", folder / "verify.py"
    bundle.write_bytes(take(page, "Take it away"))
    with zipfile.ZipFile(bundle) as archive:
        checker.write_bytes(archive.read("verify.py"))
    command = [sys.executable, "-I", "verify.py", "cases.zip"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env={})
    assert (told.returncode, told.stderr) == (0, "")
    assert "Whole: 2 cases" in told.stdout and "does not prove" in told.stdout
    album.take_text(page, "verified", "$ python3 -I verify.py cases.zip\n" + told.stdout)


def show_a_case(caseworker: Visitor, album: Album) -> None:
    """The page of a case, for the first page of all documents."""
    page = caseworker.open(f"/cases/{FAMILY}")
    expect(page.get_by_role("heading", name="Playroom family", exact=True)).to_be_visible()
    album.take(page, "case-page", height=1000)


def test_a_day_of_the_auditor(visit: Visit, served: Served, tmp_path: Path) -> None:
    album, auditor = Album.asked_for(), visit("auditor")
    find_an_entry(auditor, album)
    look_back(auditor, album)
    read_changes(auditor, album)
    read_checks(auditor, album)
    sample = draw_a_sample(auditor, album)
    draw_it_again(auditor, sample)
    examine_items(auditor, album, sample)
    finding = raise_a_finding(auditor, sample)
    answer_the_finding(visit("supervisor.kyiv"), finding)
    close_the_finding(auditor, album, finding)
    take_the_workpaper_away(auditor, album, sample)
    take_a_case_away(auditor, album)
    take_a_bundle_away(auditor, album, tmp_path)
    if album.folder is not None:
        show_a_case(visit("caseworker.kyiv"), album)
