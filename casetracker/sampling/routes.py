"""Samples: the own ones, drawing one, what was drawn, and drawing it again."""

from __future__ import annotations

from flask import Blueprint

from casetracker.sampling import finding_routes, mark_routes

bp = Blueprint("sampling", __name__)
finding_routes.add_to(bp)
mark_routes.add_to(bp)
