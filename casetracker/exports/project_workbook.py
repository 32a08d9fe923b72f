"""A project's history as a workbook (XLSX): a sheet for each kind of thing, as of a case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import IO

from flask_babel import gettext as _

from casetracker.exports.history_workbook import HistorySheets
from casetracker.exports.project_queries import load_project_facts
from casetracker.exports.states import CaseHistory, FactTable, ProjectFacts
from casetracker.web.sheets import write_book

LONGEST_NAME = 31
"""Letters that the name of a sheet has at most."""
WIDTH = 20


def write_workbook(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the workbook: project, what stands in it, money, payments, decisions, events, values, documents, access."""
    with write_book(out, history.sight.reference, about, at=history.written_at) as book:
        _Project(book).write(history, load_project_facts(history.sight), about)


class _Project(HistorySheets):
    def write(self, history: CaseHistory, facts: ProjectFacts, about: str) -> None:
        self.first(_("Project"), history, facts.summary, about)
        for name, table in zip(sheet_names([each.title for each in facts.tables]), facts.tables, strict=True):
            self.things(name, table)
        self.money(facts)
        self.payments(facts)
        self.entries(history, facts.documents)

    def things(self, name: str, table: FactTable) -> None:
        sheet = self.sheet(name, *((words, WIDTH) for words in table.columns))
        for row in table.rows:
            sheet.add(*row)


def sheet_names(titles: Sequence[str]) -> list[str]:
    """What the sheets of these titles can be called: no brackets, slashes, colons, and no two alike.

    >>> sheet_names(["Scores: of each/any site, one by one, weighed", "Money", "money"])
    ['Scores  of each any site, one b', 'Money 2', 'money 3']
    """
    taken, names = Counter(_others()), []
    for title in titles:
        name = re.sub(r"[\[\]:*?/\\']", " ", title)[:LONGEST_NAME]
        taken[name.casefold()] += 1
        number = taken[name.casefold()]
        names.append(name if number == 1 else f"{name[: LONGEST_NAME - 4]} {number}")
    return names


def _others() -> list[str]:
    """Names of the sheets that every history has."""
    words = ("Project", "Money", "Ledger", "Payments", "Decisions", "Events", "Values", "Documents", "Access")
    return [str(_(each)).casefold() for each in words]
