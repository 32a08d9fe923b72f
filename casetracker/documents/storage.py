"""Stored files: what comes in is opened before it is believed, and stored encrypted under a random key."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import filetype
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from casetracker.core import clock, ids
from casetracker.core.encryption import CannotDecrypt, decrypt, encrypt, is_encrypted, is_newest
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.documents import scanning
from casetracker.documents.states import Upload
from casetracker.documents.stores import store as the_store

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
"""What is taken, judged by opening it, and the suffix a download gets."""
_PURPOSE = "document"
_DRAFT_LASTS = timedelta(hours=1)
_ORPHAN_AFTER = timedelta(days=1)
_ORPHANS_AT_MOST = 100
"""More than so many at once, and more than a twentieth of all files, are a mistake of the settings."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """Where the bytes lie and what they are; size and hash are those of the file, not of its encrypted form."""

    key: str
    media_type: str
    size: int
    sha256: str


def store(upload: Upload, field: str = "file") -> StoredFile:
    """Open, clean and keep the file; Refused, beside `field`, where it is not what it should be.

    It is written before the row commits: a command that rolls back leaves a file that nothing names,
    never a row without its file.
    """
    media_type, content = opened(upload, field)
    key = ids.new_id()
    the_store().write(key, encrypt(content, _PURPOSE, key))
    return StoredFile(key=key, media_type=media_type, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def read(key: str, sha256: str) -> bytes:
    """The bytes of a stored file, decrypted; NotFound where they are gone, Refused where they are others now.

    What was stored before files were encrypted lies as it came, and is read so until `encrypt_plain_files` encrypts it.
    """
    content = the_store().read(key)
    if is_encrypted(content):
        try:
            content = decrypt(content, _PURPOSE, key)
        except CannotDecrypt as fault:
            raise Refused(
                Message(N_("The stored file cannot be opened. Please tell your administrator: %(why)s"),
                        {"why": fault.message})
            ) from fault  # fmt: skip
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused(Message(N_("The stored file is not the one that was added. Please tell your administrator.")))
    return content


def list_keys() -> Iterator[str]:
    """The keys of all stored files, in their order."""
    for key, _written in the_store().listed():
        yield key


def read_as_stored(key: str) -> bytes:
    """The bytes as they lie in the store, for a backup; NotFound where they are gone."""
    return the_store().read(key)


def is_stored(key: str) -> bool:
    """Whether a file lies under the key."""
    return the_store().has(key)


def keep_as_stored(key: str, content: bytes) -> None:
    """Put back what `read_as_stored` gave, in the place of what lies under the key."""
    the_store().write(key, content)


def remove(key: str) -> None:
    """Take a stored file away for good; nothing where it is gone."""
    the_store().remove(key)


def remove_orphans(named: Iterator[str]) -> int:
    """Take away files that no document names: their command rolled back, or was killed, more than a day ago.

    `named`: the keys that documents name, in their order. ManyOrphans where there are too many to be only such
    leftovers (another installation's bucket, an older database): then none is taken away.
    """
    before, files, found, count = clock.now() - _ORPHAN_AFTER, the_store(), [], 0
    last = next(named, None)
    for key, written in files.listed():
        count += 1
        while last is not None and last < key:
            last = next(named, None)
        if key != last and written < before:
            found.append(key)
    if len(found) > max(_ORPHANS_AT_MOST, count // 20):
        raise ManyOrphans(f"{len(found)} of {count} stored files are named by no document: none was taken away")
    for key in found:
        files.remove(key)
    return len(found)


class ManyOrphans(Exception):
    """So many files without a document are no leftovers."""


def encrypt_plain_files() -> int:
    """Encrypt every file anew that lies plain or under an older key than the newest; returns how many. Running it again
    is harmless, and afterwards no document needs an older key.

    A file's name stays, and what it is replaced by is forced to the disk first, so that people can work meanwhile.
    Drafts that a crash left behind go: no row names them.
    """
    done, files = 0, the_store()
    files.forget_drafts(clock.now() - _DRAFT_LASTS)
    for key in list_keys():
        content = files.read(key)
        if is_newest(content):
            continue
        plain = decrypt(content, _PURPOSE, key) if is_encrypted(content) else content
        files.write(key, encrypt(plain, _PURPOSE, key))
        done += 1
    return done


def opened(upload: Upload, field: str = "file") -> tuple[str, bytes]:
    """(media type, bytes to store) of what really is a PDF or a picture; its name counts for nothing."""
    if not upload.content:
        raise Refused(Message(N_("This file is empty.")).beside(field))
    if len(upload.content) > MAX_BYTES:
        raise Refused(Message(N_("This file is too large: at most 10 MB are taken.")).beside(field))
    media_type = filetype.guess_mime(upload.content)
    if media_type not in SUFFIXES:
        raise Refused(Message(N_("This is not a PDF, PNG or JPEG file, whatever its name says.")).beside(field))
    if media_type == "application/pdf":
        _open_pdf(upload.content, field)
        _scan(upload.content, field)
        return media_type, upload.content
    return media_type, _clean_picture(upload.content, str(media_type), field)


def _scan(content: bytes, field: str) -> None:
    """What goes out as it came in is shown to the virus scanner first, where one is set; a picture is drawn anew."""
    refusal = scanning.why_not_clean(content)
    refuse_if(refusal and refusal.beside(field))


def _open_pdf(content: bytes, field: str) -> None:
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted
        pages = 0 if locked else len(reader.pages)
        acts = bool(pages) and scanning.is_active(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        locked, pages, acts = False, 0, False
    if locked:
        raise Refused(Message(N_("This PDF is locked with a password. Save it without one first.")).beside(field))
    if not pages:
        raise Refused(Message(N_("This PDF cannot be opened. It may be damaged.")).beside(field))
    if acts:
        words = N_("This PDF holds a script, another file or something else that acts by itself. Print it into a new "
                   "PDF, and add that one.")  # fmt: skip
        raise Refused(Message(words).beside(field))


def _clean_picture(content: bytes, media_type: str, field: str) -> bytes:
    """The same picture, upright, without what the camera wrote into it (place, time, device)."""
    damaged = Message(N_("This picture cannot be opened. It may be damaged.")).beside(field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise Refused(Message(N_("This picture has too many dots. Make it smaller first.")).beside(field))
                upright = ImageOps.exif_transpose(picture)
                mode = "RGB" if media_type == "image/jpeg" else "RGBA"
                converted = upright.convert(mode)
                clean = Image.frombytes(mode, converted.size, converted.tobytes())
            out = io.BytesIO()
            if media_type == "image/jpeg":
                clean.save(out, "JPEG", quality=88)
            else:
                clean.save(out, "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise Refused(damaged) from fault
    return out.getvalue()
