"""Every page that links lead to: no fault, nothing for axe (WCAG 2.2 AA), nothing too wide, light and dark."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.journeys.conftest import Visit, Visitor
from tests.pages.walking import PEOPLE, shape_of

STARTS = ("/", "/cases/EE-2026-00001", "/cases/EE-2026-00020", "/cases/EE-2026-00002", "/cases/EE-2026-00026")
EVERYBODY_LOOKS = frozenset({"/", "/cases/", "/cases/*"})
"""Pages that differ by role: everybody's is looked at. All others once, by whoever comes first."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 390)


def reachable(visitor: Visitor) -> dict[str, str]:
    """shape -> an address of that shape, for all that links lead to."""
    queue, found = list(STARTS), {}  # type: ignore[var-annotated]  # filled below
    while queue:
        path = queue.pop(0)
        answer = visitor.page.request.get(visitor.url + path)
        assert answer.status < 500, f"{path} answered {answer.status}"
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found.setdefault(shape_of(path), path)
        for href in re.findall(r'<a [^>]*?href="([^"#]+)', answer.text()):
            target = urlsplit(urljoin(visitor.url + path, href)).path
            shape = shape_of(target)
            if shape not in found and target.startswith("/") and not any(shape_of(q) == shape for q in queue):
                queue.append(target)
    return found


def claim(shared: Path, shapes: dict[str, str]) -> list[str]:
    """The addresses that nobody in this run looks at yet; from now on they are ours."""
    kept = shared / "looked-at.txt"
    with open(shared / "looked-at.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        taken = set(kept.read_text().splitlines()) if kept.exists() else set()
        ours = [shape for shape in shapes if shape not in taken or shape in EVERYBODY_LOOKS]
        kept.write_text("\n".join(sorted(taken | set(ours))))
    return [shapes[shape] for shape in ours]


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_are_whole_and_open_to_all(visit: Visit, shared_folder: Path, who: str) -> None:
    shapes = reachable(visit(who))
    assert len(shapes) > 3
    looker, problems = visit(who), list[str]()
    for path in claim(shared_folder, shapes):
        problems += look(looker, path)
    assert not problems, "\n".join(problems)


def test_sign_in_page(visit: Visit) -> None:
    assert not look(visit(), "/sign-in")


MARK_SHOWN = "document.querySelectorAll('body *').forEach(e => { e.wasShown = e.checkVisibility(); })"
MARK_NEW = """() => { let found = 0; document.querySelectorAll('body *').forEach(e => {
  e.toggleAttribute('data-newly-shown', e.checkVisibility() && !e.wasShown && ++found > 0); }); return found; }"""
"""What is shown at one width and was not at the other; the marks are nothing that a style or a rule looks at."""


def look(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with a page: all rules in the light at the greater width, and in the dark at the smaller one.

    A theme changes colours alone, and a width what is shown: so in the light at the smaller width, and in the dark at
    the greater, the colours of what only that width shows are looked at.
    """
    page, found = visitor.open(path), list[str]()
    wide, narrow = WIDTHS
    page.evaluate(AXE_SCRIPT)
    found += _whole(page, f"{path} at {wide}")
    _resize(page, narrow)
    found += _colours(page, f"{path} at {narrow}")
    page.emulate_media(color_scheme="dark")
    found += _whole(page, f"{path} at {narrow}, dark")
    _resize(page, wide)
    found += _colours(page, f"{path} at {wide}, dark")
    page.emulate_media(color_scheme="light")
    return found


def _resize(page: Page, width: int) -> None:
    page.evaluate(MARK_SHOWN)
    page.set_viewport_size({"width": width, "height": 900})


def _whole(page: Page, where: str) -> list[str]:
    found = [f"{where}: {each}" for each in violations(page, "document", {"type": "tag", "values": WCAG})]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append(f"{where}: wider than the screen")
    return found


def _colours(page: Page, where: str) -> list[str]:
    if not page.evaluate(MARK_NEW):
        return []
    rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    return [f"{where}: {each}" for each in violations(page, {"include": [["[data-newly-shown]"]]}, rules)]


def violations(page: Page, context: object, run_only: Mapping[str, object]) -> list[str]:
    """What axe, which the page has loaded, finds in this part of it; with the first place of each."""
    options = {"runOnly": run_only, "resultTypes": ["violations"]}
    command = "([context, options]) => axe.run(context === 'document' ? document : context, options)"
    answer = page.evaluate(command, [context, options])
    return [f"{each['id']} at {each['nodes'][0]['html'][:160]}" for each in answer["violations"]]
