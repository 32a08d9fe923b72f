"""The blueprint of the pages of cases."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cases", __name__)
