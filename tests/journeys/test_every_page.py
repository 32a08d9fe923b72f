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
Rules = Mapping[str, object]
ALL: Rules = {"type": "tag", "values": WCAG}
_COLOURS = ["color-contrast", "link-in-text-block"]
COLOURS: Rules = {"type": "rule", "values": _COLOURS}
COLOURS_AND_SIZES: Rules = {"type": "rule", "values": [*_COLOURS, "target-size", "scrollable-region-focusable"]}


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
    """What is wrong with a page: all rules in the light at the greater width.

    A width changes what is shown and how large: at the smaller one all rules look at what is newly shown, and those of
    sizes at everything. A theme changes colours alone: in the dark those are looked at, at the smaller width
    everywhere, at the greater on what only that shows.
    """
    page, found = visitor.open(path), list[str]()
    wide, narrow = WIDTHS
    page.evaluate(AXE_SCRIPT)
    found += _seen(page, f"{path} at {wide}", "document", ALL)
    found += _too_wide(page, f"{path} at {wide}")
    found += _newly_shown(page, f"{path} at {narrow}", narrow, ALL)
    found += _too_wide(page, f"{path} at {narrow}")
    page.emulate_media(color_scheme="dark")
    found += _seen(page, f"{path} at {narrow}, dark", "document", COLOURS_AND_SIZES)
    found += _newly_shown(page, f"{path} at {wide}, dark", wide, COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def _newly_shown(page: Page, where: str, width: int, rules: Rules) -> list[str]:
    """At this width, what is wrong with what the other one did not show."""
    page.evaluate(MARK_SHOWN)
    page.set_viewport_size({"width": width, "height": 900})
    return _seen(page, where, {"include": [["[data-newly-shown]"]]}, rules) if page.evaluate(MARK_NEW) else []


def _seen(page: Page, where: str, context: object, rules: Rules) -> list[str]:
    return [f"{where}: {each}" for each in violations(page, context, rules)]


def _too_wide(page: Page, where: str) -> list[str]:
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return [f"{where}: wider than the screen"] if is_wider else []


def violations(page: Page, context: object, run_only: Rules) -> list[str]:
    """What axe, which the page has loaded, finds in this part of it; with the first place of each."""
    options = {"runOnly": run_only, "resultTypes": ["violations"]}
    command = "([context, options]) => axe.run(context === 'document' ? document : context, options)"
    answer = page.evaluate(command, [context, options])
    return [f"{each['id']} at {each['nodes'][0]['html'][:160]}" for each in answer["violations"]]
