"""The character NUL in an address: PostgreSQL takes it nowhere, so there is no such address."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound

from tests.factories.accounts import make_people, sign_in


def test_no_address_holds_the_character(app: Flask) -> None:
    map_ = app.url_map.bind("localhost")
    assert map_.match("/cases/ab", "GET")[1] == {"reference": "ab"}
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint != "static":
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            with pytest.raises(NotFound):
                map_.match(re.sub("<[^>]+>", "a\0b", rule.rule), method)


@pytest.mark.parametrize(
    "path",
    [
        "/cases/a%00b",
        "/referrals/a%00b",
        "/invitation/a%00b",
        "/cases/new?request=a%00b",
        "/kept/a%00b",
        "/static/a%00b",
    ],
)
def test_it_is_an_address_that_is_not_there(client: FlaskClient, path: str) -> None:
    sign_in(client, make_people().caseworker_tallinn)
    assert client.get(path).status_code == 404


def test_a_kept_form_of_that_name_is_none(client: FlaskClient) -> None:
    sign_in(client, make_people().caseworker_tallinn)
    assert client.get("/account/name?kept=a%00b").status_code == 200
