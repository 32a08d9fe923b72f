"""Compartments of the history, kinds of entries, and the base of every event."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from casetracker.core.errors import HistoryFault
from casetracker.core.ids import SYSTEM_OWNER, SYSTEM_PART


class Part(StrEnum):
    """The compartments: a dossier has one chain for each of the first four."""

    SHARED = "shared"
    SENDING = "sending"
    ASYLUM = "asylum"
    ACCESS = "access"
    OFFICE = "office"
    SYSTEM = "system"


class Category(StrEnum):
    """What the timeline can be filtered by."""

    CASEWORK = "casework"
    MONEY = "money"
    APPROVALS = "approvals"
    DOCUMENTS = "documents"
    ACCESS = "access"
    ADMINISTRATION = "administration"


EVENT_KINDS: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing somebody did. Subclasses add plain fields (text, whole numbers, booleans, None; free text only with
    `personal()`), a `kind` in the past tense and a category. Each kind has `templates/events/<kind>.html`.

    owner_id: whose chain (dossier, office or "system"); part: its compartment; day: when it happened, if another day
    than it was recorded; person_id: the person of the case it is about, for the timeline's filter. Approvals, payments,
    roles, erasures and exports are sealed at once: a signed head covers them before anything else happens.
    """

    kind: ClassVar[str] = ""
    category: ClassVar[Category] = Category.CASEWORK
    icon: ClassVar[str] = "pencil"
    is_sealed_at_once: ClassVar[bool] = False

    owner_id: str = SYSTEM_OWNER
    part: str = SYSTEM_PART
    day: date | None = None
    person_id: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        kind = cls.__dict__.get("kind")
        if not kind:
            return
        other = EVENT_KINDS.get(kind)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise HistoryFault(f"two events are called {kind}")
        EVENT_KINDS[kind] = cls


@dataclass(frozen=True, kw_only=True)
class DossierEvent(Event):
    """An event in a dossier's shared chain (or another of its compartments, by `part`)."""

    owner_id: str
    part: str = Part.SHARED


@dataclass(frozen=True, kw_only=True)
class OfficeEvent(Event):
    """An event in an office's chain; without an office (administrators, auditors) in the system's."""

    owner_id: str = SYSTEM_OWNER
    part: str = Part.OFFICE

    def __post_init__(self) -> None:
        if self.owner_id == SYSTEM_OWNER:
            object.__setattr__(self, "part", SYSTEM_PART)


def personal(default: Any = dataclasses.MISSING) -> Any:
    """A dataclass field whose value is personal: the body holds a salted hash, the value can be erased."""
    if default is dataclasses.MISSING:
        return field(metadata={"personal": True})
    return field(default=default, metadata={"personal": True})


ENVELOPE = frozenset({"owner_id", "part", "day", "person_id"})


def payload_fields(event: type[Event]) -> list[tuple[str, bool]]:
    """(name, personal?) of the fields that the event adds to the envelope."""
    return [(f.name, bool(f.metadata.get("personal"))) for f in dataclasses.fields(event) if f.name not in ENVELOPE]
