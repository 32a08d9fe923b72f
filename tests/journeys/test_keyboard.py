"""Two tasks from sign-in to what was written with the keyboard alone; where the focus is can always be seen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.demonstration import PASSWORD
from tests.journeys.acting import TODAY
from tests.journeys.conftest import Visit

FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const label = e.labels && e.labels.length ? e.labels[0].textContent : '';
  return {page: e === document.body, name: e.getAttribute('name') || '',
          text: (e.textContent || e.value || '').trim() + ' ' + label.trim(),
          seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none'};
}"""
MOST_STEPS = 80


def tab_to(page: Page, words: str = "", *, name: str = "") -> None:
    """Press Tab until what has the focus says these words, or is the field of this name."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["page"]:
            continue  # past the last, before the first
        if (words and words in focused["text"]) or (name and name == focused["name"]):
            assert focused["seen"], f"nobody sees that {words or name} has the focus"
            return
    raise AssertionError(f"{words or name} cannot be reached by keyboard on {page.url}")


def sign_in(page: Page, who: str) -> None:
    """With the keyboard, to the first page."""
    tab_to(page, name="email")
    page.keyboard.type(f"{who}@example.org")
    tab_to(page, name="password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def follow(page: Page, words: str, address: str) -> None:
    """Come to the link that says these words, and follow it to its address."""
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_a_note_is_written_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit().open("/sign-in")
    sign_in(page, "caseworker.tallinn")
    tab_to(page, "Skip to content")
    follow(page, "Cases", "**/cases/")
    follow(page, "EE-2026-", "**/cases/EE-2026-*")
    follow(page, "Note", "**/notes/new")
    tab_to(page, name="text")
    page.keyboard.type("Called; the family comes on Monday.")
    tab_to(page, name="side")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Write")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Called; the family comes on Monday.")


def test_progress_of_works_is_entered_with_the_keyboard_alone_on_a_small_screen(visit: Visit) -> None:
    """From sign-in over the project and its site to the works, without a pointer."""
    page = visit(width=390).open("/sign-in")
    sign_in(page, "caseworker.kyiv")
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    follow(page, "Projects", "**/projects/")
    follow(page, "UA-2026-C0001", "**/projects/UA-2026-C0001")
    site = page.locator("#sites tr", has_text="Works").locator("th a").first.inner_text()
    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    follow(page, site, "**/sites/*")
    works = page.locator("#works tbody a[href*='/works/']").first.inner_text()
    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    follow(page, works, "**/works/*")
    follow(page, "How far they are", "**/progress/new")
    tab_to(page, name="day")
    year, month, day = TODAY.split("-")
    page.keyboard.type(month + day + year)  # as the browser itself writes days, whatever the page's language
    expect(page.locator('[name="day"]')).to_have_value(TODAY)
    tab_to(page, name="percent")
    page.keyboard.press("Control+A")
    page.keyboard.type("97")
    tab_to(page, name="note")
    page.keyboard.type("The last windows are in.")
    tab_to(page, "Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator("#progress")).to_contain_text("The last windows are in.")
    expect(page.locator("#progress")).to_contain_text("97 per cent")
