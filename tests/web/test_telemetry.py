"""What an operator sees: lines of JSON and counts, and nothing of what was typed or asked for."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casetracker.core.db import db

CANARY = "Kovalenko-canary"


@pytest.fixture
def told(web_app: Flask) -> Any:
    """Calls addresses of an application that fails as asked; answers (page, lines of the log)."""

    def view(what: str) -> str:
        if what == CANARY:
            raise RuntimeError(f"cannot read {CANARY}") from ValueError(CANARY)
        return "fine"

    web_app.add_url_rule("/do/<what>", "do", view)
    web_app.logger.setLevel("INFO")

    def tell(address: str) -> tuple[str, list[dict[str, Any]]]:
        written = io.StringIO()
        html = web_app.test_client().get(address, errors_stream=written).get_data(as_text=True)
        return html, [json.loads(line) for line in written.getvalue().splitlines()]

    return tell


def test_a_request_is_one_line_without_its_address(told: Any) -> None:
    _html, lines = told(f"/do/fine?search={CANARY}")
    assert [line["event"] for line in lines].count("request") >= 1
    line = next(line for line in lines if line["event"] == "request")
    assert (line["method"], line["place"], line["status"], line["view"]) == ("GET", "/do/<what>", 200, "do")
    assert line["ms"] >= 0 and line["level"] == "info" and line["timestamp"].endswith("Z")
    assert CANARY not in json.dumps(lines)


def test_a_fault_is_logged_under_its_number_without_what_it_choked_on(told: Any) -> None:
    html, lines = told(f"/do/{CANARY}")
    fault = next(line for line in lines if line["event"] == "fault")
    assert fault["request"] in html
    assert fault["error"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert fault["way"][-1].endswith(" view")
    assert CANARY not in json.dumps(lines)


@pytest.mark.usefixtures("app")
def test_a_fault_of_the_database_quotes_no_parameter() -> None:
    with pytest.raises(DBAPIError) as found:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": CANARY})
    assert CANARY not in str(found.value)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetched(port: int, path: str) -> str:
    """What answers at this port, waiting for it to begin."""
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {port}")


def test_prometheus_gets_the_counts_of_all_workers_on_a_port_of_its_own(tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    environ = os.environ | {"CASETRACKER_DATA": str(tmp_path), "METRICS_PORT": str(metrics), "DATABASE_URL": ""}
    command = [
        str(Path(sys.executable).with_name("gunicorn")), "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--log-level", "error", "--no-control-socket", "casetracker:create_app()",
    ]  # fmt: skip
    served = subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[2])
    try:
        for _times in range(6):
            fetched(port, "/health")
        counts = fetched(metrics, "/metrics")
        found = re.findall(r'casetracker_requests_total\{method="GET",place="/health",status="(\d+)"\} (\d+)', counts)
        assert sum(int(float(number)) for _status, number in found) == 6
        assert 'casetracker_request_seconds_count{place="/health"} 6' in counts
        assert "casetracker_requests_total" not in fetched(port, "/metrics")
    finally:
        served.terminate()
        assert served.wait(20) == 0


def test_the_log_goes_to_another_system_too(web_app: Flask) -> None:
    from casetracker.web import telemetry

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
        relay.bind(("127.0.0.1", 0))
        relay.settimeout(5)
        web_app.config["LOG_SYSLOG"] = relay.getsockname()
        telemetry.init_app(web_app)
        web_app.logger.error("mail stays")
        line = relay.recv(4096).decode()
    web_app.logger.handlers.pop().close()
    priority, _blank, message = line.partition("casetracker: ")
    assert priority == "<27>" and json.loads(message)["event"] == "mail stays", "an error of a daemon, as JSON"
