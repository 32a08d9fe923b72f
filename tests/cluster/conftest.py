"""The cluster, started once for the run of `make cluster-test`; nothing here is part of the everyday run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.parts import free_port
from cluster.running import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """All parts, with the demonstration's data."""
    running = Cluster(free_port())
    running.start()
    yield running
    running.stop()
