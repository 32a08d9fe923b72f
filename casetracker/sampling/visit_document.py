"""The forms for visits to print: a list of all, then a page for each certificate, with room for what is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.sampling.mark_states import FoundThere, Tick
from casetracker.sampling.workpaper_states import VisitForm
from casetracker.web.formats import day, money, number
from casetracker.web.labels import label
from casetracker.web.typesetting import (
    Block,
    boxes,
    cell,
    facts,
    page,
    rules,
    section,
    set_in_type,
    table,
    text,
)


def make_document(name: str, sample_id: str, forms: Sequence[VisitForm], left: int, about: str, at: datetime) -> bytes:
    """The PDF: the list of visits, then one form on a page of its own for each. left: deliveries for a later file."""
    return set_in_type(
        title=_("Visits: %(name)s", name=name), reference=sample_id, kind=_("Visits of a sample"), written_at=at,
        sections=_sections(forms, left, about),
    )  # fmt: skip


def _sections(forms: Sequence[VisitForm], left: int, about: str) -> Iterator[dict[str, Any]]:
    later = ngettext(
        "%(num)d further delivery is not in this file: enter what these visits find, then print again.",
        "%(num)d further deliveries are not in this file: enter what these visits find, then print again.", left,
    )  # fmt: skip
    yield section(
        _("Deliveries to visit"), _list(forms), *([text(later)] if left else []),
        text(_("Carry these pages with care: they name people. Enter what you found, then destroy them.")), text(about),
    )  # fmt: skip
    for form in forms:
        title = _("Visit %(number)s · %(reference)s", number=form.number, reference=form.reference or "–")
        yield page(title, *_form(form))


def _list(forms: Sequence[VisitForm]) -> Block:
    columns = [
        (_("No."), "9mm n"), (_("Case"), "27mm"), (_("What was handed over, to whom"), "1.4fr"), (_("Where"), "1fr"),
        (_("Amount"), "25mm n"), (_("Visited"), "17mm"),
    ]  # fmt: skip
    return table(columns, [
        [
            number(form.number), form.reference or "–", cell(form.what or _("not open to you today"), form.signed_by),
            cell(form.place, form.address), money(form.amount), "",
        ]
        for form in forms
    ])  # fmt: skip


def _form(form: VisitForm) -> Iterator[Block]:
    yield facts([
        (_("Handed over"), form.what), (_("On"), day(form.handed_over_on) if form.handed_over_on else ""),
        (_("Amount of the instalment"), money(form.amount) if form.amount else ""), (_("Bought from"), form.provider),
        (_("Signed for by"), form.signed_by), (_("Place of return"), form.place), (_("Address"), form.address),
        (_("Telephone"), form.phone), (_("Remark at the delivery"), form.note), (_("Certificate"), form.certificate),
        (_("SHA-256 of the certificate"), form.sha256),
    ])  # fmt: skip
    if not form.what:
        yield text(_("Your mandate does not open this case today, or it was erased: there is nothing to visit."))
        return
    yield boxes(_("What was handed over is"), [label(each) for each in FoundThere])
    yield boxes(_("Used as planned"), [label(each) for each in Tick])
    yield boxes(_("The beneficiary's signature agrees with the certificate's"), [label(each) for each in Tick])
    yield rules(_("Remarks"), 6)
    yield rules(_("Day and place of the visit"), 1)
    yield rules(_("Name and signature of the visitor"), 1)
    yield rules(_("Name and signature of the beneficiary"), 1)
