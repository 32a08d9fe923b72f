"""What can go wrong on purpose, each with the sentence a person will read.

A rule answers `Message | None`; a command raises `Refused(message)`. Messages are translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


def N_(text: str) -> str:
    """Marks a sentence for the catalogue where it is written; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence with its parameters: `id` is the English text with %(name)s places; params are str, int, date,
    datetime, Money or Message. `field` names the form field it belongs beside, if any. `plural`: the English text for
    every number but one, where the sentence turns on the number `num` among its params."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None
    plural: str | None = None

    def beside(self, name: str) -> Message:
        """The same sentence, to stand beside the form field `name`."""
        return replace(self, field=name)

    def __str__(self) -> str:
        text = self.plural if self.plural is not None and self.params["num"] != 1 else self.id
        return text % self.params if self.params or "%(" in text else text


class Refused(Exception):
    """A rule said no. Nothing was written. The page shows `message` and keeps what was typed.

    `afterwards`: what is done about it once everything is rolled back, for example a point that says what waits.
    """

    def __init__(self, message: Message, afterwards: Callable[[], None] | None = None) -> None:
        super().__init__(str(message))
        self.message, self.afterwards = message, afterwards


class Unavailable(Exception):
    """A part that the program needs for this (documents, counts of tries) does not answer: 503, nothing was done."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class TooMuch(Exception):
    """Somebody asked for more than work needs, or for two heavy things at once: 429, nothing was done.

    `seconds` from now on it may be asked for again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"asked for too much: {seconds} seconds to wait")
        self.seconds = seconds


class NotFound(Exception):
    """There is no such thing, or the actor may not know of it: both answer 404."""


class Conflict(Exception):
    """Somebody else changed the thing since the form was opened (409)."""

    def __init__(self, thing: str, theirs: int, yours: int) -> None:
        super().__init__(f"{thing}: version {theirs} stands, the form was opened on {yours}")
        self.thing, self.theirs, self.yours = thing, theirs, yours


class HistoryFault(Exception):
    """A programming fault: something would have changed without its event, or across compartments."""


def why_not_reason(text: str | None) -> Message | None:
    """Why an act that needs a reason is not done without one; spaces say nothing.

    >>> why_not_reason("Wrong day typed") is None
    True
    """
    if text is None or not text.strip():
        return Message(N_("Please give the reason; it stays in the history."), field="reason")
    return None


def refuse_if(message: Message | None) -> None:
    """Raise `Refused` when a rule gave a reason.

    >>> refuse_if(None)
    """
    if message is not None:
        raise Refused(message)
