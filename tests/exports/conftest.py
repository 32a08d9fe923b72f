"""A family whose history is taken away, and the program with a key, a folder of signed heads and a shelf of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.accounts import People, make_people
from tests.factories.asylum import log_asylum
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.queues import forget_queue


@contextmanager
def apart(app: Flask, folder: Path) -> Iterator[Flask]:
    """The program with folders of its own, while the block runs."""
    kept = dict(app.config)
    app.config |= {
        "DATA_FOLDER": str(folder), "CHECKPOINT_DIR": str(folder / "outside"),
        "SIGNING_KEY_FILE": str(folder / "keys" / "signing.pem"),
    }  # fmt: skip
    forget_queue(app)
    try:
        yield app
    finally:
        app.config.update(kept)
        forget_queue(app)


@pytest.fixture
def bundling(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """`app` with folders of its own: what is rolled back with the test stands signed and stored nowhere else."""
    with apart(app, tmp_path):
        yield app


@pytest.fixture
def people(bundling: Flask) -> People:
    """Everybody of both offices."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family with an asylum application, referred to Kyiv."""
    family = playroom_case(people)
    log_asylum(family, people.caseworker_tallinn)
    refer(family, people)
    return family
