"""Every sentence that a person reads goes through gettext, in code and in templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Check, Source, dotted, faults, program, templates

SPOKEN = {"Message": 0, "flash": 0, "ValidationError": 0, "StopValidation": 0}
"""What shows its argument to a person, and which argument."""
READABLE = re.compile(r"\s(?:title|alt|placeholder|aria-label|data-label|data-confirm)=\"([^\"]*[A-Za-z]{2}[^\"]*)\"")
TAG = re.compile(r"<!--.*?-->|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.S)
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
"""An attribute outside of a tag: a macro that writes nothing else."""
NO_WORDS = re.compile(
    r"&\w+;|casetracker|[A-Z]{3}\b|^\s*(?:required|disabled|checked|selected|multiple|hidden|open|readonly)\s*$"
)


def bare_sentences(source: Source) -> Iterator[str]:
    """A literal handed to what shows it: it must pass `_()`, `lazy_gettext()` or `N_()` first."""
    for node in source.walk():
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func).rpartition(".")[2]
        shown = node.args[SPOKEN[name] : SPOKEN[name] + 1] if name in SPOKEN else []
        if name.endswith("Field") and name != "HiddenField":
            shown = node.args[:1]
            shown += [keyword.value for keyword in node.keywords if keyword.arg in ("label", "description")]
        for argument in shown:
            if isinstance(argument, ast.JoinedStr) or (
                isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
                and re.search(r"[A-Za-z]{2}", argument.value)
            ):
                yield f"{source.name}:{node.lineno} {name} says something that gettext has not seen"


def bare_text(name: str, text: str) -> Iterator[str]:
    """Words in a template outside `{{ _() }}` and `{% trans %}`."""

    def blank(found: re.Match[str]) -> str:
        return " " + "\n" * found.group().count("\n")

    plain = re.sub(r"\{#.*?#\}|\{%-?\s*trans.*?endtrans\s*-?%\}", blank, text, flags=re.S)
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", blank, plain, flags=re.S)
    for attribute in READABLE.finditer(plain):
        line = plain.count("\n", 0, attribute.start(1)) + 1
        yield f"{name}:{line} {attribute.group(1)!r} is not translated"
    plain = ATTRIBUTE.sub(blank, TAG.sub(blank, plain))
    for number, line_text in enumerate(plain.splitlines(), 1):
        words = NO_WORDS.sub("", line_text)
        if re.search(r"[A-Za-z]{2}", words):
            yield f"{name}:{number} {words.strip()!r} is not translated"


COUNTED = re.compile(
    r"%\((\w+)\)[ds] (?:more |earlier |other )?(?:day|month|minute|hour|event|entr|case|person|people|file|row|line|"
    r"code|document|character|decimal|quote|passkey|session|attempt)[a-z]*"
)


def uncounted(source: Source) -> Iterator[str]:
    """A number before a thing in a sentence that does not turn on it: "1 minutes"."""
    for node in source.walk():
        if not isinstance(node, ast.Call):
            continue
        name, argument = dotted(node.func).rpartition(".")[2], node.args[0] if node.args else None
        text = argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
        found = COUNTED.search(text) if name in ("_", "_l", "gettext", "lazy_gettext", "N_") else None
        if found and found[1] != "num":
            yield f"{source.name}:{node.lineno} {found[0]!r} needs ngettext, or Message(plural=…)"


def uncounted_text(name: str, text: str) -> Iterator[str]:
    """The same in a template."""
    for call in re.finditer(r"\b_\(\s*(\"[^\"]*\"|'[^']*')", text):
        if COUNTED.search(call[1]):
            yield f"{name} {call[1]} needs ngettext"
    for block in re.finditer(r"\{%-?\s*trans\b.*?%\}(.*?)\{%-?\s*endtrans", text, re.S):
        if COUNTED.search(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)d", block[1])):
            yield f"{name} {block[1]} needs ngettext"


def test_numbers_turn_their_sentences() -> None:
    assert faults(uncounted, program()) == []
    assert [fault for name, text in templates() for fault in uncounted_text(name, text)] == []
    assert list(uncounted_text("x.html", '{{ _("%(n)s entries", n=1) }}'))
    assert list(uncounted_text("x.html", "{% trans n=e.data.cases %}A bundle of {{ n }} cases{% endtrans %}"))


CHECKS: list[tuple[Check, str]] = [
    (bare_sentences, "Message('The amount is too high.')"),
    (bare_sentences, "flash(f'{name} was saved')"),
    (bare_sentences, "name = TextField('Name')"),
    (uncounted, "Message(N_('In %(days)d days.'), {'days': 1})"),
    (bare_sentences, "name = TextField(_('Name'), description='As in the passport')"),
]


def test_code_speaks_through_gettext() -> None:
    assert faults(bare_sentences, program()) == []


def test_templates_speak_through_gettext() -> None:
    pages = [(name, text) for name, text in templates() if name.endswith(".html")]
    assert [fault for name, text in pages for fault in bare_text(name, text)] == []


@pytest.mark.parametrize(("check", "bad"), CHECKS)
def test_check_of_code_can_fail(check: Check, bad: str) -> None:
    assert list(check(Source("casetracker/cases/forms.py", bad)))


@pytest.mark.parametrize("bad", ["<p>Hello there</p>", "<p>\n  {{ name }} left\n</p>", '<input placeholder="Name">'])
def test_check_of_templates_can_fail(bad: str) -> None:
    assert list(bare_text("bad.html", bad))


@pytest.mark.parametrize(
    "good",
    [
        "<p>{{ _('Hello') }} {{ name }}</p>",
        "{% trans name=name %}Hello {{ name }}{% endtrans %}",
        '<p class="lead">{# a remark #}&nbsp;EUR</p>',
    ],
)
def test_check_of_templates_lets_the_rest_pass(good: str) -> None:
    assert not list(bare_text("good.html", good))
