"""Every form that acts carries a one-time token down to its command, so that sending it twice acts once.

That a command with a token acts once, also for sixteen at the same time, is tested in tests/core/test_tokens.py.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import casetracker
from casetracker.core.commands import Command
from tests.architecture.sources import Source, dotted, faults, program, templates

WITHOUT = {
    "TakeBundle": "each download is one of its own, judged and recorded anew",
    "AskLink": "answers the same to everybody at any time, and the second link ends the first",
    "ExportCase": "reads: sent twice it hands out the file twice, and both stand in the record",
    "ExportChanges": "as ExportCase",
    "ExportWorkpaper": "as ExportCase",
    "PrintVisits": "as ExportCase",
    "PublishProject": "as ExportCase",
    "AddRate": "lines of ImportRates, which has the token",
}
"""Commands that a form sends without a token, each with the reason."""
MONEY = (
    "grants",
    "plans",
    "disbursements",
    "payments",
    "approvals",
    "programmes",
    "providers",
    "casefile",
    "community",
)
BASES = {"InstalmentCommand", "StepCorrection"}
"""What others are made of; nobody sends it."""


def command_names() -> dict[str, str]:
    """Name of every command -> its room."""
    for module in pkgutil.walk_packages(casetracker.__path__, "casetracker."):
        importlib.import_module(module.name)

    def below(kind: type[Command]) -> Iterator[type[Command]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return {kind.__name__: kind.__module__.split(".")[1] for kind in below(Command)}


def sent(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every command that a form or a view makes."""
    if re.search(r"/(\w+_)?(forms|routes)(\.py|/)", source.name):
        names = command_names()
        for node in source.walk():
            if isinstance(node, ast.Call) and (name := dotted(node.func).rpartition(".")[2]) in names:
                yield node, name


def carries_token(source: Source) -> Iterator[str]:
    """`token=` stands in the call, or in the words that all calls of this file share."""
    for node, name in sent(source):
        given = {keyword.arg for keyword in node.keywords}
        is_shared = None in given and re.search(r"token=self\.token|\"token\": self\.token", source.text)
        if "token" not in given and not is_shared and name not in WITHOUT:
            yield f"{source.name}:{node.lineno} {name} is sent without the form's token"


def test_every_form_hands_its_token_on() -> None:
    assert faults(carries_token, program()) == []
    bad = Source("casetracker/payments/forms.py", "def to_command(self):\n    return PayInstalment(amount=1)\n")
    assert list(carries_token(bad)), "the check can fail"


def test_every_command_on_money_is_sent_by_a_form_with_a_token() -> None:
    made = {name for source in program() for _node, name in sent(source)}
    rooms = command_names()
    money = {name for name, room in rooms.items() if room in MONEY}
    assert money - made == BASES, "sent by no form that this test reads"
    assert len(money) > 120
    assert WITHOUT.keys() <= made, "an exception of something that is sent no more"


def test_every_page_s_form_has_the_hidden_fields_or_only_exports() -> None:
    """A form that a page writes by hand, without the macro that writes token and version, acts on nothing: it hands out
    a file (a sample's buttons do)."""
    for name, text in templates():
        for form in re.findall(r'<form method="post".*?</form>', text, re.S):
            if "macros/" in name or name.endswith("sampling/_sample_actions.html") or "hidden(" in form:
                continue
            assert (
                re.search(
                    r"exports\.(export_case|publish_project)|audit\.(export_changes|delete_search)|accounts\.sign_out",
                    form,
                )
                or 'name="{{ name }}"' in form
            ), (
                name,
                form,
            )
