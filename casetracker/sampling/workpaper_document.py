"""The workpaper as a document to print, and the forms for its visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from casetracker.core.money import Money
from casetracker.sampling.workpaper_states import FindingLine, ItemLine, Pairs, Value, Workpaper
from casetracker.web.formats import day, moment, money, number
from casetracker.web.typesetting import Block, Cell, cell, facts, heading, rules, section, set_in_type, table, text

LONGEST_NOTE = 400
"""Letters of a note that are printed; the workbook has it whole."""


def make_document(paper: Workpaper, about: str) -> bytes:
    """The PDF: population, method, result, items with what was seen, findings with their answers."""
    return set_in_type(
        title=paper.name, reference=paper.sample_id, kind=_("Workpaper of a sample"), written_at=paper.at,
        sections=_sections(paper, about),
    )  # fmt: skip


def _sections(paper: Workpaper, about: str) -> Iterator[dict[str, Any]]:
    yield section(_("What was asked, and of what"), facts([(_("Auditor"), paper.auditor), *in_words(paper.purpose)]))
    yield section(_("How it was drawn"), facts(in_words(paper.method)), text(paper.explained))
    yield section(_("Result"), facts(in_words(paper.results)), text(paper.concluded))
    yield section(_("Items"), _items(paper.items))
    yield section(_("Findings"), *_findings(paper.findings))
    yield section(_("Signed"), rules(_("Day, name and signature of the auditor"), 2))
    yield section(_("About this document"), text(_how_to_redo()), text(about))


def _how_to_redo() -> str:
    return str(
        _(
            "The same seed over the same moment of history gives the same sample: the population is the record's own "
            "entries, the order of the draw is SHA-256 over the seed and each entry's place. The page of the sample "
            "draws again and says what differs, if anything does."
        )
    )


def in_words(pairs: Pairs) -> list[tuple[str, str]]:
    """The same for a reader: amounts, days and moments written out."""
    return [(words, _told(value)) for words, value in pairs]


def _told(value: Value) -> str:
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int) else value or ""


def _items(items: Iterable[ItemLine]) -> Block:
    columns = [
        (_("No."), "9mm n"), (_("Entry"), "1.3fr"), (_("Amount"), "25mm n"), (_("What was seen"), "31mm"),
        (_("Note"), "1fr"),
    ]  # fmt: skip
    return table(columns, [[number(each.number), _entry(each), _sum(each), _seen(each), _note(each)] for each in items])


def _entry(item: ItemLine) -> Cell:
    if not item.sentence:
        return cell(_("The mandate does not open this case today."), code=item.place)
    happened = _("happened on %(day)s", day=day(item.day)) if item.day else ""
    recorded = _("recorded %(moment)s", moment=moment(item.at))
    return cell(item.reference, item.sentence, " · ".join(filter(None, (happened, recorded))))


def _sum(item: ItemLine) -> Cell:
    small = [_("stratum %(name)s", name=item.stratum)] if item.stratum else []
    small += [_("%(hits)s units", hits=item.hits)] if item.hits > 1 else []
    return cell(money(item.amount), *small)


def _seen(item: ItemLine) -> Cell:
    mark = item.mark
    if mark is None:
        return str(_("not looked at yet"))
    small = [
        _("document seen: %(tick)s", tick=mark.document_seen), _("agrees: %(tick)s", tick=mark.agrees),
        _("wrong: %(amount)s", amount=money(mark.wrong)) if mark.wrong else "", moment(mark.at),
    ]  # fmt: skip
    return cell(_("EXCEPTION") if mark.is_exception else _("in order"), *small)


def _note(item: ItemLine) -> Cell:
    visit = item.visit
    small = []
    if visit:
        small = [
            _("Visited on %(day)s: %(found)s", day=day(visit.visited_on), found=visit.found),
            _("used as planned: %(tick)s", tick=visit.is_used),
            _("signature agrees: %(tick)s", tick=visit.signature_agrees), _short(visit.note),
        ]  # fmt: skip
    if item.findings:
        small.append(_("Findings: %(numbers)s", numbers=", ".join(map(str, item.findings))))
    return cell(_short(item.mark.note) if item.mark else "", *small)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_NOTE else words[: LONGEST_NOTE - 1] + "…"


def _findings(findings: Iterable[FindingLine]) -> Iterator[Block]:
    found = list(findings)
    if not found:
        yield text(_("No finding was raised about an item."))
    for each in found:
        yield heading(_("%(number)s. %(title)s", number=each.number, title=each.title or _("(erased)")))
        yield facts([
            (_("Item, case"), " · ".join(filter(None, (number(each.item), each.reference)))), (_("Asked"), each.office),
            (_("State"), each.state), (_("Raised at"), moment(each.raised_at)),
            (_("To be answered until"), day(each.due_on)),
            (_("Cost that may not be eligible"), money(each.questioned) if each.questioned else ""),
            (_("Finding"), each.text or _("(erased)")),
            *((f"{said.kind} ({moment(said.at)}, {said.who})", said.text or _("(erased)")) for said in each.said),
        ])  # fmt: skip
