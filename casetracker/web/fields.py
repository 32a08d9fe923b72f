"""Form fields for words and days: each keeps what was typed, and says in a sentence what is wrong with it.

`data` is the checked value (None when empty) after `validate()`; `shown` is what the page writes back.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from casetracker.web import forged

FIRST_YEAR, LAST_YEAR = 1900, 2100
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text with what no database or page can hold replaced by the sign for "unreadable"."""
    return _UNSTORABLE.sub("\ufffd", text)


class BoxField(Field):
    """A field that is one box with text in it; the base of all fields that are typed or picked.

    required     an empty box is refused
    hint         a sentence below the label
    read_abroad  says beside the field that the receiving office reads it too
    autocomplete, inputmode, attributes   HTML attributes of the control
    """

    kind = "text"

    def __init__(
        self,
        label: Any = None,
        validators: list[Any] | None = None,
        *,
        required: bool = True,
        hint: Any = "",
        read_abroad: bool = False,
        autocomplete: str = "off",
        inputmode: str = "",
        attributes: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, description=hint, **kwargs)
        self.required = required
        self.read_abroad = read_abroad
        self.theirs: str | None = None
        self.before: str | None = None
        self.mine = ""
        self.attributes: dict[str, Any] = {"autocomplete": autocomplete} | (attributes or {})
        if inputmode:
            self.attributes["inputmode"] = inputmode

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Only remembers what came; `pre_validate` judges it."""
        self.data = None

    @property
    def typed(self) -> str:
        """What came with the form, as text; "" when nothing came."""
        first = (self.raw_data or [""])[0]
        return first if isinstance(first, str) else ""

    @property
    def shown(self) -> str:
        """What stands in the box: what was typed, else the value that the form was opened with."""
        if self.raw_data is not None:
            return printable(self.typed)
        return "" if self.data is None else self.format(self.data)

    def pre_validate(self, form: Any) -> None:
        """Turns what was typed into `data`, or stops with the sentence that says why not."""
        if self.raw_data is not None and len(self.raw_data) > 1:
            forged.note(forged.TWICE)
            raise StopValidation(_("This was sent more than once. Please check it and send it again."))
        text = self.tidy(self.typed)
        if _UNSTORABLE.search(text):
            forged.note(forged.CHARACTERS)
            raise StopValidation(_("This holds characters that cannot be stored. Please type it again."))
        if not text:
            self.data = None
            if self.required:
                raise StopValidation(self.missing())
            return
        try:
            self.data = self.parse(text, form)
        except ValidationError as refusal:
            raise StopValidation(str(refusal)) from refusal

    def missing(self) -> str:
        """The sentence for a required box that is empty."""
        return str(_("Please fill this in."))

    def tidy(self, text: str) -> str:
        """What was typed without blanks around it, in one Unicode form."""
        return unicodedata.normalize("NFC", text).strip()

    def parse(self, text: str, form: Any) -> Any:
        """The value of a text that is not empty; raises ValidationError with a sentence."""
        raise ValidationError(_("This kind of field takes no text."))

    def format(self, data: Any) -> str:
        """The text that `parse` would read as this value."""
        return printable(str(data))

    def stored(self) -> str:
        """What the form was opened with, as people read it."""
        return self.words("" if self.object_data is None else self.format(self.object_data))

    def typed_words(self) -> str:
        """What was typed, as people read it."""
        return self.words("" if self.data is None else self.format(self.data))

    def compare(self, before: str | None) -> None:
        """Notes in `theirs` what is stored now, where it differs from what was typed here (`mine`); `before` is what
        stood there when the form was opened, None where nobody knows."""
        stored, mine = self.stored(), self.typed_words()
        if mine != stored:
            self.theirs, self.mine, self.before = stored, mine, before

    def words(self, text: str) -> str:
        """A stored value's text as people read it."""
        return text or "–"


class TextField(BoxField):
    """One line of text, at most `max` characters."""

    def __init__(self, label: Any = None, *args: Any, max: int = 200, **kwargs: Any) -> None:
        super().__init__(label, *args, **kwargs)
        self.max = max

    def parse(self, text: str, form: Any) -> str:
        if len(text) > self.max:
            raise ValidationError(
                ngettext(
                    "This is too long: %(num)d character, at most %(max)d fit.",
                    "This is too long: %(num)d characters, at most %(max)d fit.",
                    len(text),
                    max=self.max,
                )
            )
        if "\n" in text or "\r" in text:
            text = " ".join(text.split())
        return text


class LongTextField(TextField):
    """Several lines of text, at most `max` characters; `rows` is the height of the box."""

    kind = "long"

    def __init__(self, label: Any = None, *args: Any, max: int = 4000, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(label, *args, max=max, **kwargs)
        self.attributes.setdefault("rows", rows)

    def tidy(self, text: str) -> str:
        return super().tidy(text.replace("\r\n", "\n").replace("\r", "\n"))

    def parse(self, text: str, form: Any) -> str:
        if len(text) > self.max:
            return super().parse(text, form)
        return text


class EmailField(TextField):
    """An e-mail address, its domain in lower case; nothing is sent to find out whether it exists."""

    def __init__(self, label: Any = None, *args: Any, max: int = 254, **kwargs: Any) -> None:
        super().__init__(label, *args, max=max, **kwargs)
        self.attributes.setdefault("inputmode", "email")
        self.attributes.setdefault("type", "email")

    def parse(self, text: str, form: Any) -> str:
        text = super().parse(text, form)
        try:
            return str(validate_email(text, check_deliverability=False).normalized)
        except EmailNotValidError as refusal:
            sentence = _("This is not an e-mail address. It should look like name@example.org.")
            raise ValidationError(sentence) from refusal


class PasswordField(TextField):
    """A password: taken as typed, and never written back into the page."""

    def __init__(self, label: Any = None, *args: Any, max: int = 200, **kwargs: Any) -> None:
        super().__init__(label, *args, max=max, **kwargs)
        self.attributes["type"] = "password"
        if self.attributes["autocomplete"] == "off":
            self.attributes["autocomplete"] = "current-password"

    def tidy(self, text: str) -> str:
        return unicodedata.normalize("NFC", text)

    @property
    def shown(self) -> str:
        return ""


class HiddenField(TextField):
    """An id or word that the page carries along; what is wrong with it is said at the form's top."""

    kind = "hidden"

    def __init__(self, label: Any = None, *args: Any, max: int = 100, **kwargs: Any) -> None:
        super().__init__(label, *args, max=max, **{"required": False, **kwargs})


class DateField(BoxField):
    """A calendar day, written 2026-10-02 or 02.10.2026; the years 1900 to 2100."""

    kind = "date"

    def parse(self, text: str, form: Any) -> date:
        day = read_day(text)
        if day is None:
            raise ValidationError(_("This is not a day of the calendar. Write it like 2026-10-02."))
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                _(
                    "The year must lie between %(first)d and %(last)d.",
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                )
            )
        return day

    def format(self, data: Any) -> str:
        return data.isoformat() if isinstance(data, date) else printable(str(data))

    @property
    def picker(self) -> bool:
        """Whether the browser's date picker can hold what is shown (it would drop anything else)."""
        return not self.shown or (
            bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", self.shown)) and (read_day(self.shown) is not None)
        )


_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")


def read_day(text: str) -> date | None:
    """The day that a text names in one of the two spellings, None if there is no such day."""
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DOTTED.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
