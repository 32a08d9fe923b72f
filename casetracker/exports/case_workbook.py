"""A case's history as a workbook (XLSX): a sheet for each kind of thing; days and amounts are real ones."""

from __future__ import annotations

from typing import IO

from flask_babel import gettext as _

from casetracker.exports.facts_queries import load_facts
from casetracker.exports.history_workbook import HistorySheets
from casetracker.exports.states import CaseFacts, CaseHistory
from casetracker.web.sheets import write_book


def write_workbook(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the workbook: case, persons, money, ledger, payments, decisions, events, values, documents, access."""
    with write_book(out, history.sight.reference, about, at=history.written_at) as book:
        _Case(book).write(history, load_facts(history.sight), about)


class _Case(HistorySheets):
    def write(self, history: CaseHistory, facts: CaseFacts, about: str) -> None:
        self.first(_("Case"), history, facts.summary, about)
        self.persons(facts)
        self.money(facts)
        self.payments(facts)
        self.entries(history, facts.documents)

    def persons(self, facts: CaseFacts) -> None:
        sheet = self.sheet(
            _("Persons"), (_("Name"), 28), (_("Role"), 18), (_("Sex"), 10), (_("Born on"), 12),
            (_("Estimated age"), 10), (_("Nationality"), 16), (_("Return"), 14), (_("Status"), 16),
            (_("Counselled on"), 13), (_("Eligibility"), 14), (_("Decided on"), 12),
            (_("Departed on"), 12), (_("Arrived on"), 12), (_("Contact on"), 12),
        )  # fmt: skip
        for each in facts.persons:
            sheet.add(
                each.name, each.role, each.sex, each.birth_date, each.age_estimate, each.nationality, each.return_type,
                each.status, each.counselled_on, each.eligibility, each.decided_on, each.departed_on, each.arrived_on,
                each.contact_on,
            )  # fmt: skip
