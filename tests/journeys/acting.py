"""What a person does at a browser: open a form, fill it, send it, move the case on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from casetracker.demo.papers import paper
from tests.journeys.conftest import Visitor

TODAY = datetime.now(ZoneInfo("Europe/Tallinn")).date().isoformat()
"""The offices' day: late in the evening, UTC, it is the next one already in Tallinn and Kyiv."""


def upload(title: str) -> Any:
    """A paper as the browser would send it."""
    made = paper(title)
    return {"name": made.file_name, "mimeType": made.media_type, "buffer": made.content}


def fill(page: Page, **values: Any) -> None:
    """Fill fields by name (a double underscore is a dash); True ticks all boxes of that name."""
    for key, value in values.items():
        name = key.replace("__", "-")
        field = page.locator(f'main form [name="{name}"]')
        kind = field.first.evaluate("e => e.type")
        if kind == "checkbox" and value is True:
            for box in field.all():
                box.check()
        elif kind in ("radio", "checkbox"):
            for each in value if isinstance(value, tuple) else (value,):
                page.locator(f'main form [name="{name}"][value="{each}"]').check()
        elif kind == "select-one":
            choose(page, name, value)
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(value)


def choose(page: Page, name: str, words: str) -> None:
    """Pick the option that has these words (or this value)."""
    select = page.locator(f'main form select[name="{name}"]')
    found = "(e, words) => [...e.options].find(o => o.value === words || o.text.includes(words))?.value"
    value = select.evaluate(found, words)
    assert value is not None, f"{name} does not offer {words}"
    select.select_option(value)


def send(page: Page, button: str) -> None:
    """Press the button; the answer must not be the form again."""
    page.locator("main").get_by_role("button", name=button, exact=True).last.click()
    summary = page.locator(".error-summary")
    assert summary.count() == 0, f"{page.url}: {summary.first.inner_text()}"


def act(who: Visitor, path: str, button: str, **values: Any) -> Page:
    """Open a form, fill it, send it."""
    page = who.open(path)
    fill(page, **values)
    send(page, button)
    return page


def refused(who: Visitor, *paths: str) -> None:
    """They type these addresses, and nothing is there for them."""
    for path in paths:
        who.closed.add(who.url + path)
        answer = who.page.goto(who.url + path)
        assert answer is not None and answer.status == 404, f"{path} is open"
        expect(who.page.locator("main")).to_contain_text("There is nothing here")


def not_offered(who: Visitor, path: str, act: str, why: str) -> Page:
    """They open a page, which says why the act is not theirs, and has neither button, link nor choice for it."""
    page = who.open(path)
    expect(page.locator("main .why-not").filter(has_text=why)).to_have_count(1)
    expect(page.locator("main").locator("a, button, label").filter(has_text=act)).to_have_count(0)
    return page


def move_on(who: Visitor, case: str, stage: str) -> None:
    """Press the button that moves the case on."""
    page = who.open(case)
    page.get_by_role("button", name=f"Move on to {stage}").click()
    expect(page.locator("main")).to_contain_text(f"Moved on to {stage}")
