"""Groups of fields that repeat (family members, plan lines): rows are added and removed by submit buttons,
without JavaScript too; gaps in the numbering are closed; no number that is sent can break the page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask_babel import ngettext
from wtforms import FieldList, FormField
from wtforms import Form as SubForm
from wtforms.utils import unset_value

if TYPE_CHECKING:
    _FieldList = FieldList[Any]
else:
    _FieldList = FieldList

MOST_DIGITS = 4


class RowForm(SubForm):
    """The base of one row's form: fields only, no token. `blank` tells whether anything was typed."""

    @property
    def blank(self) -> bool:
        """Whether every box is empty or as it was offered (hidden ids do not count)."""
        field: Any
        for field in self:
            kind = getattr(field, "kind", "")
            if kind == "hidden":
                continue
            if kind in ("file", "checkboxes"):
                if field.chosen:
                    return False
            elif field.typed.strip() and field.typed != field.format(field.object_data or ""):
                return False
        return True

    @property
    def known(self) -> bool:
        """Whether the row stands for something stored already (it carries a hidden id)."""
        return any(getattr(field, "kind", "") == "hidden" and getattr(field, "shown", "") for field in self)


class RowsField(_FieldList):
    """Rows of a RowForm. `forms` are all rows, `filled` those where something was typed.

    min_entries    rows offered on an empty form
    max_entries    rows that can be sent at most
    required_rows  so many first rows must be filled in; further blank rows are left out without a word
    add_label      words of the button that adds a row; row_label names one row ("Family member")
    """

    kind = "rows"

    def __init__(
        self,
        row_form: type[RowForm],
        label: Any = None,
        *,
        min_entries: int = 1,
        max_entries: int = 30,
        required_rows: int = 0,
        add_label: Any = None,
        row_label: Any = None,
        hint: Any = "",
        **kwargs: Any,
    ) -> None:
        self.asked_for = 0
        super().__init__(
            FormField(row_form),
            label,
            min_entries=max(min_entries, required_rows),
            max_entries=max_entries,
            description=hint,
            **kwargs,
        )
        self.required_rows, self.add_label, self.row_label = required_rows, add_label, row_label

    @property
    def forms(self) -> list[RowForm]:
        """The rows' forms, in order."""
        return [entry.form for entry in self.entries]

    @property
    def filled(self) -> list[RowForm]:
        """The rows that count: required, stored already, or with something typed in them."""
        return [row for i, row in enumerate(self.forms) if i < self.required_rows or row.known or not row.blank]

    @property
    def can_grow(self) -> bool:
        """Whether one more row would be taken."""
        return len(self.entries) < (self.max_entries or 0)

    def add_row(self) -> None:
        """One more empty row, unless there are as many as fit."""
        if self.can_grow:
            self.append_entry()

    def remove_row(self, index: int) -> None:
        """Takes the row away, if there is such a one and it is not required."""
        if self.required_rows <= index < len(self.entries):
            self.pop_entry(index)  # type: ignore[call-arg]  # the published types lag behind

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if formdata is not None:
            self.asked_for = len(set(self._extract_indices(self.name, formdata)))
        super().process(formdata, data, extra_filters)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Row numbers among the keys; only short plain digits (isdigit() would take "²" and then fail)."""
        for key in formdata:
            if key.startswith(prefix + "-"):
                number = key[len(prefix) + 1 :].split("-", 1)[0]
                if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS:
                    yield int(number)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Judges the rows that count; a blank one that nobody needs is not asked for anything."""
        self.errors = []
        counted = {id(row) for row in self.filled}
        failed = False
        for entry in self.entries:
            if id(entry.form) in counted and not entry.validate(form):
                failed = True
        if failed:
            self.errors = [entry.errors if id(entry.form) in counted else {} for entry in self.entries]
        if self.asked_for > (self.max_entries or 0):
            failed = True
            sentence = ngettext(
                "At most %(num)d row fits into one form; the others were left out.",
                "At most %(num)d rows fit into one form; the others were left out.",
                self.max_entries,
            )
            self.errors = [*self.errors, sentence]
        chain = itertools.chain(self.validators, extra_validators)
        self._run_validation_chain(form, chain)  # type: ignore[attr-defined]  # not in the published types
        return not failed and not self.errors
