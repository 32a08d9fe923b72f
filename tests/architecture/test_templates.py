"""Templates never weaken the policy or the escaping, and every form that acts carries its token."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import templates

FORBIDDEN = {
    r"\|\s*safe\b": "|safe takes the escaping away",
    r"autoescape\s+false": "autoescape is never switched off",
    r"\bMarkup\b": "Markup takes the escaping away",
    r"<style\b": "no inline style: the policy refuses it",
    r"\sstyle\s*=": "no style attribute: the policy refuses it",
    r"\son[a-z]+\s*=\s*[\"']": "no inline handler: the policy refuses it",
    r"<script(?![^>]*\bsrc=)": "no inline script: the policy refuses it",
    r"javascript:": "no script as an address",
    r"\b(?:src|href)\s*=\s*[\"'](?:https?:)?//": "nothing is fetched from elsewhere",
    r"\btarget\s*=\s*[\"']_blank": "a link opens where the person is",
}
COUNT = re.compile(r"<\w+[^>]*\bclass=.count[\s\x22][^>]*>")
STANDS = re.compile(r"\btotals(?:\.(?:awarded|reserved|committed|spent|used|unallotted|left)\b|\[)")
WAYS = ("ui.figure(", "ui.grant_bar(", "ui.bar(", "data-figure", "{% set figures")
"""What makes a number a figure that opens to its rows (docs/patterns.md, "A figure")."""
POST = re.compile(r"<form\b[^>]*method\s*=\s*[\"']post[\"'].*?</form>", re.I | re.S)
TOKENS = re.compile(r"csrf_token|hidden\(|hidden_tag|form_frame")


def faults(name: str, text: str) -> Iterator[str]:
    """Each place where a template does what none may."""
    plain = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.S)
    for pattern, why in FORBIDDEN.items():
        for found in re.finditer(pattern, plain, re.I):
            yield f"{name}:{plain.count(chr(10), 0, found.start()) + 1} {why}"
    for form in POST.finditer(plain):
        if not TOKENS.search(form.group()) and "caller()" not in form.group():
            yield f"{name}:{plain.count(chr(10), 0, form.start()) + 1} a form that acts, without its token"


def closed_figures(name: str, text: str) -> Iterator[str]:
    """Each place where a count, or what stands on an account, is shown without the way to the rows that make it."""
    for number, line in enumerate(re.sub(r"\{#.*?#\}", "", text).splitlines(), 1):
        shown = COUNT.search(line) and "data-figure" not in line
        if shown or (STANDS.search(line) and not any(way in line for way in WAYS) and "_totals.html" not in name):
            yield f"{name}:{number} a figure that opens to nothing"


def test_figures_open() -> None:
    assert [fault for name, text in templates() for fault in closed_figures(name, text)] == []
    assert list(closed_figures("bad.html", '<span class="count">{{ n }}</span>'))
    assert list(closed_figures("bad.html", "{{ row.totals.spent | money(row.currency) }}"))


def test_templates_keep_to_it() -> None:
    assert [fault for name, text in templates() for fault in faults(name, text)] == []


@pytest.mark.parametrize(
    "bad",
    [
        "{{ name|safe }}",
        "{% autoescape false %}",
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="go()">',
        "<script>go()</script>",
        '<a href="javascript:go()">',
        '<img src="https://example.org/a.png">',
        '<form method="post"><button>Go</button></form>',
    ],
)
def test_check_can_fail(bad: str) -> None:
    assert list(faults("bad.html", bad))
