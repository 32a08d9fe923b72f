"""Every page that links lead to: no fault, nothing for axe (WCAG 2.2 AA), nothing too wide, light and dark."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
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
    ours = claim(shared_folder, shapes)
    problems: list[str] = []
    for width in WIDTHS:
        looker = visit(who, width=width)
        for path in ours:
            problems += look(looker, path, width)
    assert not problems, "\n".join(problems)


def test_sign_in_page(visit: Visit) -> None:
    for width in WIDTHS:
        assert not look(visit(width=width), "/sign-in", width)


def look(visitor: Visitor, path: str, width: int) -> list[str]:
    """What is wrong with a page at this width; in the dark the colours alone are looked at again."""
    page = visitor.open(path)
    found = [f"{path} at {width}: {each}" for each in violations(page, {"runOnly": WCAG})]
    page.emulate_media(color_scheme="dark")
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found += [f"{path} at {width}, dark: {each}" for each in violations(page, contrast)]
    page.emulate_media(color_scheme="light")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append(f"{path} at {width}: wider than the screen")
    return found


def violations(page: Page, options: Mapping[str, object]) -> list[str]:
    """What axe finds, with the first place of each."""
    answer = Axe().run(page, options={**options, "resultTypes": ["violations"]}).response
    return [f"{each['id']} at {each['nodes'][0]['html'][:160]}" for each in answer["violations"]]
