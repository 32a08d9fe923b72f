"""What no page of the program sends: noted where it is refused, for whoever keeps the record of refused attempts."""

from __future__ import annotations

from flask import g, has_request_context

from casetracker.core.errors import N_, Message

FORM = Message(N_("The form did not come from a page of the program, was changed, or had become too old."))
TOKEN = Message(N_("The form's one-time token was missing or changed."))
TWICE = Message(N_("A field came more than once."))
CHARACTERS = Message(N_("A field held characters that no browser lets anybody type."))
CHOICE = Message(N_("Something was chosen that the page did not offer."))
UNREADABLE = Message(N_("The request could not be read."))
TOO_LARGE = Message(N_("The request was larger than any page sends."))
_KEY = "casetracker_forged"


def note(what: Message) -> None:
    """Note it for this request; the first thing found stands."""
    if has_request_context() and _KEY not in g:
        setattr(g, _KEY, what)


def noted() -> Message | None:
    """What was found in this request, if anything."""
    found = g.get(_KEY)
    return found if isinstance(found, Message) else None
