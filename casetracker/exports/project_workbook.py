"""A project's history as a workbook (XLSX): a sheet for each kind of thing, as of a case."""

from __future__ import annotations

import re
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
        for table in facts.tables:
            self.things(table)
        self.money(facts)
        self.payments(facts)
        self.entries(history, facts.documents)

    def things(self, table: FactTable) -> None:
        sheet = self.sheet(_sheet_name(table.title), *((words, WIDTH) for words in table.columns))
        for row in table.rows:
            sheet.add(*row)


def _sheet_name(title: str) -> str:
    """What a sheet can be called: no brackets, slashes, colons.

    >>> _sheet_name("Scores: of each/any site, one by one, weighed")
    'Scores  of each any site, one b'
    """
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:LONGEST_NAME]
