"""`make holes` against a server that answers as osv.dev does: which holes are told, and which are past their time."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from tests.architecture.sources import ROOT

FROM_OUTSIDE = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}]
SIGNED_IN = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"}]
RECORDS: dict[str, dict[str, Any]] = {
    "GHSA-1": {"severity": FROM_OUTSIDE, "database_specific": {"severity": "MODERATE"}, "aliases": ["CVE-1"]},
    "PYSEC-1": {"severity": [], "aliases": ["CVE-1", "GHSA-1"]},
    "GHSA-2": {"severity": SIGNED_IN, "database_specific": {"severity": "HIGH"}},
    "GHSA-3": {"severity": SIGNED_IN, "database_specific": {"severity": "LOW"}},
    "PYSEC-4": {},
    "GHSA-5": {"severity": FROM_OUTSIDE, "withdrawn": "2026-02-01T00:00:00Z"},
    "GHSA-6": {"severity": FROM_OUTSIDE, "database_specific": {"severity": "CRITICAL"}},
}
HOLES = {("flask", "1.0"): ["GHSA-1", "PYSEC-1", "GHSA-5"], ("pypdf", "2.0"): ["GHSA-2", "GHSA-3"],
         ("huey", "3.0"): ["PYSEC-4"], ("pytest", "4.0"): ["GHSA-6"]}  # fmt: skip


class Answering(BaseHTTPRequestHandler):
    """Both questions that are asked of osv.dev."""

    asked: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        """Which holes versions have."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(sent)
        found = [HOLES.get((each["package"]["name"], each["version"]), []) for each in sent["queries"]]
        self._say({"results": [{"vulns": [{"id": name} for name in names]} if names else {} for names in found]})

    def do_GET(self) -> None:
        """What one hole is."""
        name = self.path.rpartition("/")[2]
        package = next(name_ for (name_, _v), holes in HOLES.items() if name in holes)
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.1"}]}]
        affected = [{"package": {"name": package, "ecosystem": "PyPI"}, "ranges": ranges}]
        record = {"id": name, "published": "2026-01-01T10:00:00Z", "summary": f"About {name}", "affected": affected}
        self._say(record | RECORDS[name])

    def _say(self, answer: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_words: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


@pytest.fixture(scope="module")
def holes() -> ModuleType:
    """The program behind `make holes`."""
    spec = importlib.util.spec_from_file_location("known_holes", ROOT / ".ci" / "known_holes.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules["known_holes"] = made  # its frozen dataclass looks itself up there
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    runs, tests, judged = tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt", tmp_path / "judged.csv"
    runs.write_text("Flask==1.0 \\\n    --hash=sha256:00\n    # via -r\npypdf[crypto]==2.0 ; python_version >= '3'\n")
    tests.write_text("huey==3.0\npytest==4.0 \\\n    --hash=sha256:00\nflask==1.0\n")
    judged.write_text("hole,why\nGHSA-3,we open no such file\nPYSEC-4,\n")
    return ["--judged", str(judged), str(runs), str(tests)]


@pytest.mark.parametrize(
    ("today", "late", "told"),
    [
        ("2026-01-03", [], "flask 1.0: GHSA-1, known since 2026-01-01, to be closed by 2026-01-03; mended in 9.1."),
        ("2026-01-04", ["GHSA-1"], "PAST 2026-01-03"),
        ("2026-01-08", ["GHSA-1"], "pypdf 2.0: GHSA-2, known since 2026-01-01, to be closed by 2026-01-08"),
        ("2026-01-09", ["GHSA-1", "GHSA-2"], "GHSA-3, known since 2026-01-01, does not concern us: we open no such"),
        ("2026-01-31", ["GHSA-1", "GHSA-2"], "pytest 4.0: GHSA-6, known since 2026-01-01, to be closed by 2026-01-31"),
        ("2026-02-01", ["GHSA-1", "GHSA-2", "GHSA-6", "PYSEC-4"], "About PYSEC-4"),
    ],
)
def test_a_hole_past_its_time_fails(
    holes: ModuleType, server: str, files: list[str], today: str, late: list[str], told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["holes", "--server", server, "--today", today, *files])
    assert holes.main() == (1 if late else 0)
    text = capsys.readouterr().out
    assert sorted(line.split(": ")[1].split(",")[0] for line in text.splitlines() if ", PAST " in line) == late
    assert told in text and f"4 packages, 5 known holes, {len(late)} past their time." in text
    assert "PYSEC-1," not in text and "GHSA-5" not in text, "one hole under two names; one that was taken back"


def test_a_list_that_cannot_be_asked_is_no_good_news(
    holes: ModuleType, files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["holes", "--server", "http://127.0.0.1:9", *files])
    assert holes.main() == 2 and "could not be asked" in capsys.readouterr().err


def test_the_times_are_those_of_the_documentation_and_what_is_pinned_is_asked(holes: ModuleType) -> None:
    page = " ".join((ROOT / "docs" / "security.md").read_text().split("## Components")[1].split("\n## ")[0].split())
    times = [holes.FROM_OUTSIDE.days, holes.GRAVE.days, holes.OTHER.days]
    assert "within {} days where it can be used from outside without signing in, {} days where it is otherwise " \
        "critical or high, {} days else".format(*times) in page  # fmt: skip
    files = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    runs = {name: is_run_on for (name, _version), is_run_on in holes.pinned(files).items()}
    assert runs["flask"] and runs["sqlalchemy"] and not runs["pytest"]
    assert len(runs) == len(
        {name for file in files for name in re.findall(r"^([\w.-]+)(?=[=\[])", file.read_text(), re.M)}
    )
    assert all(why for why in holes.judged(ROOT / "docs" / "holes.csv").values())
