"""Handing a file that was made to a browser."""

from __future__ import annotations

from flask import Response

from casetracker.exports.states import Export


def hand_out(export: Export, name: str) -> Response:
    """A file that was made, as an attachment of this name; nobody on the way keeps it."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(export.size),
        "Cache-Control": "no-store",
    }  # fmt: skip
    answer = Response(export.pieces(), content_type=export.media_type, headers=headers)
    answer.call_on_close(export.file.close)
    return answer
