"""Every page that the demonstration's people can reach by links: no fault, nothing for axe, nothing wider than the screen."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import Visit, Visitor

PEOPLE = ("caseworker.tallinn", "supervisor.tallinn", "caseworker.kyiv", "supervisor.kyiv", "finance.kyiv", "auditor",
          "administrator")  # fmt: skip
LOOKS = ((1280, False), (1280, True), (390, False), (390, True))
MOST_OF_A_KIND = 2
"""Pages of one shape (the same address but for ids and references) that are looked at."""


def _shape(path: str) -> str:
    parts = ["*" if any(c.isdigit() for c in part) or len(part) == 26 else part for part in path.split("/")]
    return "/".join(parts)


def reachable(visitor: Visitor, most: int) -> list[str]:
    """Addresses that links lead to from the first page, a few of every shape."""
    queue, seen, shapes = ["/", "/cases/EE-2026-00001"], {"/", "/cases/EE-2026-00001"}, {}
    found: list[str] = []
    while queue and len(found) < most:
        path = queue.pop(0)
        response = visitor.page.request.get(visitor.url + path)
        assert response.status < 500, f"{path} answered {response.status}"
        if response.status != 200 or "text/html" not in response.headers.get("content-type", ""):
            continue
        found.append(path)
        visitor.open(path)
        for href in visitor.page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))"):
            target = urlsplit(urljoin(visitor.url + path, href))
            if target.netloc != urlsplit(visitor.url).netloc or target.path in seen:
                continue
            shape = _shape(target.path)
            if shapes.get(shape, 0) < MOST_OF_A_KIND:
                shapes[shape] = shapes.get(shape, 0) + 1
                seen.add(target.path)
                queue.append(target.path)
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_are_whole_and_open_to_all(visit: Visit, who: str) -> None:
    visitor = visit(who)
    paths = reachable(visitor, 120)
    assert len(paths) > 3
    problems: list[str] = []
    for width, dark in LOOKS:
        looker = visitor if (width, dark) == LOOKS[0] else visit(who, width=width, dark=dark)
        for path in paths:
            problems += _problems(looker, path, f"{width}{' dark' if dark else ''}")
    assert not problems, "\n".join(problems)


def _problems(visitor: Visitor, path: str, look: str) -> list[str]:
    page = visitor.open(path)
    found = [f"{path} ({look}): {v['id']} at {v['nodes'][0]['html'][:160]}" for v in Axe().run(page, options=_WCAG).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append(f"{path} ({look}): wider than the screen")
    return found


_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def test_sign_in_page(visit: Visit) -> None:
    for width, dark in LOOKS:
        looker = visit(width=width, dark=dark)
        assert not _problems(looker, "/sign-in", str(width))
