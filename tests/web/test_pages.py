"""Headers, error pages, addresses of files, pages of lists, filters and formats."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from werkzeug.exceptions import TooManyRequests

from casetracker.core.errors import Conflict, Message, NotFound, Refused, TooMuch
from casetracker.core.money import Money
from casetracker.web import formats, security
from casetracker.web.filters import Filter, read_filters, read_sort
from casetracker.web.pagination import SIZE, Page, bounds, page_number, slice_page, with_args
from casetracker.web.security import HEADERS


@pytest.fixture
def pages(web_app: Flask) -> Any:
    """The application with a view for every way of failing; answers as a client sees them."""

    def view(what: str) -> str:
        if what == "refused":
            raise Refused(Message("Only %(left)s are left.", {"left": Money(5, "EUR")}))
        if what == "missing":
            raise NotFound("a secret name")
        if what == "conflict":
            raise Conflict("case", 3, 2)
        if what == "many":
            raise TooManyRequests(retry_after=60)
        if what == "much":
            raise TooMuch(61)
        if what == "fault":
            raise RuntimeError("a secret reason")
        return "fine"

    web_app.add_url_rule("/do/<what>", "do", view)
    return web_app.test_client()


@pytest.mark.parametrize("address", ["/do/fine", "/do/fault", "/do/missing", "/nowhere", "ASSET"])
def test_every_answer_carries_the_headers(pages: Any, address: str) -> None:
    if address == "ASSET":
        address = pages.application.jinja_env.globals["asset"]("own", "app.css")
    answer = pages.get(address, buffered=True)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name
    assert ("immutable" in answer.headers["Cache-Control"] or "315360000" in answer.headers["Cache-Control"]) == (
        address.startswith("/assets/")
    )


def test_pages_are_not_kept_and_https_is_remembered(pages: Any) -> None:
    answer = pages.get("/do/fine", base_url="https://localhost")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in pages.get("/do/fine").headers


@pytest.mark.parametrize(
    "part",
    [("own", "app.js"), ("own", "icon.svg"), ("bootstrap", "bootstrap.min.css")],
)
def test_files_are_served_under_an_address_with_their_hash(pages: Any, part: tuple[str, str]) -> None:
    answer = pages.get(pages.application.jinja_env.globals["asset"](*part), buffered=True)
    assert answer.status_code == 200
    assert len(answer.data) > 100


def test_files_are_compressed_for_who_takes_it_and_pages_never(pages: Any) -> None:
    """A compressed page would tell by its length what stands in it; a style is the same for everybody."""
    address = pages.application.jinja_env.globals["asset"]("bootstrap", "bootstrap.min.css")
    plain = pages.get(address, headers={"Accept-Encoding": "br, gzip;q=0"}, buffered=True)
    packed = pages.get(address, headers={"Accept-Encoding": "gzip, br", "Range": "bytes=0-9"}, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert (packed.status_code, packed.headers["Content-Encoding"]) == (200, "gzip")
    assert packed.headers["Vary"] == "Accept-Encoding" and "ETag" not in packed.headers
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) * 5 < len(plain.data)
    for name, value in HEADERS.items():
        assert packed.headers[name] == value, name
    assert "Content-Encoding" not in pages.get("/do/fine", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/do/refused", 422, "Only 0.05\u00a0EUR are left."),
        ("/do/missing", 404, "There is nothing here"),
        ("/nowhere", 404, "There is nothing here"),
        ("/do/conflict", 409, "somebody else has changed"),
        ("/do/many", 429, "Too many attempts"),
        ("/do/much", 429, "Please wait 2 minutes"),
        ("/do/fault", 500, "Number of this fault"),
    ],
)
def test_what_goes_wrong_is_said_in_words(pages: Any, address: str, status: int, words: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert "secret" not in answer.get_data(as_text=True)


def test_a_missing_and_a_forbidden_thing_answer_the_same(pages: Any) -> None:
    assert pages.get("/do/missing").data == pages.get("/nowhere").data


def test_wrong_method_and_retry(pages: Any) -> None:
    assert "GET" in pages.post("/do/fine").headers["Allow"]
    assert pages.get("/do/many").headers["Retry-After"] == "60"
    assert pages.get("/do/much").headers["Retry-After"] == "61"


def test_a_foreign_host_name_is_refused_without_a_fault(pages: Any) -> None:
    someone = SimpleNamespace(actor=SimpleNamespace(name="Olena", role=None), live=SimpleNamespace(office_name="Kyiv"))
    pages.application.context_processor(lambda: {"person": someone})
    pages.application.config["TRUSTED_HOSTS"] = ["localhost"]
    assert pages.get("/do/fine", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_its_csrf_token_says_what_to_do(web_app: Flask) -> None:
    web_app.config["WTF_CSRF_ENABLED"] = True
    web_app.add_url_rule("/post", "post", lambda: "fine", methods=["POST"])
    answer = web_app.test_client().post("/post", data={"a": "b"})
    assert answer.status_code == 400
    assert "too old" in answer.get_data(as_text=True)


def test_what_was_typed_is_not_lost_when_a_page_was_too_old(web_app: Flask) -> None:
    web_app.config["WTF_CSRF_ENABLED"] = True
    web_app.add_url_rule("/post", "post", lambda: "fine", methods=["POST"])
    data = {"family_name": "<b>Kovalenko", "new_password": "hush", "form_token": "0" * 32, "empty": " "}
    html = web_app.test_client().post("/post", data=data).get_data(as_text=True)
    assert "family name" in html
    assert "&lt;b&gt;Kovalenko" in html
    assert "hush" not in html
    assert "0" * 32 not in html
    assert 'href="/post"' in html


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("3", 3),
        ("0", 1),
        ("-1", 1),
        ("x", 1),
        ("²", 1),
        ("9" * 5000, 1),
        ("9999999", 1_000_000),
        ("1.5", 1),
    ],
)
def test_page_number(web_app: Flask, text: str, number: int) -> None:
    with web_app.test_request_context("/", query_string={"page": text}):
        assert page_number() == number


def test_pages_of_a_list(web_app: Flask) -> None:
    with web_app.test_request_context("/?page=2"):
        page = slice_page(list(range(60)))
        assert (page.items[0], page.first, page.last, page.pages) == (SIZE, 26, 50, 3)
        assert bounds(10) == (1, 0)
    with web_app.test_request_context("/?page=99"):
        assert slice_page(list(range(60))).number == 3
        empty: Page[int] = slice_page([])
        assert (empty.first, empty.last, empty.pages) == (0, 0, 1)
    assert Page(items=[1], number=10, total=500).near == [1, None, 9, 10, 11, None, 20]


def test_links_keep_the_filters_and_never_leave_the_page(web_app: Flask) -> None:
    web_app.add_url_rule("/cases/<reference>", "case", lambda reference: reference)
    query = "stage=intake&stage=asylum&page=2&reference=other&_external=1&_scheme=ftp&q=a%00b&empty="
    with web_app.test_request_context(f"/cases/EE-1?{query}"):
        address = with_args(page=3)
    assert address.startswith("/cases/EE-1?")
    assert "page=3" in address
    assert "stage=intake&stage=asylum" in address
    assert "ftp" not in address
    assert "other" not in address


STAGE = Filter(name="stage", label="Stage", choices=[("intake", "Intake"), ("return", "Return")])
OFFERED = (
    Filter(name="q", label="Search", kind="search"),
    STAGE,
    Filter(name="from", label="From", kind="day"),
    Filter(name="overdue", label="Overdue", kind="tick"),
)


def test_filters_read_what_can_be_and_drop_the_rest(web_app: Flask) -> None:
    with web_app.test_request_context("/?q=+Olena+&stage=intake&from=2026-10-02&overdue=1"):
        found = read_filters(*OFFERED)
        assert (found["q"], found["stage"], found["from"], found["overdue"]) == (
            "Olena",
            "intake",
            date(2026, 10, 2),
            True,
        )
        assert found.active
    with web_app.test_request_context("/?q=a%00%00b&stage=nonsense&from=0000-01-01&overdue="):
        found = read_filters(*OFFERED)
        assert (found["q"], found["stage"], found["from"], found["overdue"]) == ("ab", None, None, False)
    with web_app.test_request_context("/", query_string={"q": "x" * 9999}):
        assert len(read_filters(*OFFERED)["q"]) == 100
    with web_app.test_request_context("/"):
        assert not read_filters(*OFFERED).active


def test_amounts_codes_and_choices_under_headings_are_filters_too(web_app: Flask) -> None:
    offered = (
        Filter(name="least", label="Amount", kind="amount"),
        Filter(name="case", label="Case", kind="text"),
        Filter(name="act", label="Act", choices=[("all", "Any")], groups=[("Money", [("paid", "Paid")])]),
    )
    page = '{% import "macros/ui.html" as ui %}{{ ui.filters(f) }}'
    with web_app.test_request_context("/?least=1+234,50&case=%00EE-1%3C&act=paid"):
        found = read_filters(*offered)
        assert (found["least"], found["case"], found["act"]) == (Decimal("1234.50"), "EE-1<", "paid")
        assert found.told() == [("Amount", "1234.50"), ("Case", "EE-1<"), ("Act", "Paid")]
        html = render_template_string(page, f=found, request=request)
    assert '<optgroup label="Money"><option value="paid" selected>' in html
    assert 'value="1234.50"' in html and 'value="EE-1&lt;"' in html
    for nonsense in ("least=-1", "least=1e9", "least=9999999999999", "least=one", "case=+", "act=Money"):
        with web_app.test_request_context(f"/?{nonsense}"):
            assert not read_filters(*offered).active, nonsense


def test_the_filter_bar_shows_what_was_chosen(web_app: Flask) -> None:
    with web_app.test_request_context("/?q=%3Cb%3E&stage=return&from=2026-10-02"):
        page = '{% import "macros/ui.html" as ui %}{{ ui.filters(f) }}'
        html = render_template_string(page, f=read_filters(*OFFERED), request=request)
    assert 'value="&lt;b&gt;"' in html
    assert '<option value="return" selected>' in html
    assert 'value="2026-10-02"' in html


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("", ("opened", True)),
        ("name", ("name", False)),
        ("-name", ("name", True)),
        ("password", ("opened", True)),
    ],
)
def test_sorting_takes_only_what_is_allowed(web_app: Flask, text: str, sort: tuple[str, bool]) -> None:
    with web_app.test_request_context("/", query_string={"sort": text}):
        assert read_sort(["name", "opened"], "-opened") == sort


def test_formats(in_request: Flask) -> None:
    assert formats.money(123450, "EUR") == "1,234.50\u00a0EUR"
    assert formats.money(Money(-5, "EUR")) == "-0.05\u00a0EUR"
    assert formats.money(1500, "JPY") == "1,500\u00a0JPY"
    assert formats.money(10**12 + 1, "EUR") == "10,000,000,000.01\u00a0EUR"
    assert formats.money(None, "EUR") == formats.day(None) == formats.moment(None) == "–"
    assert formats.day(date(2026, 10, 2)) == "2 Oct 2026"
    assert formats.day(datetime(2026, 10, 1, 22, 30, tzinfo=UTC)) == "2 Oct 2026"
    assert formats.moment(datetime(2026, 11, 21, 8, 42, tzinfo=UTC)) == "21 Nov 2026, 10:42"
    assert formats.moment(datetime(2026, 11, 21, 8, 42)) == "21 Nov 2026, 10:42"
    assert formats.age(date(2018, 11, 22), date(2026, 11, 21)) == 7
    assert formats.age(None) is None
    inner = Message("%(n)s left", {"n": 3})
    told = formats.message(
        Message("100 %% of %(m)s, %(d)s, %(x)s", {"m": Money(1, "EUR"), "d": date(2026, 1, 2), "x": inner})
    )
    assert told == "100 % of 0.01\u00a0EUR, 2 Jan 2026, 3 left"
    assert formats.message("100% of it") == "100% of it"
    assert formats.message(None) == ""


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "192.0.2.9 https"), (2, "203.0.113.5 https")])
def test_only_our_own_proxies_are_believed(proxies: int, seen: str) -> None:
    """What a client writes into the header itself stands further left than what our proxies add."""
    app = Flask("web")
    app.config["TRUSTED_PROXIES"] = proxies
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme}")
    security.init_app(app)
    sent = {"X-Forwarded-For": "198.51.100.1, 203.0.113.5, 192.0.2.9", "X-Forwarded-Proto": "https, https"}
    assert app.test_client().get("/", headers=sent).text == seen
