"""A served program with the demonstration's data, and a real browser that reports every fault of a page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import compiled
from tests.conftest import Places
from tests.demonstration import PASSWORD, folder_of_demonstration
from tests.journeys import program

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a journey."""
    for item in items:
        if "journeys" in item.nodeid:
            item.add_marker(pytest.mark.journey)


@dataclass
class Served:
    """A running program: its address and the folder of its database."""

    url: str
    data: Path

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the operator on the same database."""
        return _flask(self.data, *arguments)


def _environ(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    own = {"CASETRACKER_DATA": str(data), "DEMO_PASSWORD": PASSWORD}
    return {**kept, **own, "IATI_ORGANISATION": "XM-DAC-99999", "IATI_ORGANISATION_TYPE": "10"}


def _flask(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "casetracker", *arguments]
    return subprocess.run(command, cwd=ROOT, env=_environ(data), capture_output=True, text=True, check=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demonstration(places: Places, shared_folder: Path) -> Path:
    """A folder with the demonstration's database and files, built once for all workers of the run."""
    return folder_of_demonstration(places, shared_folder, places.folder)


@pytest.fixture(scope="module")
def served(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The program on a copy of the demonstration, served as by `make run`."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(demonstration, data)
    port = _free_port()
    log = open(data / "server.log", "w")  # noqa: SIM115  # open as long as the server runs
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--preload",
        "--log-level",
        "warning",
        "--no-control-socket",
        "tests.journeys.program:serve()",
    ]
    environ = {**_environ(data), program.FOLDER: str(compiled.folder())}
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, data / "server.log")
        yield Served(url, data)
    finally:
        server.terminate()
        server.wait(60)
        log.close()


def _wait_for(url: str, log: Path) -> None:
    for _try in range(600):
        try:
            with urllib.request.urlopen(url + "/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the program did not start: " + log.read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system. Where it is missing the journey fails in CI, and is skipped elsewhere."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on the PATH")
        pytest.skip("no Chromium on the PATH")
    options = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    options.append("--disable-site-isolation-trials")  # one site is visited: no process for each of its pages
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """Somebody at a browser; `faults` gathers console errors, policy violations and faults of the program, `closed` the
    addresses at which nothing is to be for them: Chromium says so in the console, too."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def open(self, path: str) -> Page:
        """Go to an address of the program."""
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, who: str) -> Visitor:
        """Sign in as one of the demonstration's accounts, e.g. "caseworker.tallinn"."""
        page = self.open("/sign-in")
        page.get_by_label("E-mail").fill(f"{who}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").last.click()
        page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/sign-in"))
        return self


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    """Make a visitor: `visit("auditor", width=390, dark=True, javascript=False)`. Faults fail the test at its end."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(who: str = "", *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            accept_downloads=True,
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        visitor = Visitor(context.new_page(), served.url)
        visitor.page.on("console", lambda message: _note_console(visitor, message))
        visitor.page.on("pageerror", lambda error: visitor.faults.append(f"{visitor.page.url}: {error}"))
        visitor.page.on("dialog", lambda dialog: dialog.accept())
        visitors.append(visitor)
        return visitor.sign_in(who) if who else visitor

    yield make
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _note_console(visitor: Visitor, message: ConsoleMessage) -> None:
    # A refused form is answered with 422, a conflict with 409: Chromium says so in the console, and it is no fault.
    expected = "status of 422" in message.text or "status of 409" in message.text
    expected |= "status of 404" in message.text and message.location["url"] in visitor.closed
    if message.type in ("error", "warning") and not expected:
        visitor.faults.append(f"{visitor.page.url}: {message.text}")
