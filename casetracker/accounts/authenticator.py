"""Authenticator apps (TOTP, RFC 6238): the secret, its picture, and which 30 seconds a code belongs to."""

from __future__ import annotations

import base64
import hmac
import io
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from casetracker.core import ids

ISSUER = "Casetracker"
STEP = 30
"""Seconds that a code stands."""


def new_secret() -> str:
    """160 random bits, as an app takes them when they are typed (base 32)."""
    return base64.b32encode(ids.random_bytes(20)).decode("ascii")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The running step (30 seconds, counted since 1970) where the code is that step's; None: it is not."""
    current = int(now.timestamp()) // STEP
    return current if _is_of(secret, code, current) else None


def is_just_beside(secret: str, code: str, now: datetime) -> bool:
    """Whether the code was that of the step before, or will be that of the next: it opens nothing, but says why."""
    current = int(now.timestamp()) // STEP
    return any(_is_of(secret, code, step) for step in (current - 1, current + 1))


def _is_of(secret: str, code: str, step: int) -> bool:
    shown = pyotp.TOTP(secret).generate_otp(step)
    return hmac.compare_digest(shown.encode(), code.encode("utf-8", "replace"))


def address(secret: str, email: str) -> str:
    """The otpauth address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(secret: str, email: str, label: str) -> Markup:
    """The address as a QR code: an SVG without any style, dark on a white ground in every colour scheme."""
    out = io.BytesIO()
    code = segno.make(address(secret, email), error="m", micro=False)
    code.save(
        out, kind="svg", scale=1, border=4, dark="#000", light="#fff", xmldecl=False, svgns=False, nl=False,
        omitsize=True, svgclass="qr", lineclass=None,
    )  # fmt: skip
    svg = out.getvalue().decode("utf-8")
    return Markup(svg.replace("<svg ", Markup('<svg role="img" aria-label="%s" ') % label, 1))  # noqa: S704  # drawn here


def readable(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
