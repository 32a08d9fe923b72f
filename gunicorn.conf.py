"""What gunicorn reads by itself: counts for Prometheus on a port of their own (METRICS_PORT), of all its processes; and
with CASETRACKER_WORK=1, as `make run` asks, a worker beside them that does what no request waits for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from config import metrics_address, metrics_certificate

address = metrics_address()
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
WORK = [sys.executable, "-m", "flask", "--app", "casetracker", "work", "--with-parent"]
workers_of_jobs: list[subprocess.Popen[bytes]] = []


def on_starting(server: Any) -> None:
    """Before the workers: a folder in which they count together."""
    if address:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="casetracker-metrics-")
    if os.environ.get("CASETRACKER_WORK") == "1":
        kept = {name: value for name, value in os.environ.items() if name != FOLDER}
        workers_of_jobs.append(subprocess.Popen(WORK, env=kept))  # noqa: S603  # our own command


def when_ready(server: Any) -> None:
    """Answer Prometheus from the process that watches over the workers."""
    if address:
        from prometheus_client import CollectorRegistry, start_http_server
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        start_http_server(address[1], addr=address[0], registry=registry, **metrics_certificate())


def child_exit(server: Any, worker: Any) -> None:
    """A worker ended: its gauges go, its counts stay."""
    if address:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library has no types here


def on_exit(server: Any) -> None:
    """End the worker; take the folder away."""
    for worker in workers_of_jobs:
        worker.terminate()
        worker.wait(20)
    if address:
        shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
