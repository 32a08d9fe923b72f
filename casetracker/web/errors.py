"""What a person reads when something cannot be shown or done: plain words, a way on, nothing given away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from casetracker.core.errors import Conflict, NotFound, Refused, TooMuch, Unavailable
from casetracker.web import forged, kept, telemetry
from casetracker.web.fields import printable
from casetracker.web.formats import message

MALFORMED = {400: forged.UNREADABLE, 413: forged.TOO_LARGE}
"""Statuses of requests that no page sends."""


def page(status: int, title: str, text: str, *, typed: bool = False) -> tuple[str, int]:
    """The one page of all errors but faults; `typed` shows what was sent, to be copied, and the way back."""
    sent = what_was_typed() if typed else []
    html = render_template(
        "errors/error.html",
        status=status,
        title=title,
        text=text,
        sent=sent,
        again=request.path if sent else "",
    )
    return html, status


def what_was_typed() -> list[tuple[str, str]]:
    """(name in words, text) of what a form sent, without tokens and passwords: a browser does not keep it."""
    return in_words(request.form.items(multi=True))


def in_words(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(name in words, text) of a form's fields, without those that nobody typed, passwords and codes."""
    unseen = ("token", "version", "form_opened", "password", "add-", "remove-")
    return [
        (printable(name).replace("_", " ").replace("-", " "), printable(value))
        for name, value in fields
        if value.strip() and not any(part in name for part in unseen) and not name.startswith(kept.SECRETS)
    ]


def words(status: int) -> tuple[str, str]:
    """Title and text for a status that the program or the framework answers with."""
    known = {
        400: (_("This could not be read"), _("What was sent is incomplete. Go back, and send it again.")),
        401: (_("Please sign in"), _("This page is for people who are signed in.")),
        403: (_("Not allowed"), _("Your account may not do this.")),
        404: (
            _("There is nothing here"),
            _("The address may be wrong, or what stood here is not, or no longer, open to you."),
        ),
        405: (_("This address works differently"), _("Use the buttons and links of the pages.")),
        409: (_("Somebody else was faster"), _("What you wanted to change has been changed meanwhile.")),
        413: (_("Too large"), _("What was sent is too large. A file may have at most 10 MB.")),
        422: (_("This could not be done"), _("What was sent does not fit together. Go back and check it.")),
        429: (_("Too many attempts"), _("Please wait some minutes, and try again then.")),
        503: (_("Not available"), _("The program is busy at the moment. Please try again in a minute.")),
    }
    return known.get(status, (_("This could not be done"), _("Go back, and try again.")))


def on_http(error: HTTPException) -> Any:
    """400 to 503 as a page; redirects and answers that are made already pass as they are."""
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status in MALFORMED:
        forged.note(MALFORMED[status])
    if status >= 500 and status != 503:
        return on_fault(error)
    title, text = words(status)
    if isinstance(error, SecurityError):
        return plain(status, title, text)
    html, status = page(status, title, text, typed=status == 401)
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return html, status, headers


def on_csrf(_error: CSRFError) -> Any:
    """The page was open too long, or in a session that has ended: the text is not lost yet."""
    forged.note(forged.FORM)
    return page(
        400,
        _("This page had become too old"),
        _(
            "Nothing was saved. What you typed stands below, so that you can copy it: open the page again, "
            "and send it from there. If you were signed out meanwhile, sign in first."
        ),
        typed=True,
    )


def on_refused(error: Refused) -> Any:
    """A rule's no that had no form to go back to."""
    return page(422, _("This could not be done"), message(error.message))


def on_not_found(_error: NotFound) -> Any:
    """The same page whether the thing does not exist or may not be known of."""
    title, text = words(404)
    return page(404, title, text)


def on_unavailable(error: Unavailable) -> Any:
    """A part on the network is away: what was typed stands below, and nothing was done."""
    html, status = page(503, _("Not available at the moment"), message(error.message), typed=True)
    return html, status, {"Retry-After": "60"}


def on_too_much(error: TooMuch) -> Any:
    """More at once, or in a short time, than work needs: when to go on."""
    minutes = -(-error.seconds // 60)
    text = ngettext(
        "Please wait %(num)d minute, and try again then. Nothing was done meanwhile.",
        "Please wait %(num)d minutes, and try again then. Nothing was done meanwhile.",
        minutes,
    )
    html, status = page(429, _("Too much at once"), text)
    return html, status, {"Retry-After": str(error.seconds)}


def on_conflict(_error: Conflict) -> Any:
    """Somebody else changed the thing since the form was opened."""
    return page(
        409,
        _("Somebody else was faster"),
        _(
            "Since you opened this page, somebody else has changed the same thing, so nothing was saved. "
            "What you typed stands below; open the page again to see how it stands now."
        ),
        typed=True,
    )


def on_fault(error: Exception) -> Any:
    """A fault of the program: logged with its traceback under a number that the person can pass on."""
    reference = telemetry.log_fault(error)
    text = _("The fault is ours. Nothing was saved. Tell your administrator this number, and what you were doing.")
    return plain(500, _("Something went wrong"), text, reference)


def plain(status: int, title: str, text: str, reference: str = "") -> tuple[str, int]:
    """The page for when database, person or address may themselves be what is wrong."""
    template = current_app.jinja_env.get_template("errors/plain.html")
    return template.render(title=title, text=text, reference=reference), status


def init_app(app: Flask) -> None:
    """Registers the handlers; with PROPAGATE_EXCEPTIONS (tests, debugger) faults come through as they are."""
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(NotFound, on_not_found)
    app.register_error_handler(Conflict, on_conflict)
    app.register_error_handler(Unavailable, on_unavailable)
    app.register_error_handler(TooMuch, on_too_much)
    app.register_error_handler(500, on_fault)
