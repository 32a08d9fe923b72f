"""Amounts as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from wtforms.validators import ValidationError

from casetracker.web.numbers import LARGEST_AMOUNT, read_decimal, read_money

app = Flask(__name__)
Babel(app, locale_selector=lambda: "en_GB")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234.50", 123450),
        ("1'234.50", 123450),
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1234.50", 123450),
        ("1234,50", 123450),
        ("1234,5", 123450),
        ("1,234", 123400),
        ("1,50", 150),
        ("0", 0),
        ("10000000000.00", LARGEST_AMOUNT),
    ],
)
def test_spellings(in_request: Any, text: str, minor: int) -> None:
    assert read_money(text, "EUR") == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 23",
        "12 34,50",
        "1,,2",
        "1.2.3",
        "1,2,3",
        "EUR 5",
        "1e3",
        "NaN",
        "٣",
        ".",
        ",",
        "--1",
        "1-",
        "$5",
    ],
)
def test_what_is_no_amount(in_request: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        read_money(text, "EUR")


def test_decimals_follow_the_currency(in_request: Any) -> None:
    assert read_money("1500", "JPY") == 1500
    assert read_money("1.234", "TND") == 1234
    with pytest.raises(ValidationError, match="at most 0 decimals"):
        read_money("1.5", "JPY")


@given(st.integers(0, LARGEST_AMOUNT), st.sampled_from(["{}.{:02d}", "{},{:02d}"]))
def test_every_amount_comes_back_exactly(minor: int, pattern: str) -> None:
    with app.test_request_context("/"):
        assert read_money(pattern.format(minor // 100, minor % 100), "EUR") == minor


@given(st.integers(0, LARGEST_AMOUNT), st.sampled_from([" ", "\u00a0", "'"]), st.sampled_from([".", ","]))
def test_every_grouped_amount_comes_back_exactly(minor: int, group: str, point: str) -> None:
    text = f"{minor // 100:,}".replace(",", group) + f"{point}{minor % 100:02d}"
    with app.test_request_context("/"):
        assert read_money(text, "EUR") == minor


@given(st.text(max_size=60))
def test_no_text_makes_it_fail_otherwise_than_with_a_sentence(text: str) -> None:
    with app.test_request_context("/"):
        read_decimal(text)
        try:
            assert 0 <= read_money(text, "EUR") <= LARGEST_AMOUNT
        except ValidationError as refusal:
            assert str(refusal).endswith(".")
