"""What plans, requests and payments ask of a project in place of a case's persons: `features.py` hands this down."""

from __future__ import annotations

from casetracker.community.share_commands import serve
from casetracker.community.share_queries import holders_of, served_by

__all__ = ["holders_of", "serve", "served_by"]
