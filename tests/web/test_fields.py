"""Every field against hostile input: a sentence, what was typed still there, never an exception."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import render_template_string
from werkzeug.datastructures import FileStorage, MultiDict

from casetracker.web.forms import (
    ChoiceField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    FilesField,
    Form,
    HiddenField,
    LongTextField,
    ManyChoiceField,
    MoneyField,
    PasswordField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    YesNoField,
)

LETTERS = [("a", "Letter A"), ("b", "Letter B")]
PAGE = """{% import "macros/forms.html" as forms %}{% call forms.form_frame(form, "Save") %}
{% for f in form if f.kind is defined %}{{ forms.field(f) }}{% endfor %}{% endcall %}"""


class Everything(Form):
    text = TextField("Text", required=False, max=10)
    long = LongTextField("Long", required=False, max=20)
    email = EmailField("E-mail", required=False)
    password = PasswordField("Password", required=False)
    day = DateField("Day", required=False)
    whole = WholeNumberField("Whole", required=False, min=1, max=60)
    any_whole = WholeNumberField("Any whole", required=False)
    rate = DecimalField("Rate", required=False, places=6)
    money = MoneyField("Money", required=False)
    letter = ChoiceField("Letter", required=False, choices=LETTERS)
    radio = ChoiceField("Radio", required=False, choices=LETTERS, radio=True)
    letters = ManyChoiceField("Letters", required=False, choices=LETTERS)
    sure = YesNoField("Sure", required=False)
    tick = TickField("Tick")
    file = FileField("File", required=False)
    files = FilesField("Files", required=False)
    hidden = HiddenField("Hidden")


NAMES = [name for name in vars(Everything) if not name.startswith("_")]
HOSTILE = {
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "control": "a\x07b",
    "2^63": str(2**63),
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "negative": "-1",
    "three decimals": "1.234",
    "too long": "x" * 100_000,
    "long number": "9" * 5_000,
    "odd digits": "²٣",
    "script": "<script>alert(1)</script>",
    "infinity": "Infinity",
    "exponent": "1e5",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_is_sent_breaks_the_form(sent: Any, name: str, value: str) -> None:
    form = sent(Everything, **{name: value.replace("\ud800", "\ufffe")})
    form.validate_on_submit()
    html = render_template_string(PAGE, form=form)
    html.encode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("name", NAMES)
def test_a_lone_surrogate_that_came_past_the_decoder_is_refused_and_shown(in_request: Any, name: str) -> None:
    form = Everything(formdata=MultiDict([("form_token", "0" * 32), (name, "a\ud800b")]))
    ok = form.validate()
    assert ok is (name in {"file", "files"})
    render_template_string(PAGE, form=form).encode()


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"letters", "file", "files", "tick"}])
def test_the_same_key_twice_is_refused(sent: Any, name: str) -> None:
    form = sent(Everything, **{name: ["1", "1"]})
    assert not form.validate_on_submit()
    assert "more than once" in form[name].errors[0]


ACCEPTED: list[tuple[str, str, Any]] = [
    ("text", "  Olena ", "Olena"),
    ("text", "", None),
    ("text", "e\u0301", "é"),
    ("long", "one\r\ntwo", "one\ntwo"),
    ("email", "Olena@Example.ORG", "Olena@example.org"),
    ("password", " with blanks ", " with blanks "),
    ("day", "2026-10-02", date(2026, 10, 2)),
    ("day", "2.10.2026", date(2026, 10, 2)),
    ("day", "1900-01-01", date(1900, 1, 1)),
    ("whole", "60", 60),
    ("any_whole", "2147483647", 2**31 - 1),
    ("any_whole", "1 000", 1000),
    ("rate", "43,218701", Decimal("43.218701")),
    ("money", "1 234,50", 123450),
    ("money", "0.01", 1),
    ("letter", "b", "b"),
    ("letters", "a", ["a"]),
    ("sure", "yes", True),
    ("sure", "no", False),
    ("sure", "", None),
    ("tick", "yes", True),
    ("tick", "", False),
]


@pytest.mark.parametrize(("name", "typed", "value"), ACCEPTED)
def test_what_is_accepted(sent: Any, name: str, typed: str, value: Any) -> None:
    form = sent(Everything, **{name: typed})
    assert form.validate_on_submit(), form.errors
    assert form[name].data == value
    assert form.status == 200


REFUSED = [
    ("text", "elevenchars", "too long"),
    ("text", "a\x00b", "cannot be stored"),
    ("long", "x" * 21, "too long"),
    ("email", "olena@", "not an e-mail"),
    ("day", "2026-02-30", "not a day"),
    ("day", "0000-01-01", "not a day"),
    ("day", "9999-12-31", "between 1900 and 2100"),
    ("day", "1899-12-31", "between 1900 and 2100"),
    ("day", "tomorrow", "not a day"),
    ("whole", "0", "between 1 and 60"),
    ("whole", "61", "between 1 and 60"),
    ("whole", "1.5", "not a whole number"),
    ("any_whole", "2147483648", "between 0"),
    ("any_whole", str(2**63), "between 0"),
    ("any_whole", "9" * 5000, "not a whole number"),
    ("any_whole", "٣", "not a whole number"),
    ("rate", "1.2345678", "6 decimals"),
    ("rate", "x", "not a number"),
    ("money", "-1", "negative"),
    ("money", "−1", "negative"),
    ("money", "1.234", "2 decimals"),
    ("money", "0", "more than zero"),
    ("money", "10000000000.01", "too large"),
    ("money", "ten", "not an amount"),
    ("letter", "c", "cannot be chosen"),
    ("radio", "c", "cannot be chosen"),
    ("letters", "c", "cannot be chosen"),
    ("sure", "maybe", "cannot be chosen"),
]


@pytest.mark.parametrize(("name", "typed", "part"), REFUSED)
def test_what_is_refused_and_still_stands_there(sent: Any, name: str, typed: str, part: str) -> None:
    form = sent(Everything, **{name: typed})
    assert not form.validate_on_submit()
    assert form.status == 422
    assert part in form[name].errors[0]
    assert form[name].errors[0].endswith(".")
    html = render_template_string(PAGE, form=form)
    assert f'id="{name}-error"' in html
    if name in {"text", "email", "day", "whole", "rate", "money"} and "\x00" not in typed:
        assert f'value="{typed}"' in html
        assert "aria-invalid" in html


def test_a_bad_day_stands_in_a_plain_box_because_a_date_picker_would_drop_it(sent: Any) -> None:
    form = sent(Everything, day="31.2.2026")
    form.validate_on_submit()
    assert not form.day.picker
    assert 'type="text" id="day"' in render_template_string(PAGE, form=form)


class Required(Form):
    version = VersionField()
    text = TextField("Text")
    day = DateField("Day")
    letter = ChoiceField("Letter", choices=LETTERS)
    letters = ManyChoiceField("Letters", choices=LETTERS)
    tick = TickField("Tick", required=True)
    file = FileField("File")


def test_everything_missing_says_so_beside_each_field(sent: Any) -> None:
    form = sent(Required)
    assert not form.validate_on_submit()
    assert set(form.errors) == {"version", "text", "day", "letter", "letters", "tick", "file"}
    assert form.all_errors()[0][:2] == ("", "")
    assert ("text", "Text", "Please fill this in.") in form.all_errors()


def test_a_password_is_never_written_back(sent: Any) -> None:
    form = sent(Everything, password="secret-word", text="elevenchars")
    form.validate_on_submit()
    assert "secret-word" not in render_template_string(PAGE, form=form)


def _file(name: str, content: bytes = b"%PDF-1.7") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.mark.parametrize(
    ("file", "part"),
    [
        (("virus.exe", b"MZ"), "not taken"),
        (("empty.pdf", b""), "empty"),
        (("large.pdf", b"x" * (10 * 1024 * 1024 + 1)), "too large"),
        (("x" * 300 + ".pdf", b"%PDF"), "too long"),
    ],
)
def test_files_that_are_refused(in_request: Any, file: tuple[str, bytes], part: str) -> None:
    form = Everything(formdata=MultiDict([("form_token", "0" * 32), ("file", _file(*file))]))
    assert not form.validate()
    assert part in form.file.errors[0]


def test_files_that_are_taken(in_request: Any) -> None:
    data = MultiDict([("form_token", "0" * 32), ("file", _file("a.PDF")), ("files", _file("b.png"))])
    form = Everything(formdata=data)
    assert form.validate(), form.errors
    assert form.file.data.read() == b"%PDF-1.7"
    assert len(form.files.data) == 1
