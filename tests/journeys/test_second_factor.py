"""A second factor in a real browser: an authenticator app, a passkey, approving with it; and without a script."""

from __future__ import annotations

import re
import sqlite3
import time

import pyotp

from tests.journeys.conftest import Served, Visit, Visitor

KEY = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def by_name(visitor: Visitor) -> Visitor:
    """Passkeys belong to a name: the same program as localhost."""
    visitor.url = visitor.url.replace("127.0.0.1", "localhost")
    return visitor


def ten_minutes_pass(served: Served) -> None:
    """Every second factor was given ten minutes earlier."""
    with sqlite3.connect(served.data / "casetracker.sqlite3", timeout=10) as database:
        database.execute("UPDATE account_session SET factor_at = datetime(factor_at, '-10 minutes') || '.000000'")
    database.close()


def test_from_the_first_code_to_an_approval(visit: Visit, served: Served) -> None:
    visitor = by_name(visit()).sign_in("supervisor.tallinn")
    page = visitor.open("/account/second-factor/authenticator")
    secret = page.locator(".key").inner_text().replace(" ", "")
    while time.time() % 30 > 22:
        time.sleep(0.5)  # a code that will not have run out when it is sent
    page.get_by_label("The code that the app shows").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set it up").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 8 and page.get_by_role("button", name="Print").is_visible()
    page.get_by_role("button", name="I have kept them").click()

    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Name").fill("blue key")
    page.get_by_role("button", name="Set up a passkey").click()
    page.wait_for_url("**/account/second-factor")
    assert page.get_by_role("rowheader", name="blue key").is_visible()

    page.get_by_role("button", name="Sign out").first.click()
    visitor.sign_in("supervisor.tallinn")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(visitor.url + "/")

    ten_minutes_pass(served)
    visitor.open("/approvals/")
    page.locator('a[href^="/approvals/requests/"]').first.click()
    page.get_by_label("Approve", exact=True).check()
    page.get_by_role("button", name="Decide").click()
    card = page.locator(".card-x", has_text="Approve this disbursement").inner_text()
    assert re.search(r"[\d,]+\.\d\d\sEUR", card) and re.search(r"EE-2026-\d{5}", card), "what, how much, for which case"
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_role("alert").first.is_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/approvals/")
    assert "The disbursement is approved." in page.locator(".flashes").inner_text()

    plain = visit(width=390, dark=True, javascript=False).sign_in("supervisor.tallinn").page
    assert not plain.get_by_role("button", name="Use a passkey").is_visible()
    plain.get_by_label("Code").fill(codes[0])
    plain.get_by_role("button", name="Go on").click()
    plain.wait_for_url(re.compile(r"//127\.0\.0\.1:\d+/$"))
