"""The program with a key, a folder of signed heads and a shelf of bundles of its own, while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask


@contextmanager
def apart(app: Flask, folder: Path) -> Iterator[Flask]:
    """The program with folders of its own, while the block runs."""
    kept = dict(app.config)
    app.config |= {
        "DATA_FOLDER": str(folder), "CHECKPOINT_DIR": str(folder / "outside"),
        "SIGNING_KEY_FILE": str(folder / "keys" / "signing.pem"),
    }  # fmt: skip
    forget(app)
    try:
        yield app
    finally:
        app.config.update(kept)
        forget(app)


def forget(app: Flask) -> None:
    """The queue lies in the folder."""
    for made in ("job_queue", "job_tasks"):
        app.extensions.pop(made, None)


@pytest.fixture
def bundling(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """`app` with folders of its own: what is rolled back with the test stands signed and stored nowhere else."""
    with apart(app, tmp_path):
        yield app
