"""Pictures: what a camera wrote into one, before that is taken out, and a small copy of one for a page."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from PIL import ExifTags, Image

MILLIONTHS = 1_000_000
MOST_READ = 40_000_000
"""Of a picture with more dots nothing is read but its size."""
_FAULTS = (OSError, SyntaxError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, struct.error,
           Image.DecompressionBombError)  # fmt: skip
"""What a damaged picture, or one that was made to do harm, raises when it is read."""


@dataclass(frozen=True, kw_only=True)
class CameraFacts:
    """What a camera wrote: the day (as its own clock had it) and the place in millionths of a degree, north and east
    positive; None where it says nothing that can be true. dots: how many the picture has."""

    taken_on: date | None = None
    latitude: int | None = None
    longitude: int | None = None
    dots: int = 0


def camera_facts(content: bytes) -> CameraFacts:
    """What the camera wrote into a JPEG or PNG; nothing where it is none, or cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
                dots = picture.width * picture.height
                if dots > MOST_READ:  # of a PNG the whole picture is unpacked for it
                    return CameraFacts(dots=dots)
                exif = picture.getexif()
                place = exif.get_ifd(ExifTags.IFD.GPSInfo)
                taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
                taken = taken or exif.get(ExifTags.Base.DateTime)
    except _FAULTS:
        return CameraFacts()
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return CameraFacts(taken_on=_day(taken), latitude=latitude, longitude=longitude, dots=dots)


def _day(text: object) -> date | None:
    """A day from a text like 2026:05:04 09:30:00."""
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text[:10].replace(":", "-"))
    except ValueError:
        return None


def _degrees(parts: object, side: object, sides: str, most: int) -> int | None:
    """Degrees, minutes and seconds on a side of the world as millionths of a degree."""
    if not isinstance(parts, Sequence) or len(parts) != len(("degrees", "minutes", "seconds")):
        return None
    if not isinstance(side, str) or side[:1] not in tuple(sides):
        return None
    try:
        whole, minutes, seconds = (Fraction(part.numerator, part.denominator) for part in parts)
    except _FAULTS:
        return None
    value = round((whole + minutes / 60 + seconds / 3600) * MILLIONTHS)
    if not 0 <= value <= most * MILLIONTHS:
        return None
    return -value if side[:1] == sides[1] else value


def small_copy(content: bytes, longest: int) -> bytes:
    """A JPEG of a stored picture that is at most `longest` dots wide and high."""
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (longest, longest))
        picture.thumbnail((longest, longest))
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()
