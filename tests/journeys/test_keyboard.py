"""One task from sign-in to a written note with the keyboard alone; where the focus is can always be seen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.demonstration import PASSWORD
from tests.journeys.conftest import Visit

FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const label = e.labels && e.labels.length ? e.labels[0].textContent : '';
  return {text: (e.textContent || e.value || '').trim() + ' ' + label.trim(), name: e.getAttribute('name') || '',
          seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none'};
}"""
MOST_STEPS = 80


def tab_to(page: Page, words: str = "", *, name: str = "") -> None:
    """Press Tab until what has the focus says these words, or is the field of this name."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if (words and words in focused["text"]) or (name and name == focused["name"]):
            assert focused["seen"], f"nobody sees that {words or name} has the focus"
            return
    raise AssertionError(f"{words or name} cannot be reached by keyboard on {page.url}")


def test_a_note_is_written_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit().open("/sign-in")
    tab_to(page, name="email")
    page.keyboard.type("caseworker.tallinn@example.org")
    tab_to(page, name="password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    tab_to(page, "Skip to content")
    tab_to(page, "Cases")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")
    tab_to(page, "EE-2026-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/EE-2026-*")
    tab_to(page, "Note")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/new")
    tab_to(page, name="text")
    page.keyboard.type("Called; the family comes on Monday.")
    tab_to(page, name="side")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Write")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Called; the family comes on Monday.")
