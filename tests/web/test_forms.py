"""The form as a whole: tokens, refusals, rows, the summary of errors."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from casetracker.core.errors import Message
from casetracker.core.money import Money
from casetracker.web.forms import (
    ChoiceField,
    Form,
    HiddenField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    country_choices,
    language_choices,
    optional_choice,
)


class Member(RowForm):
    id = HiddenField()
    name = TextField("Name", max=10)
    kind_of = ChoiceField(
        "Relationship", choices=[("child", "Child"), ("spouse", "Spouse")], default="child", required=False
    )
    cost = MoneyField("Cost", required=False)


class Family(Form):
    version = VersionField(required=False)
    place = TextField("Place")
    members = RowsField(Member, "Members", row_label="Member", max_entries=3, required_rows=0)


class Edited(Form):
    version = VersionField()
    place = TextField("Place")
    cost = MoneyField("Cost")
    kind_of = ChoiceField("Relationship", choices=[("child", "Child"), ("spouse", "Spouse")])


class AtLeastOne(Form):
    members = RowsField(Member, "Members", required_rows=1, max_entries=3)


PAGE = """{% import "macros/forms.html" as forms %}
{% call forms.form_frame(form, "Save") %}
{% if form.place is defined %}{{ forms.field(form.place) }}{% endif %}
{% call(row, n) forms.rows(form.members) %}{{ forms.fields(row.name, row.kind_of, row.cost) }}{% endcall %}
{% endcall %}"""


def test_a_new_form_carries_a_random_token_and_keeps_it_when_sent(in_request: Flask) -> None:
    first, second = Family(), Family()
    assert re.fullmatch("[0-9a-f]{32}", first.token)
    assert first.token == first.token != second.token
    again = Family(formdata=MultiDict([("form_token", first.token), ("place", "Kyiv")]))
    assert again.validate()
    assert again.token == first.token


@pytest.mark.parametrize("token", ["", "0" * 31, "0" * 31 + "\x00", "g" * 32, "A" * 32])
def test_a_broken_token_is_refused_on_top_and_replaced(in_request: Flask, token: str) -> None:
    form = Family(formdata=MultiDict([("form_token", token), ("place", "Kyiv")]))
    assert not form.validate()
    assert form.all_errors()[0][0] == ""
    assert re.fullmatch("[0-9a-f]{32}", form.token)


def test_an_empty_post_is_a_sent_form(sent: Any) -> None:
    form = sent(Family)
    assert not form.validate_on_submit()
    assert "place" in form.errors


def test_a_rule_refuses_beside_its_field_or_on_top_and_the_form_gets_a_new_token(sent: Any) -> None:
    form = sent(Family, place="Kyiv")
    assert form.validate_on_submit()
    before = form.token
    form.refuse(Message("Only %(left)s are left.", {"left": Money(123450, "EUR")}, "place"))
    form.refuse("Somebody else has to do this.")
    form.refuse(Message("No such field."), field="nowhere")
    assert form.errors["place"] == ["Only 1,234.50\u00a0EUR are left."]
    assert form.form_errors == ["Somebody else has to do this.", "No such field."]
    assert form.status == 422
    assert form.token != before
    html = render_template_string(PAGE, form=form)
    assert 'href="#place"' in html
    assert 'value="Kyiv"' in html


def test_rows_with_gaps_are_renumbered_and_keep_what_was_typed(sent: Any) -> None:
    form = sent(Family, [("members-4-name", "Ivan"), ("members-9-name", "Olha")], place="Kyiv")
    assert form.validate_on_submit(), form.errors
    assert [row.name.data for row in form.members.filled] == ["Ivan", "Olha"]
    html = render_template_string(PAGE, form=form)
    assert 'name="members-0-name" value="Ivan"' in html.replace('id="members-0-name" ', "")
    assert "members-4" not in html


def test_blank_rows_are_left_out_unless_required(sent: Any) -> None:
    pairs = [("members-0-name", ""), ("members-0-kind_of", "child"), ("members-1-name", "Olha")]
    form = sent(Family, pairs, place="Kyiv")
    assert form.validate_on_submit(), form.errors
    assert [row.name.data for row in form.members.filled] == ["Olha"]
    assert not sent(AtLeastOne, pairs).validate_on_submit()


def test_a_blank_row_that_stands_for_something_stored_counts(sent: Any) -> None:
    form = sent(Family, [("members-0-id", "abc"), ("members-0-name", "")], place="Kyiv")
    assert not form.validate_on_submit()


def test_errors_in_rows_are_named_in_the_summary(sent: Any) -> None:
    pairs = [("members-0-name", "Ivan"), ("members-1-name", "x" * 11), ("members-1-cost", "-1")]
    form = sent(Family, pairs, place="Kyiv")
    assert not form.validate_on_submit()
    assert [(where, label) for where, label, _text in form.all_errors()] == [
        ("members-1-name", "Member 2: Name"),
        ("members-1-cost", "Member 2: Cost"),
    ]
    assert 'value="-1"' in render_template_string(PAGE, form=form)


@pytest.mark.parametrize(
    "key",
    [
        "members-²-name",
        "members-٣-name",
        f"members-{'9' * 5000}-name",
        "members--1-name",
        "members-",
        "members-x-name",
        "membersx",
    ],
)
def test_odd_row_numbers_do_no_harm(sent: Any, key: str) -> None:
    form = sent(Family, [(key, "Ivan")], place="Kyiv")
    form.validate_on_submit()
    render_template_string(PAGE, form=form)


def test_more_rows_than_fit_are_said(sent: Any) -> None:
    form = sent(Family, [(f"members-{i}-name", "Ivan") for i in range(5)], place="Kyiv")
    assert not form.validate_on_submit()
    assert "At most 3 rows" in form.all_errors()[0][2]
    assert len(form.members.entries) == 3
    render_template_string(PAGE, form=form)


def test_the_button_adds_a_row_without_judging_the_form(sent: Any) -> None:
    form = sent(Family, [("members-0-name", "Ivan"), ("add-members", "1")])
    assert not form.validate_on_submit()
    assert form.errors == {}
    assert form.status == 200
    assert [row.name.shown for row in form.members.forms] == ["Ivan", ""]
    assert "members-1-name" in render_template_string(PAGE, form=form)


@pytest.mark.parametrize(
    ("number", "left"), [("0", ["B"]), ("1", ["A"]), ("7", ["A", "B"]), ("-1", ["A", "B"]), ("x", ["A", "B"])]
)
def test_the_button_removes_a_row(sent: Any, number: str, left: list[str]) -> None:
    form = sent(Family, [("members-0-name", "A"), ("members-1-name", "B"), ("remove-members", number)], place="K")
    form.validate_on_submit()
    assert [row.name.shown for row in form.members.forms] == left


def test_currency_reaches_the_rows(sent: Any) -> None:
    form = sent(Family, [("members-0-name", "A"), ("members-0-cost", "1.5")], place="K")
    form.set_currency("JPY")
    assert not form.validate_on_submit()
    assert "JPY" in form.all_errors()[0][2]


def test_a_conflict_keeps_what_was_typed_beside_what_stands_now(web_app: Flask) -> None:
    opened = json.dumps({"place": "Odesa", "kind_of": "Child", "cost": 7})
    data = {"form_token": "0" * 32, "version": "2", "place": "Kyiv", "cost": "1 234,50", "kind_of": "child",
            "form_opened": opened}  # fmt: skip
    with web_app.test_request_context("/", method="POST", data=data):
        stored = {"version": 5, "place": "Lviv", "cost": 123450, "kind_of": "spouse"}
        form = Edited(data=stored)
        assert form.validate_on_submit(), form.errors
        assert form.version.data == 2
        form.show_conflict()
        html = render_template_string(
            '{% import "macros/forms.html" as f %}{{ f.hidden(form) }}{{ f.form_errors(form) }}'
            "{{ f.fields(form.place, form.cost, form.kind_of) }}",
            form=form,
        )
    assert form.status == 409
    assert (form.place.theirs, form.cost.theirs, form.kind_of.theirs) == ("Lviv", None, "Spouse")
    assert 'name="version" value="5"' in html
    assert 'value="Kyiv"' in html
    assert (form.place.before, form.place.mine, form.kind_of.before) == ("Odesa", "Kyiv", "Child")
    for words in ("<dd>Odesa</dd>", "<dd><strong>Lviv</strong></dd>", "<dd>Kyiv</dd>"):
        assert html.count(words) == 1
    assert "Somebody else has changed this" in html
    again = json.loads(unescape(html.split('name="form_opened" value="')[1].split('"')[0]))
    assert again == {"place": "Lviv", "cost": "1234.50", "kind_of": "Spouse"}, "what stands now is the next base"


@pytest.mark.parametrize(
    "opened", ["", "[", "[]", "7", '{"place": 7}', "[" * 9000, "x" * 300_000, '{"place": "\\ud800"}']
)
def test_whatever_comes_back_as_what_was_opened_is_no_fault(web_app: Flask, opened: str) -> None:
    data = {"form_token": "0" * 32, "version": "2", "place": "Kyiv", "cost": "1", "kind_of": "child",
            "form_opened": opened}  # fmt: skip
    with web_app.test_request_context("/", method="POST", data=data):
        form = Edited(data={"version": 5, "place": "Lviv", "cost": 1, "kind_of": "spouse"})
        assert form.validate_on_submit(), form.errors
        form.show_conflict()
        if form.place.before is not None:
            form.place.before.encode()
        assert "not known" in render_template_string(
            '{% import "macros/forms.html" as f %}{{ f.fields(form.kind_of) }}', form=form
        )


def test_a_form_opens_with_stored_values(in_request: Flask) -> None:
    form = Family(data={"version": 4, "place": "Kyiv", "members": [{"name": "Ivan", "cost": 123450, "id": "r1"}]})
    html = render_template_string(PAGE, form=form)
    assert 'name="version" value="4"' in html
    assert 'value="1234.50"' in html
    assert 'name="members-0-id" value="r1"' in html


def test_choices_for_countries_and_languages(in_request: Flask) -> None:
    assert ("UA", "Ukraine") in country_choices()
    assert ("uk", "Ukrainian") in language_choices()
    assert optional_choice([("a", "A")])[0][0] == ""
