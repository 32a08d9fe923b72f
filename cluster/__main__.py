"""`python -m cluster`: starts every part, says where to go and as whom, and stops all of them with Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from types import FrameType

from cluster.running import Cluster

ACCOUNTS = ("caseworker.tallinn", "supervisor.tallinn", "caseworker.kyiv", "supervisor.kyiv", "finance.kyiv", "auditor")


def main() -> int:
    """0 when it was stopped; 1 when a part ended by itself."""
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    parser.add_argument("--port", type=int, default=8443)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    cluster = Cluster(options.port, say)
    cluster.start()
    try:
        _tell(cluster)
        while cluster.parts[-1].is_running:
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        say("Stopping ...")
        cluster.stop()


def say(sentence: str) -> None:
    """One line, at once."""
    print(sentence, flush=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(cluster: Cluster) -> None:
    say(f"casetracker answers on {cluster.address} (stop with Ctrl-C; all data goes then)")
    say(f"  its certificate is vouched for by {cluster.authority.certificate}, made for this run")
    for number, port in enumerate(cluster.ports):
        process = cluster.pages[number].process
        say(f"  pages-{number + 1} on port {port}, process {process.pid if process else '-'}: kill it, and go on")
    say(f"  logs in {cluster.folder}/logs and {cluster.folder}/front; moto stands in for the storage of objects")
    say("Sign in as one of:")
    for account in ACCOUNTS:
        say(f"  {account}@example.org")
    say(f"Password of all: {cluster.password}")


if __name__ == "__main__":
    sys.exit(main())
