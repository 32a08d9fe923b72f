"""Every page that links lead to: no fault, nothing for axe (WCAG 2.2 AA), nothing too wide, light and dark."""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.conftest import Places
from tests.journeys.conftest import Visit, Visitor
from tests.pages.walking import PEOPLE, walked

EVERYBODY_LOOKS = frozenset({"/", "/cases/", "/cases/*"})
"""Pages that differ by role: everybody's is looked at. All others once, by whoever comes first."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 390)
Rules = Mapping[str, object]
COLOURS: Rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SIZES: Rules = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
ALL_BUT_COLOURS: Rules = {"type": "tag", "values": WCAG}
Sorts = dict[str, set[str]]
"""Theme -> sorts of text whose colours were looked at in it."""


def claim(shared: Path, shapes: dict[str, str]) -> list[str]:
    """The addresses that nobody in this run looks at yet; from now on they are ours."""
    kept = shared / "looked-at.txt"
    with open(shared / "looked-at.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        taken = set(kept.read_text().splitlines()) if kept.exists() else set()
        ours = [shape for shape in shapes if shape not in taken or shape in EVERYBODY_LOOKS]
        kept.write_text("\n".join(sorted(taken | set(ours))))
    return [shapes[shape] for shape in ours]


@pytest.fixture(scope="module")
def sorts() -> Sorts:
    """Text that stands alike on many pages is looked at once for its colours."""
    return {"light": set(), "dark": set()}


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_are_whole_and_open_to_all(
    visit: Visit, places: Places, shared_folder: Path, sorts: Sorts, who: str
) -> None:
    shapes = walked(places, shared_folder)[who].pages
    assert len(shapes) > 3
    looker, problems = visit(who), list[str]()
    for path in claim(shared_folder, shapes):
        problems += look(looker, path, sorts)
    assert not problems, "\n".join(problems)


def test_sign_in_page(visit: Visit, sorts: Sorts) -> None:
    assert not look(visit(), "/sign-in", sorts)


def test_a_colour_that_cannot_be_read_is_seen_wherever_it_stands_first(visit: Visit) -> None:
    """On the second page alike the sort of text is known, and looked at no more; another background is another sort."""
    looker, sorts = visit(), Sorts(light=set(), dark=set())
    page = looker.open("/sign-in")
    page.evaluate(AXE_SCRIPT)
    assert not _colours(page, "before", "light", sorts)
    assert not page.evaluate(MARK_NEW_SORTS, [sorted(sorts["light"]), "before"])
    for background in ("#ffffff", "#fafafa"):
        add = """(colour) => { const p = document.createElement('p'); p.textContent = 'Hardly there';
          Object.assign(p.style, {color: '#eee', background: colour}); document.querySelector('main').append(p); }"""
        page.evaluate(add, background)
        assert "color-contrast" in " ".join(_colours(page, "after", "light", sorts))
        assert not _colours(page, "again", "light", sorts)
    for words in ("", "A sentence has more words than the link in it: "):
        add = """(words) => { const p = document.createElement('p'), a = document.createElement('a');
          Object.assign(a, {href: '/sign-in', textContent: 'hardly a link'});
          Object.assign(a.style, {color: '#303c48', textDecoration: 'none'});
          p.append(words, a); document.querySelector('main').append(p); }"""
        page.evaluate(add, words)
        assert ("link-in-text-block" in " ".join(_colours(page, "after", "light", sorts))) == bool(words)


MARK_SHOWN = "document.querySelectorAll('body *').forEach(e => { e.wasShown = e.checkVisibility(); })"
MARK_NEW = """() => { let found = 0; document.querySelectorAll('body *').forEach(e => {
  e.toggleAttribute('data-newly-shown', e.checkVisibility() && !e.wasShown && ++found > 0); }); return found; }"""
"""What is shown at one width and was not at the other; the marks are nothing that a style or a rule looks at."""
MARK_NEW_SORTS = """([known, path]) => {
  const seen = new Set(known), found = [], around = new Map();
  document.querySelectorAll('body, body *').forEach(e => {
    e.removeAttribute('data-new-sort');
    const style = getComputedStyle(e), above = around.get(e.parentElement) || '';
    let ground = above;
    if (style.backgroundColor !== 'rgba(0, 0, 0, 0)' || style.backgroundImage !== 'none' || style.opacity !== '1')
      ground += `${style.backgroundColor} ${style.backgroundImage} ${style.opacity};`;
    if (style.position !== 'static' && style.position !== 'relative') ground += `${path} over;`;
    around.set(e, ground);
    const speaks = ['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON'].includes(e.tagName)
      || [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!speaks || !e.checkVisibility()) return;
    const beside = e.tagName !== 'A' ? '' : [
      getComputedStyle(e.parentElement).color, style.textDecorationLine,
      [...e.parentElement.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()),
    ].join(' ');
    const sort = [e.tagName === 'A' ? 'A' : '', style.color, style.fontSize, style.fontWeight, style.textShadow,
                  e.disabled || '', beside, ground].join('|');
    if (seen.has(sort)) return;
    seen.add(sort); found.push(sort); e.setAttribute('data-new-sort', '');
  });
  return found;
}"""
"""Marks the first of each sort of text that is not known yet and returns these sorts: all that a contrast comes from.
What lies over something else by its position is a sort of its page alone."""


def look(visitor: Visitor, path: str, sorts: Sorts) -> list[str]:
    """What is wrong with a page: all rules in the light at the greater width.

    A width changes what is shown and how large: at the smaller one all rules look at what is newly shown, and those of
    sizes at everything. A theme changes colours alone. Colours are looked at on the first of each sort of text, in
    each theme at both widths.
    """
    page, found = visitor.open(path), list[str]()
    wide, narrow = WIDTHS
    page.evaluate(AXE_SCRIPT)
    found += _seen(page, f"{path} at {wide}", "document", ALL_BUT_COLOURS)
    found += _colours(page, f"{path} at {wide}", "light", sorts)
    found += _too_wide(page, f"{path} at {wide}")
    page.evaluate(MARK_SHOWN)
    page.set_viewport_size({"width": narrow, "height": 900})
    if page.evaluate(MARK_NEW):
        found += _seen(page, f"{path} at {narrow}", {"include": [["[data-newly-shown]"]]}, ALL_BUT_COLOURS)
    found += _seen(page, f"{path} at {narrow}", "document", SIZES)
    found += _colours(page, f"{path} at {narrow}", "light", sorts)
    found += _too_wide(page, f"{path} at {narrow}")
    page.emulate_media(color_scheme="dark")
    found += _colours(page, f"{path} at {narrow}, dark", "dark", sorts)
    page.set_viewport_size({"width": wide, "height": 900})
    found += _colours(page, f"{path} at {wide}, dark", "dark", sorts)
    page.emulate_media(color_scheme="light")
    return found


def _colours(page: Page, where: str, theme: str, sorts: Sorts) -> list[str]:
    """What is wrong with the colours of text of a sort that was not looked at in this theme."""
    new = page.evaluate(MARK_NEW_SORTS, [sorted(sorts[theme]), where.partition(" ")[0]])
    sorts[theme] |= set(new)
    return _seen(page, f"{where}, {theme}", {"include": [["[data-new-sort]"]]}, COLOURS) if new else []


def _seen(page: Page, where: str, context: object, rules: Rules) -> list[str]:
    return [f"{where}: {each}" for each in violations(page, context, rules)]


def _too_wide(page: Page, where: str) -> list[str]:
    is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return [f"{where}: wider than the screen"] if is_wider else []


def violations(page: Page, context: object, run_only: Rules) -> list[str]:
    """What axe, which the page has loaded, finds in this part of it; with the first place of each."""
    options: dict[str, object] = {"runOnly": run_only, "resultTypes": ["violations"]}
    if run_only is ALL_BUT_COLOURS:
        options["rules"] = {rule: {"enabled": False} for rule in ("color-contrast", "link-in-text-block")}
    command = "([context, options]) => axe.run(context === 'document' ? document : context, options)"
    answer = page.evaluate(command, [context, options])
    return [f"{each['id']} at {each['nodes'][0]['html'][:160]}" for each in answer["violations"]]
