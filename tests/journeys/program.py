"""The program that a browser visits: what `make run` serves, with the templates that this run has compiled already."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from casetracker import create_app
from tests import compiled

FOLDER = "COMPILED_TEMPLATES"
"""Where they lie."""


def serve() -> Flask:
    """The application, as every server makes it."""
    app = create_app()
    compiled.use_folder(Path(os.environ[FOLDER]))
    compiled.keep_templates(app)
    return app
