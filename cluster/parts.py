"""A process of the cluster: started with a log of its own, waited for, killed, started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180
"""Seconds that a part has to answer."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TERM")
"""What the parts get of the environment; everything else is told to each by name."""


class Missing(SystemExit):
    """A program that the cluster needs is not installed."""


class Part:
    """One process and its children, in a group of their own."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environ: Mapping[str, str] | None = None) -> None:
        self.name, self.command, self.log = name, list(command), log
        self.environ = plain_environ() | dict(environ or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, is_ready: Callable[[], bool]) -> None:
        """Start it and wait until `is_ready`; raises with its last words where it ends, or does not get there."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)  # fmt: skip
        until = time.monotonic() + PATIENCE
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self.name} did not start:\n" + self.log.read_text()[-3000:])
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9, with all its children: as if the machine's power failed."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """It hangs: takes what is sent and says nothing, until `thaw`."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
            self.process.wait(20)
        except ProcessLookupError:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)


def plain_environ() -> dict[str, str]:
    """The environment without anything that would tell the program something."""
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def program(*names: str) -> str:
    """The path of the first of these programs that is installed; nginx often lies beside the usual path."""
    for name in names:
        if found := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"):
            return found
    raise Missing(f"The cluster needs {' or '.join(names)}, which is not installed: apt install nginx redis-server")


def free_port() -> int:
    """A port on which nobody answers now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
