"""The sentence of an event, as its template `events/<kind>.html` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from flask import render_template

from casetracker.events.timeline import Entry


@dataclass(frozen=True)
class Told:
    """What an event's template sees as `e`."""

    data: Mapping[str, Any]
    person: str
    person_id: str | None
    day: date | None
    at: datetime
    actor_id: str


def sentence(entry: Entry, names: Mapping[str, str]) -> str:
    """One plain sentence in the reader's language: text without tags, which whoever shows it escapes.

    `names` maps ids of the case's persons and of users to names; unknown ids read as nothing.
    """
    told = Told(
        data=entry.data, person=names.get(entry.person_id or "", ""), person_id=entry.person_id, day=entry.day,
        at=entry.at, actor_id=entry.actor_id,
    )  # fmt: skip
    html = render_template(f"events/{entry.kind}.html", e=told, names=names)
    return " ".join(unescape(html).split())
