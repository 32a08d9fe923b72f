"""A new finance officer: invited, confirmed by a supervisor of another office, signed in, deactivated."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Served, Visit


@pytest.mark.parametrize(
    "javascript", [pytest.param(True, id="with JavaScript", marks=pytest.mark.both), pytest.param(False, id="without")]
)
def test_new_colleague(visit: Visit, served: Served, javascript: bool) -> None:
    address = f"finance.new{int(javascript)}@example.org"
    password = "the snow lies deep in Kyiv"
    admin = visit("administrator", javascript=javascript).open("/admin/")
    admin.get_by_role("link", name="People").click()
    admin.get_by_role("link", name="Invite somebody").click()
    admin.get_by_label("Name").fill("Ivan Petrenko")
    admin.get_by_label("E-mail").fill(address)
    admin.get_by_label("Role").select_option(label="Finance officer")
    admin.get_by_label("Office").select_option(label="Kyiv")
    admin.get_by_role("button", name="Invite").last.click()
    admin.get_by_text("The account opens once the change is confirmed.").wait_for()
    assert not mails(served, address)

    own = visit("supervisor.kyiv", javascript=javascript).open("/admin/confirmations/")
    own.get_by_text("This is about your own office.").first.wait_for()

    second = visit("supervisor.tallinn", javascript=javascript).open("/admin/confirmations/")
    change = second.get_by_role("listitem").filter(has_text="Ivan Petrenko is to have the role: Finance officer")
    change.get_by_role("button", name="Confirm").click()
    second.get_by_text("Confirmed. The change has taken effect.").wait_for()

    (link,) = mails(served, address)
    new = visit(javascript=javascript).open(link)
    new.get_by_label("New password").fill(password)
    new.get_by_label("The same password again").fill(password)
    new.get_by_role("button", name="Set the password").last.click()
    new.get_by_label("E-mail").fill(address)
    new.get_by_label("Password").fill(password)
    new.get_by_role("button", name="Sign in").last.click()
    new.get_by_role("link", name="Ivan Petrenko").click()
    new.get_by_text("Finance officer").last.wait_for()

    admin.get_by_role("link", name="People").first.click()
    admin.get_by_role("row").filter(has_text=address).get_by_role("link").click()
    admin.get_by_role("button", name="Deactivate").click()
    admin.get_by_text("The account is deactivated").wait_for()
    new.reload()
    new.get_by_role("heading", name="Sign in").wait_for()


def mails(served: Served, address: str) -> list[str]:
    """The one-time links that were mailed to the address."""
    texts = [path.read_text() for path in (served.data / "outbox").glob("*.eml")]
    found = [re.search(r"/invitation/[\w-]+", text) for text in texts if f"To: {address}" in text]
    return [each[0] for each in found if each]
