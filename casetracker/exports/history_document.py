"""What the printed history of a case and of a project have in common: entries, documents, how to check it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.core.money import Money
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE
from casetracker.events.states import Part
from casetracker.exports.facts_queries import PART_WORDS
from casetracker.exports.queries import read_newest
from casetracker.exports.states import (
    CaseHistory,
    DocumentLine,
    GrantLine,
    PaymentLine,
    ToldEntry,
    is_decision,
    is_stage,
)
from casetracker.web.formats import day, local, moment, money
from casetracker.web.typesetting import Block, cell, table, text

MOST_ROWS = 320
"""Rows that are printed: a document is set as a whole, and a row needs up to 0.1 MiB meanwhile."""
LEAST_ENTRIES = 100
"""Rows that entries have in any case, however many documents and payments there are."""


def choose_entries(history: CaseHistory, room: int) -> list[ToldEntry]:
    """What is printed of the entries, oldest first: money, approvals, decisions and stages before everything else, of
    each the newest. Stages and decisions are printed twice."""
    chosen: list[ToldEntry] = []
    for first in (True, False):
        for each in read_newest(history, room, first=first):
            room -= 1 + is_stage(each) + is_decision(each)
            if room < 0:
                return _in_order(chosen)
            chosen.append(each)
    return _in_order(chosen)


def _in_order(told: list[ToldEntry]) -> list[ToldEntry]:
    return sorted(told, key=lambda each: (each.entry.at, each.entry.chain_id, each.entry.seq))


def entries_table(told: Sequence[ToldEntry]) -> Block:
    """Entries in their order: when, what, who."""
    if not told:
        return text(_("Nothing is recorded."))
    rows = [[moment(each.entry.at), cell(each.sentence, _happened(each)), cell(each.actor, each.role)] for each in told]
    return table([(_("Recorded"), "31mm"), (_("What happened"), "1fr"), (_("By"), "38mm")], rows)


def left_out(history: CaseHistory, told: Sequence[ToldEntry]) -> Iterator[Block]:
    """How many entries are not printed, and where they are."""
    left = sum(chain.length for chain in history.chains if chain.part != Part.ACCESS) - len(told)
    if left:
        yield text(ngettext(
            "This history is too long to print: %(num)d entry is left out. First came those about money, approvals, "
            "decisions and stages, then the others, of each the newest. The workbook (XLSX) and JSON Lines hold every "
            "entry; JSON Lines lie in every bundle.",
            "This history is too long to print: %(num)d entries are left out. First came those about money, approvals, "
            "decisions and stages, then the others, of each the newest. The workbook (XLSX) and JSON Lines hold every "
            "entry; JSON Lines lie in every bundle.", left,
        ))  # fmt: skip


def _happened(told: ToldEntry) -> str:
    """The day it happened, where that is another one than the day on which it was recorded."""
    when = told.entry.day
    return "" if when is None or when == local(told.entry.at).date() else _("happened on %(day)s", day=day(when))


def documents_table(documents: Sequence[DocumentLine]) -> list[Block]:
    """The index of documents, with the hash of each file."""
    if not documents:
        return [text(_("No document is stored."))]
    columns = [
        (_("No."), "9mm n"),
        (_("Document, SHA-256 of the file as stored"), "1fr"),
        (_("Day"), "19mm"),
        (_("Added"), "38mm"),
    ]
    rows = [
        [
            str(each.number),
            cell(each.title, " · ".join(filter(None, (each.kind, each.person, each.part))), code=each.sha256),
            day(each.day), cell(moment(each.added_at), each.added_by),
        ]
        for each in documents
    ]  # fmt: skip
    return [table(columns, rows)]


def about_blocks(history: CaseHistory, about: str) -> Iterator[Block]:
    """How the document is checked, and what is not in it."""
    yield text(about)
    is_case = kind_of(history.sight.reference) == CASE
    what = (
        _("Every act of this case is an entry of a chain.")
        if is_case
        else _("Every act of this project is an entry of a chain.")
    )
    how = _(
        "Each entry names the hash of the one before. The newest hashes below are those of the chains from which this "
        "document was written: whoever compares them later, with the record or with an export in JSON, sees whether "
        "anything before them was changed."
    )
    explained = f"{what} {how}"
    yield text(explained)
    read = sum(chain.length for chain in history.chains if chain.part == Part.ACCESS)
    if read:
        yield text(ngettext(
            "Who read it is not printed (%(num)d entry): the workbook and the JSON hold it.",
            "Who read it is not printed (%(num)d entries): the workbook and the JSON hold it.", read,
        ))  # fmt: skip
    columns = [(_("Chain"), "38mm"), (_("Entries"), "18mm n"), (_("Newest entry's hash"), "1fr")]
    rows = [[_(PART_WORDS[Part(chain.part)]), str(chain.length), cell("", code=chain.head)] for chain in history.chains]
    yield table(columns, rows)


def grants_table(grants: Sequence[GrantLine]) -> Block:
    """Grants and where their money stands, with the sum."""
    columns = [(_("Person and grant"), "1fr")]
    columns += [(words, "23mm n") for words in (_("Entitled"), _("Left"), _("Reserved"), _("Committed"), _("Spent"))]
    rows = [
        [
            cell(each.person, f"{each.package} · {each.state}", _until(each)),
            *map(money, _places(each)),
        ]
        for each in grants
    ]  # fmt: skip
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for each in grants:
        sums[each.entitled.currency] = [
            so_far + place.minor for so_far, place in zip(sums[each.entitled.currency], _places(each), strict=True)
        ]
    foot = [
        [_("Together"), *(money(Money(amount, currency)) for amount in amounts)]
        for currency, amounts in sorted(sums.items())
    ]
    return table(columns, rows, foot if len(grants) > 1 else [])


def _until(grant: GrantLine) -> str:
    return _("to be used until %(day)s", day=day(grant.use_until)) if grant.use_until else ""


def _places(grant: GrantLine) -> tuple[Money, ...]:
    return grant.entitled, grant.awarded, grant.reserved, grant.committed, grant.spent


def payments_tables(payments: Sequence[PaymentLine]) -> list[Block]:
    """Payments by day, with the sum."""
    if not payments:
        return [text(_("Nothing was paid yet."))]
    columns = [
        (_("Paid on"), "19mm"), (_("For what, to whom"), "1.5fr"), (_("Amount"), "25mm n"),
        (_("Requested, approved, recorded by"), "1.1fr"),
    ]  # fmt: skip
    rows = [
        [
            day(each.paid_on),
            cell(each.purpose, each.provider, _("Proof: document %(number)s", number=each.proof) if each.proof else ""),
            cell(money(each.charged), *_converted(each), *_given_back(each)),
            cell(each.requested_by, each.approved_by, each.recorded_by),
        ]
        for each in payments
    ]  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    for each in payments:
        sums[each.charged.currency] += each.charged.minor - each.given_back.minor
    foot = [["", _("Together"), money(Money(amount, currency)), ""] for currency, amount in sorted(sums.items())]
    return [table(columns, rows, foot)]


def _converted(payment: PaymentLine) -> list[str]:
    if payment.paid.currency == payment.charged.currency:
        return []
    return [_("%(amount)s at %(rate)s", amount=money(payment.paid), rate=payment.rate)]


def _given_back(payment: PaymentLine) -> list[str]:
    return [_("given back: %(amount)s", amount=money(payment.given_back))] if payment.given_back.minor else []
