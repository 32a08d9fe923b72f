"""What a PDF might do to whoever opens it: active content is looked for here, viruses by a scanner where one is set."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

from flask import current_app
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from casetracker.core.errors import N_, Message, Unavailable

ACTS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/RichMediaExecute"}
)
"""Kinds of actions (ISO 32000, 12.6.4) that do more than lead to a page or an address. A file elsewhere (GoToR) may lie
on somebody's server, which readers sign in to by themselves."""
PARTS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"})
"""Entries of dictionaries that hold scripts, files or forms that are programs."""
MOST_OBJECTS = 50_000
"""More parts than this no scan and no invoice has; looking through them takes seconds."""
MOST_DEEP = 200
PATIENCE = 20
"""Seconds that the scanner has."""
AWAY = Message(N_("The virus scanner does not answer at the moment, so no PDF is taken. Please try again in a minute."))
_CHUNK = 256 * 1024


def is_active(reader: PdfReader) -> bool:
    """Whether an object of the PDF holds something that acts: scripts, programs to start, files inside, forms sent."""
    numbers = list(_numbers(reader))
    if len(numbers) > MOST_OBJECTS:
        return True
    return any(_acts(reader.get_object(IndirectObject(number, generation, reader))) for number, generation in numbers)


def _numbers(reader: PdfReader) -> Iterator[tuple[int, int]]:
    """(number, generation) of every object that the PDF names."""
    for generation, places in reader.xref.items():
        for number in places:
            yield number, generation
    for number in reader.xref_objStm:
        yield number, 0


def _acts(thing: Any, depth: int = 0) -> bool:
    """Looks into one object; what it refers to is looked at by itself."""
    if isinstance(thing, DictionaryObject):
        if depth > MOST_DEEP or not PARTS.isdisjoint(thing):
            return True
        if _name_in(thing, "/S") in ACTS or _name_in(thing, "/Type") == "/EmbeddedFile":
            return True
        return any(_acts(thing.raw_get(name), depth + 1) for name in thing)
    if isinstance(thing, ArrayObject):
        return depth > MOST_DEEP or any(_acts(each, depth + 1) for each in list.__iter__(thing))
    return False


def _name_in(thing: DictionaryObject, key: str) -> str:
    """The name that stands under the key, itself or by reference; empty where none does."""
    held = thing.get(key)
    found = held.get_object() if isinstance(held, IndirectObject) else held
    return found if isinstance(found, NameObject) else ""


def why_not_clean(content: bytes) -> Message | None:
    """What the scanner (CLAMD) says against a file; None where it says nothing, or none is set. Unavailable where it
    does not answer: nothing unscanned is taken then."""
    address = current_app.config.get("CLAMD")
    if not address:
        return None
    try:
        answer = _ask(address, content)
    except OSError as fault:
        raise Unavailable(AWAY) from fault
    if answer.endswith("OK"):
        return None
    if answer.endswith("FOUND"):
        return Message(N_("The virus scanner holds this file to be harmful. Do not open it; tell your administrator."))
    raise Unavailable(AWAY)


def _ask(address: str | tuple[str, int], content: bytes) -> str:
    """One question in clamd's own way (INSTREAM): pieces with their lengths, an empty one, then its sentence."""
    with _connected(address) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _CHUNK):
            piece = content[at : at + _CHUNK]
            scanner.sendall(len(piece).to_bytes(4, "big") + piece)
        scanner.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 1000 and (more := scanner.recv(1000)):
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(address: str | tuple[str, int]) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=PATIENCE)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(PATIENCE)
    try:
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner
