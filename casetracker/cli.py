"""Commands for operators: `flask --app casetracker …`."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the operators' commands; each feature's commands stand in its own group."""
