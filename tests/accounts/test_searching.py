"""Whom somebody looks for stands in no address: words are posted, and go on encrypted."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import People, make_people, sign_in


@pytest.fixture
def people(app: Flask) -> People:
    """Both offices."""
    return make_people()


def test_words_searched_for_stand_in_no_address(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    page = client.get("/admin/users/").text
    assert '<form method="post" action="/search"' in page and 'name="list" value="/admin/users/"' in page
    sent = {"list": "/admin/users/", "q": "Õie canary", "role": "auditor", "csrf_token": "x"}
    found = client.post("/search", data=sent).location
    assert found.startswith("/admin/users/?q=~") and "canary" not in found and found.endswith("&role=auditor")
    page = client.get(found).text
    assert 'value="Õie canary"' in page and "Nobody fits these filters" in page
    assert "canary" not in page.replace('value="Õie canary"', ""), "nor in a link to another page"
    other = app.test_client()
    sign_in(other, people.administrator)
    other.get("/admin/users/")
    assert "canary" not in other.get(found).text, "what a log of addresses held opens for nobody else"
    for damaged in (found[:-20], found.replace("~", "~A"), "/admin/users/?q=~", "/admin/users/?q=~%00õ"):
        assert client.get(damaged).status_code == 200


@pytest.mark.parametrize("address", ["/cases/", "/providers/"])
def test_every_list_with_a_search_box_is_searched_so(client: FlaskClient, people: People, address: str) -> None:
    sign_in(client, people.caseworker_tallinn)
    assert 'action="/search"' in client.get(address).text
    found = client.post("/search", data={"list": address, "search": "Õie canary", "page": "1"}).location
    assert found.startswith(f"{address}?search=~") and "canary" not in found
    assert 'value="Õie canary"' in client.get(found).text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "/\r\nX: y"])
def test_a_search_leads_nowhere_else(client: FlaskClient, people: People, wanted: str) -> None:
    sign_in(client, people.administrator)
    parts = urlsplit(
        client.post("/search", data={"list": wanted, "q": "\ud800 a".encode("utf-8", "surrogatepass")}).location
    )
    assert (parts.netloc, parts.path) == ("", "/") and parts.query.startswith("q=~")
