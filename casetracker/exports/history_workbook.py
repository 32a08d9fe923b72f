"""What the workbooks of a case and of a project have in common: what it is, documents, entries, values, reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from casetracker.casefile.timeline import change_rows, row_names
from casetracker.events.states import Part
from casetracker.exports.facts_queries import PART_WORDS
from casetracker.exports.queries import read_told
from casetracker.exports.states import CaseHistory, DocumentLine, DossierFacts, is_decision
from casetracker.web.formats import local
from casetracker.web.labels import label
from casetracker.web.sheets import Book


class HistorySheets:
    """The sheets of a history, in a workbook that is being written."""

    def __init__(self, book: Book) -> None:
        self.sheet = book.sheet

    def first(
        self, name: str, history: CaseHistory, summary: Sequence[tuple[str, str | date | None]], about: str
    ) -> None:
        """What it is, how far its chains reached, and what is not in the file."""
        sheet = self.sheet(name, (_("What"), 34), (_("Value"), 70))
        sheet.add(_("Reference"), history.sight.reference)
        sheet.add(_("Written at"), history.written_at)
        sheet.add(_("Time zone of moments"), str(local(history.written_at).tzinfo))
        for words, value in summary:
            sheet.add(words, value)
        for chain in history.chains:
            words = _("Newest entry of the chain “%(part)s”", part=_(PART_WORDS[Part(chain.part)]))
            sheet.add(words, f"{chain.length} · {chain.head}")
        sheet.add(_("About this file"), about)

    def money(self, facts: DossierFacts) -> None:
        """The grants and the entries of their accounts."""
        amounts = [(words, 13) for words in (_("Entitled"), _("Left"), _("Reserved"), _("Committed"), _("Spent"))]
        sheet = self.sheet(
            _("Money"), (_("Person"), 28), (_("Grant"), 26), (_("State"), 12), (_("Made on"), 12), *amounts,
            (_("Currency"), 9), (_("To be used until"), 13),
        )  # fmt: skip
        for each in facts.grants:
            sheet.add(
                each.person, each.package, each.state, each.made_on, each.entitled, each.awarded, each.reserved,
                each.committed, each.spent, each.entitled.currency, each.use_until,
            )  # fmt: skip
        sheet = self.sheet(
            _("Ledger"), (_("Recorded at"), 19), (_("Day"), 12), (_("Person"), 28), (_("Grant"), 26), (_("Move"), 26),
            (_("Amount"), 13), (_("Currency"), 9),
        )  # fmt: skip
        for line in facts.ledger:
            sheet.add(line.at, line.day, line.person, line.package, line.move, line.amount, line.amount.currency)

    def payments(self, facts: DossierFacts) -> None:
        """Who asked, approved and recorded each payment."""
        sheet = self.sheet(
            _("Payments"), (_("Paid on"), 12), (_("Purpose"), 34), (_("Instalment"), 10), (_("Provider"), 28),
            (_("Paid"), 13), (_("Currency"), 9), (_("Rate"), 10), (_("Charged"), 13), (_("Given back"), 13),
            (_("Currency"), 9), (_("Requested by"), 22), (_("Approved by"), 30), (_("Recorded by"), 22),
            (_("Proof: document"), 10),
        )  # fmt: skip
        for each in facts.payments:
            sheet.add(
                each.paid_on, each.purpose, each.instalment, each.provider, each.paid, each.paid.currency, each.rate,
                each.charged, each.given_back, each.charged.currency, each.requested_by, each.approved_by,
                each.recorded_by, each.proof,
            )  # fmt: skip

    def documents(self, documents: Sequence[DocumentLine]) -> None:
        """The index of documents."""
        sheet = self.sheet(
            _("Documents"), (_("No."), 7), (_("Title"), 36), (_("Kind"), 24), (_("Person"), 26), (_("Day"), 12),
            (_("Added at"), 19), (_("Added by"), 22), (_("Type"), 16), (_("Bytes"), 11), (_("Seen by"), 16),
            (_("SHA-256"), 66),
        )  # fmt: skip
        for each in documents:
            sheet.add(
                each.number, each.title, each.kind, each.person, each.day, each.added_at, each.added_by,
                each.media_type, each.size, each.part, each.sha256,
            )  # fmt: skip

    def entries(self, history: CaseHistory, documents: Sequence[DocumentLine]) -> None:
        """The sheets that entries go to, in one pass; each row belongs to the entry named in its last column."""
        who = ((_("Who"), 24), (_("Role"), 18), (_("Person"), 26))
        when = ((_("Recorded at"), 19), (_("Day"), 12))
        decisions = self.sheet(_("Decisions"), *when, (_("Decision"), 60), *who, (_("Reason"), 44), (_("Entry"), 34))
        events = self.sheet(
            _("Events"), *when, (_("What happened"), 70), *who, (_("About"), 16), (_("Kind"), 26), (_("Seen by"), 16),
            (_("Entry"), 34),
        )  # fmt: skip
        values = self.sheet(
            _("Values"), (_("Recorded at"), 19), (_("Of what"), 36), (_("Value"), 28), (_("Before"), 36),
            (_("After"), 36), (_("Who"), 24), (_("Entry"), 34),
        )  # fmt: skip
        self.documents(documents)
        access = self.sheet(_("Access"), *when, (_("What happened"), 70), *who, (_("Kind"), 26), (_("Entry"), 34))
        for portion in read_told(history):
            words = history.names | row_names((told.entry for told in portion), history.names)
            for told in portion:
                entry = told.entry
                head = (entry.at, entry.day, told.sentence)
                by = (told.actor, told.role, told.person)
                if told.part == Part.ACCESS:
                    access.add(*head, *by, entry.kind, entry.key)
                    continue
                events.add(*head, *by, label(entry.category), entry.kind, _(PART_WORDS[Part(told.part)]), entry.key)
                if is_decision(told):
                    decisions.add(*head, *by, told.reason, entry.key)
                for row in change_rows(entry, words):
                    for what, before, after in row.cells:
                        values.add(entry.at, row.about, what, before, after, told.actor, entry.key)
