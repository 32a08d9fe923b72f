"""The program with a key, a folder of signed heads and a shelf of bundles of its own, while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask


@pytest.fixture
def bundling(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """`app` with folders of its own: what is rolled back with the test stands signed and stored nowhere else."""
    kept = dict(app.config)
    app.config |= {
        "DATA_FOLDER": str(tmp_path), "CHECKPOINT_DIR": str(tmp_path / "outside"),
        "SIGNING_KEY_FILE": str(tmp_path / "keys" / "signing.pem"),
    }  # fmt: skip
    app.extensions.pop("job_queue", None), app.extensions.pop("job_tasks", None)
    yield app
    app.config.update(kept)
    app.extensions.pop("job_queue", None), app.extensions.pop("job_tasks", None)
