"""The base of every form, and the only place that touches Flask-WTF. Features import all fields from here.

A view: `form = XForm(data=…)`; `if form.validate_on_submit(): …`; a rule's no: `form.refuse(sentence)`;
then `return render_template(…, form=form), form.status`.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict
from wtforms.validators import StopValidation

from casetracker.core.errors import Message
from casetracker.web import forged, kept
from casetracker.web.choices import (
    ChoiceField,
    ManyChoiceField,
    TickField,
    YesNoField,
    country_choices,
    country_name,
    language_choices,
    language_name,
    optional_choice,
)
from casetracker.web.fields import (
    BoxField,
    DateField,
    EmailField,
    HiddenField,
    LongTextField,
    PasswordField,
    TextField,
    printable,
)
from casetracker.web.formats import message
from casetracker.web.numbers import DecimalField, MoneyField, WholeNumberField, read_money
from casetracker.web.rows import RowForm, RowsField
from casetracker.web.uploads import FileField, FilesField

if TYPE_CHECKING:
    from wtforms import Form as _Base
else:
    from flask_wtf import FlaskForm as _Base

__all__ = [
    "ChoiceField",
    "DateField",
    "DecimalField",
    "EmailField",
    "FileField",
    "FilesField",
    "Form",
    "HiddenField",
    "LongTextField",
    "ManyChoiceField",
    "MoneyField",
    "PasswordField",
    "RowForm",
    "RowsField",
    "TextField",
    "TickField",
    "VersionField",
    "WholeNumberField",
    "YesNoField",
    "country_choices",
    "country_name",
    "language_choices",
    "language_name",
    "optional_choice",
    "read_money",
]


UNSEEN = ("hidden", "file", "password")
"""Kinds of fields of which a form does not repeat what stood in them."""
LONGEST_OPENED = 200_000


class TokenField(HiddenField):
    """128 random bits that name this one filling-in of the form, so that sending it twice acts once."""

    @property
    def shown(self) -> str:
        if not self.data:
            self.data = self.typed if self._well_formed(self.typed) else secrets.token_hex(16)
        return str(self.data)

    def pre_validate(self, form: Any) -> None:
        if not self._well_formed(self.typed) or len(self.raw_data or ()) != 1:
            forged.note(forged.TOKEN)
            self.data = secrets.token_hex(16)
            raise StopValidation(_("The page was incomplete when it was sent. Please send it again."))
        self.data = self.typed

    @staticmethod
    def _well_formed(text: str) -> bool:
        return bool(re.fullmatch(r"[0-9a-f]{32}", text))


class VersionField(WholeNumberField):
    """The version of the thing the form was opened on; give it with `data={"version": thing.version}`."""

    kind = "hidden"

    def take_over(self) -> None:
        """Goes on from the stored version instead of the one that was sent."""
        self.raw_data, self.data = None, self.object_data

    def missing(self) -> str:
        return str(_("The page was incomplete when it was sent. Please open it again."))


class OpenedField(HiddenField):
    """What stood in the boxes when the form was opened, in words: shown beside both versions if somebody else saves
    meanwhile, and believed for nothing else."""

    opened: Form | None = None

    @property
    def shown(self) -> str:
        if self.raw_data is not None:
            return self.typed
        fields = [field for field in self.opened or () if isinstance(field, BoxField) and field.kind not in UNSEEN]
        return json.dumps({field.short_name: field.stored() for field in fields}, ensure_ascii=False)

    def pre_validate(self, form: Any) -> None:
        """Whatever came, the form is not refused for it."""
        self.data = None

    def known(self) -> dict[str, str]:
        """Field's name -> words; nothing where it came otherwise than it was sent out."""
        try:
            found = json.loads(self.typed) if len(self.typed) < LONGEST_OPENED else {}
        except (ValueError, RecursionError):
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {name: printable(text) for name, text in pairs if isinstance(text, str)}

    def take_over(self) -> None:
        """From here on what stands now is what the form was opened with."""
        self.raw_data = None


class Form(_Base):
    """A form with CSRF protection and a one-time token; nothing that was typed is ever lost.

    Add `version = VersionField()` where a stored thing is edited. `validate_on_submit()` is False, without
    errors, when a button only added or removed a row: the page is then simply shown again.
    """

    form_token = TokenField()
    form_opened = OpenedField()
    row_changed = False
    conflicted = False

    class Meta:
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, also when it is empty (Flask-WTF would then take the form as not sent)."""
            if formdata is not None and hasattr(formdata, "getlist"):
                return formdata
            if formdata is not None and has_request_context() and request.method == "POST":
                return request.form if not request.files else CombinedMultiDict([request.files, request.form])
            if formdata is not None and has_request_context():
                return kept.typed()
            return None

    def process(
        self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **kwargs: Any
    ) -> None:
        """Keeps what the form was opened with where it edits something."""
        if any(isinstance(field, VersionField) for field in self):
            self.form_opened.opened = self
        elif "form_opened" in self:
            del self.form_opened
        super().process(formdata, obj, data, extra_filters, **kwargs)

    def post_process(self, formdata: Any = None) -> None:
        """Obeys the buttons that add or remove a row."""
        super().post_process(formdata)  # type: ignore[misc]  # the published types lag behind
        if formdata is None or self.row_changed:
            return
        for field in self:
            if not isinstance(field, RowsField):
                continue
            if f"add-{field.name}" in formdata:
                self.row_changed = True
                field.add_row()
            number = formdata.get(f"remove-{field.name}", "")
            if isinstance(number, str) and re.fullmatch(r"[0-9]{1,4}", number):
                self.row_changed = True
                field.remove_row(int(number))

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the form was sent, to be acted on, and everything in it is in order."""
        sent = has_request_context() and request.method == "POST"
        return sent and not self.row_changed and self.validate(extra_validators)

    @property
    def token(self) -> str:
        """The one-time token, for the command."""
        return self.form_token.shown

    @property
    def status(self) -> int:
        """The status of the answer that shows the form: 200, 422 when refused, 409 on a conflict."""
        if self.conflicted:
            return 409
        return 422 if self.errors else 200

    @property
    def has_files(self) -> bool:
        """Whether the page must send the form as multipart."""
        fields = every_field(self)
        return any(isinstance(field, FileField) for field in fields)

    @property
    def has_rows(self) -> bool:
        """Whether buttons of rows stand before the button that sends the form."""
        return any(isinstance(field, RowsField) for field in self)

    def refuse(self, sentence: Message | str, field: str | None = None) -> None:
        """Puts a rule's sentence beside the field it names (`field`, else the message's own), else on top."""
        name = field or (sentence.field if isinstance(sentence, Message) else None)
        text = message(sentence)
        self.form_token.data = secrets.token_hex(16)
        if name is not None and name in self and getattr(self[name], "kind", "hidden") != "hidden":
            self[name].errors = [*self[name].errors, text]
        else:
            self.form_errors.append(text)

    def show_conflict(self) -> None:
        """Somebody else saved meanwhile: keeps what was typed, says beside each field that differs what stood there
        when the form was opened, what stands now (the `data` that the view gave the form) and what was typed, and
        takes over the stored version: sending again decides."""
        self.conflicted = True
        before = self.form_opened.known() if "form_opened" in self else {}
        for field in self:
            if isinstance(field, VersionField | OpenedField):
                field.take_over()
            elif isinstance(field, BoxField) and field.kind != "hidden":
                field.compare(before.get(field.short_name))
        self.refuse(
            _(
                "Somebody else has changed this since you opened the page. Compare what stands now, correct "
                "what you typed, and save again to replace it."
            )
        )

    def all_errors(self) -> list[tuple[str, str, str]]:
        """(field's id or "", label, sentence) of everything refused, in the page's order; for the summary."""
        top = [("", "", str(text)) for text in self.form_errors]
        return top + [found for field in self for found in _errors_of(field)]

    def set_currency(self, code: str) -> None:
        """Sets the currency of every amount in the form, those in rows too."""
        for field in every_field(self):
            if isinstance(field, MoneyField):
                field.currency = code


def every_field(form: Any) -> Iterator[Any]:
    """Every field of the form and of its rows."""
    for field in form:
        yield field
        if isinstance(field, RowsField):
            for row in field.forms:
                yield from every_field(row)


def _errors_of(field: Any, prefix: str = "") -> list[tuple[str, str, str]]:
    label = str(field.label.text) if field.label else ""
    if isinstance(field, RowsField):
        found = [
            each
            for number, row in enumerate(field.forms, start=1)
            for inner in row
            for each in _errors_of(inner, f"{field.row_label or label} {number}: ")
        ]
        return found + [(field.id, label, str(text)) for text in field.errors if isinstance(text, str)]
    hidden = getattr(field, "kind", "hidden") == "hidden"
    return [("" if hidden else field.id, "" if hidden else prefix + label, str(text)) for text in field.errors]
