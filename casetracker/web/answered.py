"""Work that nobody waits for, and whose time tells nobody anything: done when the answer has been sent."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, after_this_request, current_app, has_request_context


def once_answered(work: Callable[[], None]) -> None:
    """Run `work`, with the application but without the request, once the answer is out; at once outside requests."""
    if not has_request_context():
        work()
        return

    @after_this_request
    def later(response: Response) -> Response:
        return once_sent(response, work)


def once_sent(response: Response, work: Callable[[], None]) -> Response:
    """The same for an answer that is there already."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way

    def run() -> None:
        with app.app_context():
            work()

    response.call_on_close(run)
    return response
