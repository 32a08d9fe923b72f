"""Events of the keys that sign the record's heads."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class SigningKeyMade(Event):
    """The first key that signs heads; `signature` is its own over its statement (hexadecimal)."""

    kind = "signing_key.made"
    category = Category.ADMINISTRATION
    icon = "key-round"
    key_id: str
    public_key: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyRotated(Event):
    """Another key signs from here on; both keys signed the statement that says so."""

    kind = "signing_key.rotated"
    category = Category.ADMINISTRATION
    icon = "key-round"
    is_sealed_at_once = True
    key_id: str
    public_key: str
    signature: str
    before_key_id: str
    before_signature: str


@dataclass(frozen=True, kw_only=True)
class RecordSearched(Event):
    """Somebody asked the whole record something: the page, the filters as name=value; words are not told."""

    kind = "record.searched"
    category = Category.ACCESS
    icon = "search"
    page: str
    asked: tuple[str, ...]
    has_words: bool


@dataclass(frozen=True, kw_only=True)
class ChangesExported(Event):
    """The change report of a span of days was taken away as a file."""

    kind = "changes.exported"
    category = Category.ACCESS
    icon = "download"
    is_sealed_at_once = True
    format: str
    asked: tuple[str, ...]
    rows: int
    sha256: str
